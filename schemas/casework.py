"""The words of the desks: risk flags, referrals, reviews, people and located addresses, one code each."""

from enum import StrEnum


class HarmCategory(StrEnum):
    """Who or what would be harmed, the six categories of the risk score."""

    FF = "FF"
    PUB = "PUB"
    ENV = "ENV"
    COM = "COM"
    HER = "HER"
    ECO = "ECO"


class RiskFlag(StrEnum):
    """A fact that by itself sets a lowest risk level."""

    COMAH_UPPER = "COMAH_UPPER"
    COMAH_LOWER = "COMAH_LOWER"
    HRRB = "HRRB"
    HRRB_UNSAFE_WALL = "HRRB_UNSAFE_WALL"
    HRRB_SIMULTANEOUS_INTERIM = "HRRB_SIMULTANEOUS_INTERIM"
    BESS = "BESS"
    PROHIBITION_NOTICE = "PROHIBITION_NOTICE"
    SLEEPING_DEPENDENT = "SLEEPING_DEPENDENT"


class ReferralKind(StrEnum):
    """What a referral is about; its kind fixes its destination and its clocks."""

    BS1 = "BS1"
    BS2 = "BS2"
    BS3 = "BS3"
    BS4 = "BS4"
    BS5 = "BS5"
    BS6 = "BS6"
    BS7 = "BS7"
    BS8 = "BS8"
    RI1 = "RI1"
    RI2 = "RI2"
    RI3 = "RI3"
    RI4 = "RI4"
    RI5 = "RI5"
    RI6 = "RI6"
    RI7 = "RI7"
    RI8 = "RI8"
    RI9 = "RI9"
    SG1 = "SG1"
    SG2 = "SG2"
    SG3 = "SG3"
    SG4 = "SG4"
    SG5 = "SG5"
    SG6 = "SG6"
    SG7 = "SG7"
    SG8 = "SG8"
    SG9 = "SG9"
    SG10 = "SG10"
    SG11 = "SG11"


class Stream(StrEnum):
    """Which desk family a referral belongs to."""

    BUILDING_SAFETY = "BUILDING_SAFETY"
    RISK_INTELLIGENCE = "RISK_INTELLIGENCE"
    SAFEGUARDING = "SAFEGUARDING"


class Priority(StrEnum):
    """How urgent a referral is, P0 first."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class ConsentState(StrEnum):
    """What the person said when asked whether we may share."""

    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    NOT_SAFE_TO_ASK = "NOT_SAFE_TO_ASK"
    NOT_PRACTICABLE = "NOT_PRACTICABLE"
    BELIEVED_LACKS_CAPACITY = "BELIEVED_LACKS_CAPACITY"
    NOT_REQUIRED_CHILD = "NOT_REQUIRED_CHILD"


class OverrideGround(StrEnum):
    """The lawful ground for sharing without consent."""

    VITAL_INTEREST = "VITAL_INTEREST"
    RISK_TO_OTHERS = "RISK_TO_OTHERS"
    CHILD_AT_RISK = "CHILD_AT_RISK"
    CRIME = "CRIME"
    LACKS_CAPACITY = "LACKS_CAPACITY"
    COERCION = "COERCION"


class ReferralState(StrEnum):
    """How far a referral has got."""

    RAISED = "RAISED"
    SENT = "SENT"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    REROUTED = "REROUTED"
    ESCALATED = "ESCALATED"
    CANCELLED = "CANCELLED"
    DUPLICATE_OF = "DUPLICATE_OF"


class ReviewState(StrEnum):
    """Where a visit's changes are on their way to the risk record."""

    RECEIVED = "RECEIVED"
    VALIDATED = "VALIDATED"
    QUARANTINED = "QUARANTINED"
    REPLAYED = "REPLAYED"
    RESOLVED = "RESOLVED"
    GEO_REVIEW = "GEO_REVIEW"
    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    CONFLICT = "CONFLICT"
    PUBLISHED = "PUBLISHED"
    PUBLISHED_AMENDED = "PUBLISHED_AMENDED"
    RETURNED = "RETURNED"
    RESUBMITTED = "RESUBMITTED"
    MERGED = "MERGED"
    REJECTED = "REJECTED"
    ESCALATED = "ESCALATED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"


class NoticeKind(StrEnum):
    """A fire safety notice, from advice to a closed building."""

    INFORMAL = "INFORMAL"
    ALTERATIONS = "ALTERATIONS"
    ENFORCEMENT = "ENFORCEMENT"
    PROHIBITION = "PROHIBITION"


class NoticeEnd(StrEnum):
    """Why a notice is no longer in force: what it asked for was done, or the service took it back."""

    COMPLIED = "COMPLIED"
    WITHDRAWN = "WITHDRAWN"


class AuditResult(StrEnum):
    """What a fire safety audit found of a premises as a whole."""

    BROADLY_COMPLIANT = "BROADLY_COMPLIANT"
    BROADLY_NON_COMPLIANT = "BROADLY_NON_COMPLIANT"


class IncidentKind(StrEnum):
    """What an incident turned out to be; a false alarm by its cause."""

    FIRE = "FIRE"
    FALSE_ALARM_APPARATUS = "FALSE_ALARM_APPARATUS"
    FALSE_ALARM_GOOD_INTENT = "FALSE_ALARM_GOOD_INTENT"
    FALSE_ALARM_MALICIOUS = "FALSE_ALARM_MALICIOUS"
    SPECIAL_SERVICE = "SPECIAL_SERVICE"


class Watch(StrEnum):
    """The team on duty."""

    RED = "RED"
    WHITE = "WHITE"
    BLUE = "BLUE"
    GREEN = "GREEN"
    DAY = "DAY"
    ON_CALL = "ON_CALL"


class ContactRole(StrEnum):
    """What a contact is to the premises; RP is the responsible person in law."""

    RP = "RP"
    KEYHOLDER = "KEYHOLDER"
    SECURITY = "SECURITY"
    SITE_MGR = "SITE_MGR"
    OUT_OF_HOURS = "OUT_OF_HOURS"


class Assistance(StrEnum):
    """The help one person needs to get out."""

    NONE = "NONE"
    GUIDE = "GUIDE"
    PHYSICAL_1 = "PHYSICAL_1"
    PHYSICAL_2PLUS = "PHYSICAL_2PLUS"
    EQUIPMENT = "EQUIPMENT"


class NeedsSource(StrEnum):
    """From whom it is known that somebody needs help to get out."""

    CREW_VISIT = "CREW_VISIT"
    RESPONSIBLE_PERSON = "RESPONSIBLE_PERSON"
    RESIDENT = "RESIDENT"


class ConsentHow(StrEnum):
    """How somebody agreed that the help they need may be known."""

    IN_PERSON = "IN_PERSON"
    IN_WRITING = "IN_WRITING"
    BY_TELEPHONE = "BY_TELEPHONE"
    BY_WHO_DECIDES_FOR_THEM = "BY_WHO_DECIDES_FOR_THEM"


class Role(StrEnum):
    """What a signed-in person or machine may do."""

    FIREFIGHTER = "firefighter"
    OFFICER_IN_CHARGE = "officer-in-charge"
    RISK_TEAM = "risk-team"
    RISK_TEAM_MANAGER = "risk-team-manager"
    CONTROL = "control"
    MDT = "mdt"
    PROTECTION = "protection"
    PREVENTION = "prevention"
    SAFEGUARDING = "safeguarding"
    POLICE_LIAISON = "police-liaison"
    HEALTH_AND_SAFETY = "health-and-safety"
    NEIGHBOUR = "neighbour"
    PERFORMANCE = "performance"
    INFORMATION_GOVERNANCE = "information-governance"
    ADMINISTRATOR = "administrator"
    RESPONSIBLE_PERSON = "responsible-person"


# Who works with the service. A responsible person comes from outside: what is for whoever is signed in is not for them.
INSIDE = tuple(role for role in Role if role is not Role.RESPONSIBLE_PERSON)


class LocationOutcome(StrEnum):
    """Whether the written address was placed on one premises."""

    MATCHED = "matched"
    REVIEW = "review"
    UNMATCHED = "unmatched"


class LocationPrecision(StrEnum):
    """How exactly the place is known."""

    PREMISES = "premises"
    NEAR = "near"
    STREET = "street"
    POSTCODE = "postcode"
    POINT = "point"
    NONE = "none"


class DebriefSide(StrEnum):
    """Who is asked after an incident whether the risk information was right."""

    CREW = "CREW"
    CONTROL = "CONTROL"


class FindingKind(StrEnum):
    """What was not right about the risk information: wrong, missing, or a danger that nobody was told of."""

    WRONG = "WRONG"
    MISSING = "MISSING"
    DANGER = "DANGER"


class HydrantStatus(StrEnum):
    """What the crew found at a hydrant."""

    WORKING = "WORKING"
    DEFECTIVE = "DEFECTIVE"
    NOT_FOUND = "NOT_FOUND"
    NOT_TESTED = "NOT_TESTED"
