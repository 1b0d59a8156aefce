"""The numbers of the risk score, kept as data so that a service may change them without touching the sums."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.vocabulary import HarmCategory, PremisesClass, RiskFlag, SystemKind

METHOD = "RIS-1"
LOWEST_LEVEL = 1
HIGHEST_LEVEL = 5

BASE_LIKELIHOOD: Mapping[PremisesClass, int] = MappingProxyType(
    {
        PremisesClass.DWELLING_HOUSE: 2,
        PremisesClass.FLATS_LOW: 2,
        PremisesClass.FLATS_MID: 2,
        PremisesClass.FLATS_HIGH: 3,
        PremisesClass.HMO: 3,
        PremisesClass.SHELTERED_EXTRA_CARE: 3,
        PremisesClass.CARE_HOME: 3,
        PremisesClass.HOSPITAL: 3,
        PremisesClass.PRISON_SECURE: 3,
        PremisesClass.HOTEL_HOSTEL: 3,
        PremisesClass.STUDENT: 3,
        PremisesClass.SCHOOL: 2,
        PremisesClass.UNIVERSITY: 2,
        PremisesClass.SHOP: 2,
        PremisesClass.SHOPPING_CENTRE: 2,
        PremisesClass.OFFICE: 1,
        PremisesClass.PUB_CLUB: 3,
        PremisesClass.ASSEMBLY_STADIUM: 2,
        PremisesClass.WORSHIP: 2,
        PremisesClass.MUSEUM_HERITAGE: 2,
        PremisesClass.FACTORY: 3,
        PremisesClass.WAREHOUSE: 2,
        PremisesClass.WASTE_RECYCLING: 4,
        PremisesClass.FARM: 3,
        PremisesClass.FUEL_STATION: 2,
        PremisesClass.CHEMICAL_COMAH: 2,
        PremisesClass.ENERGY_BESS: 2,
        PremisesClass.UTILITY: 1,
        PremisesClass.TRANSPORT_HUB: 2,
        PremisesClass.TUNNEL: 2,
        PremisesClass.MARINE_PORT: 2,
        PremisesClass.CONSTRUCTION_SITE: 3,
        PremisesClass.DERELICT: 4,
        PremisesClass.EVENT_SITE: 2,
        PremisesClass.OPEN_LAND_WILDFIRE: 3,
        PremisesClass.OTHER: 2,
    }
)

FLAG_FLOORS: Mapping[RiskFlag, int] = MappingProxyType(
    {
        RiskFlag.COMAH_UPPER: 5,
        RiskFlag.COMAH_LOWER: 4,
        RiskFlag.HRRB: 4,
        RiskFlag.HRRB_UNSAFE_WALL: 5,
        RiskFlag.HRRB_SIMULTANEOUS_INTERIM: 5,
        RiskFlag.BESS: 4,
        RiskFlag.PROHIBITION_NOTICE: 3,
        RiskFlag.SLEEPING_DEPENDENT: 3,
    }
)

RANK_WEIGHTS: Mapping[HarmCategory, int] = MappingProxyType(
    {
        HarmCategory.FF: 35,
        HarmCategory.PUB: 35,
        HarmCategory.ENV: 10,
        HarmCategory.COM: 8,
        HarmCategory.HER: 6,
        HarmCategory.ECO: 6,
    }
)

# A fault on one of these while it lasts makes the same fire worse for everybody inside.
KEY_SYSTEMS = frozenset(
    {
        SystemKind.DRY_RISER,
        SystemKind.WET_RISER,
        SystemKind.SPRINKLER,
        SystemKind.FF_LIFT,
        SystemKind.SMOKE_CONTROL,
        SystemKind.EAS,
    }
)


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
