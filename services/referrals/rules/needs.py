"""Who agreed that control and crews may know of the help they need to get out, and how long that holds."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from schemas.referrals import HelpNeeded
from schemas.visit_parts import PersonNeed
from schemas.vocabulary import Assistance, ConsentState, Role
from services.domain.working_time import UK
from services.referrals.rules.records import Whereabouts

HOLDS_MONTHS = 14
# What is sealed for a building is filled up to so many bytes, or a multiple: its length does not tell how many live so.
ONE_SIZE = 16 * 1024
WITHDRAWERS = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.SAFEGUARDING)
_BEFORE_THE_NUMBER = re.compile(r"^(?:flat|apartment|apt|unit|number|no)\b\.?\s*")


class ConsentStands(StrEnum):
    """What became of the consent of one flat, as one visit told of it."""

    GIVEN = "GIVEN"
    NOT_GIVEN = "NOT_GIVEN"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


@dataclass(frozen=True)
class UnitNeeds:
    """What a visit told of one flat: the help that people there agreed to tell of; empty if they did not agree."""

    unit: str
    help: tuple[HelpNeeded, ...]

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


def needs_by_unit(people: Iterable[PersonNeed], visits_unit: str, received_at: datetime) -> tuple[UnitNeeds, ...]:
    """Return what a visit lets out, flat by flat: those who agreed and need help; nobody where nobody agreed.

    Policy: docs/domain/4.1.md, section J, "only if consent GIVEN"; docs/domain/4.5.md, help and never a reason.
    """
    units: dict[str, tuple[str, list[HelpNeeded]]] = {}
    for person in people:
        unit = person.unit_ref or visits_unit
        _, agreed = units.setdefault(same_unit(unit), (unit, []))
        if person.consent_state is ConsentState.GIVEN and person.assistance is not Assistance.NONE:
            agreed.append(_let_out(person, unit, received_at))
    return tuple(UnitNeeds(unit, tuple(agreed)) for unit, agreed in units.values())


def _let_out(person: PersonNeed, unit: str, received_at: datetime) -> HelpNeeded:
    return HelpNeeded(
        unit_ref=unit,
        floor=person.floor,
        assistance=person.assistance,
        ees_exists=person.ees_exists,
        consent_state=person.consent_state,
        consented_at=min(person.consent_at or received_at, received_at),
    )


def remove_at(needs: UnitNeeds) -> datetime | None:
    """Return when what is held of a flat must be removed: 14 months after the oldest consent there.

    Policy: docs/domain/1.4.md, RPEEP facts: removed at 14 months without reconfirmation.
    """
    return min((months_after(each.consented_at, HOLDS_MONTHS) for each in needs.help), default=None)


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
