"""What is shown of each premises, now and at any moment before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.display import RecordShown
from services.control.rules.search_words import words_worth_knowing
from services.control.rules.showing import Showing, newest
from services.shared.rows import as_rows, replacing
from services.shared.transactions import Work

HOLD = text("""
    SELECT premises_id, revision, CASE WHEN premises_id = ANY(CAST(:buildings AS text[])) OR premises_id IN (
        SELECT building_id FROM control.unsettled WHERE visit_id = ANY(CAST(:visits AS text[]))
    ) THEN record END AS record
    FROM control.shown
    WHERE premises_id = ANY(CAST(:updated AS text[])) OR premises_id = ANY(CAST(:buildings AS text[]))
        OR premises_id IN (
            SELECT building_id FROM control.unsettled WHERE visit_id = ANY(CAST(:visits AS text[]))
        )
    ORDER BY premises_id FOR UPDATE
""")
OF_LEVEL = ("level", "base_level", "unverified", "level_if_published")
OF_ADDRESS = ("name", "address", "postcode", "name_key", "line_key", "order_key", "words")
OF_SHOWN = (
    *("revision", "version", "name", "address", "postcode", "search_text", "easting", "northing", *OF_LEVEL),
    *("because_of_visit", "record", "shown_at", "gravity", "danger", "danger_at"),
)
AS_LISTED = ", ".join(
    f"{name} = CASE WHEN known.generation = 0 THEN excluded.{name} ELSE known.{name} END" for name in OF_ADDRESS
)
# One question: shown if it is newer, and only then kept for good and made findable. What the gazetteer lists of a
# premises stays as it is listed; only its record tells of one that is not.
SHOW = text(f"""
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
            premises_id text, revision integer, version integer, name text, address text, postcode text,
            search_text text, easting float8, northing float8, level integer, base_level integer, unverified integer,
            because_of_visit text, record jsonb, shown_at timestamptz, gravity integer, danger jsonb,
            danger_at timestamptz, level_if_published integer, parent_id text, name_key text, line_key text,
            order_key text, words text[], is_newest boolean, station text
        )
    ), newest AS (
        INSERT INTO control.shown (premises_id, station, {", ".join(OF_SHOWN)})
        SELECT premises_id, station, {", ".join(OF_SHOWN)}
        FROM told WHERE is_newest ORDER BY premises_id
        ON CONFLICT (premises_id) DO UPDATE SET
            {replacing(OF_SHOWN)}, station = coalesce(excluded.station, shown.station), changed_in = excluded.changed_in
        WHERE shown.revision < excluded.revision
        RETURNING premises_id
    ), kept AS (
        INSERT INTO control.shown_history
            (premises_id, revision, version, level, unverified, because_of_visit, record, shown_at)
        SELECT premises_id, revision, version, level, unverified, because_of_visit, record, shown_at
        FROM told JOIN newest USING (premises_id)
    ), to_present AS (
        INSERT INTO control.screens (premises_id, revision, parent_id, made_by, holds_until)
        SELECT premises_id, revision, parent_id, '', shown_at
        FROM told JOIN newest USING (premises_id) WHERE is_newest ORDER BY premises_id
        ON CONFLICT (premises_id) DO UPDATE SET
            revision = excluded.revision, parent_id = excluded.parent_id, made_by = '',
            holds_until = excluded.holds_until, body = NULL
    ), known AS (
        INSERT INTO control.words (word) SELECT unnest(CAST(:spelt AS text[])) ON CONFLICT DO NOTHING
    ), found AS (
        INSERT INTO control.places AS known (
            premises_id, generation, name, address, postcode, known_as, parent_id, easting, northing, in_use, name_key,
            line_key, order_key, words, held, level, base_level, unverified, level_if_published
        )
        SELECT premises_id, 0, name, address, postcode, '', parent_id, easting, northing, true, name_key, line_key,
            order_key, array_to_tsvector(words), true, level, base_level, unverified, level_if_published
        FROM told JOIN newest USING (premises_id) WHERE is_newest ORDER BY premises_id
        ON CONFLICT (premises_id) DO UPDATE SET
            held = true, {replacing(OF_LEVEL)},
            {AS_LISTED}
    )
    SELECT premises_id FROM newest
""")
REVISION = "premises_id, revision, record, shown_at"
FIND = text(f"SELECT {REVISION} FROM control.shown WHERE premises_id = :premises_id")
# Of what was shown by then it is the newest revision: a clock that was put back does not bring an older one back.
FIND_AT = text(f"""
    SELECT {REVISION} FROM control.shown_history WHERE premises_id = :premises_id AND shown_at <= :at
    ORDER BY revision DESC LIMIT 1
""")
LIST_REVISIONS = text("""
    SELECT revision, version, level, unverified, shown_at, count(*) OVER () AS total FROM control.shown_history
    WHERE premises_id = :premises_id ORDER BY revision DESC LIMIT :limit
""")

# What has ended never comes back under its number.
ENDED = text("""
    SELECT risk_id FROM unnest(CAST(:risk_ids AS text[])) AS risk_id WHERE EXISTS (
        SELECT FROM control.shown_history
        WHERE premises_id = :premises_id AND shown_at > :at AND shown_at < :before
            AND NOT COALESCE(record -> 'temporary', '[]') @> jsonb_build_array(jsonb_build_object('risk_id', risk_id))
    )
""")


@dataclass(frozen=True)
class Shown:
    """A record as it is or was shown, and since when."""

    premises_id: str
    revision: int
    record: RiskRecord
    shown_at: datetime


async def hold_shown(
    work: Work, updated: Collection[str], buildings: Collection[str], visits: Collection[str]
) -> dict[str, RecordShown]:
    """Return which revisions are shown of some premises, by their ids, held for this transaction; none of the others.

    With the record itself comes what is a building, or what one of these visits was placed on.
    """
    if not (updated or buildings or visits):
        return {}
    values = {"updated": list(updated), "buildings": list(buildings), "visits": list(visits)}
    return {
        row.premises_id: RecordShown(row.revision, RiskRecord.model_validate(row.record) if row.record else None)
        for row in await work.execute(HOLD, values)
    }


async def save_shown(work: Work, showings: Sequence[Showing]) -> frozenset[str]:
    """Show the newest of these revisions of each premises, and keep all; return the premises of which that was done.

    Nothing is done of a premises of which the same or a newer revision is shown already.
    """
    if not showings:
        return frozenset()
    last = newest(showings)
    revisions = {each.premises_id: each.revision for each in last}
    rows = [vars(each) | {"is_newest": each.revision == revisions[each.premises_id]} for each in showings]
    spelt = sorted({word for each in last for word in words_worth_knowing(each.words)})
    taken = await work.execute(SHOW, {"rows": as_rows(rows), "spelt": spelt})
    return frozenset(taken.scalars())


async def find_shown(session: AsyncSession, premises_id: str) -> Shown | None:
    """Return what is shown of a premises now, or None."""
    return _shown((await session.execute(FIND, {"premises_id": premises_id})).one_or_none())


async def find_shown_at(session: AsyncSession, premises_id: str, at: datetime) -> Shown | None:
    """Return what was shown of a premises at a moment, or None if nothing was yet."""
    return _shown((await session.execute(FIND_AT, {"premises_id": premises_id, "at": at})).one_or_none())


async def temporary_ended_between(
    session: AsyncSession, premises_id: str, risk_ids: Collection[str], at: datetime, before: datetime
) -> set[str]:
    """Return which temporary risks that were shown at a moment were shown no more before another: they had ended."""
    wanted = {"premises_id": premises_id, "risk_ids": list(risk_ids), "at": at, "before": before}
    return set((await session.execute(ENDED, wanted)).scalars())


@dataclass(frozen=True)
class RevisionLine:
    """One revision of a record in a list: which one, at what level, with how much unverified, since when."""

    revision: int
    version: int
    level: int | None
    unverified: int
    shown_at: datetime


async def list_revisions(
    session: AsyncSession, premises_id: str, limit: int = 100
) -> tuple[tuple[RevisionLine, ...], int]:
    """Return the newest revisions of a record that were ever shown, and how many there are in all."""
    rows = (await session.execute(LIST_REVISIONS, {"premises_id": premises_id, "limit": limit})).all()
    return tuple(RevisionLine(*row[:5]) for row in rows), rows[0].total if rows else 0


def _shown(row: Any) -> Shown | None:
    return Shown(row.premises_id, row.revision, RiskRecord.model_validate(row.record), row.shown_at) if row else None
