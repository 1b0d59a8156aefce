"""Verifying the evidence as `ravi verify-log` does, for tests of any service."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from services.command_line.wiring import SERVICES
from services.shared.database import LOCAL_EVIDENCE_KEY
from services.shared.history import name_of
from services.shared.service import Tools
from services.shared.tables import HistoryEntry, HistoryRow
from services.shared.verification import Verified, verify


async def verified(tools: Tools) -> Verified:
    """Return what a verification of everything finds."""
    services = [build(tools) for build in SERVICES.values()]
    apart = [history for service in services for history in service.histories]
    kept = [each for service in services for each in service.evidence.items()]
    async with tools.database.reading() as session:
        return await verify(
            session, [tools.database.evidence_key], tools.settings.heads_folder, apart, kept, tools.clock.now()
        )


async def first_broken_link(session: AsyncSession, history: type[HistoryRow] = HistoryEntry) -> int | None:
    """Return the number of the first entry of a history that does not follow from the one before, or None."""
    found = await verify(session, [LOCAL_EVIDENCE_KEY], Path("nowhere"), [history], [], datetime.now(UTC))
    return next((each.at for each in found.broken if each.where == name_of(history)), None)
