"""Where it is kept who is asked after an incident whether the risk information was right, and what they answered."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import DebriefAnswered, DebriefAsked
from schemas.vocabulary import DebriefSide
from services.control.rules.debriefs import AskedAbout, asked_about, called
from services.control.store.places import find_place
from services.control.store.shown import find_shown
from services.shared.paging import PAGE_SIZE
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

OF_QUESTION = {"debrief_id", "asked_of", "station", "asked_at"}
ASK = inserting(
    "control.debriefs",
    "ORDER BY debrief_id ON CONFLICT (debrief_id) DO NOTHING RETURNING debrief_id",
    (*sorted(OF_QUESTION), "asked"),
)
ANSWER = inserting("control.debrief_answers", "ON CONFLICT (answer_id) DO NOTHING RETURNING answer_id")
# Whoever was there answers for their station; a sign-in that names none, for whichever crew was asked.
CLOSE = text("""
    UPDATE control.debriefs SET answered_at = :answered_at
    WHERE answered_at IS NULL AND asked_of = :asked_of
        AND (station IS NULL OR CAST(:station AS text) IS NULL OR station = :station)
        AND asked ->> 'premises_id' = :premises_id AND asked ->> 'incident_no' = :incident_no
    RETURNING debrief_id
""")
LIST = text("""
    SELECT asked, count(*) OVER () AS total FROM control.debriefs
    WHERE answered_at IS NULL AND asked_of = :asked_of AND (asked_of = 'CONTROL' OR station = :station)
    ORDER BY asked_at, debrief_id LIMIT :most
""")


async def premises_asked_about(session: AsyncSession, premises_id: str) -> AskedAbout | None:
    """Return a premises as it is shown, or as the gazetteer lists it; None if neither knows it."""
    if shown := await find_shown(session, premises_id):
        return asked_about(shown.record)
    place = await find_place(session, premises_id)
    return AskedAbout(called(place.name, place.address, place.postcode), {}) if place else None


async def save_asked(work: Work, asked: Sequence[DebriefAsked]) -> frozenset[str]:
    """Keep what is asked; return the questions that are new."""
    rows = [{**each.model_dump(include=OF_QUESTION), "asked": each} for each in asked]
    return frozenset(row.debrief_id for row in await keep(work, ASK, rows))


async def save_answer(work: Work, answer: DebriefAnswered) -> bool:
    """Keep an answer; return whether it is new."""
    row = {"answer_id": answer.answer_id, "answered_at": answer.answered_at, "answer": answer}
    return bool([*await keep(work, ANSWER, [row])])


async def close_questions(work: Work, answer: DebriefAnswered) -> list[str]:
    """Close the questions that an answer is to, and return which they are."""
    known = answer.model_dump(include={"premises_id", "incident_no", "asked_of", "station", "answered_at"})
    return [*(await work.execute(CLOSE, known)).scalars()]


async def list_open(
    session: AsyncSession, side: DebriefSide, station: str | None
) -> tuple[tuple[DebriefAsked, ...], int]:
    """Return the questions that wait for one side, of crews for one station's, the oldest first, and how many."""
    wanted = {"asked_of": side, "station": station, "most": PAGE_SIZE}
    rows = (await session.execute(LIST, wanted)).all()
    return tuple(DebriefAsked.model_validate(row.asked) for row in rows), rows[0].total if rows else 0
