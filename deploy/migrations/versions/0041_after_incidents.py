"""Control and risk register: what is asked and answered after incidents, actions on it, inspections, tactical plans."""

from alembic import op

revision = "0041"
down_revision = "0040"

QUESTION = """
    debrief_id varchar PRIMARY KEY,
    premises_id varchar NOT NULL,
    called varchar NOT NULL,
    incident_no varchar NOT NULL,
    asked_of varchar NOT NULL,
    station varchar,
    callsign varchar,
    asked_by varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz
"""


def upgrade() -> None:
    """Add the tables, and what a visit after an incident is asked for."""
    op.execute(f"CREATE TABLE control.debriefs ({QUESTION})")
    op.execute("CREATE INDEX debriefs_open ON control.debriefs (asked_of, station, asked_at) WHERE answered_at IS NULL")
    op.execute("""
        CREATE TABLE control.debrief_answers (
            answer_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            answered_at timestamptz NOT NULL,
            answer jsonb NOT NULL
        )
    """)
    op.execute(f"CREATE TABLE risk_register.debriefs ({QUESTION})")
    op.execute("CREATE INDEX debriefs_open ON risk_register.debriefs (asked_at, debrief_id) WHERE answered_at IS NULL")
    op.execute("""
        CREATE TABLE risk_register.debrief_answers (
            answer_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            called varchar NOT NULL,
            incident_no varchar NOT NULL,
            asked_of varchar NOT NULL,
            is_right boolean NOT NULL,
            was_right varchar NOT NULL,
            findings jsonb NOT NULL,
            is_critical boolean NOT NULL,
            answered_by varchar NOT NULL,
            answered_at timestamptz NOT NULL,
            state varchar NOT NULL,
            version integer NOT NULL,
            changed_by varchar NOT NULL,
            changed_at timestamptz NOT NULL,
            station varchar,
            callsign varchar,
            record_version integer,
            due_at timestamptz,
            reason varchar
        )
    """)
    op.execute(
        "CREATE INDEX debrief_answers_of_premises ON risk_register.debrief_answers (premises_id, answered_at DESC)"
    )
    op.execute(
        "CREATE INDEX debrief_answers_waiting ON risk_register.debrief_answers (is_critical DESC, due_at, answer_id) "
        "WHERE state = 'WAITING'"
    )
    op.execute(
        "CREATE INDEX debrief_answers_in_order ON risk_register.debrief_answers (state, changed_at DESC, answer_id)"
    )
    op.execute("""
        CREATE TABLE risk_register.actions (
            action_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            called varchar NOT NULL,
            what varchar NOT NULL,
            owner varchar NOT NULL,
            owner_key varchar NOT NULL,
            due_on date NOT NULL,
            raised_by varchar NOT NULL,
            raised_at timestamptz NOT NULL,
            changed_by varchar NOT NULL,
            changed_at timestamptz NOT NULL,
            state varchar NOT NULL,
            version integer NOT NULL,
            answer_id varchar,
            incident_no varchar,
            reason varchar
        )
    """)
    op.execute("CREATE INDEX actions_open ON risk_register.actions (due_on, action_id) WHERE state = 'OPEN'")
    op.execute("CREATE INDEX actions_of_premises ON risk_register.actions (premises_id) WHERE state = 'OPEN'")
    op.execute("CREATE INDEX actions_of_answer ON risk_register.actions (answer_id) WHERE answer_id IS NOT NULL")
    op.execute("CREATE INDEX actions_closed ON risk_register.actions (state, changed_at DESC, action_id)")
    op.execute("ALTER TABLE risk_register.asks ADD COLUMN incident_no varchar")
    op.execute("ALTER TABLE risk_register.asks ADD COLUMN questions jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE risk_register.asks ALTER COLUMN questions DROP DEFAULT")
