"""Scorecard: whether the risk information was right, as those say who were at incidents."""

from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """Add the table."""
    op.execute("""
        CREATE TABLE scorecard.debriefs (
            answer_id varchar PRIMARY KEY,
            is_right boolean NOT NULL,
            answered_at timestamptz NOT NULL
        )
    """)
