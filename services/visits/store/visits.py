"""Where visits are kept: what was sent, once and for ever, and the story of it, which grows."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import ColumnElement, cast, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.shared.evidence import MOST_NAMED, Broken
from services.shared.rows import as_rows
from services.shared.transactions import Work
from services.visits.rules.remarks import remarks_with
from services.visits.rules.story import ReceivedVisit, StoryLine, VisitList
from services.visits.store.media import list_media
from services.visits.tables import KeptStoryLine, KeptVisit

MOST_LISTED = 50
LINE = TypeAdapter(StoryLine)


def _known_from(part: str) -> str:
    """Return in SQL by what a sealed part is known; of visits from before migration 0033 the part is kept whole."""
    digest = f"encode(sha256(convert_to({part}->>'cipher_text', 'UTF8')), 'hex')"
    return f"({part} - 'cipher_text' || jsonb_build_object('sha256', {digest}))"


PRIVATE, CONCERNS = "(said.payload->'private')", "(noted.payload->'concerns')"
DIFFERENT = text(f"""
    SELECT coalesce(kept.visit_id, said.payload->>'visit_id') AS visit_id, CASE
        WHEN said.payload IS NULL THEN 'it is kept, and no crew sent it'
        WHEN kept.visit_id IS NULL THEN 'it was sent, and is no longer kept'
        WHEN kept.open_part <> said.payload->'visit' THEN 'its words are not those that were sent'
        WHEN kept.received_at <> CAST(said.payload->>'received_at' AS timestamptz)
            THEN 'it was received at another time'
        ELSE 'its sealed part is not the one that was sent'
    END AS what
    FROM visits.visits AS kept
    FULL JOIN (
        SELECT payload FROM platform.event_log WHERE topic = 'visits.submitted' AND only_for IS NULL
    ) AS said ON said.payload->>'visit_id' = kept.visit_id
    LEFT JOIN visits.sealed_parts AS sealed ON sealed.visit_id = kept.visit_id
    LEFT JOIN (
        SELECT payload FROM platform.event_log WHERE topic = 'visits.concerns-noted' AND only_for IS NULL
    ) AS noted ON noted.payload->>'visit_id' = kept.visit_id
    WHERE said.payload IS NULL OR kept.visit_id IS NULL OR kept.open_part <> said.payload->'visit'
        OR kept.received_at <> CAST(said.payload->>'received_at' AS timestamptz)
        OR (sealed.private IS DISTINCT FROM {PRIVATE} AND sealed.private IS DISTINCT FROM {_known_from(PRIVATE)})
        OR (sealed.concerns IS DISTINCT FROM {CONCERNS} AND sealed.concerns IS DISTINCT FROM {_known_from(CONCERNS)})
    ORDER BY 1 LIMIT :most
""")
SAVE_VISITS = text("""
    INSERT INTO visits.visits
        (visit_id, content_mark, submitted_by, station, received_at, open_part, warnings, people)
    SELECT visit_id, content_mark, submitted_by, station, received_at, open_part, warnings, people
    FROM jsonb_populate_recordset(NULL::visits.visits, CAST(:rows AS jsonb)) ORDER BY visit_id
    ON CONFLICT DO NOTHING RETURNING visit_id
""")
SAVE_SEALED = text("""
    INSERT INTO visits.sealed_parts
    SELECT * FROM jsonb_populate_recordset(NULL::visits.sealed_parts, CAST(:rows AS jsonb))
""")
SAVE_LINES = text("""
    INSERT INTO visits.story AS kept (visit_id, step, about, at, detail, fields, due_at, comments)
    SELECT visit_id, step, about, at, detail, fields, due_at, comments
    FROM jsonb_populate_recordset(NULL::visits.story, CAST(:rows AS jsonb)) ORDER BY visit_id, step, about
    ON CONFLICT (visit_id, step, about) DO UPDATE
    SET at = excluded.at, detail = excluded.detail, fields = excluded.fields, due_at = excluded.due_at,
        comments = excluded.comments, changed_in = excluded.changed_in
    WHERE kept.at < excluded.at
""")
HOLD_REMARKS = text("""
    SELECT visit_id, warnings FROM visits.visits WHERE visit_id = ANY(:visit_ids) ORDER BY visit_id FOR UPDATE
""")
SAVE_REMARKS = text("""
    UPDATE visits.visits AS kept SET warnings = remarked.warnings, changed_in = pg_current_xact_id()
    FROM jsonb_populate_recordset(NULL::visits.visits, CAST(:rows AS jsonb)) AS remarked
    WHERE kept.visit_id = remarked.visit_id
""")


# By when it was said, of which there is an index: from a little before it was received.
PRIVATE_OF = text("""
    SELECT payload->'private' FROM platform.event_log
    WHERE said_at >= CAST(:received_at AS timestamptz) - interval '1 minute'
        AND topic = 'visits.submitted' AND key = :visit_id
    ORDER BY said_at LIMIT 1
""")
CHANGES = text("""
    SELECT CAST(asked.cursor AS text) AS cursor, kept.*, (
        SELECT jsonb_agg(to_jsonb(line) ORDER BY at) FROM visits.story AS line WHERE line.visit_id = kept.visit_id
    ) AS story
    FROM (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS cursor, CAST(CAST(:since AS text) AS xid8) AS since
    ) AS asked
    LEFT JOIN LATERAL (
        SELECT visit_id, content_mark, submitted_by, station, received_at, open_part, warnings, people,
            count(*) OVER () AS total
        FROM visits.visits
        WHERE people @> CAST(:person AS jsonb) AND (
            since IS NULL OR since > asked.cursor OR changed_in >= since
            OR EXISTS (SELECT FROM visits.story AS new WHERE new.visit_id = visits.visit_id AND new.changed_in >= since)
        )
        ORDER BY received_at DESC, visit_id DESC LIMIT :most
    ) AS kept ON true
    ORDER BY received_at DESC, visit_id DESC
""")


@dataclass(frozen=True)
class SealedParts:
    """What was sealed of a visit: what is private, and its concerns."""

    visit_id: str
    private: Sealed
    concerns: Sealed


async def save_visits(work: Work, visits: Sequence[ReceivedVisit]) -> set[str]:
    """Keep visits, each unless one with its id is kept already; return the ids of those that were kept.

    Of several at once one is kept: the others wait here until it is committed.
    """
    if not visits:
        return set()
    return set((await work.execute(SAVE_VISITS, {"rows": as_rows(visits)})).scalars())


async def mark_unmarked(session: AsyncSession, mark_of: Callable[[str, str], str], at_most: int) -> int:
    """Put the mark of some visits in the place of the hash that lay open; return how many there were."""
    wanted = select(KeptVisit).where(col(KeptVisit.content_sha256).is_not(None)).limit(at_most)
    found = (await session.exec(wanted.with_for_update(skip_locked=True))).all()
    for kept in found:
        kept.content_mark, kept.content_sha256 = mark_of(kept.visit_id, kept.content_sha256 or ""), None
        session.add(kept)
    await session.flush()
    return len(found)


async def save_sealed_parts(work: Work, parts: Sequence[SealedParts]) -> None:
    """Keep by what is known what was sealed of visits: the parts themselves stand in the log, and are long."""
    rows = [
        {"visit_id": each.visit_id, "private": _known_by(each.private), "concerns": _known_by(each.concerns)}
        for each in parts
    ]
    if rows:
        await work.execute(SAVE_SEALED, {"rows": as_rows(rows)})


def _known_by(part: Sealed) -> dict[str, str]:
    digest = hashlib.sha256(part.cipher_text.encode()).hexdigest()
    return {"key_id": part.key_id, "nonce": part.nonce, "sha256": digest}


async def save_story_lines(work: Work, lines: Sequence[StoryLine]) -> None:
    """Keep lines of stories; of two about the same, the one that happened later stays, whichever came first."""
    await work.execute(SAVE_LINES, {"rows": as_rows(lines)})


async def add_remarks(work: Work, found: Mapping[str, Collection[str]]) -> None:
    """Keep what is remarked on in visits, by their ids, beside what was remarked on when each was taken."""
    kept = (await work.execute(HOLD_REMARKS, {"visit_ids": list(found)})).all()
    rows = [{"visit_id": visit_id, "warnings": remarks_with(known, found[visit_id])} for visit_id, known in kept]
    await work.execute(SAVE_REMARKS, {"rows": as_rows(rows)})


async def find_received(session: AsyncSession, visit_ids: Sequence[str]) -> dict[str, ReceivedVisit]:
    """Return visits as they were received, by their ids, with the media that arrived and without what became of them.

    Leaves out what is not there.
    """
    if not visit_ids:
        return {}
    wanted = select(KeptVisit).where(col(KeptVisit.visit_id).in_(visit_ids))
    received = {kept.visit_id: _received(kept) for kept in (await session.exec(wanted)).all()}
    media = await list_media(session, [visit.visit_id for visit in received.values() if visit.open_part["media"]])
    return {name: replace(visit, media=media.get(name, ())) for name, visit in received.items()}


@dataclass(frozen=True)
class Changes:
    """The visits of somebody of which something is new, the newest first, of so many; `cursor` is asked with next."""

    cursor: str
    visits: tuple[ReceivedVisit, ...]
    total: int


async def list_changes(session: AsyncSession, person: str, since: str | None) -> Changes:
    """Return the visits that somebody sent, led or was in the crew of, and of which something is new since a cursor.

    What was committed before the oldest transaction still under way was seen by whoever asked then; the rest is new,
    or is told twice.
    """
    values = {"person": to_json([person]).decode(), "since": since, "most": MOST_LISTED}
    rows = (await session.execute(CHANGES, values)).all()
    visits = (
        _received(row, tuple(LINE.validate_python(each) for each in row.story or ())) for row in rows if row.visit_id
    )
    return Changes(rows[0].cursor, tuple(visits), rows[0].total or 0)


async def find_private(session: AsyncSession, visit: ReceivedVisit) -> Sealed | None:
    """Return the contacts and the entry code of a visit, sealed, as they were said; never its concerns."""
    values = {"visit_id": visit.visit_id, "received_at": visit.received_at}
    found = (await session.execute(PRIVATE_OF, values)).scalar_one_or_none()
    return Sealed.model_validate(found) if found else None


async def find_visit(session: AsyncSession, visit_id: str) -> ReceivedVisit | None:
    """Return a visit with its story, or None."""
    found = await find_received(session, [visit_id])
    return (await _with_stories(session, found.values()))[0] if found else None


async def list_visits_of(session: AsyncSession, person: str) -> VisitList:
    """Return the newest 50 visits that somebody sent, led or was in the crew of, newest first, and how many in all."""
    return await _newest(session, col(KeptVisit.people).op("@>")(cast([person], JSONB)))


async def list_visits_at(session: AsyncSession, station: str) -> VisitList:
    """Return the newest 50 visits of a station, newest first, and how many in all."""
    return await _newest(session, col(KeptVisit.station) == station)


async def _newest(session: AsyncSession, wanted: ColumnElement[bool]) -> VisitList:
    found = await session.execute(
        select(KeptVisit, func.count().over())
        .where(wanted)
        .order_by(col(KeptVisit.received_at).desc(), col(KeptVisit.visit_id).desc())
        .limit(MOST_LISTED)
    )
    rows = found.all()
    visits = await _with_stories(session, [_received(kept) for kept, _ in rows])
    return VisitList(tuple(visits), rows[0][1] if rows else 0)


async def _with_stories(session: AsyncSession, received: Collection[ReceivedVisit]) -> list[ReceivedVisit]:
    visits = {visit.visit_id: visit for visit in received}
    wanted = select(KeptStoryLine).where(col(KeptStoryLine.visit_id).in_(list(visits)))
    for line in (await session.exec(wanted.order_by(col(KeptStoryLine.at)))).all():
        visit = visits[line.visit_id]
        visits[line.visit_id] = replace(visit, story=(*visit.story, _line(line)))
    return list(visits.values())


def _received(kept: Any, story: tuple[StoryLine, ...] = ()) -> ReceivedVisit:
    return ReceivedVisit(
        kept.visit_id,
        kept.content_mark,
        kept.submitted_by,
        kept.station,
        kept.received_at,
        kept.open_part,
        tuple(kept.warnings),
        tuple(kept.people),
        story,
    )


def _line(kept: KeptStoryLine) -> StoryLine:
    return StoryLine(
        kept.visit_id, kept.step, kept.at, kept.about, kept.detail, tuple(kept.fields), kept.due_at, kept.comments
    )


async def compare_with_log(session: AsyncSession) -> list[Broken]:
    """Return the visits that are not kept as they were sent, by what was said of them."""
    rows = await session.execute(DIFFERENT, {"most": MOST_NAMED})
    return [Broken("visits.visits", None, f"visit {row.visit_id}", row.what) for row in rows]
