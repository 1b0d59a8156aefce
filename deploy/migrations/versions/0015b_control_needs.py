"""The control: who needs help to get out, sealed, as it was heard."""

from alembic import op

revision = "0015b"
down_revision = "0015"

TABLE = """
CREATE TABLE control.needs (
    premises_id VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed JSONB NOT NULL,
    PRIMARY KEY (premises_id, changed_at)
);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)
