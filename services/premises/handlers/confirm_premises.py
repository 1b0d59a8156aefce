"""A person says which premises a visit means, or that it is a new place: its story continues at once."""

from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises, Place, PremisesLocated, PremisesNotLocated
from schemas.sensitive import Sealed
from schemas.visits import OpenVisit, Sender
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.domain.grid_references import GridPoint, read_point
from services.premises.handlers.learn_names import learn_name
from services.premises.handlers.places import Point, located
from services.premises.handlers.questions import FIX_IS_A_PLACE_M, one_line
from services.premises.rules.gazetteer import Entry
from services.premises.rules.learning import NameToLearn
from services.premises.store.atlas import Atlas
from services.premises.store.decisions import CaseState, Decision, get_open_case, save_decision
from services.premises.store.generations import announce, count_change
from services.premises.store.reference import find_entry, save_entries
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.transactions import cause_of, moment, note, say, work_of

BY_PERSON = "confirmed-by-person"
CREATED = "created-by-person"
RETURNED = "returned-to-crew"
SOURCE = "central risk team"


@dataclass(frozen=True)
class Choice:
    """Which case a person decides, as they last saw it."""

    visit_id: str
    version: int


async def confirm_premises(
    session: AsyncSession, atlas: Atlas, choice: Choice, premises_id: str, *, learn: bool = True
) -> tuple[LocatedPremises, NameToLearn | None]:
    """Place a visit on an entry of the gazetteer; return the premises, and the name learnt from it, if any."""
    case = await get_open_case(session, choice.visit_id, choice.version)
    entry = await find_entry(session, premises_id)
    if entry is None:
        raise NotFound("there is no such premises in the gazetteer")
    premises = located(atlas, entry, sure_fix_point(case))
    if premises is None:
        why = "nobody knows where this entry stands: make a place with a point instead"
        raise Refused(why, (FieldReason("/premises_id", why),))
    learnt = await learn_name(session, atlas, case, entry, one_line(_visit(case).address)) if learn else None
    note(session, f"visit/{case.visit_id}", "premises confirmed", premises_id=premises_id, was=case.reason)
    await _place(session, case, premises, LocationPrecision.PREMISES, BY_PERSON)
    return premises, learnt


async def create_place(
    session: AsyncSession, atlas: Atlas, choice: Choice, name: str, address: str, where: str
) -> LocatedPremises:
    """Place a visit at a point or site that has no entry, which becomes one. `where` is the point as typed."""
    case = await get_open_case(session, choice.visit_id, choice.version)
    point = read_point(where)
    if not isinstance(point, GridPoint):
        why = "give a grid reference, an easting and northing, or a latitude and longitude in Great Britain"
        raise Refused(why, (FieldReason("/where", why),))
    entry = Entry(
        f"site-{case.visit_id}", name.strip(), address.strip(), "", point.easting, point.northing, source=SOURCE
    )
    premises = located(atlas, entry)
    if premises is None:
        raise Refused("this point is not in Great Britain", (FieldReason("/where", "not in Great Britain"),))
    attributes = {"premises_class": _visit(case).premises_class.value, "visit_id": case.visit_id}
    await save_entries(session, [(entry, attributes)], await count_change(session))
    await announce(session)
    note(session, f"visit/{case.visit_id}", "place created", premises_id=entry.premises_id, was=case.reason)
    await _place(session, case, premises, LocationPrecision.POINT, CREATED)
    return premises


async def return_to_crew(session: AsyncSession, choice: Choice, why: str) -> None:
    """Say that a visit cannot be placed, and why, so that the crew sends it again with a better address."""
    case = await get_open_case(session, choice.visit_id, choice.version)
    decided(case, session, CaseState.RETURNED, RETURNED)
    case.note, case.outcome = why.strip(), LocationOutcome.UNMATCHED.value
    await save_decision(session, case)
    note(session, f"visit/{case.visit_id}", "returned to the crew: no premises")
    carry_on(session, case)
    say(
        PremisesNotLocated(
            visit_id=case.visit_id,
            written=case.written,
            outcome=LocationOutcome.UNMATCHED,
            precision=LocationPrecision(case.precision),
            reason=f"{RETURNED}: {case.note}",
            place=Place.model_validate(case.place) if case.place else None,
        ),
        session,
    )


def decided(case: Decision, session: AsyncSession, state: CaseState, reason: str) -> None:
    """Note in a case that a person has decided it."""
    case.state, case.reason = state.value, reason
    case.decided_by, case.decided_at = cause_of(session).actor, moment(session)
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


def carry_on(session: AsyncSession, case: Decision) -> None:
    """Let what is said next belong to the story that the visit began, not to this click."""
    work = work_of(session)
    work.cause = replace(work.cause, correlation_id=case.correlation_id, caused_by=case.event_id)


async def _place(
    session: AsyncSession, case: Decision, premises: LocatedPremises, precision: LocationPrecision, reason: str
) -> None:
    """Say that the visit is placed, from the copy kept with the case, which is then let go."""
    carry_on(session, case)
    say(
        PremisesLocated(
            visit_id=case.visit_id,
            premises=premises,
            outcome=LocationOutcome.MATCHED,
            precision=precision,
            score=1.0,
            reason=reason,
            located_by=cause_of(session).actor,
            received_at=case.received_at,
            visit=_visit(case),
            private=Sealed.model_validate(case.private),
            sent_by=sender_of(case),
        ),
        session,
    )
    decided(case, session, CaseState.LOCATED, reason)
    case.outcome, case.precision, case.score = LocationOutcome.MATCHED.value, precision.value, 1.0
    case.premises_id, case.place = premises.premises_id, premises.place.model_dump(mode="json")
    case.visit = case.private = case.sent_by = None
    await save_decision(session, case)
