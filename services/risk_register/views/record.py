"""One risk record as the risk team sees it: what is published, its review date, what is asked, what holds for now."""

from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.presenters.fact_lines import FactSection, fact_sections
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.dossiers import Record, Version
from services.risk_register.store.asks import list_asks
from services.risk_register.store.records import find_version
from services.risk_register.store.temporary import list_open_at
from services.risk_register.views.temporary import TemporaryRow, row_of
from services.risk_register.views.versions import record_of, told_by


@dataclass(frozen=True)
class RecordPage:
    """A record, its published version (None: nothing) in facts, the visits asked for there, what holds there now."""

    record: Record
    version: Version | None
    facts: tuple[FactSection, ...]
    asks: tuple[Ask, ...]
    temporary: tuple[TemporaryRow, ...]


async def record_page(session: AsyncSession, premises_id: str, today: date) -> RecordPage:
    """Return a record for its page; raises `NotFound` if there is none."""
    record = await record_of(session, premises_id)
    asks, _ = await list_asks(session, premises_id)
    risks = [row_of(risk, record.premises, today) for risk in await list_open_at(session, premises_id)]
    version = await find_version(session, premises_id, record.version)
    facts = fact_sections(await told_by(session, version))
    return RecordPage(record, version, facts, tuple(asks), tuple(risks))
