"""Visits: the tablets of the crews, and which of them were reported lost."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the table."""
    op.execute("""
        CREATE TABLE visits.tablets (
            tablet_id varchar PRIMARY KEY,
            station varchar,
            first_seen_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            sign_ins jsonb NOT NULL,
            lost_at timestamptz,
            lost_by varchar,
            lost_why text,
            emptied_at timestamptz
        )
    """)
    op.execute("CREATE INDEX tablets_by_last_seen ON visits.tablets (last_seen_at, tablet_id)")
