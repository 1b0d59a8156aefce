"""Words that lean on a fault: found when a publication closes it, and taken out by a person alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.risk_register import RiskFacts
from schemas.vocabulary import SystemKind
from services.domain.fact_keys import Facts, taken_apart
from services.risk_register.rules.leaning import SYSTEM_WORDS, faults_closed, texts_of, texts_that_lean, without_texts


def facts(status: str | None = None, kind: str = "DRY_RISER", **fields: Any) -> Facts:
    systems = [] if status is None else [{"kind": kind, "status": status, "location": "NW stair"}]
    return taken_apart(RiskFacts.model_validate({"systems": systems, **fields}))


def leaning(text: str, kind: str = "DRY_RISER") -> bool:
    return bool(texts_that_lean(facts("FAULT", kind), facts("WORKING", kind, pda_suggestion=text)))


@pytest.mark.parametrize(
    "text",
    [
        "Add a pump until the riser is repaired",
        "Add a pump: RISER out of order!",
        "Lay hose up the stair, the dry main is broken",
        "One pump more until it is mended",
        "Extra crew (until repaired)",
    ],
)
def test_a_text_that_speaks_of_the_fault_leans_on_it(text: str) -> None:
    assert leaning(text)


@pytest.mark.parametrize(
    "text",
    [
        "Riser inlet on the north face",
        "Add a pump until the lift is repaired",
        "Roof damaged at the back",
        "Risers everywhere",
        "Comprised of faultless risings",
        "",
    ],
)
def test_a_text_that_speaks_of_something_else_does_not(text: str) -> None:
    assert not leaning(text)


@pytest.mark.parametrize(
    ("before", "after", "closed"),
    [
        (facts("FAULT"), facts("WORKING"), ("systems/DRY_RISER/nw stair",)),
        (facts("IMPAIRED"), facts(), ("systems/DRY_RISER/nw stair",)),
        (facts("FAULT"), facts("IMPAIRED"), ()),
        (facts("WORKING"), facts("WORKING"), ()),
        (facts("WORKING"), facts("FAULT"), ()),
        (facts(), facts("WORKING"), ()),
    ],
)
def test_a_fault_is_closed_when_the_record_no_longer_says_it(
    before: Facts, after: Facts, closed: tuple[str, ...]
) -> None:
    assert faults_closed(before, after) == closed


def test_where_no_fault_is_closed_no_text_is_put_to_anybody() -> None:
    said = facts("FAULT", pda_suggestion="Add a pump until the riser is repaired")
    assert texts_that_lean(said, said) == ()


def test_each_critical_fact_is_judged_and_taken_out_by_itself() -> None:
    lines = ["One stair only", "Riser broken: hose up the stair", "Gas in the yard"]
    after = facts("WORKING", critical_facts=lines, tactics_note="Riser faulty")
    found = texts_that_lean(facts("FAULT"), after)
    assert [text.key for text in found] == ["critical_facts/1", "tactics_note"]
    kept = without_texts(after, [text.key for text in found])
    assert kept["critical_facts"] == ("One stair only", "Gas in the yard")
    assert "tactics_note" not in kept
    assert "critical_facts" not in without_texts(after, [f"critical_facts/{number}" for number in range(3)])


def test_a_danger_never_goes_by_a_tick() -> None:
    after = facts("FAULT", evac_strategy="STAY_PUT", roof="Felt")
    assert without_texts(after, ["systems/DRY_RISER/nw stair", "evac_strategy", "critical_facts/0"]) == after


@given(st.text(max_size=120), st.sampled_from(sorted(SYSTEM_WORDS)))
def test_whatever_a_crew_writes_is_read_without_harm(text: str, kind: SystemKind) -> None:
    after = {"tactics_note": text}
    found = texts_that_lean(facts("FAULT", kind), after)
    assert set(found) <= set(texts_of(after))
