"""A visit was submitted: find its premises, or say that a person must."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime

from schemas.premises import LocatedPremises, Place, PremisesLocated, PremisesNotLocated
from schemas.sensitive import Sealed
from schemas.visits import OpenVisit, Sender, VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.matching import Match
from services.premises.handlers.places import candidates_of, located, place_at
from services.premises.handlers.questions import Fix, fix_of, locate, shown_as
from services.premises.rules.gravity import gravity_of
from services.premises.store.decisions import MATCHER, CaseState, Decision, hold_decision, save_decision
from services.premises.store.snapshots import Snapshot, SnapshotKeeper
from services.shared.transactions import Work

NO_POSITION = "no-position"


@dataclass(frozen=True)
class HeardVisit:
    """What is known of a visit: as it was heard now, or as it was kept while it waited."""

    visit_id: str
    received_at: datetime
    visit: OpenVisit
    private: Sealed
    sent_by: Sender | None


async def locate_premises(event: VisitSubmitted, work: Work, *, keeper: SnapshotKeeper) -> None:
    """Match the address of a visit, keep the decision with its evidence, and say what was found.

    A visit that was placed before stays where it is; one that waits for a person is tried again.
    """
    before = await hold_decision(work, event.visit_id)
    if before is not None and before.state != CaseState.NEEDS_PERSON:
        return
    snapshot = await keeper.current(work)
    found = await asyncio.to_thread(locate, snapshot.gazetteer, event.visit)
    heard = HeardVisit(event.visit_id, event.received_at, event.visit, event.private, event.sent_by)
    case = before or _new_case(heard, work)
    placed = await keep_match(work, case, heard, snapshot, found)
    if not placed and before is None:
        work.say(not_located_event(case, snapshot, found))


async def keep_match(work: Work, case: Decision, heard: HeardVisit, snapshot: Snapshot, found: Match) -> bool:
    """Keep in a case what the matcher made of it, say so if it placed the visit, and return whether it did."""
    premises = _premises_of(snapshot, found, fix_of(heard.visit.device_point))
    await save_decision(work, decide(case, heard, found, premises, snapshot, work))
    if premises is not None:
        work.say(located_event(heard, found, premises))
    return premises is not None


def _premises_of(snapshot: Snapshot, found: Match, fix: Fix | None) -> LocatedPremises | None:
    entry = snapshot.gazetteer.get(found.premises_id) if found.premises_id else None
    return located(snapshot, entry, fix.sure_point if fix else None) if entry else None


def _new_case(heard: HeardVisit, work: Work) -> Decision:
    cause, fix = work.by, fix_of(heard.visit.device_point)
    return Decision(
        visit_id=heard.visit_id, written=shown_as(heard.visit), fix=asdict(fix) if fix else None,
        station=heard.visit.station, received_at=heard.received_at, correlation_id=cause.correlation_id,
        event_id=cause.caused_by, version=0, decided_by=MATCHER, decided_at=work.now,
        state="", outcome="", precision="", reason="", score=0.0, evidence=[], candidates=[],
    )  # fmt: skip


def decide(
    case: Decision, heard: HeardVisit, found: Match, premises: LocatedPremises | None, snapshot: Snapshot,
    work: Work,
) -> Decision:  # fmt: skip
    """Return the case with what the matcher made of it; the visit is kept in it only while it waits."""
    lost = found.outcome is LocationOutcome.MATCHED and premises is None
    outcome = LocationOutcome.REVIEW if lost else found.outcome
    place = premises.place if premises else _place_of(snapshot, found, fix_of(heard.visit.device_point))
    case.state = CaseState.LOCATED if premises else CaseState.NEEDS_PERSON
    case.outcome, case.reason = outcome.value, NO_POSITION if lost else found.reason.value
    case.precision = precision_of(found, place, lost).value
    case.score, case.premises_id = found.score, found.premises_id if premises else None
    case.evidence = [asdict(one) for one in found.evidence]
    case.candidates = [asdict(one) for one in found.candidates]
    case.place = place.model_dump(mode="json") if place else None
    case.visit = None if premises else heard.visit.model_dump(mode="json")
    case.private = None if premises else heard.private.model_dump(mode="json")
    case.sent_by = None if premises or heard.sent_by is None else heard.sent_by.model_dump(mode="json")
    case.gravity = gravity_of(heard.visit)
    case.decided_at = work.now
    case.version += 1
    return case


def _place_of(snapshot: Snapshot, found: Match, fix: Fix | None) -> Place | None:
    """Return the place of a visit without a premises: what was written, else where the tablet was."""
    if found.easting is not None and found.northing is not None:
        return place_at(snapshot, (found.easting, found.northing))
    return place_at(snapshot, fix.sure_point if fix else None)


def precision_of(found: Match, place: Place | None, lost: bool) -> LocationPrecision:
    """Return how exactly the place is known: what only the tablet's fix tells is a point."""
    if lost or place is None:
        return LocationPrecision.NONE
    return found.precision if found.easting is not None else LocationPrecision.POINT


def located_event(heard: HeardVisit, found: Match, premises: LocatedPremises) -> PremisesLocated:
    """Return the news that the matcher placed a visit."""
    return PremisesLocated(
        visit_id=heard.visit_id,
        premises=premises,
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=round(found.score, 4),
        reason=found.reason.value,
        located_by=MATCHER,
        received_at=heard.received_at,
        visit=heard.visit,
        private=heard.private,
        sent_by=heard.sent_by,
    )


def not_located_event(decision: Decision, snapshot: Snapshot, found: Match) -> PremisesNotLocated:
    """Return the news that a person must place a visit."""
    return PremisesNotLocated(
        visit_id=decision.visit_id,
        written=decision.written,
        outcome=LocationOutcome(decision.outcome),
        precision=LocationPrecision(decision.precision),
        reason=decision.reason,
        place=Place.model_validate(decision.place) if decision.place else None,
        candidates=candidates_of(snapshot, found),
    )
