"""Who is competent to lead visits: what was entered of whom, and the list of them, each once."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.competence import Competence, key_of
from services.risk_register.tables.quality import KeptCompetence
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

TABLE = "risk_register.competences"
COLUMNS = tuple(each.name for each in fields(Competence))
NAMES = ", ".join(COLUMNS)
WITHDRAWAL = ("withdrawn_on", "withdrawn_by", "withdrawn_at", "withdrawn_reason")
SAVE = inserting(TABLE, f"ON CONFLICT (competence_id) DO UPDATE SET {replacing(WITHDRAWAL)}", (*COLUMNS, "person_key"))
# Whoever enters something of a person waits for who is entering it, so that it stands once.
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('risk_register.competences', 0))")
OF_PEOPLE = text(
    f"SELECT {NAMES} FROM {TABLE} WHERE person_key = ANY(:keys) ORDER BY until_on DESC, competence_id DESC"
)
# Of each person what holds longest; what was withdrawn only where there is nothing else. A page after the last one is
# the last one.
LIST = text(f"""
    WITH standing AS (
        SELECT DISTINCT ON (person_key) * FROM {TABLE}
        ORDER BY person_key, (withdrawn_on IS NOT NULL), until_on DESC, competence_id DESC
    ), counted AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE withdrawn_on IS NULL AND until_on < :today) AS expired
        FROM standing
    )
    SELECT counted.total, counted.expired, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {NAMES}, person_key FROM standing ORDER BY (withdrawn_on IS NOT NULL), until_on, person_key LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY (listed.withdrawn_on IS NOT NULL), listed.until_on, listed.person_key
""")


@dataclass(frozen=True)
class CompetencePage:
    """A page of the people of whom a competence is entered, the longest expired first, and how many are expired."""

    page: Page
    lines: tuple[Competence, ...]
    expired: int


async def hold_competences(work: Work) -> None:
    """Let nobody else enter or withdraw a competence until the transaction ends."""
    await work.execute(HOLD)


async def save_competence(work: Work, competence: Competence) -> None:
    """Keep a competence that was entered, or withdrawn."""
    await keep(work, SAVE, [{**asdict(competence), "person_key": competence.person_key}])


async def list_of_people(session: AsyncSession, people: Collection[str]) -> dict[str, tuple[Competence, ...]]:
    """Return all that was ever entered of some people, by name as names are compared, the longest first."""
    rows = [_competence(row) for row in await session.execute(OF_PEOPLE, {"keys": [key_of(each) for each in people]})]
    return {key: tuple(row for row in rows if row.person_key == key) for key in map(key_of, people)}


async def find_competence(session: AsyncSession, competence_id: str) -> Competence | None:
    """Return what was entered under a number, None if there is nothing."""
    row = await session.get(KeptCompetence, competence_id)
    return _competence(row) if row else None


async def list_competences(session: AsyncSession, number: int, today: date) -> CompetencePage:
    """Return a page of the people of whom a competence is entered, the longest expired first, the withdrawn last."""
    wanted = {"today": today, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LIST, wanted)).all()
    lines = tuple(_competence(row) for row in rows if row.competence_id is not None)
    return CompetencePage(page_of(number, rows[0].total), lines, rows[0].expired)


def _competence(row: Any) -> Competence:
    return Competence(**{name: getattr(row, name) for name in COLUMNS})
