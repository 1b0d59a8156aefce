"""The referrals: what the risk register makes of each visit, so that its referrals are as urgent."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the level, and whether anything could not wait."""
    op.execute("ALTER TABLE referrals.visits ADD COLUMN base_level INTEGER")
    op.execute("ALTER TABLE referrals.visits ADD COLUMN safety_critical BOOLEAN")
