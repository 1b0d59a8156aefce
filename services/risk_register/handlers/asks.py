"""Ask crews for visits, by hand and by the dates of reviews, and withdraw what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from schemas.vocabulary import AskEnd, Watch
from services.domain.working_time import local_date
from services.risk_register.rules.asks import (
    ASKS_BEFORE,
    Ask,
    asked_by_date,
    ended,
    reasons_to_refuse_ask,
    reasons_to_refuse_words,
)
from services.risk_register.store.asks import hold_ask, list_reviews_due, save_asks
from services.risk_register.store.known_premises import find_known
from services.risk_register.store.records import find_record
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work

EVERY_S = 900.0
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class AskCommand:
    """Who asks for a visit of which premises, why, by when, and of whom; after an incident, what it must answer."""

    premises_id: str
    person: Person
    reason: str
    due_on: date | None
    station: str
    watch: Watch | None = None
    incident_no: str | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class WithdrawCommand:
    """Who withdraws what was asked for, and why."""

    ask_id: str
    person: Person
    reason: str


async def ask_for_visit(command: AskCommand, work: Work) -> Ask:
    """Ask a crew to visit a premises that has a record, or that the gazetteer lists; raises with all that is wrong."""
    record, known = await find_record(work, command.premises_id), await find_known(work, command.premises_id)
    premises = record.premises if record else known[0] if known else None
    if premises is None:
        raise NotFound("there is no such risk record, and no such building with a point in the gazetteer")
    station = command.station.strip().upper()
    found = reasons_to_refuse_ask(command.reason, command.due_on, station, local_date(work.now))
    if found or command.due_on is None:
        raise Refused("; ".join(one.reason for one in found), found)
    ask = Ask(
        ask_id=str(new_id(work.now)),
        premises_id=premises.premises_id,
        premises=premises,
        reason=command.reason.strip(),
        due_on=command.due_on,
        station=station,
        watch=command.watch,
        asked_by=command.person.name,
        asked_at=work.now,
        incident_no=command.incident_no,
        questions=command.questions,
    )
    await keep_asked([ask], work)
    return ask


async def withdraw_ask(command: WithdrawCommand, work: Work) -> Ask:
    """Withdraw what was asked for, with a reason that the crew reads."""
    ask = await hold_ask(work, command.ask_id)
    if ask is None:
        raise NotFound("no such visit is asked for")
    if ask.ended_at is not None:
        raise Conflict("it is no longer asked for: look at the page again")
    if found := reasons_to_refuse_words(command.reason, "say why it is withdrawn"):
        raise Refused(found[0].reason, found)
    after = ended(ask, AskEnd.WITHDRAWN, work.now, by=command.person.name, reason=command.reason.strip())
    await keep_ended([after], work)
    return after


async def ask_by_dates(work: Work, now: datetime) -> int:
    """Ask for a visit of every premises whose review is due within 28 days; return of how many."""
    today = local_date(now)
    due = await list_reviews_due(work, today + ASKS_BEFORE, today, MOST_AT_ONCE)
    await keep_asked([asked_by_date(str(new_id(now)), premises, due_on, now) for premises, due_on in due], work)
    return len(due)


async def keep_asked(asks: Sequence[Ask], work: Work) -> None:
    """Keep what is newly asked of crews, and say it."""
    await save_asks(work, asks)
    for ask in asks:
        work.say(ask.as_asked())
        work.note(f"record/{ask.premises_id}", "visit asked for", ask=ask.ask_id, station=ask.station)


async def keep_ended(asks: Sequence[Ask], work: Work) -> None:
    """Keep what is no longer asked of crews, and say it."""
    await save_asks(work, asks)
    tell_ended(asks, work)


def tell_ended(asks: Sequence[Ask], work: Work) -> None:
    """Say what is no longer asked of crews."""
    for ask in asks:
        work.say(ask.as_ended())
        work.note(f"record/{ask.premises_id}", "visit no longer asked for", ask=ask.ask_id, because=ask.because)
