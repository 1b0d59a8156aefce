"""What a visit has to tell, and who may send it in whose name: as the table says, in the order of the page."""

from typing import Any

import pytest

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason
from services.visits.pages.labels import LABELS
from services.visits.rules.authors import Author, reasons_to_refuse_author
from services.visits.rules.further import all_reasons
from services.visits.rules.order import FIELDS_IN_ORDER, in_page_order
from services.visits.rules.reading import read_content
from services.visits.rules.refusals import reasons_to_refuse
from tests.builders import NOW, a_submission, a_visit
from tests.cases import table

TABLE = table("visit_form")
GOOD: dict[str, dict[str, Any]] = {
    "shop": {},
    "house": {"premises_class": "DWELLING_HOUSE", "max_night": 3, "sleeping": True},
    "high-rise": {
        "premises_class": "FLATS_HIGH",
        "height_top_storey_m": 30,
        "storeys_above": 11,
        "max_night": 140,
        "sleeping": True,
        "evac_strategy": "STAY_PUT",
        "staircases": 1,
        "assembly_point": "car park",
        "external_wall": "EPS_RENDER",
        "fraew_rating": "MED",
        "systems": [{"kind": "DRY_RISER", "status": "WORKING"}],
        "sib": {"present": True, "location": "lobby"},
    },
}


def agrees(reasons: tuple[FieldReason, ...], expected: dict[str, str]) -> None:
    """Fail unless exactly these fields are named, in this order, each with the words that are expected."""
    assert [reason.pointer for reason in reasons] == list(expected), [reason.reason for reason in reasons]
    for reason, words in zip(reasons, expected.values(), strict=True):
        assert words in reason.reason


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["case"])
def test_a_visit_tells_what_the_table_says(case: dict[str, Any]) -> None:
    visit = a_submission(**GOOD[case.get("good", "shop")] | case.get("but", {}))
    agrees(reasons_to_refuse(visit, NOW), case.get("because", {}))


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


def test_every_field_of_the_form_and_of_the_page_has_its_place() -> None:
    assert set(FIELDS_IN_ORDER) == set(VisitSubmission.model_fields)
    assert {path.split("/")[0] for path in LABELS} <= set(FIELDS_IN_ORDER)
