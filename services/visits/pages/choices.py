"""What a crew may choose from on the form, in the words that a crew would use."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from schemas.visit_parts import QuantityUnit
from schemas.vocabulary import (
    ApplianceAccess,
    Assistance,
    ComahTier,
    ConsentState,
    Construction,
    ContactRole,
    Dependency,
    EvacuationStrategy,
    ExternalWall,
    FraewRating,
    HazardCode,
    HydrantStatus,
    IsolationKind,
    OccupancyStatus,
    OverrideGround,
    PremisesClass,
    ReferralKind,
    ReviewMethod,
    SystemKind,
    SystemStatus,
    VisitKind,
    VisitOutcome,
    Watch,
)
from services.domain.words import words_for
from services.visits.rules.reading import STAFF_ALLEGATION

Choice = tuple[str, str]
Code = TypeVar("Code", bound=StrEnum)

REFERRAL_GROUPS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "Building safety",
        {
            ReferralKind.BS1: "Imminent risk to life: locked exit, or no alarm, where people sleep",
            ReferralKind.BS2: "Serious deficiency",
            ReferralKind.BS3: "Minor deficiency, advice wanted",
            ReferralKind.BS4: "Fault in fire-fighting equipment",
            ReferralKind.BS5: "External wall, structure or high-rise concern",
            ReferralKind.BS6: "House in multiple occupation, private housing",
            ReferralKind.BS7: "Unauthorised alteration, breach of a notice",
            ReferralKind.BS8: "Inspection needed after a fire",
        },
    ),
    (
        "Risk information",
        {
            ReferralKind.RI1: "New or unknown risk",
            ReferralKind.RI2: "Risk record wrong or missing",
            ReferralKind.RI3: "Temporary risk or event",
            ReferralKind.RI4: "Hydrant or water defect",
            ReferralKind.RI5: "Hazardous materials or pollution",
            ReferralKind.RI6: "Crime, terrorism or illicit use",
            ReferralKind.RI7: "Gas, electricity or another utility",
            ReferralKind.RI8: "Of use to a neighbouring service",
            ReferralKind.RI9: "Crew safety",
        },
    ),
    (
        "Safeguarding and vulnerability",
        {
            ReferralKind.SG1: "Immediate danger: ring Control first",
            ReferralKind.SG2: "Concern about a child",
            ReferralKind.SG3: "Adult with care needs at risk of abuse or neglect",
            ReferralKind.SG4: "Domestic abuse",
            ReferralKind.SG5: "Self-neglect or hoarding",
            ReferralKind.SG6: "Exploitation, slavery or trafficking",
            ReferralKind.SG7: "Radicalisation",
            ReferralKind.SG8: "Mental-health crisis or risk of suicide: ring Control first",
            ReferralKind.SG9: "Child who sets fires",
            ReferralKind.SG10: "Vulnerable: Safe and Well visit, with consent",
            ReferralKind.SG11: "Falls, cold home or isolation, with consent",
        },
    ),
    ("Not by this form", {STAFF_ALLEGATION: "Allegation about a member of staff"}),
)
OUTCOME_WORDS: Mapping[str, str] = {
    VisitOutcome.COMPLETED: "Completed",
    VisitOutcome.PARTIAL: "We saw part of it",
    VisitOutcome.NO_ACCESS: "Nobody let us in",
    VisitOutcome.REFUSED: "Refused",
    VisitOutcome.DEMOLISHED: "It is demolished",
    VisitOutcome.NOT_FOUND: "We could not find it",
}
CONSENT_WORDS: Mapping[str, str] = {
    ConsentState.GIVEN: "They agreed",
    ConsentState.REFUSED: "They refused",
    ConsentState.NOT_SAFE_TO_ASK: "It was not safe to ask",
    ConsentState.NOT_PRACTICABLE: "We could not ask",
    ConsentState.BELIEVED_LACKS_CAPACITY: "We believe they cannot decide this",
    ConsentState.NOT_REQUIRED_CHILD: "Not required: a child is at risk",
}
GROUND_WORDS: Mapping[str, str] = {
    OverrideGround.VITAL_INTEREST: "To save a life",
    OverrideGround.RISK_TO_OTHERS: "Risk to others",
    OverrideGround.CHILD_AT_RISK: "A child is at risk",
    OverrideGround.CRIME: "Crime",
    OverrideGround.LACKS_CAPACITY: "The person cannot decide this",
    OverrideGround.COERCION: "The person is coerced",
}

# The anchors of RIS-1 for 1, 3 and 5 (docs/domain/4.3.md), short enough to read on a doorstep.
SEVERITY_ANCHORS: Mapping[str, str] = {
    "FF": "1 ordinary risk, 3 reportable injury, 5 several firefighters killed",
    "PUB": "1 first aid, 3 three seriously hurt or one death, 5 ten deaths or more",
    "ENV": "1 contained on site, 3 local water or air, 5 damage for years",
    "COM": "1 one street for less than a day, 3 a key local service lost, 5 the region",
    "HER": "1 local interest, 3 grade II, 5 grade I or scheduled",
    "ECO": "1 under £50,000, 3 under £5 million, 5 £50 million or more",
}


def of(codes: Iterable[Code], words: Mapping[str, str] | None = None) -> list[Choice]:
    """Return the choices of a vocabulary: code and words."""
    return [(code.value, (words or {}).get(code.value) or words_for(code)) for code in codes]


def by_words(codes: Iterable[Code]) -> list[Choice]:
    """Return the choices of a long vocabulary in the order of the alphabet."""
    return sorted(of(codes), key=lambda choice: choice[1].lower())


YES_NO: list[Choice] = [("true", "Yes"), ("false", "No")]
CHOICES: Mapping[str, list[Choice]] = {
    "visit_kind": of(VisitKind),
    "review_method": of(ReviewMethod),
    "outcome": of(VisitOutcome, OUTCOME_WORDS),
    "watch": of(Watch),
    "premises_class": of(PremisesClass),
    "occupancy_status": of(OccupancyStatus),
    "contact_role": of(ContactRole),
    "appliance_access": of(ApplianceAccess),
    "construction": of(Construction),
    "external_wall": of(ExternalWall),
    "fraew_rating": of(FraewRating),
    "dependency": of(Dependency),
    "evac_strategy": of(EvacuationStrategy),
    "system_kind": of(SystemKind),
    "system_status": of(SystemStatus),
    "isolation_kind": of(IsolationKind),
    "hazard_code": by_words(HazardCode),
    "unit": of(QuantityUnit, {unit.value: unit.value for unit in QuantityUnit}),
    "comah_tier": of(ComahTier),
    "hydrant_status": of(HydrantStatus),
    "assistance": of(Assistance),
    "consent_state": of(ConsentState, CONSENT_WORDS),
    "override_ground": of(OverrideGround, GROUND_WORDS),
    "likelihood": [
        ("1", "1 Rare"),
        ("2", "2 Unlikely"),
        ("3", "3 Possible"),
        ("4", "4 Likely"),
        ("5", "5 Very likely"),
    ],
    "severity": [(str(number), str(number)) for number in range(6)],
    "level": [("1", "1 Very low"), ("2", "2 Low"), ("3", "3 Medium"), ("4", "4 High"), ("5", "5 Very high")],
    "yes_no": YES_NO,
}
