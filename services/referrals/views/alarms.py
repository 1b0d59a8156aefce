"""The alarms as control sees them, the referrals that went up to somebody, and what control did about one of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Role
from services.referrals.presenters.lists import place_words
from services.referrals.rules.escalation import LADDERS, SAFEGUARDING, as_reference, is_pressing, may_be_named
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import may_read
from services.referrals.store.alarms import BeforeControl, find_by_reference, list_before_control
from services.referrals.store.desk import find_filed
from services.referrals.store.late import is_looked_at, list_alarmed
from services.shared.errors import Refused
from services.shared.identity import Person

ON_A_PAGE = 3
EVERY_ALARM = 200
WENT_UP = 20


@dataclass(frozen=True)
class Alarm:
    """One alarm as control sees it: whom to ring, and about what where control may read that; else a reference alone.

    `since` is when it first sounded, `times` how often it has. `sounds` says that nobody has said they heard it.
    """

    id: UUID
    reference: str
    ring: str
    about: str
    since: datetime
    last_at: datetime
    times: int
    heard_at: datetime | None
    heard_by: str | None
    sounds: bool
    quiet: bool
    number_needed: bool


@dataclass(frozen=True)
class Alarms:
    """The alarms that stand, the most pressing first: those shown, and how many there are of each sort."""

    shown: tuple[Alarm, ...]
    pressing: int
    total: int

    @property
    def sounding(self) -> int:
        """Return how many of those shown are to be heard now."""
        return sum(alarm.sounds for alarm in self.shown)


async def alarms_now(session: AsyncSession, now: datetime, limit: int = EVERY_ALARM) -> Alarms:
    """Return the alarms before control; raises `Refused` (503) if nobody watches the clocks, which is not quiet."""
    if not await is_looked_at(session, now):
        raise Refused("the clocks of the referrals are not being watched: take it that an alarm is due", status=503)
    found, pressing, total = await list_before_control(session, limit)
    return Alarms(tuple(_seen(each) for each in found), pressing, total)


def _seen(each: BeforeControl) -> Alarm:
    alarm, kind, priority = each.alarm, each.kind, each.priority
    ring, about, quiet = SAFEGUARDING.duty_officer, "", False
    if kind is not None and priority is not None:
        ring, quiet = LADDERS[kind].duty_officer, not is_pressing(priority)
        if may_be_named(kind, priority):
            about = ", ".join(part for part in (KINDS[kind].words, place_words(each.where)) if part)
    return Alarm(
        id=alarm.id,
        reference=alarm.reference,
        ring=ring,
        about=about,
        since=alarm.first_at,
        last_at=alarm.last_at,
        times=alarm.times,
        heard_at=alarm.heard_at,
        heard_by=alarm.heard_by,
        sounds=alarm.is_unheard and not quiet,
        quiet=quiet,
        number_needed=kind is None,
    )


async def gone_up_to(person: Person, session: AsyncSession) -> tuple[list[Filed], int]:
    """Return the referrals that went up to a role of this person, soonest due first, and how many there are."""
    as_next = frozenset(person.roles) - {Role.CONTROL.value}
    found, total = await list_alarmed(session, as_next, WENT_UP) if as_next else ([], 0)
    return [filed for filed in found if may_read(person.roles, person.station, filed)], total


async def referral_of_reference(reference: str, person: Person, session: AsyncSession) -> UUID | None:
    """Return the referral that an alarm's reference leads to, None if there is none that this person may know of."""
    alarm = await find_by_reference(session, as_reference(reference))
    filed = await find_filed(session, alarm.about) if alarm else None
    if filed is None or not may_read(person.roles, person.station, filed):
        return None
    return filed.id
