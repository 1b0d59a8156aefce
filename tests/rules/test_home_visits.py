"""Safe and Well: what may be recorded of a case, how far it then is, what is next, and by when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.handlers.filing import new_filed
from services.referrals.presenters.worklist import NOT_JUDGED, address_with, frame_of, narrowed_by
from services.referrals.rules.casework import READ_FIRST, VISIT_FIRST, Asked, Done, Refusal, closing, reopening
from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import FACTOR_WORDS, FITTING_WORDS, Factor, Fitting, Means, Reached
from services.referrals.rules.home_faults import NeedGiven, TryGiven, VisitGiven
from services.referrals.rules.home_visits import NOTHING_RECORDED, Assessed, HomeVisit, Try, Visit
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.raising import Raised
from services.referrals.rules.recording import ACCEPT_FIRST, Recorded, need_recorded, try_recorded, visit_recorded
from services.referrals.rules.records import Filed, Progress, VisitResult
from services.referrals.rules.transitions import may_move
from services.referrals.rules.worklist import Narrowed, Stage, Tally, due_at, share_in_time, stage_of
from tests.cases import table

RAISED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NOW = RAISED_AT + timedelta(days=2)
ASKED = Asked("elm", NOW)
TABLE = table("home_visits")
TRIED = Try(RAISED_AT, Means.LETTER, Reached.NO, "", "elm")


def a_case(state: ReferralState = ReferralState.ACCEPTED, kind: ReferralKind = ReferralKind.SG10) -> Filed:
    return replace(new_filed(Raised(kind, None, ()), "a visit", "S1", RAISED_AT), state=state)


def judged(need: Need) -> HomeVisit:
    return HomeVisit(Assessed(need, (Factor.SMOKES,), "", NOW, "oak"))


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def words_of(case: dict[str, Any]) -> str:
    return "x" * case["words"] if isinstance(case.get("words"), int) else str(case.get("words", ""))


def kept(answer: Recorded | Refusal) -> Recorded:
    assert isinstance(answer, Recorded)
    return answer


def named(case: dict[str, Any]) -> str:
    return str(case.get("case", case))


def fields_of(answer: Recorded | Refusal) -> list[str]:
    return [] if isinstance(answer, Recorded) else [fault.field for fault in answer.faults]


@pytest.mark.parametrize("case", TABLE["need"], ids=named)
def test_a_need_is_kept_or_refused_by_the_table(case: dict[str, Any]) -> None:
    before = judged(Need(case["before"])) if "before" in case else NOTHING_RECORDED
    factors = tuple(Factor(each) for each in case.get("factors", ()))
    given = NeedGiven(Need(case["need"]) if "need" in case else None, factors, words_of(case), case.get("reason", ""))
    answer = need_recorded(a_case(), before, given, ASKED, has_read=True)
    assert fields_of(answer) == case["refused"]
    if not case["refused"]:
        assert kept(answer).done.filed.progress.need == case["need"]


@pytest.mark.parametrize("case", TABLE["contact"], ids=named)
def test_a_contact_is_kept_or_refused_by_the_table(case: dict[str, Any]) -> None:
    before = HomeVisit(tries=(TRIED,) * case.get("tries", 1))
    means = Means(case["means"]) if "means" in case else None
    reached = Reached(case["reached"]) if "reached" in case else None
    given = TryGiven(moment(case.get("at")), means, reached, "", case.get("number", 0), case.get("reason", ""))
    answer = try_recorded(a_case(), before, given, ASKED, has_read=True)
    assert fields_of(answer) == case["refused"]
    if not case["refused"]:
        assert len(kept(answer).home.tries) == (1 if case.get("number") else 2)
        assert kept(answer).done.filed.progress.reached_at == (moment(case["at"]) if reached is Reached.YES else None)


@pytest.mark.parametrize("case", TABLE["visit"], ids=named)
def test_a_visit_is_kept_or_refused_by_the_table(case: dict[str, Any]) -> None:
    was = Visit(VisitResult(case["before"]), RAISED_AT, "", "oak") if "before" in case else None
    result = VisitResult(case["result"]) if "result" in case else None
    fitted = {Fitting(name): count for name, count in case.get("fitted", {}).items()}
    given = VisitGiven(result, moment(case.get("at")), fitted, "", case.get("reason", ""), case.get("mistake", False))
    answer = visit_recorded(a_case(), HomeVisit(visit=was), given, ASKED, has_read=True)
    assert fields_of(answer) == case["refused"]
    if not case["refused"]:
        home = kept(answer).home
        assert home.earlier == ((was,) if was and was.result is VisitResult.NOT_REACHED else ())
        assert kept(answer).done.filed.progress.visit is result


@pytest.mark.parametrize("case", TABLE["stages"], ids=str)
def test_what_is_next_and_by_when_is_as_the_table_says(case: dict[str, Any]) -> None:
    made = Progress(
        need=Need(case["need"]) if "need" in case else None,
        reached_at=NOW if case.get("reached") else None,
        visit=VisitResult(case["visit"]) if "visit" in case else None,
        visit_at=NOW,
    )
    filed = replace(a_case(ReferralState(case["state"])), progress=made)
    clocks = {name: getattr(filed, name) for name in ("acknowledge_by", "first_action_by")} | {"visit_at": NOW}
    assert stage_of(filed) == case["stage"]
    assert due_at(filed) == clocks.get(case.get("due", ""))


def test_the_deadline_follows_the_need_from_when_the_clock_began_and_the_history_says_how_it_moved() -> None:
    given = NeedGiven(Need.HIGH, (Factor.SMOKES, Factor.CLUTTER), "in bed")
    first = kept(need_recorded(a_case(), NOTHING_RECORDED, given, ASKED, has_read=True))
    filed = first.done.filed
    assert filed.first_action_by == RAISED_AT + timedelta(days=7)
    assert (filed.state, filed.version) == (ReferralState.IN_PROGRESS, 2)
    moved = "To be reached by 10:00 on 30 Nov 2026, before by 10:00 on 21 Dec 2026"
    assert first.done.step.words == f"High. Behaviours: smokes. Home: clutter. in bed. {moved}"
    higher = NeedGiven(Need.VERY_HIGH, (Factor.THREAT_OF_FIRE,), reason="a threat was made")
    again = kept(need_recorded(filed, first.home, higher, ASKED, has_read=True))
    assert again.done.filed.first_action_by == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    for words in ("Very high", "Corrected because: a threat was made", "Before: High. Behaviours: smokes"):
        assert words in again.done.step.words
    # What stands in the words of an opened case never stands in what a log could print of it.
    assert "threat" not in repr((again, again.home, again.done, higher, again.home.assessed))


def test_a_case_that_is_opened_again_has_the_clock_of_its_need_anew() -> None:
    filed = replace(a_case(ReferralState.CLOSED), progress=Progress(need=Need.HIGH))
    opened = reopening(filed, replace(ASKED, words="moved house, new risk"))
    assert isinstance(opened, Done)
    assert opened.filed.first_action_by == NOW + timedelta(days=7)


def test_whoever_opened_the_door_was_reached_and_a_mistake_taken_back_reached_nobody() -> None:
    given = VisitGiven(VisitResult.DONE, NOW - timedelta(hours=1))
    answer = kept(visit_recorded(a_case(), NOTHING_RECORDED, given, ASKED, has_read=True))
    made = answer.done.filed.progress
    assert (made.reached_at, made.reach_by) == (given.at, a_case().first_action_by)
    told = TryGiven(NOW, Means.TELEPHONE, Reached.YES)
    reached = kept(try_recorded(a_case(), NOTHING_RECORDED, told, ASKED, has_read=True))
    assert reached.done.filed.progress.reached_at == NOW
    back = replace(told, reached=Reached.MISTAKE, number=1, reason="another person of that name")
    taken_back = kept(try_recorded(reached.done.filed, reached.home, back, ASKED, has_read=True))
    assert taken_back.done.filed.progress == Progress()


@pytest.mark.parametrize("state", ReferralState)
def test_nothing_is_recorded_past_the_table_of_transitions_or_before_it_was_read(state: ReferralState) -> None:
    in_hand = state is ReferralState.IN_PROGRESS or (
        may_move(state, ReferralState.IN_PROGRESS) and state is not ReferralState.CLOSED
    )
    given = NeedGiven(Need.HIGH, (Factor.SMOKES,))
    answer = need_recorded(a_case(state), NOTHING_RECORDED, given, ASKED, has_read=True)
    assert isinstance(answer, Recorded) is in_hand
    unread = need_recorded(a_case(state), NOTHING_RECORDED, given, ASKED, has_read=False)
    assert isinstance(unread, Refusal)
    if in_hand:
        assert unread.faults == (READ_FIRST,)
    elif not a_case(state).is_finished:
        assert isinstance(answer, Refusal)
        assert answer.conflict == ACCEPT_FIRST


def test_a_case_is_closed_as_visited_only_once_the_visit_is_recorded() -> None:
    for visit, is_closed in ((None, False), (VisitResult.BOOKED, False), (VisitResult.DONE, True)):
        filed = replace(a_case(), progress=Progress(visit=visit))
        answer = closing(filed, Outcome.VISITED, ASKED, has_read=True)
        assert isinstance(answer, Done) is is_closed
        assert is_closed or (isinstance(answer, Refusal) and answer.faults == (VISIT_FIRST,))


def test_every_code_has_its_words_and_stands_in_one_part_of_the_framework() -> None:
    assert sorted(factor for part in FACTOR_WORDS.values() for factor in part) == sorted(Factor)
    assert list(FACTOR_WORDS) == ["People", "Behaviours", "Home"]
    assert set(FITTING_WORDS) == set(Fitting)


@pytest.mark.parametrize(("due", "met", "percent"), [(0, 0, None), (4, 4, None), (5, 4, 80), (5, 5, 100), (6, 0, 0)])
def test_no_figure_is_made_of_fewer_than_five(due: int, met: int, percent: int | None) -> None:
    assert share_in_time(due, met) == percent


def test_each_choice_of_the_worklist_counts_what_its_address_leads_to() -> None:
    tallies = [
        Tally(need, stage, station, late, 1)
        for need, stage, station, late in product(
            ("", "HIGH"), (Stage.REACH, Stage.VISIT), ("S1", "S 2&"), (True, False)
        )
    ]
    frame = frame_of("/referrals?desk=5", Narrowed(station="S 2&"), tallies)
    assert {tab["text"]: tab["count"] for tab in frame["needs"]} == {
        "All": 8,
        "Very high": 0,
        "Not judged": 4,
        "High": 4,
        "Medium": 0,
        "Low": 0,
    }
    assert (frame["late_count"], frame["every"], frame["waiting"]) == (4, 16, 0)
    for need, stage, station, late in product((NOT_JUDGED, "HIGH", ""), ("REACH", ""), ("S 2&", ""), ("1", "")):
        asked = narrowed_by(need, stage, station, late)
        assert address_with("/referrals?desk=5", asked).count("&") == sum(map(bool, (need, stage, station, late)))
    assert narrowed_by("PINK", "NONE", "", "yes") == Narrowed()
