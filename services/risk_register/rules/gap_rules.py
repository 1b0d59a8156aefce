"""Which premises ought to have a risk record: a table of rules that the risk team may change, and what it answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.domain.ris1.policy import HIGHEST_LEVEL, LOWEST_LEVEL
from services.shared.errors import FieldReason

MOST_RULES = 40
MOST_ADDRESSES = 10_000
LONGEST_WORDS = 120
LONGEST_CLASS = 80


@dataclass(frozen=True)
class GapRule:
    """Premises with at least so many addresses of some classes ought to have a record, of this level if it is right.

    A class is what the gazetteer says, from its beginning: "RI" is RI01 and RI02; classes in words likewise. `source`
    says whence the rule is. `code` names it for good.
    """

    code: str
    words: str
    classes: tuple[str, ...]
    least: int
    level: int
    source: str

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """Return its classes as they are compared."""
        return tuple(each.casefold() for each in self.classes)


@dataclass(frozen=True)
class GapRules:
    """The table of rules as it was adopted: by whom, when, and why. Version 0 is the one that comes with the system."""

    version: int
    rules: tuple[GapRule, ...]
    adopted_by: str | None = None
    adopted_at: datetime | None = None
    reason: str = ""


FIRST = GapRules(
    0,
    (
        GapRule("hospital", "Hospital", ("CM03", "Hospitals/"), 1, 4, "4.3 SLEEPING_DEPENDENT; 1.1 group A"),
        GapRule("care-home", "Care home or other institution", ("RI",), 1, 4, "4.3 worked example; 1.1 group B"),
        GapRule("prison", "Prison or other secure place", ("CC03",), 1, 4, "4.3 SLEEPING_DEPENDENT"),
        GapRule("energy", "Power station or energy storage", ("CU04",), 1, 4, "4.3 BESS"),
        GapRule("many-flats", "Block of 20 flats or more: may be high", ("RD06",), 20, 4, "4.3 HRRB; 1.1 group D"),
        GapRule("factory", "Factory or works", ("CI01", "CI02"), 1, 3, "4.3 anchors FF 3 and ENV 3"),
        GapRule("hotel", "Hotel, hostel or guest house", ("CH", "Hotel"), 1, 3, "1.1 groups E and F"),
        GapRule("warehouse", "Warehouse", ("CI04",), 1, 3, "4.3 anchor FF 3"),
        GapRule("hmo", "House in multiple occupation", ("RH",), 1, 2, "1.1 group C"),
        GapRule("school", "School, college or university", ("CE",), 1, 2, "1.1 school"),
        GapRule("flats", "Block of 6 flats or more", ("RD06",), 6, 2, "1.1 groups D and G"),
        GapRule("licensed", "Place of assembly", ("CL",), 1, 2, "1.1 licensed"),
    ),
)


def rule_for(addresses: Mapping[str, int], rules: Sequence[GapRule]) -> GapRule | None:
    """Return the rule by which premises ought to have a record, None if none asks for one.

    `addresses` says how many addresses of each class the premises have, the premises' own among them. Of several rules
    the one with the highest level counts, of those the first in the table.

    Policy: docs/domain/4.4.md, premises with no record.
    """
    counts = [(name.casefold(), count) for name, count in addresses.items()]
    found: GapRule | None = None
    for rule in rules:
        if found is None or rule.level > found.level:
            total = sum(count for name, count in counts if name.startswith(rule.beginnings))
            found = rule if total >= rule.least else found
    return found


def reasons_to_refuse_rules(rules: Sequence[GapRule]) -> tuple[FieldReason, ...]:
    """Return what is wrong with a table of rules, each with how to mend it; pointers are /words-0, /classes-0 …

    Policy: docs/domain/4.4.md, premises with no record.
    """
    found: list[FieldReason] = []
    if len(rules) > MOST_RULES:
        found.append(FieldReason("/words-0", f"there are more than {MOST_RULES} rules: take some out"))
    for at, rule in enumerate(rules):
        checks = (
            ("words", 0 < len(rule.words) <= LONGEST_WORDS, "say which premises it means, in 1 to 120 characters"),
            ("classes", _are_classes(rule.classes), "give at least one class, such as RI01, with ; between them"),
            ("least", 1 <= rule.least <= MOST_ADDRESSES, "give a number of addresses from 1 to 10,000"),
            ("level", LOWEST_LEVEL <= rule.level <= HIGHEST_LEVEL, "give a level from 1 to 5"),
            ("source", 0 < len(rule.source) <= LONGEST_WORDS, "say where the rule is from, in 1 to 120 characters"),
        )
        found += [FieldReason(f"/{name}-{at}", f"Rule {at + 1}: {how}") for name, right, how in checks if not right]
    return tuple(found)


def _are_classes(classes: tuple[str, ...]) -> bool:
    return bool(classes) and all(0 < len(each) <= LONGEST_CLASS for each in classes)


def code_for(words: str, taken: Iterable[str]) -> str:
    """Return a name for a new rule that no other has.

    Policy: docs/domain/4.4.md, premises with no record.
    """
    code = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:40] or "rule"
    codes, number = {*taken}, 2
    while (numbered := code if number == 2 else f"{code}-{number - 1}") in codes:
        number += 1
    return numbered
