"""Reference data arrives in a file: keep all of it or nothing, count what came of each row, let all read it anew."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from services.matching import Entry
from services.premises.gateways.point_files import postcodes_of, stations_of
from services.premises.gateways.premises_files import is_uprn_points, uprn_points_of
from services.premises.gateways.reference_files import AreaKind, FileKind, areas_of, entries_of, file_kind
from services.premises.gateways.rows import FileRefused, Rejected
from services.premises.store.generations import announce, count_change
from services.premises.store.listing import list_all_again
from services.premises.store.loads import Load, add_load
from services.premises.store.reference import (
    Kept,
    count_of_sources,
    list_moved,
    save_areas,
    save_postcodes,
    save_staged,
    save_stations,
    stage_entries,
    stage_points,
)
from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.event_log import Cause
from services.shared.identifiers import new_id
from services.shared.transactions import Work, transaction

BLOCK = 5_000
KEPT_REFUSALS, LISTED_REFUSALS = 1_000, 200
MOVED_M = 150.0
HISTORICAL = 8
Progress = Callable[[int], None]
Blocks = AsyncIterator[list[Any]]


@dataclass
class LoadReport:
    """What came of a load: how many rows were new, changed, the same or refused, and the refused ones with why.

    `moved` are ids that now stand more than 150 m from before: do they still mean the same premises? `not_in_file`
    counts current entries of the same source that the file does not name: they stay as they were. `waiting` rows
    were read and go in with the last of the file.
    """

    kind: str
    file: str
    kept: Kept = field(default_factory=Kept)
    refused: int = 0
    refusals: list[Rejected] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    moved: list[str] = field(default_factory=list)
    not_in_file: int = 0
    current_of_source: Counter[str] = field(default_factory=Counter)
    waiting: int = 0

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        kept = self.kept
        return kept.loaded + kept.updated + kept.unchanged + kept.passed_over + self.refused + self.waiting

    def refuse(self, row: Rejected) -> None:
        """Note a refused row."""
        self.refused += 1
        why = row.why.split(":")[0]
        self.reasons[f"{row.field}: {why}" if row.line else why] += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(row)

    def as_json(self) -> dict[str, Any]:
        """Return the report for a machine."""
        return {
            "kind": self.kind,
            "file": self.file,
            **asdict(self.kept),
            "moved": self.moved[:KEPT_REFUSALS],
            "not_in_file": self.not_in_file,
            "refused": self.refused,
            "refusals": [asdict(row) for row in self.refusals],
        }


@dataclass(frozen=True)
class Loader:
    """Loads reference files into one database, each in one transaction: stopped at any moment, nothing has changed.

    Entries and points wait beside the gazetteer until the file has been read: nobody who places a visit or learns a
    name meanwhile waits for the reading, only for the one statement in which they go in.
    """

    database: Database
    clock: Clock
    actor: str = "operator"

    async def load(
        self,
        path: Path,
        kind: FileKind | None = None,
        *,
        area_kind: AreaKind | None = None,
        source: str = "",
        progress: Progress = lambda rows: None,
    ) -> LoadReport:
        """Load one file and return what came of it; raises `FileRefused` for one that is nothing known here.

        A load that breaks off keeps nothing, and is listed with what stopped it.
        """
        what = await asyncio.to_thread(_kind_of, path, FileKind.BOUNDARIES if area_kind else kind)
        report = LoadReport(what.value, path.name)
        cause, named = Cause("premises", self.actor, f"load-{new_id(self.clock.now())}"), source or path.name
        blocks = _blocks(_rows(path, what, area_kind, source), report)
        try:
            await self._take_all(what, blocks, cause, named, report, progress)
        except BaseException:
            if report.rows:
                async with transaction(self.database, self.clock, cause) as work:
                    await _break_off(work, report, named, self.actor)
            raise
        return report

    async def _take_all(
        self, what: FileKind, blocks: Blocks, cause: Cause, named: str, report: LoadReport, progress: Progress
    ) -> None:
        async with transaction(self.database, self.clock, cause) as work:
            async for block in blocks:
                report.kept += await _take(work, what, block, named, report)
                progress(report.rows)
            await _finish(work, report, named, self.actor)


def _kind_of(path: Path, named: FileKind | None) -> FileKind:
    if not path.is_file():
        raise FileRefused(str(path), "there is no such file")
    return named or file_kind(path)


def _rows(path: Path, kind: FileKind, area_kind: AreaKind | None, source: str) -> Iterator[Any]:
    if kind is FileKind.BOUNDARIES:
        return areas_of(path, area_kind)
    if kind is FileKind.POSTCODES:
        return postcodes_of(path)
    if kind is FileKind.STATIONS:
        return stations_of(path)
    if path.name.lower().removesuffix(".gz").endswith(".csv") and is_uprn_points(path):
        return uprn_points_of(path)
    return entries_of(path, source)


async def _blocks(rows: Iterator[Any], report: LoadReport) -> AsyncIterator[list[Any]]:
    """Give the rows in blocks, refused ones noted and left out; files are read in a thread, not in the loop.

    Areas come in one block, as those that a file no longer names are taken out.
    """
    size = None if report.kind == FileKind.BOUNDARIES else BLOCK
    seen: set[str] = set()
    while True:
        block = await asyncio.to_thread(lambda: list(islice(rows, size)))
        if not block:
            return
        good = [row for row in block if not _is_refused(row, seen, report)]
        if good:
            yield good


def _is_refused(row: Any, seen: set[str], report: LoadReport) -> bool:
    if isinstance(row, Rejected):
        report.refuse(row)
        return True
    key = _key_of(row)
    if key in seen:
        report.refuse(Rejected(0, key, "comes more than once in this file and the first counts"))
        return True
    seen.add(key)
    return False


def _key_of(row: Any) -> str:
    first = row[0] if isinstance(row, tuple) else row
    if isinstance(first, Entry):
        return first.premises_id
    if isinstance(first, AreaKind):
        return f"{first.value} {row[1].code}"
    return str(getattr(first, "station_id", first))


async def _take(work: Work, kind: FileKind, block: list[Any], source: str, report: LoadReport) -> Kept:
    """Keep a block, or put it by where it must wait for the rest of the file."""
    if kind is FileKind.POSTCODES:
        return await save_postcodes(work, block, source)
    if kind is FileKind.STATIONS:
        return await save_stations(
            work, [(row.station_id, row.name, row.easting, row.northing) for row in block], source
        )
    if kind is FileKind.BOUNDARIES:
        kept = Kept()
        for area_kind in dict.fromkeys(one for one, _ in block):
            areas = [area for one, area in block if one is area_kind]
            # An area that could not be read may be one that is there already: then nothing is taken out.
            kept += await save_areas(work, area_kind.value, areas, source, whole=not report.refused)
        return kept
    if isinstance(block[0][0], Entry):
        entries = [entry for entry, _ in block]
        report.moved += await list_moved(work, entries, MOVED_M)
        report.current_of_source.update(entry.source for entry in entries if entry.logical_status != HISTORICAL)
        await stage_entries(work, block)
    else:
        await stage_points(work, block)
    report.waiting += len(block)
    return Kept()


async def _finish(work: Work, report: LoadReport, source: str, actor: str) -> None:
    kind = report.kind
    if report.waiting:
        report.kept += await save_staged(work, await count_change(work))
        report.waiting = 0
    if report.current_of_source:
        there = await count_of_sources(work, set(report.current_of_source))
        report.not_in_file = there - report.current_of_source.total()
    if report.kept.changes_anything:
        await count_change(work)
        if kind == FileKind.BOUNDARIES:
            await list_all_again(work)
        await announce(work, whole=kind == FileKind.POSTCODES, areas=kind == FileKind.BOUNDARIES)
    if report.rows:
        await _list(work, report, source, actor)
        counts = asdict(report.kept) | {"refused": report.refused, "moved": len(report.moved)}
        work.note(f"gazetteer/{kind}", "loaded", file=report.file, source=source, **counts)


async def _break_off(work: Work, report: LoadReport, source: str, actor: str) -> None:
    """List a load that kept nothing."""
    read, report.kept, report.waiting = report.rows, Kept(), 0
    report.refuse(Rejected(0, "file", f"the load broke off after {read:,} rows and nothing was kept: load it again"))
    await _list(work, report, source, actor)
    work.note(f"gazetteer/{report.kind}", "broken off", file=report.file, source=source)


async def _list(work: Work, report: LoadReport, source: str, actor: str) -> None:
    load = Load(
        kind=report.kind,
        file=report.file,
        source=source,
        loaded=report.kept.loaded,
        updated=report.kept.updated,
        unchanged=report.kept.unchanged,
        refused=report.refused,
        refusals=report.refusals[:LISTED_REFUSALS],
        loaded_by=actor,
        loaded_at=work.now,
    )
    await add_load(work, load)
