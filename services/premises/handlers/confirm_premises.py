"""A person says which premises a visit means, or that it is a new place: its story continues at once."""

import asyncio
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises, Place, PremisesLocated, PremisesNotLocated
from schemas.sensitive import Sealed
from schemas.visits import OpenVisit, Sender
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.domain.grid_references import GridPoint, PointRefusal, read_point
from services.matching import Entry, Fix, NameToLearn, Proposed, what_is_odd
from services.premises.handlers.learn_names import learn_name
from services.premises.handlers.places import Point, located, point_of
from services.premises.handlers.questions import FIX_IS_A_PLACE_M, one_line
from services.premises.store.decisions import CaseState, Decision, get_open_case, save_decision
from services.premises.store.generations import announce, count_change
from services.premises.store.reference import find_entry, save_entries
from services.premises.store.snapshots import Snapshot
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.transactions import Work

BY_PERSON = "confirmed-by-person"
CREATED = "created-by-person"
RETURNED = "returned-to-crew"
SOURCE = "central risk team"
ROUGHEST_PLACE_M, SHORTEST_WHY = 1_000.0, 10


@dataclass(frozen=True)
class Choice:
    """Which case a person decides, as they last saw it."""

    visit_id: str
    version: int


async def odd_about(session: AsyncSession, snapshot: Snapshot, choice: Choice, premises_id: str) -> tuple[str, ...]:
    """Return what is odd about placing a visit on an entry, so that a person is asked once more; usually nothing."""
    case = await get_open_case(session, choice.visit_id, choice.version)
    entry = await _get_entry(session, premises_id)
    fix, accuracy_m = fix_point(case), (case.fix or {}).get("accuracy_m")
    proposed = Proposed(entry, point_of(snapshot, entry), case.candidates)
    written = one_line(_visit(case).address)
    near = Fix(fix, accuracy_m or 0.0) if fix else None
    return await asyncio.to_thread(what_is_odd, proposed, written, near, snapshot.gazetteer.postcodes)


async def _get_entry(session: AsyncSession, premises_id: str) -> Entry:
    entry = await find_entry(session, premises_id)
    if entry is None:
        raise NotFound("there is no such premises in the gazetteer")
    return entry


async def confirm_premises(
    work: Work, snapshot: Snapshot, choice: Choice, premises_id: str, *, learn: bool = True
) -> tuple[LocatedPremises, NameToLearn | None]:
    """Place a visit on an entry of the gazetteer; return the premises, and the name learnt from it, if any."""
    case = await get_open_case(work, choice.visit_id, choice.version)
    entry = await _get_entry(work, premises_id)
    premises = located(snapshot, entry, sure_fix_point(case))
    if premises is None:
        why = "nobody knows where this entry stands: make a place with a point instead"
        raise Refused(why, (FieldReason("/premises_id", why),))
    learnt = await learn_name(work, snapshot, case, entry, one_line(_visit(case).address)) if learn else None
    work.note(f"visit/{case.visit_id}", "premises confirmed", premises_id=premises_id, was=case.reason)
    await _place(work, case, premises, LocationPrecision.PREMISES, BY_PERSON)
    return premises, learnt


async def create_place(
    work: Work, snapshot: Snapshot, choice: Choice, name: str, address: str, where: str
) -> LocatedPremises:
    """Place a visit at a point or site that has no entry, which becomes one. `where` is the point as typed."""
    case = await get_open_case(work, choice.visit_id, choice.version)
    point = read_point(where)
    reasons = reasons_to_refuse_place(address, where)
    if reasons or not isinstance(point, GridPoint):
        raise Refused("; ".join(one.reason for one in reasons), reasons)
    entry = Entry(
        f"site-{case.visit_id}", name.strip(), address.strip(), "", point.easting, point.northing, source=SOURCE
    )
    premises = located(snapshot, entry)
    if premises is None:
        raise Refused("this point is not in Great Britain", (FieldReason("/where", "not in Great Britain"),))
    attributes = {"premises_class": _visit(case).premises_class.value, "visit_id": case.visit_id}
    await save_entries(work, [(entry, attributes)], await count_change(work))
    await announce(work)
    work.note(f"visit/{case.visit_id}", "place created", premises_id=entry.premises_id, was=case.reason)
    await _place(work, case, premises, LocationPrecision.POINT, CREATED)
    return premises


def reasons_to_refuse_place(address: str, where: str) -> tuple[FieldReason, ...]:
    """Return all that has to be mended before a place can be made, each with how."""
    reasons = []
    if not address.strip():
        reasons.append(FieldReason("/address", "Say where it is in words, such as “Field above Saltmarsh Lane”"))
    point = read_point(where)
    if point is PointRefusal.OUTSIDE_GREAT_BRITAIN:
        reasons.append(FieldReason("/where", "This point is not in Great Britain: check its letters and figures"))
    elif not isinstance(point, GridPoint):
        how = "Give the point as a grid reference such as SO 5483 6755, an easting and northing such as 354830 267550"
        reasons.append(FieldReason("/where", f"{how}, or a latitude and longitude such as 52.3042, -2.6639"))
    elif point.square_m > ROUGHEST_PLACE_M:
        reasons.append(FieldReason("/where", "This names a square of 10 km: give at least four figures more"))
    return tuple(reasons)


def reasons_to_refuse_return(why: str) -> tuple[FieldReason, ...]:
    """Return what has to be mended before a visit can go back to its crew."""
    if len(why.strip()) >= SHORTEST_WHY:
        return ()
    how = f"Say what the crew should find out, in {SHORTEST_WHY} letters or more, such as “Which field? Send a point”"
    return (FieldReason("/why", how),)


async def return_to_crew(work: Work, choice: Choice, why: str) -> None:
    """Say that a visit cannot be placed, and why, so that the crew sends it again with a better address."""
    case = await get_open_case(work, choice.visit_id, choice.version)
    if reasons := reasons_to_refuse_return(why):
        raise Refused(reasons[0].reason, reasons)
    decided(case, work, CaseState.RETURNED, RETURNED)
    case.note, case.outcome = why.strip(), LocationOutcome.UNMATCHED.value
    await save_decision(work, case)
    work.note(f"visit/{case.visit_id}", "returned to the crew: no premises")
    carry_on(work, case)
    work.say(
        PremisesNotLocated(
            visit_id=case.visit_id,
            written=case.written,
            outcome=LocationOutcome.UNMATCHED,
            precision=LocationPrecision(case.precision),
            reason=f"{RETURNED}: {case.note}",
            place=Place.model_validate(case.place) if case.place else None,
        ),
    )


def decided(case: Decision, work: Work, state: CaseState, reason: str) -> None:
    """Note in a case that a person has decided it."""
    case.state, case.reason = state.value, reason
    case.decided_by, case.decided_at = work.by.actor, work.now
    case.version += 1


def fix_point(case: Decision) -> Point | None:
    """Return where the tablet was, in metres, if it told."""
    fix = case.fix or {}
    easting, northing = fix.get("easting"), fix.get("northing")
    return (easting, northing) if easting is not None and northing is not None else None


def sure_fix_point(case: Decision) -> Point | None:
    """Return where the tablet was, if it knew that well enough for it to be the place of a premises."""
    accuracy_m = (case.fix or {}).get("accuracy_m")
    return fix_point(case) if accuracy_m is None or accuracy_m <= FIX_IS_A_PLACE_M else None


def _visit(case: Decision) -> OpenVisit:
    return OpenVisit.model_validate(case.visit)


def sender_of(case: Decision) -> Sender | None:
    """Return who sent the visit of a case, None if that was not kept."""
    return Sender.model_validate(case.sent_by) if case.sent_by else None


def carry_on(work: Work, case: Decision) -> None:
    """Let what is said next belong to the story that the visit began, not to this click."""
    work.by = replace(work.by, correlation_id=case.correlation_id, caused_by=case.event_id)


async def _place(
    work: Work, case: Decision, premises: LocatedPremises, precision: LocationPrecision, reason: str
) -> None:
    """Say that the visit is placed, from the copy kept with the case, which stays until the register has decided."""
    carry_on(work, case)
    work.say(
        PremisesLocated(
            visit_id=case.visit_id,
            premises=premises,
            outcome=LocationOutcome.MATCHED,
            precision=precision,
            score=1.0,
            reason=reason,
            located_by=work.by.actor,
            received_at=case.received_at,
            visit=_visit(case),
            private=Sealed.model_validate(case.private),
            sent_by=sender_of(case),
        ),
    )
    decided(case, work, CaseState.LOCATED, reason)
    case.outcome, case.precision, case.score = LocationOutcome.MATCHED.value, precision.value, 1.0
    case.premises_id, case.place = premises.premises_id, premises.place.model_dump(mode="json")
    await save_decision(work, case)
