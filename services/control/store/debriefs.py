"""Where it is kept who is asked after an incident whether the risk information was right, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import DebriefAnswered, DebriefAsked
from schemas.vocabulary import DebriefSide
from services.control.rules.debriefs import AskedAbout, asked_about, called
from services.control.store.places import find_place
from services.control.store.shown import find_shown
from services.shared.paging import PAGE_SIZE
from services.shared.rows import inserting
from services.shared.rows import keep as keep_rows
from services.shared.transactions import Work

ASK = inserting(
    "control.debriefs",
    "ORDER BY debrief_id ON CONFLICT (debrief_id) DO NOTHING RETURNING debrief_id",
    tuple(DebriefAsked.model_fields),
)
ANSWER = inserting(
    "control.debrief_answers",
    "ON CONFLICT (answer_id) DO NOTHING RETURNING answer_id",
    ("answer_id", "premises_id", "answered_at", "answer"),
)
# Whoever was there answers for their station; a sign-in that names none, for whichever crew was asked.
CLOSE = text("""
    UPDATE control.debriefs SET answered_at = :answered_at
    WHERE premises_id = :premises_id AND incident_no = :incident_no AND asked_of = :asked_of AND answered_at IS NULL
        AND (station IS NULL OR CAST(:station AS text) IS NULL OR station = :station)
    RETURNING debrief_id
""")
LIST = text("""
    SELECT debrief_id, premises_id, called, incident_no, asked_of, station, callsign, asked_by, asked_at,
        count(*) OVER () AS total
    FROM control.debriefs
    WHERE answered_at IS NULL AND asked_of = :asked_of AND (asked_of = 'CONTROL' OR station = :station)
    ORDER BY asked_at, debrief_id LIMIT :most
""")


@dataclass(frozen=True)
class OpenQuestion:
    """A question that nobody has answered yet."""

    debrief_id: str
    premises_id: str
    called: str
    incident_no: str
    asked_of: DebriefSide
    station: str | None
    callsign: str | None
    asked_by: str
    asked_at: datetime


async def premises_asked_about(session: AsyncSession, premises_id: str) -> AskedAbout | None:
    """Return a premises as it is shown, or as the gazetteer lists it; None if neither knows it."""
    if shown := await find_shown(session, premises_id):
        return asked_about(shown.record)
    place = await find_place(session, premises_id)
    return AskedAbout(called(place.name, place.address, place.postcode), {}) if place else None


async def save_asked(work: Work, asked: Sequence[DebriefAsked]) -> frozenset[str]:
    """Keep what is asked; return the questions that are new."""
    return frozenset(row.debrief_id for row in await keep_rows(work, ASK, asked))


async def save_answer(work: Work, answer: DebriefAnswered) -> bool:
    """Keep an answer; return whether it is new."""
    row = {"answer_id": answer.answer_id, "premises_id": answer.premises_id, "answered_at": answer.answered_at}
    return bool([*await keep_rows(work, ANSWER, [{**row, "answer": answer}])])


async def close_questions(work: Work, answer: DebriefAnswered) -> list[str]:
    """Close the questions that an answer is to, and return which they are."""
    known = answer.model_dump(include={"premises_id", "incident_no", "asked_of", "station", "answered_at"})
    return [*(await work.execute(CLOSE, known)).scalars()]


async def list_open(
    session: AsyncSession, side: DebriefSide, station: str | None
) -> tuple[tuple[OpenQuestion, ...], int]:
    """Return the questions that wait for one side, of crews for one station's, the oldest first, and how many."""
    wanted = {"asked_of": side, "station": station, "most": PAGE_SIZE}
    rows = (await session.execute(LIST, wanted)).all()
    return tuple(map(_question, rows)), rows[0].total if rows else 0


def _question(row: Any) -> OpenQuestion:
    values = {each.name: getattr(row, each.name) for each in fields(OpenQuestion)}
    return OpenQuestion(**{**values, "asked_of": DebriefSide(row.asked_of)})
