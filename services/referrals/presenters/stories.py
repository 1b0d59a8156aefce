"""What the page of one referral shows: what the crew wrote, what happened, and which buttons there are."""

from collections.abc import Sequence
from typing import Any

from schemas.visit_parts import CrewReferral, Hazard, Medium, PersonNeed
from schemas.visits import Concerns
from schemas.vocabulary import ReferralKind, ReferralState
from services.domain.words import words_for
from services.referrals.presenters.alarms import alarm_words
from services.referrals.rules.desks import DESKS, may_be_sent_on_as
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.raising import RaisedBecause
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS
from services.referrals.rules.transitions import may_move

BECAUSE_WORDS = {
    RaisedBecause.CREW: "The crew asked for it",
    RaisedBecause.STRATEGY_UNKNOWN: "Evacuation strategy unknown in a high-rise",
    RaisedBecause.EQUIPMENT_FAULT: "Equipment out of order for over 24 hours",
    RaisedBecause.WATER_INADEQUATE: "Water not adequate",
    RaisedBecause.HYDRANT_DEFECT: "Hydrant defective or not found",
    RaisedBecause.CREW_SAFETY: "Caution on approach",
    RaisedBecause.NEAR_BORDER: "Near the border of the service",
    RaisedBecause.NEAR_NEIGHBOUR: "Near a neighbouring service",
}
# Of the others the word that is kept is the one that is said.
ACTION_WORDS = {
    "rerouted": "Sent on",
    "contact": "Spoke to somebody",
    "reopened": "Opened again",
    "need": "Need recorded",
    "try": "Contact recorded",
    "visit": "Visit recorded",
}


def note_shown(referral: CrewReferral) -> dict[str, Any]:
    """Return what the crew wrote of one referral, in words."""
    ground = words_for(referral.override_ground) if referral.override_ground else ""
    return {
        "note": referral.note or "",
        "unit": referral.unit_ref or "",
        "consent": words_for(referral.consent_state) if referral.consent_state else "",
        "ground": ": ".join(part for part in (ground, referral.override_note) if part),
        "spoken_to": referral.spoken_to or "",
        "spoken_at": referral.spoken_at,
    }


def because_words(because: Sequence[RaisedBecause]) -> str:
    """Return why a referral was raised, in words."""
    return "; ".join(BECAUSE_WORDS[why] for why in because)


def person_shown(person: PersonNeed) -> dict[str, str]:
    """Return what a visit told about one person: where, and the help they need; never a name or an illness."""
    floor = f"floor {person.floor}" if person.floor else ""
    return {
        "where": ", ".join(part for part in (person.unit_ref, floor) if part),
        "help": words_for(person.assistance),
        "sleeps_in": person.sleeps_in or "",
        "consent": words_for(person.consent_state),
    }


def hazard_shown(hazard: Hazard) -> dict[str, str]:
    """Return what a hazard tells about a person: the clutter of each room, or why to be cautious."""
    rooms = hazard.clutter.model_dump() if hazard.clutter else {}
    clutter = ", ".join(f"{room} {rating} of 9" for room, rating in rooms.items())
    review = f"review on {hazard.review_on:%d %b %Y}" if hazard.review_on else ""
    parts = (clutter, hazard.basis, hazard.location, hazard.note, review)
    return {"what": words_for(hazard.code), "words": "; ".join(part for part in parts if part)}


def photograph_shown(medium: Medium) -> dict[str, str]:
    """Return what a crew wrote of a photograph of people and where it was taken, and by what it is asked for."""
    floor = f"floor {medium.floor}" if medium.floor else ""
    words = "; ".join(part for part in (medium.caption, floor) if part)
    return {"words": words or "the crew wrote nothing of it", "sha256": medium.sha256}


def plans_shown(people: Concerns | None, filed: Filed) -> list[dict[str, Any]]:
    """Return the plans that photographs of people are pinned on, with those, under the numbers of their list."""
    plans: dict[str, list[dict[str, Any]]] = {}
    for number, medium in enumerate(people.media if people else (), 1):
        if medium.pin:
            address = f"/referrals/{filed.id}/photographs/{medium.sha256}"
            at = {"address": address, "title": f"Photograph {number}", "pin_x": medium.pin.x, "pin_y": medium.pin.y}
            pinned = {"number": number, "floor": medium.floor, "medium": at}
            plans.setdefault(medium.pin.plan, []).append(pinned)
    return [
        {"medium": {"address": f"/media/{filed.visit_id}/{plan}", "title": "The plan"}, "pinned": pinned}
        for plan, pinned in plans.items()
    ]


def concerns_shown(narrative: Concerns | None, people: Concerns | None) -> dict[str, Any]:
    """Return an opened case in words."""
    return {
        "destroyed": narrative is None or people is None,
        "notes": [note_shown(referral) for referral in narrative.referrals] if narrative else [],
        "people": [person_shown(person) for person in people.people] if people else [],
        "hazards": [hazard_shown(hazard) for hazard in people.hazards] if people else [],
        "photographs": [photograph_shown(medium) for medium in people.media] if people else [],
    }


def basis_shown(basis: Concerns | None) -> dict[str, Any]:
    """Return what a violence marker rests on, in words."""
    return {
        "destroyed": basis is None,
        "notes": [note_shown(referral) for referral in basis.referrals] if basis else [],
        "hazards": [hazard_shown(hazard) for hazard in basis.hazards] if basis else [],
    }


def timeline_of(filed: Filed, steps: Sequence[Step], said: Sequence[str]) -> list[dict[str, Any]]:
    """Return what happened to a referral, oldest first; `said` are the words of each step."""
    raised = f"Raised: {KINDS[filed.raised_as].words}"
    entries: list[dict[str, Any]] = [{"title": raised, "at": filed.raised_at, "by": f"crew {filed.where.callsign}"}]
    for step, words in reversed(list(zip(steps, said, strict=True))):
        title = ACTION_WORDS.get(step.action, step.action.capitalize())
        entries.append({"title": title, "at": step.at, "by": step.by, "detail": words})
    entries += [{"title": alarm_words(filed, alarm), "at": alarm.at, "by": "RAVI"} for alarm in filed.alarms]
    return sorted(entries, key=lambda entry: entry["at"])


def moves_of(filed: Filed) -> dict[str, bool]:
    """Return which buttons the page of a referral has."""
    return {
        "acknowledge": may_move(filed.state, ReferralState.ACKNOWLEDGED),
        "accept": may_move(filed.state, ReferralState.ACCEPTED),
        "reject": may_move(filed.state, ReferralState.REJECTED),
        "reroute": may_move(filed.state, ReferralState.REROUTED),
        "close": may_move(filed.state, ReferralState.CLOSED),
        "cancel": may_move(filed.state, ReferralState.CANCELLED),
        # Safe and Well records each contact beside its other steps.
        "contact": not filed.is_finished and filed.kind not in SAFE_AND_WELL_KINDS,
        "reopen": filed.state is ReferralState.CLOSED and may_move(filed.state, ReferralState.IN_PROGRESS),
    }


def desk_and_kind(kind: ReferralKind) -> str:
    """Return a kind with the desk that it goes to."""
    return f"{next(desk.words for desk in reversed(DESKS) if kind in desk.kinds)}: {KINDS[kind].words}"


def kinds_to_send_on_as(kind: ReferralKind) -> list[dict[str, str]]:
    """Return the kinds that a rejected referral may be sent on as, with the desk each goes to."""
    return [{"value": "", "text": "Choose what it is"}] + [
        {"value": other.value, "text": desk_and_kind(other)} for other in ReferralKind if may_be_sent_on_as(kind, other)
    ]
