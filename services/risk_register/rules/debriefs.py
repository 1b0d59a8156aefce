"""What was found after an incident: kept as a report, put before a reviewer where something was not right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas.control import DebriefAnswered, DebriefFinding
from schemas.vocabulary import DebriefSide, FindingKind
from services.domain.fact_keys import field_of
from services.domain.gravity import LIVES_DEPEND_ON
from services.domain.working_time import WORKING_DAY, add_working_time
from services.risk_register.rules.decisions import is_author
from services.risk_register.rules.review_queue import SAFETY_CRITICAL_WITHIN
from services.shared.errors import FieldReason

MENDED_WITHIN = 3 * WORKING_DAY
SHORTEST_REASON, LONGEST_REASON = 5, 500
OWN_ANSWER = "this is your own answer: somebody else decides what becomes of it"


class AnswerState(StrEnum):
    """Where an answer stands: it waits for a reviewer, is dealt with, or said that all was right."""

    WAITING = "WAITING"
    DEALT_WITH = "DEALT_WITH"
    RIGHT = "RIGHT"


class AnswerChange(StrEnum):
    """What a reviewer may do with an answer."""

    FINISH = "FINISH"
    REOPEN = "REOPEN"


TRANSITIONS: Mapping[AnswerState, Mapping[AnswerChange, AnswerState]] = {
    AnswerState.WAITING: {AnswerChange.FINISH: AnswerState.DEALT_WITH},
    AnswerState.DEALT_WITH: {AnswerChange.REOPEN: AnswerState.WAITING},
    AnswerState.RIGHT: {},
}


@dataclass(frozen=True)
class DebriefAnswer:
    """What somebody said after an incident, and what became of it; no visit, so it moves no date of the record."""

    answer_id: str
    premises_id: str
    called: str
    incident_no: str
    asked_of: DebriefSide
    is_right: bool
    was_right: str
    findings: tuple[DebriefFinding, ...]
    is_critical: bool
    answered_by: str
    answered_at: datetime
    state: AnswerState
    version: int
    changed_by: str
    changed_at: datetime
    station: str | None = None
    callsign: str | None = None
    record_version: int | None = None
    due_at: datetime | None = None
    reason: str | None = None

    def moved(self, change: AnswerChange, reason: str, by: str, at: datetime) -> "DebriefAnswer":
        """Return it in the state that a change leads to."""
        if not may_change_answer(self.state, change):
            raise ValueError(f"an answer that is {self.state} cannot {change}")
        after = replace(self, state=TRANSITIONS[self.state][change], reason=reason)
        return replace(after, version=self.version + 1, changed_by=by, changed_at=at)


@dataclass(frozen=True)
class DebriefCounts:
    """How many answers wait for a reviewer, how many of them are safety-critical, and who has not answered yet."""

    waiting: int
    critical: int
    asked: int


class DebriefTab(StrEnum):
    """A part of what comes after incidents: what waits, who is asked, what is dealt with, what was right."""

    WAITING = "waiting"
    ASKED = "asked"
    DEALT_WITH = "dealt-with"
    RIGHT = "right"


def may_change_answer(state: AnswerState, change: AnswerChange) -> bool:
    """Return whether an answer in one state may be changed so.

    Policy: docs/domain/4.4.md, after an incident.
    """
    return change in TRANSITIONS[state]


def taken_in(event: DebriefAnswered) -> DebriefAnswer:
    """Return an answer as it comes to the risk team: in the queue, or kept as a confirmation by report.

    Policy: docs/domain/4.4.md, after an incident; docs/domain/1.6.md: only a visit in person moves a date.
    """
    critical = is_critical(event)
    within = SAFETY_CRITICAL_WITHIN if critical else MENDED_WITHIN
    return DebriefAnswer(
        answer_id=event.answer_id,
        premises_id=event.premises_id,
        called=event.called,
        incident_no=event.incident_no,
        asked_of=event.asked_of,
        is_right=event.is_right,
        was_right=event.was_right,
        findings=event.findings,
        is_critical=critical,
        answered_by=event.answered_by,
        answered_at=event.answered_at,
        state=AnswerState.RIGHT if event.is_right else AnswerState.WAITING,
        version=1,
        changed_by=event.answered_by,
        changed_at=event.answered_at,
        station=event.station,
        callsign=event.callsign,
        record_version=event.record_version,
        due_at=None if event.is_right else add_working_time(event.answered_at, within),
    )


def is_critical(event: DebriefAnswered) -> bool:
    """Return whether an answer is safety-critical: a danger nobody was told of, or wrong where lives depend on it.

    Policy: docs/domain/4.2.md, RI2: P2 if safety-critical (4 working hours), else P3 (3 working days).
    """
    return any(
        one.kind is FindingKind.DANGER or (one.fact is not None and field_of(one.fact) in LIVES_DEPEND_ON)
        for one in event.findings
    )


def reasons_to_refuse_finishing(answer: DebriefAnswer, reason: str, by: str) -> tuple[FieldReason, ...]:
    """Return why somebody cannot say that an answer is dealt with, each with how to mend it.

    Policy: docs/domain/4.4.md: nobody decides on what they sent themselves, and a reason is kept.
    """
    own = (FieldReason("/reason", OWN_ANSWER),) if is_author(by, {answer.answered_by}) else ()
    return (*own, *reasons_of_length(reason, "say what was done, or why nothing is"))


def reasons_of_length(reason: str, say: str) -> tuple[FieldReason, ...]:
    """Return why a reason is not enough for those who read it later.

    Policy: docs/domain/1.4.md: who did what, and why, is kept.
    """
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return ()
    return (FieldReason("/reason", f"{say}, in {SHORTEST_REASON} to {LONGEST_REASON} characters"),)
