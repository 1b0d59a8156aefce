"""What control does with an alarm: say that it is heard, and record who was spoken to, which ends it everywhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import is_closed
from services.referrals.handlers.commands import keep_step, refused
from services.referrals.rules.casework import spoken_about
from services.referrals.rules.contact import reasons_to_refuse_contact, reasons_to_refuse_incident_number
from services.referrals.rules.escalation import number_is_needed
from services.referrals.rules.records import Alarmed, Filed, Step
from services.referrals.store.alarms import find_alarm, mark_heard, save_contact
from services.referrals.store.desk import find_filed, save_filed
from services.referrals.store.escalations import settle
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

NO_SUCH_ALARM = "this alarm has stopped, or there is none of this name"


@dataclass(frozen=True)
class Contact:
    """Whom somebody in control spoke to because of an alarm, when, and the number of the incident."""

    alarm_id: UUID
    person: Person
    spoken_to: str
    at: datetime | None
    incident_number: str = ""

    def __repr__(self) -> str:
        return "[withheld]"


async def hear(alarm_id: UUID, person: Person, work: Work) -> None:
    """Note that somebody in control heard an alarm: the sound stops until the next half-interval, no clock does."""
    alarm = await find_alarm(work, alarm_id)
    if alarm is None:
        raise NotFound(NO_SUCH_ALARM)
    await mark_heard(work, alarm_id, person.name, work.now)
    filed = await find_filed(work, alarm.about)
    if filed is not None and not is_closed(filed.kind):
        work.note(f"referral/{filed.id}", "alarm heard")


async def record_contact(contact: Contact, work: Work, vault: Vault) -> None:
    """Record whom control spoke to: every clock of this referral that tells others stops, on every page."""
    alarm, filed = await _taken(contact.alarm_id, work)
    at, number, now = contact.at, contact.incident_number.strip(), work.now
    faults = reasons_to_refuse_contact(contact.spoken_to, at, filed.raised_at, now)
    faults += reasons_to_refuse_incident_number(number, must_be_given=number_is_needed(filed.kind))
    if faults or at is None:
        raise refused(faults, "this contact cannot be recorded yet")
    await save_contact(work, alarm, at, contact.person.name, number)
    await save_filed(work, [spoken_about(filed, at)])
    await settle(work, filed.id, now)
    words = contact.spoken_to.strip() + (f"; incident {number}" if number else "")
    await keep_step(filed, Step(at, contact.person.name, "contact", filed.state, words), work, vault)
    if not is_closed(filed.kind):
        work.note(f"referral/{filed.id}", "contact", by_control=True)


async def _taken(alarm_id: UUID, session: AsyncSession) -> tuple[Alarmed, Filed]:
    """Return an alarm that stands, and its referral or case, locked: always in that order, as a desk locks it."""
    alarm = await find_alarm(session, alarm_id)
    filed = await find_filed(session, alarm.about, lock=True) if alarm else None
    alarm = await find_alarm(session, alarm_id)
    if alarm is None or filed is None:
        raise NotFound(NO_SUCH_ALARM)
    return alarm, filed
