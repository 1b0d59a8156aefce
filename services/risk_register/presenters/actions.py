"""The list of actions in words: its parts, its owners, and the links to each narrower list."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.risk_register.presenters.narrowing import narrowed
from services.risk_register.rules.actions import ActionShow, OwnerCount

PATH = "/oversight/actions"
SHOW_WORDS = {
    ActionShow.OPEN: "Open",
    ActionShow.OVERDUE: "Overdue",
    ActionShow.DONE: "Done",
    ActionShow.NOT_NEEDED: "No longer needed",
}


def action_address(show: ActionShow, owner: str | None) -> str:
    """Return the address of the list that is narrowed like this."""
    return narrowed(PATH, {"show": show, "owner": owner})


def action_tabs(chosen: ActionShow, owner: str | None, counts: Mapping[ActionShow, int]) -> list[dict[str, Any]]:
    """Return the parts of the list, each with how many actions are in it."""
    return [
        {"text": words, "href": action_address(show, owner), "count": counts[show], "active": show is chosen}
        for show, words in SHOW_WORDS.items()
    ]


def owners_to_choose(owners: Iterable[OwnerCount], wanted: str | None) -> list[dict[str, Any]]:
    """Return what a field for the owner offers: who has open actions, and whoever is asked for."""
    named = {each.owner_key: f"{each.owner} ({each.total} open)" for each in owners}
    if wanted and wanted not in named:
        named[wanted] = wanted
    choices = [("", "Everybody"), *sorted(named.items())]
    return [{"value": value, "text": text, "selected": value == (wanted or "")} for value, text in choices]
