"""Dangers at addresses that nobody has settled: kept from the moment a crew sends them until a record shows them."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import Candidate, Place
from schemas.risk_register import RiskFacts
from schemas.visit_parts import Part

COLUMNS = "visit_id, heard_at, settled_at, gravity, reported_at, building_id, told"
BEGIN = text("""
    INSERT INTO control.unsettled (visit_id, gravity, words, told)
    VALUES (:visit_id, 0, ''::tsvector, '{}') ON CONFLICT DO NOTHING
""")
HOLD = text(f"SELECT {COLUMNS} FROM control.unsettled WHERE visit_id = :visit_id FOR UPDATE")
SAVE = text("""
    UPDATE control.unsettled SET heard_at = :heard_at, gravity = :gravity, reported_at = :reported_at,
        building_id = :building_id, told = CAST(:told AS jsonb),
        words = array_to_tsvector(CAST(:words AS text[]))
    WHERE visit_id = :visit_id
""")
ON_RECORD = text(f"""
    SELECT {COLUMNS} FROM control.unsettled
    WHERE heard_at IS NOT NULL AND settled_at IS NULL AND (visit_id = ANY(:visits) OR building_id = :premises_id)
    ORDER BY visit_id FOR UPDATE
""")
# What is told of it is not needed here any more, and what comes late finds that it is settled.
SETTLE = text("""
    INSERT INTO control.unsettled (visit_id, settled_at, building_id, gravity, words, told)
    SELECT visit_id, :at, :premises_id, 0, ''::tsvector, '{}' FROM unnest(CAST(:visits AS text[])) AS visit_id
    ORDER BY visit_id
    ON CONFLICT (visit_id) DO UPDATE SET settled_at = COALESCE(unsettled.settled_at, excluded.settled_at),
        building_id = excluded.building_id, words = ''::tsvector, told = '{}'
""")
REOPEN = text("UPDATE control.unsettled SET settled_at = NULL, building_id = NULL WHERE visit_id = :visit_id")
OPEN = "heard_at IS NOT NULL AND settled_at IS NULL"
FIND = text(f"SELECT {COLUMNS} FROM control.unsettled WHERE visit_id = :visit_id AND heard_at IS NOT NULL")
MATCHING = text(f"""
    SELECT {COLUMNS}, count(*) OVER () AS total FROM control.unsettled
    WHERE {OPEN} AND words @@ CAST(:words AS tsquery) ORDER BY gravity DESC, reported_at DESC, visit_id LIMIT :limit
""")


class Told(Part):
    """What is known of a visit whose address is not settled: what the crew says, and what premises makes of it.

    `dangers` are in the words control reads, gravest first. `ground` is the station ground that it lies on, or the
    station of the crew. `address` is that of the building it has been placed on, until the building's record shows it.
    """

    callsign: str = ""
    station: str = ""
    written: str = ""
    dangers: tuple[str, ...] = ()
    facts: RiskFacts = RiskFacts()
    received_at: AwareDatetime | None = None
    place: Place | None = None
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    address: str = ""

    @property
    def ground(self) -> str:
        """Return the station ground it lies on if a place is known, else the crew's own station."""
        return (self.place.station_ground if self.place else None) or self.station


@dataclass(frozen=True)
class Unsettled:
    """One visit whose danger may stand on no record yet."""

    visit_id: str
    heard_at: datetime | None
    settled_at: datetime | None
    gravity: int
    reported_at: datetime | None
    building_id: str | None
    told: Told

    @property
    def is_open(self) -> bool:
        """Whether control must show it by itself."""
        return self.heard_at is not None and self.settled_at is None

    def with_told(self, **changed: Any) -> "Unsettled":
        """Return it with more known of it."""
        return replace(self, told=self.told.model_copy(update=changed))


async def hold_unsettled(session: AsyncSession, visit_id: str) -> Unsettled:
    """Return what is kept of a visit, held for this transaction; nothing yet is a beginning."""
    await session.execute(BEGIN, {"visit_id": visit_id})
    return _read((await session.execute(HOLD, {"visit_id": visit_id})).one())


async def save_unsettled(session: AsyncSession, kept: Unsettled, words: Collection[str]) -> None:
    """Keep what is known of a visit, and the words it is found by."""
    values = {
        "visit_id": kept.visit_id,
        "heard_at": kept.heard_at,
        "gravity": kept.gravity,
        "reported_at": kept.reported_at,
        "building_id": kept.building_id,
        "told": kept.told.model_dump_json(),
        "words": sorted(words),
    }
    await session.execute(SAVE, values)


async def list_unsettled_on(session: AsyncSession, premises_id: str, visits: Collection[str]) -> list[Unsettled]:
    """Return the open ones that are named among these visits or placed on this premises, held."""
    rows = await session.execute(ON_RECORD, {"premises_id": premises_id, "visits": list(visits)})
    return [_read(row) for row in rows.all()]


async def settle(session: AsyncSession, visits: Collection[str], premises_id: str, at: datetime) -> None:
    """Keep for good that the dangers of these visits stand on a record, even if the visit is heard of later."""
    if visits:
        await session.execute(SETTLE, {"visits": sorted(visits), "premises_id": premises_id, "at": at})


async def reopen(session: AsyncSession, visit_id: str) -> None:
    """Let a visit stand on no record again."""
    await session.execute(REOPEN, {"visit_id": visit_id})


async def find_unsettled(session: AsyncSession, visit_id: str) -> Unsettled | None:
    """Return a visit whose danger control shows or has shown by itself, or None."""
    row = (await session.execute(FIND, {"visit_id": visit_id})).one_or_none()
    return _read(row) if row else None


async def list_unsettled_by_words(session: AsyncSession, words: str, limit: int) -> tuple[list[Unsettled], int]:
    """Return the open ones whose written address holds these words, gravest first, and how many there are in all."""
    rows = (await session.execute(MATCHING, {"words": words, "limit": limit})).all()
    return [_read(row) for row in rows], rows[0].total if rows else 0


def _read(row: Any) -> Unsettled:
    told = row.told if isinstance(row.told, dict) else json.loads(row.told)
    return Unsettled(
        row.visit_id, row.heard_at, row.settled_at, row.gravity, row.reported_at, row.building_id,
        Told.model_validate(told),
    )  # fmt: skip
