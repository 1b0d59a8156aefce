"""What the page of a Safe and Well case shows of what is recorded: its steps, and what its forms are filled with."""

from collections.abc import Mapping
from typing import Any

from services.referrals.rules.framework import (
    FACTOR_WORDS,
    FITTING_WORDS,
    MEANS_WORDS,
    NEED_WORDS,
    REACHED_WORDS,
    RESULT_WORDS,
    Reached,
)
from services.referrals.rules.home_visits import HomeVisit, Try, Visit
from services.referrals.rules.home_words import factor_lines, fitted_lines
from services.referrals.rules.recording import NO_VISIT
from services.referrals.rules.records import Filed, VisitResult
from services.referrals.rules.worklist import Stage, stage_of

MAY_RECORD = frozenset({Stage.REACH, Stage.BOOK, Stage.VISIT, Stage.CLOSE})


def steps_shown(filed: Filed, recorded: HomeVisit | None) -> dict[str, Any]:
    """Return the steps of a case: how far it is to all who may read it, what that rests on where it lies open."""
    made = filed.progress
    return {
        "need": NEED_WORDS[made.need] if made.need else "",
        "reached_at": made.reached_at,
        "reach_by": made.reach_by or filed.first_action_by,
        "was_late": bool(made.reached_at and made.reach_by and made.reached_at > made.reach_by),
        "visit": RESULT_WORDS[made.visit] if made.visit else "",
        "visit_at": made.visit_at,
        "may_record": not filed.is_finished and stage_of(filed) in MAY_RECORD,
        "recorded": recorded_shown(recorded) if recorded else None,
    }


def recorded_shown(recorded: HomeVisit) -> dict[str, Any]:
    """Return what is recorded of a case, opened, in words."""
    assessed = recorded.assessed
    return {
        "rests_on": [*factor_lines(assessed.factors), *([assessed.words] if assessed.words else [])]
        if assessed
        else [],
        "judged_by": assessed.by if assessed else "",
        "judged_at": assessed.at if assessed else None,
        "tries": [_try_shown(number, tried) for number, tried in enumerate(recorded.tries, 1)],
        "visit": _visit_shown(recorded.visit) if recorded.visit else None,
        "earlier": [_visit_shown(visit) for visit in recorded.earlier],
    }


def _try_shown(number: int, tried: Try) -> dict[str, Any]:
    return {
        "number": number,
        "at": tried.tried_at,
        "what": f"{REACHED_WORDS[tried.reached]}, {MEANS_WORDS[tried.means].lower()}",
        "words": tried.words,
        "by": tried.by,
        "mistaken": tried.reached is Reached.MISTAKE,
    }


def _visit_shown(visit: Visit) -> dict[str, Any]:
    return {
        "what": RESULT_WORDS[visit.result],
        "at": visit.at,
        "fitted": fitted_lines(visit),
        "words": visit.words,
        "by": visit.by,
    }


def choices() -> dict[str, Any]:
    """Return what the forms offer: needs, factors by part of the framework, means, results and fittings."""
    return {
        "needs": _items(NEED_WORDS),
        "factors": {part: _items(words) for part, words in FACTOR_WORDS.items()},
        "means": _items(MEANS_WORDS),
        "reached": _items(REACHED_WORDS),
        "results": [*_items(RESULT_WORDS), {"value": Reached.MISTAKE.value, "text": NO_VISIT}],
        "fittings": _items(FITTING_WORDS),
    }


def _items(words: Mapping[Any, str]) -> list[dict[str, str]]:
    return [{"value": code.value, "text": text} for code, text in words.items()]


def corrected(part: str, filed: Filed, number: int) -> bool:
    """Return whether a form corrects what is recorded, and so asks why; a booking may come to something without."""
    made = filed.progress
    if part == "need":
        return made.need is not None
    return bool(number) if part == "contact" else made.visit in (VisitResult.DONE, VisitResult.REFUSED)
