"""One risk record as the risk team sees it: what is published, when its review is due, and which visits it asks for."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.presenters.fact_lines import FactSection, fact_sections
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.dossiers import Record, Version
from services.risk_register.store.asks import list_asks
from services.risk_register.store.records import find_version
from services.risk_register.views.versions import record_of, told_by


@dataclass(frozen=True)
class RecordPage:
    """A record, its published version (None: nothing is published) in facts, and what is asked for at its premises."""

    record: Record
    version: Version | None
    facts: tuple[FactSection, ...]
    asks: tuple[Ask, ...]


async def record_page(session: AsyncSession, premises_id: str) -> RecordPage:
    """Return a record for its page; raises `NotFound` if there is none."""
    record = await record_of(session, premises_id)
    asks, _ = await list_asks(session, premises_id)
    version = await find_version(session, premises_id, record.version)
    return RecordPage(record, version, fact_sections(await told_by(session, version)), tuple(asks))
