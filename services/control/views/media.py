"""The photographs, plans and scans that belong to a record as it is, or was, shown."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.media import visits_named
from services.control.store.media import list_media
from services.domain.media import Medium


async def media_of(record: RiskRecord, session: AsyncSession, until: datetime | None = None) -> tuple[Medium, ...]:
    """Return what may be seen of the visits that a record rests on, newest first; `until` a time, if one is given."""
    found = await list_media(session, visits_named(record))
    return tuple(each for each in found if until is None or each.received_at <= until)
