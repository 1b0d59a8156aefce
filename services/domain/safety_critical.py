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
from schemas.words import words_for
from services.domain.faults import OUT_OF_ORDER, battery_capacity_mwh

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


class AdditionKind(StrEnum):
    """What sort of safety-critical fact it is, in the order control reads them."""

    ACCESS = "ACCESS"
    HAZARD = "HAZARD"
    EVACUATION = "EVACUATION"
    SYSTEM = "SYSTEM"
    EXTERNAL_WALL = "EXTERNAL_WALL"


@dataclass(frozen=True)
class Addition:
    """One safety-critical fact that the present record does not hold, in the words control will read."""

    kind: AdditionKind
    summary: str


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


def still_to_show(additions: Collection[Addition], shown: Collection[tuple[str, str]]) -> tuple[Addition, ...]:
    """Return the additions that control does not see yet, given kind and summary of those it does.

    A system said to be there adds nothing while the same one stands there as out of order: that it works again is a
    lowering, and waits for a person.

    Policy: docs/domain/4.5.md: one screen without scrolling, so nothing stands there twice; 4.4: a
    lowering is never provisional.
    """
    faults = [summary for kind, summary in shown if kind == AdditionKind.SYSTEM]
    return tuple(
        addition
        for addition in additions
        if (addition.kind, addition.summary) not in set(shown)
        and not (addition.kind is AdditionKind.SYSTEM and _stands_out_of_order(addition.summary, faults))
    )


def _stands_out_of_order(summary: str, faults: Collection[str]) -> bool:
    name, comma, place = summary.partition(",")
    broken = {f"{name} {words_for(status).upper()}{comma}{place}" for status in OUT_OF_ORDER}
    return any(fault in broken for fault in faults)


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
        yield Addition(AdditionKind.ACCESS, "Appliance access BLOCKED")
        return
    limits = (
        (reported.access_width_m, "m wide"),
        (reported.access_height_m, "m high"),
        (reported.access_weight_t, "t"),
    )
    words = [f"{limit:g} {unit}" for limit, unit in limits if limit is not None]
    yield Addition(AdditionKind.ACCESS, ", ".join(["Appliance access RESTRICTED", *words]))


def _hazards(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    for code in CRITICAL_HAZARDS:
        before = {_plain(hazard.location): _amount(hazard) for hazard in known.hazards if hazard.code is code}
        found = [hazard for hazard in reported.hazards if hazard.code is code]
        if code is HazardCode.VIOLENCE:
            if found and not before:
                yield Addition(AdditionKind.HAZARD, CAUTION)
            continue
        for hazard in found:
            place = _plain(hazard.location)
            if place not in before or _is_more(_amount(hazard), before[place]):
                yield Addition(AdditionKind.HAZARD, _placed(_measured(hazard), hazard.location))


def _evacuation(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    strategy = reported.evac_strategy
    if strategy not in STRATEGY_STEPS or strategy is known.evac_strategy:
        return
    if STRATEGY_STEPS[strategy] < _step(STRATEGY_STEPS, known.evac_strategy):
        return
    yield Addition(AdditionKind.EVACUATION, f"Evacuation: {words_for(strategy).upper()}")


def _systems(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    before = {(system.kind, _plain(system.location)): system.status for system in known.systems}
    for system in reported.systems:
        status = before.get((system.kind, _plain(system.location)))
        if _is_worse(system, status, reported, known):
            yield Addition(AdditionKind.SYSTEM, _placed(_system_words(system), system.location))


def _is_worse(system: FixedSystem, status: SystemStatus | None, reported: RiskFacts, known: RiskFacts) -> bool:
    if system.status in OUT_OF_ORDER:
        return _step(STATUS_STEPS, system.status) > _step(STATUS_STEPS, status)
    if system.status is SystemStatus.ABSENT:
        gone = system.kind in _kinds_there(known) and status is not SystemStatus.ABSENT
        return gone or (system.kind in RISERS and _lacks_a_riser(reported, known))
    return system.kind in RISERS and system.kind not in {other.kind for other in known.systems}


def _lacks_a_riser(reported: RiskFacts, known: RiskFacts) -> bool:
    tall = (reported.height_top_storey_m or 0) >= RISER_EXPECTED_FROM_M
    told = any(other.kind in RISERS for other in known.systems)
    return tall and not told and not _kinds_there(reported) & set(RISERS)


def _kinds_there(facts: RiskFacts) -> set[SystemKind]:
    return {system.kind for system in facts.systems if system.status is not SystemStatus.ABSENT}


def _wall(reported: RiskFacts, known: RiskFacts) -> Iterator[Addition]:
    wall, before = reported.external_wall, known.external_wall
    if wall in WALL_STEPS and wall is not before and WALL_STEPS[wall] >= _step(WALL_STEPS, before):
        yield Addition(AdditionKind.EXTERNAL_WALL, f"External wall: {words_for(wall)}")
    rating = reported.fraew_rating
    if rating in FRAEW_STEPS and FRAEW_STEPS[rating] > _step(FRAEW_STEPS, known.fraew_rating):
        yield Addition(AdditionKind.EXTERNAL_WALL, f"External wall appraisal: {words_for(rating).upper()}")


def _step(steps: Mapping[Code, int], code: Code | None) -> int:
    return steps.get(code, 0) if code is not None else 0


def _plain(place: str | None) -> str:
    return " ".join((place or "").casefold().split())


def _placed(words: str, place: str | None) -> str:
    return ", ".join(part for part in (words, " ".join((place or "").split())) if part)


def _system_words(system: FixedSystem) -> str:
    if system.status is SystemStatus.WORKING:
        return words_for(system.kind)
    return f"{words_for(system.kind)} {words_for(system.status).upper()}"


def _amount(hazard: Hazard) -> tuple[float, str] | None:
    if hazard.code is HazardCode.BESS:
        capacity = battery_capacity_mwh(hazard)
        return None if capacity is None else (capacity, "MWh")
    if hazard.count is not None:
        return (hazard.count, "count")
    return None if hazard.qty is None else (hazard.qty, hazard.unit or "count")


def _is_more(amount: tuple[float, str] | None, before: tuple[float, str] | None) -> bool:
    return amount is not None and before is not None and amount[1] == before[1] and amount[0] > before[0]


def _measured(hazard: Hazard) -> str:
    amount = _amount(hazard)
    if amount is None:
        return words_for(hazard.code)
    size = f"{amount[0]:g}" if amount[1] == "count" else f"{amount[0]:g} {amount[1]}"
    return f"{words_for(hazard.code)} ({size})"
