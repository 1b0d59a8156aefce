"""What a person enters of a flat whose people agreed that control and crews may know of the help they need."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from schemas.vocabulary import Assistance, ConsentHow, ConsentState, NeedsSource
from services.domain.working_time import UK, date_words, local_date
from services.referrals.rules.needs import HOLDS_MONTHS, AgreedHelp, UnitNeeds, months_after
from services.referrals.rules.permitted import flat_only, floor_only
from services.shared.errors import FieldReason

MOST_PEOPLE = 10
LONGEST_NAME = 80
TICK = "tick it only if they agreed explicitly; without that nothing of it may be kept"
STILL = "tick it once you have asked them; otherwise correct it, or record that they have withdrawn"
SOURCES = (NeedsSource.RESPONSIBLE_PERSON, NeedsSource.RESIDENT)


@dataclass(frozen=True)
class PersonWanted:
    """The help that one person in the flat needs, as typed."""

    assistance: Assistance | None
    floor: str = ""
    ees_exists: bool | None = None


@dataclass(frozen=True)
class NeedWanted:
    """What somebody wants to enter of a flat: who lives there, and who took their consent, when and how."""

    unit_ref: str
    people: tuple[PersonWanted, ...]
    source: NeedsSource | None
    explicit: bool
    taken_by: str
    how: ConsentHow | None
    consented_on: date | None

    def __repr__(self) -> str:
        return "[withheld]"


def reasons_to_refuse_entering(
    wanted: NeedWanted, now: datetime, withdrawn: datetime | None, *, is_held: bool
) -> tuple[FieldReason, ...]:
    """Return what is wrong with what somebody wants to enter, field by field, and how to mend it.

    `withdrawn` is when the people of that flat last withdrew; `is_held` says that something is held of it already.

    Policy: SI 2025/797, reg 10: explicit consent, and four facts alone; docs/decisions/0037.
    """
    reasons = [*_of_the_flat(wanted, is_held=is_held), *_of_people(wanted), *_of_consent(wanted)]
    agreed = () if wanted.explicit else (FieldReason("/explicit", TICK),)
    return (*reasons, *_of_the_day(wanted.consented_on, now, withdrawn), *agreed)


def _of_the_flat(wanted: NeedWanted, *, is_held: bool) -> list[FieldReason]:
    if not flat_only(wanted.unit_ref):
        return [FieldReason("/unit_ref", "give the number of the flat, such as 12 or 12A")]
    if _words(flat_only(wanted.unit_ref)) != _words(wanted.unit_ref):
        return [FieldReason("/unit_ref", "give only which flat it is, such as Flat 12: no name and no reason")]
    held = "something is held of this flat already: correct it, or confirm it, on the list of the building"
    return [FieldReason("/unit_ref", held)] if is_held else []


def _words(written: str) -> str:
    return "".join(each for each in written.casefold() if each.isalnum())


def _of_people(wanted: NeedWanted) -> list[FieldReason]:
    if not wanted.people:
        return [FieldReason("/assistance-1", "choose the help that they need")]
    if len(wanted.people) > MOST_PEOPLE:
        return [FieldReason("/assistance-1", f"give at most {MOST_PEOPLE} people in one flat")]
    reasons = []
    for number, person in enumerate(wanted.people, 1):
        if person.assistance in (None, Assistance.NONE):
            reasons.append(FieldReason(f"/assistance-{number}", "choose the help that they need"))
        if person.floor.strip() and floor_only(person.floor) is None:
            words = "give only the floor, such as 2, G for ground or B for basement"
            reasons.append(FieldReason(f"/floor-{number}", words))
    return reasons


def _of_consent(wanted: NeedWanted) -> list[FieldReason]:
    reasons = []
    if wanted.source not in SOURCES:
        reasons.append(FieldReason("/source", "choose who gave us this"))
    if not 2 <= len(wanted.taken_by.strip()) <= LONGEST_NAME:
        words = f"give the name or role of who asked them, in 2 to {LONGEST_NAME} letters"
        reasons.append(FieldReason("/taken_by", words))
    if wanted.how is None:
        reasons.append(FieldReason("/how", "choose how they agreed"))
    return reasons


def _of_the_day(day: date | None, now: datetime, withdrawn: datetime | None) -> list[FieldReason]:
    today = local_date(now)
    words = ""
    if day is None:
        words = "give the day on which they agreed"
    elif day > today:
        words = "give a day that has been: consent counts from the day it was given"
    elif months_after(_at(day, now), HOLDS_MONTHS) <= now:
        words = f"they agreed over {HOLDS_MONTHS} months ago: ask them again, and give the day of their answer"
    elif withdrawn is not None and day < local_date(withdrawn):
        words = (
            f"they withdrew on {date_words(local_date(withdrawn))}: ask them again, and give the day of their answer"
        )
    return [FieldReason("/consented_on", words)] if words else []


def _at(day: date, now: datetime) -> datetime:
    """Return the moment by which a day of consent counts: its noon by UK clocks, or now if that is still to come."""
    return min(datetime.combine(day, time(12), UK).astimezone(UTC), now)


def needs_entered(wanted: NeedWanted, now: datetime) -> UnitNeeds:
    """Return the permitted facts of what somebody entered, and nothing else of it.

    Policy: SI 2025/797, reg 10; docs/domain/1.2.md.
    """
    consented_at = _at(wanted.consented_on or local_date(now), now)
    flat = flat_only(wanted.unit_ref)
    people = (
        AgreedHelp(
            unit_ref=flat,
            floor=floor_only(person.floor),
            assistance=person.assistance or Assistance.NONE,
            ees_exists=person.ees_exists,
            consent_state=ConsentState.GIVEN,
            consented_at=consented_at,
            source=wanted.source or NeedsSource.RESIDENT,
            taken_by=wanted.taken_by.strip(),
            how=wanted.how,
        )
        for person in wanted.people
    )
    return UnitNeeds(flat, tuple(people))


def reasons_to_refuse_confirming(*, asked: bool) -> tuple[FieldReason, ...]:
    """Return why it is not kept that all of it still holds: nobody asked them.

    Policy: SI 2025/797, reg 9.
    """
    return () if asked else (FieldReason("/asked", STILL),)


def confirmed(needs: UnitNeeds, now: datetime) -> UnitNeeds:
    """Return the facts of a flat once its people have said that they still hold.

    Policy: SI 2025/797, reg 9: reviewed every year.
    """
    return UnitNeeds(needs.unit, tuple(each.model_copy(update={"confirmed_at": now}) for each in needs.help))
