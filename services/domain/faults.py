"""What counts as out of order, and how much there is of a hazard: measured in one way by everybody who asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.visit_parts import FixedSystem, Hazard, QuantityUnit
from schemas.vocabulary import HazardCode, SystemStatus
from services.domain.words import words_for

OUT_OF_ORDER = frozenset({SystemStatus.FAULT, SystemStatus.IMPAIRED})
FAULT_IS_REPORTED_AFTER = timedelta(hours=24)


def overdue_faults(systems: Iterable[FixedSystem], at: datetime) -> tuple[FixedSystem, ...]:
    """Return the systems that have been out of order for over 24 hours, or nobody knows how long.

    In a high-rise residential building each is reported to Protection, and is a temporary risk until it is repaired.

    Policy: Fire Safety (England) Regulations 2022, regulation 7; docs/domain/4.1.md (F).
    """
    return tuple(
        system
        for system in systems
        if system.status in OUT_OF_ORDER
        and (system.fault_since is None or at - system.fault_since > FAULT_IS_REPORTED_AFTER)
    )


def fault_words(system: FixedSystem) -> str:
    """Return which system is out of order, and where: "Dry riser FAULT, NW stair".

    Policy: docs/domain/4.2.md, BS4.
    """
    return ", ".join(part for part in (f"{words_for(system.kind)} {system.status.value}", system.location) if part)


def battery_capacity_mwh(hazard: Hazard) -> float | None:
    """Return the capacity of a battery store in MWh, or None if nobody has given it.

    Policy: docs/domain/4.1.md (G).
    """
    if hazard.bess is not None:
        return hazard.bess.capacity_mwh
    return hazard.qty if hazard.unit is QuantityUnit.MEGAWATT_HOUR else None


def amount_of(hazard: Hazard) -> tuple[float, str] | None:
    """Return how much there is of a hazard and in what unit, or None if nobody counted.

    Policy: docs/domain/4.1.md (G).
    """
    if hazard.code is HazardCode.BESS:
        capacity = battery_capacity_mwh(hazard)
        return None if capacity is None else (capacity, "MWh")
    if hazard.count is not None:
        return hazard.count, "count"
    return None if hazard.qty is None else (hazard.qty, hazard.unit or "count")
