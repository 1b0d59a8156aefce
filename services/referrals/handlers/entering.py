"""What a person enters, corrects and confirms of the people of a flat who agreed to tell of the help they need."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.domain.working_time import local_date
from services.referrals.handlers.needs import NOBODY_HELD, help_in, keep_and_say
from services.referrals.rules.buildings import DUE, Home
from services.referrals.rules.entering import (
    NeedWanted,
    confirmed,
    needs_entered,
    reasons_to_refuse_confirming,
    reasons_to_refuse_entering,
)
from services.referrals.rules.needs import UnitNeeds, same_unit
from services.referrals.rules.needs_kept import (
    Kept,
    KeptNeed,
    UnitReport,
    VisitReport,
    entered,
    held_of,
    withdrawn_at,
)
from services.referrals.store.buildings import find_home
from services.referrals.store.history import note_of_need
from services.referrals.store.needs import hold, list_kept, note_reviews
from services.shared.errors import NotFound, Refused
from services.shared.identifiers import random_id
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

ENTRY = "entry/"
NOT_VISITED = (
    "no visit to these premises has been placed yet, so no record would show it: check the number, which control's "
    "record has under the name, or ask a crew to visit first"
)
CANNOT_KEEP = "this cannot be kept as it stands"


@dataclass(frozen=True)
class EnterCommand:
    """Somebody enters what the people of a flat agreed to; `need_id` is what it corrects, None if it is new."""

    premises_id: str
    person: Person
    wanted: NeedWanted
    need_id: UUID | None = None


@dataclass(frozen=True)
class ConfirmCommand:
    """Somebody asked the people of a flat, who said that all that is held of them still holds."""

    premises_id: str
    need_id: UUID
    person: Person
    asked: bool


async def home_at(premises_id: str, session: AsyncSession) -> Home:
    """Return the building that help is kept under: of a flat the building; raises `NotFound` if nothing was placed."""
    found = await find_home(session, premises_id)
    if found is None:
        raise NotFound(NOT_VISITED)
    home, parent_id = found
    building = await find_home(session, parent_id) if parent_id else None
    return building[0] if building else home


async def enter_need(command: EnterCommand, work: Work, vault: Vault) -> UUID:
    """Keep what the people of a flat agreed to, and say it to control; return the id under which it is kept now."""
    home = (await home_at(command.premises_id, work)).premises_id
    await hold(work, [home])
    before = await list_kept(work, [home])
    corrected = _held(before, home, command.need_id) if command.need_id else None
    mark = vault.mark_of(same_unit(command.wanted.unit_ref))
    others = {need.unit_mark for need in held_of(before, home) if need is not corrected}
    withdrawn = withdrawn_at(before, home, mark)
    reasons = reasons_to_refuse_entering(command.wanted, work.now, withdrawn, is_held=mark in others)
    if reasons:
        raise Refused(CANNOT_KEEP, reasons)
    needs = needs_entered(command.wanted, work.now)
    marks = [corrected.unit_mark] if corrected else []
    action = "corrected" if corrected else "entered"
    return await _keep(before, home, UnitReport(random_id(), mark, needs), marks, action, command.person, work, vault)


async def confirm_need(command: ConfirmCommand, work: Work, vault: Vault) -> UUID:
    """Keep that the people of a flat were asked and all of it holds; it is due again 12 months from now."""
    await hold(work, [command.premises_id])
    before = await list_kept(work, [command.premises_id])
    need = _held(before, command.premises_id, command.need_id)
    reasons = reasons_to_refuse_confirming(asked=command.asked)
    if reasons:
        raise Refused(CANNOT_KEEP, reasons)
    known = (await help_in([need], work, vault)).get(need.id)
    if known is None:
        raise NotFound(NOBODY_HELD)
    again = UnitReport(random_id(), need.unit_mark, confirmed(UnitNeeds(known[0].unit_ref, known), work.now))
    return await _keep(before, need.premises_id, again, [], "confirmed", command.person, work, vault)


async def _keep(
    before: Kept,
    home: str,
    unit: UnitReport,
    instead_of: Collection[str],
    action: str,
    person: Person,
    work: Work,
    vault: Vault,
) -> UUID:
    report = VisitReport(f"{ENTRY}{unit.id}", home, work.now, (unit,))
    note_of_need(work, unit.id, action)
    await keep_and_say([before, entered(before, report, instead_of, person.name)], work, vault)
    return unit.id


def _held(kept: Kept, home: str, need_id: UUID) -> KeptNeed:
    held = next((each for each in held_of(kept, home) if each.id == need_id), None)
    if held is None:
        raise NotFound(NOBODY_HELD)
    return held


async def note_reviews_due(work: Work, now: datetime) -> int:
    """Note in the history, once, each flat whose people must be asked again within 28 days; return how many."""
    noted = await note_reviews(work, local_date(now) + DUE)
    for need_id in noted:
        note_of_need(work, need_id, "review due")
    return len(noted)
