"""What counts as out of order, and how large a battery store is: measured in one way by everybody who asks."""

from schemas.visit_parts import Hazard, QuantityUnit
from schemas.vocabulary import SystemStatus

OUT_OF_ORDER = frozenset({SystemStatus.FAULT, SystemStatus.IMPAIRED})


def battery_capacity_mwh(hazard: Hazard) -> float | None:
    """Return the capacity of a battery store in MWh, or None if nobody has given it.

    Policy: docs/domain/4.1.md (G).
    """
    if hazard.bess is not None:
        return hazard.bess.capacity_mwh
    return hazard.qty if hazard.unit is QuantityUnit.MEGAWATT_HOUR else None
