"""Who agreed that control and crews may know of the help they need to get out, and how long that holds."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from schemas.referrals import HelpNeeded
from schemas.visit_parts import Line, Part, PersonNeed
from schemas.vocabulary import Assistance, ConsentHow, ConsentState, Role
from services.domain.review_dates import EVACUATION_MONTHS, add_months
from services.domain.working_time import UK, local_date
from services.referrals.rules.permitted import flat_only, floor_only
from services.referrals.rules.records import Whereabouts

HOLDS_MONTHS = 14
# What is sealed for a building is filled up to so many bytes, or a multiple: its length does not tell how many live so.
ONE_SIZE = 16 * 1024
# Who enters, corrects and confirms what people agreed to tell of: docs/domain/4.6.md, docs/decisions/0037.
ENTERERS = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.PROTECTION)
WITHDRAWERS = (*ENTERERS, Role.SAFEGUARDING)
# The risk team's menu is full: it comes to evacuation plans from the desk, from a record and from control.
IN_MENU_OF = (Role.PROTECTION, Role.SAFEGUARDING)
_BEFORE_THE_NUMBER = re.compile(r"^(?:flat|apartment|apt|unit|number|no)\b\.?\s*")


class ConsentStands(StrEnum):
    """What became of the consent of one flat, as one visit told of it."""

    GIVEN = "GIVEN"
    NOT_GIVEN = "NOT_GIVEN"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    REPLACED = "REPLACED"


class AgreedHelp(HelpNeeded):
    """The facts about one person that consent lets out, and who took that consent and how, which stay here."""

    taken_by: Line = ""
    how: ConsentHow | None = None

    @property
    def holds_from(self) -> datetime:
        """When they last said that it holds: when they confirmed it, else when they agreed."""
        return self.confirmed_at or self.consented_at


class AgreedNeeds(Part):
    """Everybody in one flat who agreed, as it is sealed here."""

    needs: tuple[AgreedHelp, ...] = ()

    def __repr__(self) -> str:
        return "[withheld]"

    __str__ = __repr__


@dataclass(frozen=True)
class UnitNeeds:
    """What a visit told of one flat: the help that people there agreed to tell of; empty if they did not agree."""

    unit: str
    help: tuple[AgreedHelp, ...]

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class HeldUnit:
    """One flat whose people agreed to tell of the help they need, opened for somebody who looks after it."""

    id: UUID
    help: tuple[AgreedHelp, ...]
    review_due_on: date | None
    remove_at: datetime | None

    def __repr__(self) -> str:
        return "[withheld]"


def home_of(where: Whereabouts) -> str:
    """Return the premises that needs are kept under: the building of a flat, else the premises itself.

    Policy: docs/domain/4.5.md: one line for the building that a crew goes to.
    """
    return where.parent_id or where.premises_id


def unit_of(where: Whereabouts) -> str:
    """Return which flat a person without a flat of their own is in: the visit's, or the flat that was located.

    Policy: docs/domain/4.1.md, section J.
    """
    return where.unit_ref or (where.address.partition(",")[0].strip() if where.parent_id else "")


def same_unit(unit: str) -> str:
    """Return what two ways to write one flat share: "Flat 12", "flat  12" and "12" are one.

    Policy: docs/domain/4.1.md, section J.
    """
    return _BEFORE_THE_NUMBER.sub("", " ".join(unit.casefold().split()))


def in_order(unit: str) -> list[tuple[int, int, str]]:
    """Return what puts flat 9 before flat 12, and 12 before 12A.

    Policy: docs/domain/4.5.md.
    """
    parts = re.findall(r"\d+|\D+", same_unit(unit))
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def needs_by_unit(
    people: Iterable[PersonNeed], visits_unit: str, received_at: datetime, taken_by: str = ""
) -> tuple[UnitNeeds, ...]:
    """Return what a visit lets out, flat by flat: those who agreed and need help; nobody where nobody agreed.

    Policy: docs/domain/4.1.md, section J, "only if consent GIVEN"; docs/domain/4.5.md, help and never a reason.
    """
    units: dict[str, tuple[str, list[AgreedHelp]]] = {}
    for person in people:
        unit = person.unit_ref or visits_unit
        _, agreed = units.setdefault(same_unit(unit), (unit, []))
        if person.consent_state is ConsentState.GIVEN and person.assistance is not Assistance.NONE:
            agreed.append(_agreed(person, unit, received_at, taken_by))
    return tuple(UnitNeeds(unit, tuple(agreed)) for unit, agreed in units.values())


def _agreed(person: PersonNeed, unit: str, received_at: datetime, taken_by: str) -> AgreedHelp:
    return AgreedHelp(
        unit_ref=flat_only(unit),
        floor=floor_only(person.floor),
        assistance=person.assistance,
        ees_exists=person.ees_exists,
        consent_state=person.consent_state,
        consented_at=min(person.consent_at or received_at, received_at),
        taken_by=taken_by,
        how=ConsentHow.IN_PERSON,
    )


def let_out(agreed: AgreedHelp) -> HelpNeeded:
    """Return what control may know of one person: flat, floor, help, statement, consent and its dates, and no more.

    What was kept before words were limited is limited here.

    Policy: SI 2025/797, reg 10; docs/domain/1.2.md.
    """
    facts = agreed.model_dump(include=set(HelpNeeded.model_fields))
    words = {"unit_ref": flat_only(agreed.unit_ref), "floor": floor_only(agreed.floor)}
    return HelpNeeded.model_validate(facts | words)


def remove_at(needs: UnitNeeds) -> datetime | None:
    """Return when what is held of a flat must be removed: 14 months after the first there agreed or confirmed it.

    Policy: docs/domain/1.4.md, RPEEP facts: removed at 14 months without reconfirmation.
    """
    return min((months_after(each.holds_from, HOLDS_MONTHS) for each in needs.help), default=None)


def review_due_on(needs: UnitNeeds) -> date | None:
    """Return the day by which the people of a flat must be asked again: 12 months after they agreed or confirmed it.

    Policy: SI 2025/797, reg 9; docs/domain/1.6.md.
    """
    return min((add_months(local_date(each.holds_from), EVACUATION_MONTHS) for each in needs.help), default=None)


def months_after(at: datetime, months: int) -> datetime:
    """Return the same time, by UK clocks, on the same day of a later month, or that month's last day.

    Policy: docs/domain/1.4.md counts in months.
    """
    local = at.astimezone(UK)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def stands(needs: UnitNeeds, received_at: datetime, withdrawn_at: datetime | None, now: datetime) -> ConsentStands:
    """Return how consent stands for a flat as a visit told of it, given when it was last withdrawn there.

    Policy: docs/domain/1.4.md: removed on withdrawal, or after 14 months.
    """
    ends = remove_at(needs)
    if ends is None:
        return ConsentStands.NOT_GIVEN
    if withdrawn_at is not None and withdrawn_at >= received_at:
        return ConsentStands.WITHDRAWN
    return ConsentStands.LAPSED if ends <= now else ConsentStands.GIVEN
