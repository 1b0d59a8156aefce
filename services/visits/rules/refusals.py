"""Why a visit is refused: what the tablet has to mend before the visit can be taken."""

from datetime import datetime, timedelta

from schemas.high_rise import is_high_rise_residential
from schemas.visits import VisitSubmission
from schemas.vocabulary import ApplianceAccess, ConsentState, HazardCode, PremisesClass, VisitKind, VisitOutcome
from services.shared.errors import FieldReason
from services.visits.rules.consent import reasons_to_refuse_consent
from services.visits.rules.hazards import reasons_to_refuse_hazards

CLOCK_TOLERANCE = timedelta(minutes=10)
LONGEST_VISIT = timedelta(hours=12)
OLDEST_VISIT = timedelta(days=5 * 366)
LARGEST_MEDIA_BYTES = 60 * 1024 * 1024
CRITICAL_FACTS_FROM_LEVEL = 3

DWELLINGS = frozenset(
    {PremisesClass.DWELLING_HOUSE, PremisesClass.FLATS_LOW, PremisesClass.FLATS_MID, PremisesClass.FLATS_HIGH}
)
NEEDS_BASE_VERSION = frozenset({VisitKind.REVIEW, VisitKind.CHANGE})


def reasons_to_refuse(visit: VisitSubmission, now: datetime) -> tuple[FieldReason, ...]:
    """Return every reason to refuse a visit that fits the form, in the order of the form; empty if it is taken.

    Reasons say how to mend the field and never repeat what is in it.

    Policy: docs/domain/4.1.md.
    """
    return (
        *_times(visit, now),
        *_envelope(visit),
        *_premises(visit),
        *_access(visit),
        *_building(visit, now),
        *reasons_to_refuse_hazards(visit, now.date(), is_dwelling=visit.premises_class in DWELLINGS),
        *_tactical(visit),
        *_people(visit),
        *_score(visit),
        *_referrals(visit, now),
        *_media_and_sign_off(visit),
    )


def _times(visit: VisitSubmission, now: datetime) -> list[FieldReason]:
    found = []
    if visit.submitted_at > now + CLOCK_TOLERANCE:
        found.append(FieldReason("/submitted_at", "this is in the future; set the tablet's clock and send again"))
    if visit.ended_at > visit.submitted_at:
        found.append(FieldReason("/ended_at", "this is after the visit was sent; correct when the visit ended"))
    if visit.started_at > visit.ended_at:
        found.append(FieldReason("/started_at", "this is after the visit ended; correct one of the two times"))
    elif visit.ended_at - visit.started_at > LONGEST_VISIT:
        found.append(
            FieldReason("/ended_at", "this is more than 12 hours after the start; correct one of the two times")
        )
    if visit.started_at < now - OLDEST_VISIT:
        found.append(FieldReason("/started_at", "this is more than 5 years ago; check the tablet's clock"))
    return found


def _envelope(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if visit.outcome is not VisitOutcome.COMPLETED and not visit.outcome_note:
        found.append(FieldReason("/outcome_note", "say in a few words why the visit was not completed"))
    if visit.visit_kind is VisitKind.POST_INCIDENT and not visit.incident_no:
        found.append(FieldReason("/incident_no", "give the incident number, as this is a visit after an incident"))
    if visit.visit_kind in NEEDS_BASE_VERSION and visit.base_record_version is None:
        words = "give the version of the risk record that the crew had before it, as this is a review or a change"
        found.append(FieldReason("/base_record_version", words))
    return found


def _premises(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if visit.uprn is None and (visit.address is None or not visit.address.one_line()):
        found.append(FieldReason("/address", "write the address or give the UPRN, so that the premises can be found"))
    if _is_completed(visit) and visit.premises_class not in DWELLINGS and not visit.contacts:
        found.append(FieldReason("/contacts", "give at least one person to ring about the premises"))
    return found


def _access(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if _is_completed(visit) and visit.appliance_access is None:
        found.append(FieldReason("/appliance_access", "say whether an appliance can get there"))
    if visit.appliance_access is ApplianceAccess.RESTRICTED and not visit.access_note:
        found.append(FieldReason("/access_note", "say what restricts the access"))
    if _is_completed(visit) and visit.sib is None and _is_high_rise(visit):
        found.append(FieldReason("/sib", "say whether there is a secure information box, as this is a high-rise"))
    return found


def _building(visit: VisitSubmission, now: datetime) -> list[FieldReason]:
    found = []
    if visit.max_night and not visit.sleeping:
        found.append(FieldReason("/sleeping", "must be yes, as somebody is there at night"))
    for number, system in enumerate(visit.systems):
        if system.fault_since is not None and system.fault_since > now + CLOCK_TOLERANCE:
            found.append(FieldReason(f"/systems/{number}/fault_since", "this is in the future; correct it"))
    if visit.sib is not None and visit.sib.last_checked is not None and visit.sib.last_checked > now.date():
        found.append(FieldReason("/sib/last_checked", "this is in the future; correct it"))
    return found


def _tactical(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    level = visit.override.level if visit.override is not None else 0
    known = any(fact for fact in visit.critical_facts)
    if _is_completed(visit) and level >= CRITICAL_FACTS_FROM_LEVEL and not known:
        found.append(FieldReason("/critical_facts", "give 1 to 5 facts that a commander must read first"))
    heritage = any(hazard.code is HazardCode.HERITAGE_SALVAGE for hazard in visit.hazards)
    if heritage and not visit.salvage_priorities:
        found.append(FieldReason("/salvage_priorities", "say what to save first, as there are heritage contents"))
    return found


def _people(visit: VisitSubmission) -> list[FieldReason]:
    about_people = any(referral.kind.startswith("SG") for referral in visit.referrals)
    words = "leave this person out unless consent is given, or make a safeguarding referral"
    return [
        FieldReason(f"/people/{number}/consent_state", words)
        for number, person in enumerate(visit.people)
        if person.consent_state is not ConsentState.GIVEN and not about_people
    ]


def _score(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if _is_completed(visit) and visit.likelihood is None:
        found.append(FieldReason("/likelihood", "give the likelihood, 1 to 5"))
    if _is_completed(visit) and visit.severity is None:
        found.append(FieldReason("/severity", "give the severity, 0 to 5, of each of the six categories"))
    if visit.override is not None and not visit.override.reason:
        found.append(FieldReason("/override/reason", "say why the level should be another one"))
    return found


def _referrals(visit: VisitSubmission, now: datetime) -> list[FieldReason]:
    found = []
    for number, referral in enumerate(visit.referrals):
        place = f"/referrals/{number}"
        for fault in reasons_to_refuse_consent(
            referral.kind, referral.consent_state, referral.override_ground, referral.override_note
        ):
            found.append(FieldReason(f"{place}/{fault.field}", fault.words))
        if referral.spoken_at is not None and referral.spoken_at > now + CLOCK_TOLERANCE:
            found.append(FieldReason(f"{place}/spoken_at", "this is in the future; correct it"))
    return found


def _media_and_sign_off(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if sum(medium.bytes for medium in visit.media) > LARGEST_MEDIA_BYTES:
        found.append(
            FieldReason("/media", "this is more than 60 MB altogether; leave something out or make it smaller")
        )
    if visit.sign_off is None or not visit.sign_off.declaration:
        found.append(FieldReason("/sign_off/declaration", "the officer who leads must sign the visit off"))
    return found


def _is_completed(visit: VisitSubmission) -> bool:
    return visit.outcome is VisitOutcome.COMPLETED


def _is_high_rise(visit: VisitSubmission) -> bool:
    return is_high_rise_residential(visit.premises_class, visit.height_top_storey_m, visit.storeys_above)
