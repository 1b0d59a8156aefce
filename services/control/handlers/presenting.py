"""Each record is presented when it changes, before anybody asks for it."""

import asyncio
import logging
from contextlib import suppress
from time import perf_counter

from sqlalchemy.exc import DBAPIError

from schemas.control import ControlShown
from services.control.store.screens import list_changed, list_made_by_others, save_presented
from services.control.views.screens import made_by, presented_of
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction

logger = logging.getLogger(__name__)

LOOK_ANYWAY_S = 5.0
# What a burst of changes leaves is presented a few at a time, in a fifth of one processor's time.
AT_ONCE = 20
REST = 4
CAUSE = Cause("control", "control", "presenting")


class Presenting:
    """Presents records beforehand, for as long as control runs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._changed = tools.bell.subscribe((ControlShown.topic,))
        self._looked_at: str | None = ""

    async def run(self) -> None:
        """Present what changes, for as long as control runs; at first what another version of the code presented."""
        while True:
            await self._present_and_rest()

    async def _present_and_rest(self) -> None:
        began = perf_counter()
        try:
            presented = await self.present_some()
        except DBAPIError as problem:
            logger.warning("records are not presented beforehand: %s", type(problem.orig).__name__)
            presented = 0
        if presented:
            await asyncio.sleep(REST * (perf_counter() - began))
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), LOOK_ANYWAY_S)
        self._changed.clear()

    async def present_some(self) -> int:
        """Present a few records that are not, or read otherwise by now, and return how many that was."""
        now = self._tools.clock.now()
        async with self._tools.database.reading() as session:
            found = await list_changed(session, made_by(), now, AT_ONCE)
            if not found and self._looked_at is not None:
                found = await list_made_by_others(session, made_by(), self._looked_at, AT_ONCE)
                self._looked_at = found[-1].premises_id if found else None
        if not found:
            return 0
        presented = []
        for each in found:
            presented.append(presented_of(each, now))
            await asyncio.sleep(0)  # whoever asks meanwhile is answered first
        async with transaction(self._tools.database, self._tools.clock, CAUSE) as work:
            await save_presented(work, presented)
        return len(found)
