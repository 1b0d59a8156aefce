"""What people read of a candidate: what speaks for it and against it, and whether it can be confirmed today."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.matching import NOT_CURRENT, Entry
from services.premises.presenters.cases import percent
from services.premises.presenters.words import SPEAKS_AGAINST, SPEAKS_FOR
from services.premises.rules.places import Point, point_of
from services.premises.rules.snapshots import Snapshot


@dataclass(frozen=True)
class ShownCandidate:
    """One candidate as a page shows it; `key` is the number key that confirms it, None beyond nine."""

    premises_id: str
    name: str
    address: str
    postcode: str
    percent: int | None
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    warning: str
    from_fix_m: float | None
    easting: float | None
    northing: float | None
    key: int | None
    can_confirm: bool = True


def evidence_words(evidence: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of the writing agrees with a candidate and what does not, at most four of each."""
    noted = {str(one["what"]) for one in evidence}
    agrees = dict.fromkeys(words for what, words in SPEAKS_FOR.items() if what in noted)
    differs = dict.fromkeys(words for what, words in SPEAKS_AGAINST.items() if what in noted)
    return tuple(agrees)[:4], tuple(differs)[:4]


def shown_candidate(
    stored: Mapping[str, Any], today: Entry | None, point: Point | None, fix: Point | None, key: int | None,
    *, can_stand: bool,
) -> ShownCandidate:  # fmt: skip
    """Return a kept candidate for the page, as its entry is today: that is what a confirmation would mean.

    `today` is None if the entry has gone, `point` is where it stands; `can_stand` tells whether anybody knows that,
    if only from a good fix of the tablet.
    """
    speaks_for, against = evidence_words(stored.get("evidence") or [])
    name, address, postcode = (
        (today.name, today.address, today.postcode)
        if today
        else (str(stored["name"]), str(stored["address"]), str(stored["postcode"]))
    )
    return ShownCandidate(
        str(stored["premises_id"]), "" if address.startswith(f"{name},") else name, address, postcode,
        percent(stored.get("score")), speaks_for, against, "; ".join(_warnings(stored, today, can_stand)),
        math.hypot(point[0] - fix[0], point[1] - fix[1]) if point and fix else None,
        point[0] if point else None, point[1] if point else None, key if key is not None and key <= 9 else None,
        can_confirm=today is not None and can_stand,
    )  # fmt: skip


def _warnings(stored: Mapping[str, Any], today: Entry | None, can_stand: bool) -> Iterator[str]:
    if today is None:
        yield "no longer in the gazetteer"
        return
    if today.logical_status in NOT_CURRENT:
        yield NOT_CURRENT[today.logical_status]
    if today.address != stored["address"]:
        yield f"its entry has changed since it was matched: it was {stored['address']}"
    if not can_stand:
        yield "nobody knows where it stands: make a place with a point below, or have its entry mended"


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
