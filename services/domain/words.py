"""What a screen says for each code, in the words a crew would use."""

from collections.abc import Mapping
from enum import StrEnum

from schemas.vocabulary import (
    ApplianceAccess,
    Assistance,
    ConsentState,
    Construction,
    ContactRole,
    Dependency,
    EvacuationStrategy,
    ExternalWall,
    FraewRating,
    HarmCategory,
    HazardCode,
    IsolationKind,
    NoticeKind,
    OccupancyStatus,
    PremisesClass,
    RiskFlag,
    Role,
    Stream,
    SystemKind,
    VisitKind,
)

LEVEL_WORDS: Mapping[int, str] = {1: "Very low", 2: "Low", 3: "Medium", 4: "High", 5: "Very high"}

PREMISES_CLASS_WORDS: Mapping[str, str] = {
    PremisesClass.DWELLING_HOUSE: "House or bungalow",
    PremisesClass.FLATS_LOW: "Flats under 11 m",
    PremisesClass.FLATS_MID: "Flats 11 to 18 m",
    PremisesClass.FLATS_HIGH: "High-rise flats, 18 m or 7 storeys and over",
    PremisesClass.HMO: "House in multiple occupation",
    PremisesClass.SHELTERED_EXTRA_CARE: "Sheltered or extra-care housing",
    PremisesClass.CARE_HOME: "Care home",
    PremisesClass.HOSPITAL: "Hospital",
    PremisesClass.PRISON_SECURE: "Prison or secure unit",
    PremisesClass.HOTEL_HOSTEL: "Hotel or hostel",
    PremisesClass.STUDENT: "Student accommodation",
    PremisesClass.SCHOOL: "School",
    PremisesClass.UNIVERSITY: "University or college",
    PremisesClass.SHOP: "Shop",
    PremisesClass.SHOPPING_CENTRE: "Shopping centre",
    PremisesClass.OFFICE: "Office",
    PremisesClass.PUB_CLUB: "Pub or club",
    PremisesClass.ASSEMBLY_STADIUM: "Place of assembly or stadium",
    PremisesClass.WORSHIP: "Place of worship",
    PremisesClass.MUSEUM_HERITAGE: "Museum or heritage building",
    PremisesClass.FACTORY: "Factory",
    PremisesClass.WAREHOUSE: "Warehouse",
    PremisesClass.WASTE_RECYCLING: "Waste or recycling site",
    PremisesClass.FARM: "Farm",
    PremisesClass.FUEL_STATION: "Fuel station",
    PremisesClass.CHEMICAL_COMAH: "Chemical or COMAH site",
    PremisesClass.ENERGY_BESS: "Battery energy storage site",
    PremisesClass.UTILITY: "Utility site",
    PremisesClass.TRANSPORT_HUB: "Station or transport hub",
    PremisesClass.TUNNEL: "Tunnel",
    PremisesClass.MARINE_PORT: "Port or harbour",
    PremisesClass.CONSTRUCTION_SITE: "Construction site",
    PremisesClass.DERELICT: "Derelict building",
    PremisesClass.EVENT_SITE: "Event site",
    PremisesClass.OPEN_LAND_WILDFIRE: "Open land with wildfire risk",
    PremisesClass.OTHER: "Other premises",
}

EVACUATION_STRATEGY_WORDS: Mapping[str, str] = {
    EvacuationStrategy.STAY_PUT: "Stay put",
    EvacuationStrategy.SIMULTANEOUS: "Simultaneous",
    EvacuationStrategy.PHASED: "Phased",
    EvacuationStrategy.PROGRESSIVE_HORIZONTAL: "Progressive horizontal",
    EvacuationStrategy.DEFEND_IN_PLACE: "Defend in place",
    EvacuationStrategy.SIMULTANEOUS_INTERIM: "Simultaneous – interim",
    EvacuationStrategy.UNKNOWN: "UNKNOWN",
}

SYSTEM_KIND_WORDS: Mapping[str, str] = {
    SystemKind.DRY_RISER: "Dry riser",
    SystemKind.WET_RISER: "Wet riser",
    SystemKind.SPRINKLER: "Sprinklers",
    SystemKind.MIST: "Water mist",
    SystemKind.GAS_FLOOD: "Gas flood",
    SystemKind.FOAM: "Foam",
    SystemKind.SMOKE_CONTROL: "Smoke control",
    SystemKind.FF_LIFT: "Fire-fighting lift",
    SystemKind.EVAC_LIFT: "Evacuation lift",
    SystemKind.EAS: "Evacuation alert system",
    SystemKind.AFD: "Fire detection and alarm",
    SystemKind.DOOR_RELEASE: "Door release",
    SystemKind.FF_SWITCH: "Fire-fighters' switch",
    SystemKind.PRESSURISATION: "Pressurisation",
}

HAZARD_WORDS: Mapping[str, str] = {
    HazardCode.CYL_ACETYLENE: "Acetylene cylinders",
    HazardCode.CYL_OTHER: "Gas cylinders",
    HazardCode.FLAM_LIQ: "Flammable liquid",
    HazardCode.FLAM_GAS_LPG: "Flammable gas or LPG",
    HazardCode.OXIDISER: "Oxidiser",
    HazardCode.TOXIC: "Toxic substance",
    HazardCode.CORROSIVE: "Corrosive substance",
    HazardCode.WATER_REACTIVE: "Reacts with water",
    HazardCode.EXPLOSIVE: "Explosives",
    HazardCode.RADIATION: "Radiation source",
    HazardCode.BIOHAZARD: "Biological hazard",
    HazardCode.ASBESTOS: "Asbestos",
    HazardCode.BESS: "Battery energy storage",
    HazardCode.LI_ION_STORE: "Lithium-ion battery store",
    HazardCode.EV_CHARGE: "Electric vehicle charging",
    HazardCode.HV_ELEC: "High-voltage electricity",
    HazardCode.PV: "Solar panels",
    HazardCode.SILO_DUST: "Silo or explosible dust",
    HazardCode.CONFINED_SPACE: "Confined space",
    HazardCode.FALL_VOID: "Fall or void",
    HazardCode.UNSTABLE_STRUCT: "Unstable structure",
    HazardCode.HIGH_RACK: "High racking",
    HazardCode.COLD_STORE_PANEL: "Cold store, sandwich panels",
    HazardCode.MACHINERY: "Machinery",
    HazardCode.OPEN_WATER: "Open water",
    HazardCode.ANIMALS: "Animals",
    HazardCode.CROWD: "Crowds",
    # Never the plain word: who lives there may see the screen, and the marker is not proved.
    HazardCode.VIOLENCE: "Caution on approach",
    HazardCode.SHARPS_DRUGS: "Sharps",
    HazardCode.CLUTTER: "Cluttered rooms",
    HazardCode.OXYGEN_HOME: "Oxygen in use",
    HazardCode.HERITAGE_SALVAGE: "Heritage contents to save",
    HazardCode.POLLUTION_PATH: "Path for polluted run-off",
    HazardCode.COMAH: "Major accident hazard site (COMAH)",
}

ROLE_WORDS: Mapping[str, str] = {
    Role.FIREFIGHTER: "Firefighter",
    Role.OFFICER_IN_CHARGE: "Officer in charge",
    Role.RISK_TEAM: "Central risk team",
    Role.RISK_TEAM_MANAGER: "Risk team manager",
    Role.CONTROL: "Control",
    Role.MDT: "Mobile data terminal",
    Role.PROTECTION: "Protection",
    Role.PREVENTION: "Prevention",
    Role.SAFEGUARDING: "Designated safeguarding officer",
    Role.POLICE_LIAISON: "Police liaison officer",
    Role.HEALTH_AND_SAFETY: "Health and safety officer",
    Role.NEIGHBOUR: "Neighbouring service",
    Role.PERFORMANCE: "Performance",
    Role.INFORMATION_GOVERNANCE: "Information governance",
    Role.ADMINISTRATOR: "System administrator",
}

RISK_FLAG_WORDS: Mapping[str, str] = {
    RiskFlag.COMAH_UPPER: "COMAH upper tier",
    RiskFlag.COMAH_LOWER: "COMAH lower tier",
    RiskFlag.HRRB: "High-rise residential building",
    RiskFlag.HRRB_UNSAFE_WALL: "High-rise with an unsafe external wall",
    RiskFlag.HRRB_SIMULTANEOUS_INTERIM: "High-rise in interim simultaneous evacuation",
    RiskFlag.BESS: "Battery energy storage of 1 MWh or more",
    RiskFlag.PROHIBITION_NOTICE: "Prohibition notice in force",
    RiskFlag.SLEEPING_DEPENDENT: "10 or more sleepers who depend on help",
}


# The rest, where the code in lower case would not read as plain English.
_TABLES: Mapping[type[StrEnum], Mapping[str, str]] = {
    PremisesClass: PREMISES_CLASS_WORDS,
    EvacuationStrategy: EVACUATION_STRATEGY_WORDS,
    SystemKind: SYSTEM_KIND_WORDS,
    HazardCode: HAZARD_WORDS,
    Role: ROLE_WORDS,
    RiskFlag: RISK_FLAG_WORDS,
    VisitKind: {VisitKind.NEW_SSRI: "New risk record", VisitKind.TEMP_RISK: "Temporary risk"},
    OccupancyStatus: {
        OccupancyStatus.PART: "Partly in use",
        OccupancyStatus.CONSTRUCTION: "Under construction",
        OccupancyStatus.DEMOLITION: "Being demolished",
    },
    ApplianceAccess: {ApplianceAccess.NONE: "No appliance access"},
    Construction: {
        Construction.CONCRETE_RC: "Reinforced concrete",
        Construction.LPS: "Large panel system",
        Construction.CLT: "Cross-laminated timber",
        Construction.SIP: "Structural insulated panels",
    },
    ExternalWall: {
        ExternalWall.NON_COMBUSTIBLE: "Non-combustible",
        ExternalWall.ACM: "ACM cladding",
        ExternalWall.HPL: "HPL cladding",
        ExternalWall.EPS_RENDER: "EPS render",
        ExternalWall.TIMBER: "Timber cladding",
        ExternalWall.OTHER_COMBUSTIBLE: "Other combustible cladding",
        ExternalWall.UNKNOWN: "UNKNOWN",
    },
    FraewRating: {FraewRating.MED: "Medium", FraewRating.NONE: "Not appraised"},
    Dependency: {
        Dependency.SOME_ASSIST: "Some need help",
        Dependency.DEPENDENT: "Depend on help",
        Dependency.SECURE: "Locked in",
    },
    IsolationKind: {
        IsolationKind.ELEC: "Electricity",
        IsolationKind.PV: "Solar panels",
        IsolationKind.HVAC: "Ventilation",
    },
    HarmCategory: {
        HarmCategory.FF: "Firefighters",
        HarmCategory.PUB: "Public",
        HarmCategory.ENV: "Environment",
        HarmCategory.COM: "Community",
        HarmCategory.HER: "Heritage",
        HarmCategory.ECO: "Economic",
    },
    ContactRole: {
        ContactRole.RP: "Responsible person",
        ContactRole.SITE_MGR: "Site manager",
        ContactRole.OUT_OF_HOURS: "Out of hours",
    },
    Assistance: {
        Assistance.NONE: "No help",
        Assistance.PHYSICAL_1: "1 person to help",
        Assistance.PHYSICAL_2PLUS: "2 or more to help",
        Assistance.EQUIPMENT: "Equipment needed",
    },
    ConsentState: {ConsentState.NOT_REQUIRED_CHILD: "Not required, child at risk"},
    NoticeKind: {NoticeKind.INFORMAL: "Informal notification"},
    Stream: {Stream.SAFEGUARDING: "Safeguarding and vulnerability"},
}


def words_for(code: StrEnum) -> str:
    """Return what a screen says for a code: its own words, or the code in lower case."""
    # Two vocabularies may share a text ("BESS"), and codes compare as text: so the table is chosen by type.
    return _TABLES.get(type(code), {}).get(code.value, code.value.replace("_", " ").capitalize())
