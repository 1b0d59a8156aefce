"""The numbers of the risk score, kept as data so that a service may change them without touching the sums."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.vocabulary import HarmCategory, PremisesClass, RiskFlag, SystemKind

METHOD = "RIS-1"
LOWEST_LEVEL = 1
HIGHEST_LEVEL = 5

# The likelihood of a fire that a class of premises begins with, 1 to 5.
CLASSES_BY_LIKELIHOOD = {
    1: (PremisesClass.OFFICE, PremisesClass.UTILITY),
    2: (PremisesClass.DWELLING_HOUSE, PremisesClass.FLATS_LOW, PremisesClass.FLATS_MID, PremisesClass.SCHOOL,
        PremisesClass.UNIVERSITY, PremisesClass.SHOP, PremisesClass.SHOPPING_CENTRE, PremisesClass.ASSEMBLY_STADIUM,
        PremisesClass.WORSHIP, PremisesClass.MUSEUM_HERITAGE, PremisesClass.WAREHOUSE, PremisesClass.FUEL_STATION,
        PremisesClass.CHEMICAL_COMAH, PremisesClass.ENERGY_BESS, PremisesClass.TRANSPORT_HUB, PremisesClass.TUNNEL,
        PremisesClass.MARINE_PORT, PremisesClass.EVENT_SITE, PremisesClass.OTHER),
    3: (PremisesClass.FLATS_HIGH, PremisesClass.HMO, PremisesClass.SHELTERED_EXTRA_CARE, PremisesClass.CARE_HOME,
        PremisesClass.HOSPITAL, PremisesClass.PRISON_SECURE, PremisesClass.HOTEL_HOSTEL, PremisesClass.STUDENT,
        PremisesClass.PUB_CLUB, PremisesClass.FACTORY, PremisesClass.FARM, PremisesClass.CONSTRUCTION_SITE,
        PremisesClass.OPEN_LAND_WILDFIRE),
    4: (PremisesClass.WASTE_RECYCLING, PremisesClass.DERELICT),
}  # fmt: skip
BASE_LIKELIHOOD: Mapping[PremisesClass, int] = MappingProxyType(
    {premises_class: likelihood for likelihood, classes in CLASSES_BY_LIKELIHOOD.items() for premises_class in classes}
)
FLAG_FLOORS: Mapping[RiskFlag, int] = MappingProxyType(
    {
        RiskFlag.COMAH_UPPER: 5, RiskFlag.COMAH_LOWER: 4, RiskFlag.HRRB: 4, RiskFlag.HRRB_UNSAFE_WALL: 5,
        RiskFlag.HRRB_SIMULTANEOUS_INTERIM: 5, RiskFlag.BESS: 4, RiskFlag.PROHIBITION_NOTICE: 3,
        RiskFlag.SLEEPING_DEPENDENT: 3,
    }
)  # fmt: skip
RANK_WEIGHTS: Mapping[HarmCategory, int] = MappingProxyType(
    {
        HarmCategory.FF: 35, HarmCategory.PUB: 35, HarmCategory.ENV: 10, HarmCategory.COM: 8, HarmCategory.HER: 6,
        HarmCategory.ECO: 6,
    }
)  # fmt: skip
# A fault on one of these while it lasts makes the same fire worse for everybody inside.
KEY_SYSTEMS = frozenset(
    {
        SystemKind.DRY_RISER, SystemKind.WET_RISER, SystemKind.SPRINKLER, SystemKind.FF_LIFT, SystemKind.SMOKE_CONTROL,
        SystemKind.EAS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Ris1Policy:
    """Every number of RIS-1: PORIS-structured, with this service's own anchors and bands.

    `band_starts` are the lowest category scores (likelihood × severity) of bands 1 to 5.
    """

    base_likelihood: Mapping[PremisesClass, int] = field(default_factory=lambda: BASE_LIKELIHOOD)
    assessor_may_change_likelihood_by: int = 1
    band_starts: tuple[int, int, int, int, int] = (1, 4, 8, 12, 20)
    extreme_severity: int = 5
    extreme_severity_band: int = 3
    firefighter_severity: int = 4
    firefighter_severity_band: int = 3
    nonlife_discount: bool = True
    flag_floors: Mapping[RiskFlag, int] = field(default_factory=lambda: FLAG_FLOORS)
    rank_weights: Mapping[HarmCategory, int] = field(default_factory=lambda: RANK_WEIGHTS)
    key_systems: frozenset[SystemKind] = KEY_SYSTEMS
    override_may_lower_by: int = 1
    battery_store_from_mwh: float = 1.0
    dependent_sleepers_from: int = 10


DEFAULT_POLICY = Ris1Policy()
