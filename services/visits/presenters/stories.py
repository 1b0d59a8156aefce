"""What a screen or a device shows of a visit: where it stands, in words, and what became of it so far."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import AwareDatetime

from schemas.location_words import location_reason_words
from schemas.visit_parts import Part
from schemas.vocabulary import QualityPoint, ReviewState
from services.domain.quality import POINT_WORDS
from services.visits.rules.media import not_shown
from services.visits.rules.remarks import Remark
from services.visits.rules.story import ReceivedVisit, Step, StoryLine, place_in_line, state_now
from services.visits.rules.urgent import urgent_facts

STEP_WORDS: dict[str, str] = {
    ReviewState.RECEIVED: "Received",
    Step.NEEDS_PERSON: "The central risk team is finding out which premises it is",
    Step.PUT_BACK: "Put back: address not settled",
    Step.LOCATED: "Premises found",
    Step.REFERRAL_RAISED: "Referral sent",
    Step.REFERRAL_ACKNOWLEDGED: "Referral taken in hand",
    Step.REFERRAL_MOVED: "What came of the referral",
    Step.CONTROL_SHOWN: "Shown to control",
    Step.QUALITY_CHECKED: "Checked for quality",
    ReviewState.QUEUED: "Waiting for review",
    ReviewState.CLAIMED: "Being reviewed",
    ReviewState.CONFLICT: "Being compared with a newer record",
    ReviewState.PUBLISHED: "Published",
    ReviewState.PUBLISHED_AMENDED: "Published with changes",
    ReviewState.RETURNED: "Returned to you",
    ReviewState.RESUBMITTED: "Sent again",
    ReviewState.MERGED: "Merged with another visit",
    ReviewState.REJECTED: "Rejected",
    ReviewState.ESCALATED: "Passed to a senior reviewer",
    ReviewState.SUPERSEDED: "Replaced by a newer record",
    ReviewState.WITHDRAWN: "Withdrawn",
}
NEXT_WORDS: dict[str, str] = {
    ReviewState.RECEIVED: "Premises found",
    Step.NEEDS_PERSON: "The central risk team says which premises it is",
    Step.PUT_BACK: "The central risk team says which premises it is",
    Step.LOCATED: "Review by the central risk team",
    ReviewState.QUEUED: "Review by the central risk team",
    ReviewState.CONFLICT: "Decision by the central risk team",
    ReviewState.RESUBMITTED: "Review by the central risk team",
    ReviewState.CLAIMED: "Decision by the central risk team",
    ReviewState.ESCALATED: "Decision by a senior reviewer",
}
REMARK_WORDS: dict[str, str] = {
    Remark.SENT_LATE: "Sent more than 7 days after the visit.",
    Remark.POINT_INACCURATE: "The tablet's position was no better than 100 m.",
    Remark.LEVEL_DIFFERS: "The level you set is not the one that your own answers give: the reviewer compares them.",
    Remark.OVERRIDE_REFUSED: "The level you set by hand cannot stand: the one that your answers give is used.",
    Remark.LIKELIHOOD_DOUBTED: "The likelihood is not the usual one for such premises, and you gave no reason.",
    Remark.CRITICAL_FACTS_MISSING: (
        "The risk level is 3 or more and there are no critical facts: "
        "send 1 to 5 that a commander must read first, as a change to this record."
    ),
    Remark.FAULT_WITHOUT_PHOTO: "There is no photograph of what is out of order.",
    Remark.LEAD_NOT_COMPETENT: "The officer who led is not yet certified: the reviewer sees this.",
}
SAME_AS_LISTED = ("submission_id", "address", "received_at", "state", "state_words", "amends", "comments")
RETURNED_TO_CREW = "returned-to-crew"
REFERRAL_WORDS = {"BS": "building safety", "RI": "risk information"}


def step_words(step: str) -> str:
    """Return what a screen says for a step."""
    return STEP_WORDS.get(step, step.replace("_", " ").capitalize())


def written_address(visit: ReceivedVisit) -> str:
    """Return the address as the crew wrote it, or the UPRN."""
    address = visit.open_part.get("address") or {}
    if address.get("written"):
        return str(address["written"])
    street = " ".join(part for part in (address.get("number"), address.get("street")) if part)
    parts = (address.get("name"), street, address.get("locality"), address.get("town"), address.get("postcode"))
    return ", ".join(part for part in parts if part) or f"UPRN {visit.open_part.get('uprn')}"


def state_of(visit: ReceivedVisit) -> str:
    """Return the state of a visit now."""
    return state_now((line.step, line.at) for line in visit.story)


def lines_of(visit: ReceivedVisit) -> list[StoryLine]:
    """Return the whole story in the order in which it happened, from the moment the visit was received."""
    received = StoryLine(visit.visit_id, ReviewState.RECEIVED, visit.received_at)
    return [received, *sorted(visit.story, key=lambda line: (line.at, place_in_line(line.step), line.about))]


def detail_words(line: StoryLine) -> str:
    """Return what a screen says beside a step."""
    if line.step in (Step.REFERRAL_RAISED, Step.REFERRAL_ACKNOWLEDGED):
        return f"{line.detail}, {REFERRAL_WORDS.get(line.detail[:2], '')}".rstrip(", ")
    if line.step == Step.REFERRAL_MOVED:
        kind, _, came_of_it = line.detail.partition(": ")
        return f"{kind}, {REFERRAL_WORDS.get(kind[:2], '')}: {came_of_it}"
    if line.step == Step.CONTROL_SHOWN and line.detail:
        return "marked UNVERIFIED until somebody has reviewed it"
    if line.step == Step.NEEDS_PERSON:
        return location_reason_words(line.detail) if line.detail else ""
    if line.step == Step.QUALITY_CHECKED:
        return " ".join(quality_sentences(line))
    return line.detail


def quality_sentences(line: StoryLine) -> Iterator[str]:
    """Yield what the crew reads of the check of its visit's quality: how much is right, and what is not."""
    yield f"{line.detail}." if line.detail else "It is being checked again."
    for point, words in (line.comments or {}).items():
        yield f"{POINT_WORDS[QualityPoint(point)]}: {words.rstrip('.')}."


def listed(visit: ReceivedVisit) -> dict[str, Any]:
    """Return one line of the list of visits that a device has sent."""
    state = state_of(visit)
    return {
        "submission_id": visit.visit_id,
        "address": written_address(visit),
        "led_by": visit.open_part["lead_officer_id"],
        "visit_kind": visit.open_part["visit_kind"],
        "outcome": visit.open_part["outcome"],
        "received_at": visit.received_at,
        "state": state,
        "state_words": step_words(state),
        "amends": visit.open_part.get("amends"),
        "comments": sum(len(line.fields) for line in visit.story if state == line.step == ReviewState.RETURNED),
    }


class ChangeStep(Part):
    """One thing that became of a visit, in words, and when."""

    words: str
    at: AwareDatetime
    detail: str


class VisitChange(Part):
    """What became of a visit so far: where it stands, who sees what of it, and whether its crew must act.

    `comments` counts what its reviewer asks for while it waits for its crew; `amends` is the visit it replaced.
    """

    submission_id: str
    address: str
    received_at: AwareDatetime
    state: str
    state_words: str
    says: str
    more: tuple[str, ...]
    then: str
    must_act: bool
    amends: str | None
    comments: int
    steps: tuple[ChangeStep, ...]


class VisitChanges(Part):
    """What became of the visits of which something is new, the newest first, of `total`.

    `cursor` is asked with next; a visit may be told twice, and is never left out.
    """

    cursor: str
    total: int
    visits: tuple[VisitChange, ...]


def change_of(visit: ReceivedVisit) -> VisitChange:
    """Return what became of a visit, for the tablet that asks again and again."""
    told, so = listed(visit), what_is_so(visit)
    return VisitChange(
        **{name: told[name] for name in SAME_AS_LISTED},
        says=so["title"],
        more=tuple(so["said"]),
        then=so["then"],
        must_act=so["must_act"],
        steps=tuple(
            ChangeStep(words=step_words(line.step), at=line.at, detail=detail_words(line)) for line in lines_of(visit)
        ),
    )


def page_of(visit: ReceivedVisit) -> dict[str, Any]:
    """Return the story of a visit for its page: what comes next, and a number that changes when the story does."""
    story = story_of(visit)
    return {
        **story,
        "what_is_so": what_is_so(visit),
        "next_words": NEXT_WORDS.get(story["state"], ""),
        "edition": zlib.crc32(repr((story["story"], story["warnings"], story["media"])).encode()),
    }


def what_is_so(visit: ReceivedVisit) -> dict[str, Any]:
    """Return what the crew must know of its visit now: where it stands, who sees what, and whether they must act."""
    state, callsign = state_of(visit), visit.open_part["callsign"]
    detail = next((line.detail for line in reversed(lines_of(visit)) if line.step == state), "")
    goes, shown = "", ""
    if urgent_facts(visit.open_part):
        goes = f"What is urgent in it goes to control with your callsign, {callsign}: it does not wait for the address."
        shown = f"Control sees what is urgent in it, with your callsign, {callsign}, and no address yet."
    if state == ReviewState.RECEIVED:
        return _so("Received. We are finding the address.", (goes,), "This page tells you when it is found.")
    if state == Step.NEEDS_PERSON and detail.startswith(RETURNED_TO_CREW):
        then = "Send the visit again with a better address. Ring control if a crew could be sent there before that."
        return _so("The address could not be settled.", (location_reason_words(detail),), then, must_act=True)
    if state == Step.NEEDS_PERSON:
        said = (shown, f"The premises desk is looking. {location_reason_words(detail)}")
        then = "Ring control if a crew could be sent there before it is settled, or if you can say where it is."
        return _so("The address is not settled.", said, then, must_act=True)
    if state == ReviewState.RETURNED:
        then = "Put right what is asked for, and send it again."
        asked = (detail, *_comments_words(visit))
        return _so("The central risk team needs something from you.", asked, then, must_act=True)
    checked = next((line for line in lines_of(visit) if line.step == Step.QUALITY_CHECKED), None)
    found = (f"Checked for quality: {detail_words(checked)}",) if checked else ()
    return _so(f"{step_words(state)}.", found, "Nothing more is needed from you now.")


def _comments_words(visit: ReceivedVisit) -> Iterator[str]:
    """Yield what the reviewer wrote of single fields when the visit was returned."""
    returned = next((line for line in reversed(lines_of(visit)) if line.step == ReviewState.RETURNED), None)
    for name, words in ((returned and returned.comments) or {}).items():
        yield f"{name.replace('_', ' ').capitalize()}: {words}"


def _so(title: str, said: Iterable[str], then: str, *, must_act: bool = False) -> dict[str, Any]:
    return {"title": title, "said": [sentence for sentence in said if sentence], "then": then, "must_act": must_act}


def story_of(visit: ReceivedVisit) -> dict[str, Any]:
    """Return the story of a visit for a device: its state, its receipt, and each step with its time."""
    return {
        **listed(visit),
        "missing_media": list(visit.missing),
        "media": {
            "listed": len(visit.listed),
            "arrived": len(visit.listed) - len(visit.missing),
            "not_shown": list(not_shown(visit.media)),
        },
        "warnings": [{"code": code, "words": REMARK_WORDS.get(code, code)} for code in visit.warnings],
        "story": [
            {
                "state": line.step,
                "at": line.at,
                "words": step_words(line.step),
                "detail": detail_words(line),
                "fields": list(line.fields),
                "due_at": line.due_at,
            }
            for line in lines_of(visit)
        ],
    }
