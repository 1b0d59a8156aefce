"""The review queue: each visit once, in the order in which it must be decided."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskFacts
from schemas.visits import OpenVisit
from schemas.vocabulary import ReviewMethod, ReviewState
from services.domain.fact_keys import SCORE, ScoreInputs, put_together, taken_apart
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.rules.merging import Report, Seen
from services.risk_register.store.records import seen_as_kept, seen_to_keep
from services.risk_register.tables import ReviewItem as ReviewItem

OPEN = (ReviewState.QUEUED, ReviewState.CLAIMED, ReviewState.CONFLICT, ReviewState.ESCALATED)
# A visit returned to its crew is no longer in the queue, but what it reported is not disproved; sent again, it is
# decided with the visit that took its place.
UNDECIDED = (*OPEN, ReviewState.RETURNED, ReviewState.RESUBMITTED)
# docs/domain/4.4.md: safety-critical, due first, level, rank, longest waiting; what nobody has scored stands with the
# highest level.
IN_ORDER = (
    col(ReviewItem.safety_critical).desc(),
    col(ReviewItem.due_at),
    func.coalesce(ReviewItem.base_level, HIGHEST_LEVEL).desc(),
    col(ReviewItem.rank).desc(),
    col(ReviewItem.submitted_at),
    col(ReviewItem.visit_id),
)


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
    return (await session.exec(wanted.order_by(*IN_ORDER))).all()


async def list_items(session: AsyncSession, visit_ids: Collection[str]) -> dict[str, ReviewItem]:
    """Return some visits by id, whatever became of them."""
    wanted = select(ReviewItem).where(col(ReviewItem.visit_id).in_(visit_ids))
    return {item.visit_id: item for item in (await session.exec(wanted)).all()} if visit_ids else {}


async def list_replaced_by(session: AsyncSession, visit_id: str) -> Sequence[ReviewItem]:
    """Return the returned visits that a crew sent again as this one."""
    wanted = select(ReviewItem).where(
        ReviewItem.decided_with == visit_id, col(ReviewItem.state) == ReviewState.RESUBMITTED
    )
    return (await session.exec(wanted)).all()


async def list_published_after(session: AsyncSession, premises_id: str, version: int) -> Sequence[ReviewItem]:
    """Return the visits to a premises that were published after a version, oldest first."""
    wanted = select(ReviewItem).where(
        ReviewItem.premises_id == premises_id,
        col(ReviewItem.published_version) > version,
        col(ReviewItem.state).in_((ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED)),
    )
    return (await session.exec(wanted.order_by(col(ReviewItem.published_version)))).all()


def visit_of(item: ReviewItem) -> OpenVisit:
    """Return the visit as the crew sent it."""
    return OpenVisit.model_validate(item.visit)


def report_of(item: ReviewItem) -> Report:
    """Return what a visit tells of the premises, for comparing it with the record."""
    inputs = ScoreInputs.model_validate(item.inputs) if item.inputs else None
    facts = taken_apart(RiskFacts.model_validate(item.facts), inputs)
    visit = visit_of(item)
    seen = seen_as_kept(item.seen)
    return Report(item.visit_id, item.occurred_at, facts, item.is_full, visit.callsign, visit.review_method, seen)


def amended_report_of(item: ReviewItem) -> Report:
    """Return what a visit tells, with the changes that a reviewer made to it; what only they say is a desk check."""
    report = report_of(item)
    if item.amendment is None:
        return report
    given = item.amendment["inputs"]
    inputs = ScoreInputs.model_validate(given) if given else None
    facts = taken_apart(RiskFacts.model_validate({**item.facts, **item.amendment["facts"]}), inputs)
    desk = Seen(item.visit_id, item.occurred_at, report.callsign, ReviewMethod.DESKTOP)
    seen = {key: report.seen.get(key, desk) for key in facts if key in report.seen or key not in report.facts}
    return replace(report, facts=facts, seen=seen)


def save_report(item: ReviewItem, report: Report) -> None:
    """Keep what an item reports from now on: its own facts with those of a visit merged into it, and who saw them."""
    facts = dict(report.facts)
    inputs = facts.pop(SCORE, None)
    item.facts = put_together(facts).model_dump(mode="json")
    item.inputs = inputs.model_dump(mode="json") if inputs else None
    item.seen = seen_to_keep(report.seen)


def authors_of(item: ReviewItem) -> frozenset[str]:
    """Return who made a visit: who led it or sent it, and who made those merged into it."""
    sender = {item.sent_by["name"]} if item.sent_by else set()
    return frozenset({visit_of(item).lead_officer_id, *sender, *(item.authors_merged or ())})


def named_in(item: ReviewItem) -> frozenset[str]:
    """Return whom the crew list of a visit names, and those of the visits merged into it."""
    return frozenset({*visit_of(item).crew_ids, *(item.crew_merged or ())})


def moved(item: ReviewItem, state: ReviewState, person: str, at: datetime) -> ReviewItem:
    """Return the item in another state, its version raised, with who changed it and when."""
    item.state, item.version, item.changed_by, item.changed_at = state, item.version + 1, person, at
    return item
