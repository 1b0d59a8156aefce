"""The visits: what the crews sent."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE SCHEMA IF NOT EXISTS visits;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
