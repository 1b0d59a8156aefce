"""A person looks at a case: gather what the page shows, from the case as kept and the gazetteer as it is now."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import Place
from schemas.visits import OpenVisit
from services.domain.grid_references import grid_reference
from services.matching import Match
from services.premises.handlers.asking import Asked, answer
from services.premises.handlers.confirm_premises import fix_point, sure_fix_point
from services.premises.handlers.places import Point, point_of
from services.premises.presenters.cases import (
    ShownCandidate,
    crew_said,
    fix_words,
    percent,
    shown_candidate,
)
from services.premises.presenters.maps import map_of, middle_of, outline
from services.premises.presenters.words import OUTCOME_WORDS, PRECISION_WORDS, reason_words
from services.premises.rules.gravity import cannot_wait
from services.premises.store.decisions import CaseState, Decision
from services.premises.store.reference import Premises, list_nearby
from services.premises.store.snapshots import Snapshot
from services.shared.errors import NotFound

AROUND_M = 350.0
NEAR_M, NEAREST = 100.0, 3
FIGURES = 10  # a point is printed to the metre: it is typed back where a place is made of it
HELPFUL, UNLIKELY = 5, 0.01


@dataclass(frozen=True)
class ListedCase:
    """One line of the list of visits that need a person."""

    visit_id: str
    written: str
    reason: str
    station: str
    station_name: str | None
    received_at: Any
    fix: str | None
    hints: list[str]
    candidates: int


def listed(case: Decision, snapshot: Snapshot) -> ListedCase:
    """Return a case as a line of the list."""
    visit = OpenVisit.model_validate(case.visit)
    return ListedCase(
        case.visit_id, case.written, reason_words(case.reason), case.station,
        snapshot.name_of("station_ground", case.station), case.received_at, fix_words(case.fix), cannot_wait(visit),
        len(case.candidates),
    )  # fmt: skip


def shown_candidates(
    stored: Sequence[Mapping[str, Any]], snapshot: Snapshot, fix: Point | None, first_key: int | None = 1,
    sure_fix: Point | None = None,
) -> list[ShownCandidate]:  # fmt: skip
    """Return kept candidates for the page, each as it is in the gazetteer today and with its number key."""
    shown = []
    for at, one in enumerate(stored):
        entry = snapshot.gazetteer.get(str(one["premises_id"]))
        key = first_key + at if first_key is not None else None
        point = point_of(snapshot, entry) if entry else None
        shown.append(shown_candidate(one, entry, point, fix, key, can_stand=(point or sure_fix) is not None))
    return shown


def with_buildings(stored: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> list[Mapping[str, Any]]:
    """Return the candidates with the building of each flat or unit after the first of its units.

    Policy: docs/domain/1.1.md: facts about a building belong to the building.
    """
    there = {str(one["premises_id"]) for one in stored}
    shown: list[Mapping[str, Any]] = []
    for one in stored:
        shown.append(one)
        unit = snapshot.gazetteer.get(str(one["premises_id"]))
        building = snapshot.gazetteer.get(unit.parent_id) if unit and unit.parent_id else None
        if building and building.premises_id not in there:
            there.add(building.premises_id)
            shown.append({**asdict(building), "score": one["score"]})
    return shown


async def case_page(
    session: AsyncSession, snapshot: Snapshot, case: Decision | None, *, show_all: bool = False
) -> dict[str, Any]:
    """Return all that the page of one case shows; raises `NotFound` if the case is not open."""
    if case is None or case.visit is None or case.state != CaseState.NEEDS_PERSON:
        raise NotFound("there is no such visit here, or it has been placed")
    visit, fix = OpenVisit.model_validate(case.visit), fix_point(case)
    sure_fix = sure_fix_point(case)
    stored = with_buildings(case.candidates, snapshot)
    whole = len(stored)
    if sure_fix and not show_all:  # what stands nearest is of more use than what is hardly like it
        stored = stored[: max(HELPFUL, sum(one["score"] >= UNLIKELY for one in stored))]
    candidates = shown_candidates(stored, snapshot, fix, 1, sure_fix)
    place = (case.place["easting"], case.place["northing"]) if case.place else None
    around = await _around(session, middle_of((fix, place, *_points(candidates))))
    near = _nearest(around, sure_fix, {one.premises_id for one in candidates})
    nearest = shown_candidates(near, snapshot, fix, len(candidates) + 1)
    return {
        "case": listed(case, snapshot),
        "version": case.version,
        "callsign": visit.callsign,
        "said": crew_said(visit),
        "candidates": candidates,
        "more": whole - len(candidates),
        "nearest": nearest,
        "next_key": len(candidates) + len(nearest) + 1,
        "likely": any(one.percent for one in candidates),
        "place_words": PRECISION_WORDS.get(case.precision, case.precision) if case.place else None,
        "fix_grid": grid_reference(*fix, FIGURES) if fix else "",
        "map": map_of(
            [*candidates, *nearest], fix, (case.fix or {}).get("accuracy_m"), place, _outlines(snapshot, case),
            [(row.easting or 0.0, row.northing or 0.0, row.name or row.address) for row in around],
        ),
    }  # fmt: skip


def _nearest(around: Iterable[Premises], fix: Point | None, but: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the entries that stand nearest to a good fix, other than the candidates, nearest first."""
    if fix is None:
        return []
    near = [
        row
        for row in around
        if row.premises_id not in but
        and math.hypot((row.easting or 0.0) - fix[0], (row.northing or 0.0) - fix[1]) < NEAR_M
    ]
    return [
        {"premises_id": row.premises_id, "name": row.name, "address": row.address, "postcode": row.postcode}
        for row in near[:NEAREST]
    ]


def _points(candidates: Iterable[ShownCandidate]) -> list[Point | None]:
    return [
        (one.easting, one.northing) if one.easting is not None and one.northing is not None else None
        for one in candidates
    ]


def _outlines(snapshot: Snapshot, case: Decision) -> list[dict[str, Any]]:
    ground = (case.place or {}).get("station_ground") or case.station
    grounds = [area for area in snapshot.areas.get("station_ground", ()) if area.code == ground]
    drawn = [outline(area, "station_ground") for area in grounds]
    return drawn + [outline(area, "service") for area in snapshot.areas.get("service", ())]


async def _around(session: AsyncSession, middle: Point | None) -> list[Premises]:
    return [] if middle is None else await list_nearby(session, *middle, AROUND_M)


async def search(snapshot: Snapshot, line: str, case: Decision, first_key: int) -> list[ShownCandidate]:
    """Return what the gazetteer has for a line typed by the person, best first; an id finds its own entry."""
    line = line.strip()
    if len(line) < 2:
        return []
    entry = snapshot.gazetteer.get(line)
    found, _ = await answer(snapshot, Asked(query=line))
    stored = [asdict(one) for one in found.candidates]
    if entry is not None:
        stored = [{**asdict(entry), "score": None}, *(one for one in stored if one["premises_id"] != entry.premises_id)]
    return shown_candidates(stored, snapshot, fix_point(case), first_key, sure_fix_point(case))


def answer_page(snapshot: Snapshot, found: Match, place: Place | None) -> dict[str, Any]:
    """Return what the page shows of a match that was only tried."""
    evidence = sorted(found.evidence, key=lambda one: -abs(one.points))
    return {
        "outcome": found.outcome.value,
        "outcome_words": OUTCOME_WORDS[found.outcome.value],
        "reason": reason_words(found.reason.value),
        "percent": percent(found.score),
        "place": place,
        "grid": grid_reference(place.easting, place.northing, FIGURES) if place else "",
        "precision": PRECISION_WORDS[found.precision.value],
        "ground": snapshot.name_of("station_ground", place.station_ground) if place else None,
        "candidates": shown_candidates([asdict(one) for one in found.candidates], snapshot, None, None),
        "premises_id": found.premises_id,
        "evidence": evidence,
    }
