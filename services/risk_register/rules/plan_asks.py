"""What a visit plan asks of crews: one visit for each line of a published plan, none for what was taken out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.premises import PremisesLocated
from schemas.vocabulary import AskEnd
from services.domain.words import words_for
from services.domain.working_time import date_words, local_date
from services.risk_register.rules.asks import Ask, ended, is_visit_to
from services.risk_register.rules.plans import Line, Plan, last_day_of


@dataclass(frozen=True)
class Asking:
    """A line of a plan, and what its crews are no longer and newly asked for because of it."""

    line: Line
    ends: tuple[Ask, ...] = ()
    begins: Ask | None = None


def asking(plan: Plan, line: Line, open_asks: Sequence[Ask], ask_id: str, by: str, at: datetime) -> Asking:
    """Return what is asked of crews because of a line as it is now; `open_asks` is what is asked for at its premises.

    What is in a published plan stands once on a crew's list: its own visit takes the place of any other that was asked
    for there, and keeps a person's words and an earlier day. What is taken out or put off is no longer asked for by the
    plan or by its date; what a person asked for otherwise stays.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    if line.visited_at is not None or (line.is_in and not plan.is_published):
        return Asking(line)
    if not line.is_in:
        those = [ask for ask in open_asks if ask.ask_id == line.ask_id or ask.asked_by is None]
        reason = next((each.reason for each in reversed(plan.adjustments_of(line.premises_id))), "No longer planned")
        ends = [ended(ask, AskEnd.WITHDRAWN, at, by=by, reason=reason) for ask in those]
        return Asking(replace(line, ask_id=None, has_open_ask=False), tuple(ends))
    own = next((ask for ask in open_asks if ask.ask_id == line.ask_id), None)
    if own is not None and (own.station, own.watch) == (line.station, line.watch):
        return Asking(line)
    begins = _ask(line, open_asks, ask_id, by, at)
    instead = f"Planned for {words_for(line.watch)} watch of station {line.station} by {date_words(begins.due_on)}"
    ends = [ended(ask, AskEnd.WITHDRAWN, at, by=by, reason=instead) for ask in open_asks]
    return Asking(replace(line, ask_id=ask_id, has_open_ask=True), tuple(ends), begins)


def _ask(line: Line, open_asks: Sequence[Ask], ask_id: str, by: str, at: datetime) -> Ask:
    of_people = [ask for ask in open_asks if ask.asked_by is not None and ask.ask_id != line.ask_id]
    days = [line.due_on, *(ask.due_on for ask in of_people)]
    return Ask(
        ask_id=ask_id,
        premises_id=line.premises_id,
        premises=line.premises,
        reason=of_people[0].reason if of_people else line.reason,
        due_on=_first_day(days, local_date(at), last_day_of(line.month)),
        station=line.station,
        watch=line.watch,
        asked_by=by,
        asked_at=at,
    )


def _first_day(days: Sequence[date | None], today: date, last: date) -> date:
    return min((day for day in days if day is not None and today <= day <= last), default=last)


def is_made(line: Line, event: PremisesLocated) -> bool:
    """Return whether a visit is the one that a line plans: counts as one, and was received after it was planned.

    Policy: docs/domain/4.4.md, the visit plan: only a completed visit in person makes it done.
    """
    return line.visited_at is None and is_visit_to(line.premises_id, event) and event.received_at >= line.planned_at


def done(line: Line, event: PremisesLocated) -> Line:
    """Return a line whose visit was made.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return replace(line, visit_id=event.visit_id, visited_at=event.visit.ended_at)
