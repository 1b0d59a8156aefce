"""Control and risk register: what is asked and answered after incidents, actions on it, inspections, tactical plans."""

from alembic import op

revision = "0043"
down_revision = "0042"

# A plan that is published already is as old as the version that first had these words. Nobody kept who wrote it but the
# lead of that visit. The intervals are those of docs/domain/4.3.md, step 8; not scored counts as 5.
PLANS_THERE = """
    WITH said AS (
        SELECT premises_id, kept.version, at, visit_id, published_by, first_approved_by,
            (score ->> 'base_level')::integer AS level, present.version AS newest,
            jsonb_strip_nulls(jsonb_build_object(
                'tactics_note', nullif(facts ->> 'tactics_note', ''),
                'pda_suggestion', nullif(facts ->> 'pda_suggestion', ''),
                'sector_note', nullif(facts ->> 'sector_note', ''),
                'salvage_priorities', nullif(facts ->> 'salvage_priorities', '')
            )) AS words
        FROM risk_register.versions AS kept
        JOIN risk_register.records AS present USING (premises_id) WHERE kept.version <= present.version
    ), newest AS (
        SELECT premises_id, words, level FROM said WHERE version = newest AND words <> '{}'
    ), written AS (
        SELECT DISTINCT ON (premises_id) said.*, newest.level AS level_now
        FROM said JOIN newest USING (premises_id)
        WHERE said.version > coalesce((
            SELECT max(other.version) FROM said AS other
            WHERE other.premises_id = newest.premises_id AND other.words <> newest.words
        ), 0)
        ORDER BY premises_id, version
    )
    INSERT INTO risk_register.tactical_plans
    SELECT written.premises_id, words, coalesce(items.visit ->> 'lead_officer_id', published_by), published_by,
        written.first_approved_by, at, day, published_by,
        (day + make_interval(months =>
            CASE level_now WHEN 1 THEN 60 WHEN 2 THEN 60 WHEN 3 THEN 36 WHEN 4 THEN 24 ELSE 12 END))::date,
        level_now, 1, true, NULL
    FROM written
    CROSS JOIN LATERAL (SELECT (at AT TIME ZONE 'Europe/London')::date AS day) AS dated
    LEFT JOIN risk_register.review_items AS items USING (visit_id)
"""


def upgrade() -> None:
    """Add the tables, and what a visit after an incident is asked for."""
    op.execute("""
        CREATE TABLE control.debriefs (
            debrief_id varchar PRIMARY KEY,
            asked_of varchar NOT NULL,
            station varchar,
            asked_at timestamptz NOT NULL,
            answered_at timestamptz,
            asked jsonb NOT NULL
        )
    """)
    op.execute("CREATE INDEX debriefs_open ON control.debriefs (asked_of, station, asked_at) WHERE answered_at IS NULL")
    op.execute("""
        CREATE TABLE control.debrief_answers (
            answer_id varchar PRIMARY KEY,
            answered_at timestamptz NOT NULL,
            answer jsonb NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE risk_register.debriefs (
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
        )
    """)
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
    op.execute("""
        CREATE TABLE risk_register.tactical_plans (
            premises_id varchar PRIMARY KEY,
            words jsonb NOT NULL,
            author varchar NOT NULL,
            approved_by varchar NOT NULL,
            second_approved_by varchar,
            written_at timestamptz NOT NULL,
            reviewed_on date NOT NULL,
            reviewed_by varchar NOT NULL,
            review_due_on date NOT NULL,
            base_level integer,
            version integer NOT NULL,
            is_held boolean NOT NULL,
            proposal jsonb
        )
    """)
    op.execute(
        "CREATE INDEX tactical_plans_due ON risk_register.tactical_plans (review_due_on, premises_id) WHERE is_held"
    )
    op.execute(
        "CREATE INDEX tactical_plans_waiting ON risk_register.tactical_plans (premises_id) WHERE proposal IS NOT NULL"
    )
    op.execute(PLANS_THERE)
    op.execute("ALTER TABLE risk_register.asks ADD COLUMN incident_no varchar")
    op.execute("ALTER TABLE risk_register.asks ADD COLUMN questions jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE risk_register.asks ALTER COLUMN questions DROP DEFAULT")
