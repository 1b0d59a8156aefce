"""The review queue: each visit once, in the order in which it must be decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from schemas.risk_register import RiskFacts
from schemas.visits import OpenVisit
from schemas.vocabulary import ReviewState
from services.domain.fact_keys import ScoreInputs, taken_apart
from services.risk_register.rules.merging import Report
from services.risk_register.rules.policy import HIGHEST_LEVEL
from services.risk_register.tables import ReviewItem as ReviewItem

OPEN = (ReviewState.QUEUED, ReviewState.CLAIMED, ReviewState.CONFLICT, ReviewState.ESCALATED)
# A visit returned to its crew is no longer in the queue, but what it reported is not disproved; sent again, it is
# decided with the visit that took its place.
UNDECIDED = (*OPEN, ReviewState.RETURNED, ReviewState.RESUBMITTED)


async def find_item(session: AsyncSession, visit_id: str) -> ReviewItem | None:
    """Return a visit in the queue, None if it is not there."""
    return await session.get(ReviewItem, visit_id)


async def lock_item(session: AsyncSession, visit_id: str) -> ReviewItem:
    """Return an item that is there, locked until the transaction ends, as it is now."""
    wanted = select(ReviewItem).where(ReviewItem.visit_id == visit_id).with_for_update()
    return (await session.exec(wanted.execution_options(populate_existing=True))).one()


def placed_at(item: ReviewItem) -> datetime:
    """Return when a visit was placed on the premises it stands beside, as premises said it."""
    said = item.location.get("placed_at")
    return datetime.fromisoformat(said) if said else item.received_at


async def take_in(session: AsyncSession, item: ReviewItem) -> ReviewItem:
    """Return an item in the session: a new one, or the row of the visit that was put back, all of it made anew."""
    before = await session.get(ReviewItem, item.visit_id)
    if before is None:
        return item
    values = {name: value for name, value in item.model_dump().items() if name not in ("visit_id", "version")}
    before.sqlmodel_update({**values, "version": before.version + 1})
    return before


def save_item(session: AsyncSession, item: ReviewItem) -> None:
    """Keep an item."""
    session.add(item)


async def list_undecided(session: AsyncSession, premises_id: str) -> Sequence[ReviewItem]:
    """Return the visits to one premises that nobody has decided on, in the order of the queue."""
    wanted = select(ReviewItem).where(ReviewItem.premises_id == premises_id, col(ReviewItem.state).in_(UNDECIDED))
    return (await session.exec(in_order(wanted))).all()


async def list_open(session: AsyncSession, limit: int = 1000) -> Sequence[ReviewItem]:
    """Return the queue, most urgent first."""
    wanted = select(ReviewItem).where(col(ReviewItem.state).in_(OPEN))
    return (await session.exec(in_order(wanted).limit(limit))).all()


async def list_replaced_by(session: AsyncSession, visit_id: str) -> Sequence[ReviewItem]:
    """Return the returned visits that a crew sent again as this one."""
    wanted = select(ReviewItem).where(
        ReviewItem.decided_with == visit_id, col(ReviewItem.state) == ReviewState.RESUBMITTED
    )
    return (await session.exec(wanted)).all()


async def list_decided(session: AsyncSession, limit: int = 100) -> Sequence[ReviewItem]:
    """Return the visits decided lately, newest decision first."""
    wanted = select(ReviewItem).where(col(ReviewItem.decided_at).is_not(None), col(ReviewItem.state).not_in(OPEN))
    return (await session.exec(wanted.order_by(col(ReviewItem.decided_at).desc()).limit(limit))).all()


async def list_published_after(session: AsyncSession, premises_id: str, version: int) -> Sequence[ReviewItem]:
    """Return the visits to a premises that were published after a version, oldest first."""
    wanted = select(ReviewItem).where(
        ReviewItem.premises_id == premises_id,
        col(ReviewItem.published_version) > version,
        col(ReviewItem.state).in_((ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED)),
    )
    return (await session.exec(wanted.order_by(col(ReviewItem.published_version)))).all()


def in_order(wanted: SelectOfScalar[ReviewItem]) -> SelectOfScalar[ReviewItem]:
    """Return the query in the order of the queue, which is the order of the rule `place_in_queue`."""
    return wanted.order_by(
        col(ReviewItem.safety_critical).desc(),
        col(ReviewItem.due_at),
        func.coalesce(ReviewItem.base_level, HIGHEST_LEVEL).desc(),
        col(ReviewItem.rank).desc(),
        col(ReviewItem.submitted_at),
        col(ReviewItem.visit_id),
    )


def visit_of(item: ReviewItem) -> OpenVisit:
    """Return the visit as the crew sent it."""
    return OpenVisit.model_validate(item.visit)


def report_of(item: ReviewItem) -> Report:
    """Return what a visit tells of the premises, for comparing it with the record."""
    inputs = ScoreInputs.model_validate(item.inputs) if item.inputs else None
    facts = taken_apart(RiskFacts.model_validate(item.facts), inputs)
    return Report(item.visit_id, item.occurred_at, facts, item.is_full)


def amended_report_of(item: ReviewItem) -> Report:
    """Return what a visit tells, with the changes that a reviewer made to it."""
    if item.amendment is None:
        return report_of(item)
    given = item.amendment["inputs"]
    inputs = ScoreInputs.model_validate(given) if given else None
    facts = taken_apart(RiskFacts.model_validate({**item.facts, **item.amendment["facts"]}), inputs)
    return Report(item.visit_id, item.occurred_at, facts, item.is_full)


def moved(item: ReviewItem, state: ReviewState, person: str, at: datetime) -> ReviewItem:
    """Return the item in another state, its version raised, with who changed it and when."""
    item.state, item.version, item.changed_by, item.changed_at = state, item.version + 1, person, at
    return item
