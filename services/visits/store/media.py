"""Which photographs, plans and scans of a visit have arrived whole; their bytes lie in the folder of media."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.evidence import MOST_NAMED, Broken
from services.shared.rows import inserting, keep
from services.shared.transactions import Work
from services.visits.rules.media import Listed, Medium, MediumState, Prepared, Scanned, listed_in
from services.visits.tables import KeptMedium

DIFFERENT = text("""
    SELECT coalesce(kept.visit_id, said.payload->>'visit_id') AS visit_id, CASE
        WHEN said.payload IS NULL THEN 'a file is called ready to be seen, and that was never said'
        WHEN kept.visit_id IS NULL THEN 'a file was said to be ready, and is no longer kept'
        ELSE 'a file that was said to be ready is kept as something else'
    END AS what
    FROM (SELECT * FROM visits.media WHERE state = 'READY' AND NOT contains_people) AS kept
    FULL JOIN (
        SELECT payload FROM platform.event_log WHERE topic = 'visits.media-received' AND only_for IS NULL
    ) AS said ON said.payload->>'visit_id' = kept.visit_id AND said.payload->>'sha256' = kept.sha256
    WHERE said.payload IS NULL OR kept.visit_id IS NULL OR kept.mime <> said.payload->>'mime'
        OR kept.shown_size <> CAST(said.payload->>'size' AS integer)
    ORDER BY 1 LIMIT :most
""")

LISTED = text("""
    SELECT visit.people, visit.open_part -> 'media' AS media, medium.sha256 IS NOT NULL AS is_here
    FROM visits.visits AS visit
    LEFT JOIN visits.media AS medium ON medium.visit_id = visit.visit_id AND medium.sha256 = :sha256
    WHERE visit.visit_id = :visit_id
""")
SAVE_ARRIVED = inserting("visits.media", "ON CONFLICT DO NOTHING")


async def find_listed(session: AsyncSession, visit_id: str, sha256: str) -> tuple[tuple[str, ...], Listed | None]:
    """Return whose a visit is, nobody's if there is none, and its line about a file, None if it lists no such."""
    row = (await session.execute(LISTED, {"visit_id": visit_id, "sha256": sha256})).one_or_none()
    if row is None:
        return (), None
    listed = listed_in(visit_id, {"media": row.media}).get(sha256)
    return tuple(row.people), listed and replace(listed, is_here=row.is_here)


async def save_arrived(work: Work, medium: Medium) -> None:
    """Keep that a file arrived whole; once, however often it is said."""
    await keep(work, SAVE_ARRIVED, [vars(medium)])


async def find_medium(session: AsyncSession, visit_id: str, sha256: str) -> Medium | None:
    """Return what is known of a file that arrived, or None."""
    kept = await session.get(KeptMedium, (visit_id, sha256))
    return _medium(kept) if kept else None


async def list_media(session: AsyncSession, visit_ids: Collection[str]) -> dict[str, tuple[Medium, ...]]:
    """Return what has arrived of some visits, by their ids, the first that came first; nothing of the others."""
    if not visit_ids:
        return {}
    wanted = select(KeptMedium).where(col(KeptMedium.visit_id).in_(visit_ids))
    found: dict[str, tuple[Medium, ...]] = {}
    for kept in (await session.exec(wanted.order_by(col(KeptMedium.received_at), col(KeptMedium.sha256)))).all():
        found[kept.visit_id] = (*found.get(kept.visit_id, ()), _medium(kept))
    return found


async def compare_media_with_log(session: AsyncSession) -> list[Broken]:
    """Return the files that are not kept as they were said to be seen."""
    rows = await session.execute(DIFFERENT, {"most": MOST_NAMED})
    return [Broken("visits.media", None, f"visit {row.visit_id}", row.what) for row in rows]


def _medium(kept: KeptMedium) -> Medium:
    return Medium(
        kept.visit_id,
        kept.sha256,
        kept.mime,
        kept.size,
        kept.contains_people,
        kept.received_at,
        kept.received_by,
        MediumState(kept.state),
        Scanned(kept.scanned) if kept.scanned else None,
    )


async def take_one(work: Work, until: datetime) -> Medium | None:
    """Take the file that has waited longest to be prepared, nobody else's until then; None if none waits."""
    free = or_(col(KeptMedium.taken_until).is_(None), col(KeptMedium.taken_until) <= work.now)
    wanted = select(KeptMedium).where(KeptMedium.state == MediumState.ARRIVED, free)
    wanted = wanted.order_by(col(KeptMedium.received_at)).limit(1).with_for_update(skip_locked=True)
    kept = (await work.exec(wanted)).first()
    if kept is None:
        return None
    kept.taken_until = until
    work.add(kept)
    return _medium(kept)


async def put_back(work: Work, medium: Medium, until: datetime) -> None:
    """Let a file that was taken and could not be prepared be taken again, but not before then."""
    kept = await work.get(KeptMedium, (medium.visit_id, medium.sha256), with_for_update=True)
    if kept is not None:
        kept.taken_until = until
        work.add(kept)


async def save_prepared(work: Work, medium: Medium, prepared: Prepared, at: datetime) -> bool:
    """Keep what a file has come to; return False, and keep nothing, if that was done before."""
    kept = await work.get(KeptMedium, (medium.visit_id, medium.sha256), with_for_update=True)
    if kept is None or kept.state != MediumState.ARRIVED:
        return False
    for name, value in vars(prepared).items():
        setattr(kept, name, value)
    kept.ready_at, kept.taken_until = at, None
    work.add(kept)
    return True


async def list_settled(session: AsyncSession, visit_ids: Collection[str]) -> set[tuple[str, str]]:
    """Return visit and hash of what was prepared of some visits, whatever it has come to."""
    wanted = select(KeptMedium.visit_id, KeptMedium.sha256).where(col(KeptMedium.visit_id).in_(visit_ids))
    return {(visit, sha256) for visit, sha256 in await session.exec(wanted.where(KeptMedium.state != "ARRIVED"))}
