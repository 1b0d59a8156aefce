"""When two accounts of one fact contradict each other, and which of them warns of more."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from schemas.visit_parts import FixedSystem, Hazard, Hydrant, Isolation, RendezvousPoint, SecureInformationBox
from schemas.vocabulary import Dependency, HazardCode, HydrantStatus, SystemStatus
from services.domain.fact_keys import NONE_FOUND, Facts, plain
from services.domain.faults import amount_of
from services.domain.safety_critical import (
    ACCESS_STEPS,
    CRITICAL_HAZARDS,
    FRAEW_STEPS,
    STATUS_STEPS,
    STRATEGY_STEPS,
    WALL_STEPS,
)

# Sentences of a crew's own: two of them are read one after the other, they are never called a contradiction.
IN_OWN_WORDS = frozenset(
    {"access_note", "critical_facts", "tactics_note", "pda_suggestion", "sector_note", "salvage_priorities"}
)
# A contradiction about one of these is named in the first lines, too, not only in its own place.
VITAL = ("appliance_access", "hazards", NONE_FOUND, "evac_strategy", "systems", "external_wall", "fraew_rating")
SEVERE = (*CRITICAL_HAZARDS, HazardCode.COMAH)
NOT_USABLE = (HydrantStatus.DEFECTIVE, HydrantStatus.NOT_FOUND)
NEAR_M = 100
DEPENDENCY_STEPS = {Dependency.SOME_ASSIST: 1, Dependency.DEPENDENT: 2, Dependency.SECURE: 3}
STEPS: Mapping[str, Mapping[Any, int]] = {
    "appliance_access": ACCESS_STEPS,
    "evac_strategy": STRATEGY_STEPS,
    "external_wall": WALL_STEPS,
    "fraew_rating": FRAEW_STEPS,
    "dependency": DEPENDENCY_STEPS,
}
# The fewer or the narrower, the worse; of every other number, the more.
LESS_IS_WORSE = frozenset({"staircases", "access_width_m", "access_height_m", "access_weight_t", "water/adequate"})


def claim(key: str, value: Any) -> Hashable | None:
    """Return what of a fact can be contradicted, or None where it says nothing that another could deny.

    A system that was not tested is not said to work or to fail; a crew's own sentences add to one another.

    Policy: docs/domain/4.4.md, field difference.
    """
    if key in IN_OWN_WORDS or value is None:
        return None
    if isinstance(value, tuple):
        claims = frozenset(one for one in (_claim_of(each) for each in value) if one is not None)
        return claims or None
    return _claim_of(value)


def gravity(key: str, value: Any) -> float:
    """Return how much a fact warns of, to be compared only with other accounts of the same fact.

    Policy: docs/domain/4.4.md: a danger is never provisional downwards, so the graver account is read first.
    """
    if value is None:
        return -1
    if isinstance(value, tuple):
        return max((_gravity_of(each) for each in value), default=0)
    if key in STEPS:
        return STEPS[key].get(value, 0)
    if isinstance(value, int | float):
        return -float(value) if key in LESS_IS_WORSE else float(value)
    return 0


def line_order(keys: tuple[str, ...]) -> tuple[int, int]:
    """Return where a fact stands among the first lines: the most grave first.

    Policy: docs/domain/4.4.md, two-speed publication: access, hazards, evacuation, systems, walls; hazards by kind.
    """
    name, _, rest = keys[0].partition("/")
    place = VITAL.index(name) if name in VITAL else len(VITAL)
    code = rest.partition("/")[0]
    return place, SEVERE.index(HazardCode(code)) if name == "hazards" and code in SEVERE else len(SEVERE)


def hazards_denied(accounts: Sequence[Facts]) -> bool:
    """Return whether one account tells of a hazard where another found none.

    Policy: docs/domain/4.4.md, field difference.
    """
    found_none = any(NONE_FOUND in each for each in accounts)
    return found_none and any(key.startswith("hazards/") for each in accounts for key in each)


def water_denied(accounts: Sequence[Facts]) -> bool:
    """Return whether one account tells of a usable hydrant within 100 m where another found none.

    Policy: docs/domain/4.4.md, field difference.
    """
    found_none = any("water/none_within_100m" in each for each in accounts)
    hydrants = (
        hydrant
        for each in accounts
        for key, value in each.items()
        if key.startswith("water/hydrants/")
        for hydrant in value
    )
    return found_none and any(each.distance_m <= NEAR_M and each.status not in NOT_USABLE for each in hydrants)


def _system_claim(system: FixedSystem) -> Hashable | None:
    return None if system.status is SystemStatus.NOT_TESTED else system.status


def _hydrant_claim(hydrant: Hydrant) -> Hashable | None:
    return None if hydrant.status is HydrantStatus.NOT_TESTED else hydrant.status


def _box_claim(box: SecureInformationBox) -> Hashable | None:
    return box.present, plain(box.location)


CLAIMS: Mapping[type, Callable[[Any], Hashable | None]] = {
    FixedSystem: _system_claim,
    Hazard: amount_of,
    Hydrant: _hydrant_claim,
    Isolation: lambda isolation: plain(isolation.location),
    RendezvousPoint: lambda rvp: plain(rvp.point),
    SecureInformationBox: _box_claim,
}


def _claim_of(value: Any) -> Hashable | None:
    known = CLAIMS.get(type(value))
    if known is not None:
        return known(value)
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return plain(value)
    return value if isinstance(value, Hashable) else None


def _gravity_of(value: Any) -> float:
    if isinstance(value, FixedSystem):
        return STATUS_STEPS.get(value.status, 0.5 if value.status is SystemStatus.NOT_TESTED else 0)
    if isinstance(value, Hydrant):
        return float(value.status in NOT_USABLE)
    if isinstance(value, Hazard):
        amount = amount_of(value)
        return 1 + (amount[0] if amount else 0)
    return 0
