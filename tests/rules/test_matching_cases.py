"""Every written address of tests/cases/addresses.yaml comes to what the table says."""

from functools import cache
from typing import Any

import pytest

from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.matching.gazetteer import Entry, Gazetteer
from services.matching.matching import Match, Written, match
from services.matching.postcodes import Postcodes
from services.matching.reasons import MatchReason
from tests.cases import table

TABLE: dict[str, Any] = table("addresses")


@cache
def the_gazetteer() -> Gazetteer:
    entries = (Entry(*row[:6], **(row[6] if len(row) > 6 else {})) for row in TABLE["gazetteer"])
    return Gazetteer(entries, Postcodes((code, *point) for code, point in TABLE["postcodes"].items()))


@cache
def matched(written: str) -> Match:
    return match(the_gazetteer(), Written(written))


@pytest.mark.parametrize("case", TABLE["addresses"], ids=lambda case: f"{case['written'][:50]} – {case['why']}")
def test_a_written_address_comes_to_what_the_table_says(case: dict[str, Any]) -> None:
    found = matched(case["written"])
    shown = [(one.name, one.score) for one in found.candidates[:3]]
    match case["outcome"]:
        case "matched":
            assert (found.outcome, found.premises_id) == (LocationOutcome.MATCHED, case["premises"]), shown
            assert found.precision is LocationPrecision.PREMISES
        case "review":
            assert found.outcome is LocationOutcome.REVIEW, shown
            assert found.premises_id is None
            assert found.candidates
            assert case.get("first", found.candidates[0].premises_id) == found.candidates[0].premises_id, shown
        case "placed":
            assert found.outcome is not LocationOutcome.MATCHED, shown
            assert found.precision is LocationPrecision(case["precision"])
            assert found.easting is not None
            assert found.northing is not None
        case "unplaced":
            assert found.outcome is LocationOutcome.UNMATCHED, shown
            assert found.precision is LocationPrecision.NONE
        case other:
            pytest.fail(f"the table knows no outcome {other!r}")
    assert case.get("reason", found.reason.value) == found.reason.value


def test_every_reason_that_the_matcher_may_give_is_given_by_some_address_of_the_table() -> None:
    beyond = {MatchReason.IDENTIFIER, MatchReason.IDENTIFIER_UNKNOWN, MatchReason.IDENTIFIER_NOT_CURRENT}
    beyond |= {MatchReason.IDENTIFIER_DISAGREES, MatchReason.FIX_FAR_AWAY}  # given with more than an address
    assert set(MatchReason) - {matched(case["written"]).reason for case in TABLE["addresses"]} <= beyond


def test_the_table_is_long_enough_to_be_the_policy() -> None:
    assert len(TABLE["addresses"]) >= 150


def test_every_outcome_carries_its_evidence() -> None:
    for case in TABLE["addresses"]:
        found = matched(case["written"])
        if found.outcome is LocationOutcome.MATCHED:
            assert found.evidence, case
            assert sum(one.points for one in found.evidence) > 0, case
