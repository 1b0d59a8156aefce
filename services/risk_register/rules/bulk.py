"""What may be done to several visits at once, and to which of them it may not be done: never where a danger hangs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import Role
from services.risk_register.rules.assessing import Assessment, ReviewWarning
from services.risk_register.rules.decisions import (
    Decision,
    Proposal,
    needs_second_approver,
    reasons_of_the_claim,
    reasons_of_the_person,
)
from services.risk_register.rules.items import Item
from services.risk_register.rules.review_queue import is_held, reasons_to_refuse_claim

MOST_AT_ONCE = 50


class BulkAction(StrEnum):
    """What a reviewer may do to several visits at once."""

    CLAIM = "claim"
    RELEASE = "release"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Ticked:
    """A visit as it was ticked: in which version."""

    visit_id: str
    version: int


def reasons_never_in_bulk(item: Item, proposal: Proposal) -> tuple[str, ...]:
    """Return why a visit is dealt with by itself alone: it is safety-critical, or would lower a level.

    Policy: docs/domain/4.4.md: what is done to many at once never lowers anything.
    """
    found = ["it is safety-critical: open it by itself"] if item.safety_critical else []
    lowers = ReviewWarning.LEVEL_LOWERED in item.warnings or proposal.lowered_by_hand
    if lowers or (proposal.present_level is not None and (proposal.level or 0) < proposal.present_level):
        found.append("it would lower the level: open it by itself")
    return tuple(found)


def reasons_to_refuse_claiming(item: Item, name: str, role: Role, now: datetime) -> tuple[str, ...]:
    """Return why somebody may not claim a visit among others.

    Policy: docs/domain/4.4.md: no two reviewers on one item.
    """
    found = list(reasons_to_refuse_claim(item.state, item.claim, name, now))
    if item.escalated_at is not None and role is not Role.RISK_TEAM_MANAGER:
        found.append("it was passed to the risk team's manager")
    return tuple(found)


def reasons_to_refuse_releasing(item: Item, name: str, now: datetime) -> tuple[str, ...]:
    """Return why somebody may not give a visit back among others: they do not hold it.

    Policy: docs/domain/4.4.md: claim lease.
    """
    holds = item.claim is not None and item.claim.held_by == name and is_held(item.claim, now)
    return () if holds else ("you do not hold it",)


def reasons_to_refuse_publishing(
    item: Item, proposal: Proposal, assessment: Assessment, name: str, role: Role, now: datetime, *, ends_a_risk: bool
) -> tuple[str, ...]:
    """Return why a visit is not published as reported among others: a person has to look at something of it.

    Policy: docs/domain/4.4.md: who approves, when two must, and that only a person who looked lowers a risk.
    """
    found = [
        *reasons_of_the_claim(proposal, name, now),
        *reasons_of_the_person(proposal, Decision.PUBLISH, name, role),
    ]
    if needs_second_approver(proposal.level, proposal.present_level):
        found.append("it needs two people")
    if item.warnings:
        found.append("it has a warning that somebody must read")
    if item.amendment is not None:
        found.append("a reviewer has changed it")
    if assessment.merged.cleared or assessment.merged.kept_newer:
        found.append("something of the record would go, or is newer")
    if ends_a_risk:
        found.append("it would end a temporary risk")
    return tuple(found)


def ticked_in(typed: Sequence[str]) -> tuple[Ticked, ...]:
    """Return the visits that were ticked, each once, at most 50; what is not one is left out.

    Policy: docs/domain/4.4.md: nobody acts on an old page.
    """
    found: dict[str, Ticked] = {}
    for one in typed:
        visit_id, _, version = one.rpartition(".")
        if visit_id and version.isascii() and version.isdigit() and "\0" not in visit_id:
            found[visit_id] = Ticked(visit_id, int(version[:9]))
    return tuple(found.values())[:MOST_AT_ONCE]
