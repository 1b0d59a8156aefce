"""The plumbing: every line of the event log seals the one before it, and signed heads say how far it had grown."""

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.shared.chain import FIRST_LINK, sealed_after
from services.shared.event_log import content_of

revision = "0024"
down_revision = "0023"

BATCH = 1000
NEXT = sa.text("""
    SELECT position, topic, key, event_id, type, source, correlation_id, caused_by, only_for, payload, occurred_at,
        said_at
    FROM platform.event_log WHERE position > :position ORDER BY position LIMIT :limit
""")
SEAL = sa.text("""
    UPDATE platform.event_log AS log SET seal = given.seal
    FROM unnest(CAST(:positions AS bigint[]), CAST(:seals AS text[])) AS given (position, seal)
    WHERE log.position = given.position
""")
HEADS = """
CREATE TABLE platform.signed_heads (
    number BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (number)
);

CREATE TRIGGER signed_heads_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.signed_heads
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
"""


def upgrade() -> None:
    """Chain what was said before, in batches and without a key; what is said from now on is sealed under one."""
    op.execute("ALTER TABLE platform.event_log ADD COLUMN seal varchar")
    op.execute("ALTER TABLE platform.event_log DISABLE TRIGGER event_log_is_append_only")
    connection = op.get_bind()
    position, seal = 0, FIRST_LINK
    while lines := connection.execute(NEXT, {"position": position, "limit": BATCH}).all():
        seals = []
        for line in lines:
            seals.append(seal := _sealed(seal, line))
        positions = [line.position for line in lines]
        connection.execute(SEAL, {"positions": positions, "seals": seals})
        position = positions[-1]
    op.execute("ALTER TABLE platform.event_log ENABLE TRIGGER event_log_is_append_only")
    op.execute("ALTER TABLE platform.event_log ALTER COLUMN seal SET NOT NULL")
    op.execute(HEADS)


def _sealed(previous: str, line: Any) -> str:
    return sealed_after(previous, content_of(SimpleNamespace(**line._mapping)), None)
