"""After incidents: keep who is asked and what they answer, and let a reviewer deal with what was not right."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.control import DebriefAnswered, DebriefAsked
from services.risk_register.rules.debriefs import (
    AnswerChange,
    DebriefAnswer,
    may_change_answer,
    reasons_of_length,
    reasons_to_refuse_finishing,
    taken_in,
)
from services.risk_register.store.debriefs import hold_answer, save_answer, save_answers, save_questions
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identity import Person
from services.shared.transactions import Heard, Work
from services.shared.web.words import full_time


@dataclass(frozen=True)
class AnswerCommand:
    """Who deals with an answer as it was in which version, or opens it again, and why."""

    answer_id: str
    version: int
    person: Person
    reason: str


async def keep_debriefs(heard: Sequence[Heard[DebriefAsked | DebriefAnswered]], work: Work) -> None:
    """Keep who is asked, and what is answered: in the queue where something was not right."""
    await save_questions(work, [each.event for each in heard if isinstance(each.event, DebriefAsked)])
    answered = [each.event for each in heard if isinstance(each.event, DebriefAnswered)]
    new = await save_answers(work, answered, [taken_in(event) for event in answered])
    for each in work.in_turn(heard):
        if isinstance(each.event, DebriefAnswered) and each.event.answer_id in new:
            right = "said to be right" if each.event.is_right else "said not to be right"
            incident = each.event.incident_no
            work.note(f"record/{each.event.premises_id}", f"{right} after an incident", incident=incident)


async def finish_answer(command: AnswerCommand, work: Work) -> DebriefAnswer:
    """Say that an answer is dealt with, and what was done."""
    answer = await _take(command, AnswerChange.FINISH, work)
    if found := reasons_to_refuse_finishing(answer, command.reason, command.person.name):
        raise Refused("; ".join(one.reason for one in found), found)
    return await _keep(answer, AnswerChange.FINISH, "dealt with", command, work)


async def reopen_answer(command: AnswerCommand, work: Work) -> DebriefAnswer:
    """Open an answer again that was dealt with."""
    answer = await _take(command, AnswerChange.REOPEN, work)
    if found := reasons_of_length(command.reason, "say why it is opened again"):
        raise Refused("; ".join(one.reason for one in found), found)
    return await _keep(answer, AnswerChange.REOPEN, "opened again", command, work)


async def _take(command: AnswerCommand, change: AnswerChange, work: Work) -> DebriefAnswer:
    answer = await hold_answer(work, command.answer_id)
    if answer is None:
        raise NotFound("there is no such answer after an incident")
    if answer.version != command.version or not may_change_answer(answer.state, change):
        raise Conflict(f"{answer.changed_by} changed it at {full_time(answer.changed_at)}: look at it again")
    return answer


async def _keep(
    answer: DebriefAnswer, change: AnswerChange, done: str, command: AnswerCommand, work: Work
) -> DebriefAnswer:
    after = answer.moved(change, command.reason.strip(), command.person.name, work.now)
    await save_answer(work, after)
    work.note(f"debrief/{after.answer_id}", done, by=after.changed_by, why=after.reason)
    return after
