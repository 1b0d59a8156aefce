"""Tactical plans in words: how pressing a review is, the fields of a plan, and what was done to one."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.domain.fact_words import label_of
from services.risk_register.presenters.narrowing import narrowed
from services.risk_register.rules.tactical_plans import PLAN_FIELDS, PlanCounts, PlanDecision, PlanShow, PlanState

PATH = "/oversight/tactical-plans"
STATE_WORDS = {
    PlanState.OVERDUE: "Overdue",
    PlanState.DUE: "Due in 28 days",
    PlanState.DUE_SOON: "Due in 60 days",
    PlanState.IN_DATE: "In date",
}
SHOW_WORDS = {PlanShow.DUE: "Due", PlanShow.WAITING: "Waiting for a second person", PlanShow.ALL: "All plans"}
DECISION_WORDS = {PlanDecision.NO_CHANGE: "no change", PlanDecision.CHANGED: "changed"}


def plan_address(show: PlanShow, station: str | None) -> str:
    """Return the address of the list that is narrowed like this."""
    return narrowed(PATH, {"show": show, "station": station})


def plan_tabs(chosen: PlanShow, station: str | None, counts: PlanCounts) -> list[dict[str, Any]]:
    """Return the parts of the list, each with how many plans of all stations are in it."""
    counted = {PlanShow.DUE: counts.due, PlanShow.WAITING: counts.waiting, PlanShow.ALL: counts.total}
    return [
        {"text": words, "href": plan_address(show, station), "count": counted[show], "active": show is chosen}
        for show, words in SHOW_WORDS.items()
    ]


def plan_lines(words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return a plan by its fields: name, label, words; a field that says nothing has none."""
    return [(name, label_of(name), words.get(name, "")) for name in PLAN_FIELDS]


def history_lines(history: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what was done to a plan, oldest first, as a timeline shows it."""
    return [
        {
            "title": line["action"][:1].upper() + line["action"][1:],
            "at": line["at"],
            "by": line["by"],
            "detail": line["why"],
        }
        for line in history
    ]
