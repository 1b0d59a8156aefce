"""What a source's file says is there, held against what it said before: its set is replaced whole, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from services.domain.review_dates import add_months
from services.domain.working_time import date_words
from services.shared.errors import FieldReason

Thing = TypeVar("Thing")
LONGEST_SOURCE, LONGEST_FIELD = 60, 500
OLD_AFTER_MONTHS = 12
# A file with so much less than the last one is more often half a file than the truth.
MOST_GONE = 0.1


class SourceKind(StrEnum):
    """What a source's file holds."""

    HYDRANTS = "HYDRANTS"
    AREA_PLANS = "AREA_PLANS"


@dataclass(frozen=True)
class Refusal:
    """A line of a table, or an area of a map, that was not taken: everything that is wrong with it, and as it came."""

    item: int
    reference: str
    fields: Mapping[str, str]
    reasons: tuple[FieldReason, ...]


@dataclass(frozen=True)
class Changes(Generic[Thing]):
    """What a file changes of a source's set, by their own numbers; `held` is how many there are afterwards."""

    came: Mapping[str, Thing]
    changed: Mapping[str, Thing]
    went: tuple[str, ...]
    held: int


def changes_of(held: Mapping[str, Thing], wanted: Mapping[str, Thing], refused: Sequence[Refusal]) -> Changes[Thing]:
    """Return what comes, what changes and what goes; what stands on a refused line stays as it was before.

    Policy: docs/decisions/0044: the file is the whole set of its source.
    """
    spared = {each.reference for each in refused}
    came = {key: thing for key, thing in wanted.items() if key not in held}
    changed = {key: thing for key, thing in wanted.items() if key in held and held[key] != thing}
    went = tuple(key for key in held if key not in wanted and key not in spared)
    return Changes(came, changed, went, len(held) + len(came) - len(went))


def reasons_to_refuse_changes(
    held: int, changes: Changes[Thing], wanted: Collection[str], *, expected: bool
) -> tuple[FieldReason, ...]:
    """Return why a file is not taken at all: nothing in it is good, or much more would go than a source takes away.

    Policy: docs/decisions/0044: half a file must not empty a map that crews drive by.
    """
    if not wanted:
        return (FieldReason("/file", "nothing in it can be taken, so nothing is changed: see what is refused"),)
    if expected or len(changes.went) <= held * MOST_GONE:
        return ()
    words = f"{len(changes.went):,} of {held:,} would go, so nothing is changed: if the file is whole, say so"
    return (FieldReason("/file", f"{words} with --expect-gone"),)


def reasons_to_refuse_origin(source: str, dated_on: date, today: date) -> tuple[FieldReason, ...]:
    """Return why a source cannot be called so, or its file be of such a day.

    Policy: docs/decisions/0044: by its source's name is known what the file replaces, by its day how old it is.
    """
    found = []
    if not 1 <= len(source) <= LONGEST_SOURCE:
        words = f"name whose file it is, in 1 to {LONGEST_SOURCE} characters, the same each time"
        found.append(FieldReason("/source", words))
    if dated_on > today:
        found.append(FieldReason("/dated", f"give the day the file tells of, not after {date_words(today)}"))
    return tuple(found)


def is_old(dated_on: date, today: date) -> bool:
    """Return whether a file is so old that whoever reads it must be warned: over 12 months.

    Policy: docs/decisions/0044.
    """
    return add_months(dated_on, OLD_AFTER_MONTHS) < today
