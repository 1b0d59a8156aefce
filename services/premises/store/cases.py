"""The cases: what was decided about the address of each visit, and which still need a person."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReviewState
from services.premises.rules.cases import Case
from services.premises.tables import Decision
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work

_NAMES = tuple(Decision.model_fields)  # a case has them all
_COLUMNS = ", ".join(_NAMES)
_FIRST_THINGS_FIRST = "gravity DESC, received_at, visit_id"
_FIND = text(f"SELECT {_COLUMNS} FROM premises.decisions WHERE visit_id = :visit_id")
_HOLD = text(f"""
    SELECT {_COLUMNS} FROM premises.decisions WHERE visit_id = ANY(:visit_ids) ORDER BY visit_id FOR UPDATE
""")
_ADD = inserting("premises.decisions", "ORDER BY visit_id", _NAMES)
_SAVE = updating("premises.decisions", _NAMES, "visit_id")
_OPEN_PAGE = text(f"""
    SELECT {_COLUMNS} FROM premises.decisions WHERE state = 'needs-person'
    ORDER BY {_FIRST_THINGS_FIRST} OFFSET :offset LIMIT :size
""")
_OPEN_IDS = text(f"""
    SELECT visit_id FROM premises.decisions WHERE state = 'needs-person' ORDER BY {_FIRST_THINGS_FIRST}
""")
_COUNT_OPEN = text("SELECT count(*) FROM premises.decisions WHERE state = 'needs-person'")
_NEXT_OPEN = text("""
    SELECT one.visit_id FROM premises.decisions AS one
    LEFT JOIN premises.decisions AS seen ON seen.visit_id = :after
    WHERE one.state = 'needs-person' AND one.visit_id <> ALL(CAST(:but_for AS varchar[]))
        AND one.visit_id IS DISTINCT FROM seen.visit_id
    ORDER BY (-one.gravity, one.received_at, one.visit_id) > (-seen.gravity, seen.received_at, seen.visit_id) DESC,
        one.gravity DESC, one.received_at, one.visit_id LIMIT 1
""")
_NOTE_REVIEWS = text("""
    WITH placed AS (
        SELECT visit_id FROM premises.decisions WHERE visit_id = ANY(:visit_ids) AND state = 'located'
        ORDER BY visit_id FOR UPDATE
    )
    UPDATE premises.decisions AS kept SET reviewed = given.state, visit = NULL, private = NULL, sent_by = NULL
    FROM placed JOIN unnest(CAST(:visit_ids AS varchar[]), CAST(:states AS varchar[])) AS given (visit_id, state)
        USING (visit_id)
    WHERE kept.visit_id = placed.visit_id
""")
_READ: Final = TypeAdapter(Case)


def _case(row: Any) -> Case:
    return _READ.validate_python(dict(row._mapping))


async def find_case(session: AsyncSession, visit_id: str) -> Case | None:
    """Return the case of a visit, or None."""
    row = (await session.execute(_FIND, {"visit_id": visit_id})).one_or_none()
    return _case(row) if row else None


async def hold_cases(work: Work, visit_ids: Collection[str]) -> dict[str, Case]:
    """Return the cases of these visits, by the visit, held for this transaction."""
    rows = await work.execute(_HOLD, {"visit_ids": list(visit_ids)})
    return {row.visit_id: _case(row) for row in rows}


async def get_case(work: Work, visit_id: str) -> Case:
    """Return the case of a visit, held for this transaction; raises `NotFound` if there is none."""
    found = (await hold_cases(work, [visit_id])).get(visit_id)
    if found is None:
        raise NotFound("there is no such visit here")
    return found


async def add_cases(work: Work, cases: Sequence[Case]) -> None:
    """Keep cases of visits that had none."""
    await keep(work, _ADD, cases)


async def save_cases(work: Work, cases: Sequence[Case]) -> None:
    """Keep cases that are held."""
    await keep(work, _SAVE, cases)


async def note_reviewed(work: Work, states: Mapping[str, ReviewState]) -> None:
    """Keep how the register decided on visits that are placed, and let the copies of these visits go."""
    if states:
        values = {"visit_ids": list(states), "states": [state.value for state in states.values()]}
        await work.execute(_NOTE_REVIEWS, values)


async def list_open_cases(session: AsyncSession, page: Page) -> list[Case]:
    """Return a page of the visits that need a person: what cannot wait first, then the oldest."""
    return [_case(row) for row in await session.execute(_OPEN_PAGE, {"offset": page.offset, "size": page.size})]


async def list_open_ids(session: AsyncSession) -> list[str]:
    """Return the ids of all visits that need a person, in the order of the desk."""
    return list((await session.execute(_OPEN_IDS)).scalars())


async def find_next_open(session: AsyncSession, after: str, but_for: Collection[str]) -> str | None:
    """Return the visit that comes next behind another one in the order of the desk, or else the first of all."""
    asked = {"after": after, "but_for": list(but_for)}
    found: str | None = (await session.execute(_NEXT_OPEN, asked)).scalar_one_or_none()
    return found


async def count_open_cases(session: AsyncSession) -> int:
    """Return how many visits need a person."""
    return int((await session.execute(_COUNT_OPEN)).scalar_one())
