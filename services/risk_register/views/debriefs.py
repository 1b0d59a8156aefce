"""What comes after incidents as the risk team reads it: what waits, who has not answered, and one answer whole."""

from dataclasses import dataclass
from datetime import date

from services.domain.working_time import local_date
from services.risk_register.presenters.debriefs import FindingLine, finding_lines
from services.risk_register.rules.actions import Action
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.debriefs import AnswerState, DebriefAnswer, DebriefCounts, DebriefTab
from services.risk_register.store.actions import list_actions_on
from services.risk_register.store.asks import list_asks
from services.risk_register.store.debriefs import (
    OpenQuestion,
    count_debriefs,
    find_answer,
    list_answers,
    list_questions,
)
from services.risk_register.store.records import find_record, find_version
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools

STATE_OF = {
    DebriefTab.WAITING: AnswerState.WAITING,
    DebriefTab.DEALT_WITH: AnswerState.DEALT_WITH,
    DebriefTab.RIGHT: AnswerState.RIGHT,
}


@dataclass(frozen=True)
class DebriefPage:
    """A page of one part of what comes after incidents: answers, or questions that nobody has answered."""

    tab: DebriefTab
    page: Page
    answers: tuple[DebriefAnswer, ...]
    questions: tuple[OpenQuestion, ...]
    counts: DebriefCounts


@dataclass(frozen=True)
class OneAnswer:
    """One answer, its findings beside what the record says today, its actions, and what a crew is asked there."""

    answer: DebriefAnswer
    findings: tuple[FindingLine, ...]
    actions: tuple[Action, ...]
    asks: tuple[Ask, ...]
    record_version: int
    station: str
    today: date


async def debrief_page(tools: Tools, tab: DebriefTab, number: int = 1) -> DebriefPage:
    """Return a page of one part; a page after the last one is the last one."""
    async with tools.database.reading() as session:
        counts = await count_debriefs(session)
        if tab is DebriefTab.ASKED:
            page, questions = await list_questions(session, number)
            return DebriefPage(tab, page, (), questions, counts)
        page, answers = await list_answers(session, STATE_OF[tab], number)
    return DebriefPage(tab, page, answers, (), counts)


async def one_answer(tools: Tools, answer_id: str) -> OneAnswer:
    """Return an answer after an incident; raises `NotFound` if there is no such one."""
    async with tools.database.reading() as session:
        answer = await find_answer(session, answer_id)
        if answer is None:
            raise NotFound("there is no such answer after an incident")
        record = await find_record(session, answer.premises_id)
        version = await find_version(session, answer.premises_id, record.version) if record else None
        actions = await list_actions_on(session, answer_id)
        asks, _ = await list_asks(session, answer.premises_id)
    return OneAnswer(
        answer,
        finding_lines(answer.findings, version.known.facts if version else {}),
        tuple(actions),
        tuple(ask for ask in asks if ask.incident_no == answer.incident_no),
        record.version if record else 0,
        (record.premises.place.station_ground or "") if record else "",
        local_date(tools.clock.now()),
    )
