"""The least that this machine needs to move as many events: read one, keep a row for it, commit; nothing else."""

from time import perf_counter

import psycopg

from services.shared.messaging.reader import BATCH

BULK_IS = (
    "one connection reads as many events as the services were delivered, from a table with the same payloads, in "
    f"batches of {BATCH}, inserts one row with the payload for each (prepared), moves a cursor and commits each "
    "batch: no JSON is parsed, nothing is validated, matched, sealed, scored or said further"
)
ALONE_IS = (
    "four times in turn on one connection (taking, placing, the risk record, control): read one event by its position, "
    "insert one row with its payload, commit"
)
HOPS_TO_CONTROL = 4
# Every event once for each service that hears it, in the order of the log.
DELIVERIES = """
CREATE TABLE public.floor_in AS
SELECT row_number() OVER (ORDER BY heard.nth, log.position) AS number, log.event_id, log.payload::text AS payload
FROM platform.event_log AS log
JOIN unnest(%s::text[]) WITH ORDINALITY AS heard (topic, nth) USING (topic)
"""
TABLES = (
    "ALTER TABLE public.floor_in ADD PRIMARY KEY (number)",
    "CREATE TABLE public.floor_out (number bigint PRIMARY KEY, event_id uuid, payload text)",
    "CREATE TABLE public.floor_cursor AS SELECT 0::bigint AS position",
)
READ = "SELECT number, event_id, payload FROM public.floor_in WHERE number > %s ORDER BY number LIMIT %s"
KEEP = "INSERT INTO public.floor_out (number, event_id, payload) VALUES (%s, %s, %s)"
MOVE = "UPDATE public.floor_cursor SET position = %s"


def prepare_floor(address: str, heard: list[str]) -> int:
    """Make the floor's tables from what a run has said, and return how many events were delivered.

    `heard` names each topic once for every service that hears it.
    """
    with psycopg.connect(address) as connection:
        connection.execute(DELIVERIES, (heard,))
        for statement in TABLES:
            connection.execute(statement)
        row = connection.execute("SELECT count(*) FROM public.floor_in").fetchone()
        connection.commit()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE public.floor_in")
    return int(row[0]) if row else 0


def consume_insert_commit(address: str, batch: int = BATCH) -> float:
    """Return the seconds of a bare loop over all of the floor's events; `batch` of them to a commit."""
    with psycopg.connect(address, prepare_threshold=0) as connection:
        connection.execute("TRUNCATE public.floor_out")
        connection.commit()
        began, position = perf_counter(), 0
        while True:
            rows = connection.execute(READ, (position, batch)).fetchall()
            for row in rows:
                connection.execute(KEEP, row)
            if not rows:
                break
            position = rows[-1][0]
            connection.execute(MOVE, (position,))
            connection.commit()
        return perf_counter() - began


def hops_alone(address: str, visits: int) -> list[float]:
    """Return the milliseconds of each of so many journeys of four hops, each hop read, kept and committed."""
    taken = []
    with psycopg.connect(address, prepare_threshold=0) as connection:
        connection.execute("TRUNCATE public.floor_out")
        connection.commit()
        for visit in range(visits):
            began = perf_counter()
            for hop in range(HOPS_TO_CONTROL):
                row = connection.execute(READ, (visit * HOPS_TO_CONTROL + hop, 1)).fetchone()
                if row is not None:
                    connection.execute(KEEP, row)
                connection.commit()
            taken.append((perf_counter() - began) * 1000)
    return taken
