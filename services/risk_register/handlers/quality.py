"""Draw published visits for a check of their quality, score them, and open a check again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.vocabulary import Role
from services.risk_register.rules.competence import Competence, key_of
from services.risk_register.rules.items import Item
from services.risk_register.rules.quality import (
    QualityChange,
    QualityCheck,
    drawn,
    leads_of,
    may_change,
    reasons_of_the_checker,
    reasons_to_refuse_reopening,
    reasons_to_refuse_scoring,
    reopened,
    scored,
)
from services.risk_register.store.competence import list_of_people
from services.risk_register.store.quality import hold_check, save_check, save_drawn
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identity import NotAllowed, Person
from services.shared.stamps import Stamps
from services.shared.transactions import Work

STAMPED_AS = "quality sample"


@dataclass(frozen=True)
class ScoreCommand:
    """Who scores which visit on which version of its check: an answer to each point, and words where one is wrong."""

    visit_id: str
    version: int
    person: Person
    answers: Mapping[str, str]
    findings: Mapping[str, str]


@dataclass(frozen=True)
class ReopenCommand:
    """Who opens the check of which visit again, on which version of it, and why."""

    visit_id: str
    version: int
    person: Person
    reason: str


async def draw(items: Sequence[Item], decided_by: str, work: Work, stamps: Stamps) -> None:
    """Draw the visits among those being published that are in the sample, or whose lead is not competent."""
    entered = await list_of_people(work, frozenset[str]().union(*map(leads_of, items)))
    found = [_drawn(item, decided_by, entered, stamps, work.now) for item in items]
    checks = [check for check in found if check is not None]
    await save_drawn(work, checks)
    for one in checks:
        work.note(f"quality/{one.visit_id}", "drawn", at_random=one.at_random, not_competent=one.not_competent)


def _drawn(
    item: Item, decided_by: str, entered: Mapping[str, tuple[Competence, ...]], stamps: Stamps, now: datetime
) -> QualityCheck | None:
    approval, amendment = item.first_approval or {}, item.amendment or {}
    changed = (amendment.get("by"), *(one.by for one in item.corrections))
    reviewers = {name for name in (decided_by, approval.get("by"), *changed) if name}
    of_leads = [entered[key_of(lead)] for lead in leads_of(item)]
    return drawn(item, reviewers, stamps.of(STAMPED_AS, item.visit_id), of_leads, now)


async def score_visit(command: ScoreCommand, work: Work) -> QualityCheck:
    """Score a visit that was drawn, and return what was found to its crew; raises with everything that is wrong."""
    check = await _take(command, QualityChange.SCORE, work)
    if found := reasons_to_refuse_scoring(command.answers, command.findings):
        raise Refused("; ".join(one.reason for one in found), found)
    after = scored(check, command.answers, command.findings, command.person.name, work.now)
    await save_check(work, after)
    work.say(after.as_news(work.now))
    kept = {"answers": dict(after.answers), "findings": dict(after.findings)}
    work.note(f"quality/{after.visit_id}", "scored", by=command.person.name, **kept)
    return after


async def reopen_check(command: ReopenCommand, work: Work) -> QualityCheck:
    """Open a check again, with a reason: its result no longer stands."""
    check = await _take(command, QualityChange.REOPEN, work)
    if found := reasons_to_refuse_reopening(command.reason):
        raise Refused(found[0].reason, found)
    after = reopened(check)
    await save_check(work, after)
    work.say(after.as_news(work.now))
    work.note(f"quality/{after.visit_id}", "reopened", by=command.person.name, why=command.reason.strip())
    return after


async def _take(command: ScoreCommand | ReopenCommand, change: QualityChange, work: Work) -> QualityCheck:
    """Return a check in hand; raises if this person may not change it, or if it is not what it was any more."""
    check = await hold_check(work, command.visit_id)
    if check is None:
        raise NotFound("this visit is not in the list of quality checks")
    is_manager = command.person.has(Role.RISK_TEAM_MANAGER)
    if reasons := reasons_of_the_checker(check, command.person.name, is_manager=is_manager):
        raise NotAllowed("; ".join(reasons))
    if check.version != command.version or not may_change(check.state, change):
        raise Conflict("somebody else has changed this check since: look at it again")
    return check
