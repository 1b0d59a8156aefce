"""The referrals: referrals, and safeguarding in a schema of its own."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE SCHEMA IF NOT EXISTS referrals;
CREATE SCHEMA IF NOT EXISTS safeguarding;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
