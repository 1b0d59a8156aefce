"""The scorecard: the state of every visit."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE SCHEMA IF NOT EXISTS scorecard;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
