"""A person looks at a case: what its page shows, from the case as kept and the gazetteer as it is now."""

import asyncio
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.domain.grid_references import grid_reference
from services.matching import Entry, Fix, Proposed, what_is_odd
from services.premises.presenters.candidates import ShownCandidate, shown_candidates, with_buildings
from services.premises.presenters.cases import crew_said
from services.premises.presenters.maps import map_of, middle_of, outline
from services.premises.presenters.words import FIGURES, PRECISION_WORDS
from services.premises.rules.cases import Case, why_not_decide
from services.premises.rules.locating import one_line
from services.premises.rules.places import Point, point_of
from services.premises.rules.snapshots import Snapshot
from services.premises.store.cases import find_case
from services.premises.store.reference import find_entry, list_nearby
from services.premises.views.desk import ListedCase, listed
from services.premises.views.trying import Asked, tried
from services.shared.errors import Conflict, NotFound

AROUND_M = 350.0
NEAR_M, NEAREST = 100.0, 3
HELPFUL, UNLIKELY = 5, 0.01


@dataclass(frozen=True)
class OpenCase:
    """All that the page of one case shows; `more` candidates are hardly like it and left out unless asked for."""

    case: ListedCase
    version: int
    callsign: str
    said: list[tuple[str, str]]
    candidates: list[ShownCandidate]
    more: int
    nearest: list[ShownCandidate]
    next_key: int
    likely: bool
    place_words: str | None
    fix_grid: str
    map: dict[str, Any]


@dataclass(frozen=True)
class OddChoice:
    """An entry that a person would place a visit on, and what is odd about that: usually nothing."""

    case: Case
    entry: Entry
    odd: tuple[str, ...]


async def odd_choice(
    session: AsyncSession, snapshot: Snapshot, visit_id: str, version: int, premises_id: str
) -> OddChoice:
    """Return what is odd about placing a visit on an entry, so that a person is asked once more."""
    case = await find_case(session, visit_id)
    if case is None:
        raise NotFound("there is no such visit here")
    if (why := why_not_decide(case, version)) or case.visit is None:
        raise Conflict(why or "this visit is not kept here any longer: open the list again")
    entry = await find_entry(session, premises_id)
    if entry is None:
        raise NotFound("there is no such premises in the gazetteer")
    fix = Fix(case.fix.point, case.fix.accuracy_m or 0.0) if case.fix and case.fix.point else None
    proposed = Proposed(entry, point_of(snapshot, entry), case.candidates)
    written, postcodes = one_line(case.visit.address), snapshot.gazetteer.postcodes
    return OddChoice(case, entry, await asyncio.to_thread(what_is_odd, proposed, written, fix, postcodes))


async def open_case(session: AsyncSession, snapshot: Snapshot, visit_id: str, *, show_all: bool = False) -> OpenCase:
    """Return the page of one case; raises `NotFound` if the case is not open."""
    case = await find_case(session, visit_id)
    if case is None or case.visit is None or why_not_decide(case, case.version):
        raise NotFound("there is no such visit here, or it has been placed")
    fix, sure_fix = (case.fix.point, case.fix.sure_point) if case.fix else (None, None)
    stored = with_buildings(case.candidates, snapshot)
    whole = len(stored)
    if sure_fix and not show_all:  # what stands nearest is of more use than what is hardly like it
        stored = stored[: max(HELPFUL, sum(one["score"] >= UNLIKELY for one in stored))]
    candidates = shown_candidates(stored, snapshot, fix, 1, sure_fix)
    place = (case.place.easting, case.place.northing) if case.place else None
    around = await _around(session, middle_of((fix, place, *_points(candidates))))
    near = _nearest(around, sure_fix, {one.premises_id for one in candidates})
    nearest = shown_candidates(near, snapshot, fix, len(candidates) + 1)
    return OpenCase(
        case=listed(case, snapshot),
        version=case.version,
        callsign=case.visit.callsign,
        said=crew_said(case.visit),
        candidates=candidates,
        more=whole - len(candidates),
        nearest=nearest,
        next_key=len(candidates) + len(nearest) + 1,
        likely=any(one.percent for one in candidates),
        place_words=PRECISION_WORDS.get(case.precision, case.precision) if case.place else None,
        fix_grid=grid_reference(*fix, FIGURES) if fix else "",
        map=map_of(
            [*candidates, *nearest], fix, case.fix.accuracy_m if case.fix else None, place, _outlines(snapshot, case),
            [(entry.easting or 0.0, entry.northing or 0.0, entry.name or entry.address) for entry in around],
        ),
    )  # fmt: skip


def _nearest(around: Iterable[Entry], fix: Point | None, but: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the entries that stand nearest to a good fix, other than the candidates, nearest first."""
    if fix is None:
        return []
    near = [
        entry
        for entry in around
        if entry.premises_id not in but
        and math.hypot((entry.easting or 0.0) - fix[0], (entry.northing or 0.0) - fix[1]) < NEAR_M
    ]
    return [asdict(entry) for entry in near[:NEAREST]]


def _points(candidates: Iterable[ShownCandidate]) -> list[Point | None]:
    return [
        (one.easting, one.northing) if one.easting is not None and one.northing is not None else None
        for one in candidates
    ]


def _outlines(snapshot: Snapshot, case: Case) -> list[dict[str, Any]]:
    ground = (case.place.station_ground if case.place else None) or case.station
    grounds = [area for area in snapshot.areas.get("station_ground", ()) if area.code == ground]
    drawn = [outline(area, "station_ground") for area in grounds]
    return drawn + [outline(area, "service") for area in snapshot.areas.get("service", ())]


async def _around(session: AsyncSession, middle: Point | None) -> list[Entry]:
    return [] if middle is None else await list_nearby(session, *middle, AROUND_M)


async def search(
    session: AsyncSession, snapshot: Snapshot, visit_id: str, line: str, first_key: int
) -> list[ShownCandidate]:
    """Return what the gazetteer has for a line typed beside a case, best first; an id finds its own entry."""
    case = await find_case(session, visit_id)
    if case is None:
        raise NotFound("there is no such visit here")
    line = line.strip()
    if len(line) < 2:
        return []
    entry = snapshot.gazetteer.get(line)
    found = (await tried(snapshot, Asked(query=line))).found
    stored = [asdict(one) for one in found.candidates]
    if entry is not None:
        stored = [{**asdict(entry), "score": None}, *(one for one in stored if one["premises_id"] != entry.premises_id)]
    fix, sure_fix = (case.fix.point, case.fix.sure_point) if case.fix else (None, None)
    return shown_candidates(stored, snapshot, fix, first_key, sure_fix)
