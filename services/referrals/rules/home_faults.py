"""What somebody enters about a Safe and Well case, and all that is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.referrals.rules.contact import Fault, reasons_to_refuse_moment
from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import Factor, Fitting, Means, Reached
from services.referrals.rules.home_visits import MOST_TRIES, HomeVisit
from services.referrals.rules.outcomes import reasons_to_refuse_length
from services.referrals.rules.records import VisitResult

MOST_OF_ONE = 20
BOOKED_WITHIN = timedelta(days=365)
REASON = Fault("reason", "say why it is corrected: what was recorded before stays in the history")


@dataclass(frozen=True)
class NeedGiven:
    """A need as somebody entered it."""

    need: Need | None = None
    factors: tuple[Factor, ...] = ()
    words: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class TryGiven:
    """A try to reach the person as somebody entered it; `number` is of the one that it corrects, 0 if of none."""

    at: datetime | None = None
    means: Means | None = None
    reached: Reached | None = None
    words: str = ""
    number: int = 0
    reason: str = ""

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class VisitGiven:
    """A visit as somebody entered it: how far it has come, when, and how many of what were fitted.

    `mistake` takes back what is recorded: there was no such visit, and none is booked.
    """

    result: VisitResult | None = None
    at: datetime | None = None
    fitted: Mapping[Fitting, int] = field(default_factory=dict)
    words: str = ""
    reason: str = ""
    mistake: bool = False

    def __repr__(self) -> str:
        return "[withheld]"


def reasons_to_refuse_need(given: NeedGiven, before: HomeVisit) -> tuple[Fault, ...]:
    """Return all that is wrong with a need as it is recorded, field by field.

    Policy: docs/domain/4.8.md: the level by the person-centred framework, with what it rests on.
    """
    faults = []
    if given.need is None:
        faults.append(Fault("need", "choose how great the need is"))
    if not given.factors and not given.words.strip():
        faults.append(Fault("factors", "tick what the need rests on, or say it in words"))
    return (*faults, *_of_words(given.words), *_of_reason(given.reason, before.assessed is not None))


def reasons_to_refuse_try(given: TryGiven, before: HomeVisit, raised_at: datetime, now: datetime) -> tuple[Fault, ...]:
    """Return all that is wrong with a try to reach the person, field by field.

    Policy: docs/domain/4.8.md.
    """
    faults = list(reasons_to_refuse_moment(given.at, raised_at, now, "enter the day and time that you tried"))
    if given.means is None:
        faults.append(Fault("means", "choose how you tried"))
    if given.reached is None or (given.reached is Reached.MISTAKE and not given.number):
        faults.append(Fault("reached", "choose whether you reached the person"))
    if not given.number and len(before.tries) >= MOST_TRIES:
        faults.append(Fault("at", f"{MOST_TRIES} tries are recorded already: close the referral with its outcome"))
    return (*faults, *_of_words(given.words), *_of_reason(given.reason, bool(given.number)))


def reasons_to_refuse_visit(
    given: VisitGiven, before: HomeVisit, raised_at: datetime, now: datetime
) -> tuple[Fault, ...]:
    """Return all that is wrong with a visit as it is recorded, field by field.

    Policy: docs/domain/4.8.md.
    """
    if given.mistake and before.visit:
        return tuple(_of_reason(given.reason, is_asked=True))
    faults: list[Fault] = []
    if given.result is None:
        faults.append(Fault("result", "choose how far the visit has come"))
    elif given.result is VisitResult.BOOKED:
        faults += _of_booking(given.at, now)
    else:
        faults += reasons_to_refuse_moment(given.at, raised_at, now, "enter the day and time of the visit")
    if given.fitted and given.result is not VisitResult.DONE:
        faults.append(Fault("fitted", "say that the visit was made, or leave empty what was fitted"))
    elif any(not 1 <= count <= MOST_OF_ONE for count in given.fitted.values()):
        faults.append(Fault("fitted", f"enter how many of each, from 1 to {MOST_OF_ONE}"))
    return (*faults, *_of_words(given.words), *_of_reason(given.reason, is_correction(before, given.result)))


def is_correction(before: HomeVisit, result: VisitResult | None) -> bool:
    """Return whether a visit as it is recorded now takes back something that was recorded, and so needs a reason.

    A booking that came to something is no correction, nor is a new booking after nobody was there.

    Policy: docs/domain/4.8.md.
    """
    if before.visit is None or before.visit.result is VisitResult.NOT_REACHED:
        return False
    return before.visit.result is not VisitResult.BOOKED or result is VisitResult.BOOKED


def _of_booking(at: datetime | None, now: datetime) -> tuple[Fault, ...]:
    if at is None:
        return (Fault("at", "enter the day and time that the visit is booked for"),)
    if at <= now:
        return (Fault("at", "the time has passed: say what came of the visit, or book a later one"),)
    return (Fault("at", "book a visit within a year"),) if at > now + BOOKED_WITHIN else ()


def _of_words(words: str) -> tuple[Fault, ...]:
    return tuple(Fault("words", why) for why in reasons_to_refuse_length(words))


def _of_reason(reason: str, is_asked: bool) -> Sequence[Fault]:
    if is_asked and not reason.strip():
        return (REASON,)
    return tuple(Fault("reason", why) for why in reasons_to_refuse_length(reason))
