"""What a Safe and Well case is recorded in: the need, what it rests on, how a person is reached, and what is fitted."""

from collections.abc import Mapping
from enum import StrEnum

from services.referrals.rules.deadlines import Need
from services.referrals.rules.records import VisitResult


class Factor(StrEnum):
    """One thing about the people, their behaviours or the home that makes a fire likelier or graver."""

    AGED_65_OR_OVER = "AGED_65_OR_OVER"
    LIVES_ALONE = "LIVES_ALONE"
    CANNOT_GET_OUT_ALONE = "CANNOT_GET_OUT_ALONE"
    CANNOT_HEAR_OR_SEE_AN_ALARM = "CANNOT_HEAR_OR_SEE_AN_ALARM"
    MEMORY_OR_UNDERSTANDING = "MEMORY_OR_UNDERSTANDING"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    THREAT_OF_FIRE = "THREAT_OF_FIRE"
    SMOKES = "SMOKES"
    ALCOHOL_OR_DRUGS = "ALCOHOL_OR_DRUGS"
    OXYGEN_OR_EMOLLIENTS = "OXYGEN_OR_EMOLLIENTS"
    UNSAFE_COOKING = "UNSAFE_COOKING"
    CANDLES_OR_OPEN_FIRES = "CANDLES_OR_OPEN_FIRES"
    UNSAFE_HEATING_OR_CHARGING = "UNSAFE_HEATING_OR_CHARGING"
    EARLIER_FIRES = "EARLIER_FIRES"
    NO_WORKING_ALARM = "NO_WORKING_ALARM"
    CLUTTER = "CLUTTER"
    ESCAPE_IS_HARD = "ESCAPE_IS_HARD"
    ELECTRICS_OR_GAS_UNSAFE = "ELECTRICS_OR_GAS_UNSAFE"
    COLD_HOME = "COLD_HOME"
    FAR_FROM_HELP = "FAR_FROM_HELP"


class Means(StrEnum):
    """How somebody tried to reach the person."""

    TELEPHONE = "TELEPHONE"
    TEXT_OR_MAIL = "TEXT_OR_MAIL"
    LETTER = "LETTER"
    AT_THE_DOOR = "AT_THE_DOOR"
    THROUGH_SOMEBODY = "THROUGH_SOMEBODY"


class Reached(StrEnum):
    """Whether the person was reached; `MISTAKE` takes back what never happened."""

    YES = "YES"
    NO = "NO"
    MISTAKE = "MISTAKE"


class Fitting(StrEnum):
    """Something that is fitted or left in a home."""

    SMOKE_ALARM = "SMOKE_ALARM"
    HEAT_ALARM = "HEAT_ALARM"
    CARBON_MONOXIDE_ALARM = "CARBON_MONOXIDE_ALARM"
    DEAF_ALARM = "DEAF_ALARM"
    TELECARE_ALARM = "TELECARE_ALARM"
    FIRE_RETARDANT_BEDDING = "FIRE_RETARDANT_BEDDING"
    FIRE_RETARDANT_THROW = "FIRE_RETARDANT_THROW"
    MISTING_UNIT = "MISTING_UNIT"
    STOVE_SHUT_OFF = "STOVE_SHUT_OFF"
    LETTERBOX_PROTECTION = "LETTERBOX_PROTECTION"
    SAFER_ASHTRAY = "SAFER_ASHTRAY"
    EXTENSION_LEAD = "EXTENSION_LEAD"


NEED_WORDS: Mapping[Need, str] = {
    Need.VERY_HIGH: "Very high",
    Need.HIGH: "High",
    Need.MEDIUM: "Medium",
    Need.LOW: "Low",
}
# The person-centred framework: people, behaviours, home. Which factors there are is a service's own to set.
FACTOR_WORDS: Mapping[str, Mapping[Factor, str]] = {
    "People": {
        Factor.AGED_65_OR_OVER: "65 or over",
        Factor.LIVES_ALONE: "Lives alone",
        Factor.CANNOT_GET_OUT_ALONE: "Cannot get out alone",
        Factor.CANNOT_HEAR_OR_SEE_AN_ALARM: "Cannot hear or see an alarm",
        Factor.MEMORY_OR_UNDERSTANDING: "Memory or understanding",
        Factor.MENTAL_HEALTH: "Mental health",
        Factor.THREAT_OF_FIRE: "Somebody threatens fire",
    },
    "Behaviours": {
        Factor.SMOKES: "Smokes",
        Factor.ALCOHOL_OR_DRUGS: "Alcohol or drugs",
        Factor.OXYGEN_OR_EMOLLIENTS: "Oxygen, or creams that burn",
        Factor.UNSAFE_COOKING: "Unsafe cooking",
        Factor.CANDLES_OR_OPEN_FIRES: "Candles or open fires",
        Factor.UNSAFE_HEATING_OR_CHARGING: "Unsafe heaters or charging",
        Factor.EARLIER_FIRES: "Earlier fires or burn marks",
    },
    "Home": {
        Factor.NO_WORKING_ALARM: "No working smoke alarm",
        Factor.CLUTTER: "Clutter",
        Factor.ESCAPE_IS_HARD: "The way out is hard",
        Factor.ELECTRICS_OR_GAS_UNSAFE: "Electrics or gas unsafe",
        Factor.COLD_HOME: "Cold home",
        Factor.FAR_FROM_HELP: "Far from help",
    },
}
MEANS_WORDS: Mapping[Means, str] = {
    Means.TELEPHONE: "By telephone",
    Means.TEXT_OR_MAIL: "By text or email",
    Means.LETTER: "By letter",
    Means.AT_THE_DOOR: "At the door",
    Means.THROUGH_SOMEBODY: "Through somebody who knows them",
}
REACHED_WORDS: Mapping[Reached, str] = {
    Reached.YES: "Reached",
    Reached.NO: "Not reached",
    Reached.MISTAKE: "Recorded by mistake: it did not happen",
}
FITTING_WORDS: Mapping[Fitting, str] = {
    Fitting.SMOKE_ALARM: "Smoke alarm",
    Fitting.HEAT_ALARM: "Heat alarm",
    Fitting.CARBON_MONOXIDE_ALARM: "Carbon monoxide alarm",
    Fitting.DEAF_ALARM: "Deaf alarm",
    Fitting.TELECARE_ALARM: "Alarm linked to telecare",
    Fitting.FIRE_RETARDANT_BEDDING: "Fire-retardant bedding",
    Fitting.FIRE_RETARDANT_THROW: "Fire-retardant throw",
    Fitting.MISTING_UNIT: "Water mist unit",
    Fitting.STOVE_SHUT_OFF: "Cooker shut-off",
    Fitting.LETTERBOX_PROTECTION: "Letterbox protection",
    Fitting.SAFER_ASHTRAY: "Safer ashtray",
    Fitting.EXTENSION_LEAD: "Extension lead",
}
RESULT_WORDS: Mapping[VisitResult, str] = {
    VisitResult.BOOKED: "Booked",
    VisitResult.DONE: "Made",
    VisitResult.REFUSED: "Refused",
    VisitResult.NOT_REACHED: "Nobody there",
}
