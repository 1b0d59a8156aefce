"""New reference data has come: ask again about every visit that waits for a person."""

import asyncio
from collections.abc import Sequence

from services.premises.handlers.confirm_premises import carry_on
from services.premises.handlers.locate_visits import keep_match
from services.premises.rules.cases import CaseState, is_for_the_matcher
from services.premises.rules.locating import placings_of
from services.premises.rules.snapshots import Snapshot
from services.premises.store.cases import hold_cases, list_open_ids, save_cases
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.event_log import Cause
from services.shared.transactions import Work, transaction

BATCH = 50


async def try_again(database: Database, clock: Clock, cause: Cause, keeper: SnapshotKeeper) -> tuple[int, int]:
    """Match every waiting visit anew, a batch a transaction; return how many could be placed, and of how many."""
    placed = tried = 0
    async with database.reading() as session:
        snapshot, waiting = await keeper.current(session), await list_open_ids(session)
    for at in range(0, len(waiting), BATCH):
        async with transaction(database, clock, cause) as work:
            here, of = await match_again(work, snapshot, waiting[at : at + BATCH])
        placed, tried = placed + here, tried + of
    return placed, tried


async def match_again(work: Work, snapshot: Snapshot, visit_ids: Sequence[str]) -> tuple[int, int]:
    """Match those of these visits that still wait; return how many could be placed, and of how many."""
    held = await hold_cases(work, visit_ids)
    there = [case for one in visit_ids if (case := held.get(one)) and is_for_the_matcher(case)]
    waiting = [(case, case.kept) for case in there if case.kept]
    placings = await asyncio.to_thread(placings_of, snapshot, [kept.visit for _, kept in waiting])
    cause, cases = work.by, []
    for (case, kept), placing in zip(waiting, placings, strict=True):
        carry_on(work, case)
        cases.append(keep_match(case, kept, placing, work))
    work.by = cause
    await save_cases(work, cases)
    return sum(case.state is CaseState.LOCATED for case in cases), len(cases)
