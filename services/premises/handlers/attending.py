"""Who has which visit open just now, so that two people at the desk do not read the same one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ATTENDED = timedelta(minutes=10)


@dataclass
class Attending:
    """Notes who opened which visit last. A courtesy of this process, not a lock: the version of a case is that."""

    _opened: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def opened(self, visit_id: str, person: str, now: datetime) -> None:
        """Note that a person has a visit open, and so no other one."""
        if self.others(person, now).get(visit_id) is None:
            self.left(person)
            self._opened[visit_id] = (person, now)

    def left(self, person: str) -> None:
        """Note that a person has no visit open."""
        self._opened = {one: (who, at) for one, (who, at) in self._opened.items() if who != person}

    def others(self, person: str, now: datetime) -> Mapping[str, str]:
        """Return which visits others opened within the last 10 minutes, and who."""
        return {one: who for one, (who, at) in self._opened.items() if who != person and now - at < ATTENDED}
