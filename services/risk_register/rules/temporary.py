"""Temporary risks: what holds at a premises for a while, until somebody says that it is over; never silently gone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from schemas.risk_register import TemporaryRiskShown
from schemas.vocabulary import TemporarySource
from services.domain.fact_keys import plain
from services.domain.temporary_risks import LONGEST, is_past_its_end
from services.domain.working_time import date_words, local_date
from services.shared.errors import FieldReason

ONE_DAY = timedelta(days=1)
SHORTEST_WORDS, LONGEST_WHAT, LONGEST_REASON = 5, 120, 500
SHORTEST_OWNER, LONGEST_OWNER = 2, 80
NEEDS_TICK = "tick that it is over: control and crews no longer see it"


class TemporaryState(StrEnum):
    """Where a temporary risk stands."""

    IN_FORCE = "IN_FORCE"
    TO_CONFIRM = "TO_CONFIRM"
    ENDED = "ENDED"


class TemporaryChange(StrEnum):
    """What may become of a temporary risk."""

    RENEW = "RENEW"
    EXPIRE = "EXPIRE"
    END = "END"


class TemporaryEnd(StrEnum):
    """Why a temporary risk is over."""

    BY_HAND = "BY_HAND"
    SEEN_WORKING = "SEEN_WORKING"
    VISIT_REJECTED = "VISIT_REJECTED"
    VISIT_PUT_BACK = "VISIT_PUT_BACK"
    SENT_AGAIN = "SENT_AGAIN"
    REPAIR_REPORTED = "REPAIR_REPORTED"


# Its last day alone ends nothing: from there it waits to be confirmed. What is ended stays so, and is raised anew.
TRANSITIONS: Mapping[TemporaryState, Mapping[TemporaryChange, TemporaryState]] = {
    TemporaryState.IN_FORCE: {
        TemporaryChange.RENEW: TemporaryState.IN_FORCE,
        TemporaryChange.EXPIRE: TemporaryState.TO_CONFIRM,
        TemporaryChange.END: TemporaryState.ENDED,
    },
    TemporaryState.TO_CONFIRM: {
        TemporaryChange.RENEW: TemporaryState.IN_FORCE,
        TemporaryChange.END: TemporaryState.ENDED,
    },
    TemporaryState.ENDED: {},
}


@dataclass(frozen=True)
class TemporaryRisk:
    """A temporary risk at one premises: what it is, who sees to it, and until when it holds.

    `callsign` is of the crew that reported it last, None once the risk team has raised or renewed it; `visit_id` is the
    visit that raised it, `fact` the key of the system that is out of order, `seen_at` when a crew last saw that.
    `version` rises with every change that a person or a crew makes.
    """

    risk_id: str
    premises_id: str
    what: str
    why: str
    owner: str
    source: TemporarySource
    starts_on: date
    ends_on: date
    raised_by: str
    raised_at: datetime
    changed_by: str
    changed_at: datetime
    callsign: str | None = None
    visit_id: str | None = None
    fact: str | None = None
    seen_at: datetime | None = None
    state: TemporaryState = TemporaryState.IN_FORCE
    version: int = 1
    expired_at: datetime | None = None
    ended_at: datetime | None = None
    because: TemporaryEnd | None = None
    ended_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it is shown: nobody has ended it."""
        return self.state is not TemporaryState.ENDED

    def as_shown(self) -> TemporaryRiskShown:
        """Return it as everybody is shown it."""
        return TemporaryRiskShown(**{name: getattr(self, name) for name in TemporaryRiskShown.model_fields})

    def changed(self, change: TemporaryChange) -> "TemporaryRisk":
        """Return it in the state that a change leads to."""
        if not may_change(self.state, change):
            raise ValueError(f"a temporary risk that is {self.state} cannot {change}")
        return replace(self, state=TRANSITIONS[self.state][change])


def may_change(state: TemporaryState, change: TemporaryChange) -> bool:
    """Return whether a temporary risk in one state may be changed so.

    Policy: docs/domain/1.6.md.
    """
    return change in TRANSITIONS[state]


def expired(risk: TemporaryRisk, at: datetime) -> TemporaryRisk:
    """Return a temporary risk past its last day as one to be confirmed; as it is before that.

    Policy: docs/domain/1.6.md: at its end it goes to "Expired: confirm".
    """
    if not is_past_its_end(risk.ends_on, local_date(at)) or not may_change(risk.state, TemporaryChange.EXPIRE):
        return risk
    return replace(risk.changed(TemporaryChange.EXPIRE), expired_at=at)


def renewed(risk: TemporaryRisk, ends_on: date, by: str, at: datetime, callsign: str | None = None) -> TemporaryRisk:
    """Return a temporary risk that holds until another day, because the risk team says so or a crew saw it again.

    Policy: docs/domain/1.6.md: each renewal is logged.
    """
    after = replace(risk.changed(TemporaryChange.RENEW), ends_on=ends_on, expired_at=None, callsign=callsign)
    return replace(after, version=risk.version + 1, changed_by=by, changed_at=at)


def ended(risk: TemporaryRisk, because: TemporaryEnd, reason: str, by: str, at: datetime) -> TemporaryRisk:
    """Return a temporary risk that is over, with why; it is kept.

    Policy: docs/domain/1.6.md and docs/domain/1.4.md.
    """
    after = replace(risk.changed(TemporaryChange.END), because=because, ended_reason=reason, ended_at=at)
    return replace(after, version=risk.version + 1, changed_by=by, changed_at=at)


@dataclass(frozen=True)
class Altered:
    """A temporary risk as a change left it, for the history: what was done, why, and by whom (the calendar: nobody)."""

    risk: TemporaryRisk
    action: str
    why: str
    by: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """What was once done to a temporary risk: by whom (the calendar: nobody), when, why, and until when it held."""

    action: str
    by: str
    at: datetime
    why: str
    until: date


@dataclass(frozen=True)
class Wanted:
    """A temporary risk as somebody wants to raise it."""

    what: str
    why: str
    owner: str
    starts_on: date | None
    ends_on: date | None


def raised_by_hand(risk_id: str, premises_id: str, wanted: Wanted, by: str, at: datetime) -> TemporaryRisk:
    """Return a temporary risk that nothing speaks against, as it is raised; raises `LookupError` without its days.

    Policy: docs/domain/1.6.md.
    """
    if wanted.starts_on is None or wanted.ends_on is None:
        raise LookupError("a temporary risk has a first and a last day")
    return TemporaryRisk(
        risk_id=risk_id,
        premises_id=premises_id,
        what=wanted.what.strip(),
        why=wanted.why.strip(),
        owner=wanted.owner.strip(),
        source=TemporarySource.BY_HAND,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        raised_by=by,
        raised_at=at,
        changed_by=by,
        changed_at=at,
    )


def reasons_to_refuse_raising(wanted: Wanted, today: date, there: Mapping[str, date]) -> tuple[FieldReason, ...]:
    """Return why a temporary risk cannot be raised like this, each with how to mend it.

    `there` are those that the premises has already, by their words, with their last day.

    Policy: docs/domain/1.6.md: owner, start, and an end at most 90 days after it.
    """
    found = _of_length("/what", wanted.what, "say what it is", LONGEST_WHAT)
    if plain(wanted.what) in there:
        until = date_words(there[plain(wanted.what)])
        found += [FieldReason("/what", f"this premises has it already, until {until}: renew that one")]
    found += _of_length("/why", wanted.why, "say how it came about", LONGEST_REASON)
    if not SHORTEST_OWNER <= len(wanted.owner.strip()) <= LONGEST_OWNER:
        words = f"name the person or role who sees to it, in {SHORTEST_OWNER} to {LONGEST_OWNER} characters"
        found += [FieldReason("/owner", words)]
    starts = wanted.starts_on
    if starts is None:
        found += [FieldReason("/starts_on", "give the day on which it starts or started")]
    elif not today - LONGEST < starts <= today + LONGEST:
        first, last = date_words(today - LONGEST + ONE_DAY), date_words(today + LONGEST)
        found += [FieldReason("/starts_on", f"give a day from {first} to {last}")]
        starts = None
    return (*found, *_reasons_of_the_end(wanted.ends_on, max(starts or today, today), (starts or today) + LONGEST))


def reasons_to_refuse_renewal(
    risk: TemporaryRisk, ends_on: date | None, reason: str, today: date
) -> tuple[FieldReason, ...]:
    """Return why a temporary risk cannot be renewed like this, each with how to mend it.

    Policy: docs/domain/1.6.md: at most 90 days from the renewal, with a reason.
    """
    found = _of_length("/reason", reason, "say why it is renewed", LONGEST_REASON)
    if ends_on == risk.ends_on:
        return (*found, FieldReason("/ends_on", "this is its last day already: give another one"))
    return (*found, *_reasons_of_the_end(ends_on, max(today, risk.starts_on), max(today, risk.starts_on) + LONGEST))


def reasons_to_refuse_ending(reason: str) -> tuple[FieldReason, ...]:
    """Return why a temporary risk cannot be ended like this, each with how to mend it.

    Policy: docs/domain/1.6.md: never silently gone.
    """
    return tuple(_of_length("/reason", reason, "say how you know that it is over", LONGEST_REASON))


def words_there(risks: Iterable[TemporaryRisk]) -> dict[str, date]:
    """Return what a premises has already, by its words, with its last day.

    Policy: docs/domain/4.5.md: nothing stands there twice.
    """
    return {plain(risk.what): risk.ends_on for risk in risks if risk.is_open}


def _of_length(pointer: str, words: str, say: str, longest: int) -> list[FieldReason]:
    if SHORTEST_WORDS <= len(words.strip()) <= longest:
        return []
    return [FieldReason(pointer, f"{say}, in {SHORTEST_WORDS} to {longest} characters")]


def _reasons_of_the_end(ends_on: date | None, first: date, last: date) -> list[FieldReason]:
    if ends_on is not None and first <= ends_on <= last:
        return []
    return [FieldReason("/ends_on", f"give its last day, from {date_words(first)} to {date_words(last)}")]
