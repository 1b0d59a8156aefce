"""The floors of a building as callers and crews name them, in the order in which they lie."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.vocabulary import AtRiskField
from services.control.rules.persons_at_risk import Caller

NAMED = {"G": 0.0, "GF": 0.0, "GROUND": 0.0, "LG": -0.5, "M": 0.5, "MEZZANINE": 0.5, "B": -1.0, "BASEMENT": -1.0}
NAMED |= {"ROOF": 1000.0}
SHORT = {0.0: "G", -0.5: "LG", 0.5: "M", 1000.0: "Roof"}
WORDS = re.compile(r"\b(FLOOR|FLR|LEVEL)\b|(?<=[0-9])(ST|ND|RD|TH)\b")


@dataclass(frozen=True)
class Floor:
    """One floor with who rang from it, by flat; `name` is empty where nobody knows the floor."""

    name: str
    callers: tuple[Caller, ...]


def height_of(written: str) -> float | None:
    """Return how high a floor lies, counted in floors from the ground; None if it reads as no floor.

    Policy: docs/domain/4.5.md, persons at risk: 9, 9th, G, LG, M, B1, roof.
    """
    name = " ".join(WORDS.sub("", written.upper()).split())
    if name in NAMED:
        return NAMED[name]
    if below := re.fullmatch(r"(?:B|BASEMENT) ?([0-9]{1,2})", name):
        return -float(below[1])
    return float(name) if re.fullmatch(r"-?[0-9]{1,3}", name) else None


def stack(callers: Iterable[Caller]) -> tuple[Floor, ...]:
    """Return a building's floors from the top with their callers by flat; one whose floor is in doubt is on each.

    Policy: docs/domain/4.5.md, persons at risk: who is set aside is not in the stack; an unknown floor comes last.
    """
    floors: dict[tuple[int, float, str], list[Caller]] = {}
    for caller in callers:
        names = () if caller.is_set_aside else caller.values(AtRiskField.FLOOR) or ("",)
        for key in {_key(name) for name in names}:
            floors.setdefault(key, []).append(caller)
    return tuple(Floor(key[2], tuple(sorted(floors[key], key=_flat))) for key in sorted(floors))


def _key(written: str) -> tuple[int, float, str]:
    height = height_of(written)
    if height is None:
        return (2 if not written else 1, 0.0, written.upper())
    return (0, -height, SHORT.get(height) or (f"{height:g}" if height > 0 else f"B{-height:g}"))


def _flat(caller: Caller) -> tuple[Sequence[object], str]:
    parts = re.findall(r"[0-9]+|[^0-9]+", " ".join(caller.values(AtRiskField.FLAT)).upper())
    return [(0, int(each), "") if each.isdecimal() else (1, 0, each) for each in parts], caller.caller_id
