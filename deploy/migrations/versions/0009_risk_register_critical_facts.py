"""The risk register: a warning for a record of level 3 or more that has no critical facts."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the code to those that a review item may carry."""
    op.execute(
        "ALTER TYPE risk_register.review_warning ADD VALUE IF NOT EXISTS 'CRITICAL_FACTS_MISSING' "
        "AFTER 'LIKELIHOOD_DOUBTED'"
    )
