"""The words of the trade, one code each, that every part of the product uses for the same thing."""

from enum import StrEnum

from schemas import at_risk, casework

# Everybody imports every code from here; the desks' half lives next door only to keep both files readable.
Assistance = casework.Assistance
AtRiskField = at_risk.AtRiskField
AtRiskStatus = at_risk.AtRiskStatus
AuditResult = casework.AuditResult
ConsentHow = casework.ConsentHow
ConsentState = casework.ConsentState
ContactRole = casework.ContactRole
DebriefSide = casework.DebriefSide
FindingKind = casework.FindingKind
HarmCategory = casework.HarmCategory
HydrantStatus = casework.HydrantStatus
IncidentKind = casework.IncidentKind
LocationOutcome = casework.LocationOutcome
LocationPrecision = casework.LocationPrecision
NeedsSource = casework.NeedsSource
NoticeEnd = casework.NoticeEnd
NoticeKind = casework.NoticeKind
OverrideGround = casework.OverrideGround
Priority = casework.Priority
ReferralKind = casework.ReferralKind
ReferralState = casework.ReferralState
ReviewState = casework.ReviewState
RiskFlag = casework.RiskFlag
Role = casework.Role
INSIDE = casework.INSIDE
Stream = casework.Stream
Watch = casework.Watch


class AskEnd(StrEnum):
    """Why a visit is no longer asked of a crew."""

    VISITED = "VISITED"
    WITHDRAWN = "WITHDRAWN"


class QualityPoint(StrEnum):
    """A point on which a published visit is checked for its quality."""

    ADDRESS = "ADDRESS"
    CRITICAL_FACTS = "CRITICAL_FACTS"
    SYSTEMS = "SYSTEMS"
    HAZARDS = "HAZARDS"
    PLAN = "PLAN"
    READABLE = "READABLE"


class TemporarySource(StrEnum):
    """How a temporary risk came to be known: by hand, by a crew's referral or fault, or from outside."""

    BY_HAND = "BY_HAND"
    REFERRAL = "REFERRAL"
    FAULT = "FAULT"
    RESPONSIBLE_PERSON = "RESPONSIBLE_PERSON"


class VisitKind(StrEnum):
    """Why the crew went."""

    NEW_SSRI = "NEW_SSRI"
    REVIEW = "REVIEW"
    CHANGE = "CHANGE"
    TEMP_RISK = "TEMP_RISK"
    POST_INCIDENT = "POST_INCIDENT"
    FAMILIARISATION = "FAMILIARISATION"
    INTELLIGENCE_ONLY = "INTELLIGENCE_ONLY"


class ReviewMethod(StrEnum):
    """How the facts were gathered; only a physical visit moves the visit clock."""

    PHYSICAL = "PHYSICAL"
    DESKTOP = "DESKTOP"
    TELEPHONE = "TELEPHONE"
    VIDEO = "VIDEO"


class VisitOutcome(StrEnum):
    """How the visit ended."""

    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    NO_ACCESS = "NO_ACCESS"
    REFUSED = "REFUSED"
    DEMOLISHED = "DEMOLISHED"
    NOT_FOUND = "NOT_FOUND"


class PremisesClass(StrEnum):
    """What sort of premises it is; each class has its own base likelihood."""

    DWELLING_HOUSE = "DWELLING_HOUSE"
    FLATS_LOW = "FLATS_LOW"
    FLATS_MID = "FLATS_MID"
    FLATS_HIGH = "FLATS_HIGH"
    HMO = "HMO"
    SHELTERED_EXTRA_CARE = "SHELTERED_EXTRA_CARE"
    CARE_HOME = "CARE_HOME"
    HOSPITAL = "HOSPITAL"
    PRISON_SECURE = "PRISON_SECURE"
    HOTEL_HOSTEL = "HOTEL_HOSTEL"
    STUDENT = "STUDENT"
    SCHOOL = "SCHOOL"
    UNIVERSITY = "UNIVERSITY"
    SHOP = "SHOP"
    SHOPPING_CENTRE = "SHOPPING_CENTRE"
    OFFICE = "OFFICE"
    PUB_CLUB = "PUB_CLUB"
    ASSEMBLY_STADIUM = "ASSEMBLY_STADIUM"
    WORSHIP = "WORSHIP"
    MUSEUM_HERITAGE = "MUSEUM_HERITAGE"
    FACTORY = "FACTORY"
    WAREHOUSE = "WAREHOUSE"
    WASTE_RECYCLING = "WASTE_RECYCLING"
    FARM = "FARM"
    FUEL_STATION = "FUEL_STATION"
    CHEMICAL_COMAH = "CHEMICAL_COMAH"
    ENERGY_BESS = "ENERGY_BESS"
    UTILITY = "UTILITY"
    TRANSPORT_HUB = "TRANSPORT_HUB"
    TUNNEL = "TUNNEL"
    MARINE_PORT = "MARINE_PORT"
    CONSTRUCTION_SITE = "CONSTRUCTION_SITE"
    DERELICT = "DERELICT"
    EVENT_SITE = "EVENT_SITE"
    OPEN_LAND_WILDFIRE = "OPEN_LAND_WILDFIRE"
    OTHER = "OTHER"


class OccupancyStatus(StrEnum):
    """Whether anybody uses the premises now."""

    IN_USE = "IN_USE"
    PART = "PART"
    VACANT = "VACANT"
    DERELICT = "DERELICT"
    CONSTRUCTION = "CONSTRUCTION"
    DEMOLITION = "DEMOLITION"


class ApplianceAccess(StrEnum):
    """Whether a fire appliance can get to the premises."""

    GOOD = "GOOD"
    RESTRICTED = "RESTRICTED"
    NONE = "NONE"


class Construction(StrEnum):
    """What the building is built of."""

    MASONRY = "MASONRY"
    STEEL = "STEEL"
    CONCRETE_RC = "CONCRETE_RC"
    LPS = "LPS"
    TIMBER_FRAME = "TIMBER_FRAME"
    CLT = "CLT"
    SIP = "SIP"
    MODULAR = "MODULAR"
    THATCH = "THATCH"
    OTHER = "OTHER"


class ExternalWall(StrEnum):
    """What the outside wall is made of."""

    NON_COMBUSTIBLE = "NON_COMBUSTIBLE"
    ACM = "ACM"
    HPL = "HPL"
    EPS_RENDER = "EPS_RENDER"
    TIMBER = "TIMBER"
    OTHER_COMBUSTIBLE = "OTHER_COMBUSTIBLE"
    UNKNOWN = "UNKNOWN"


class FraewRating(StrEnum):
    """The risk found by a fire risk appraisal of the external wall."""

    LOW = "LOW"
    MED = "MED"
    HIGH = "HIGH"
    NONE = "NONE"


class Dependency(StrEnum):
    """How much help the people inside need to get out."""

    INDEPENDENT = "INDEPENDENT"
    SOME_ASSIST = "SOME_ASSIST"
    DEPENDENT = "DEPENDENT"
    SECURE = "SECURE"


class EvacuationStrategy(StrEnum):
    """What the people inside are told to do in a fire."""

    STAY_PUT = "STAY_PUT"
    SIMULTANEOUS = "SIMULTANEOUS"
    PHASED = "PHASED"
    PROGRESSIVE_HORIZONTAL = "PROGRESSIVE_HORIZONTAL"
    DEFEND_IN_PLACE = "DEFEND_IN_PLACE"
    SIMULTANEOUS_INTERIM = "SIMULTANEOUS_INTERIM"
    UNKNOWN = "UNKNOWN"


class SystemKind(StrEnum):
    """A fixed fire-fighting or life-safety system of a building."""

    DRY_RISER = "DRY_RISER"
    WET_RISER = "WET_RISER"
    SPRINKLER = "SPRINKLER"
    MIST = "MIST"
    GAS_FLOOD = "GAS_FLOOD"
    FOAM = "FOAM"
    SMOKE_CONTROL = "SMOKE_CONTROL"
    FF_LIFT = "FF_LIFT"
    EVAC_LIFT = "EVAC_LIFT"
    EAS = "EAS"
    AFD = "AFD"
    DOOR_RELEASE = "DOOR_RELEASE"
    FF_SWITCH = "FF_SWITCH"
    PRESSURISATION = "PRESSURISATION"


class SystemStatus(StrEnum):
    """Whether a fixed system works."""

    WORKING = "WORKING"
    FAULT = "FAULT"
    IMPAIRED = "IMPAIRED"
    NOT_TESTED = "NOT_TESTED"
    ABSENT = "ABSENT"


class IsolationKind(StrEnum):
    """A supply that can be shut off at a known place."""

    GAS = "GAS"
    ELEC = "ELEC"
    WATER = "WATER"
    PV = "PV"
    HVAC = "HVAC"
    OXYGEN = "OXYGEN"


class HazardCode(StrEnum):
    """A hazard that crews must know of before they go in."""

    CYL_ACETYLENE = "CYL_ACETYLENE"
    CYL_OTHER = "CYL_OTHER"
    FLAM_LIQ = "FLAM_LIQ"
    FLAM_GAS_LPG = "FLAM_GAS_LPG"
    OXIDISER = "OXIDISER"
    TOXIC = "TOXIC"
    CORROSIVE = "CORROSIVE"
    WATER_REACTIVE = "WATER_REACTIVE"
    EXPLOSIVE = "EXPLOSIVE"
    RADIATION = "RADIATION"
    BIOHAZARD = "BIOHAZARD"
    ASBESTOS = "ASBESTOS"
    BESS = "BESS"
    LI_ION_STORE = "LI_ION_STORE"
    EV_CHARGE = "EV_CHARGE"
    HV_ELEC = "HV_ELEC"
    PV = "PV"
    SILO_DUST = "SILO_DUST"
    CONFINED_SPACE = "CONFINED_SPACE"
    FALL_VOID = "FALL_VOID"
    UNSTABLE_STRUCT = "UNSTABLE_STRUCT"
    HIGH_RACK = "HIGH_RACK"
    COLD_STORE_PANEL = "COLD_STORE_PANEL"
    MACHINERY = "MACHINERY"
    OPEN_WATER = "OPEN_WATER"
    ANIMALS = "ANIMALS"
    CROWD = "CROWD"
    VIOLENCE = "VIOLENCE"
    SHARPS_DRUGS = "SHARPS_DRUGS"
    CLUTTER = "CLUTTER"
    OXYGEN_HOME = "OXYGEN_HOME"
    HERITAGE_SALVAGE = "HERITAGE_SALVAGE"
    POLLUTION_PATH = "POLLUTION_PATH"
    COMAH = "COMAH"


class ComahTier(StrEnum):
    """Which tier of the major accident hazard regulations a site is in."""

    UPPER = "UPPER"
    LOWER = "LOWER"
