"""New reference data has come: ask again about every visit that waits for a person."""

import asyncio
from collections.abc import Sequence

from schemas.sensitive import Sealed
from schemas.visits import OpenVisit
from services.premises.handlers.confirm_premises import carry_on, sender_of
from services.premises.handlers.locate_premises import HeardVisit, keep_match
from services.premises.handlers.questions import locate
from services.premises.store.decisions import hold_open_cases, list_open_ids
from services.premises.store.snapshots import Snapshot, SnapshotKeeper
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
        async with transaction(database, clock, cause) as session:
            here, of = await match_again(session, snapshot, waiting[at : at + BATCH])
        placed, tried = placed + here, tried + of
    return placed, tried


async def match_again(work: Work, snapshot: Snapshot, visit_ids: Sequence[str]) -> tuple[int, int]:
    """Match those of these visits that still wait; return how many could be placed, and of how many."""
    cases = await hold_open_cases(work, visit_ids)
    placed, cause = 0, work.by
    for case in cases:
        visit = OpenVisit.model_validate(case.visit)
        found = await asyncio.to_thread(locate, snapshot.gazetteer, visit)
        carry_on(work, case)
        heard = HeardVisit(case.visit_id, case.received_at, visit, Sealed.model_validate(case.private), sender_of(case))
        placed += await keep_match(work, case, heard, snapshot, found)
    work.by = cause
    return placed, len(cases)
