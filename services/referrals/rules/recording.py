"""What becomes of a Safe and Well case when its desk records something: how far it is, by when, and the words kept."""

from dataclasses import dataclass, replace
from typing import Any

from schemas.vocabulary import ReferralState
from services.referrals.rules.casework import READ_FIRST, Asked, Done, Refusal
from services.referrals.rules.contact import Fault
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.home_faults import (
    NeedGiven,
    TryGiven,
    VisitGiven,
    is_correction,
    reasons_to_refuse_need,
    reasons_to_refuse_try,
    reasons_to_refuse_visit,
)
from services.referrals.rules.home_visits import Assessed, HomeVisit, Try, Visit, progress_of, with_try, with_visit
from services.referrals.rules.home_words import corrected_words, moved_words, need_words, try_words, visit_words
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.transitions import may_move

ACCEPT_FIRST = "accept this referral first: then what is done about it is recorded here"
NO_VISIT = "Recorded by mistake: there is no visit"
NEED, TRY, VISIT = RECORDINGS = ("need", "try", "visit")
NO_SUCH_TRY = "there is no such try to correct"


@dataclass(frozen=True)
class Recorded:
    """What is done about the case, and all that is recorded of it from now on."""

    done: Done
    home: HomeVisit

    def __repr__(self) -> str:
        return "[withheld]"


def need_recorded(
    filed: Filed, before: HomeVisit, given: NeedGiven, asked: Asked, *, has_read: bool
) -> Recorded | Refusal:
    """Return a case whose need is judged; until the person is reached its deadline follows, from when the clock began.

    Policy: docs/domain/4.2.md, SG10 and SG11.
    """
    assessed = Assessed(given.need, given.factors, given.words.strip(), asked.now, asked.by) if given.need else None
    faults = reasons_to_refuse_need(given, before)
    if assessed is None or faults or not has_read:
        return _refused(filed, faults, has_read=has_read)
    by = deadlines_of(filed.kind, filed.priority, filed.clock_started_at, given.need).first_action_by
    words = need_words(assessed)
    if before.assessed:
        words = corrected_words(words, need_words(before.assessed), given.reason)
    said = ". ".join(part for part in (words, moved_words(filed.first_action_by, by)) if part)
    return _kept(filed, replace(before, assessed=assessed), NEED, said, asked, first_action_by=by)


def try_recorded(
    filed: Filed, before: HomeVisit, given: TryGiven, asked: Asked, *, has_read: bool
) -> Recorded | Refusal:
    """Return a case with one more try to reach the person, or with one of those recorded corrected.

    Policy: docs/domain/4.8.md.
    """
    if not 0 <= given.number <= len(before.tries):
        return Refusal(conflict=NO_SUCH_TRY)
    tried = None
    if given.at and given.means and given.reached:
        tried = Try(given.at, given.means, given.reached, given.words.strip(), asked.by)
    faults = reasons_to_refuse_try(given, before, filed.raised_at, asked.now)
    if tried is None or faults or not has_read:
        return _refused(filed, faults, has_read=has_read)
    words = try_words(tried)
    if given.number:
        words = corrected_words(words, try_words(before.tries[given.number - 1]), given.reason)
    return _kept(filed, with_try(before, tried, given.number), TRY, words, asked)


def visit_recorded(
    filed: Filed, before: HomeVisit, given: VisitGiven, asked: Asked, *, has_read: bool
) -> Recorded | Refusal:
    """Return a case with its visit booked, made, refused or in vain, and what was fitted.

    Policy: docs/domain/4.8.md.
    """
    faults = reasons_to_refuse_visit(given, before, filed.raised_at, asked.now)
    if given.mistake and before.visit and has_read and not faults:
        said = corrected_words(NO_VISIT, visit_words(before.visit), given.reason)
        return _kept(filed, replace(before, visit=None), VISIT, said, asked)
    if given.result is None or given.at is None or faults or not has_read:
        return _refused(filed, faults, has_read=has_read)
    visit = Visit(given.result, given.at, given.words.strip(), asked.by, given.fitted)
    words = visit_words(visit)
    if before.visit and is_correction(before, given.result):
        words = corrected_words(words, visit_words(before.visit), given.reason)
    return _kept(filed, with_visit(before, visit), VISIT, words, asked)


def _kept(filed: Filed, home: HomeVisit, action: str, words: str, asked: Asked, **changes: Any) -> Recorded | Refusal:
    """Return the case in progress and of its next version, if the table of transitions lets it."""
    if _why_not(filed):
        return Refusal(conflict=_why_not(filed))
    progress = progress_of(home, filed)
    state = ReferralState.IN_PROGRESS
    now = replace(filed, state=state, version=filed.version + 1, progress=progress, **changes)
    return Recorded(Done(now, Step(asked.now, asked.by, action, state, words)), home)


def _refused(filed: Filed, faults: tuple[Fault, ...], *, has_read: bool) -> Refusal:
    if _why_not(filed):
        return Refusal(conflict=_why_not(filed))
    return Refusal(faults if has_read else (READ_FIRST, *faults), says="this cannot be recorded yet")


def _why_not(filed: Filed) -> str:
    if filed.is_finished:
        return "this referral is finished: open it again before you add to it"
    is_in_hand = filed.state is ReferralState.IN_PROGRESS or may_move(filed.state, ReferralState.IN_PROGRESS)
    return "" if is_in_hand else ACCEPT_FIRST
