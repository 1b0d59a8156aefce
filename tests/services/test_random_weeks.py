"""Random weeks at the register: whatever crews, two reviewers, their manager and the clock do, what must hold holds.

The same weeks each time; `RAVI_WEEKS=200` plays so many others (docs/testing.md).
"""

import os
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.vocabulary import ReviewState
from services.risk_register.handlers.moves import Move
from services.risk_register.rules.decisions import STATE_AFTER
from services.risk_register.rules.markers import BY_DATE, BY_DECIDERS
from services.risk_register.rules.review_queue import UNDECIDED
from services.risk_register.rules.temporary import TemporaryState
from tests.lasting import lasting_system
from tests.services.weeks import CREWS, DESK, FOUND, JUMPS, PLACES, Week
from tests.services.weeks_held import Held
from tests.system import System

OTHERS = os.environ.get("RAVI_WEEKS", "")
WEEKS, STEPS, LOOKS = int(OTHERS or 11), 30, 60
RELATIONS = ("new", "review", "review", "set out with nothing", "sent again")
DECISIONS = tuple(move for move in Move if move not in (Move.CLAIM, Move.RELEASE))


def numbers(of: Any) -> st.SearchStrategy[int]:
    return st.integers(0, len(of) - 1)


ANY = st.integers(0, 30)
WHO, PLACE = numbers(DESK), numbers(PLACES)
ARRIVE = st.tuples(
    st.just("arrive"), PLACE, numbers(FOUND), numbers(CREWS), st.integers(0, 60), st.sampled_from(RELATIONS)
)
REVIEW = st.tuples(st.just("review"), WHO, st.sampled_from((Move.PUBLISH, *DECISIONS)), ANY)
APPROVE = st.tuples(st.just("approve"), WHO, WHO, ANY)
STEP = st.one_of(
    ARRIVE,
    ARRIVE,
    REVIEW,
    APPROVE,
    APPROVE,
    st.tuples(st.just("move"), WHO, st.sampled_from(Move), ANY),
    st.tuples(st.just("restore"), WHO, PLACE, st.integers(0, 2)),
    st.tuples(st.just("put_back"), ANY, st.one_of(st.none(), PLACE)),
    st.tuples(st.just("jump"), st.sampled_from(JUMPS)),
    st.tuples(st.just("raise_risk"), WHO, PLACE, st.integers(0, 95)),
    st.tuples(st.just("change_risk"), WHO, ANY, st.one_of(st.none(), st.integers(-1, 95))),
    st.tuples(st.just("decide_marker"), ANY, st.booleans()),
)
# What chance brings about too seldom.
MARKER_STANDS_THEN_ENDS: list[tuple[Any, ...]] = [
    ("arrive", 0, 5, 0, 1, "new"),
    ("approve", 0, 1, 0),
    ("decide_marker", 0, True),
    ("jump", JUMPS[-1]),
]
EVERY_DECISION: list[tuple[Any, ...]] = [
    ("arrive", 1, 6, 0, 9, "new"),
    *(step for move in DECISIONS for step in (("arrive", 1, 6, 1, 1, "review"), ("review", 2, move, 0))),
]
RETURNED_AND_SENT_AGAIN: list[tuple[Any, ...]] = [
    ("arrive", 0, 4, 0, 1, "new"),
    ("review", 0, Move.RETURN, 0),
    ("arrive", 0, 4, 0, 1, "sent again"),
    ("put_back", 0, 1),
]
COMPARED: list[int] = []
CAME_ABOUT: set[str] = set()
EVERYTHING = {
    *(state.value for state in ReviewState if state in (*UNDECIDED, *STATE_AFTER.values(), ReviewState.WITHDRAWN)),
    *("by ada", "by ben", "by mel", "by two", f"by {BY_DATE}", f"by {BY_DECIDERS}", "restored"),
    *("addition expired", "addition PUBLISHED", "addition REJECTED", "addition OVERTAKEN"),
    *(f"risk {state}" for state in TemporaryState),
}


@pytest.fixture(scope="module")
async def register(postgres: str) -> AsyncIterator[System]:
    """Return a register that all weeks share, emptied before each."""
    async with lasting_system(postgres, ["risk_register"]) as system:
        yield system


@settings(
    max_examples=WEEKS,
    derandomize=not OTHERS,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@example(steps=MARKER_STANDS_THEN_ENDS, seed=1)
@example(steps=EVERY_DECISION, seed=2)
@example(steps=RETURNED_AND_SENT_AGAIN, seed=3)
@given(steps=st.lists(STEP, min_size=STEPS, max_size=STEPS), seed=st.integers(0, 2**16))
async def test_whatever_a_week_brings_what_must_hold_holds_after_each_step(
    register: System, steps: list[tuple[Any, ...]], seed: int
) -> None:
    week = Week(register)
    held = Held(week)
    await week.begin()
    await held.begin()
    for name, *given_to_it in steps:
        await getattr(week, name)(*given_to_it)
        await held.check()
        CAME_ABOUT.update(await week.came_about())
    COMPARED.append(await held.look_back(Random(seed), LOOKS))


def test_the_weeks_were_full_and_the_past_was_held_against_a_replay_for_a_thousand_pairs() -> None:
    assert sum(COMPARED) >= 1_000
    assert CAME_ABOUT >= EVERYTHING, EVERYTHING - CAME_ABOUT
