"""Undo: a visit that a person placed wrongly goes back to waiting, and whoever had heard of it hears of that."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.risk_register import VisitReviewed
from services.premises.handlers.confirm_premises import carry_on
from services.premises.handlers.learn_names import forget_names_of
from services.premises.rules import cases
from services.premises.rules.cases import CREATED, DECIDED, Case, why_not_put_back
from services.premises.rules.news import withdrawn_event
from services.premises.store.cases import get_case, note_reviewed, save_cases
from services.premises.store.generations import announce, count_change
from services.premises.store.reference import HISTORICAL, find_entry, save_entries
from services.shared.errors import Conflict
from services.shared.transactions import Heard, Work


async def put_back(work: Work, visit_id: str, version: int) -> Case:
    """Let a visit that a person placed wait again, unlearn what it taught, and say so; refused once it was reviewed."""
    case = await get_case(work, visit_id)
    why, kept, premises_id = why_not_put_back(case, version), case.kept, case.premises_id
    if why or kept is None or premises_id is None:
        raise Conflict(why or cases.TOO_LATE)
    await forget_names_of(work, visit_id)
    await _take_made_place_out(work, case, premises_id)
    work.note(f"visit/{visit_id}", "put back: waits for a person again", premises_id=premises_id)
    carry_on(work, case)
    waiting = cases.put_back(case, work.by.actor, work.now)
    work.say(withdrawn_event(waiting, kept, premises_id))
    await save_cases(work, [waiting])
    return waiting


async def _take_made_place_out(work: Work, case: Case, premises_id: str) -> None:
    """Let the entry that was made for this visit alone be history: its next place is made anew."""
    entry = await find_entry(work, premises_id)
    if case.reason != CREATED or entry is None:
        return
    entry = replace(entry, logical_status=HISTORICAL)
    await save_entries(work, [(entry, {"visit_id": case.visit_id})], await count_change(work))
    await announce(work)


async def note_reviews(heard: Sequence[Heard[VisitReviewed]], work: Work) -> None:
    """Keep how the register decided on visits, and let their copies go; while it has not decided, nothing is to do."""
    states = {each.event.visit_id: each.event.state for each in heard if each.event.state in DECIDED}
    await note_reviewed(work, states)
