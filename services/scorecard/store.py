"""Queries of the scorecard: where each visit stands, and how long things took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.scorecard.rules.standing import FINISHED, Standing, is_news
from services.scorecard.tables import ReferralStanding, VisitStanding
from services.shared.paging import Page
from services.shared.tables import SaidEvent


@dataclass(frozen=True)
class StateCount:
    """How many visits are in a state, and since when the oldest of them is."""

    state: str
    visits: int
    oldest_at: datetime


@dataclass(frozen=True)
class Took:
    """How long something took, in seconds: the median and the 95th percentile of `count` visits."""

    count: int
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True)
class Missing:
    """A visit that was submitted and has not been heard of since."""

    visit_id: str
    said_at: datetime


TOOK = text("""
    SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
    FROM (
        SELECT extract(epoch FROM shown_at - submitted_at) AS seconds FROM scorecard.visits
        WHERE shown_at IS NOT NULL AND submitted_at IS NOT NULL
            AND (finished_at IS NULL OR shown_at < finished_at) = :before_review
    ) AS took
""")
# Holds the row and answers what its state was; of a new row, what it is.
HEARD = text("""
    INSERT INTO scorecard.visits AS kept
        (visit_id, state, state_at, station, submitted_at, located_at, shown_at, finished_at)
    VALUES (:visit_id, :state, :at, :station, :submitted_at, :located_at, :shown_at, :finished_at)
    ON CONFLICT (visit_id) DO UPDATE SET
        station = coalesce(kept.station, excluded.station),
        submitted_at = coalesce(kept.submitted_at, excluded.submitted_at),
        located_at = coalesce(kept.located_at, excluded.located_at),
        shown_at = coalesce(kept.shown_at, excluded.shown_at),
        finished_at = coalesce(kept.finished_at, excluded.finished_at)
    RETURNING state, state_at
""")
MOVED = text("UPDATE scorecard.visits SET state = :state, state_at = :at WHERE visit_id = :visit_id")
SHOWN = text("""
    UPDATE scorecard.visits SET shown_at = least(shown_at, :at) WHERE visit_id = :visit_id RETURNING visit_id
""")


async def save_news(
    session: AsyncSession,
    visit_id: str,
    state: Standing | str,
    at: datetime,
    *,
    station: str | None = None,
    submitted_at: datetime | None = None,
    located_at: datetime | None = None,
    shown_at: datetime | None = None,
) -> None:
    """Keep what was heard of a visit: its state if that is newer, and whatever else was not known of it."""
    heard = {
        "visit_id": visit_id,
        "state": str(state),
        "at": at,
        "station": station,
        "submitted_at": submitted_at,
        "located_at": located_at,
        "shown_at": shown_at,
        "finished_at": at if state in FINISHED else None,
    }
    present, since = (await session.execute(HEARD, heard)).one()
    if is_news(present, since, state, at):
        await session.execute(MOVED, {"visit_id": visit_id, "state": str(state), "at": at})


async def save_shown(session: AsyncSession, visit_id: str, at: datetime) -> None:
    """Keep when control first saw something of a visit."""
    kept = await session.execute(SHOWN, {"visit_id": visit_id, "at": at})
    if kept.first() is None:
        await save_news(session, visit_id, Standing.LOCATED, at, shown_at=at)


async def save_referral(session: AsyncSession, referral_id: str, visit_id: str, kind: str, **known: datetime) -> None:
    """Keep a referral of an open stream and what is known of its times."""
    values = {"referral_id": referral_id, "visit_id": visit_id, "kind": kind, **known}
    statement = insert(ReferralStanding).values(**values)
    await session.execute(statement.on_conflict_do_update(index_elements=["referral_id"], set_=known))


async def count_states(session: AsyncSession, but_for: Collection[str]) -> Sequence[StateCount]:
    """Return how many submitted visits are in each state, leaving out those named."""
    wanted = (
        select(VisitStanding.state, func.count(), func.min(VisitStanding.state_at))
        .where(col(VisitStanding.submitted_at).is_not(None), col(VisitStanding.visit_id).not_in(but_for))
        .group_by(col(VisitStanding.state))
    )
    return [StateCount(*row) for row in (await session.exec(wanted)).all()]


async def measure_shown(session: AsyncSession, *, before_review: bool) -> Took:
    """Return how long it took from a visit's receipt to control's screen.

    What is safety-critical is shown before anybody reviewed it, the rest once a person has published it: two measures.
    """
    row = (await session.execute(TOOK, {"before_review": before_review})).one()
    return Took(*row)


def _missing(topic: str, but_for: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    heard = select(VisitStanding.visit_id).where(
        VisitStanding.visit_id == SaidEvent.key, col(VisitStanding.submitted_at).is_not(None)
    )
    return (
        col(SaidEvent.topic) == topic,
        col(SaidEvent.only_for).is_(None),
        col(SaidEvent.key).not_in(but_for),
        ~heard.exists(),
    )


async def count_missing(
    session: AsyncSession, topic: str, but_for: Collection[str], lost_before: datetime
) -> tuple[int, int]:
    """Return how many visits the log says were submitted and that were never heard of here: lost, and on their way."""
    lost = func.count().filter(col(SaidEvent.said_at) < lost_before)
    wanted = select(lost, func.count()).select_from(SaidEvent).where(*_missing(topic, but_for))
    gone, missing = (await session.exec(wanted)).one()
    return gone, missing - gone


async def list_missing(
    session: AsyncSession, topic: str, but_for: Collection[str], lost_before: datetime, page: Page
) -> list[Missing]:
    """Return a page of the visits submitted before a moment and never heard of here, longest missing first."""
    wanted = select(SaidEvent.key, SaidEvent.said_at).where(
        *_missing(topic, but_for), col(SaidEvent.said_at) < lost_before
    )
    rows = (await session.exec(wanted.order_by(col(SaidEvent.position)).offset(page.offset).limit(page.size))).all()
    return [Missing(*row) for row in rows]


async def list_said_among(session: AsyncSession, topic: str, keys: Collection[str]) -> set[str]:
    """Return which of these visits the log says were submitted; a stranger's message is not a visit of ours."""
    wanted = select(SaidEvent.key).where(SaidEvent.topic == topic, col(SaidEvent.key).in_(keys))
    return set((await session.exec(wanted)).all())


async def count_referrals(session: AsyncSession, now: datetime) -> dict[str, int]:
    """Return how many open-stream referrals were raised, wait for their desk, and wait past their time."""
    sql = text(
        "SELECT count(*) AS raised, count(*) FILTER (WHERE acknowledged_at IS NULL) AS waiting, "
        "count(*) FILTER (WHERE acknowledged_at IS NULL AND acknowledge_by < :now) AS late FROM scorecard.referrals"
    )
    return dict((await session.execute(sql, {"now": now})).mappings().one())
