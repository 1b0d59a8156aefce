"""Queries of the scorecard: where each visit stands, and how long things took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.scorecard.rules.debriefs import Debrief, RightScore, right_score
from services.scorecard.rules.quality import Quality, QualityScore, quality_score
from services.scorecard.rules.reconciliation import Took
from services.scorecard.rules.referral import Referral
from services.scorecard.rules.states import Visit
from services.scorecard.tables import KeptDebrief, KeptQuality, MeasuredVisit
from services.shared.paging import Page
from services.shared.rows import inserting, keep, replacing, rows_of, updating
from services.shared.tables import SaidEvent
from services.shared.transactions import Work


@dataclass(frozen=True)
class StateCount:
    """How many visits are in a state, and since when the oldest of them is."""

    state: str
    visits: int
    oldest_at: datetime


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
# Holds the rows, in one order, and answers what they were; of a new row, what it is.
VISIT = tuple(field.name for field in fields(Visit))
HOLD = inserting(
    "scorecard.visits",
    f"""ORDER BY visit_id ON CONFLICT (visit_id) DO UPDATE SET visit_id = kept.visit_id
        RETURNING {", ".join(f"kept.{name}" for name in VISIT)}""",
)
SAVE = updating("scorecard.visits", VISIT, "visit_id")
SAVE_REFERRALS = text(f"""
    INSERT INTO scorecard.referrals AS kept
        (referral_id, visit_id, kind, raised_at, acknowledge_by, acknowledged_at)
    SELECT referral_id, min(visit_id), min(kind), max(raised_at), max(acknowledge_by), max(acknowledged_at)
    FROM {rows_of("scorecard.referrals")}
    GROUP BY referral_id ORDER BY referral_id
    ON CONFLICT (referral_id) DO UPDATE SET raised_at = greatest(kept.raised_at, excluded.raised_at),
        acknowledge_by = greatest(kept.acknowledge_by, excluded.acknowledge_by),
        acknowledged_at = greatest(kept.acknowledged_at, excluded.acknowledged_at)
""")

QUALITY = tuple(field.name for field in fields(Quality))
# Of two results of one visit the later one counts, whichever came first.
SAVE_QUALITY = text(f"""
    INSERT INTO scorecard.quality_checks AS kept
    SELECT DISTINCT ON (visit_id) * FROM {rows_of("scorecard.quality_checks")} ORDER BY visit_id, checked_at DESC
    ON CONFLICT (visit_id) DO UPDATE SET {replacing(QUALITY)} WHERE kept.checked_at < excluded.checked_at
""")


SAVE_DEBRIEFS = text(f"""
    INSERT INTO scorecard.debriefs SELECT DISTINCT ON (answer_id) * FROM {rows_of("scorecard.debriefs")}
    ORDER BY answer_id ON CONFLICT (answer_id) DO NOTHING
""")


async def hold_visits(work: Work, heard: Sequence[Visit]) -> dict[str, Visit]:
    """Return the visits of which something was heard, held for this work; a new one is kept as it was first heard."""
    first = {visit.visit_id: visit for visit in reversed(heard)}
    rows = await keep(work, HOLD, list(first.values()))
    return {row.visit_id: Visit(*row) for row in rows}


async def save_visits(work: Work, visits: Collection[Visit]) -> None:
    """Keep how visits stand now; they are held."""
    await keep(work, SAVE, list(visits))


async def save_referrals(work: Work, referrals: Sequence[Referral]) -> None:
    """Keep what was heard of referrals of the open streams; of two moments of the same thing the later."""
    await keep(work, SAVE_REFERRALS, referrals)


async def save_quality(work: Work, checks: Sequence[Quality]) -> None:
    """Keep what checks of quality found."""
    await keep(work, SAVE_QUALITY, checks)


async def save_debriefs(work: Work, answers: Sequence[Debrief]) -> None:
    """Keep what is said after incidents; the same answer once."""
    await keep(work, SAVE_DEBRIEFS, answers)


async def measure_debriefs(session: AsyncSession, since: datetime) -> RightScore:
    """Return how often the information was right, of the answers given from a moment on."""
    right = func.count().filter(col(KeptDebrief.is_right))
    wanted = select(func.count(), right).select_from(KeptDebrief).where(col(KeptDebrief.answered_at) >= since)
    return right_score(*(await session.exec(wanted)).one())


async def measure_quality(session: AsyncSession, since: datetime) -> QualityScore:
    """Return the score of the random sample, of what was checked from a moment on."""
    right, asked = func.sum(KeptQuality.points_right), func.sum(KeptQuality.points_asked)
    wanted = select(func.count(), func.coalesce(right, 0), func.coalesce(asked, 0)).where(
        col(KeptQuality.at_random), ~col(KeptQuality.is_reopened), col(KeptQuality.checked_at) >= since
    )
    return quality_score(*(await session.exec(wanted)).one())


async def count_states(session: AsyncSession, but_for: Collection[str]) -> Sequence[StateCount]:
    """Return how many submitted visits are in each state, leaving out those named."""
    wanted = (
        select(MeasuredVisit.state, func.count(), func.min(MeasuredVisit.state_at))
        .where(col(MeasuredVisit.submitted_at).is_not(None), col(MeasuredVisit.visit_id).not_in(but_for))
        .group_by(col(MeasuredVisit.state))
    )
    return [StateCount(*row) for row in (await session.exec(wanted)).all()]


async def measure_shown(session: AsyncSession, *, before_review: bool) -> Took:
    """Return how long it took from a visit's receipt to control's screen.

    What is safety-critical is shown before anybody reviewed it, the rest once a person has published it: two measures.
    """
    row = (await session.execute(TOOK, {"before_review": before_review})).one()
    return Took(*row)


def _missing(topic: str, but_for: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    heard = select(MeasuredVisit.visit_id).where(
        MeasuredVisit.visit_id == SaidEvent.key, col(MeasuredVisit.submitted_at).is_not(None)
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
