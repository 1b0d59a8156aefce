"""Premises: who sent a visit, kept with the case while a person must still place it."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Keep the sender beside the visit; visits that wait already have none."""
    op.execute("ALTER TABLE premises.decisions ADD COLUMN sent_by jsonb")
