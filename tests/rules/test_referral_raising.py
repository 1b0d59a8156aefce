"""Which referrals a visit raises by itself, and how they join the crew's own."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.premises import NearNeighbour
from schemas.visit_parts import CrewReferral, FixedSystem
from schemas.visits import OpenVisit
from schemas.vocabulary import ReferralKind
from services.domain.faults import overdue_faults
from services.referrals.rules.raising import (
    Raised,
    RaisedBecause,
    merged,
    raised_by_place,
    raised_by_visit,
)
from tests.builders import NOW, a_submission
from tests.cases import table


def a_visit_of(case: dict[str, Any]) -> OpenVisit:
    """Return the open part of a visit as a case describes it: a riser fault is given by its age in hours."""
    changes = dict(case["visit"])
    if "fault" in case:
        fault = dict(case["fault"])
        since = NOW - timedelta(hours=fault.pop("hours"))
        changes["systems"] = [fault | {"location": "NW stair", "fault_since": since.isoformat()}]
    return a_submission(**changes).open_part()


def by_crew(kind: str, **more: Any) -> CrewReferral:
    return CrewReferral.model_validate({"kind": kind, **more})


@pytest.mark.parametrize("case", table("referrals")["raised"], ids=lambda case: case["case"])
def test_a_visit_raises_what_the_table_says(case: dict[str, Any]) -> None:
    assert [raised.kind.value for raised in raised_by_visit(a_visit_of(case), NOW)] == case["expect"]


def test_a_visit_with_everything_wrong_raises_one_of_each() -> None:
    visit = a_visit_of(
        {
            "visit": {
                "premises_class": "FLATS_HIGH",
                "evac_strategy": "UNKNOWN",
                "water": {"adequate": False, "none_within_100m": True},
                "none_found": False,
                "hazards": [{"code": "VIOLENCE", "basis": "threats", "review_on": "2027-05-01"}],
            },
            "fault": {"kind": "DRY_RISER", "status": "FAULT", "hours": 48},
        }
    )
    assert {raised.kind.value for raised in raised_by_visit(visit, NOW)} == {"BS2", "BS4", "RI4", "RI9"}


def test_all_faults_of_a_building_make_one_referral_that_names_each() -> None:
    since = (NOW - timedelta(days=3)).isoformat()
    systems = [
        {"kind": "DRY_RISER", "status": "FAULT", "location": "NW stair", "fault_since": since},
        {"kind": "FF_LIFT", "status": "IMPAIRED", "fault_since": since},
    ]
    visit = a_submission(premises_class="FLATS_HIGH", systems=systems).open_part()
    (raised,) = raised_by_visit(visit, NOW)
    assert raised.summary == "Dry riser FAULT, NW stair; Fire-fighting lift IMPAIRED"
    assert [system.kind.value for system in overdue_faults(visit.systems, NOW)] == ["DRY_RISER", "FF_LIFT"]


def test_a_fault_of_unknown_age_in_a_high_rise_counts_as_old() -> None:
    riser = {"kind": "DRY_RISER", "status": "FAULT", "location": "NW stair"}
    visit = a_submission(premises_class="FLATS_HIGH").open_part()
    unknown = visit.model_copy(update={"systems": (FixedSystem.model_validate(riser),)})
    assert [raised.kind for raised in raised_by_visit(unknown, NOW)] == [ReferralKind.BS4]


def test_a_violence_marker_is_about_the_unit_and_says_no_more_than_caution() -> None:
    hazards = [{"code": "VIOLENCE", "basis": "the son threatened us", "review_on": "2027-05-01"}]
    (raised,) = raised_by_visit(a_submission(unit_ref="Flat 3", none_found=False, hazards=hazards).open_part(), NOW)
    assert (raised.unit_ref, raised.summary) == ("Flat 3", "caution on approach")


def neighbours_in(case: dict[str, Any]) -> list[NearNeighbour] | None:
    if "neighbours" not in case:
        return None
    return [NearNeighbour(code=name, name=name, distance_m=metres) for name, metres in case["neighbours"].items()]


@pytest.mark.parametrize("case", table("referrals")["neighbours"], ids=lambda case: case["case"])
def test_a_place_concerns_the_neighbours_that_the_table_says(case: dict[str, Any]) -> None:
    raised = raised_by_place(case.get("border_m"), neighbours_in(case))
    assert [(each.kind, each.summary) for each in raised] == (
        [(ReferralKind.RI8, case["expect"])] if case["expect"] else []
    )
    because = RaisedBecause.NEAR_NEIGHBOUR if "neighbours" in case else RaisedBecause.NEAR_BORDER
    assert all(each.because == (because,) for each in raised)


def test_a_service_may_set_another_distance_and_attendance_areas() -> None:
    assert raised_by_place(4_000.0, within_m=3_000.0) == ()
    assert raised_by_place(0.0, [NearNeighbour(code="E", name="Eastern", distance_m=4_000.0)], within_m=3_000.0) == ()
    (raised,) = raised_by_place(42_000.0, in_neighbours_attendance=True)
    assert raised.summary == "in a neighbour's attendance area"


def test_what_the_crew_made_and_what_the_facts_raise_become_one() -> None:
    crew = by_crew("BS4", note="RP says parts are on order")
    automatic = Raised(ReferralKind.BS4, None, (RaisedBecause.EQUIPMENT_FAULT,), "Dry riser FAULT, NW stair")
    (both,) = merged([crew], [automatic])
    assert both.because == (RaisedBecause.CREW, RaisedBecause.EQUIPMENT_FAULT)
    assert (both.summary, both.by_crew) == ("Dry riser FAULT, NW stair", (crew,))


def test_one_kind_for_two_units_stays_two_and_for_one_unit_however_written_is_one() -> None:
    crew = [by_crew("SG3", unit_ref="Flat 3"), by_crew("SG3", unit_ref="Flat 4"), by_crew("SG3", unit_ref=" FLAT  3")]
    found = merged(crew, [])
    assert [(raised.unit_ref, len(raised.by_crew)) for raised in found] == [("Flat 3", 2), ("Flat 4", 1)]


def test_a_referral_about_people_without_a_unit_is_about_the_unit_of_the_visit() -> None:
    automatic = Raised(ReferralKind.RI9, "Flat 3", (RaisedBecause.CREW_SAFETY,))
    found = merged([by_crew("RI9"), by_crew("SG10"), by_crew("BS2")], [automatic], visit_unit_ref="Flat 3")
    assert {raised.kind.value: raised.unit_ref for raised in found} == {"RI9": "Flat 3", "SG10": "Flat 3", "BS2": None}


def test_the_most_urgent_comes_first() -> None:
    found = merged([by_crew("BS3"), by_crew("SG1"), by_crew("BS2"), by_crew("BS1")], [])
    assert [raised.kind.value for raised in found] == ["SG1", "BS1", "BS2", "BS3"]


@pytest.mark.parametrize("kind", ["SG2", "SG10", "RI6"])
def test_a_restricted_referral_never_shows_itself_in_a_log(kind: str) -> None:
    (raised,) = merged([by_crew(kind, note="the marker text")], [])
    assert repr(raised) == str(raised) == "[withheld]"
