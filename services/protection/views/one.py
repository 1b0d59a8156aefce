"""One notice, one audit, and all that is held of one building, each with what was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.protection import FireSafety
from services.domain.fire_safety import reasons_likelier
from services.protection.rules.records import Audit, KnownPremises, Notice
from services.protection.rules.said import Building, fire_safety_of
from services.protection.store.buildings import list_buildings
from services.protection.store.premises import list_known
from services.protection.store.records import find_record, history_of
from services.protection.views.lists import today_of
from services.shared.errors import NotFound
from services.shared.service import Tools


@dataclass(frozen=True)
class Done:
    """What was once done to a record: by whom, when, why."""

    action: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class OneNotice:
    """A notice, the premises that it is on, and its history, oldest first."""

    notice: Notice
    premises: KnownPremises | None
    history: tuple[Done, ...]
    today: date


@dataclass(frozen=True)
class OneAudit:
    """An audit, the premises that it is of, and its history, oldest first."""

    audit: Audit
    premises: KnownPremises | None
    history: tuple[Done, ...]
    today: date


@dataclass(frozen=True)
class PremisesPage:
    """All that is held of a building and its parts, what is said of it, and why a fire there is likelier."""

    premises: KnownPremises
    building: Building
    says: FireSafety
    reasons: tuple[str, ...]
    today: date


async def one_notice(tools: Tools, notice_id: str) -> OneNotice:
    """Return a notice, in force or lifted; raises `NotFound` if there is no such one."""
    async with tools.database.reading() as session:
        notice = await find_record(session, Notice, notice_id)
        if notice is None:
            raise NotFound("there is no such notice")
        known = await list_known(session, [notice.premises_id])
        history = _done(await history_of(session, f"notice/{notice_id}"))
    return OneNotice(notice, known.get(notice.premises_id), history, today_of(tools))


async def one_audit(tools: Tools, audit_id: str) -> OneAudit:
    """Return an audit; raises `NotFound` if there is no such one."""
    async with tools.database.reading() as session:
        audit = await find_record(session, Audit, audit_id)
        if audit is None:
            raise NotFound("there is no such audit")
        known = await list_known(session, [audit.premises_id])
        history = _done(await history_of(session, f"audit/{audit_id}"))
    return OneAudit(audit, known.get(audit.premises_id), history, today_of(tools))


async def one_premises(tools: Tools, premises_id: str) -> PremisesPage:
    """Return all that is held of the building that a premises is, or is a part of; raises `NotFound` if unlisted."""
    today = today_of(tools)
    async with tools.database.reading() as session:
        building = await _building(session, premises_id)
    premises = building.premises[building.premises_id]
    says = fire_safety_of(building, today)
    return PremisesPage(premises, building, says, reasons_likelier(says), today)


async def _building(session: AsyncSession, premises_id: str) -> Building:
    known = (await list_known(session, [premises_id])).get(premises_id)
    if known is None:
        raise NotFound("the gazetteer has no premises of this number")
    building = (await list_buildings(session, [known.building_id], all_incidents=True))[known.building_id]
    if known.building_id in building.premises:
        return building
    return (await list_buildings(session, [premises_id], all_incidents=True))[premises_id]


def _done(entries: Sequence[Any]) -> tuple[Done, ...]:
    return tuple(
        Done(each.action, each.details.get("by", each.actor), each.at, each.details.get("why", "")) for each in entries
    )
