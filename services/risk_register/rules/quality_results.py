"""What the checks of quality found, by station and month: never a figure about fewer than five visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.domain.quality import FEWEST

MONTHS = 6


@dataclass(frozen=True)
class Tally:
    """The checks of visits of one station that were published in one month, and of them those drawn at random."""

    station: str
    month: date
    checks: int
    points_right: int
    points_asked: int
    random_checks: int
    random_right: int
    random_asked: int


@dataclass(frozen=True)
class Result:
    """How many per cent of the points asked are right; None: of fewer than five visits, no figure."""

    percent: int | None


@dataclass(frozen=True)
class QualityResults:
    """The results by station and month, the newest month first; `at_random` is of the random sample at all stations."""

    months: tuple[date, ...]
    by_station: Mapping[str, Mapping[date, Result]]
    at_random: Result


def first_month(today: date) -> date:
    """Return the first day of the months that are shown.

    Policy: docs/domain/4.7.md, KPI 10: the last six months, this one among them.
    """
    back = today.year * 12 + today.month - MONTHS
    return date(back // 12, back % 12 + 1, 1)


def results_of(tallies: Sequence[Tally]) -> QualityResults:
    """Return the results of some checks.

    The figure of all stations is left out, too, where taking away what is shown would leave fewer than five visits.

    Policy: docs/domain/4.6.md, small numbers.
    """
    by_station: dict[str, dict[date, Result]] = {}
    for each in sorted(tallies, key=lambda tally: (tally.station, tally.month)):
        result = _result(each.checks, each.points_right, each.points_asked)
        by_station.setdefault(each.station, {})[each.month] = result
    hidden = sum(each.checks for each in tallies if each.checks < FEWEST)
    checks = sum(each.random_checks for each in tallies) if hidden == 0 or hidden >= FEWEST else 0
    right, asked = sum(each.random_right for each in tallies), sum(each.random_asked for each in tallies)
    months = tuple(sorted({each.month for each in tallies}, reverse=True))
    return QualityResults(months, by_station, _result(checks, right, asked))


def _result(checks: int, right: int, asked: int) -> Result:
    return Result(100 * right // asked if checks >= FEWEST and asked else None)
