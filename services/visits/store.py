"""Where visits are kept: what was sent, once and for ever, and the story of it, which grows."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, cast, func, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.shared.evidence import MOST_TOLD, Broken
from services.visits.rules.remarks import remarks_with
from services.visits.rules.story import ReceivedVisit, StoryLine, VisitList
from services.visits.tables import KeptStoryLine, KeptVisit, SealedPart

MOST_LISTED = 50
DIFFERENT = text("""
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
        OR sealed.private IS DISTINCT FROM said.payload->'private'
        OR sealed.concerns IS DISTINCT FROM noted.payload->'concerns'
    ORDER BY 1 LIMIT :most
""")


async def save_visit(session: AsyncSession, visit: ReceivedVisit) -> bool:
    """Keep a visit unless one with its id is kept already; return whether this one was kept.

    Of several at once one is kept: the others wait here until it is committed.
    """
    kept = await session.execute(
        insert(KeptVisit)
        .values(
            visit_id=visit.visit_id,
            content_mark=visit.content_mark,
            submitted_by=visit.submitted_by,
            station=visit.station,
            received_at=visit.received_at,
            open_part=visit.open_part,
            warnings=list(visit.warnings),
            people=list(visit.people),
        )
        .on_conflict_do_nothing()
        .returning(col(KeptVisit.visit_id))
    )
    return kept.first() is not None


async def mark_unmarked(session: AsyncSession, mark_of: Callable[[str, str], str], at_most: int) -> int:
    """Put the mark of some visits in the place of the hash that lay open; return how many there were."""
    wanted = select(KeptVisit).where(col(KeptVisit.content_sha256).is_not(None)).limit(at_most)
    found = (await session.exec(wanted.with_for_update(skip_locked=True))).all()
    for kept in found:
        kept.content_mark, kept.content_sha256 = mark_of(kept.visit_id, kept.content_sha256 or ""), None
        session.add(kept)
    await session.flush()
    return len(found)


async def save_sealed_part(session: AsyncSession, visit_id: str, private: Sealed, concerns: Sealed) -> None:
    """Keep what was sealed of a visit."""
    session.add(
        SealedPart(
            visit_id=visit_id, private=private.model_dump(mode="json"), concerns=concerns.model_dump(mode="json")
        )
    )


async def save_story_line(session: AsyncSession, visit_id: str, line: StoryLine) -> None:
    """Keep a line of a story; of two about the same, the one that happened later stays, whichever came first."""
    kept = insert(KeptStoryLine).values(
        visit_id=visit_id,
        step=line.step,
        about=line.about,
        at=line.at,
        detail=line.detail,
        fields=list(line.fields),
        due_at=line.due_at,
    )
    later = {name: kept.excluded[name] for name in ("at", "detail", "fields", "due_at")}
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["visit_id", "step", "about"],
            set_=later,
            where=col(KeptStoryLine.at) < kept.excluded["at"],
        )
    )


async def add_remarks(session: AsyncSession, visit_id: str, told: Iterable[str]) -> None:
    """Keep what is remarked on in a visit beside what was remarked on when it was taken."""
    wanted = select(KeptVisit).where(KeptVisit.visit_id == visit_id).with_for_update()
    kept = (await session.exec(wanted)).first()
    if kept is not None:
        kept.warnings = list(remarks_with(kept.warnings, told))
        session.add(kept)
        await session.flush()


async def find_visit(session: AsyncSession, visit_id: str) -> ReceivedVisit | None:
    """Return a visit with its story, or None."""
    kept = await session.get(KeptVisit, visit_id)
    return (await _with_stories(session, [kept]))[0] if kept is not None else None


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
    visits = await _with_stories(session, [kept for kept, _ in rows])
    return VisitList(tuple(visits), rows[0][1] if rows else 0)


async def _with_stories(session: AsyncSession, kept: Collection[KeptVisit]) -> list[ReceivedVisit]:
    visits = {visit.visit_id: _received(visit) for visit in kept}
    wanted = select(KeptStoryLine).where(col(KeptStoryLine.visit_id).in_(list(visits)))
    for line in (await session.exec(wanted.order_by(col(KeptStoryLine.at)))).all():
        visit = visits[line.visit_id]
        visits[line.visit_id] = replace(visit, story=(*visit.story, _line(line)))
    return list(visits.values())


def _received(kept: KeptVisit) -> ReceivedVisit:
    return ReceivedVisit(
        kept.visit_id,
        kept.content_mark,
        kept.submitted_by,
        kept.station,
        kept.received_at,
        kept.open_part,
        tuple(kept.warnings),
        tuple(kept.people),
    )


def _line(kept: KeptStoryLine) -> StoryLine:
    return StoryLine(kept.step, kept.at, kept.about, kept.detail, tuple(kept.fields), kept.due_at)


async def compare_with_log(session: AsyncSession) -> list[Broken]:
    """Return the visits that are not kept as they were sent, by what was said of them."""
    rows = await session.execute(DIFFERENT, {"most": MOST_TOLD})
    return [Broken("visits.visits", None, f"visit {row.visit_id}", row.what) for row in rows]
