"""What is odd about placing a visit on an entry: asked back before it is done, for the usual is one key."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.matching.decision import FIX_AGREES_M
from services.matching.gazetteer import Entry
from services.matching.normalise import Number, take_apart
from services.matching.postcodes import Postcodes, tidy_postcode
from services.matching.reading import Written, read

UNLIKELY, LIKELY = 0.05, 0.5
NOT_CURRENT = {3: "another name of an entry", 8: "historical: no longer there"}
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fix:
    """Where the tablet was, in metres, and how far that may be off."""

    point: Point
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """An entry that a person would place a visit on, where it stands, and the candidates that the matcher had."""

    entry: Entry
    point: Point | None
    candidates: Sequence[Mapping[str, Any]]


def what_is_odd(proposed: Proposed, written: str, fix: Fix | None, postcodes: Postcodes) -> tuple[str, ...]:
    """Return what speaks against placing a visit on an entry, each as a sentence; nothing for the usual choice.

    Policy: docs/house.md and docs/matching.md: no step without a way back; what is odd is confirmed, the usual is not.
    """
    return tuple(_odd(proposed, written, fix, postcodes))


def _odd(proposed: Proposed, written: str, fix: Fix | None, postcodes: Postcodes) -> Iterator[str]:
    entry = proposed.entry
    if entry.logical_status in NOT_CURRENT:
        yield f"Its entry is {NOT_CURRENT[entry.logical_status]}."
    away_m = math.dist(proposed.point, fix.point) if proposed.point and fix else None
    if away_m is not None and fix and away_m > FIX_AGREES_M + fix.accuracy_m:
        yield f"It stands {_distance(away_m)} from the position that the tablet sent."
    reading = read(Written(written), postcodes)
    own = tidy_postcode(entry.postcode)
    if reading.postcode.whole and own and reading.postcode.whole != own:
        yield f"The crew wrote the postcode {reading.postcode.whole}, and its postcode is {own}."
    wanted, there = _doors(reading.numbers), _doors(take_apart(f"{entry.name}, {entry.address}").numbers)
    if wanted and there and not any(one.meets(other) for one in wanted for other in there):
        yield f"The crew wrote the number {_said(wanted)}, and its number is {_said(there)}."
    if away_m is not None and away_m <= FIX_AGREES_M:
        return  # the tablet stood beside it: that nothing written names it is no wonder
    scores = {str(one["premises_id"]): float(one["score"] or 0) for one in proposed.candidates}
    if scores.get(entry.premises_id, 0.0) < UNLIKELY and max(scores.values(), default=0.0) >= LIKELY:
        yield "The matcher thinks it very unlikely, and another candidate likely."


def _doors(numbers: Sequence[Number]) -> list[Number]:
    return [number for number in numbers if not number.unit]


def _said(numbers: Sequence[Number]) -> str:
    return ", ".join(
        f"{one.low}{one.letter.upper()}" if one.low == one.high else f"{one.low} to {one.high}" for one in numbers
    )


def _distance(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
