"""The premises: the gazetteer and what was decided about each address."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE SCHEMA IF NOT EXISTS premises;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
