"""What counts as out of order, and how much there is of a hazard: measured in one way by everybody who asks."""

from schemas.visit_parts import Hazard, QuantityUnit
from schemas.vocabulary import HazardCode, SystemStatus

OUT_OF_ORDER = frozenset({SystemStatus.FAULT, SystemStatus.IMPAIRED})


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
