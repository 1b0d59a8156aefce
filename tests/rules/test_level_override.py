"""A level set by hand: raised freely, lowered a little, never below a flag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import HarmCategory, RiskFlag
from services.domain.ris1.override import answer_override
from services.domain.ris1.scoring import Score, score_risk


def scored(level: int, *flags: RiskFlag, open_defects: int = 0) -> Score:
    """Return a score whose base level comes from life risk alone, or from a flag above it."""
    likelihood = {1: 1, 2: 1, 3: 2, 4: 3, 5: 5}[level]
    severity = dict.fromkeys(HarmCategory, 0) | {HarmCategory.PUB: {1: 0, 2: 4, 3: 4, 4: 4, 5: 4}[level]}
    return score_risk(likelihood, severity, flags, open_defects)


def test_a_level_may_be_raised_freely_by_one_person() -> None:
    answer = answer_override(scored(2), 5, "unstable floors above")
    assert (answer.base_level, answer.reasons_to_refuse, answer.needs_second_approver) == (5, (), False)


def test_a_level_may_be_lowered_by_one_with_a_second_person() -> None:
    answer = answer_override(scored(4), 3, "sprinklers throughout")
    assert (answer.base_level, answer.reasons_to_refuse, answer.needs_second_approver) == (3, (), True)


def test_a_level_may_not_be_lowered_by_two() -> None:
    answer = answer_override(scored(4), 2, "sprinklers throughout")
    assert answer.base_level == 4
    assert answer.reasons_to_refuse == ("level 4 may be lowered by 1 at most",)
    assert not answer.needs_second_approver


def test_a_level_may_not_go_below_the_floor_of_a_flag() -> None:
    answer = answer_override(scored(2, RiskFlag.HRRB), 3, "quiet block")
    assert (answer.base_level, answer.reasons_to_refuse) == (4, ("a flag keeps the level at 4 or above",))


def test_a_level_above_the_floor_may_come_down_to_it() -> None:
    answer = answer_override(scored(5, RiskFlag.HRRB), 4, "quiet block")
    assert (answer.base_level, answer.reasons_to_refuse) == (4, ())


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_an_override_needs_a_reason(reason: str | None) -> None:
    assert answer_override(scored(2), 3, reason).reasons_to_refuse == ("say why the level is set by hand",)


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_outside_1_to_5_is_refused(level: int) -> None:
    assert "a level is 1 to 5" in answer_override(scored(1), level, "typed wrong").reasons_to_refuse


def test_a_defect_still_raises_the_level_that_was_set_by_hand() -> None:
    answer = answer_override(scored(4, open_defects=1), 3, "sprinklers throughout")
    assert (answer.base_level, answer.effective_level) == (3, 4)


@given(st.integers(1, 5), st.frozensets(st.sampled_from(RiskFlag)), st.integers(-3, 9))
def test_no_override_ever_ends_below_a_flag_or_two_below_the_score(
    level: int, flags: frozenset[RiskFlag], wanted: int
) -> None:
    score = scored(level, *flags)
    answer = answer_override(score, wanted, "reason")
    assert answer.base_level >= max(score.flag_floor, score.base_level - 1)
    assert answer.needs_second_approver == (answer.base_level < score.base_level)
