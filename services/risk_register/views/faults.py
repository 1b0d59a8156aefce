"""Faults that responsible persons report: their own receipts for them, and the open ones for Protection."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

from schemas.premises import LocatedPremises
from schemas.sensitive import Sealed
from services.domain.faults import FAULT_IS_REPORTED_AFTER
from services.domain.working_time import local_date
from services.risk_register.rules.competence import key_of
from services.risk_register.rules.temporary import TemporaryRisk
from services.risk_register.store.answering import list_answering_of
from services.risk_register.store.faults import (
    FaultCounts,
    FaultRow,
    find_fault,
    find_own_fault,
    list_faults,
    list_own_faults,
)
from services.risk_register.store.temporary import find_temporary
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.paging import Page
from services.shared.secrets import CannotOpen
from services.shared.service import Tools

CONTACT = TypeAdapter(dict[str, str])
GONE = {"name": "", "phone": ""}


class FaultsShown(StrEnum):
    """Which open faults a list shows."""

    REPORTED = "REPORTED"
    OVERDUE = "OVERDUE"
    RECENT = "RECENT"


class FaultOrder(StrEnum):
    """By what a list of faults is ordered."""

    AGE = "age"
    PREMISES = "premises"


@dataclass(frozen=True)
class OwnFaults:
    """What a responsible person may see: the premises that it answers for, and a page of what it reported there."""

    premises: tuple[LocatedPremises, ...]
    page: Page
    rows: tuple[FaultRow, ...]


@dataclass(frozen=True)
class FaultList:
    """A page of open faults, and how many there are of each kind of list."""

    show: FaultsShown
    order: FaultOrder
    page: Page
    counts: FaultCounts
    rows: tuple[FaultRow, ...]
    now: datetime
    today: date


@dataclass(frozen=True)
class OneFault:
    """A fault with whom to ask, and the temporary risk that stands for it, None once that was removed."""

    row: FaultRow
    contact: dict[str, str]
    risk: TemporaryRisk | None
    now: datetime
    today: date


async def own_premises(tools: Tools, person: Person) -> tuple[LocatedPremises, ...]:
    """Return the premises that a responsible person answers for, by name."""
    async with tools.database.reading() as session:
        rows = await list_answering_of(session, key_of(person.name))
    return tuple(row.premises for row in rows)


async def own_faults(tools: Tools, person: Person, number: int = 1) -> OwnFaults:
    """Return what a responsible person has reported, at premises that it answers for, the open ones first."""
    async with tools.database.reading() as session:
        given = await list_answering_of(session, key_of(person.name))
        page, rows = await list_own_faults(session, key_of(person.name), number)
    return OwnFaults(tuple(row.premises for row in given), page, tuple(rows))


async def own_fault(tools: Tools, person: Person, number: str) -> FaultRow:
    """Return one fault that a responsible person reported; raises `NotFound` for anybody else's."""
    async with tools.database.reading() as session:
        found = await find_own_fault(session, key_of(person.name), number)
    if found is None:
        raise NotFound("there is no report of this number among yours")
    return found


async def fault_list(tools: Tools, show: FaultsShown, order: FaultOrder, number: int = 1) -> FaultList:
    """Return a page of the open faults; a page after the last one is the last one."""
    now = tools.clock.now()
    today, before = local_date(now), now - FAULT_IS_REPORTED_AFTER
    async with tools.database.reading() as session:
        page, counts, rows = await list_faults(session, show, order, number, before, today)
    return FaultList(show, order, page, counts, tuple(rows), now, today)


async def one_fault(tools: Tools, number: str) -> OneFault:
    """Return one fault, open or repaired, with whom to ask; raises `NotFound` if there is no such one."""
    now = tools.clock.now()
    async with tools.database.reading() as session:
        row = await find_fault(session, number)
        if row is None:
            raise NotFound("there is no such fault")
        placed = await find_temporary(session, row.fault.risk_id)
        try:
            sealed = Sealed.model_validate(row.fault.contact)
            contact = CONTACT.validate_json(await tools.vault.open(session, sealed, f"fault/{number}"))
        except CannotOpen:
            contact = GONE
    return OneFault(row, contact, placed.risk if placed else None, now, local_date(now))
