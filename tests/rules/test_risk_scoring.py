"""The risk score: the worked examples, the likelihood that facts give, and what never happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import HarmCategory, PremisesClass, RiskFlag
from services.domain.ris1.policy import BASE_LIKELIHOOD, FLAG_FLOORS, RANK_WEIGHTS, Ris1Policy
from services.domain.ris1.scoring import (
    NON_LIFE,
    Score,
    band_of,
    effective_level,
    likelihood_of,
    reasons_to_doubt_likelihood,
    score_risk,
)
from tests.cases import table

CASES = table("risk_levels")
LIKELIHOODS = st.integers(1, 5)
SEVERITIES = st.fixed_dictionaries({category: st.integers(0, 5) for category in HarmCategory})
FLAGS = st.frozensets(st.sampled_from(RiskFlag))
DEFECTS = st.integers(0, 3)


def scored(case: dict[str, Any]) -> Score:
    severity = {HarmCategory(name): value for name, value in case["severity"].items()}
    flags = [RiskFlag(name) for name in case.get("flags", [])]
    return score_risk(case["likelihood"], severity, flags, case.get("open_defects", 0))


def only(category: HarmCategory, severity: int) -> dict[HarmCategory, int]:
    return dict.fromkeys(HarmCategory, 0) | {category: severity}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_worked_example_comes_out_as_the_domain_reference_says(case: dict[str, Any]) -> None:
    score = scored(case)
    bands = {category: f"{found.score}/{found.band}" for category, found in score.categories.items()}
    other = max((score.categories[category] for category in NON_LIFE), key=lambda found: (found.band, found.score))
    assert {
        "base": score.base_level,
        "effective": score.effective_level,
        "rank": score.rank,
        "FF": bands[HarmCategory.FF],
        "PUB": bands[HarmCategory.PUB],
        "highest_other": f"{other.score}/{other.band}",
    } == case["expect"]


def test_all_thirteen_worked_examples_are_there() -> None:
    assert len(CASES) == 13


def test_the_policy_covers_every_class_flag_and_category() -> None:
    assert set(BASE_LIKELIHOOD) == set(PremisesClass)
    assert set(FLAG_FLOORS) == set(RiskFlag)
    assert set(RANK_WEIGHTS) == set(HarmCategory)
    assert sum(RANK_WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (8, 3), (10, 3), (12, 4), (16, 4), (20, 5), (25, 5)],
)
def test_a_score_falls_in_the_band_of_the_table(score: int, band: int) -> None:
    assert band_of(score) == band


def test_the_worst_case_is_level_5_and_rank_100() -> None:
    score = score_risk(5, dict.fromkeys(HarmCategory, 5))
    assert (score.base_level, score.effective_level, score.rank) == (5, 5, 100)


def test_a_severity_of_4_to_firefighters_sets_band_3_and_to_the_public_does_not() -> None:
    assert score_risk(1, only(HarmCategory.FF, 4)).categories[HarmCategory.FF].band == 3
    assert score_risk(1, only(HarmCategory.PUB, 4)).categories[HarmCategory.PUB].band == 2


@pytest.mark.parametrize(("severity", "level"), [(1, 1), (2, 1), (3, 1), (4, 2)])
def test_what_harms_no_life_counts_one_band_less(severity: int, level: int) -> None:
    assert score_risk(2, only(HarmCategory.ENV, severity)).base_level == level


def test_a_service_may_switch_the_discount_off() -> None:
    assert score_risk(5, only(HarmCategory.ENV, 5), policy=Ris1Policy(nonlife_discount=False)).base_level == 5


def test_a_service_may_set_another_floor_for_a_flag() -> None:
    stricter = Ris1Policy(flag_floors={**FLAG_FLOORS, RiskFlag.PROHIBITION_NOTICE: 4})
    assert score_risk(1, only(HarmCategory.FF, 0), [RiskFlag.PROHIBITION_NOTICE], policy=stricter).base_level == 4


@pytest.mark.parametrize(("flag", "level"), [(flag, FLAG_FLOORS[flag]) for flag in RiskFlag])
def test_a_flag_alone_sets_its_level_and_is_named_as_the_reason(flag: RiskFlag, level: int) -> None:
    score = score_risk(1, only(HarmCategory.FF, 0), [flag])
    assert (score.base_level, score.floors) == (level, (flag,))


def test_a_flag_that_the_scores_overtake_is_not_named_as_the_reason() -> None:
    assert score_risk(5, only(HarmCategory.FF, 5), [RiskFlag.HRRB]).floors == ()


def test_many_defects_raise_the_level_by_one_and_never_above_5() -> None:
    assert [effective_level(4, 0), effective_level(4, 1), effective_level(3, 7), effective_level(5, 2)] == [4, 5, 4, 5]


@given(LIKELIHOODS, SEVERITIES, FLAGS, DEFECTS, st.sampled_from(HarmCategory))
def test_level_and_rank_never_fall_when_a_severity_rises(
    likelihood: int,
    severity: dict[HarmCategory, int],
    flags: frozenset[RiskFlag],
    defects: int,
    category: HarmCategory,
) -> None:
    raised = severity | {category: min(5, severity[category] + 1)}
    assert not_lower(score_risk(likelihood, severity, flags, defects), score_risk(likelihood, raised, flags, defects))


@given(LIKELIHOODS, SEVERITIES, FLAGS, DEFECTS)
def test_level_and_rank_never_fall_when_the_likelihood_rises(
    likelihood: int, severity: dict[HarmCategory, int], flags: frozenset[RiskFlag], defects: int
) -> None:
    raised = min(5, likelihood + 1)
    assert not_lower(score_risk(likelihood, severity, flags, defects), score_risk(raised, severity, flags, defects))


@given(LIKELIHOODS, SEVERITIES, FLAGS, st.sampled_from(RiskFlag), DEFECTS)
def test_a_level_never_falls_when_a_flag_or_a_defect_is_added(
    likelihood: int, severity: dict[HarmCategory, int], flags: frozenset[RiskFlag], flag: RiskFlag, defects: int
) -> None:
    before = score_risk(likelihood, severity, flags, defects)
    assert not_lower(before, score_risk(likelihood, severity, flags | {flag}, defects))
    assert not_lower(before, score_risk(likelihood, severity, flags, defects + 1))


@given(LIKELIHOODS, SEVERITIES, FLAGS, DEFECTS)
def test_a_score_always_stays_within_its_bounds(
    likelihood: int, severity: dict[HarmCategory, int], flags: frozenset[RiskFlag], defects: int
) -> None:
    score = score_risk(likelihood, severity, flags, defects)
    assert 1 <= score.base_level <= score.effective_level <= 5
    assert 0 <= score.rank <= 100
    assert score.base_level >= score.flag_floor


def not_lower(before: Score, after: Score) -> bool:
    return (
        after.base_level >= before.base_level
        and after.effective_level >= before.effective_level
        and after.rank >= before.rank
    )


@pytest.mark.parametrize(
    ("premises_class", "likelihood"),
    [(PremisesClass.OFFICE, 1), (PremisesClass.FLATS_HIGH, 3), (PremisesClass.DERELICT, 4)],
)
def test_the_likelihood_starts_from_the_class_of_the_premises(premises_class: PremisesClass, likelihood: int) -> None:
    assert likelihood_of(premises_class) == likelihood


def test_an_assessor_may_move_the_likelihood_by_one_with_a_reason() -> None:
    assert reasons_to_doubt_likelihood(3, 2, "three arson attempts next door") == ()
    assert reasons_to_doubt_likelihood(2, 2, None) == ()


@pytest.mark.parametrize(("assessed", "reason"), [(3, None), (1, "  "), (4, "very bad")])
def test_a_likelihood_that_moves_without_a_reason_or_too_far_is_doubted(assessed: int, reason: str | None) -> None:
    assert len(reasons_to_doubt_likelihood(assessed, 2, reason)) == 1
