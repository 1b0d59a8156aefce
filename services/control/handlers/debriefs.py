"""After an incident: ask the crew and control whether the risk information was right, and take what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.control import DebriefAnswered, DebriefAsked
from services.control.rules.debriefs import (
    Answer,
    Asking,
    answered_by_it,
    as_answered,
    question_of_control,
    questions,
    reasons_to_refuse_answer,
    reasons_to_refuse_asking,
    side_of,
)
from services.control.rules.rights import INCIDENT_KEEPERS
from services.control.store.debriefs import close_questions, premises_asked_about, save_answer, save_asked
from services.shared.errors import Refused
from services.shared.identity import Person
from services.shared.transactions import Work


@dataclass(frozen=True)
class AskCommand:
    """Who asks after which incident."""

    person: Person
    asking: Asking


@dataclass(frozen=True)
class AnswerCommand:
    """Who answers what."""

    person: Person
    answer: Answer


async def ask_after_incident(command: AskCommand, work: Work) -> int:
    """Ask the crew that had command, and control; return how many questions that are new."""
    asking = command.asking
    about = await premises_asked_about(work, asking.premises_id)
    if found := reasons_to_refuse_asking(asking, is_known=about is not None):
        raise Refused("; ".join(one.reason for one in found), found)
    return await _ask(questions(asking, about.called if about else "", command.person.name, work.now), work)


async def ask_control(premises_id: str, incident_no: str, work: Work) -> int:
    """Ask control once an incident at a premises is closed; return how many questions that are new."""
    about = await premises_asked_about(work, premises_id)
    name = about.called if about else premises_id
    asked = question_of_control(premises_id, incident_no, name, work.by.actor, work.now)
    return await _ask([asked] if asked else [], work)


async def _ask(asked: Sequence[DebriefAsked], work: Work) -> int:
    new = await save_asked(work, asked)
    for each in asked:
        if each.debrief_id in new:
            work.say(each)
            work.note(f"premises/{each.premises_id}", "asked after an incident", incident=each.incident_no)
    return len(new)


async def answer_after_incident(command: AnswerCommand, work: Work) -> DebriefAnswered:
    """Take an answer, and say it once however often it is sent."""
    answer, person = command.answer, command.person
    about = await premises_asked_about(work, answer.premises_id)
    if (found := reasons_to_refuse_answer(answer, about)) or about is None:
        raise Refused("; ".join(one.reason for one in found), found)
    side = side_of(in_control=person.has(*INCIDENT_KEEPERS))
    told = as_answered(answer, about, side, person.station, person.name, work.now)
    if not await save_answer(work, told):
        return told
    told = answered_by_it(told, await close_questions(work, told))
    work.say(told)
    work.note(f"premises/{told.premises_id}", "answered after an incident", incident=told.incident_no)
    return told
