"""What has no record yet, in words: what narrows the list, and the links to each narrower one."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.risk_register.presenters.narrowing import narrowed, station_words
from services.risk_register.rules.gap_rules import GapRule
from services.risk_register.rules.gaps import GapWanted

PATH = "/oversight/gaps"


def gap_address(wanted: GapWanted, **other: Any) -> str:
    """Return the address of the list that is narrowed like this, but for what is named."""
    return narrowed(PATH, {"rule": wanted.rule, "station": wanted.station, **other})


def counts_by_rule(rules: Sequence[GapRule], counts: Mapping[str, int], wanted: GapWanted) -> list[dict[str, Any]]:
    """Return each rule with how many premises have no record by it, and the way to their list."""
    in_order = sorted(rules, key=lambda rule: -rule.level)
    return [
        {"rule": rule, "count": counts.get(rule.code, 0), "href": gap_address(wanted, rule=rule.code)}
        for rule in in_order
    ]


def counts_by_station(counts: Mapping[str, int], wanted: GapWanted) -> list[dict[str, Any]]:
    """Return each station with how many premises in its ground have no record, and the way to their list."""
    return [
        {"words": station_words(station), "count": count, "href": gap_address(wanted, station=station)}
        for station, count in counts.items()
    ]


def rules_to_choose(rules: Sequence[GapRule], wanted: str | None) -> list[dict[str, Any]]:
    """Return what a field for the rule offers."""
    choices = [("", "All rules"), *((rule.code, rule.words) for rule in rules)]
    return [{"value": value, "text": text, "selected": value == (wanted or "")} for value, text in choices]
