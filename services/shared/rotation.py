"""A new master key: every data key is wrapped anew, batch by batch; killed in the middle, it goes on when run again."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from services.shared.master_key import NEWEST, MasterKey, NoSuchKey

BATCH = 500
READ = "SELECT key_id, wrapped_key FROM {} WHERE key_id > %s AND wrapped_key IS NOT NULL ORDER BY key_id LIMIT %s"
# A key that was destroyed meanwhile stays destroyed.
WRITE = "UPDATE {} SET wrapped_key = %s WHERE key_id = %s AND wrapped_key = %s"


@dataclass(frozen=True)
class Rotated:
    """How many data keys were wrapped anew, how many were so already, and how many open with no key that was given."""

    anew: int
    before: int
    lost: int


def rotate(address: str, key: MasterKey, tables: Sequence[str]) -> Rotated:
    """Wrap every data key of some tables under the master key in use, then let the database know it as its own.

    Each batch is a transaction. Raises `WrongMasterKey` if neither the key in use nor an older one is the database's.
    """
    counts = Rotated(0, 0, 0)
    with psycopg.connect(address) as connection:
        if not key.is_known_to(connection):
            key.keep_first_in(connection)
        connection.commit()
        for table in tables:
            name, after = sql.Identifier(*table.split(".")), ""
            while rows := connection.execute(sql.SQL(READ).format(name), (after, BATCH)).fetchall():
                counts = _batch(connection, key, name, rows, counts)
                connection.commit()
                after = rows[-1][0]
        newest = connection.execute(NEWEST).fetchone()
        if newest is None or newest[0] != key.fingerprints[0]:
            key.keep_next_in(connection)
    return counts


def _batch(
    connection: psycopg.Connection,
    key: MasterKey,
    table: sql.Identifier,
    rows: Sequence[tuple[str, bytes]],
    counts: Rotated,
) -> Rotated:
    anew, lost = [], 0
    for key_id, wrapped in rows:
        try:
            wrapped_anew = key.wrapped_anew(wrapped)
        except NoSuchKey:
            lost += 1
            continue
        if wrapped_anew is not None:
            anew.append((wrapped_anew, key_id, wrapped))
    with connection.cursor() as cursor:
        cursor.executemany(sql.SQL(WRITE).format(table), anew)
    return Rotated(counts.anew + len(anew), counts.before + len(rows) - len(anew) - lost, counts.lost + lost)
