"""New reference data has come: ask again about every visit that waits for a person."""

import asyncio

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.visits import OpenVisit
from services.premises.handlers.confirm_premises import carry_on, sender_of
from services.premises.handlers.locate_premises import HeardVisit, keep_match
from services.premises.handlers.questions import locate
from services.premises.store.atlas import Atlas
from services.premises.store.decisions import get_open_case, list_open_cases
from services.shared.transactions import work_of


async def try_again(session: AsyncSession, atlas: Atlas) -> tuple[int, int]:
    """Match every waiting visit anew; return how many could be placed, and of how many."""
    waiting = await list_open_cases(session)
    placed = 0
    cause = work_of(session).cause
    for one in waiting:
        visit = OpenVisit.model_validate(one.visit)
        found = await asyncio.to_thread(locate, atlas.gazetteer, visit)
        case = await get_open_case(session, one.visit_id, one.version)
        private = Sealed.model_validate(case.private)
        heard = HeardVisit(case.visit_id, case.received_at, visit, private, sender_of(case))
        carry_on(session, case)
        placed += await keep_match(session, case, heard, atlas, found)
    work_of(session).cause = cause
    return placed, len(waiting)
