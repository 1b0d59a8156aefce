"""What another table of rules would change: which premises would come to the list, leave it, or move in it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from services.risk_register.rules.gap_rules import GapRule, rule_for
from services.shared.errors import FieldReason

SHORTEST_REASON, LONGEST_REASON = 5, 500


@dataclass(frozen=True)
class AddressSet:
    """Buildings that have the same addresses: how many there are, and how many of them have no record."""

    addresses: Mapping[str, int]
    buildings: int
    missing: int


@dataclass(frozen=True)
class NewRule:
    """The rule that buildings with these addresses fall under from now on; None: under none."""

    addresses: Mapping[str, int]
    rule: str | None
    expected_level: int | None


@dataclass(frozen=True)
class RuleChange:
    """What adopting a table would do to the list: how many premises before and after, and how many enter, leave, move.

    `entering` and `leaving` are the sets of addresses that do; `decided` is what is kept of every set that changes.
    """

    before: int
    after: int
    enter: int
    leave: int
    move: int
    entering: tuple[Mapping[str, int], ...]
    leaving: tuple[Mapping[str, int], ...]
    decided: tuple[NewRule, ...]


def change_of(sets: Sequence[AddressSet], before: Sequence[GapRule], after: Sequence[GapRule]) -> RuleChange:
    """Return what it would change to go by another table of rules.

    Policy: docs/domain/4.4.md, premises with no record: what would change is seen before it is adopted.
    """
    pairs = [(each, rule_for(each.addresses, before), rule_for(each.addresses, after)) for each in sets]
    enter = [each for each, was, now in pairs if not was and now]
    leave = [each for each, was, now in pairs if was and not now]
    moved = [each for each, was, now in pairs if was and now and _place(was) != _place(now)]
    changed = [(each, now) for each, was, now in pairs if _place(was) != _place(now)]
    return RuleChange(
        before=sum(each.missing for each, was, _ in pairs if was),
        after=sum(each.missing for each, _, now in pairs if now),
        enter=sum(each.missing for each in enter),
        leave=sum(each.missing for each in leave),
        move=sum(each.missing for each in moved),
        entering=tuple(each.addresses for each in enter if each.missing),
        leaving=tuple(each.addresses for each in leave if each.missing),
        decided=tuple(NewRule(each.addresses, *_place(now)) for each, now in changed),
    )


def mark_of(rules: Sequence[GapRule], instead_of: int) -> str:
    """Return what tells whether a table is the one that was looked at, in place of the same version.

    Policy: docs/domain/4.4.md, premises with no record: what is adopted is what was looked at.
    """
    return hashlib.sha256(f"{instead_of} {json.dumps([asdict(rule) for rule in rules])}".encode()).hexdigest()


def reasons_to_refuse_adopting(reason: str, *, was_looked_at: bool, is_the_same: bool) -> tuple[FieldReason, ...]:
    """Return why a table cannot be adopted like this, each with how to mend it.

    Policy: docs/domain/4.4.md, premises with no record.
    """
    found = []
    if is_the_same:
        found.append(FieldReason("/words-0", "nothing is changed: these are the rules in force"))
    elif not was_looked_at:
        found.append(FieldReason("/words-0", "the rules were changed since: look at what would change first"))
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        how = f"say why the rules are changed, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
        found.append(FieldReason("/reason", how))
    return tuple(found)


def _place(rule: GapRule | None) -> tuple[str | None, int | None]:
    return (rule.code, rule.level) if rule else (None, None)
