"""What the law calls a high-rise residential building, said once for every service that must know."""

from schemas.vocabulary import PremisesClass

HIGH_RISE_FROM_HEIGHT_M = 18.0
HIGH_RISE_FROM_STOREYS = 7

# Classes that hold two or more dwellings under one roof.
CLASSES_OF_SEVERAL_DWELLINGS = frozenset(
    {
        PremisesClass.FLATS_LOW,
        PremisesClass.FLATS_MID,
        PremisesClass.FLATS_HIGH,
        PremisesClass.SHELTERED_EXTRA_CARE,
        PremisesClass.STUDENT,
    }
)


def is_high_rise_residential(
    premises_class: PremisesClass | None, height_top_storey_m: float | None, storeys_above: int | None
) -> bool:
    """Return whether a building is high-rise residential: 18 m or 7 storeys and over, with two or more dwellings.

    Exactly 18 m is in, and so are exactly 7 storeys; storeys below ground do not count. A building that the crew
    classed as high-rise flats is one, whatever else is missing.

    Policy: Fire Safety (England) Regulations 2022; docs/domain/1.2.md and docs/domain/4.1.md.
    """
    if premises_class is PremisesClass.FLATS_HIGH:
        return True
    if premises_class not in CLASSES_OF_SEVERAL_DWELLINGS:
        return False
    return (height_top_storey_m or 0) >= HIGH_RISE_FROM_HEIGHT_M or (storeys_above or 0) >= HIGH_RISE_FROM_STOREYS
