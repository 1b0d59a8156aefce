"""What a desk is shown of a referral in its list: words for its codes, where it is, what is due, and by when."""

from datetime import datetime
from typing import Any

from schemas.vocabulary import Priority, ReferralState
from services.domain.words import words_for
from services.referrals.presenters.alarms import marks_of
from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import NEED_WORDS
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.outcomes import outcome_words
from services.referrals.rules.records import Filed, Whereabouts
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS
from services.referrals.rules.worklist import STAGE_WORDS, due_at, stage_of

PRIORITY_WORDS = {
    Priority.P0: "Immediate",
    Priority.P1: "Urgent",
    Priority.P2: "High",
    Priority.P3: "Normal",
    Priority.P4: "Advice",
}
STATE_WORDS = {
    ReferralState.RAISED: "New",
    ReferralState.SENT: "New",
    ReferralState.ESCALATED: "New, late",
    ReferralState.REROUTED: "Sent on to this desk",
    ReferralState.REJECTED: "Rejected, to be sent on",
}


def needs_words(need: Need | None) -> str:
    """Return how great the need of a Safe and Well case is, in words."""
    return f"{NEED_WORDS[need]} need" if need else "Need not judged"


def state_words(state: ReferralState) -> str:
    """Return a state as the desk would say it."""
    return STATE_WORDS.get(state, words_for(state))


def what_is_due(filed: Filed) -> tuple[str, datetime | None]:
    """Return what the desk has to do next, and by when."""
    if filed.is_finished:
        return "Finished", None
    if filed.kind in SAFE_AND_WELL_KINDS:
        return STAGE_WORDS[stage_of(filed)], due_at(filed)
    if filed.waits:
        return "Acknowledge", filed.acknowledge_by
    if filed.state is ReferralState.REJECTED:
        return "Send it on", filed.first_action_by
    policy = KINDS[filed.kind]
    return (policy.first_action_words or "Act").capitalize(), filed.first_action_by


def where_words(filed: Filed) -> str:
    """Return where a referral is: the premises once located, until then what the crew wrote."""
    return place_words(filed.where)


def place_words(where: Whereabouts) -> str:
    """Return where a visit was: the premises once located, until then what the crew wrote."""
    if where.is_located:
        named = where.premises_name if where.premises_name not in where.address else ""
        postcode = where.postcode if where.postcode not in where.address else ""
        return ", ".join(part for part in (named, where.address, postcode) if part)
    return where.written


def area_words(filed: Filed) -> str:
    """Return the station ground and district of a located referral, or the crew's station until then."""
    where = filed.where
    if not where.is_located:
        return f"Not located yet; station {filed.station}"
    return ", ".join(
        part for part in (f"{where.station_ground} ground" * bool(where.station_ground), where.district) if part
    )


def row_of(filed: Filed) -> dict[str, Any]:
    """Return one line of a desk's list."""
    due_words, due_at = what_is_due(filed)
    return {
        "id": str(filed.id),
        "version": filed.version,
        "kind": filed.kind.value,
        "what": KINDS[filed.kind].words,
        "priority": filed.priority.value,
        "priority_words": PRIORITY_WORDS[filed.priority],
        "where": where_words(filed),
        "area": area_words(filed),
        "raised_at": filed.raised_at,
        "due_words": due_words,
        "due_at": due_at,
        "state": state_words(filed.state),
        "alarms": marks_of(filed),
        "waits": filed.waits,
        "held": filed.held,
        "need": filed.progress.need,
        "need_words": needs_words(filed.progress.need),
        "finished_at": filed.finished_at,
        "outcome": outcome_words(filed.kind, filed.outcome) if filed.outcome else "",
    }


def as_json(filed: Filed) -> dict[str, Any]:
    """Return a referral for a machine: codes and times; of a case no more than a desk's list shows."""
    where = filed.where
    return {
        "id": str(filed.id),
        "version": filed.version,
        "visit_id": filed.visit_id,
        "kind": filed.kind.value,
        "kind_words": KINDS[filed.kind].words,
        "stream": KINDS[filed.kind].stream.value,
        "priority": filed.priority.value,
        "state": filed.state.value,
        "raised_at": filed.raised_at,
        "acknowledge_by": filed.acknowledge_by,
        "first_action_by": filed.first_action_by,
        "human_contact_by": filed.human_contact_by,
        "acknowledged_at": filed.acknowledged_at,
        "acknowledged_by": filed.acknowledged_by,
        "spoken_at": filed.spoken_at,
        "finished_at": filed.finished_at,
        "outcome": filed.outcome.value if filed.outcome else None,
        "station": filed.station,
        "written": where.written,
        "premises_id": where.premises_id or None,
        "address": where.address or None,
        "postcode": where.postcode or None,
        "station_ground": where.station_ground or None,
        "district": where.district or None,
        "safe_and_well": _progress_as_json(filed) if filed.kind in SAFE_AND_WELL_KINDS else None,
        "alarms": [
            {"reason": alarm.reason.value, "step": alarm.step, "at": alarm.at, "told": alarm.told}
            for alarm in filed.alarms
        ],
    }


def _progress_as_json(filed: Filed) -> dict[str, Any]:
    made = filed.progress
    return {
        "need": made.need,
        "next": None if filed.is_finished else stage_of(filed),
        "due_at": None if filed.is_finished else due_at(filed),
        "reached_at": made.reached_at,
        "visit": made.visit,
        "visit_at": made.visit_at,
    }
