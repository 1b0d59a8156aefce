"""Visits were submitted: find their premises, or say that a person must."""

import asyncio
from collections.abc import Sequence

from schemas.visits import VisitSubmitted
from services.premises.rules.cases import Case, HeardVisit, is_for_the_matcher, matched, new_case
from services.premises.rules.locating import Placing, placings_of
from services.premises.rules.news import news_of_match
from services.premises.store.cases import add_cases, hold_cases, save_cases
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.transactions import Heard, Work


async def locate_visits(heard: Sequence[Heard[VisitSubmitted]], work: Work, *, keeper: SnapshotKeeper) -> None:
    """Match the addresses of visits, keep each decision with its evidence, and say what was found.

    A visit that was placed before stays where it is; one that waits for a person is tried again.
    """
    held = await hold_cases(work, {each.event.visit_id for each in heard})
    waiting = [each for each in heard if is_for_the_matcher(held.get(each.event.visit_id))]
    if not waiting:
        return
    snapshot = await keeper.current(work)
    placings = await asyncio.to_thread(placings_of, snapshot, [each.event.visit for each in waiting])
    cases: dict[str, Case] = {}
    for each, placing in zip(work.in_turn(waiting), placings, strict=True):
        visit = _heard_visit(each.event)
        before = cases.get(visit.visit_id, held.get(visit.visit_id))
        if is_for_the_matcher(before):
            cases[visit.visit_id] = keep_match(before, visit, placing, work)
    await add_cases(work, [case for visit_id, case in cases.items() if visit_id not in held])
    await save_cases(work, [case for visit_id, case in cases.items() if visit_id in held])


def keep_match(before: Case | None, visit: HeardVisit, placing: Placing, work: Work) -> Case:
    """Return the case of a visit with what the matcher made of it, and say so where that is news."""
    began = before or new_case(visit, placing.fix, work.by.correlation_id, work.by.caused_by, work.now)
    case = matched(began, visit, placing, work.now)
    if news := news_of_match(case, visit, placing, is_new=before is None):
        work.say(news)
    return case


def _heard_visit(event: VisitSubmitted) -> HeardVisit:
    return HeardVisit(event.visit_id, event.received_at, event.visit, event.private, event.sent_by)
