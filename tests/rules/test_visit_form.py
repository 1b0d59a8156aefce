"""What a visit has to tell, and who may send it in whose name: as the table says, in the order of the page."""

from typing import Any

import pytest

from services.domain.fact_words import value_words
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author, reasons_to_refuse_author
from services.visits.rules.declaration import FORM
from services.visits.rules.further import all_reasons
from services.visits.rules.order import in_page_order, starred
from services.visits.rules.reading import read_content
from services.visits.rules.refusals import reasons_to_refuse, warnings_on
from tests.builders import NOW, a_submission, a_visit
from tests.cases import table
from tests.visit_cases import Case, visit_cases

TABLE = table("visit_form")
LEAD = Author("firefighter", "S1", roles=("firefighter",))


def agrees(reasons: tuple[FieldReason, ...], expected: dict[str, str]) -> None:
    """Fail unless exactly these fields are named, in this order, each with the words that are expected."""
    assert [reason.pointer for reason in reasons] == list(expected), [reason.reason for reason in reasons]
    for reason, words in zip(reasons, expected.values(), strict=True):
        assert words in reason.reason


@pytest.mark.parametrize("case", visit_cases(), ids=lambda case: case.name)
def test_a_visit_tells_what_the_table_says(case: Case) -> None:
    reading = read_content(case.visit)
    if reading.submission is None:
        agrees(all_reasons(reading.content, reading.reasons, LEAD, NOW), case.because)
        return
    agrees(reasons_to_refuse(reading.submission, NOW), case.because)
    assert warnings_on(reading.submission, NOW) == case.warns


def test_every_rule_has_a_case() -> None:
    met: set[tuple[str, str]] = set()
    for case in visit_cases():
        reading = read_content(case.visit)
        if reading.submission is not None:
            met |= {(starred(each.pointer[1:]), each.reason) for each in reasons_to_refuse(reading.submission, NOW)}
        met |= {(code, "") for code in case.warns}
    rules = {
        rule.code: (rule.code, "")
        if rule.only_warns
        else (f"{rule.each}/*/{rule.path}".removeprefix("None/*/"), rule.words)
        for rule in FORM.rules
        if rule.when is not None
    }
    assert {code for code, told in rules.items() if told not in met} == set()


@pytest.mark.parametrize("case", TABLE["authors"], ids=lambda case: case["case"])
def test_a_visit_is_sent_by_whom_the_table_says(case: dict[str, Any]) -> None:
    who = {"roles": ["firefighter"]} | case["signed_in"]
    author = Author(who["name"], who.get("station"), who.get("watch"), tuple(who["roles"]))
    named = {"lead_officer_id": case["lead"], "station": case["station"], "watch": case.get("watch", "RED")}
    agrees(reasons_to_refuse_author(a_submission(**named), author), case.get("because", {}))


def test_faults_of_form_policy_and_sender_are_told_at_once_and_in_the_order_of_the_page() -> None:
    wrong = a_visit(
        sign_off=None, likelihood=9, water=None, max_day="many", lead_officer_id="ff-elm", station="S2", watch="PURPLE"
    )
    reading = read_content(wrong)
    author = Author("ff-ash", "S1", roles=("firefighter",))
    assert [reason.pointer for reason in all_reasons(reading.content, reading.reasons, author, NOW)] == [
        "/lead_officer_id",
        "/station",
        "/watch",
        "/max_day",
        "/water",
        "/likelihood",
        "/sign_off/declaration",
        "/sign_off/lead_competent",
    ]


def test_lines_are_told_by_their_number_and_what_is_no_field_comes_last() -> None:
    told = [FieldReason(pointer, "") for pointer in ("/notes", "/hazards/10/code", "/hazards/9/code", "/watch")]
    assert [reason.pointer for reason in in_page_order(told)] == [
        "/watch",
        "/hazards/9/code",
        "/hazards/10/code",
        "/notes",
    ]


def test_a_record_says_how_likely_a_fire_is_in_the_words_of_the_form() -> None:
    field = next(each for section in FORM.sections for each in section.fields if each.path == "likelihood")
    assert [(choice.code, choice.words) for choice in field.choices or ()] == [
        (number, value_words("likelihood", number)) for number in range(1, 6)
    ]
