"""Visit plans: who visits what, what a person changed stays, and what crews are asked for because of it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import AskEnd, ReviewMethod, Role, VisitKind, VisitOutcome, Watch
from services.domain.working_time import local_date
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.capacities import FIRST, Capacities, numbers_of, reasons_to_refuse_capacity
from services.risk_register.rules.plan_asks import asking
from services.risk_register.rules.plan_changes import (
    Planner,
    Wish,
    added_line,
    changed,
    conflict_of,
    may_change,
    may_read,
    newest,
    reason_to_refuse_adding,
    reasons_to_refuse_wish,
    taken_back,
)
from services.risk_register.rules.planning import Candidate, Waiting, proposed
from services.risk_register.rules.plans import (
    Line,
    LineState,
    Plan,
    PlanChange,
    Standing,
    last_day_of,
    month_in,
    reason_to_refuse_month,
    state_of,
)
from services.risk_register.rules.pressing import Pressing
from tests.builders import NOW, a_premises

TODAY = local_date(NOW)
DECEMBER = date(2026, 12, 1)
LAST = date(2026, 12, 31)
CASES = yaml.safe_load(Path("tests/cases/visit_plans.yaml").read_text())
EMPTY = Plan("S1", DECEMBER)
WHY = "The occupier asked for January"


def candidate(number: int, why: str, level: int | None, due: int | None = None, **other: Any) -> Candidate:
    asked, waiting, planned = other.get("asked"), other.get("waiting"), other.get("planned")
    return Candidate(
        premises=a_premises(f"{number:012}"),
        station="S1",
        why=Pressing(why),
        level=level,
        due_on=None if due is None else TODAY + timedelta(days=due),
        units=other.get("units", 0),
        rule="Hotel",
        asked_station=asked[0] if asked else None,
        asked_watch=Watch(asked[1]) if asked and asked[1] else None,
        put_off_until=other.get("put_off"),
        planned_in=((planned[0], planned[1]),) if planned else (),
        waiting=(Waiting(VisitKind(waiting[0]), ReviewMethod(waiting[1]), VisitOutcome(waiting[2])),)
        if waiting
        else (),
    )


def watches_of(plan: Plan) -> dict[int, Watch]:
    return {int(line.premises_id): line.watch for line in plan.lines if line.is_in}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_who_visits_what(case: dict[str, Any]) -> None:
    there = [candidate(**each) for each in case["there"]]
    capacity = {Watch(name): number for name, number in case["watches"].items()}
    plan = proposed(EMPTY, reversed(there), capacity, "ada", NOW)
    assert list(watches_of(plan).items()) == [(number, Watch(watch)) for number, watch in case["plan"].items()]
    assert (plan.version, plan.proposed_by, plan.proposed_at) == (1, "ada", NOW)


NUMBERS = st.integers(1, 25)
CANDIDATES = st.lists(
    st.builds(
        candidate,
        NUMBERS,
        st.sampled_from([why.value for why in Pressing if why is not Pressing.BY_HAND]),
        st.one_of(st.none(), st.integers(1, 5)),
        st.one_of(st.none(), st.integers(-3000, 60)),
    ),
    max_size=30,
    unique_by=lambda one: one.premises.premises_id,
)
CAPACITY = st.dictionaries(st.sampled_from(Watch), st.integers(1, 6))
WISHES = st.builds(
    Wish,
    st.sampled_from(PlanChange),
    st.just(WHY),
    st.sampled_from(Watch),
    st.dates(LAST + timedelta(days=1), LAST + timedelta(days=300)),
)


def wished(plan: Plan, number: int, wish: Wish, adjustment_id: str) -> Plan:
    """Return a plan in which a person tries to change something, as the handler does it."""
    premises = a_premises(f"{number:012}")
    line = plan.line(premises.premises_id)
    if reasons_to_refuse_wish(plan, wish, TODAY) or conflict_of(line, wish):
        return plan
    return changed(plan, line or added_line(plan, premises, None, wish, NOW), wish, adjustment_id, "ada", NOW)


@given(CANDIDATES, CAPACITY, st.lists(st.tuples(NUMBERS, WISHES), max_size=8), CANDIDATES, CAPACITY)
def test_made_anew_nothing_is_twice_no_watch_does_too_much_and_what_was_changed_stays(
    first: list[Candidate],
    capacity: dict[Watch, int],
    wishes: list[tuple[int, Wish]],
    later: list[Candidate],
    other: dict[Watch, int],
) -> None:
    plan = proposed(EMPTY, first, capacity, "ada", NOW)
    counts = Counter(watches_of(plan).values())
    assert all(counts[watch] <= capacity[watch] for watch in counts)
    if len(set(capacity.values())) == 1:
        spread = [counts[watch] for watch in capacity]
        assert max(spread) - min(spread) <= 1, "alike watches differ by one visit at most"
    left_out = {one.premises.premises_id for one in first} - {line.premises_id for line in plan.lines}
    assert not left_out or sum(counts.values()) == sum(capacity.values()), "none is left out while there is room"
    worst_in = max((line.rank for line in plan.lines), default=None)
    assert all(one.rank > worst_in for one in first if one.premises.premises_id in left_out and worst_in)

    for at, (number, wish) in enumerate(wishes):
        plan = wished(plan, number, wish, f"a{at}")
    by_hand = [line for line in plan.lines if line.is_adjusted]
    again = proposed(plan, later, other, "bea", NOW)
    ids = [line.premises_id for line in again.lines]
    assert len(ids) == len(set(ids))
    assert [line for line in again.lines if line.is_adjusted] == by_hand
    assert again.adjustments == plan.adjustments
    own = Counter(line.watch for line in by_hand if line.is_in)
    now = Counter(watches_of(again).values())
    assert all(now[watch] <= max(other.get(watch, 0), own[watch]) for watch in Watch)
    assert [line.rank for line in again.lines] == sorted(line.rank for line in again.lines)


@given(CANDIDATES, st.lists(st.tuples(NUMBERS, WISHES), max_size=10))
def test_all_changes_taken_back_leave_the_plan_as_it_was_proposed(
    first: list[Candidate], wishes: list[tuple[int, Wish]]
) -> None:
    before = proposed(EMPTY, first, FIRST.of("S1"), "ada", NOW)
    plan = before
    for at, (number, wish) in enumerate(wishes):
        plan = wished(plan, number, wish, f"a{at}")
    made = plan.adjustments
    while left := [each for each in plan.adjustments if each.undone_at is None]:
        last = newest(plan, left[-1].premises_id)
        assert last is not None
        plan = taken_back(plan, last, "bea", NOW)
    assert [line for line in plan.lines if line.is_in] == list(before.lines)
    assert [(each.adjustment_id, each.reason, each.undone_by) for each in plan.adjustments] == [
        (each.adjustment_id, WHY, "bea") for each in made
    ]


@pytest.mark.parametrize(
    ("standing", "today", "state"),
    [
        (Standing(True, True, False, True, False), LAST, LineState.DONE),
        (Standing(True, True, False, True, False), LAST + timedelta(days=9), LineState.DONE),
        (Standing(False, False, False, False, False), LAST, LineState.TAKEN_OUT),
        (Standing(False, False, True, False, False), LAST, LineState.PUT_OFF),
        (Standing(False, True, False, False, False), LAST, LineState.PLANNED),
        (Standing(False, True, False, True, True), LAST, LineState.ASKED),
        (Standing(False, True, False, True, True), LAST + timedelta(days=1), LineState.LATE),
        (Standing(False, True, False, False, False), LAST + timedelta(days=1), LineState.LATE),
        (Standing(False, True, False, True, False), LAST, LineState.WITHDRAWN),
    ],
)
def test_where_a_line_stands(standing: Standing, today: date, state: LineState) -> None:
    assert state_of(standing, LAST, today) is state


def test_every_change_needs_a_reason_and_what_it_is_about() -> None:
    plan = proposed(EMPTY, [candidate(1, "overdue", 4, -5)], {Watch.RED: 4}, "ada", NOW)
    line = plan.lines[0]

    def refused(change: PlanChange, reason: str = WHY, **more: Any) -> list[str]:
        return [one.pointer for one in reasons_to_refuse_wish(plan, Wish(change, reason, **more), TODAY)]

    assert refused(PlanChange.TAKE_OUT, "no") == ["/reason"]
    assert refused(PlanChange.TAKE_OUT) == []
    assert refused(PlanChange.MOVE, "") == ["/reason", "/watch"]
    assert refused(PlanChange.ADD) == ["/watch"]
    assert refused(PlanChange.PUT_OFF) == ["/until"]
    assert refused(PlanChange.PUT_OFF, until=LAST) == ["/until"], "within the month the watch chooses the day"
    assert refused(PlanChange.PUT_OFF, until=LAST + timedelta(days=1)) == []
    assert refused(PlanChange.PUT_OFF, until=TODAY + timedelta(days=367)) == ["/until"]
    assert conflict_of(line, Wish(PlanChange.MOVE, WHY, Watch.RED)) is not None
    assert conflict_of(line, Wish(PlanChange.MOVE, WHY, Watch.BLUE)) is None
    assert conflict_of(line, Wish(PlanChange.ADD, WHY, Watch.BLUE)) is not None
    assert conflict_of(None, Wish(PlanChange.TAKE_OUT, WHY)) is not None
    visited = replace(line, visited_at=NOW)
    assert all(conflict_of(visited, Wish(change, WHY, Watch.BLUE)) for change in PlanChange)
    elsewhere = replace(line, station="S2")
    assert reason_to_refuse_adding([elsewhere], plan, TODAY) is not None
    assert reason_to_refuse_adding([line, replace(elsewhere, month=date(2026, 10, 1))], plan, TODAY) is None


def test_who_may_read_and_change_a_plan() -> None:
    desk, officer = Planner((Role.RISK_TEAM,), None), Planner((Role.OFFICER_IN_CHARGE,), "s1")
    crew = Planner((Role.FIREFIGHTER,), "S1")
    assert [may_read(one, "S1") for one in (desk, officer, crew)] == [True, True, False]
    assert not may_read(officer, "S2")
    assert all(may_change(desk, "S2", change) for change in PlanChange)
    assert [change for change in PlanChange if may_change(officer, "S1", change)] == [PlanChange.MOVE]
    assert not may_change(officer, "S2", PlanChange.MOVE)


def test_a_month_that_is_over_or_far_ahead_is_not_planned() -> None:
    assert reason_to_refuse_month(DECEMBER, TODAY) is None
    assert reason_to_refuse_month(DECEMBER, LAST) is None
    assert reason_to_refuse_month(DECEMBER, LAST + timedelta(days=1)) is not None
    assert reason_to_refuse_month(date(2027, 11, 1), TODAY) is None
    assert reason_to_refuse_month(date(2027, 12, 1), TODAY) is not None
    assert (month_in("2026-12"), month_in("2026-13"), month_in("2026-1")) == (DECEMBER, None, None)
    assert last_day_of(date(2028, 2, 1)) == date(2028, 2, 29)


def an_ask(ask_id: str, line: Line, asked_by: str | None, **other: Any) -> Ask:
    about = {"premises_id": line.premises_id, "premises": line.premises, "station": "S1", "watch": None}
    return Ask(**{"ask_id": ask_id, "reason": "Look at the yard", "due_on": LAST, "asked_at": NOW, "asked_by": asked_by,
                  **about, **other})  # fmt: skip


def test_a_line_of_a_published_plan_is_asked_once_in_place_of_what_was_asked_before() -> None:
    draft = proposed(EMPTY, [candidate(1, "due", 4, 20)], {Watch.RED: 4}, "ada", NOW)
    line, plan = draft.lines[0], replace(draft, published_at=NOW)
    by_date = an_ask("d", line, None)
    assert asking(draft, line, [by_date], "n", "ada", NOW).begins is None, "a draft asks nobody"
    answer = asking(plan, line, [by_date], "n", "ada", NOW)
    assert answer.begins is not None
    assert (answer.begins.watch, answer.begins.due_on, answer.begins.asked_by) == (Watch.RED, line.due_on, "ada")
    assert [(one.ask_id, one.because) for one in answer.ends] == [("d", AskEnd.WITHDRAWN)]
    assert answer.ends[0].ended_reason == "Planned for Red watch of station S1 by 12 Dec 2026"
    asked, own = answer.line, answer.begins
    assert asking(plan, asked, [own], "m", "ada", NOW).begins is None, "it is asked for already"

    moved = changed(plan.with_lines([asked]), asked, Wish(PlanChange.MOVE, WHY, Watch.BLUE), "a", "bea", NOW)
    again = asking(moved, moved.lines[0], [own], "m", "bea", NOW)
    assert again.begins is not None
    assert (again.begins.watch, [one.ask_id for one in again.ends]) == (Watch.BLUE, ["n"])

    person = an_ask("p", line, "cat", due_on=date(2026, 12, 4))
    kept = asking(plan, line, [person], "n", "ada", NOW).begins
    assert kept is not None
    assert (kept.reason, kept.due_on) == ("Look at the yard", date(2026, 12, 4))
    late = asking(plan, replace(line, due_on=TODAY - timedelta(days=3)), [], "n", "ada", NOW).begins
    assert late is not None
    assert late.due_on == LAST

    out = changed(plan.with_lines([asked]), asked, Wish(PlanChange.TAKE_OUT, WHY), "a", "bea", NOW)
    gone = asking(out, out.lines[0], [own, by_date, person], "m", "bea", NOW)
    assert [(one.ask_id, one.ended_reason) for one in gone.ends] == [("n", WHY), ("d", WHY)]
    assert (gone.begins, gone.line.ask_id) == (None, None)


def test_what_a_watch_can_do_is_a_number_a_service_sets() -> None:
    assert FIRST.of("S9") == {Watch.RED: 4, Watch.WHITE: 4, Watch.BLUE: 4, Watch.GREEN: 4}
    own = Capacities(1, {"": {Watch.RED: 2}, "S7": {Watch.ON_CALL: 1}})
    assert (own.of("S1"), own.of("S7")) == ({Watch.RED: 2}, {Watch.ON_CALL: 1})
    assert numbers_of({Watch.ON_CALL: " 3".strip(), Watch.RED: "0"}) == {Watch.ON_CALL: 3}
    assert reasons_to_refuse_capacity("S1", {Watch.RED: "4"}, WHY) == ()
    found = reasons_to_refuse_capacity("the docks", {Watch.RED: "many", Watch.BLUE: "61"}, "")
    assert [one.pointer for one in found] == ["/reason", "/station", "/RED", "/BLUE"]
