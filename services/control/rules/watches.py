"""Which watches a station has, and within how many days they read what changed: a table that a service may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.vocabulary import Watch

MOST_DAYS = 90


@dataclass(frozen=True)
class Watches:
    """The watches of each station, of all others `usual`, and how long each has to read a changed record."""

    within: timedelta
    usual: tuple[Watch, ...]
    stations: Mapping[str, tuple[Watch, ...]]

    def of(self, station: str) -> tuple[Watch, ...]:
        """Return the watches of a station."""
        return self.stations.get(station.upper(), self.usual)


def watches_in(table: Mapping[str, Any]) -> Watches:
    """Return what a table says: `days`, `watches` and `[stations]`; raises `ValueError` if it is wrong.

    Policy: docs/domain/4.7.md, measure 13: each first-due watch, in 14 days.
    """
    days, stations = table.get("days"), table.get("stations", {})
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        raise ValueError(f"days must be a number from 1 to {MOST_DAYS}")
    if not isinstance(stations, dict):
        raise ValueError("[stations] must name the watches of each station")
    usual = _watches("watches", table.get("watches"))
    return Watches(
        timedelta(days=days), usual, {name.upper(): _watches(name, named) for name, named in stations.items()}
    )


def _watches(name: str, named: Any) -> tuple[Watch, ...]:
    known = [watch.value for watch in Watch]
    if not isinstance(named, list) or not named or not all(each in known for each in named):
        raise ValueError(f"{name} must list one or more of {', '.join(known)}")
    return tuple(watch for watch in Watch if watch.value in named)
