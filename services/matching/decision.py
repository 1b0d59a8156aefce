"""Decide whether one building is meant, a person must choose, or nothing in the gazetteer is like it."""

import math

from schemas.vocabulary import LocationOutcome
from services.domain.grid_references import GridPoint
from services.matching.abbreviations import GENERIC_WORDS, STOP_WORDS
from services.matching.buildings import Building
from services.matching.doors import Numbers
from services.matching.findings import Code, Findings, Where
from services.matching.gazetteer_parts import NAME, STREET
from services.matching.notes import Relation
from services.matching.question import Question
from services.matching.reading import PostcodeRead
from services.matching.reasons import MatchReason

CERTAIN = 0.95
LEAD = 0.05
WORTH_SHOWING = 0.0005
FIX_AGREES_M = 150.0
_IS_WRITTEN = 0.7
_NAMES_LITTLE = 1.0


def decide(
    question: Question, buildings: list[Building], fix: tuple[float, float] | None, certain: float = CERTAIN
) -> tuple[LocationOutcome, MatchReason]:
    """Return the outcome and its reason.

    Policy: docs/domain/4.1.md, Geocode rule: a score above the threshold and a clear lead over
    the next different building, else review with candidates; never dropped, never guessed.
    """
    if not buildings or buildings[0].belief < WORTH_SHOWING:
        return LocationOutcome.UNMATCHED, _only(question) or MatchReason.NOTHING_LIKE_IT
    first = buildings[0]
    doubt = _doubt(question, first.best, fix)
    if doubt is not None:
        return LocationOutcome.REVIEW, doubt
    runner_up = buildings[1].belief if len(buildings) > 1 else 0.0
    if first.belief >= certain and first.belief - runner_up >= LEAD:
        return LocationOutcome.MATCHED, _why(question, first.best)
    return LocationOutcome.REVIEW, _only(question) or _why_not(question, first, runner_up)


def _doubt(question: Question, best: Findings, fix: tuple[float, float] | None) -> MatchReason | None:
    """Return what sends even the best entry to a person, whatever its score."""
    if question.reading.relation is Relation.BESIDE:
        return MatchReason.BESIDE_ANOTHER
    if question.reading.relation is Relation.FORMERLY:
        return MatchReason.FORMER_NAME
    if best.entry.logical_status not in (1, 6):
        return MatchReason.NOT_CURRENT
    if best.numbers is Numbers.CONFLICT:
        on_the_street = best.share(STREET) >= _IS_WRITTEN and best.named < _NAMES_LITTLE
        return MatchReason.NUMBER_NOT_IN_GAZETTEER if on_the_street else MatchReason.NUMBER_CONTRADICTS
    if _lacks_unit(best):
        return MatchReason.UNIT_NOT_IN_GAZETTEER
    if fix is not None and math.hypot(best.easting - fix[0], best.northing - fix[1]) > FIX_AGREES_M:
        return MatchReason.FIX_FAR_AWAY
    if best.code is Code.CONFLICT and question.reading.postcode.whole:
        return MatchReason.POSTCODE_CONTRADICTS
    if best.namesakes > 1 and _placeless(best):
        return MatchReason.SEVERAL_BRANCHES
    if best.where is Where.FAR and best.code not in (Code.SAME, Code.SLIP):
        return MatchReason.PLACE_CONTRADICTS
    return None


def _lacks_unit(best: Findings) -> bool:
    """Return whether a unit is written that the entry is not, and that no block with unlisted units may hold.

    Policy: docs/domain/1.1.md; where a block lists its units, one that it lacks may be a slip.
    The number before the name of a block without a house number ("7 Rowan House") is a unit's.
    """
    if best.units is Numbers.LACKING:
        return best.has_units or not best.is_parent
    return best.units is Numbers.CONFLICT or (best.has_units and best.numbers is Numbers.LACKING)


def _placeless(best: Findings) -> bool:
    """Return whether neither a town (or a short form of it), a postcode nor a number says which namesake is meant."""
    return (
        best.where in (Where.SILENT, Where.NEARBY)
        and best.code in (Code.SILENT, Code.CONFLICT)
        and best.numbers is not Numbers.EXACT
        and not best.located
    )


def _why(question: Question, best: Findings) -> MatchReason:
    if best.units is Numbers.LACKING:
        return MatchReason.PARENT_OF_UNIT
    numbered = best.numbers in (Numbers.EXACT, Numbers.WITHIN)
    named = best.named > 1.0
    if numbered and best.share(STREET) >= 0.5:
        return MatchReason.NAME_NUMBER_AND_STREET if named else MatchReason.NUMBER_AND_STREET
    if best.share(STREET) >= 0.5:
        return MatchReason.NAME_AND_STREET
    if best.code in (Code.SAME, Code.SLIP):
        return MatchReason.NAME_AND_POSTCODE
    return MatchReason.NAME_AND_PLACE


def _only(question: Question) -> MatchReason | None:
    """Return what was written where it is no premises at all: a point, a postcode, a town, or nothing."""
    reading = question.reading
    if reading.numbers or any(not one.in_place and one.word not in STOP_WORDS for one in question.asked):
        return None
    if isinstance(reading.point, GridPoint):
        return MatchReason.ONLY_A_POINT
    if reading.postcode != PostcodeRead():
        return MatchReason.ONLY_A_POSTCODE
    return MatchReason.ONLY_A_PLACE if question.places else MatchReason.NOTHING_WRITTEN


def _why_not(question: Question, first: Building, runner_up: float) -> MatchReason:
    best = first.best
    if _is_only_a_street(question, best):
        return MatchReason.ONLY_A_STREET
    if runner_up > 0.15:
        return MatchReason.SEVERAL_BRANCHES if best.namesakes > 1 else MatchReason.SEVERAL_BUILDINGS
    if best.code is Code.CONFLICT:
        return MatchReason.POSTCODE_CONTRADICTS
    if best.other_street:
        return MatchReason.STREET_CONTRADICTS
    if best.unexplained > 4.0:
        return MatchReason.NAME_CONTRADICTS
    if (best.own_total == 0.0 and best.total[NAME]) or _is_generic(question):
        return MatchReason.GENERIC_NAME
    return MatchReason.PROBABLY_MISSING if first.belief < 0.3 else MatchReason.NOT_SURE_ENOUGH


def _is_only_a_street(question: Question, best: Findings) -> bool:
    """Return whether a street is all that is written of the best entry, and nothing else is written."""
    return (
        not question.reading.numbers
        and best.share(STREET) >= _IS_WRITTEN
        and best.named < _NAMES_LITTLE
        and best.unexplained + best.unexplained_kind < _NAMES_LITTLE
    )


def _is_generic(question: Question) -> bool:
    """Return whether only words that hundreds of premises bear are written ("the school"), with no number."""
    names = [one.word for one in question.asked if not one.in_place and one.word not in STOP_WORDS]
    return not question.reading.numbers and all(name in GENERIC_WORDS for name in names)
