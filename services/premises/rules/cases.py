"""The case of one visit: what was decided about its address, by the matcher or by a person, and on what evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.premises import LocatedPremises, Place
from schemas.sensitive import Sealed
from schemas.visits import OpenVisit, Sender
from schemas.vocabulary import LocationOutcome, LocationPrecision, ReviewState
from services.matching import Candidate, Evidence
from services.premises.rules.gravity import gravity_of
from services.premises.rules.locating import Fix, Placing, shown_as

MATCHER = "matcher"
NO_POSITION = "no-position"
BY_PERSON = "confirmed-by-person"
CREATED = "created-by-person"
RETURNED = "returned-to-crew"
PUT_BACK = "put-back"
# Once the register has decided, a visit is its business, and premises keeps no copy of it.
DECIDED = frozenset(
    {
        ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED, ReviewState.MERGED, ReviewState.REJECTED,
        ReviewState.SUPERSEDED, ReviewState.RESUBMITTED,
    }
)  # fmt: skip
TOO_LATE = (
    "the risk team has already decided on this visit where it was placed: it cannot be put back. If it was published "
    "there, ask them to restore the version before it, and ask the crew to send the visit again"
)


class CaseState(StrEnum):
    """Where the address of a visit stands."""

    LOCATED = "located"
    NEEDS_PERSON = "needs-person"
    RETURNED = "returned"


MAY_BECOME: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.NEEDS_PERSON: frozenset({CaseState.LOCATED, CaseState.RETURNED}),
    CaseState.LOCATED: frozenset({CaseState.NEEDS_PERSON}),
    CaseState.RETURNED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class HeardVisit:
    """What is known of a visit: as it was heard now, or as it was kept while it waited."""

    visit_id: str
    received_at: datetime
    visit: OpenVisit
    private: Sealed
    sent_by: Sender | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What was decided about the address of one visit; `version` counts the decisions.

    The visit itself is kept only while somebody may still have to place it, or to take back where they placed it.
    `gravity` is how little it can wait; `reviewed` is where the register says its review stands.
    """

    visit_id: str
    state: CaseState
    outcome: str = ""
    precision: str = ""
    reason: str = ""
    score: float = 0.0
    premises_id: str | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    candidates: Sequence[Mapping[str, Any]] = ()
    place: Place | None = None
    written: str
    fix: Fix | None
    station: str
    received_at: datetime
    visit: OpenVisit | None = None
    private: Sealed | None = None
    sent_by: Sender | None = None
    decided_by: str
    decided_at: datetime
    note: str = ""
    version: int = 0
    gravity: int = 0
    reviewed: str | None = None
    correlation_id: str
    event_id: UUID | None

    @property
    def kept(self) -> HeardVisit | None:
        """The visit as it was heard, None once it was let go."""
        if self.visit is None or self.private is None:
            return None
        return HeardVisit(self.visit_id, self.received_at, self.visit, self.private, self.sent_by)

    def may_become(self, state: CaseState) -> bool:
        """Return whether the table of transitions lets this case become so."""
        return state in MAY_BECOME[self.state]


def is_for_the_matcher(case: Case | None) -> bool:
    """Return whether nobody has decided about a visit yet: what was placed or returned stays where it is."""
    return case is None or case.may_become(CaseState.LOCATED)


def new_case(heard: HeardVisit, fix: Fix | None, correlation_id: str, event_id: UUID | None, now: datetime) -> Case:
    """Return the case of a visit that was never heard of, before the matcher has looked at it."""
    return Case(
        visit_id=heard.visit_id, state=CaseState.NEEDS_PERSON, written=shown_as(heard.visit), fix=fix,
        station=heard.visit.station, received_at=heard.received_at, correlation_id=correlation_id, event_id=event_id,
        decided_by=MATCHER, decided_at=now,
    )  # fmt: skip


def matched(case: Case, heard: HeardVisit, placing: Placing, now: datetime) -> Case:
    """Return a case with what the matcher made of it; the visit is kept in it only while it waits.

    Policy: docs/domain/4.1.md, Geocode rule: what is not certain, or stands nowhere, goes to a person.
    """
    found, waits = placing.found, placing.premises is None
    lost = waits and found.outcome is LocationOutcome.MATCHED
    return replace(
        case,
        state=CaseState.NEEDS_PERSON if waits else CaseState.LOCATED,
        outcome=(LocationOutcome.REVIEW if lost else found.outcome).value,
        precision=_precision_of(placing, lost).value,
        reason=NO_POSITION if lost else found.reason.value,
        score=found.score,
        premises_id=placing.premises.premises_id if placing.premises else None,
        evidence=_kept_evidence(found.evidence),
        candidates=_kept_candidates(found.candidates),
        place=placing.place,
        visit=heard.visit if waits else None,
        private=heard.private if waits else None,
        sent_by=heard.sent_by if waits else None,
        gravity=int(gravity_of(heard.visit)),
        decided_at=now,
        version=case.version + 1,
    )


def _kept_evidence(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Return evidence as it is kept; by hand, as there is much of it."""
    return [{"what": one.what, "points": one.points} for one in evidence]


def _kept_candidates(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    plain = ("premises_id", "name", "address", "postcode", "easting", "northing", "score")
    return [
        {name: getattr(one, name) for name in plain} | {"evidence": _kept_evidence(one.evidence)} for one in candidates
    ]


def _precision_of(placing: Placing, lost: bool) -> LocationPrecision:
    """Return how exactly the place is known: what only the tablet's fix tells is a point."""
    if lost or placing.place is None:
        return LocationPrecision.NONE
    return placing.found.precision if placing.found.easting is not None else LocationPrecision.POINT


def why_not_decide(case: Case, version: int) -> str | None:
    """Return why a person can no longer decide about a case that they saw in this version, None if they can."""
    if not case.may_become(CaseState.LOCATED):
        return "somebody has already decided about this visit: open the list again"
    if case.version != version:
        return "this visit has been looked at anew since you opened it: open it again"
    return None


def placed(
    case: Case, premises: LocatedPremises, precision: LocationPrecision, reason: str, person: str, now: datetime
) -> Case:
    """Return a case as a person placed it; the visit is kept until the register has decided."""
    return replace(
        case, state=CaseState.LOCATED, reason=reason, outcome=LocationOutcome.MATCHED.value, precision=precision.value,
        score=1.0, premises_id=premises.premises_id, place=premises.place, decided_by=person, decided_at=now,
        version=case.version + 1,
    )  # fmt: skip


def returned(case: Case, why: str, person: str, now: datetime) -> Case:
    """Return a case as it goes back to its crew, with what they should find out."""
    return replace(
        case, state=CaseState.RETURNED, reason=RETURNED, outcome=LocationOutcome.UNMATCHED.value, note=why.strip(),
        decided_by=person, decided_at=now, version=case.version + 1,
    )  # fmt: skip


def why_not_put_back(case: Case, version: int) -> str | None:
    """Return why a visit cannot wait for a person again, None if it can.

    Policy: docs/house.md: no step without a way back, until the register has built on it.
    """
    if case.version != version:
        return "somebody has changed this since you opened the page: open the list again"
    if not case.may_become(CaseState.NEEDS_PERSON) or case.premises_id is None:
        return "this visit is not placed: open the list again"
    return None if case.kept else TOO_LATE


def put_back(case: Case, person: str, now: datetime) -> Case:
    """Return the case of a visit that a person had placed as it waits again."""
    return replace(
        case, state=CaseState.NEEDS_PERSON, reason=PUT_BACK, outcome=LocationOutcome.REVIEW.value, premises_id=None,
        reviewed=None, place=None, precision=LocationPrecision.NONE.value, score=0.0, decided_by=person,
        decided_at=now, version=case.version + 1,
    )  # fmt: skip
