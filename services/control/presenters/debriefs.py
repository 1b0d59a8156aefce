"""The facts of a record to choose from, by the block of the screen that they stand in."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from services.domain.fact_words import label_of

# The blocks of the one-screen record, in the order in which it is read.
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "Evacuation": ("evac_strategy",),
    "Critical facts": ("critical_facts",),
    "Access": (
        *("appliance_access", "access_width_m", "access_height_m", "access_weight_t", "rvp", "entry_point"),
        *("sib", "key_safe", "access_note"),
    ),
    "Water": ("water",),
    "Systems": ("systems",),
    "Hazards": ("hazards", "none_found"),
    "Isolations": ("isolations",),
    "People": ("max_day", "max_night", "sleeping", "dependency", "assembly_point"),
    "Tactics": ("tactics_note", "pda_suggestion", "sector_note", "salvage_priorities"),
}
OTHERS = "Building"
SHORT = 60


@dataclass(frozen=True)
class FactGroup:
    """The facts of one block: key and words of each."""

    block: str
    facts: tuple[tuple[str, str], ...]


def fact_groups(facts: Mapping[str, str]) -> tuple[FactGroup, ...]:
    """Return facts by their block, in the order of the screen; a long one is cut."""
    ordered = sorted(facts, key=lambda key: (_order(key), key))
    return tuple(
        FactGroup(block_of(keys[0]), tuple((key, _line(key, facts[key])) for key in keys))
        for keys in (list(found) for _, found in groupby(ordered, _order))
    )


def block_of(key: str) -> str:
    """Return the block of the screen that a fact stands in."""
    name = key.partition("/")[0]
    return next((block for block, fields in BLOCKS.items() if name in fields), OTHERS)


def _order(key: str) -> int:
    return [*BLOCKS, OTHERS].index(block_of(key))


def _line(key: str, words: str) -> str:
    short = words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"
    return f"{label_of(key)}: {short}" if short else label_of(key)
