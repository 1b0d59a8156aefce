"""Where it is kept who is asked after incidents, what they answered, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import DebriefAnswered, DebriefAsked, DebriefFinding
from schemas.vocabulary import DebriefSide
from services.risk_register.rules.debriefs import AnswerState, DebriefAnswer, DebriefCounts
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work

TABLE = "risk_register.debrief_answers"
COLUMNS = tuple(each.name for each in fields(DebriefAnswer))
NAMES = ", ".join(COLUMNS)
ASKED = tuple(DebriefAsked.model_fields)
KEEP_ASKED = inserting(
    "risk_register.debriefs",
    "ORDER BY debrief_id ON CONFLICT (debrief_id) DO UPDATE SET asked_by = excluded.asked_by, "
    "asked_at = excluded.asked_at, station = excluded.station, callsign = excluded.callsign",
    ASKED,
)
# An answer may be heard before the question that it closes.
KEEP_ANSWERED = inserting(
    "risk_register.debriefs",
    "ORDER BY debrief_id ON CONFLICT (debrief_id) DO UPDATE SET answered_at = excluded.answered_at",
    (*ASKED, "answered_at"),
)
KEEP_ANSWERS = inserting(TABLE, "ORDER BY answer_id ON CONFLICT (answer_id) DO NOTHING RETURNING answer_id", COLUMNS)
SAVE = updating(TABLE, COLUMNS, "answer_id")
HOLD = text(f"SELECT {NAMES} FROM {TABLE} WHERE answer_id = :answer_id FOR UPDATE")
FIND = text(f"SELECT {NAMES} FROM {TABLE} WHERE answer_id = :answer_id")
AT = text(f"SELECT {NAMES} FROM {TABLE} WHERE premises_id = :premises_id ORDER BY answered_at DESC, answer_id LIMIT 10")
COUNT = text(f"""
    SELECT (SELECT count(*) FROM {TABLE} WHERE state = 'WAITING') AS waiting,
        (SELECT count(*) FROM {TABLE} WHERE state = 'WAITING' AND is_critical) AS critical,
        (SELECT count(*) FROM risk_register.debriefs WHERE answered_at IS NULL) AS asked
""")
QUESTIONS = text("""
    WITH counted AS (SELECT count(*) AS total FROM risk_register.debriefs WHERE answered_at IS NULL)
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT debrief_id, premises_id, called, incident_no, asked_of, station, callsign, asked_by, asked_at
        FROM risk_register.debriefs WHERE answered_at IS NULL ORDER BY asked_at, debrief_id LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY listed.asked_at, listed.debrief_id
""")
# What waits: the safety-critical first, of those the first due; the rest: the newest first.
LIST = """
    WITH counted AS (SELECT count(*) AS total FROM {table} WHERE state = '{state}')
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {names} FROM {table} WHERE state = '{state}' ORDER BY {order} LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY {order}
"""
ORDERS = {AnswerState.WAITING: "is_critical DESC, due_at, answer_id"}
LISTS = {
    state: text(
        LIST.format(table=TABLE, names=NAMES, state=state.value, order=ORDERS.get(state, "changed_at DESC, answer_id"))
    )
    for state in AnswerState
}


@dataclass(frozen=True)
class OpenQuestion:
    """Somebody who was asked after an incident and has not answered."""

    debrief_id: str
    premises_id: str
    called: str
    incident_no: str
    asked_of: DebriefSide
    station: str | None
    callsign: str | None
    asked_by: str
    asked_at: datetime


async def save_questions(work: Work, asked: Sequence[DebriefAsked]) -> None:
    """Keep who is asked; one whose answer came first stays answered."""
    await keep(work, KEEP_ASKED, asked)


async def save_answers(
    work: Work, heard: Sequence[DebriefAnswered], answers: Sequence[DebriefAnswer]
) -> frozenset[str]:
    """Keep answers, close the questions that they are to, and return which of them are new."""
    closed = {
        name: {
            **each.model_dump(include={*ASKED} - {"asked_by", "asked_at"}),
            "debrief_id": name,
            "asked_by": each.answered_by,
            "asked_at": each.answered_at,
            "answered_at": each.answered_at,
        }
        for each in heard
        for name in each.answers
    }
    await keep(work, KEEP_ANSWERED, [*closed.values()])
    return frozenset(row.answer_id for row in await keep(work, KEEP_ANSWERS, answers))


async def save_answer(work: Work, answer: DebriefAnswer) -> None:
    """Keep an answer that a reviewer has dealt with or opened again; it is held."""
    await keep(work, SAVE, [answer])


async def hold_answer(work: Work, answer_id: str) -> DebriefAnswer | None:
    """Return an answer, nobody else's until the transaction ends; None if there is no such one."""
    row = (await work.execute(HOLD, {"answer_id": answer_id})).one_or_none()
    return _answer(row) if row else None


async def find_answer(session: AsyncSession, answer_id: str) -> DebriefAnswer | None:
    """Return an answer, None if there is no such one."""
    row = (await session.execute(FIND, {"answer_id": answer_id})).one_or_none()
    return _answer(row) if row else None


async def list_answers_at(session: AsyncSession, premises_id: str) -> list[DebriefAnswer]:
    """Return the last ten answers about one premises, the newest first."""
    return [_answer(row) for row in await session.execute(AT, {"premises_id": premises_id})]


async def list_answers(
    session: AsyncSession, state: AnswerState, number: int
) -> tuple[Page, tuple[DebriefAnswer, ...]]:
    """Return a page of the answers in one state; a page after the last one is the last one."""
    rows = (await session.execute(LISTS[state], {"size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE})).all()
    return page_of(number, rows[0].total), tuple(_answer(row) for row in rows if row.answer_id is not None)


async def list_questions(session: AsyncSession, number: int) -> tuple[Page, tuple[OpenQuestion, ...]]:
    """Return a page of those who are asked and have not answered, the longest ago first."""
    rows = (await session.execute(QUESTIONS, {"size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE})).all()
    return page_of(number, rows[0].total), tuple(_question(row) for row in rows if row.debrief_id is not None)


async def count_debriefs(session: AsyncSession) -> DebriefCounts:
    """Return how much waits after incidents."""
    return DebriefCounts(**(await session.execute(COUNT)).one()._mapping)


def _answer(row: Any) -> DebriefAnswer:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["findings"] = tuple(DebriefFinding.model_validate(one) for one in row.findings)
    return DebriefAnswer(**{**values, "asked_of": DebriefSide(row.asked_of), "state": AnswerState(row.state)})


def _question(row: Any) -> OpenQuestion:
    values = {each.name: getattr(row, each.name) for each in fields(OpenQuestion)}
    return OpenQuestion(**{**values, "asked_of": DebriefSide(row.asked_of)})
