"""What every command of a reviewer begins with: the item as it is now, locked, and the person who acts on it."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import LevelOverride
from schemas.vocabulary import ReviewState, Role
from services.domain.words import words_for
from services.risk_register.handlers.visits import say_where
from services.risk_register.rules.review_queue import (
    Claim,
    lease_until,
    reasons_to_refuse_claim,
    state_when_free,
)
from services.risk_register.store.queue import OPEN, ReviewItem, find_item, list_undecided, lock_item, moved, save_item
from services.risk_register.store.records import KeptRecord, lock_known_record
from services.shared.errors import Conflict, FieldReason, NotFound
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work
from services.shared.web.words import full_time


@dataclass(frozen=True)
class Command:
    """What a reviewer asks for: about which visit, as it was in which version, and with what words.

    `take_out` are texts of the record that lean on a fault which this closes; `problems` is what could not be read of
    the form, to be told with everything else that is missing; `was_not_there` is the reviewer's word that they may
    decide although the crew list names them.
    """

    visit_id: str
    version: int
    person: Person
    reason: str | None = None
    fields: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    override: LevelOverride | None = None
    into: str | None = None
    take_out: tuple[str, ...] = ()
    problems: tuple[FieldReason, ...] = ()
    was_not_there: bool = False

    @property
    def role(self) -> Role:
        """Return the reviewer's role, the manager's if they have both."""
        return Role.RISK_TEAM_MANAGER if self.person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM

    @property
    def amends(self) -> bool:
        """Return whether the reviewer changes what the crew reported."""
        return bool(self.facts or self.leave_out or self.override or self.take_out)


async def take(session: AsyncSession, visit_id: str, version: int) -> tuple[KeptRecord, ReviewItem]:
    """Return a premises' record and a visit to it, both locked; raises if the visit is not what it was any more."""
    known = await find_item(session, visit_id)
    if known is None:
        raise NotFound("there is no such visit in the review queue")
    record = await lock_known_record(session, known.premises_id)
    item = await lock_item(session, visit_id)
    if item.version != version:
        raise Conflict(
            f"{item.changed_by} changed this visit at {full_time(item.changed_at)}, and it is "
            f"{words_for(item.state).lower()} now: look at it again"
        )
    return record, item


def claim_of(item: ReviewItem) -> Claim | None:
    """Return who holds an item, None if nobody does."""
    if item.claimed_by is None or item.lease_until is None:
        return None
    return Claim(item.claimed_by, item.lease_until)


async def claim(command: Command, work: Work) -> ReviewItem:
    """Let a reviewer hold an item for half an hour; claiming what one holds begins the half hour again."""
    _, item = await take(work, command.visit_id, command.version)
    now, name = work.now, command.person.name
    reasons = reasons_to_refuse_claim(item.state, claim_of(item), name, now)
    if reasons:
        raise Conflict("; ".join(reasons))
    if item.escalated_at is not None and command.role is not Role.RISK_TEAM_MANAGER:
        raise NotAllowed("this visit was passed to the risk team's manager, who decides on it")
    renews = item.state is ReviewState.CLAIMED and item.claimed_by == name
    item.claimed_by, item.lease_until = name, lease_until(now)
    if renews:
        save_item(work, item)
        return item
    return _move(work, moved(item, ReviewState.CLAIMED, name, now), "claimed")


async def release(command: Command, work: Work) -> ReviewItem:
    """Give an item back to the queue; the risk team's manager may take it from somebody else."""
    record, item = await take(work, command.visit_id, command.version)
    name = command.person.name
    if item.state is not ReviewState.CLAIMED:
        raise Conflict("nobody holds this visit")
    if item.claimed_by != name and command.role is not Role.RISK_TEAM_MANAGER:
        raise NotAllowed(f"{item.claimed_by} holds this visit: only they or the manager can give it back")
    free(item)
    state = state_when_free(
        escalated=item.escalated_at is not None, base_version=item.base_version, version=record.version
    )
    return _move(work, moved(item, state, name, work.now), "released")


def free(item: ReviewItem) -> None:
    """Let go of an item."""
    item.claimed_by = item.lease_until = None


def _move(work: Work, item: ReviewItem, action: str) -> ReviewItem:
    save_item(work, item)
    work.note(f"visit/{item.visit_id}", action, premises_id=item.premises_id, version=item.version)
    say_where(item, work)
    return item


async def tell_others(work: Work, record: KeptRecord, person: str) -> None:
    """Mark every undecided visit to a premises whose record has changed, so that nobody decides on the old one."""
    for item in await list_undecided(work, record.premises_id):
        if item.state not in OPEN:
            continue
        state = item.state
        if state is ReviewState.QUEUED and item.base_version < record.version:
            state = ReviewState.CONFLICT
        is_elsewhere = state is not item.state
        save_item(work, moved(item, state, person, work.now))
        if is_elsewhere:
            say_where(item, work)
