"""What the forms of a Safe and Well case say, as it was typed, and what the rules make of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from services.domain.counting import counted
from services.domain.working_time import UK
from services.referrals.handlers.home_visits import Given
from services.referrals.presenters.moments import uk_moment
from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import Factor, Fitting, Means, Reached
from services.referrals.rules.home_faults import NeedGiven, TryGiven, VisitGiven
from services.referrals.rules.home_visits import HomeVisit
from services.referrals.rules.records import VisitResult

LONGEST = 2_000
LOCAL = "%Y-%m-%dT%H:%M"
FITTED = "fitted-"
NOT_A_NUMBER = -1
MISTAKE = Reached.MISTAKE.value
Code = TypeVar("Code", bound=StrEnum)


class Part(StrEnum):
    """What is recorded by one form; its name stands in an address, and tells a passer-by nothing."""

    NEED = "need"
    TRY = "contact"
    VISIT = "visit"


@dataclass(frozen=True)
class Written:
    """A form as it was sent, or as it is filled in beforehand: one text for each field, and what is ticked."""

    values: Mapping[str, str]
    ticked: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "[withheld]"


def written_in(sent: list[tuple[str, Any]]) -> Written:
    """Return what a form says: texts without what cannot be kept, none of them endless."""
    texts = [(name, value.replace("\x00", "")[:LONGEST]) for name, value in sent if isinstance(value, str)]
    return Written(dict(texts), frozenset(value for name, value in texts if name == "factors"))


def given_in(part: Part, written: Written) -> Given:
    """Return what the rules are asked about."""
    values = written.values
    words, reason = values.get("words", ""), values.get("reason", "")
    if part is Part.NEED:
        factors = tuple(factor for factor in Factor if factor.value in written.ticked)
        return NeedGiven(_code(Need, values.get("need", "")), factors, words, reason)
    at = uk_moment(values.get("at", ""))
    if part is Part.TRY:
        means, reached = _code(Means, values.get("means", "")), _code(Reached, values.get("reached", ""))
        return TryGiven(at, means, reached, words, number_in(values), reason)
    fitted = {each: values.get(FITTED + each.value, "").strip() for each in Fitting}
    counts = {each: _count(typed) for each, typed in fitted.items() if typed}
    result = values.get("result", "")
    return VisitGiven(_code(VisitResult, result), at, counts, words, reason, mistake=result == MISTAKE)


def number_in(values: Mapping[str, str]) -> int:
    """Return the number of the try that a form corrects; 0 where it corrects none."""
    return counted(values.get("number", "")) or 0


def filled_in(part: Part, recorded: HomeVisit, number: int) -> Written:
    """Return a form as what is recorded already fills it in; a booking leaves open what came of it."""
    if part is Part.NEED and recorded.assessed:
        judged = recorded.assessed
        ticked = frozenset(factor.value for factor in judged.factors)
        return Written({"need": judged.need.value, "words": judged.words}, ticked)
    if part is Part.TRY and 0 < number <= len(recorded.tries):
        tried = recorded.tries[number - 1]
        codes = {"means": tried.means.value, "reached": tried.reached.value, "words": tried.words}
        return Written({**codes, "at": tried.tried_at.astimezone(UK).strftime(LOCAL)})
    if part is Part.VISIT and recorded.visit and recorded.visit.result is not VisitResult.NOT_REACHED:
        visit = recorded.visit
        values = {"at": visit.at.astimezone(UK).strftime(LOCAL), "words": visit.words}
        if visit.result is not VisitResult.BOOKED:
            values |= {"result": visit.result.value}
            values |= {FITTED + thing.value: str(count) for thing, count in visit.fitted.items()}
        return Written(values)
    return Written({})


def _code(codes: type[Code], typed: str) -> Code | None:
    return codes(typed) if typed in {code.value for code in codes} else None


def _count(typed: str) -> int:
    number = counted(typed)
    return NOT_A_NUMBER if number is None else number
