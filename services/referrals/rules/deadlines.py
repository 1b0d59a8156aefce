"""By when a referral must be acknowledged, acted on and spoken about, and when others are told that it is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.vocabulary import Priority, ReferralKind
from services.referrals.rules.clocks import Clock, elapsed, working
from services.referrals.rules.kinds import KINDS

HUMAN_CONTACT_WITHIN = timedelta(minutes=15)
HALF_OF_HUMAN_CONTACT = HUMAN_CONTACT_WITHIN / 2
HUMAN_CONTACT_PRIORITIES = frozenset({Priority.P0, Priority.P1})


class Need(StrEnum):
    """How great the need of a person is whom Safe and Well will visit."""

    VERY_HIGH = "VERY_HIGH"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


# A low need has no clock of its own: it keeps that of its kind.
SAFE_AND_WELL_WITHIN = {Need.VERY_HIGH: working(days=1), Need.HIGH: elapsed(days=7), Need.MEDIUM: elapsed(days=28)}
NEED_SHORTENS = frozenset({ReferralKind.SG10, ReferralKind.SG11})


@dataclass(frozen=True)
class Deadlines:
    """When a referral must be acknowledged, first acted on, and spoken about; None where no clock runs."""

    acknowledge_by: datetime
    first_action_by: datetime | None
    human_contact_by: datetime | None


def deadlines_of(kind: ReferralKind, priority: Priority, raised_at: datetime, need: Need | None = None) -> Deadlines:
    """Return the deadlines of a referral in UTC; `need` shortens the first action of Safe and Well once it is known.

    Policy: docs/domain/4.2.md.
    """
    first = KINDS[kind].first_action
    due = [first.due_at(raised_at)] if first is not None else []
    if kind in NEED_SHORTENS and need in SAFE_AND_WELL_WITHIN:
        due.append(SAFE_AND_WELL_WITHIN[need].due_at(raised_at))
    spoken = raised_at + HUMAN_CONTACT_WITHIN if needs_human_contact(priority) else None
    return Deadlines(
        acknowledge_by=acknowledge_clock(kind, priority).due_at(raised_at),
        first_action_by=min(due, default=None),
        human_contact_by=spoken,
    )


def acknowledge_clock(kind: ReferralKind, priority: Priority) -> Clock:
    """Return the clock to acknowledgement; a priority the kind does not know gets its most urgent clock.

    Policy: docs/domain/4.2.md.
    """
    clocks = KINDS[kind].acknowledge
    return clocks.get(priority, clocks[KINDS[kind].priorities[0]])


def needs_human_contact(priority: Priority) -> bool:
    """Return whether somebody must have spoken to somebody, with name and time, within 15 minutes.

    Policy: docs/domain/4.2.md: otherwise the system alarms Control.
    """
    return priority in HUMAN_CONTACT_PRIORITIES


def escalation_due_at(kind: ReferralKind, priority: Priority, raised_at: datetime, step: int) -> datetime:
    """Return when step 1, 2, 3 … of telling others is due: at the deadline, then every half-interval after it.

    Policy: docs/domain/4.2.md.
    """
    return acknowledge_clock(kind, priority).due_at(raised_at, 1 + (step - 1) / 2)
