"""How the numbers that were written stand to the numbers on an entry's doors."""

from enum import StrEnum

from services.matching.normalise import Number


class Numbers(StrEnum):
    """How the written house numbers stand to the entry's."""

    SILENT = "none-written"
    EXACT = "same"
    WITHIN = "within-its-range"
    OVERLAP = "range-differs"
    LETTER = "letter-differs"
    LACKING = "entry-has-none"
    CONFLICT = "different"


def agree(written: list[Number], has: list[Number]) -> Numbers:
    """Return how written numbers stand to those an entry has; an extra one beside a right one differs in range."""
    if not written:
        return Numbers.SILENT
    if not has:
        return Numbers.LACKING
    extras = [one for one in written if not any(one.meets(other) for other in has)]
    if extras and len(extras) < len(written):
        return Numbers.OVERLAP
    if any(one.is_exactly(other) for one in written for other in has):
        return Numbers.EXACT
    for one in written:
        for other in has:
            if one.meets(other):
                same_door = one.low == other.low and one.high == other.high
                if same_door:
                    return Numbers.LETTER
                return Numbers.WITHIN if one.low == one.high or other.low == other.high else Numbers.OVERLAP
    if any(one.low == other.low and one.high == other.high and one.low for one in written for other in has):
        return Numbers.LETTER
    return Numbers.CONFLICT


def is_met(stands: Numbers, has: list[Number]) -> bool:
    """Return whether the numbers of entry and writing are the same, or neither has any."""
    return stands is Numbers.EXACT if has else stands is Numbers.SILENT
