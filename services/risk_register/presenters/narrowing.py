"""How a list is narrowed by an address: the stations to choose from, and the address of each narrower list."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

# In an address: in the ground of no station.
NO_GROUND = "-"


def station_wanted(typed: str) -> str | None:
    """Return the station that a list is narrowed to: None for all, empty for those in no station's ground."""
    return "" if typed == NO_GROUND else typed or None


def station_words(station: str) -> str:
    """Return a station as a list calls it."""
    return f"Station {station}" if station else "No station"


def stations_to_choose(stations: Iterable[str], wanted: str | None) -> list[dict[str, Any]]:
    """Return what a field for the station offers."""
    named = sorted({*stations, *({wanted} if wanted is not None else ())})
    choices = [(None, "All stations"), *((station, station_words(station)) for station in named)]
    return [
        {"value": NO_GROUND if value == "" else value or "", "text": text, "selected": value == wanted}
        for value, text in choices
    ]


def narrowed(path: str, given: Mapping[str, Any]) -> str:
    """Return the address of a list that is narrowed like this, ready for the number of a page to be added."""
    asked = {name: NO_GROUND if value == "" else str(value) for name, value in given.items() if value is not None}
    return f"{path}?{urlencode(asked)}" if asked else path


def page_link(address: str) -> str:
    """Return an address up to the number of a page."""
    return f"{address}{'&' if '?' in address else '?'}page="
