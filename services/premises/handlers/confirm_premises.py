"""A person says which premises a visit means, or that it is a new place: its story continues at once."""

from dataclasses import dataclass, replace

from schemas.premises import LocatedPremises
from schemas.vocabulary import LocationPrecision
from services.domain.grid_references import GridPoint, read_point
from services.matching import Entry, NameToLearn
from services.premises.handlers.learn_names import learn_name
from services.premises.rules import cases
from services.premises.rules.cases import BY_PERSON, CREATED, Case, HeardVisit, why_not_decide
from services.premises.rules.locating import one_line
from services.premises.rules.news import located_event, not_located_event
from services.premises.rules.places import located
from services.premises.rules.refusing import reasons_to_refuse_place, reasons_to_refuse_return
from services.premises.rules.snapshots import Snapshot
from services.premises.store.cases import get_case, save_cases
from services.premises.store.generations import announce, count_change
from services.premises.store.reference import find_entry, save_entries
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.transactions import Work

SOURCE = "central risk team"


@dataclass(frozen=True)
class Choice:
    """Which case a person decides, as they last saw it."""

    visit_id: str
    version: int


async def _hold_open(work: Work, choice: Choice) -> tuple[Case, HeardVisit]:
    """Return a case that a person may decide, held, and its visit; raises if it is gone, decided or has moved on."""
    case = await get_case(work, choice.visit_id)
    kept = case.kept
    if (why := why_not_decide(case, choice.version)) or kept is None:
        raise Conflict(why or "this visit is not kept here any longer: open the list again")
    return case, kept


async def confirm_premises(
    work: Work, snapshot: Snapshot, choice: Choice, premises_id: str, *, learn: bool = True
) -> tuple[LocatedPremises, NameToLearn | None]:
    """Place a visit on an entry of the gazetteer; return the premises, and the name learnt from it, if any."""
    case, kept = await _hold_open(work, choice)
    entry = await find_entry(work, premises_id)
    if entry is None:
        raise NotFound("there is no such premises in the gazetteer")
    premises = located(snapshot, entry, case.fix.sure_point if case.fix else None)
    if premises is None:
        why = "nobody knows where this entry stands: make a place with a point instead"
        raise Refused(why, (FieldReason("/premises_id", why),))
    learnt = await learn_name(work, snapshot, case, entry, one_line(kept.visit.address)) if learn else None
    work.note(f"visit/{case.visit_id}", "premises confirmed", premises_id=premises_id, was=case.reason)
    await _place(work, case, kept, premises, LocationPrecision.PREMISES, BY_PERSON)
    return premises, learnt


async def create_place(
    work: Work, snapshot: Snapshot, choice: Choice, name: str, address: str, where: str
) -> LocatedPremises:
    """Place a visit at a point or site that has no entry, which becomes one. `where` is the point as typed."""
    case, kept = await _hold_open(work, choice)
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
    attributes = {"premises_class": kept.visit.premises_class.value, "visit_id": case.visit_id}
    await save_entries(work, [(entry, attributes)], await count_change(work))
    await announce(work)
    work.note(f"visit/{case.visit_id}", "place created", premises_id=entry.premises_id, was=case.reason)
    await _place(work, case, kept, premises, LocationPrecision.POINT, CREATED)
    return premises


async def return_to_crew(work: Work, choice: Choice, why: str) -> None:
    """Say that a visit cannot be placed, and why, so that the crew sends it again with a better address."""
    case, _ = await _hold_open(work, choice)
    if reasons := reasons_to_refuse_return(why):
        raise Refused(reasons[0].reason, reasons)
    case = cases.returned(case, why, work.by.actor, work.now)
    await save_cases(work, [case])
    work.note(f"visit/{case.visit_id}", "returned to the crew: no premises")
    carry_on(work, case)
    work.say(not_located_event(case, f"{case.reason}: {case.note}"))


def carry_on(work: Work, case: Case) -> None:
    """Let what is said next belong to the story that the visit began, not to this click."""
    work.by = replace(work.by, correlation_id=case.correlation_id, caused_by=case.event_id)


async def _place(
    work: Work, case: Case, kept: HeardVisit, premises: LocatedPremises, precision: LocationPrecision, reason: str
) -> None:
    """Say that the visit is placed, from the copy kept with the case, which stays until the register has decided."""
    placed = cases.placed(case, premises, precision, reason, work.by.actor, work.now)
    carry_on(work, case)
    work.say(located_event(placed, kept, premises, work.by.actor))
    await save_cases(work, [placed])
