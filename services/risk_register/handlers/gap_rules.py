"""Adopt another table of rules for what ought to have a record."""

from dataclasses import dataclass, replace

from services.risk_register.rules.gap_rules import GapRule, GapRules, reasons_to_refuse_rules
from services.risk_register.rules.rule_changes import change_of, mark_of, reasons_to_refuse_adopting
from services.risk_register.store.gap_rules import hold_rules, save_rules
from services.risk_register.store.rule_changes import list_address_sets, save_decided
from services.shared.errors import Conflict, Refused
from services.shared.identity import Person
from services.shared.transactions import Work


@dataclass(frozen=True)
class AdoptCommand:
    """Who adopts which rules in place of which version, and why; `looked_at` marks what they looked at."""

    rules: tuple[GapRule, ...]
    instead_of: int
    looked_at: str
    person: Person
    reason: str


async def adopt_rules(command: AdoptCommand, work: Work) -> GapRules:
    """Adopt a table of rules, and decide every building by it; raises with everything that is wrong."""
    present, reason = await hold_rules(work), command.reason.strip()
    if present.version != command.instead_of:
        raise Conflict("somebody else has adopted other rules since: load the page again")
    found = reasons_to_refuse_rules(command.rules) + reasons_to_refuse_adopting(
        reason,
        was_looked_at=command.looked_at == mark_of(command.rules, command.instead_of),
        is_the_same=command.rules == present.rules,
    )
    if found:
        raise Refused("; ".join(one.reason for one in found), found)
    change = change_of(await list_address_sets(work), present.rules, command.rules)
    adopted = replace(present, version=present.version + 1, rules=command.rules, reason=reason)
    adopted = replace(adopted, adopted_by=command.person.name, adopted_at=work.now)
    await save_rules(work, adopted)
    await save_decided(work, change.decided)
    work.note("gap-rules", "adopted", version=adopted.version, enter=change.enter, leave=change.leave, reason=reason)
    return adopted
