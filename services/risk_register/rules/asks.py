"""Which visits crews are asked for: by whom, until when, and when a visit that was made ends what was asked."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from schemas.premises import LocatedPremises, PremisesLocated
from schemas.risk_register import VisitAsked, VisitAskEnded
from schemas.vocabulary import AskEnd, VisitKind, Watch
from services.domain.incidents import incident_number
from services.domain.working_time import date_words, local_date
from services.risk_register.rules.buildings import building_of
from services.risk_register.rules.review_dates import counts_as_visit
from services.shared.errors import FieldReason

# So long before its review is due, a premises asks for a visit by itself.
ASKS_BEFORE = timedelta(days=28)
LATEST = timedelta(days=366)
SHORTEST_REASON, LONGEST_REASON = 5, 500
STATION = re.compile(r"[A-Z]{0,3}\d{1,3}[A-Z]?", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """A visit that a crew is asked for.

    `asked_by` is None where the review date alone asks, `watch` where any watch may go. `incident_no` is of the
    incident that it is asked for after, `questions` are what it must answer.
    """

    ask_id: str
    premises_id: str
    premises: LocatedPremises
    reason: str
    due_on: date
    station: str
    watch: Watch | None
    asked_by: str | None
    asked_at: datetime
    ended_at: datetime | None = None
    because: AskEnd | None = None
    ended_reason: str | None = None
    ended_by: str | None = None
    visit_id: str | None = None
    incident_no: str | None = None
    questions: tuple[str, ...] = ()

    def as_asked(self) -> VisitAsked:
        """Return what is said of it."""
        return VisitAsked(**{name: getattr(self, name) for name in VisitAsked.model_fields})

    def as_ended(self) -> VisitAskEnded:
        """Return what is said when it has ended; raises `LookupError` if it has not."""
        if self.because is None or self.ended_at is None:
            raise LookupError("this visit is still asked for")
        return VisitAskEnded(
            ask_id=self.ask_id,
            premises_id=self.premises_id,
            because=self.because,
            reason=self.ended_reason or "",
            visit_id=self.visit_id,
            ended_at=self.ended_at,
        )


def reasons_to_refuse_ask(reason: str, due_on: date | None, station: str, today: date) -> tuple[FieldReason, ...]:
    """Return why a crew cannot be asked like this, each with how to mend it.

    Policy: docs/domain/4.4.md, visits that are asked for.
    """
    found = list(reasons_to_refuse_words(reason, "say why a crew should go there"))
    if due_on is None:
        found.append(FieldReason("/due_on", "give a day, such as 18 12 2026"))
    elif not today <= due_on <= today + LATEST:
        found.append(FieldReason("/due_on", "give a day from today on, within a year"))
    if not STATION.fullmatch(station):
        found.append(FieldReason("/station", "this is not a station number such as 71 or S1: write the number"))
    return tuple(found)


def reasons_to_refuse_words(reason: str, say: str) -> tuple[FieldReason, ...]:
    """Return why a reason is not enough for those who read it.

    Policy: docs/domain/4.4.md: a crew is told why.
    """
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return ()
    return (FieldReason("/reason", f"{say}, in {SHORTEST_REASON} to {LONGEST_REASON} characters"),)


def asked_by_date(ask_id: str, premises: LocatedPremises, due_on: date, at: datetime) -> Ask:
    """Return what a premises asks for by itself because its review is due.

    Policy: docs/domain/1.6.md and docs/domain/4.3.md, step 8.
    """
    return Ask(
        ask_id=ask_id,
        premises_id=premises.premises_id,
        premises=premises,
        reason=reason_of_date(due_on, local_date(at)),
        due_on=due_on,
        station=premises.place.station_ground or "",
        watch=None,
        asked_by=None,
        asked_at=at,
    )


def reason_of_date(due_on: date, today: date) -> str:
    """Return why a visit is asked for because of a review date.

    Policy: docs/domain/4.4.md: a crew is told why.
    """
    return f"Its review {'was' if due_on < today else 'is'} due on {date_words(due_on)}"


def reason_of_rule(words: str) -> str:
    """Return why a visit is asked for to premises that ought to have a record by a rule of these words.

    Policy: docs/domain/4.4.md: a crew is told why.
    """
    return f"There is no risk record of it yet: {words}"


def is_visit_to(premises_id: str, event: PremisesLocated) -> bool:
    """Return whether a visit counts as one to a building: in person, completed, and not intelligence alone.

    Policy: docs/domain/1.6.md: a telephone review, or a crew that was turned away, is none.
    """
    visit = event.visit
    was_there = counts_as_visit(visit.visit_kind, visit.review_method, visit.outcome)
    return was_there and building_of(event.premises).premises_id == premises_id


def is_answered(ask: Ask, event: PremisesLocated) -> bool:
    """Return whether a visit is what was asked for: one to that building, and received after it.

    What is asked for after an incident is a visit of that kind which names the same incident.

    Policy: docs/domain/1.6.md.
    """
    visit = event.visit
    is_of_it = ask.incident_no is None or (
        visit.visit_kind is VisitKind.POST_INCIDENT and incident_number(visit.incident_no) == ask.incident_no
    )
    return is_of_it and is_visit_to(ask.premises_id, event) and event.received_at >= ask.asked_at


def ended(ask: Ask, because: AskEnd, at: datetime, *, by: str | None = None, reason: str = "", visit: str = "") -> Ask:
    """Return what was asked for as it ended.

    Policy: docs/domain/4.4.md, visits that are asked for: nothing is deleted.
    """
    return replace(ask, ended_at=at, because=because, ended_by=by, ended_reason=reason or None, visit_id=visit or None)
