"""Every half minute: note which unverified additions have stood for 72 hours and must be confirmed by somebody."""

import asyncio
from collections.abc import Awaitable, Callable

from services.risk_register.rules.news import REGISTER
from services.risk_register.store.additions import mark_expired
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import Work, transaction

EVERY_S = 30.0


async def expire_additions(work: Work) -> int:
    """Mark what has expired, in the row and in the history; return how many.

    Nothing more is said: everybody was told when it expires, shows it greyed from then on, and keeps it.
    """
    marked = await mark_expired(work, work.now)
    for visit_id, summary in marked:
        work.note(f"visit/{visit_id}", "unverified addition expired, to be confirmed", summary=summary)
    return len(marked)


def expiry(tools: Tools) -> Callable[[], Awaitable[None]]:
    """Return the work that runs beside the service for as long as it does."""

    async def keep_expiring() -> None:
        while True:
            cause = Cause(REGISTER, REGISTER, "expiry")
            async with transaction(tools.database, tools.clock, cause) as work:
                await expire_additions(work)
            await asyncio.sleep(EVERY_S)

    return keep_expiring
