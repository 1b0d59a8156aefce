"""Publish a visit: a new version of the record, never to be changed, and everybody who must know told."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.risk_register.handlers.case import Case, first_approval_of
from services.risk_register.handlers.desk import tell_others
from services.risk_register.handlers.what_is_shown import compare_again, show
from services.risk_register.rules.assessing import FULL_OUTCOMES, not_in_record
from services.risk_register.rules.buildings import describes_the_unit_alone
from services.risk_register.rules.publishing import Dates, dates_after
from services.risk_register.rules.showing import Resolution
from services.risk_register.store.additions import list_unresolved_with, resolve
from services.risk_register.store.evidence import note_version
from services.risk_register.store.queue import ReviewItem, report_of, save_item, visit_of
from services.risk_register.store.records import (
    KeptRecord,
    KeptVersion,
    save_version,
    seen_to_keep,
)
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

# What an envelope holds when the crew gave neither a contact nor an entry code.
NOTHING_TOLD = "{}"


async def publish_visit(case: Case, work: Work, vault: Vault) -> None:
    """Make the next version of a record from a visit that was approved; resolve what was unverified of it."""
    record, item = case.record, case.item
    version = _new_version(case, work.now)
    version.private = await _private_after(item, case.version, work, vault)
    item.first_approval = None
    item.published_version = version.version
    save_item(work, item)
    save_version(work, record, version)
    note_version(work, version)
    await work.flush()
    await _resolve_additions(case, work)
    await tell_changed(work, record, version.published_by, item.visit_id)


async def tell_changed(work: Work, record: KeptRecord, person: str, because_of: str | None) -> None:
    """Compare every undecided visit with the new version, and show what is true now."""
    await tell_others(work, record, person)
    await work.flush()
    await compare_again(work, record, person)
    await show(work, record, because_of)


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
        visit_id=item.visit_id,
        published_by=item.changed_by,
        first_approved_by=approval.given_by if approval else None,
        reason=item.reason,
        visited_at=dates.visited_at,
        reviewed_on=dates.reviewed_on,
        review_due_on=dates.review_due_on,
        at=now,
    )


async def _private_after(
    item: ReviewItem, present: KeptVersion | None, session: AsyncSession, vault: Vault
) -> dict[str, Any] | None:
    """Return the sealed contacts and entry code to show: never those of a flat's household, nor an empty envelope."""
    before = present.private if present else None
    if item.unit_id is not None or visit_of(item).outcome not in FULL_OUTCOMES:
        return before
    try:
        told = await vault.open(session, Sealed.model_validate(item.private), f"visit/{item.visit_id}")
    except CannotOpen:
        return item.private
    return before if before and told == NOTHING_TOLD else item.private


async def _resolve_additions(case: Case, work: Work) -> None:
    """Settle what was unverified of the visit: in the record now, left out by the reviewer, or seen otherwise since."""
    item = case.item
    out = {(addition.kind, addition.summary) for addition in not_in_record(case.assessment.facts, report_of(item))}
    missing = Resolution.LEFT_OUT if (item.amendment or {}).get("leave_out") else Resolution.OVERTAKEN
    for kept in await list_unresolved_with(work, item):
        is_out = kept.visit_id != item.visit_id or (kept.kind, kept.summary) in out
        resolve(work, kept, missing if is_out else Resolution.PUBLISHED, item.changed_by, work.now)
    await work.flush()
