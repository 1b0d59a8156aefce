"""The risk register: risk records and the review queue."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE SCHEMA IF NOT EXISTS risk_register;
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
