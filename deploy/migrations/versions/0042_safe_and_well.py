"""Safeguarding: how far Safe and Well is with a case, in codes and times, and what is recorded of it, sealed."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Add the columns."""
    op.execute("""
        ALTER TABLE safeguarding.cases
            ADD COLUMN need varchar,
            ADD COLUMN reached_at timestamptz,
            ADD COLUMN reach_by timestamptz,
            ADD COLUMN visit varchar,
            ADD COLUMN visit_at timestamptz,
            ADD COLUMN home_visit jsonb
    """)
