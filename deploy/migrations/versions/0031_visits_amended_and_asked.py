"""Visits: what became of each last, so that a tablet is told only what is new; the visits that are asked of crews.

Referrals: which visit another amends, so that a desk is told the same once.
"""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the columns."""
    op.execute("ALTER TABLE visits.visits ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id()")
    op.execute("ALTER TABLE visits.story ADD COLUMN comments jsonb")
    op.execute("ALTER TABLE visits.story ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id()")
    op.execute("ALTER TABLE referrals.visits ADD COLUMN amends varchar")
    op.execute("CREATE INDEX visits_amending ON referrals.visits (amends) WHERE amends IS NOT NULL")
    op.execute("""
        CREATE TABLE visits.asks (
            ask_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            station varchar NOT NULL,
            due_on date,
            asked jsonb,
            ended_at timestamptz
        )
    """)
    op.execute("CREATE INDEX asks_of_station ON visits.asks (station, due_on) WHERE ended_at IS NULL")
