"""The risk register: whether a violence marker stands, as those decided who decide it; never what it rests on."""

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Add the table of decisions, by the visit that reported the marker."""
    op.execute("""
        CREATE TABLE risk_register.marker_decisions (
            visit_id varchar PRIMARY KEY,
            stands boolean NOT NULL,
            decided_at timestamptz NOT NULL
        )
    """)
