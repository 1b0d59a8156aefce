"""Which facts about a premises set a lowest risk level by themselves, and which faults raise it while they last."""

from collections.abc import Iterable

from schemas.protection import FireSafety
from schemas.risk_register import RiskFacts
from schemas.visit_parts import FixedSystem, Hazard
from schemas.vocabulary import (
    ComahTier,
    Dependency,
    EvacuationStrategy,
    ExternalWall,
    FraewRating,
    HazardCode,
    RiskFlag,
)
from services.domain.faults import OUT_OF_ORDER, battery_capacity_mwh
from services.domain.fire_safety import is_prohibited
from services.domain.high_rise import is_high_rise_residential
from services.domain.ris1.policy import DEFAULT_POLICY, Ris1Policy

DEPENDENT = frozenset({Dependency.DEPENDENT, Dependency.SECURE})


def flags_of(
    facts: RiskFacts, fire_safety: FireSafety | None = None, policy: Ris1Policy = DEFAULT_POLICY
) -> tuple[RiskFlag, ...]:
    """Return the flags that follow from the facts and from what Protection says, in the order of the vocabulary.

    What is not known is never taken as small: a battery store of unknown size counts as large, a COMAH site of unknown
    tier as lower tier, dependent sleepers of unknown number as ten.

    Policy: docs/domain/4.3.md, step 5.
    """
    high_rise = is_high_rise_residential(facts.premises_class, facts.height_top_storey_m, facts.storeys_above)
    tiers = {hazard.comah_tier for hazard in facts.hazards if hazard.code is HazardCode.COMAH}
    holds = {
        RiskFlag.COMAH_UPPER: ComahTier.UPPER in tiers,
        RiskFlag.COMAH_LOWER: bool(tiers) and ComahTier.UPPER not in tiers,
        RiskFlag.HRRB: high_rise,
        RiskFlag.HRRB_UNSAFE_WALL: high_rise and has_unsafe_wall(facts),
        RiskFlag.HRRB_SIMULTANEOUS_INTERIM: high_rise
        and facts.evac_strategy is EvacuationStrategy.SIMULTANEOUS_INTERIM,
        RiskFlag.BESS: has_large_battery_store(facts.hazards, policy),
        RiskFlag.PROHIBITION_NOTICE: fire_safety is not None and is_prohibited(fire_safety),
        RiskFlag.SLEEPING_DEPENDENT: has_dependent_sleepers(facts, policy),
    }
    return tuple(flag for flag in RiskFlag if holds.get(flag))


def has_unsafe_wall(facts: RiskFacts) -> bool:
    """Return whether the outside wall is unsafe by what is recorded of it.

    Policy: docs/domain/4.3.md, step 5: ACM, or an appraisal that says high.
    """
    return facts.external_wall is ExternalWall.ACM or facts.fraew_rating is FraewRating.HIGH


def has_large_battery_store(hazards: Iterable[Hazard], policy: Ris1Policy = DEFAULT_POLICY) -> bool:
    """Return whether the battery energy storage on the site comes to 1 MWh or more, all stores together.

    Policy: docs/domain/4.3.md, step 5.
    """
    capacities = [battery_capacity_mwh(hazard) for hazard in hazards if hazard.code is HazardCode.BESS]
    known = [capacity for capacity in capacities if capacity is not None]
    return len(known) < len(capacities) or sum(known) >= policy.battery_store_from_mwh


def has_dependent_sleepers(facts: RiskFacts, policy: Ris1Policy = DEFAULT_POLICY) -> bool:
    """Return whether ten or more people sleep there who cannot get out without help, or are locked in.

    Policy: docs/domain/4.3.md, step 5.
    """
    if facts.dependency not in DEPENDENT:
        return False
    if facts.max_night is None:
        return facts.sleeping is True
    return facts.max_night >= policy.dependent_sleepers_from


def open_key_defects(systems: Iterable[FixedSystem], policy: Ris1Policy = DEFAULT_POLICY) -> int:
    """Return how many risers, sprinklers, fire-fighting lifts, smoke controls and alert systems are out of order.

    Policy: docs/domain/4.3.md, step 6.
    """
    return sum(system.kind in policy.key_systems and system.status in OUT_OF_ORDER for system in systems)
