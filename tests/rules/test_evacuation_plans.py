"""Evacuation plans apply by the law's own edges; where nobody can tell, what is missing is named."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import EvacuationStrategy, PremisesClass
from services.domain.evacuation_plans import (
    Applies,
    Because,
    Building,
    Missing,
    plans_scope,
    scope_in_short,
    scope_words,
)
from services.domain.high_rise import is_high_rise_residential
from tests.cases import table

TODAY = date(2026, 12, 1)
CASES = table("evacuation_plans")["cases"]
HEIGHTS = [0.0, 10.9, 11.0, 11.1, 17.9, 18.0, 60.0]
BUILDINGS = st.builds(
    Building,
    premises_class=st.none() | st.sampled_from(PremisesClass),
    height_top_storey_m=st.none() | st.sampled_from(HEIGHTS),
    storeys_above=st.none() | st.integers(0, 20),
    evac_strategy=st.none() | st.sampled_from(EvacuationStrategy),
)
FITS: dict[Missing, dict[str, Any]] = {
    Missing.PREMISES_CLASS: {"premises_class": PremisesClass.FLATS_MID},
    Missing.HEIGHT: {"height_top_storey_m": 15.0},
    Missing.STOREYS: {"storeys_above": 5},
    Missing.STRATEGY: {"evac_strategy": EvacuationStrategy.STAY_PUT},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_each_edge_of_the_law(case: dict[str, Any]) -> None:
    building = Building(
        PremisesClass(case["class"]) if "class" in case else None,
        case.get("height"),
        case.get("storeys"),
        EvacuationStrategy(case["strategy"]) if "strategy" in case else None,
        case.get("classification", ""),
    )
    scope = plans_scope(building, case.get("day", TODAY))
    assert (scope.applies, scope.because) == (
        Applies(case["is"]),
        Because(case["because"]) if "because" in case else None,
    )
    assert [str(each) for each in scope.missing] == case.get("missing", [])


@given(BUILDINGS)
def test_every_high_rise_residential_building_is_in_and_what_is_in_stays_in_when_higher(building: Building) -> None:
    scope = plans_scope(building, TODAY)
    if is_high_rise_residential(building.premises_class, building.height_top_storey_m, building.storeys_above):
        assert scope.applies is Applies.YES
    if scope.applies is Applies.YES:
        assert plans_scope(replace(building, height_top_storey_m=60.0), TODAY).applies is Applies.YES


@given(BUILDINGS)
def test_what_is_missing_once_recorded_settles_it(building: Building) -> None:
    for _ in range(len(Missing)):
        scope = plans_scope(building, TODAY)
        assert (scope.applies is Applies.UNKNOWN) is bool(scope.missing)
        for each in scope.missing:
            building = replace(building, **FITS[each])
    assert plans_scope(building, TODAY).applies is not Applies.UNKNOWN


@pytest.mark.parametrize(
    ("building", "words"),
    [
        (Building(PremisesClass.FLATS_MID, 18.0, 6), "apply because the top storey is at 18 m, 18 m or more"),
        (Building(PremisesClass.FLATS_MID, None, 9), "apply because it has 9 storeys, 7 or more"),
        (Building(PremisesClass.FLATS_HIGH), "apply because it is classed as high-rise flats"),
        (
            Building(PremisesClass.FLATS_MID, 12.5, 4, EvacuationStrategy.SIMULTANEOUS),
            "12.5 m, above 11 m, and everybody",
        ),
        (
            Building(PremisesClass.FLATS_MID, 15.0, 4),
            "UNKNOWN whether they apply: its evacuation strategy is not recorded",
        ),
        (
            Building(PremisesClass.FLATS_MID),
            "its height, storeys above ground and evacuation strategy are not recorded",
        ),
        (Building(), "its class is not recorded"),
    ],
)
def test_the_record_says_why_or_what_is_missing(building: Building, words: str) -> None:
    scope = plans_scope(building, TODAY)
    assert words in scope_words(scope, building)
    assert 0 < len(scope_in_short(scope, building)) < 50


def test_where_they_do_not_apply_nothing_is_said() -> None:
    shop = Building(PremisesClass.SHOP, 40, 12)
    scope = plans_scope(shop, TODAY)
    assert scope_words(scope, shop) == scope_in_short(scope, shop) == ""
