"""Risk register: visit plans of stations, what was changed in them by hand, and what each watch can do in a month."""

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Add the tables."""
    op.execute("""
        CREATE TABLE risk_register.plan_capacities (
            version integer PRIMARY KEY,
            stations jsonb NOT NULL,
            set_by varchar NOT NULL,
            set_at timestamptz NOT NULL,
            reason varchar NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE risk_register.plans (
            station varchar NOT NULL,
            month date NOT NULL,
            version integer NOT NULL,
            proposed_by varchar,
            proposed_at timestamptz,
            published_by varchar,
            published_at timestamptz,
            PRIMARY KEY (station, month)
        )
    """)
    op.execute("CREATE INDEX plans_of_month ON risk_register.plans (month, station)")
    op.execute("""
        CREATE TABLE risk_register.plan_lines (
            station varchar NOT NULL,
            month date NOT NULL,
            premises_id varchar NOT NULL,
            premises jsonb NOT NULL,
            why varchar NOT NULL,
            level integer,
            due_on date,
            units integer NOT NULL,
            reason varchar NOT NULL,
            proposed_watch varchar,
            watch varchar NOT NULL,
            planned_at timestamptz NOT NULL,
            is_in boolean NOT NULL,
            put_off_until date,
            is_adjusted boolean NOT NULL,
            ask_id varchar,
            visit_id varchar,
            visited_at timestamptz,
            PRIMARY KEY (station, month, premises_id)
        )
    """)
    op.execute(
        "CREATE INDEX plan_lines_open ON risk_register.plan_lines (premises_id, month) "
        "WHERE is_in AND visited_at IS NULL"
    )
    op.execute("CREATE INDEX plan_lines_out ON risk_register.plan_lines (premises_id, month) WHERE NOT is_in")
    op.execute("CREATE INDEX plan_lines_visited ON risk_register.plan_lines (visit_id) WHERE visit_id IS NOT NULL")
    op.execute("CREATE INDEX plan_lines_of_month ON risk_register.plan_lines (month, station)")
    op.execute("""
        CREATE TABLE risk_register.plan_adjustments (
            adjustment_id varchar PRIMARY KEY,
            station varchar NOT NULL,
            month date NOT NULL,
            premises_id varchar NOT NULL,
            change varchar NOT NULL,
            reason varchar NOT NULL,
            made_by varchar NOT NULL,
            made_at timestamptz NOT NULL,
            watch varchar,
            until date,
            undone_by varchar,
            undone_at timestamptz
        )
    """)
    op.execute("CREATE INDEX plan_adjustments_of_plan ON risk_register.plan_adjustments (station, month, made_at)")
