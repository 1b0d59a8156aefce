"""Reading what a tablet sent: what is no JSON, what is no visit, and which field has to be mended how."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.rules.authors import Author
from services.visits.rules.further import further_reasons
from services.visits.rules.reading import Reading, content_sha256, read_body, read_content
from tests.builders import NOW, a_visit

LEAD = Author("firefighter", "S1", roles=("firefighter",))
SECRET = "quite a secret"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def reasons(reading: Reading) -> dict[str, str]:
    return {reason.pointer: reason.reason for reason in reading.reasons}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'submission_id': 1}",
        b"\xff\xfe\x00",
        b'{"latitude": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"note": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"[" * 100_000,
        b'{"floor_area_m2": ' + b"9" * 5000 + b"}",
        b'{"floor_area_m2": 1e999}',
    ],
    ids=["empty", "cut", "quotes", "bytes", "nan", "twice", "half-letter", "half-name", "deep", "long", "large"],
)
def test_a_body_that_is_not_json_is_said_to_be_unreadable(body: bytes) -> None:
    reading = read_body(body)
    assert "the body is" in reading.unreadable
    assert reading.submission is None


@pytest.mark.parametrize(
    ("overrides", "pointer", "words"),
    [
        ({"premises_class": SECRET}, "/premises_class", "must be 'DWELLING_HOUSE'"),
        ({"submission_id": SECRET}, "/submission_id", "UUID of version 7"),
        ({"storeys_above": "7 floors"}, "/storeys_above", "whole number"),
        ({"height_top_storey_m": "18 m"}, "/height_top_storey_m", "without its unit"),
        ({"height_top_storey_m": 1800}, "/height_top_storey_m", "must be 400 or less"),
        ({"started_at": "22/11/2026"}, "/started_at", "such as 2026-11-22T14:02:00Z"),
        ({"started_at": "2026-11-22T13:00:00"}, "/started_at", "time zone"),
        ({"callsign": SECRET * 20}, "/callsign", "at most 64 characters"),
        ({"callsign": SECRET + "\x00"}, "/callsign", "cannot be kept"),
        ({"callsing": SECRET}, "/callsing", "not a field of the form"),
        ({"uprn": SECRET}, "/uprn", "1 to 12 digits"),
        ({"schema_version": "2"}, "/schema_version", "version 1"),
        ({"schema_version": 3}, "/schema_version", "version 1"),
        ({"hazards": [{"code": "BESS", "unit": "tons"}]}, "/hazards/0/unit", "must be 'kg'"),
        ({"hazards": {"code": "BESS"}}, "/hazards", "must be a list"),
        ({"people": [{"assistance": SECRET, "consent_state": "GIVEN"}]}, "/people/0/assistance", "must be 'NONE'"),
        ({"critical_facts": ["one"] * 6}, "/critical_facts", "give at most 5"),
        ({"referrals": [{"kind": "STAFF_ALLEGATION", "note": SECRET}]}, "/referrals/0/kind", "strategic commander"),
    ],
)
def test_a_field_that_does_not_fit_is_named_with_how_to_mend_it(
    overrides: dict[str, Any], pointer: str, words: str
) -> None:
    found = reasons(read_content(a_visit(**overrides)))
    assert list(found) == [pointer]
    assert words in found[pointer]
    assert "secret" not in str(found)


def test_a_missing_field_is_named() -> None:
    body = a_visit()
    del body["callsign"]
    assert reasons(read_content(body)) == {"/callsign": "give an answer"}


def test_a_field_with_a_strange_name_is_named_by_its_beginning_only() -> None:
    (pointer,) = reasons(read_content(a_visit() | {"x/~" * 500: 1}))
    assert len(pointer) < 150
    assert pointer.startswith("/x~1~0")


def test_a_body_with_a_thousand_mistakes_gets_a_short_answer() -> None:
    assert len(reasons(read_content(a_visit() | {f"field {n}": n for n in range(1000)}))) == 50


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_the_hash_is_of_the_content_and_not_of_its_spelling(content: dict[str, Any]) -> None:
    spelt_otherwise = json.loads(json.dumps(dict(reversed(content.items())), indent=3))
    assert content_sha256(spelt_otherwise) == content_sha256(content)


@given(st.binary(max_size=200) | JSON.map(lambda content: json.dumps(content).encode()))
def test_whatever_is_sent_is_read_or_answered(body: bytes) -> None:
    reading = read_body(body)
    assert reading.unreadable or reading.reasons


@given(field=st.sampled_from(sorted(a_visit())), value=JSON)
def test_whatever_stands_in_a_field_is_read_or_answered_with_that_field(field: str, value: Any) -> None:
    reading = read_content(a_visit() | {field: value})
    assert reading.submission is not None or all(
        reason.pointer.startswith(f"/{field}") and reason.reason for reason in reading.reasons
    )


def everything_to_mend(**overrides: Any) -> set[str]:
    reading = read_content(a_visit(**overrides))
    further = further_reasons(reading.content, reading.reasons, LEAD, NOW)
    return {reason.pointer for reason in (*reading.reasons, *further)}


def test_what_does_not_fit_the_form_and_what_breaks_a_rule_are_told_together() -> None:
    assert everything_to_mend(watch=None, likelihood=None, contacts=[]) == {"/watch", "/likelihood", "/contacts"}
    assert everything_to_mend(started_at="soon", none_found=False) == {"/started_at", "/hazards"}


def test_nothing_is_asked_for_because_of_an_answer_that_is_missing() -> None:
    assert everything_to_mend(outcome=None, likelihood=None, contacts=[]) == {"/outcome"}
    assert everything_to_mend(premises_class=None, contacts=[]) == {"/premises_class"}
    assert everything_to_mend(hazards=[{"code": "?"}], none_found=False) == {"/hazards/0/code"}


@given(st.sets(st.sampled_from(sorted(a_visit()))))
def test_a_field_is_named_once_whatever_else_is_wrong(wrong: set[str]) -> None:
    reading = read_content(a_visit() | dict.fromkeys(wrong, object))
    further = further_reasons(reading.content, reading.reasons, LEAD, NOW)
    fields = [reason.pointer.split("/")[1] for reason in further]
    assert not wrong.intersection(fields)
