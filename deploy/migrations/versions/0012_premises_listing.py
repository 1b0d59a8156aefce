"""The premises: how far the gazetteer has been listed to those who search it."""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLE = """
CREATE TABLE premises.listing (
    id INTEGER NOT NULL,
    generation BIGINT NOT NULL,
    premises_id VARCHAR NOT NULL,
    listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

DROP INDEX premises.premises_generation;

CREATE INDEX premises_generation ON premises.premises (generation, premises_id);
"""


def upgrade() -> None:
    """Create the table: without a row in it nothing was ever listed, and the whole gazetteer is."""
    op.execute(TABLE)
