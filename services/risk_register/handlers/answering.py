"""Give an account the premises that it answers for as responsible person, and end that."""

from dataclasses import dataclass

from services.risk_register.rules.answering import (
    Answering,
    AnsweringWanted,
    answered_no_more,
    given_to,
    reasons_to_refuse_ending_it,
    reasons_to_refuse_giving,
)
from services.risk_register.rules.competence import key_of
from services.risk_register.store.answering import (
    find_answering,
    hold_answering,
    list_answering_of,
    save_answering,
)
from services.risk_register.store.dossiers import begin
from services.risk_register.store.known_premises import find_known
from services.risk_register.store.records import find_record
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work


@dataclass(frozen=True)
class GiveCommand:
    """Who gives which account which premises."""

    person: Person
    wanted: AnsweringWanted


@dataclass(frozen=True)
class EndAnswering:
    """Who ends which, and why."""

    answering_id: str
    person: Person
    reason: str


async def give_premises(command: GiveCommand, work: Work) -> Answering:
    """Let an account report faults at a premises; raises with everything that is wrong.

    A building of the gazetteer that nobody has visited gets a record, with nothing in it.
    """
    wanted = command.wanted
    await hold_answering(work)
    given = [row.answering for row in await list_answering_of(work, key_of(wanted.account))]
    place = wanted.premises_id
    record = await find_record(work, place)
    known = await find_known(work, place) if record is None else None
    is_building = record is not None or known is not None
    if found := reasons_to_refuse_giving(wanted, is_building=is_building, given=given, given_by=command.person.name):
        raise Refused("; ".join(one.reason for one in found), found)
    if known is not None:
        await begin(work, [known[0]], work.now)
    answering = given_to(wanted, str(new_id(work.now)), command.person.name, work.now)
    await save_answering(work, answering)
    work.note(f"answering/{answering.answering_id}", "given", account=answering.account, premises_id=place)
    return answering


async def end_answering(command: EndAnswering, work: Work) -> Answering:
    """Let an account report nothing more at a premises, nor read what it has reported there."""
    await hold_answering(work)
    present = await find_answering(work, command.answering_id)
    if present is None:
        raise NotFound("there is no such entry")
    if present.answering.ended_at is not None:
        raise Conflict(f"{present.answering.ended_by} has ended it already: look at it again")
    if found := reasons_to_refuse_ending_it(command.reason):
        raise Refused("; ".join(one.reason for one in found), found)
    after = answered_no_more(present.answering, command.person.name, command.reason, work.now)
    await save_answering(work, after)
    work.note(f"answering/{after.answering_id}", "ended", account=after.account, premises_id=after.premises_id)
    return after
