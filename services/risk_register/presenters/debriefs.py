"""What was found after an incident, in words, beside what the record says today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.control import DebriefFinding
from schemas.vocabulary import DebriefSide, FindingKind
from services.domain.fact_words import label_of, value_words
from services.domain.working_time import date_words
from services.risk_register.presenters.fact_words import section_of
from services.risk_register.rules.actions import Action, ActionHistory, ActionState, is_overdue
from services.risk_register.rules.debriefs import DebriefCounts, DebriefTab

PATH = "/review/after-incidents"
TAB_WORDS = {
    DebriefTab.WAITING: "Not right",
    DebriefTab.ASKED: "Asked, not answered",
    DebriefTab.DEALT_WITH: "Dealt with",
    DebriefTab.RIGHT: "Said to be right",
}
KIND_WORDS = {
    FindingKind.WRONG: "Wrong",
    FindingKind.MISSING: "Missing",
    FindingKind.DANGER: "A danger not told",
}
SIDE_WORDS = {DebriefSide.CREW: "the crew", DebriefSide.CONTROL: "control"}
ACTION_WORDS = {ActionState.OPEN: "Open", ActionState.DONE: "Done", ActionState.NOT_NEEDED: "No longer needed"}
LONGEST_TASK = 200


@dataclass(frozen=True)
class FindingLine:
    """One finding: what kind, of which fact, what the record said then and says now, and how it really is."""

    kind: FindingKind
    kind_words: str
    block: str
    label: str
    said: str
    says_now: str
    words: str
    task: str


def finding_lines(findings: Sequence[DebriefFinding], facts: Mapping[str, Any]) -> tuple[FindingLine, ...]:
    """Return what was found, each with the words that an action on it begins with."""
    return tuple(_line(one, facts) for one in findings)


def _line(one: DebriefFinding, facts: Mapping[str, Any]) -> FindingLine:
    label = label_of(one.fact) if one.fact else ""
    task = f"{label}: {one.words}" if label else one.words
    return FindingLine(
        kind=one.kind,
        kind_words=KIND_WORDS[one.kind],
        block=section_of(one.fact) if one.fact else "",
        label=label,
        said=one.said,
        says_now=value_words(one.fact, facts[one.fact]) if one.fact and one.fact in facts else "",
        words=one.words,
        task=task[:LONGEST_TASK],
    )


def debrief_tabs(chosen: DebriefTab, counts: DebriefCounts) -> list[dict[str, Any]]:
    """Return the parts, each that waits with how many."""
    counted = {DebriefTab.WAITING: counts.waiting, DebriefTab.ASKED: counts.asked}
    return [
        {"text": words, "href": f"{PATH}?show={tab}", "count": counted.get(tab), "active": tab is chosen}
        for tab, words in TAB_WORDS.items()
    ]


def action_lines(history: Sequence[ActionHistory]) -> list[dict[str, Any]]:
    """Return what was done to an action, oldest first, as a timeline shows it."""
    return [
        {
            "title": f"{line.action[:1].upper()}{line.action[1:]}: {line.owner}, by {date_words(line.due_on)}",
            "at": line.at,
            "by": line.by,
            "detail": line.why,
        }
        for line in history
    ]


def action_state(action: Action, today: Any) -> str:
    """Return where an action stands on a day."""
    return "Overdue" if is_overdue(action, today) else ACTION_WORDS[action.state]
