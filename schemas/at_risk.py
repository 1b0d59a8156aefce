"""The words of the persons-at-risk board of an incident."""

from enum import StrEnum


class AtRiskStatus(StrEnum):
    """How it stands with those at one place in a building on fire who have rung, or for whom somebody rang."""

    IN_PLACE = "IN_PLACE"
    TOLD_TO_LEAVE = "TOLD_TO_LEAVE"
    REACHED = "REACHED"
    OUT = "OUT"
    UNKNOWN = "UNKNOWN"


class AtRiskField(StrEnum):
    """What is kept of a fire survival call. CONTACT is when control last spoke with them, SET_ASIDE why it is none."""

    FLOOR = "FLOOR"
    FLAT = "FLAT"
    HOW_MANY = "HOW_MANY"
    CONDITION = "CONDITION"
    ADVICE = "ADVICE"
    STATUS = "STATUS"
    CONTACT = "CONTACT"
    SET_ASIDE = "SET_ASIDE"
