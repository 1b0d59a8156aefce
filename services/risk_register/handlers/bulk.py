"""Several visits at once: what would become of each is shown first, and done only to those that nothing stands against.

A batch costs a handful of statements, however many are ticked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.vocabulary import ReviewState, Role
from services.risk_register.handlers.case import Case, case_of
from services.risk_register.handlers.decisions import moved
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.keeping import tell
from services.risk_register.handlers.publishing import publish_all
from services.risk_register.handlers.quality import draw
from services.risk_register.rules.bulk import (
    BulkAction,
    Ticked,
    reasons_never_in_bulk,
    reasons_to_refuse_claiming,
    reasons_to_refuse_publishing,
    reasons_to_refuse_releasing,
)
from services.risk_register.rules.decisions import Decision, DecisionAnswer
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.risk_register.rules.news import news_of
from services.risk_register.rules.review_queue import lease_until, state_when_free
from services.risk_register.rules.temporary_of_visits import is_repaired
from services.risk_register.store.dossiers import hold, places_of, save
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.stamps import Stamps
from services.shared.transactions import Work

NOTED = {BulkAction.CLAIM: "claimed", BulkAction.RELEASE: "released"}
GONE = "there is no such visit in the queue any more"
CHANGED = "somebody has changed it since the list was shown"
TWO_HERE = "another visit to its building is ticked too: decide on them one after another"


@dataclass(frozen=True)
class BulkCommand:
    """Who does what to which visits, each as it was in which version."""

    action: BulkAction
    person: Person
    ticked: tuple[Ticked, ...]

    @property
    def role(self) -> Role:
        """Return the reviewer's role, the manager's if they have both."""
        return Role.RISK_TEAM_MANAGER if self.person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM


@dataclass(frozen=True)
class BulkLine:
    """A ticked visit, and why nothing is done to it; without reasons it is done. `case` is None for one that is gone.

    `until` is when a claim runs out.
    """

    ticked: Ticked
    case: Case | None
    reasons: tuple[str, ...]
    until: datetime


async def look_in_bulk(command: BulkCommand, work: Work) -> list[BulkLine]:
    """Return what would become of each visit; nothing is changed."""
    return _lines(command, await _held(command, work), work.now)


async def act_in_bulk(command: BulkCommand, work: Work, vault: Vault, stamps: Stamps) -> list[BulkLine]:
    """Do it to each visit that nothing stands against, and return what was done to which and what was not."""
    held = await _held(command, work)
    lines = _lines(command, held, work.now)
    cases = [line.case for line in lines if line.case is not None and not line.reasons]
    if command.action is BulkAction.PUBLISH:
        after = await _published(command, held, cases, work, vault, stamps)
    else:
        after = _moved(command, held, cases, work)
    await save(work, held, {place: tell(dossier, work) for place, dossier in after.items()})
    return lines


async def _held(command: BulkCommand, work: Work) -> dict[str, Dossier]:
    visits = [one.visit_id for one in command.ticked]
    return await hold(work, await places_of(work, visits), visits)


def _lines(command: BulkCommand, held: Mapping[str, Dossier], now: datetime) -> list[BulkLine]:
    cases = {
        one.visit_id: case_of(dossier.record, item, dossier.version)
        for dossier in held.values()
        for one in command.ticked
        if (item := dossier.items.get(one.visit_id)) is not None
    }
    at_place = Counter(case.record.premises_id for case in cases.values())
    lines = []
    for one in command.ticked:
        case = cases.get(one.visit_id)
        reasons = _reasons(command, one, case, held, at_place, now) if case else (GONE,)
        lines.append(BulkLine(one, case, reasons, lease_until(now)))
    return lines


def _reasons(
    command: BulkCommand,
    one: Ticked,
    case: Case,
    held: Mapping[str, Dossier],
    at_place: Mapping[str, int],
    now: datetime,
) -> tuple[str, ...]:
    """Return why nothing is done to a visit, all of it."""
    item, name, proposal = case.item, command.person.name, case.proposal
    if item.version != one.version:
        return (CHANGED,)
    found = list(reasons_never_in_bulk(item, proposal))
    if command.action is BulkAction.CLAIM:
        return (*found, *reasons_to_refuse_claiming(item, name, command.role, now))
    if command.action is BulkAction.RELEASE:
        return (*found, *reasons_to_refuse_releasing(item, name, now))
    merged, risks = case.assessment.merged, held[item.premises_id].temporary
    ends = any(is_repaired(risk, merged.facts, merged.seen) for risk in risks)
    found += reasons_to_refuse_publishing(item, proposal, case.assessment, name, command.role, now, ends_a_risk=ends)
    return (*found, *([TWO_HERE] if at_place[item.premises_id] > 1 else ()))


def _moved(command: BulkCommand, held: Mapping[str, Dossier], cases: Sequence[Case], work: Work) -> dict[str, Dossier]:
    """Return the dossiers with visits claimed or given back; the history says that it was one of several."""
    after = dict(held)
    for case in cases:
        place = case.record.premises_id
        item = _claimed(case.item, command, work.now) if command.action is BulkAction.CLAIM else _freed(case, work)
        work.note(f"visit/{item.visit_id}", NOTED[command.action], premises_id=place, in_bulk=True)
        after[place] = after[place].with_items(item).saying(news_of(item, work.now))
    return after


def _claimed(item: Item, command: BulkCommand, now: datetime) -> Item:
    name = command.person.name
    return replace(item, claimed_by=name, lease_until=lease_until(now)).moved(ReviewState.CLAIMED, name, now)


def _freed(case: Case, work: Work) -> Item:
    item, version = case.item, case.record.version
    state = state_when_free(escalated=item.escalated_at is not None, base_version=item.base_version, version=version)
    return item.freed().moved(state, item.claimed_by or work.by.actor, work.now)


async def _published(
    command: BulkCommand, held: Mapping[str, Dossier], cases: Sequence[Case], work: Work, vault: Vault, stamps: Stamps
) -> dict[str, Dossier]:
    """Return the dossiers with visits published as they were reported."""
    name, answer = command.person.name, DecisionAnswer(ReviewState.PUBLISHED)
    decided = [
        moved(case, Decision.PUBLISH, answer, Command(case.item.visit_id, case.item.version, command.person), work.now)
        for case in cases
    ]
    pairs = [(held[case.record.premises_id], case) for case in decided]
    dossiers = await publish_all(pairs, work, vault) if pairs else []
    await draw([case.item for case in decided], name, work, stamps)
    after = dict(held)
    for dossier, case in zip(dossiers, decided, strict=True):
        item = dossier.items[case.item.visit_id]
        work.note(f"visit/{item.visit_id}", "publish", premises_id=item.premises_id, state=item.state, in_bulk=True)
        after[item.premises_id] = dossier.saying(news_of(item, work.now))
    return after
