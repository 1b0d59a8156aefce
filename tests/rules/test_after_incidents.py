"""What is urgent after an incident, what an action may become, who reviews a tactical plan, and what it must answer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.control import DebriefAnswered, DebriefFinding
from schemas.vocabulary import DebriefSide, FindingKind, Role
from services.domain.incidents import incident_number
from services.domain.plans import plan_age_words, plan_reads_otherwise_on
from services.risk_register.gateways import read_questions
from services.risk_register.rules.actions import (
    Action,
    ActionChange,
    ActionState,
    ActionWanted,
    is_overdue,
    may_change_action,
    reasons_to_refuse_action,
)
from services.risk_register.rules.debriefs import AnswerChange, AnswerState, may_change_answer, taken_in
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.post_fire import questions_in
from services.risk_register.rules.tactical_plan_versions import plan_after, version_with
from services.risk_register.rules.tactical_plans import (
    PlanDecision,
    PlanWanted,
    TacticalPlan,
    needs_second,
    plan_due_on,
    plan_state,
    proposed,
    reasons_to_refuse_approval,
    reasons_to_refuse_decision,
    reviewed,
)

CASES: dict[str, Any] = yaml.safe_load(Path("tests/cases/after_incidents.yaml").read_text())
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = MONDAY.date()
WORDS = {"tactics_note": "Attack from the yard"}
PLAN = TacticalPlan("1", WORDS, "lead", "ada", None, MONDAY, TODAY, "ada", date(2028, 11, 23), 4, 1)
VERSION = Version(
    premises_id="1", version=1, facts=dict(WORDS), seen={}, published_by="ada", first_approved_by=None, at=MONDAY
)


def named(each: dict[str, Any]) -> str:
    return str(each.get("case", each))


def an_answer(*findings: DebriefFinding) -> DebriefAnswered:
    return DebriefAnswered(
        answer_id="a",
        premises_id="1",
        called="Shop",
        incident_no="2026-1",
        asked_of=DebriefSide.CREW,
        is_right=not findings,
        findings=findings,
        answered_by="crew",
        answered_at=MONDAY,
    )


@pytest.mark.parametrize("case", CASES["urgent"], ids=named)
def test_what_was_not_right_is_due_by_how_grave_it_is(case: dict[str, Any]) -> None:
    found = [DebriefFinding(kind=FindingKind(kind), words="It is not so", fact=fact) for kind, fact in case["findings"]]
    answer = taken_in(an_answer(*found))
    due = answer.due_at.isoformat().replace("+00:00", "Z") if answer.due_at else None
    assert (answer.is_critical, due) == (case["critical"], case["due"])
    assert answer.state is (AnswerState.WAITING if found else AnswerState.RIGHT)


def test_what_was_said_to_be_right_is_never_in_the_queue_and_what_is_closed_is_opened_again() -> None:
    assert not any(may_change_answer(AnswerState.RIGHT, change) for change in AnswerChange)
    answer = taken_in(an_answer(DebriefFinding(kind=FindingKind.MISSING, words="The cellar")))
    done = answer.moved(AnswerChange.FINISH, "A crew looks", "ada", MONDAY)
    assert (done.state, done.moved(AnswerChange.REOPEN, "Not yet", "bob", MONDAY).state) == ("DEALT_WITH", "WAITING")
    with pytest.raises(ValueError, match="DEALT_WITH cannot FINISH"):
        done.moved(AnswerChange.FINISH, "Once more", "ada", MONDAY)


def test_an_action_is_closed_once_and_overdue_from_the_day_after_its_day() -> None:
    action = Action("a", "1", "Shop", "Look at it", "Station S1", TODAY, "ada", MONDAY, "ada", MONDAY)
    assert [is_overdue(action, date(2026, 11, day)) for day in (23, 24)] == [False, True]
    done = action.moved(ActionChange.COMPLETE, "Looked at", "bob", MONDAY)
    assert (done.state, done.version, is_overdue(done, date(2027, 1, 1))) == (ActionState.DONE, 2, False)
    closed = (ActionState.DONE, ActionState.NOT_NEEDED)
    assert all(
        may_change_action(state, change) is (change is ActionChange.REOPEN)
        for state in closed
        for change in ActionChange
    )
    late = reasons_to_refuse_action(ActionWanted("Look at it", "S1", date(2026, 11, 22)), TODAY)
    assert [each.pointer for each in late] == ["/due_on"]


@pytest.mark.parametrize("case", CASES["plans"], ids=named)
def test_who_decides_on_a_plan(case: dict[str, Any]) -> None:
    plan, decision = replace(PLAN, base_level=case["level"]), PlanDecision(case["decision"])
    words = case.get("words", {"tactics_note": "Attack from the street"})
    wanted = PlanWanted(decision, case.get("why", "Looked at with the station"), words)
    found = [each.pointer[1:] for each in reasons_to_refuse_decision(plan, wanted, case["by"])]
    assert found == case.get("refused", [])
    if not found:
        assert needs_second(plan, decision) is case["second"]


@pytest.mark.parametrize("case", CASES["approvals"], ids=named)
def test_who_approves_a_plan(case: dict[str, Any]) -> None:
    wanted = PlanWanted(PlanDecision(case["decision"]), "Looked at with the station", {"tactics_note": "Otherwise"})
    first, second = Role(case["as"]), Role(case["role"])
    plan = proposed(replace(PLAN, base_level=case["level"]), wanted, case["proposed_by"], first, MONDAY)
    assert (reasons_to_refuse_approval(plan, case["by"], second) == ()) is case["may"]


def test_a_plan_is_due_by_its_level_and_pressing_by_its_date() -> None:
    assert [plan_due_on(each["reviewed"], each["level"]) for each in CASES["due"]] == [
        each["due"] for each in CASES["due"]
    ]
    assert [plan_state(each["due"], each["today"]) for each in CASES["states"]] == [
        each["state"] for each in CASES["states"]
    ]
    assert plan_age_words(TODAY, date(2028, 11, 23), TODAY) == "Plan reviewed 23 Nov 2026, next 23 Nov 2028"
    assert "REVIEW OVERDUE since 22 Nov 2026" in plan_age_words(date(2025, 1, 1), date(2026, 11, 22), TODAY)
    assert plan_reads_otherwise_on(TODAY, TODAY) == date(2026, 11, 24)


def test_a_publication_moves_the_dates_of_a_plan_only_where_its_words_are_others() -> None:
    first = plan_after(None, VERSION, "lead")
    assert first is not None
    assert (first.author, first.approved_by, first.reviewed_on, first.review_due_on) == (
        "lead", "ada", TODAY, date(2027, 11, 23),
    )  # fmt: skip
    later = replace(VERSION, version=2, at=datetime(2027, 5, 1, tzinfo=UTC), published_by="bob")
    assert plan_after(first, later, "other") is first, "a visit that leaves it as it was reviews nothing of it"
    score = {"base_level": 4, "effective_level": 4, "rank": 40, "open_defects": 0}
    scored = plan_after(first, replace(later, score=score), "other")
    assert scored is not None
    assert (scored.author, scored.reviewed_on, scored.review_due_on) == ("lead", TODAY, date(2028, 11, 23))
    gone = plan_after(first, replace(later, facts={}), "other")
    assert gone is not None
    assert (gone.is_held, gone.words) == (False, WORDS)
    new = plan_after(gone, replace(later, facts={"sector_note": "Sector 1: yard"}), "other")
    assert new is not None
    assert (new.is_held, new.author, new.reviewed_on, new.version) == (True, "other", date(2027, 5, 1), 3)
    assert plan_after(None, replace(later, facts={}), "other") is None


def test_a_changed_plan_makes_a_version_that_moves_no_other_date() -> None:
    visited = replace(VERSION, visited_at=MONDAY, review_due_on=date(2028, 1, 1), visit_id="v")
    at = datetime(2027, 5, 1, tzinfo=UTC)
    after = version_with(visited, {"tactics_note": "Attack from the street"}, "ada", "mel", "Yard is closed", at)
    assert (after.version, after.risk_facts.tactics_note) == (2, "Attack from the street")
    assert (after.visited_at, after.review_due_on, after.visit_id) == (MONDAY, date(2028, 1, 1), None)
    assert after.sightings["tactics_note"].callsign == "Risk team"
    stays = reviewed(PLAN, "bob", at)
    assert (stays.words, stays.reviewed_on, stays.review_due_on) == (WORDS, date(2027, 5, 1), date(2029, 5, 1))


def test_an_incident_number_is_written_one_way() -> None:
    numbers = CASES["incident_numbers"]
    assert [incident_number(each["written"]) for each in numbers] == [each["is"] for each in numbers]


def test_the_questions_after_a_fire_are_a_service_s_own(tmp_path: Path) -> None:
    shipped = read_questions(None)
    assert len(shipped) == 12
    assert shipped[0].startswith("Building: What of the building was damaged")
    own = tmp_path / "own.toml"
    own.write_text('[[questions]]\nabout = "Roof"\nasks = "Did it hold?"\n')
    assert read_questions(own) == ("Roof: Did it hold?",)
    own.write_text('[[questions]]\nabout = "Roof"\n')
    with pytest.raises(ValueError, match=r"own.toml does not hold .* question 1 needs two lines"):
        read_questions(own)
    with pytest.raises(ValueError, match="1 to 30 questions"):
        questions_in({})
