"""What every command of a reviewer begins with: the dossier as it is now, in hand, and the person who acts on it."""

from dataclasses import dataclass, field, replace
from typing import Any

from schemas.visit_parts import LevelOverride
from schemas.vocabulary import ReviewState, Role
from services.domain.words import words_for
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.risk_register.rules.news import news_of
from services.risk_register.rules.review_queue import lease_until, reasons_to_refuse_claim, state_when_free
from services.risk_register.store.dossiers import hold_visit
from services.shared.errors import Conflict, FieldReason, NotFound
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work
from services.shared.web.words import full_time


@dataclass(frozen=True)
class Command:
    """What a reviewer asks for: about which visit, as it was in which version, and with what words.

    `take_out` are texts of the record that lean on a fault which this closes; `problems` is what could not be read of
    the form, to be told with everything else that is missing; `was_not_there` is the reviewer's word that they may
    decide although the crew list names them; `comments` are words about single fields.
    """

    visit_id: str
    version: int
    person: Person
    reason: str | None = None
    fields: tuple[str, ...] = ()
    comments: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    override: LevelOverride | None = None
    into: str | None = None
    take_out: tuple[str, ...] = ()
    problems: tuple[FieldReason, ...] = ()
    was_not_there: bool = False

    @property
    def fields_named(self) -> tuple[str, ...]:
        """Return the fields that the crew is to look at again: those that were ticked or written about."""
        return tuple(dict.fromkeys((*self.fields, *self.comments)))

    @property
    def role(self) -> Role:
        """Return the reviewer's role, the manager's if they have both."""
        return Role.RISK_TEAM_MANAGER if self.person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM

    @property
    def amends(self) -> bool:
        """Return whether the reviewer changes what the crew reported."""
        return bool(self.facts or self.leave_out or self.override or self.take_out)


async def take(work: Work, visit_id: str, version: int) -> tuple[Dossier, Item]:
    """Return the dossier that a visit is in, and the visit; raises if it is not what it was any more."""
    held = await hold_visit(work, visit_id)
    if held is None:
        raise NotFound("there is no such visit in the review queue")
    dossier, item = held
    if item.version != version:
        raise Conflict(
            f"{item.changed_by} changed this visit at {full_time(item.changed_at)}, and it is "
            f"{words_for(item.state).lower()} now: look at it again"
        )
    return dossier, item


async def claim(command: Command, work: Work) -> Item:
    """Let a reviewer hold an item for half an hour; claiming what one holds begins the half hour again."""
    dossier, item = await take(work, command.visit_id, command.version)
    now, name = work.now, command.person.name
    reasons = reasons_to_refuse_claim(item.state, item.claim, name, now)
    if reasons:
        raise Conflict("; ".join(reasons))
    if item.escalated_at is not None and command.role is not Role.RISK_TEAM_MANAGER:
        raise NotAllowed("this visit was passed to the risk team's manager, who decides on it")
    renews = item.state is ReviewState.CLAIMED and item.claimed_by == name
    item = replace(item, claimed_by=name, lease_until=lease_until(now))
    if renews:
        await keep(work, dossier, dossier.with_items(item))
        return item
    return await _move(work, dossier, item.moved(ReviewState.CLAIMED, name, now), "claimed")


async def release(command: Command, work: Work) -> Item:
    """Give an item back to the queue; the risk team's manager may take it from somebody else."""
    dossier, item = await take(work, command.visit_id, command.version)
    name, version = command.person.name, dossier.record.version
    if item.state is not ReviewState.CLAIMED:
        raise Conflict("nobody holds this visit")
    if item.claimed_by != name and command.role is not Role.RISK_TEAM_MANAGER:
        raise NotAllowed(f"{item.claimed_by} holds this visit: only they or the manager can give it back")
    state = state_when_free(escalated=item.escalated_at is not None, base_version=item.base_version, version=version)
    return await _move(work, dossier, item.freed().moved(state, name, work.now), "released")


async def _move(work: Work, dossier: Dossier, item: Item, action: str) -> Item:
    work.note(f"visit/{item.visit_id}", action, premises_id=item.premises_id, version=item.version)
    await keep(work, dossier, dossier.with_items(item).saying(news_of(item, work.now)))
    return item
