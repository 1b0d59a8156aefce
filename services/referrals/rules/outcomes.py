"""How a referral may end: the outcomes that each desk chooses from, and which of them need words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.vocabulary import ReferralKind

LONGEST_WORDS = 500


class Outcome(StrEnum):
    """How a referral ended."""

    PUT_RIGHT = "PUT_RIGHT"
    ADVICE_GIVEN = "ADVICE_GIVEN"
    NOTICE_SERVED = "NOTICE_SERVED"
    NOTHING_WRONG = "NOTHING_WRONG"
    RECORD_CHANGED = "RECORD_CHANGED"
    RECORD_RIGHT = "RECORD_RIGHT"
    PASSED_TO_NEIGHBOUR = "PASSED_TO_NEIGHBOUR"
    PASSED_ON = "PASSED_ON"
    PASSED_TO_POLICE = "PASSED_TO_POLICE"
    NO_CRIME = "NO_CRIME"
    MARKER_STANDS = "MARKER_STANDS"
    MARKER_NOT_PLACED = "MARKER_NOT_PLACED"
    PASSED_TO_AGENCY = "PASSED_TO_AGENCY"
    SUPPORT_IN_PLACE = "SUPPORT_IN_PLACE"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    VISITED = "VISITED"
    NOT_REACHED = "NOT_REACHED"
    DECLINED = "DECLINED"
    OTHER = "OTHER"


@dataclass(frozen=True)
class OutcomePolicy:
    """One line of a desk's list: what it says, and what must be written with it (nothing, if empty)."""

    outcome: Outcome
    words: str
    must_say: str = ""


OTHER = OutcomePolicy(Outcome.OTHER, "Something else", "say what the outcome was")
PASSED_ON = OutcomePolicy(Outcome.PASSED_ON, "Passed to another body", "say which body took it, and who there")
BUILDING_SAFETY = (
    OutcomePolicy(Outcome.PUT_RIGHT, "Put right"),
    OutcomePolicy(Outcome.ADVICE_GIVEN, "Advice given to the responsible person"),
    OutcomePolicy(Outcome.NOTICE_SERVED, "Notice served", "say which notice, and until when it runs"),
    OutcomePolicy(Outcome.NOTHING_WRONG, "Looked at, and nothing was wrong"),
    PASSED_ON,
    OTHER,
)
RISK_INTELLIGENCE = (
    OutcomePolicy(Outcome.RECORD_CHANGED, "The risk record was changed"),
    OutcomePolicy(Outcome.RECORD_RIGHT, "The risk record was right as it stood"),
    OutcomePolicy(Outcome.PUT_RIGHT, "Put right"),
    PASSED_ON,
    OTHER,
)
CROSS_BORDER = (
    OutcomePolicy(Outcome.PASSED_TO_NEIGHBOUR, "The neighbouring service has it"),
    OutcomePolicy(Outcome.NOTHING_WRONG, "Of no use to a neighbouring service"),
    OTHER,
)
CRIME = (
    OutcomePolicy(Outcome.PASSED_TO_POLICE, "Passed to the police", "say which force or unit took it"),
    OutcomePolicy(Outcome.NO_CRIME, "Looked at, and no crime was seen", "say what that rests on"),
    OTHER,
)
CREW_SAFETY = (
    OutcomePolicy(Outcome.MARKER_STANDS, "The marker stands, for 12 months"),
    OutcomePolicy(Outcome.MARKER_NOT_PLACED, "No marker is placed"),
    OTHER,
)
SAFEGUARDING = (
    OutcomePolicy(Outcome.PASSED_TO_AGENCY, "An agency has taken it on", "say which agency took it, and who there"),
    OutcomePolicy(Outcome.SUPPORT_IN_PLACE, "Support is in place already", "say which"),
    OutcomePolicy(Outcome.DECLINED, "The person does not want help", "say how you know, and that it is safe to leave"),
    OutcomePolicy(Outcome.NO_FURTHER_ACTION, "No further action", "say why nothing more is to be done"),
    OTHER,
)
SAFE_AND_WELL = (
    OutcomePolicy(Outcome.VISITED, "Visit made"),
    OutcomePolicy(Outcome.DECLINED, "The person does not want a visit"),
    OutcomePolicy(Outcome.NOT_REACHED, "Nobody could be reached", "say how often, and how, you tried"),
    PASSED_ON,
    OTHER,
)
OF_ONE_KIND: Mapping[ReferralKind, tuple[OutcomePolicy, ...]] = {
    ReferralKind.RI6: CRIME,
    ReferralKind.RI8: CROSS_BORDER,
    ReferralKind.RI9: CREW_SAFETY,
    ReferralKind.SG10: SAFE_AND_WELL,
    ReferralKind.SG11: SAFE_AND_WELL,
}
OF_STREAM = {"BS": BUILDING_SAFETY, "RI": RISK_INTELLIGENCE, "SG": SAFEGUARDING}


def outcomes_of(kind: ReferralKind) -> tuple[OutcomePolicy, ...]:
    """Return the outcomes that a referral of a kind may be closed with.

    Policy: docs/domain/4.2.md, `CLOSED(outcome)`; the lists are a service's own to set.
    """
    return OF_ONE_KIND.get(kind) or OF_STREAM[kind.value[:2]]


def outcome_words(kind: ReferralKind, outcome: Outcome) -> str:
    """Return an outcome as the desk of a kind says it; a referral sent on since keeps the words it was closed with.

    Policy: docs/domain/4.2.md.
    """
    every = (*outcomes_of(kind), *(line for lines in (*OF_ONE_KIND.values(), *OF_STREAM.values()) for line in lines))
    return next(line.words for line in every if line.outcome is outcome)


def reasons_to_refuse_outcome(kind: ReferralKind, outcome: Outcome | None, words: str) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with an outcome, as (field, how to mend it); empty if nothing is.

    Policy: docs/domain/4.2.md: closed with an outcome; what passes a matter on or ends it says where or why.
    """
    chosen = next((line for line in outcomes_of(kind) if line.outcome is outcome), None)
    reasons = []
    if chosen is None:
        reasons.append(("outcome", "choose the outcome from the list"))
    if chosen is not None and chosen.must_say and not words.strip():
        reasons.append(("words", chosen.must_say))
    reasons += [("words", reason) for reason in reasons_to_refuse_length(words)]
    return tuple(reasons)


def reasons_to_refuse_length(words: str) -> tuple[str, ...]:
    """Return how to mend words that are too long to be kept; empty if they are not.

    Policy: docs/domain/4.1.md: a text is at most 500 characters.
    """
    length = len(words.strip())
    return (f"shorten it to {LONGEST_WORDS} characters: it has {length:,}",) if length > LONGEST_WORDS else ()
