"""What people read about a doubtful address: the candidates, what the crew said, what makes it urgent."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.visits import OpenVisit
from schemas.vocabulary import VisitOutcome
from services.domain.words import PREMISES_CLASS_WORDS
from services.matching import NOT_CURRENT, Entry
from services.premises.presenters.words import SPEAKS_AGAINST, SPEAKS_FOR

Point = tuple[float, float]


def crew_said(visit: OpenVisit) -> list[tuple[str, str]]:
    """Return what else the crew said about the building that helps to tell it from others."""
    said = [("Premises", PREMISES_CLASS_WORDS[visit.premises_class])]
    if visit.unit_ref:
        said.append(("Unit", visit.unit_ref))
    if visit.storeys_above is not None:
        said.append(("Storeys", str(visit.storeys_above)))
    if visit.outcome != VisitOutcome.COMPLETED:
        said.append(("Visit", visit.outcome.value.replace("_", " ").capitalize()))
    if visit.entry_point:
        said.append(("Entry", visit.entry_point))
    if visit.rvp:
        said.append(("Rendezvous point", visit.rvp.point))
    return said


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


def percent(score: float | None) -> int | None:
    """Return a belief between 0 and 1 in whole per cent, never rounded up to certainty."""
    return None if score is None else min(int(score * 100), 99)


def fix_words(fix: Mapping[str, Any] | None) -> str | None:
    """Return how good the tablet's fix is, None where it gave none."""
    if not fix:
        return None
    if fix.get("easting") is None:
        return "outside Great Britain: of no use"
    accuracy = fix.get("accuracy_m")
    if accuracy is None:
        return "accuracy not known"
    return f"good to {round(accuracy)} m" + (": rough, do not rely on it" if accuracy > 100 else "")
