"""The snapshot: the whole gazetteer, postcodes and boundaries in memory, read anew when they change, never away."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg
import shapely
from psycopg.rows import args_row, tuple_row
from sqlmodel.ext.asyncio.session import AsyncSession

from services.matching import Alias, Entry, Gazetteer, Postcodes
from services.premises.rules.localities import Area, Localities
from services.premises.rules.snapshots import Counted, Snapshot, nowhere
from services.premises.store.generations import read_count
from services.shared.database import Database, is_out_of_reach

logger = logging.getLogger(__name__)

CHECK_EVERY_S = 1.0
PATIENCE_S = 3.0
_BLOCK = 10_000
_KINDS = ("station_ground", "district", "ward", "service", "neighbour")
_SMALL_SHARE = 20

_COUNT = "SELECT number, announced, whole_from, areas_from FROM premises.gazetteer_generation WHERE id = 1"
_ENTRIES = (
    "SELECT premises_id, name, address, postcode, easting, northing, parent_id, classification, logical_status, "
    "source FROM premises.premises"
)
_ALIASES = "SELECT premises_id, name, former FROM premises.aliases WHERE undone_at IS NULL"
_CHANGED_ALIASES = (
    "SELECT premises_id, name, former, undone_at FROM premises.aliases "
    "WHERE generation > %s OR (undone_at IS NULL AND premises_id = ANY(%s))"
)


def read_snapshot(address: str, before: Snapshot | None = None) -> Snapshot:
    """Return the snapshot as the database has it, taking over from `before` what has not changed.

    Reads one state of the database in blocks through a cursor on the server, so that a million entries need no more
    memory than the picture of them. Blocking: run it in a thread.
    """
    with psycopg.connect(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute(_COUNT).fetchone()
        now = Counted(*row) if row else Counted()
        if before is None or now.areas_from > before.seen.number:
            areas = _areas(connection)
            localities = Localities(*(areas.get(kind, ()) for kind in _KINDS))
        else:
            areas, localities = before.areas, before.localities
        return Snapshot(_gazetteer(connection, before, now), localities, areas, now)


def _gazetteer(connection: psycopg.Connection[Any], before: Snapshot | None, now: Counted) -> Gazetteer:
    if before is None or now.whole_from > before.seen.number:
        return _whole(connection)
    since = (before.seen.number,)
    size = connection.execute("SELECT count(*) FROM premises.premises WHERE generation > %s", since).fetchone()
    if size and size[0] * _SMALL_SHARE > len(before.gazetteer):
        return _whole(connection)
    with connection.cursor(row_factory=args_row(Entry)) as cursor:
        entries = cursor.execute(f"{_ENTRIES} WHERE generation > %s", since).fetchall()
    ids = [entry.premises_id for entry in entries]
    changed = connection.execute(_CHANGED_ALIASES, (*since, ids)).fetchall()
    if not entries and not changed:
        return before.gazetteer
    known = [Alias(*row[:3]) for row in changed]
    learnt = [alias for alias, (*_, undone_at) in zip(known, changed, strict=True) if undone_at is None]
    return before.gazetteer.with_changes(entries, aliases=learnt, forgotten_aliases=known)


def _whole(connection: psycopg.Connection[Any]) -> Gazetteer:
    postcodes = Postcodes(connection.execute("SELECT postcode, easting, northing FROM premises.postcodes").fetchall())
    aliases = [Alias(*row) for row in connection.execute(_ALIASES)]
    return Gazetteer(_entries(connection), postcodes, aliases)


def _entries(connection: psycopg.Connection[Any]) -> Iterator[Entry]:
    with connection.cursor("premises_entries", row_factory=tuple_row) as cursor:
        cursor.itersize = _BLOCK
        for row in cursor.execute(_ENTRIES):
            yield Entry(*row)


def _areas(connection: psycopg.Connection[Any]) -> dict[str, tuple[Area, ...]]:
    kinds: dict[str, list[Area]] = {}
    for kind, code, name, shape in connection.execute(
        'SELECT kind, code, name, shape FROM premises.areas ORDER BY kind, code COLLATE "C"'
    ):
        kinds.setdefault(kind, []).append(Area(code, name, shapely.from_wkb(shape)))
    return {kind: tuple(found) for kind, found in kinds.items()}


class SnapshotKeeper:
    """Holds the snapshot of a process and swaps it whole: whoever is matching keeps the picture they began with."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading: asyncio.Task[Snapshot] | None = None
        self._began = 0.0
        self.snapshot = nowhere()
        self._loaded = False

    async def refresh(self) -> Snapshot:
        """Read what has changed and return the new picture; those who ask at the same time share one reading."""
        if self._reading is None or self._reading.done():
            self._reading, self._began = asyncio.create_task(self._read()), monotonic()
        return await asyncio.shield(self._reading)

    async def _read(self) -> Snapshot:
        before = self.snapshot if self._loaded else None
        self.snapshot = await asyncio.to_thread(read_snapshot, self._database.plain_address, before)
        self._loaded = True
        return self.snapshot

    async def current(self, session: AsyncSession) -> Snapshot:
        """Return the picture as of the last announced change, waiting a little for it where it is new.

        Where reading takes longer than 3 s, those who ask go on with the picture before: what it cannot place
        goes to a person. Only an empty one is waited for however long it takes.
        """
        announced = (await read_count(session)).announced
        if announced <= self.snapshot.seen.number:
            return self.snapshot
        running = self._reading is not None and not self._reading.done()
        left_s = PATIENCE_S - (monotonic() - self._began) if running else PATIENCE_S
        with suppress(TimeoutError):
            await asyncio.wait_for(self._reach(announced), left_s if len(self.snapshot.gazetteer) else None)
        return self.snapshot

    async def is_current(self, session: AsyncSession, snapshot: Snapshot) -> bool:
        """Return whether a picture has the areas as they are now."""
        return (await read_count(session)).areas_from <= snapshot.seen.number

    async def _reach(self, announced: int) -> None:
        """Read until a change is in the picture: a reading that had begun before it may lack it."""
        while self.snapshot.seen.number < announced:
            await self.refresh()

    async def prepare(self) -> None:
        """Read everything once, before the first question."""
        await self.refresh()

    async def watch(self) -> None:
        """Read again whenever a change is announced, until cancelled."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                async with self._database.reading() as session:
                    announced = (await read_count(session)).announced
                if announced > self.snapshot.seen.number:
                    await self.refresh()
            except Exception as problem:
                if not is_out_of_reach(problem) and not isinstance(problem, psycopg.OperationalError):
                    raise
                logger.warning("premises: the database is out of reach; the snapshot stays as it is")
