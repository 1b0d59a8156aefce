"""Safeguarding: its data keys lie apart from those of visits; the database knows its master key again."""

from alembic import op

revision = "0023"
down_revision = "0022"

MAKE = """
CREATE TABLE safeguarding.sealing_keys (
    key_id VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    wrapped_key BYTEA,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (key_id)
);
CREATE TABLE platform.master_keys (
    number INTEGER NOT NULL,
    fingerprint VARCHAR NOT NULL,
    marks_key BYTEA NOT NULL,
    used_since TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (number)
);
"""
# What stays is written anew in the order of its ids: no gap tells where something lay.
MOVE = """
WITH moved AS (
    DELETE FROM platform.sealing_keys
    WHERE key_id LIKE 'concerns/case/%' OR key_id LIKE 'concerns/people/%' OR key_id LIKE 'concerns/need/%'
    RETURNING *
)
INSERT INTO safeguarding.sealing_keys SELECT * FROM moved;
CLUSTER platform.sealing_keys USING sealing_keys_pkey;
"""


def upgrade() -> None:
    """Make both tables, and move the keys."""
    op.execute(MAKE)
    op.execute(MOVE)
