"""The control: who needs help to get out, sealed, as it was heard."""

from alembic import op

revision = "0016"
down_revision = "0015"

TABLE = """
CREATE TABLE control.needs (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    premises_id VARCHAR NOT NULL,
    key_id VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed JSONB NOT NULL,
    PRIMARY KEY (number)
);

CREATE UNIQUE INDEX needs_once ON control.needs (key_id);

CREATE INDEX needs_premises ON control.needs (premises_id, changed_at, number);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)
