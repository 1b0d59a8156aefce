"""Take up a visit whose premises is known: show at once what cannot wait, and queue the rest for a reviewer."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import PremisesLocated
from schemas.risk_register import VisitReviewed
from schemas.vocabulary import ReviewState
from services.domain.facts import facts_of
from services.domain.ris1.judging import inputs_of
from services.risk_register.handlers.what_is_shown import appraise, compare_again, show
from services.risk_register.rules.assessing import TOLD_TO_CREW, additions_of
from services.risk_register.rules.buildings import building_of, describes_the_unit_alone, facts_of_the_building
from services.risk_register.rules.merging import is_full_visit
from services.risk_register.rules.review_queue import review_due_at
from services.risk_register.store.queue import (
    ReviewItem,
    find_item,
    list_replaced_by,
    list_undecided,
    moved,
    placed_at,
    report_of,
    save_item,
    take_in,
)
from services.risk_register.store.records import KeptRecord, find_version, known_of, lock_record, score_of_version
from services.shared.errors import NotYet
from services.shared.transactions import Work

REGISTER = "risk_register"
PUT_BACK = "Put back by the desk that places visits: this is not its premises"
# The states in which the crew is told the reviewer's words; an escalation's are for the manager.
TOLD_WHY = frozenset({ReviewState.RETURNED, ReviewState.REJECTED, ReviewState.PUBLISHED_AMENDED, ReviewState.WITHDRAWN})


async def take_up_visit(event: PremisesLocated, work: Work) -> None:
    """Queue a visit for review, and show what it adds that is safety-critical as unverified now."""
    record = await lock_record(work, building_of(event.premises), work.now)
    if await _is_known(event, record, work):
        return
    if event.premises.parent_id is None:
        record.premises = event.premises.model_dump(mode="json")
    item = await take_in(work, _new_item(event, record, work.happened_at))
    await _place_in_queue(item, record, work)
    await _take_the_place_of_returned(item, work)
    await compare_again(work, record, REGISTER)
    await show(work, record, event.visit_id)
    work.note(f"visit/{item.visit_id}", "queued for review", premises_id=record.premises_id, state=item.state)
    say_where(item, work)


async def _is_known(event: PremisesLocated, record: KeptRecord, work: Work) -> bool:
    """Return whether this placing has been taken up, or a later one; one put back since is waited for."""
    item, at = await find_item(work, event.visit_id), work.happened_at
    if item is None:
        return False
    if item.state is ReviewState.WITHDRAWN and item.reason == PUT_BACK and item.decided_at:
        return at < item.decided_at
    if item.premises_id != record.premises_id and at >= placed_at(item):
        raise NotYet(f"visit {item.visit_id} is in the review queue for another premises until it is put back there")
    return True


async def _place_in_queue(item: ReviewItem, record: KeptRecord, session: AsyncSession) -> None:
    version = await find_version(session, record.premises_id, record.version)
    known, present = known_of(version), score_of_version(version)
    appraise(item, known, present.base_level if present else None)
    item.safety_critical = bool(additions_of(known, report_of(item)))
    item.due_at = review_due_at(item.received_at, item.base_level, item.safety_critical)
    if item.base_version < record.version:
        item.state = ReviewState.CONFLICT
    save_item(session, item)
    await session.flush()


async def _take_the_place_of_returned(item: ReviewItem, work: Work) -> None:
    """Let a visit that its lead officer made again after a return stand for the returned one as well."""
    for other in await list_undecided(work, item.premises_id):
        is_theirs = other.visit["lead_officer_id"] == item.visit["lead_officer_id"]
        if other.state is ReviewState.RETURNED and is_theirs and other.unit_ref == item.unit_ref:
            await decide_replaced_with(item.visit_id, other, work)
            other.decided_with = item.visit_id
            save_item(work, moved(other, ReviewState.RESUBMITTED, REGISTER, work.now))
            say_where(other, work)
    await work.flush()


async def decide_replaced_with(visit_id: str, item: ReviewItem, session: AsyncSession) -> None:
    """Let what a visit had taken the place of be decided with another one from now on."""
    for other in await list_replaced_by(session, item.visit_id):
        other.decided_with = visit_id
        save_item(session, other)


def _new_item(event: PremisesLocated, record: KeptRecord, placed_at: datetime) -> ReviewItem:
    visit, now = event.visit, event.received_at
    is_unit = event.premises.parent_id is not None
    alone = describes_the_unit_alone(visit.premises_class, is_unit=is_unit)
    is_full = is_full_visit(visit) and not is_unit
    facts = facts_of_the_building(facts_of(visit), _unit_ref(event), of_the_unit_alone=alone)
    if not is_full:
        facts = facts.model_copy(update={"none_found": False})  # only who looked at everything can have found nothing
    inputs = None if alone else inputs_of(visit)
    base = record.version if visit.base_record_version is None else visit.base_record_version
    return ReviewItem(
        visit_id=event.visit_id,
        premises_id=record.premises_id,
        unit_id=event.premises.premises_id if is_unit else None,
        unit_ref=_unit_ref(event),
        state=ReviewState.QUEUED,
        changed_by=REGISTER,
        changed_at=now,
        base_version=base,
        safety_critical=False,
        due_at=now,
        occurred_at=visit.ended_at,
        submitted_at=visit.submitted_at,
        received_at=event.received_at,
        is_full=is_full,
        facts=facts.model_dump(mode="json"),
        inputs=inputs.model_dump(mode="json") if inputs else None,
        visit=visit.model_dump(mode="json"),
        location={
            "precision": event.precision,
            "score": event.score,
            "reason": event.reason,
            "located_by": event.located_by,
            "address": event.premises.address,
            "placed_at": placed_at.isoformat(),
        },
        private=event.private.model_dump(mode="json"),
        sent_by=event.sent_by.model_dump(mode="json") if event.sent_by else None,
    )


def _unit_ref(event: PremisesLocated) -> str | None:
    if event.visit.unit_ref or event.premises.parent_id is None:
        return event.visit.unit_ref
    return event.premises.address.split(", ")[0]


def say_where(item: ReviewItem, work: Work) -> None:
    """Say where a visit is in the queue now."""
    work.say(
        VisitReviewed(
            visit_id=item.visit_id,
            premises_id=item.premises_id,
            state=item.state,
            decided_by=None if item.changed_by == REGISTER else item.changed_by,
            reason=item.reason if item.state in TOLD_WHY else None,
            fields=tuple(item.fields),
            due_at=item.due_at,
            moved_at=work.now,
            base_level=item.base_level,
            safety_critical=item.safety_critical,
            warnings=tuple(code for code in item.warnings if code in TOLD_TO_CREW),
        ),
    )
