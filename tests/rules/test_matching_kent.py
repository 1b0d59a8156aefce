"""The committed weights keep the matcher above its first acceptance on the development queries of Kent."""

import pytest

from services.matching.decision import CERTAIN
from services.matching.weights import WEIGHTS
from tests.benchmarks.matching.fit import look_at
from tests.benchmarks.matching.kent import KENT, gazetteer, postcodes, written_cases
from tests.benchmarks.matching.measure import figures, result_of


@pytest.mark.kent
@pytest.mark.slow
@pytest.mark.skipif(not KENT.is_dir(), reason="the development data of Kent is not beside the checkout")
def test_the_first_acceptance_of_the_matcher_holds_on_the_written_queries_of_kent() -> None:
    looked = [look_at(gazetteer(), case) for case in written_cases()]
    of = figures([result_of(one, WEIGHTS, postcodes()) for one in looked], CERTAIN)
    assert of.right >= 0.80
    assert of.wrong <= 0.010
    assert of.helped >= 0.96
    assert of.placed >= 0.90
