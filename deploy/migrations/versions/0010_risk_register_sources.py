"""The risk register: who sent a visit, who saw what another visit brought in, and which fact an addition is about."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; what was kept before has none of them, and is read without."""
    op.execute(
        "ALTER TABLE risk_register.review_items "
        "ADD COLUMN sent_by JSONB, ADD COLUMN seen JSONB, ADD COLUMN authors_merged JSONB"
    )
    op.execute("ALTER TABLE risk_register.unverified_additions ADD COLUMN fact VARCHAR")
