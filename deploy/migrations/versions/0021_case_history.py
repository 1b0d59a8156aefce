"""Referrals: the history of cases moves into the schema of safeguarding; the open one is linked anew without it."""

import hashlib
import json
from datetime import UTC
from typing import Any

from alembic import op
from sqlalchemy import Connection, text

revision = "0021"
down_revision = "0020"

# The columns, index and trigger of a history; the names are those that the code expects.
MAKE = """
CREATE TABLE {schema}.history (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    service VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    details JSONB NOT NULL,
    correlation_id VARCHAR NOT NULL,
    previous_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX {index} ON {schema}.history (service, record, number);
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.history
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
"""
# The old table goes whole, as it is, where only referrals may look: it stays the evidence that it was.
MOVE = """
ALTER TABLE platform.history SET SCHEMA safeguarding;
ALTER TABLE safeguarding.history RENAME TO history_until_0021;
ALTER INDEX safeguarding.history_record RENAME TO history_until_0021_record;
ALTER INDEX safeguarding.history_pkey RENAME TO history_until_0021_pkey;
ALTER SEQUENCE safeguarding.history_number_seq RENAME TO history_until_0021_number_seq;
"""
CLOSED = "record LIKE 'case/%' OR record LIKE 'need/%'"
COLUMNS = ("service", "record", "action", "actor", "at", "details", "correlation_id")
KEPT = ", ".join(COLUMNS)
READ = (
    "SELECT number, {} FROM safeguarding.history_until_0021 WHERE ({}) AND number > :after ORDER BY number LIMIT 2000"
)
WRITE = """
INSERT INTO {}.history ({}, previous_hash, hash)
VALUES (:service, :record, :action, :actor, :at, CAST(:details AS jsonb), :correlation_id, :previous_hash, :hash)
"""
# Said in the open history whether it held a case or not, so that it tells nothing.
SAID = {
    "service": "platform",
    "record": "history",
    "action": "linked anew: what is kept elsewhere from now on was left out",
    "actor": "migration 0021",
    "details": {},
    "correlation_id": "0021",
}


def sealed(previous: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its link to the one before, as histories were linked at this migration."""
    shown = {**entry, "at": entry["at"].astimezone(UTC).isoformat()}
    content = json.dumps([previous, *(shown[name] for name in COLUMNS)], sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return {**entry, "details": json.dumps(entry["details"]), "previous_hash": previous, "hash": digest}


def link_anew(connection: Connection, schema: str, which: str) -> str:
    """Fill a history with some entries of the old one, in their order, linked to one another; return its head."""
    after, previous = 0, "0" * 64
    while True:
        rows = connection.execute(text(READ.format(KEPT, which)), {"after": after}).mappings().all()
        if not rows:
            return previous
        linked = []
        for row in rows:
            linked.append(sealed(previous, {name: row[name] for name in COLUMNS}))
            previous = linked[-1]["hash"]
        connection.execute(text(WRITE.format(schema, KEPT)), linked)
        after = rows[-1]["number"]


def upgrade() -> None:
    """Split the history in two, each whole, numbered without a gap; the old one stays in the closed schema."""
    connection = op.get_bind()
    op.execute(MOVE)
    op.execute(MAKE.format(schema="platform", index="history_record"))
    op.execute(MAKE.format(schema="safeguarding", index="case_history_record"))
    had_any = connection.execute(text("SELECT count(*) > 0 FROM safeguarding.history_until_0021")).scalar_one()
    if not had_any:
        op.execute("DROP TABLE safeguarding.history_until_0021")
        return
    head = link_anew(connection, "platform", f"NOT ({CLOSED})")
    now = connection.execute(text("SELECT now()")).scalar_one()
    connection.execute(text(WRITE.format("platform", KEPT)), [sealed(head, {**SAID, "at": now})])
    link_anew(connection, "safeguarding", CLOSED)
