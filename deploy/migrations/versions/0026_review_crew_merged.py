"""The risk register: whom the crew lists of visits merged into another name, apart from who made those visits."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the column; who was merged before stays among those who made the visit."""
    op.execute("ALTER TABLE risk_register.review_items ADD COLUMN crew_merged jsonb")
