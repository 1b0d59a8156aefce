"""The page that a desk officer checks before a referral is closed, rejected, sent on, cancelled or reopened."""

from collections.abc import Sequence
from enum import StrEnum

from fastapi import Request, Response

from schemas.vocabulary import ReferralKind
from services.referrals.pages import pages
from services.referrals.pages.referral import Typed
from services.referrals.presenters.stories import desk_and_kind
from services.referrals.rules.outcomes import Outcome, outcome_words
from services.referrals.rules.records import Filed
from services.shared.errors import Refused


class Action(StrEnum):
    """What can be decided on the page."""

    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    REJECT = "reject"
    REROUTE = "reroute"
    CONTACT = "contact"
    CLOSE = "close"
    CANCEL = "cancel"
    REOPEN = "reopen"


# In the order of the page, what each field is called there.
FIELDS = {"/purpose": "purpose", "/outcome": "outcome", "/kind": "kind", "/at": "at"}
HEADINGS = {
    Action.CLOSE: ("Check before you close this referral", "Close the referral"),
    Action.REJECT: ("Check before you reject this referral", "Reject the referral"),
    Action.REROUTE: ("Check before you send this referral on", "Send it on"),
    Action.CANCEL: ("Check before you cancel this referral", "Cancel the referral"),
    Action.REOPEN: ("Check before you open this referral again", "Open it again"),
}
WHAT_FOLLOWS = {
    Action.CLOSE: "It leaves the list of open referrals. It can be opened again, with a reason.",
    Action.REJECT: "It stays at this desk, rejected, until you send it on. What you wrote is kept.",
    Action.REROUTE: "It leaves this desk. That desk's clocks start now.",
    Action.CANCEL: "Nothing more is done about it and its alarms end. It cannot be opened again. Your words are kept.",
    Action.REOPEN: "It comes back to the list of open referrals, in progress. The clock to the next action starts now.",
}
WORDS_ASK = {
    Action.CLOSE: "What you wrote",
    Action.REJECT: "Why it is rejected",
    Action.REROUTE: "What that desk must know",
    Action.CANCEL: "Why it is cancelled",
    Action.REOPEN: "Why it is opened again",
}


def faults_of(action: Action, refused: Refused) -> dict[str, str]:
    """Return what is wrong by field, in the order of the page, each beginning with a capital letter."""
    said = {FIELDS.get(reason.pointer, action.value): reason.reason for reason in reversed(refused.reasons)}
    order = {name: place for place, name in enumerate((*FIELDS.values(), action.value))}
    if action is Action.CONTACT:
        order["at"] = len(order)
    return {name: said[name][:1].upper() + said[name][1:] for name in sorted(said, key=lambda name: order[name])}


def answers_of(action: Action, filed: Filed, typed: Typed) -> list[tuple[str, str]]:
    """Return what was answered, as (question, answer), to be read once more."""
    answers = []
    if action is Action.CLOSE:
        answers.append(("Outcome", outcome_words(filed.kind, Outcome(typed.values["outcome"]))))
    if action is Action.REROUTE:
        answers.append(("Send it on as", desk_and_kind(ReferralKind(typed.values["kind"]))))
    return [*answers, (WORDS_ASK[action], typed.values[action.value].strip() or "Nothing")]


def check_page(
    request: Request, filed: Filed, action: Action, version: int, typed: Typed, answers: Sequence[tuple[str, str]]
) -> Response:
    """Return the page to check what was answered. What was written stands in the page alone, never in its address."""
    heading, button = HEADINGS[action]
    return pages.render(
        request,
        "referrals/check.html",
        referral_id=filed.id,
        action=action.value,
        seen_version=version,
        heading=heading,
        button=button,
        follows=WHAT_FOLLOWS[action],
        answers=answers,
        typed=typed.values,
    )
