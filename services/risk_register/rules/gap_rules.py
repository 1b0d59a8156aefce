"""Which premises ought to have a risk record: a table of rules that the risk team may change, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


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
