"""Which buildings the law on residents' evacuation plans is about, and what must be known to tell."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.risk_register import RiskFacts
from schemas.vocabulary import EvacuationStrategy, PremisesClass
from services.domain.high_rise import (
    CLASSES_OF_SEVERAL_DWELLINGS,
    HIGH_RISE_FROM_HEIGHT_M,
    HIGH_RISE_FROM_STOREYS,
    is_high_rise_residential,
)

IN_FORCE_FROM = date(2026, 4, 6)
ALL_LEAVE_ABOVE_M = 11.0
ALL_LEAVE = frozenset({EvacuationStrategy.SIMULTANEOUS, EvacuationStrategy.SIMULTANEOUS_INTERIM})
# Class M of AddressBase, and its parts: army, air force, navy, training, other.
_MILITARY = re.compile(r"M(?:[ABFGN](?:[A-Z0-9]{2,4})?)?")


class Applies(StrEnum):
    """Whether evacuation plans apply to a building."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Because(StrEnum):
    """Why evacuation plans apply to a building, or do not."""

    HEIGHT = "HEIGHT"
    STOREYS = "STOREYS"
    HIGH_RISE = "HIGH_RISE"
    ALL_LEAVE = "ALL_LEAVE"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    MILITARY = "MILITARY"
    NOT_DWELLINGS = "NOT_DWELLINGS"
    TOO_LOW = "TOO_LOW"
    NOT_ALL_LEAVE = "NOT_ALL_LEAVE"


class Missing(StrEnum):
    """What is not known of a building and must be, to tell whether evacuation plans apply."""

    PREMISES_CLASS = "premises_class"
    HEIGHT = "height_top_storey_m"
    STOREYS = "storeys_above"
    STRATEGY = "evac_strategy"


@dataclass(frozen=True)
class Building:
    """What of a building the law looks at; None is what nobody recorded. Storeys below ground do not count."""

    premises_class: PremisesClass | None = None
    height_top_storey_m: float | None = None
    storeys_above: int | None = None
    evac_strategy: EvacuationStrategy | None = None
    classification: str = ""


@dataclass(frozen=True)
class PlansScope:
    """Whether evacuation plans apply, and why; where nobody can tell, what is missing."""

    applies: Applies
    because: Because | None = None
    missing: tuple[Missing, ...] = ()


def building_of(facts: RiskFacts | None, classification: str) -> Building:
    """Return what the law looks at of the facts of a premises, and of its class in the gazetteer.

    Policy: SI 2025/797; docs/domain/1.2.md.
    """
    if facts is None:
        return Building(classification=classification)
    return Building(
        facts.premises_class, facts.height_top_storey_m, facts.storeys_above, facts.evac_strategy, classification
    )


def plans_scope(building: Building, today: date) -> PlansScope:
    """Return whether evacuation plans apply to a building in England on a day.

    They do from 6 April 2026 where there are two or more dwellings, not military, and the top storey is at 18 m or
    more, or there are 7 storeys or more, or the top storey is above 11 m and everybody leaves at once.

    Policy: SI 2025/797; docs/domain/1.2.md: 18.0 m is in, 11.0 m is out, 6 storeys alone are out.
    """
    if today < IN_FORCE_FROM:
        return PlansScope(Applies.NO, Because.NOT_IN_FORCE)
    if _MILITARY.fullmatch(building.classification.strip().upper()):
        return PlansScope(Applies.NO, Because.MILITARY)
    if building.premises_class is None:
        return PlansScope(Applies.UNKNOWN, missing=(Missing.PREMISES_CLASS,))
    if building.premises_class not in CLASSES_OF_SEVERAL_DWELLINGS:
        return PlansScope(Applies.NO, Because.NOT_DWELLINGS)
    because = _reason_to_apply(building)
    return PlansScope(Applies.YES, because) if because else _below(building)


def _reason_to_apply(building: Building) -> Because | None:
    height, storeys = building.height_top_storey_m, building.storeys_above
    if height is not None and height >= HIGH_RISE_FROM_HEIGHT_M:
        return Because.HEIGHT
    if storeys is not None and storeys >= HIGH_RISE_FROM_STOREYS:
        return Because.STOREYS
    if is_high_rise_residential(building.premises_class, height, storeys):
        return Because.HIGH_RISE
    if height is not None and height > ALL_LEAVE_ABOVE_M and building.evac_strategy in ALL_LEAVE:
        return Because.ALL_LEAVE
    return None


def _below(building: Building) -> PlansScope:
    """Return how it stands where nothing that is known makes the plans apply: not, or something must be known first.

    Seven storeys do not fit below 11 m, so nobody is asked for the storeys of so low a building.
    """
    height = building.height_top_storey_m
    if (height is not None and height <= ALL_LEAVE_ABOVE_M) or (
        height is None and building.premises_class is PremisesClass.FLATS_LOW
    ):
        return PlansScope(Applies.NO, Because.TOO_LOW)
    told = building.evac_strategy not in (None, EvacuationStrategy.UNKNOWN)
    missing = (
        (Missing.HEIGHT, height is None),
        (Missing.STOREYS, building.storeys_above is None),
        (Missing.STRATEGY, not told),
    )
    lacking = tuple(name for name, is_missing in missing if is_missing)
    return PlansScope(Applies.UNKNOWN, missing=lacking) if lacking else PlansScope(Applies.NO, Because.NOT_ALL_LEAVE)


def scope_words(scope: PlansScope, building: Building) -> str:
    """Return in words, to follow "Evacuation plans: ", whether they apply and why; empty where they do not.

    Policy: docs/domain/4.5.md: what nobody knows is said to be unknown.
    """
    if scope.missing:
        *first, last = (_MISSING_WORDS[each] for each in scope.missing)
        listed = f"{', '.join(first)} and {last} are" if first else f"{last} is"
        return f"UNKNOWN whether they apply: its {listed} not recorded"
    height = f"{building.height_top_storey_m:g} m" if building.height_top_storey_m is not None else ""
    reasons = {
        Because.HEIGHT: f"the top storey is at {height}, 18 m or more",
        Because.STOREYS: f"it has {building.storeys_above} storeys, 7 or more",
        Because.HIGH_RISE: "it is classed as high-rise flats",
        Because.ALL_LEAVE: f"the top storey is at {height}, above 11 m, and everybody leaves at once",
    }
    return f"apply because {reasons[scope.because]}" if scope.because in reasons else ""


def scope_in_short(scope: PlansScope, building: Building) -> str:
    """Return in a few words, where there is room for no more, that evacuation plans apply or that nobody can tell.

    Policy: docs/domain/4.5.md: one screen, no scroll.
    """
    if scope.applies is not Applies.YES:
        return "evacuation plans: UNKNOWN" if scope.missing else ""
    height = f"{building.height_top_storey_m:g} m" if building.height_top_storey_m is not None else ""
    reasons = {
        Because.HEIGHT: height,
        Because.STOREYS: f"{building.storeys_above} storeys",
        Because.HIGH_RISE: "high-rise",
        Because.ALL_LEAVE: f"{height}, all leave",
    }
    return f"evacuation plans apply: {reasons[scope.because]}" if scope.because in reasons else ""


_MISSING_WORDS = {
    Missing.PREMISES_CLASS: "class",
    Missing.HEIGHT: "height",
    Missing.STOREYS: "storeys above ground",
    Missing.STRATEGY: "evacuation strategy",
}
