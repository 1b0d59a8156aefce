"""What those who look after it are shown of the help that people agreed to tell of."""

from datetime import date
from typing import Any

from schemas.referrals import HelpNeeded
from schemas.vocabulary import ConsentHow, NeedsSource
from services.domain.words import words_for
from services.referrals.rules.buildings import BuildingRow, Counts, Home, Review, review_state
from services.referrals.rules.needs import HeldUnit

REVIEW_WORDS = {
    Review.OVERDUE: "Overdue: ask again",
    Review.DUE: "Due",
    Review.DUE_SOON: "Due soon",
    Review.IN_DATE: "In date",
}
TABS = {
    None: "All",
    Review.OVERDUE: "Overdue",
    Review.DUE: "Due within 28 days",
    Review.DUE_SOON: "Due in 29 to 60 days",
}
SOURCE_WORDS = {
    NeedsSource.CREW_VISIT: "A crew’s visit",
    NeedsSource.RESPONSIBLE_PERSON: "The responsible person",
    NeedsSource.RESIDENT: "The resident",
}
HOW_WORDS = {
    ConsentHow.IN_PERSON: "In person",
    ConsentHow.IN_WRITING: "In writing",
    ConsentHow.BY_TELEPHONE: "By telephone",
    ConsentHow.BY_WHO_DECIDES_FOR_THEM: "By somebody who may by law decide for them",
}


def held_as_json(unit: HeldUnit, today: date) -> dict[str, Any]:
    """Return one flat for a machine."""
    return {
        "id": str(unit.id),
        "unit_ref": unit.help[0].unit_ref or None,
        "review_due_on": unit.review_due_on,
        "review": review_state(unit.review_due_on, today) if unit.review_due_on else None,
        "remove_at": unit.remove_at,
        "people": [each.model_dump(mode="json", exclude={"unit_ref"}) for each in unit.help],
    }


def held_shown(unit: HeldUnit, today: date) -> dict[str, Any]:
    """Return one flat for the page."""
    first = min(unit.help, key=lambda each: each.holds_from)
    review = review_state(unit.review_due_on, today) if unit.review_due_on else Review.IN_DATE
    return {
        "id": str(unit.id),
        "unit": unit.help[0].unit_ref or "The whole address",
        "people": [_help(each) for each in unit.help],
        "help": "; ".join(_help(each) for each in unit.help),
        "consented_at": first.consented_at,
        "confirmed_at": first.confirmed_at,
        "source": _inside(SOURCE_WORDS[first.source]),
        "taken_by": first.taken_by,
        "how": _inside(HOW_WORDS[first.how]) if first.how else "",
        "review": review,
        "review_words": REVIEW_WORDS[review],
        "review_due_on": unit.review_due_on,
        "remove_at": unit.remove_at,
    }


def _inside(words: str) -> str:
    return words[:1].lower() + words[1:]


def _help(needed: HelpNeeded) -> str:
    floor = f"floor {needed.floor}" if needed.floor else ""
    statement = {True: "statement exists", False: "no statement", None: ""}[needed.ees_exists]
    return ", ".join(part for part in (floor, words_for(needed.assistance).lower(), statement) if part)


def home_words(home: Home) -> str:
    """Return what a building is called on a page: its name or address; its number where a visit knew neither."""
    return home.name or home.address or f"UPRN {home.premises_id}"


def building_shown(row: BuildingRow) -> dict[str, Any]:
    """Return one building for the list."""
    home = row.held.home
    return {
        "premises_id": home.premises_id,
        "name": home_words(home),
        "address": ", ".join(each for each in (home.address if home.name else "", home.postcode) if each),
        "flats": row.held.flats,
        "review": row.review,
        "review_words": REVIEW_WORDS[row.review],
        "review_due_on": row.held.review_due_on,
    }


def building_as_json(row: BuildingRow) -> dict[str, Any]:
    """Return one building for a machine."""
    home = row.held.home
    return {
        "premises_id": home.premises_id,
        "name": home.name,
        "address": home.address,
        "postcode": home.postcode,
        "flats": row.held.flats,
        "review": row.review,
        "review_due_on": row.held.review_due_on,
    }


def review_tabs(counts: Counts, chosen: Review | None) -> list[dict[str, Any]]:
    """Return the parts of the list, each with how many buildings it has."""
    of = {None: counts.total, Review.OVERDUE: counts.overdue, Review.DUE: counts.due, Review.DUE_SOON: counts.due_soon}
    return [
        {"text": words, "href": list_address(review), "count": of[review], "active": review is chosen}
        for review, words in TABS.items()
    ]


def list_address(review: Review | None) -> str:
    """Return the address of a part of the list."""
    return f"/referrals/needs?review={review}" if review else "/referrals/needs"
