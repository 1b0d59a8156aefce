"""Why a visit is refused: what the tablet has to mend before the visit can be taken."""

import re
from datetime import date, datetime, timedelta

from schemas.visits import VisitSubmission
from schemas.vocabulary import ApplianceAccess, ConsentState, HazardCode, VisitKind, VisitOutcome
from services.domain.visit_scope import tells_the_whole
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author, reasons_to_refuse_author
from services.visits.rules.building import DWELLINGS, IN_THE_FUTURE, is_high_rise, reasons_to_refuse_building
from services.visits.rules.consent import reasons_to_refuse_consent
from services.visits.rules.hazards import reasons_to_refuse_hazards
from services.visits.rules.one_size import reasons_to_refuse_length
from services.visits.rules.order import in_page_order

CLOCK_TOLERANCE = timedelta(minutes=10)
LONGEST_VISIT = timedelta(hours=12)
OLDEST_VISIT = timedelta(days=5 * 366)
LARGEST_MEDIA_BYTES = 60 * 1024 * 1024
CRITICAL_FACTS_FROM_LEVEL = 3

POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
STATION = re.compile(r"[A-Z]{0,3}\d{1,3}[A-Z]?", re.IGNORECASE)
NEEDS_BASE_VERSION = frozenset({VisitKind.REVIEW, VisitKind.CHANGE})


def reasons_to_refuse(visit: VisitSubmission, now: datetime) -> tuple[FieldReason, ...]:
    """Return every reason to refuse a visit that fits the form, in the order of the form; empty if it is taken.

    Reasons say how to mend the field and never repeat what is in it.

    Policy: docs/domain/4.1.md.
    """
    found = (
        *_times(visit, now),
        *_envelope(visit),
        *_premises(visit),
        *_access(visit, now.date()),
        *reasons_to_refuse_building(visit, now + CLOCK_TOLERANCE),
        *reasons_to_refuse_hazards(visit, now.date(), is_dwelling=visit.premises_class in DWELLINGS),
        *_tactical(visit),
        *_people(visit),
        *_score(visit),
        *_referrals(visit, now),
        *_media_and_sign_off(visit),
    )
    return in_page_order(found)


def every_reason_to_refuse(
    visit: VisitSubmission, author: Author, now: datetime, closed: tuple[str, str]
) -> tuple[FieldReason, ...]:
    """Return the reasons of who sends a visit, of what it says and of how long what it seals is (`closed`).

    They are in the order of the page.

    Policy: docs/domain/4.1.md and docs/domain/4.6.md, who sends a visit in whose name.
    """
    of_author = reasons_to_refuse_author(visit, author)
    named = {reason.pointer for reason in of_author}
    said = (*reasons_to_refuse(visit, now), *reasons_to_refuse_length(visit, closed))
    of_content = [reason for reason in said if reason.pointer not in named]
    return in_page_order((*of_author, *of_content))


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
    if not STATION.fullmatch(visit.station):
        words = "this is not a station number such as 71 or S1: write the number of your station"
        found.append(FieldReason("/station", words))
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
    postcode = " ".join((visit.address.postcode or "").upper().split()) if visit.address is not None else ""
    if postcode and not POSTCODE.fullmatch(postcode):
        words = "this is not a whole postcode such as ME14 1XX: correct it, or leave it out if you do not know it"
        found.append(FieldReason("/address/postcode", words))
    if tells_the_whole(visit) and visit.premises_class not in DWELLINGS and not visit.contacts:
        found.append(FieldReason("/contacts", "give at least one person to ring about the premises"))
    for number, contact in enumerate(visit.contacts):
        if not contact.name:
            found.append(FieldReason(f"/contacts/{number}/name", "give the name of the person or of the firm"))
        if not contact.phone:
            found.append(FieldReason(f"/contacts/{number}/phone", "give the number to ring"))
    return found


def _access(visit: VisitSubmission, today: date) -> list[FieldReason]:
    found = []
    if tells_the_whole(visit) and visit.appliance_access is None:
        found.append(FieldReason("/appliance_access", "say whether an appliance can get there"))
    if visit.appliance_access is ApplianceAccess.RESTRICTED and not visit.access_note:
        found.append(FieldReason("/access_note", "say what restricts the access"))
    if visit.sib is None:
        if tells_the_whole(visit) and is_high_rise(visit):
            found.append(FieldReason("/sib", "say whether there is a secure information box, as this is a high-rise"))
        return found
    if tells_the_whole(visit) and visit.sib.present and not visit.sib.location:
        found.append(FieldReason("/sib/location", "say where the secure information box is"))
    if visit.sib.last_checked is not None and visit.sib.last_checked > today:
        found.append(FieldReason("/sib/last_checked", IN_THE_FUTURE))
    return found


def _tactical(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    level = visit.override.level if visit.override is not None else 0
    known = any(fact for fact in visit.critical_facts)
    if tells_the_whole(visit) and level >= CRITICAL_FACTS_FROM_LEVEL and not known:
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
    if tells_the_whole(visit) and visit.likelihood is None:
        found.append(FieldReason("/likelihood", "give the likelihood, 1 to 5"))
    if tells_the_whole(visit) and visit.severity is None:
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
            found.append(FieldReason(f"{place}/spoken_at", IN_THE_FUTURE))
    return found


def _media_and_sign_off(visit: VisitSubmission) -> list[FieldReason]:
    found = []
    if sum(medium.bytes for medium in visit.media) > LARGEST_MEDIA_BYTES:
        found.append(
            FieldReason("/media", "this is more than 60 MB altogether; leave something out or make it smaller")
        )
    if visit.sign_off is None or not visit.sign_off.declaration:
        found.append(FieldReason("/sign_off/declaration", "the officer who leads must sign the visit off"))
    if visit.sign_off is None or visit.sign_off.lead_competent is None:
        words = "say whether the officer who leads is certified to lead these visits; no is an answer"
        found.append(FieldReason("/sign_off/lead_competent", words))
    return found
