"""The control: what control is shown."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE SCHEMA IF NOT EXISTS control;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
