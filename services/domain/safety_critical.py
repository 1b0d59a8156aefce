"""What a crew reports that control must see within a minute, before anybody has reviewed it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from schemas.risk_register import RiskFacts
from schemas.visit_parts import FixedSystem, Hazard
from schemas.vocabulary import (
    ApplianceAccess,
    EvacuationStrategy,
    ExternalWall,
    FraewRating,
    HazardCode,
    SystemKind,
    SystemStatus,
)
from services.domain.fact_keys import hazard_key, plain, system_key
from services.domain.faults import OUT_OF_ORDER, amount_of
from services.domain.high_rise import is_high_rise_residential
from services.domain.words import words_for

Code = TypeVar("Code", bound=StrEnum)

UNVERIFIED_FOR = timedelta(hours=72)
CAUTION = "Caution on approach"
RISER_EXPECTED_FROM_M = 18.0

# How much a strategy asks of a building that may fail: a step up may be shown unverified, a step down never.
STRATEGY_STEPS = {
    EvacuationStrategy.STAY_PUT: 0,
    EvacuationStrategy.DEFEND_IN_PLACE: 0,
    EvacuationStrategy.PROGRESSIVE_HORIZONTAL: 1,
    EvacuationStrategy.PHASED: 1,
    EvacuationStrategy.SIMULTANEOUS: 2,
    EvacuationStrategy.SIMULTANEOUS_INTERIM: 3,
}
WALL_STEPS = {
    ExternalWall.TIMBER: 1,
    ExternalWall.EPS_RENDER: 1,
    ExternalWall.HPL: 1,
    ExternalWall.OTHER_COMBUSTIBLE: 1,
    ExternalWall.ACM: 2,
}
FRAEW_STEPS = {FraewRating.MED: 1, FraewRating.HIGH: 2}
ACCESS_STEPS = {ApplianceAccess.RESTRICTED: 1, ApplianceAccess.NONE: 2}
STATUS_STEPS = {SystemStatus.IMPAIRED: 1, SystemStatus.FAULT: 2, SystemStatus.ABSENT: 3}
CRITICAL_HAZARDS = (
    HazardCode.UNSTABLE_STRUCT,
    HazardCode.EXPLOSIVE,
    HazardCode.CYL_ACETYLENE,
    HazardCode.BESS,
    HazardCode.VIOLENCE,
)
RISERS = (SystemKind.DRY_RISER, SystemKind.WET_RISER)
# The states of a system that are news and no danger.
STATED_QUIETLY = frozenset({SystemStatus.WORKING, SystemStatus.NOT_TESTED})


class AdditionKind(StrEnum):
    """What sort of safety-critical fact it is, in the order control reads them."""

    ACCESS = "ACCESS"
    HAZARD = "HAZARD"
    EVACUATION = "EVACUATION"
    SYSTEM = "SYSTEM"
    EXTERNAL_WALL = "EXTERNAL_WALL"


@dataclass(frozen=True)
class Addition:
    """One safety-critical fact that the present record does not hold, in the words control will read.

    `fact` is the key of what it is about (services/domain/fact_keys.py); None only for what was kept without one.
    """

    kind: AdditionKind
    summary: str
    fact: str | None = None


def safety_critical_additions(reported: RiskFacts, present: RiskFacts | None) -> tuple[Addition, ...]:
    """Return what a report adds to the present record that must be shown at once as unverified.

    A lowering is never among them, nor is what a report leaves out; violence appears as a caution and nothing more.

    Policy: docs/domain/4.4.md, two-speed publication.
    """
    known = present or RiskFacts()
    found = (
        *_access(reported, known),
        *_hazards(reported, known),
        *_evacuation(reported, known),
        *_systems(reported, known),
        *_wall(reported, known),
    )
    return tuple(dict.fromkeys(found))


def still_to_show(additions: Collection[Addition], shown: Collection[Addition]) -> tuple[Addition, ...]:
    """Return the additions that control does not see yet, given those it does.

    A system said to be there adds nothing while the same one stands there as out of order: that it works again is a
    lowering, and waits for a person.

    Policy: docs/domain/4.5.md: one screen without scrolling, so nothing stands there twice; 4.4: a
    lowering is never provisional.
    """
    seen = {(addition.kind, addition.summary) for addition in shown}
    broken = {_system_named(one.summary)[0] for one in shown if _stands_out_of_order(one)}
    return tuple(
        addition
        for addition in additions
        if (addition.kind, addition.summary) not in seen
        and not (_works(addition) and _system_named(addition.summary)[0] in broken)
    )


def _stands_out_of_order(addition: Addition) -> bool:
    return addition.kind is AdditionKind.SYSTEM and _system_named(addition.summary)[1] in OUT_OF_ORDER


def _works(addition: Addition) -> bool:
    return addition.kind is AdditionKind.SYSTEM and _system_named(addition.summary)[1] in STATED_QUIETLY


def _system_named(summary: str) -> tuple[str, SystemStatus]:
    """Return which system at which place a summary is about, and the state it says; none said means that it works."""
    name, comma, place = summary.partition(",")
    for status in SystemStatus:
        said = f" {_status_words(status)}"
        if name.endswith(said):
            return name.removesuffix(said) + comma + place, status
    return summary, SystemStatus.WORKING


def unverified_until(reported_at: datetime) -> datetime:
    """Return when an unverified addition expires to review: after 72 hours.

    Policy: docs/domain/4.4.md.
    """
    return reported_at + UNVERIFIED_FOR


def _access(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    access = reported.appliance_access
    if access is None or _step(ACCESS_STEPS, access) <= _step(ACCESS_STEPS, known.appliance_access):
        return
    if access is ApplianceAccess.NONE:
        yield Addition(AdditionKind.ACCESS, "Appliance access BLOCKED", "appliance_access")
        return
    limits = (
        (reported.access_width_m, "m wide"),
        (reported.access_height_m, "m high"),
        (reported.access_weight_t, "t"),
    )
    words = [f"{limit:g} {unit}" for limit, unit in limits if limit is not None]
    yield Addition(AdditionKind.ACCESS, ", ".join(["Appliance access RESTRICTED", *words]), "appliance_access")


def _hazards(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    for code in CRITICAL_HAZARDS:
        before = {plain(hazard.location): amount_of(hazard) for hazard in known.hazards if hazard.code is code}
        found = [hazard for hazard in reported.hazards if hazard.code is code]
        if code is HazardCode.VIOLENCE:
            if found and not before:
                yield Addition(AdditionKind.HAZARD, CAUTION, hazard_key(code, None))
            continue
        for hazard in found:
            place = plain(hazard.location)
            if place not in before or _is_more(amount_of(hazard), before[place]):
                words = _placed(_measured(hazard), hazard.location)
                yield Addition(AdditionKind.HAZARD, words, hazard_key(code, hazard.location))


def _evacuation(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    strategy = reported.evac_strategy
    if strategy not in STRATEGY_STEPS or strategy is known.evac_strategy:
        return
    if known.evac_strategy not in STRATEGY_STEPS and not first_strategy_is_critical(strategy, reported, known):
        return
    if STRATEGY_STEPS[strategy] < _step(STRATEGY_STEPS, known.evac_strategy):
        return
    yield Addition(AdditionKind.EVACUATION, f"Evacuation: {words_for(strategy).upper()}", "evac_strategy")


def first_strategy_is_critical(strategy: EvacuationStrategy, reported: RiskFacts, known: RiskFacts) -> bool:
    """Return whether a strategy that nobody had told before must be shown at once: interim, or in a high-rise.

    The ordinary strategy of an ordinary building is no danger: it is read in the crew's report until it is reviewed.

    Policy: docs/domain/4.4.md: a change of strategy is safety-critical, a first-heard one where lives hang on it.
    """
    if strategy is EvacuationStrategy.SIMULTANEOUS_INTERIM:
        return True
    return is_high_rise_by(reported, known)


def is_high_rise_by(reported: RiskFacts, known: RiskFacts) -> bool:
    """Return whether a building is high-rise residential by what is reported and what is known of it together.

    Policy: docs/domain/1.2.md: the greater height counts.
    """
    return is_high_rise_residential(
        reported.premises_class or known.premises_class,
        max(reported.height_top_storey_m or 0, known.height_top_storey_m or 0),
        max(reported.storeys_above or 0, known.storeys_above or 0),
    )


def _systems(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    before = {system_key(system.kind, system.location): system.status for system in known.systems}
    for system in reported.systems:
        key = system_key(system.kind, system.location)
        if _is_worse(system, before.get(key), reported, known):
            words = f"{words_for(system.kind)} {_status_words(system.status)}"
            yield Addition(AdditionKind.SYSTEM, _placed(words, system.location), key)


def _is_worse(system: FixedSystem, status: SystemStatus | None, reported: RiskFacts, known: RiskFacts) -> bool:
    if system.status in OUT_OF_ORDER:
        return _step(STATUS_STEPS, system.status) > _step(STATUS_STEPS, status)
    if system.status is SystemStatus.ABSENT:
        gone = system.kind in _kinds_there(known) and status is not SystemStatus.ABSENT
        return gone or (system.kind in RISERS and _lacks_a_riser(reported, known))
    return system.kind in RISERS and system.kind not in {other.kind for other in known.systems}


def _lacks_a_riser(reported: RiskFacts, known: RiskFacts) -> bool:
    tall = (reported.height_top_storey_m or 0) >= RISER_EXPECTED_FROM_M
    is_known = any(other.kind in RISERS for other in known.systems)
    return tall and not is_known and not _kinds_there(reported) & set(RISERS)


def _kinds_there(facts: RiskFacts) -> set[SystemKind]:
    return {system.kind for system in facts.systems if system.status is not SystemStatus.ABSENT}


def _wall(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    wall, before = reported.external_wall, known.external_wall
    if wall in WALL_STEPS and wall is not before and WALL_STEPS[wall] >= _step(WALL_STEPS, before):
        yield Addition(AdditionKind.EXTERNAL_WALL, f"External wall: {words_for(wall)}", "external_wall")
    rating = reported.fraew_rating
    if rating in FRAEW_STEPS and FRAEW_STEPS[rating] > _step(FRAEW_STEPS, known.fraew_rating):
        words = f"External wall appraisal: {words_for(rating).upper()}"
        yield Addition(AdditionKind.EXTERNAL_WALL, words, "fraew_rating")


def _step(steps: Mapping[Code, int], code: Code | None) -> int:
    return steps.get(code, 0) if code is not None else 0


def _placed(words: str, place: str | None) -> str:
    return ", ".join(part for part in (words, " ".join((place or "").split())) if part)


def _status_words(status: SystemStatus) -> str:
    """Return a state in words, loud where it is a danger."""
    words = words_for(status)
    return words.lower() if status in STATED_QUIETLY else words.upper()


def _is_more(amount: tuple[float, str] | None, before: tuple[float, str] | None) -> bool:
    return amount is not None and before is not None and amount[1] == before[1] and amount[0] > before[0]


def _measured(hazard: Hazard) -> str:
    amount = amount_of(hazard)
    if amount is None:
        return words_for(hazard.code)
    size = f"{amount[0]:,.10g}" if amount[1] == "count" else f"{amount[0]:,.10g} {amount[1]}"
    return f"{words_for(hazard.code)} ({size})"
