"""Premises that ought to have a record and have none: what a list of them is narrowed to, and what a line says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.risk_register.rules.gap_rules import GapRule, rule_for


@dataclass(frozen=True)
class GapWanted:
    """What a list of premises with no record is narrowed to; None: not by this. Station empty: in no ground."""

    rule: str | None = None
    station: str | None = None


@dataclass(frozen=True)
class Expected:
    """What is kept of a building: its addresses by class, and the rule by which it ought to have a record."""

    premises_id: str
    addresses: Mapping[str, int] | None
    units: int
    rule: str | None
    expected_level: int | None


def expected_of(premises_id: str, addresses: Mapping[str, int] | None, rules: Sequence[GapRule]) -> Expected:
    """Return what is kept of a building with these addresses (None: it is no building in use) by a table of rules.

    Policy: docs/domain/4.4.md, premises with no record.
    """
    rule = rule_for(addresses or {}, rules)
    units = sum((addresses or {}).values())
    return Expected(premises_id, addresses, units, rule.code if rule else None, rule.level if rule else None)
