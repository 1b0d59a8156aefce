"""Keep how records are given to tablets, so that the next tablet of the station waits for nothing."""

import logging
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from services.control.store.device_pack import Packed, save_packed
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction

logger = logging.getLogger(__name__)


async def keep_packed(tools: Tools, packed: Sequence[Packed]) -> None:
    """Keep packed records; while the database takes no change they are packed again for whoever asks next."""
    if not packed:
        return
    try:
        async with transaction(tools.database, tools.clock, Cause("control", "control", "packing")) as work:
            await save_packed(work, packed)
    except DBAPIError as problem:
        logger.warning("packed records are not kept: %s", type(problem.orig).__name__)
