"""The map of oversight in words: what narrows it, the way to each narrower one, and what its drawing is handed."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.domain.words import words_for
from services.risk_register.presenters.narrowing import narrowed
from services.risk_register.presenters.plans import WHY_WORDS
from services.risk_register.presenters.queue import address_beside
from services.risk_register.rules.pressing import Planned, Pressing, PressingLine, PressingWanted

PATH = "/oversight/map"


def map_address(wanted: PressingWanted, **other: Any) -> str:
    """Return the address of the map that is narrowed like this, but for what is named."""
    given = {"show": wanted.why, "level": wanted.level, "station": wanted.station}
    return narrowed(PATH, {**given, "planned": "yes" if wanted.planned else None, **other})


def map_tabs(wanted: PressingWanted, counts: Mapping[Pressing, int]) -> list[dict[str, Any]]:
    """Return the reasons as parts of the map, each with how many premises are on it."""
    parts: list[tuple[Pressing | None, str, int]] = [(None, "All", sum(counts.values()))]
    parts += [
        (why, words, counts.get(why, 0))
        for why, words in WHY_WORDS.items()
        if why is not Pressing.BY_HAND or counts.get(why)
    ]
    return [
        {"text": words, "href": map_address(wanted, show=why), "count": count, "active": why is wanted.why}
        for why, words, count in parts
    ]


def planned_to_choose(wanted: bool) -> list[dict[str, Any]]:
    """Return what a field for what is planned offers."""
    choices = (("", "Planned or not", not wanted), ("yes", "Planned", wanted))
    return [{"value": value, "text": text, "selected": selected} for value, text, selected in choices]


def planned_words(planned: Planned) -> str:
    """Return in which plan a premises stands: "S1 Red, Dec 2026"."""
    return f"{planned.station} {words_for(planned.watch)}, {planned.month:%b %Y}"


def under(line: PressingLine) -> str:
    """Return what stands under the name of a premises: the rest of its address, and its postcode."""
    address = address_beside(line.name, line.address) if line.name else ""
    return f"{address}, {line.postcode}" if address and line.postcode else address or line.postcode


def marks_of(lines: Iterable[PressingLine]) -> list[dict[str, Any]]:
    """Return what the map draws, by the place of each line in the list; degrees WGS 84, as Leaflet wants them."""
    return [
        {
            "line": number,
            "at": [line.latitude, line.longitude],
            "why": line.why,
            "level": line.level or 0,
            "planned": line.planned is not None,
            "name": line.name or line.address,
        }
        for number, line in enumerate(lines, 1)
        if line.latitude is not None and line.longitude is not None
    ]
