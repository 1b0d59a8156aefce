"""Publish a visit: a new version of the record, never to be changed, and everybody who must know told."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.handlers.case import Case, first_approval_of
from services.risk_register.handlers.desk import tell_others
from services.risk_register.handlers.what_is_shown import compare_again, show
from services.risk_register.rules.assessing import FULL_OUTCOMES, additions_of
from services.risk_register.rules.buildings import describes_the_unit_alone
from services.risk_register.rules.publishing import Dates, dates_after
from services.risk_register.rules.showing import Resolution
from services.risk_register.store.additions import list_unresolved, resolve
from services.risk_register.store.queue import ReviewItem, report_of, save_item, visit_of
from services.risk_register.store.records import (
    KeptRecord,
    KeptVersion,
    known_of,
    save_version,
    seen_to_keep,
)
from services.shared.transactions import moment


async def publish_visit(case: Case, session: AsyncSession) -> None:
    """Make the next version of a record from a visit that was approved; resolve what was unverified of it."""
    record, item = case.record, case.item
    version = _new_version(case, moment(session))
    item.first_approval = None
    item.published_version = version.version
    save_item(session, item)
    save_version(session, record, version)
    await session.flush()
    await _resolve_additions(item, version, session)
    await tell_changed(session, record, version.published_by, item.visit_id)


async def tell_changed(session: AsyncSession, record: KeptRecord, person: str, because_of: str | None) -> None:
    """Compare every undecided visit with the new version, and show what is true now."""
    await tell_others(session, record, person)
    await session.flush()
    await compare_again(session, record, person)
    await show(session, record, because_of)


def dates_of(version: KeptVersion | None) -> Dates:
    """Return the dates of a version; none if nothing is published."""
    return Dates(version.visited_at, version.reviewed_on, version.review_due_on) if version else Dates()


def _new_version(case: Case, now: datetime) -> KeptVersion:
    item, assessment, visit = case.item, case.assessment, visit_of(case.item)
    approval = first_approval_of(item, case.record)
    alone = describes_the_unit_alone(visit.premises_class, is_unit=item.unit_id is not None)
    dates = dates_after(visit, dates_of(case.version), assessment.level, of_the_unit_alone=alone)
    inputs = assessment.allowed_inputs
    return KeptVersion(
        premises_id=case.record.premises_id,
        version=case.record.version + 1,
        facts=assessment.facts.model_dump(mode="json"),
        inputs=inputs.model_dump(mode="json") if inputs else None,
        seen=seen_to_keep(assessment.merged.seen),
        score=assessment.score.model_dump(mode="json") if assessment.score else None,
        private=_private_after(item, case.version),
        visit_id=item.visit_id,
        published_by=item.changed_by,
        first_approved_by=approval.given_by if approval else None,
        reason=item.reason,
        visited_at=dates.visited_at,
        reviewed_on=dates.reviewed_on,
        review_due_on=dates.review_due_on,
        at=now,
    )


def _private_after(item: ReviewItem, present: KeptVersion | None) -> dict[str, Any] | None:
    """Return the sealed contacts and entry code to show: never those of a flat's household, or of a visit not made."""
    before = present.private if present else None
    saw = visit_of(item).outcome in FULL_OUTCOMES
    return item.private if item.unit_id is None and saw else before


async def _resolve_additions(item: ReviewItem, version: KeptVersion, session: AsyncSession) -> None:
    left = {(addition.kind, addition.summary) for addition in additions_of(known_of(version), report_of(item))}
    for kept in await list_unresolved(session, item.premises_id):
        if kept.visit_id == item.visit_id:
            why = Resolution.LEFT_OUT if (kept.kind, kept.summary) in left else Resolution.PUBLISHED
            resolve(session, kept, why, item.changed_by, moment(session))
    await session.flush()
