"""Control: incidents, and the premises they are taken to be at."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Add the table."""
    op.execute("""
        CREATE TABLE control.incidents (
            incident_no varchar PRIMARY KEY,
            given jsonb NOT NULL,
            callsigns jsonb NOT NULL,
            premises_id varchar,
            opened_at timestamptz NOT NULL,
            opened_by varchar NOT NULL,
            changed_at timestamptz NOT NULL,
            changed_by varchar NOT NULL,
            closed_at timestamptz
        )
    """)
    op.execute("CREATE INDEX incidents_open ON control.incidents (opened_at DESC, incident_no) WHERE closed_at IS NULL")
    op.execute(
        "CREATE INDEX incidents_closed ON control.incidents (closed_at DESC, incident_no) WHERE closed_at IS NOT NULL"
    )
