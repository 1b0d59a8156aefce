"""Control: the persons at risk of an incident, each thing that an operator said of a caller as a row of its own."""

from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Add the table; nothing in it is ever changed."""
    op.execute("""
        CREATE TABLE control.persons_at_risk (
            incident_no varchar NOT NULL,
            position integer NOT NULL,
            entry_id varchar NOT NULL,
            caller_id varchar NOT NULL,
            field varchar NOT NULL,
            value text NOT NULL,
            based_on jsonb NOT NULL,
            author varchar NOT NULL,
            said_at timestamptz NOT NULL,
            received_at timestamptz NOT NULL,
            PRIMARY KEY (incident_no, position)
        )
    """)
    op.execute("CREATE UNIQUE INDEX persons_at_risk_once ON control.persons_at_risk (incident_no, entry_id)")
