"""The rules for what ought to have a record, as they were adopted, and what another table of them would change."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.gap_rules import GapRule, GapRules
from services.risk_register.rules.rule_changes import RuleChange, change_of, mark_of
from services.risk_register.store.gap_rules import list_rules
from services.risk_register.store.rule_changes import Example, list_address_sets, list_examples


@dataclass(frozen=True)
class Preview:
    """What a table of rules would change, with some of the premises, and the mark by which it may be adopted."""

    change: RuleChange
    entering: tuple[Example, ...]
    leaving: tuple[Example, ...]
    mark: str


@dataclass(frozen=True)
class RulesPage:
    """The tables of rules that were adopted, the present one first."""

    tables: tuple[GapRules, ...]

    @property
    def present(self) -> GapRules:
        """The rules that are in force."""
        return self.tables[0]

    def table(self, version: int | None) -> GapRules:
        """Return a table by its version, the present one if there is none such."""
        return next((each for each in self.tables if each.version == version), self.present)


async def rules_page(session: AsyncSession) -> RulesPage:
    """Return the rules for their page."""
    return RulesPage(tuple(await list_rules(session)))


async def preview(session: AsyncSession, present: GapRules, rules: tuple[GapRule, ...]) -> Preview:
    """Return what it would change to go by these rules."""
    change = change_of(await list_address_sets(session), present.rules, rules)
    entering = await list_examples(session, change.entering)
    leaving = await list_examples(session, change.leaving)
    return Preview(change, entering, leaving, mark_of(rules, present.version))
