"""How many visits a watch can make in a month: a table of numbers that each service sets for itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.vocabulary import Watch
from services.domain.counting import counted
from services.risk_register.rules.asks import STATION, reasons_to_refuse_words
from services.shared.errors import FieldReason

MOST_A_MONTH = 60
# Besides three times what a station can do.
SPARE = 50
# The numbers of every station that has none of its own stand under this name.
ALL_OTHERS = ""
Numbers = Mapping[Watch, int]


@dataclass(frozen=True)
class Capacities:
    """The numbers as they were set: by station, then by watch; a watch that is not named makes no visits.

    Version 0 is what comes with the system.
    """

    version: int
    stations: Mapping[str, Numbers] = field(default_factory=dict)
    set_by: str | None = None
    set_at: datetime | None = None
    reason: str = ""

    def of(self, station: str) -> Numbers:
        """Return how many visits each watch of a station can make in a month."""
        return self.stations.get(station, self.stations.get(ALL_OTHERS, {}))


FIRST = Capacities(0, {ALL_OTHERS: dict.fromkeys((Watch.RED, Watch.WHITE, Watch.BLUE, Watch.GREEN), 4)})


def most_candidates(capacities: Capacities) -> int:
    """Return how many premises of a station are looked at for its plan: enough for it, and for what is seen to already.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return 3 * max((sum(numbers.values()) for numbers in capacities.stations.values()), default=0) + SPARE


def numbers_of(typed: Mapping[Watch, str]) -> Numbers:
    """Return the numbers that were typed; a watch without one, or with 0, makes no visits.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return {watch: number for watch in Watch if (number := counted(typed.get(watch, "")) or 0)}


def reasons_to_refuse_capacity(station: str, typed: Mapping[Watch, str], reason: str) -> tuple[FieldReason, ...]:
    """Return why numbers cannot be set like this, each with how to mend it; a pointer names the watch.

    Policy: docs/domain/4.4.md, the visit plan: a service sets what its watches can do.
    """
    found = list(reasons_to_refuse_words(reason, "say why the numbers are changed"))
    if station and not STATION.fullmatch(station):
        found.append(FieldReason("/station", "this is not a station number such as 71 or S1: write the number"))
    for watch in Watch:
        written = typed.get(watch, "").strip()
        number = counted(written) if written else 0
        if number is None or number > MOST_A_MONTH:
            words = f"give a number of visits from 0 to {MOST_A_MONTH}, or nothing where there is no such watch"
            found.append(FieldReason(f"/{watch.value}", words))
    return tuple(found)
