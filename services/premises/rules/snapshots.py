"""All reference data as of one change: what visits are matched against, and what their places are called."""

from dataclasses import dataclass
from functools import cached_property

from services.matching import Gazetteer
from services.premises.rules.localities import Area, Localities


@dataclass(frozen=True, slots=True)
class Counted:
    """How far the reference data has come, and since which change the whole or the areas must be read anew."""

    number: int = 0
    announced: int = 0
    whole_from: int = 0
    areas_from: int = 0


@dataclass(frozen=True)
class Snapshot:
    """An unchanging picture of all reference data, as of one counted change."""

    gazetteer: Gazetteer
    localities: Localities
    areas: dict[str, tuple[Area, ...]]
    seen: Counted

    def name_of(self, kind: str, code: str | None) -> str | None:
        """Return the name of an area by its code."""
        return self._names.get((kind, code))

    @cached_property
    def _names(self) -> dict[tuple[str, str | None], str]:
        return {(kind, area.code): area.name for kind, areas in self.areas.items() for area in reversed(areas)}


def nowhere() -> Snapshot:
    """Return a snapshot of nowhere."""
    return Snapshot(Gazetteer(()), Localities(), {}, Counted())
