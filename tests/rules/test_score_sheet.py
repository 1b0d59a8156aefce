"""A score asked for by hand: a right answer in the promised shape, or what is wrong and where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.fact_keys import SCORE, ScoreInputs
from services.domain.fact_words import value_words
from services.domain.ris1.score_sheet import score_inputs

SEVERITY = {"FF": 4, "PUB": 4, "ENV": 1, "COM": 3, "HER": 0, "ECO": 2}


def inputs(**changes: Any) -> dict[str, Any]:
    return {"likelihood": 3, "severity": SEVERITY, "flags": ["HRRB"], "open_defects": 1} | changes


def pointers(answer: dict[str, Any]) -> list[str]:
    assert list(answer) == ["errors"]
    return [error["pointer"] for error in answer["errors"]]


def test_the_answer_has_levels_rank_and_every_category() -> None:
    assert score_inputs(inputs()) == {
        "base_level": 4,
        "effective_level": 5,
        "rank": 39,
        "categories": {
            "FF": {"score": 12, "band": 4},
            "PUB": {"score": 12, "band": 4},
            "ENV": {"score": 3, "band": 1},
            "COM": {"score": 9, "band": 3},
            "HER": {"score": 0, "band": 0},
            "ECO": {"score": 6, "band": 2},
        },
    }


def test_flags_and_defects_may_be_left_out() -> None:
    assert score_inputs({"likelihood": 3, "severity": SEVERITY})["effective_level"] == 4


def test_flags_may_be_named_as_the_domain_reference_writes_them() -> None:
    low = dict.fromkeys(SEVERITY, 0)
    assert score_inputs(inputs(severity=low, flags=["BESS_≥1MWh"], open_defects=0))["base_level"] == 4
    assert score_inputs(inputs(severity=low, flags=["SLEEPING_DEP"], open_defects=0))["base_level"] == 3


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"likelihood": 0}, "/likelihood"),
        ({"likelihood": 6}, "/likelihood"),
        ({"likelihood": "3"}, "/likelihood"),
        ({"likelihood": 2.5}, "/likelihood"),
        ({"likelihood": True}, "/likelihood"),
        ({"likelihood": None}, "/likelihood"),
        ({"severity": SEVERITY | {"FF": 6}}, "/severity/FF"),
        ({"severity": SEVERITY | {"FF": -1}}, "/severity/FF"),
        ({"severity": SEVERITY | {"FIRE": 1}}, "/severity/FIRE"),
        ({"severity": {"FF": 1, "PUB": 1, "ENV": 1, "COM": 1, "HER": 1}}, "/severity/ECO"),
        ({"severity": 4}, "/severity"),
        ({"severity": None}, "/severity"),
        ({"flags": ["HRB"]}, "/flags/0"),
        ({"flags": ["HRRB", 7]}, "/flags/1"),
        ({"flags": "HRRB"}, "/flags"),
        ({"open_defects": -1}, "/open_defects"),
        ({"open_defects": "one"}, "/open_defects"),
        ({"open_defect": 1}, "/open_defect"),
    ],
)
def test_a_wrong_input_is_named_with_its_place(wrong: dict[str, Any], pointer: str) -> None:
    assert pointers(score_inputs(inputs(**wrong))) == [pointer]


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert pointers(score_inputs({"likelihood": 9, "flags": ["X"]})) == ["/likelihood", "/severity", "/flags/0"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"likelihood": JSON, "severity": JSON, "flags": JSON, "open_defects": JSON}))
def test_no_json_whatever_makes_it_fail(anything: Any) -> None:
    assert "errors" in score_inputs(anything)


def test_a_score_is_said_to_people_in_words_and_not_in_codes() -> None:
    severity = {"FF": 4, "PUB": 3, "ENV": 0, "COM": 2, "HER": 1, "ECO": 0}
    said = value_words(SCORE, ScoreInputs.model_validate({"likelihood": 3, "severity": severity}))
    assert said == "Likelihood 3, Firefighters 4, Public 3, Environment 0, Community 2, Heritage 1, Economy 0"
