"""What may never change a match, whatever is written: the promises of issue 3."""

import math
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.vocabulary import LocationOutcome
from services.premises.rules.buildings import buildings_of
from services.premises.rules.matching import Written, look, match
from services.premises.rules.postcodes import tidy_postcode
from services.premises.rules.reading import read
from tests.rules.test_matching_cases import TABLE, the_gazetteer

WRITTEN = [case["written"] for case in TABLE["addresses"] if re.search(r"[A-Za-z]{4}", case["written"])]
RIGHT = [case for case in TABLE["addresses"] if case["outcome"] == "matched"]
ENTRIES = list(the_gazetteer().entries())
CODES = sorted(TABLE["postcodes"])


def outcome_of(text: str) -> tuple[LocationOutcome, str | None]:
    found = match(the_gazetteer(), Written(text))
    return found.outcome, found.premises_id


@given(st.sampled_from(WRITTEN), st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
@settings(max_examples=150, deadline=None)
def test_case_never_changes_an_outcome(text: str, change: object) -> None:
    assert callable(change)
    assert outcome_of(change(text).replace("'S", "'s")) == outcome_of(text)


@given(st.sampled_from(WRITTEN), st.sampled_from(["  ", " \t", "\xa0", "\n"]))
@settings(max_examples=150, deadline=None)
def test_spacing_never_changes_an_outcome(text: str, blank: str) -> None:
    assert outcome_of(text.replace(", ", f",{blank}")) == outcome_of(text)
    assert outcome_of(f" {text} ") == outcome_of(text)


@given(st.sampled_from(WRITTEN), st.sampled_from([". ", "; ", ",", " , ", "\n"]))
@settings(max_examples=150, deadline=None)
def test_punctuation_between_parts_never_changes_an_outcome(text: str, mark: str) -> None:
    assert outcome_of(text.replace(", ", mark)) == outcome_of(text)


@given(st.sampled_from(RIGHT))
@settings(max_examples=len(RIGHT), deadline=None)
def test_adding_the_right_postcode_never_loses_a_right_match(case: dict[str, str]) -> None:
    entry = the_gazetteer().get(case["premises"])
    assert entry is not None
    with_code = match(the_gazetteer(), Written(case["written"], postcode=entry.postcode))
    assert (with_code.outcome, with_code.premises_id) == (LocationOutcome.MATCHED, case["premises"])


@given(st.sampled_from(ENTRIES), st.sampled_from(CODES), st.integers(1, 250))
@settings(max_examples=200, deadline=None)
def test_another_district_never_wins_against_a_contradicting_postcode_and_number(
    entry: object, code: str, number: int
) -> None:
    known = next(one for one in ENTRIES if one == entry)
    street = re.sub(r"^\D*\d[\w-]*\s*", "", known.address)
    found = match(the_gazetteer(), Written(f"{known.name}, {number} {street} {code}"))
    if found.outcome is LocationOutcome.MATCHED:
        assert found.premises_id is not None
        won = the_gazetteer().get(found.premises_id)
        assert won is not None
        tidy = tidy_postcode(won.postcode)
        assert tidy is not None
        assert tidy.split(" ")[0] == code.split(" ")[0]


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_nothing_that_can_be_typed_breaks_the_matcher(text: str) -> None:
    found = match(the_gazetteer(), Written(text))
    assert (found.premises_id is not None) == (found.outcome is LocationOutcome.MATCHED)
    assert 0.0 <= found.score <= 1.0


@given(st.sampled_from(WRITTEN))
@settings(max_examples=100, deadline=None)
def test_beliefs_of_all_buildings_leave_room_for_none_of_them(text: str) -> None:
    _, found = look(the_gazetteer(), read(Written(text), the_gazetteer().postcodes))
    beliefs = [building.belief for building in buildings_of(found)]
    assert sum(beliefs) <= 1.0 + 1e-9
    assert beliefs == sorted(beliefs, reverse=True)
    assert all(math.isfinite(one) for one in beliefs)
