"""What control sees at once and unverified: additions of the classes that kill, never a lowering."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ApplianceAccess, EvacuationStrategy, ExternalWall, FraewRating, SystemKind, SystemStatus
from services.domain.fact_keys import taken_apart
from services.domain.safety_critical import (
    Addition,
    AdditionKind,
    safety_critical_additions,
    still_to_show,
    unverified_until,
)

RISER = {"kind": "DRY_RISER", "location": "NW stair"}


def facts(**known: Any) -> RiskFacts:
    return RiskFacts.model_validate(known)


def shown(reported: dict[str, Any], present: dict[str, Any] | None) -> list[str]:
    known = None if present is None else facts(**present)
    return [addition.summary for addition in safety_critical_additions(facts(**reported), known)]


def a_system(status: str, **changes: Any) -> dict[str, Any]:
    return {"systems": [RISER | {"status": status} | changes]}


def a_hazard(code: str, location: str | None = "workshop", **more: Any) -> dict[str, Any]:
    return {"hazards": [{"code": code, "location": location, **more}]}


def a_wall(wall: str, rating: str | None = None) -> dict[str, Any]:
    return {"external_wall": wall, "fraew_rating": rating}


def strategy(code: str) -> dict[str, Any]:
    return {"evac_strategy": code}


def access(code: str) -> dict[str, Any]:
    return {"appliance_access": code}


@pytest.mark.parametrize(
    ("reported", "present", "summaries"),
    [
        (a_system("FAULT"), a_system("WORKING"), ["Dry riser FAULT, NW stair"]),
        (a_system("FAULT"), None, ["Dry riser FAULT, NW stair"]),
        (a_system("FAULT"), a_system("FAULT"), []),
        (a_system("FAULT", location=" nw  STAIR "), a_system("FAULT"), []),
        (a_system("FAULT", location="SE stair"), a_system("FAULT"), ["Dry riser FAULT, SE stair"]),
        (a_system("FAULT"), a_system("IMPAIRED"), ["Dry riser FAULT, NW stair"]),
        (a_system("IMPAIRED"), a_system("FAULT"), []),
        (a_system("WORKING"), a_system("FAULT"), []),
        (a_system("NOT_TESTED"), a_system("WORKING"), []),
        (a_system("ABSENT"), a_system("WORKING"), ["Dry riser ABSENT, NW stair"]),
        (a_system("ABSENT"), a_system("ABSENT"), []),
        (a_system("ABSENT"), None, []),
        (a_system("ABSENT") | {"height_top_storey_m": 24}, None, ["Dry riser ABSENT, NW stair"]),
        (a_system("WORKING"), None, ["Dry riser working, NW stair"]),
        (a_system("NOT_TESTED"), None, ["Dry riser not tested, NW stair"]),
        (a_system("WORKING"), a_system("ABSENT"), []),
        (a_system("WORKING", kind="SPRINKLER"), None, []),
        (a_system("FAULT", kind="EAS", location=None), None, ["Evacuation alert system FAULT"]),
    ],
)
def test_a_fault_or_a_riser_that_control_does_not_know_is_shown(
    reported: dict[str, Any], present: dict[str, Any] | None, summaries: list[str]
) -> None:
    assert shown(reported, present) == summaries


@pytest.mark.parametrize(
    ("reported", "present", "summaries"),
    [
        (a_hazard("CYL_ACETYLENE", count=6), None, ["Acetylene cylinders (6), workshop"]),
        (a_hazard("CYL_ACETYLENE", count=6), a_hazard("CYL_ACETYLENE", count=6), []),
        (a_hazard("CYL_ACETYLENE", count=9), a_hazard("CYL_ACETYLENE", count=6), ["Acetylene cylinders (9), workshop"]),
        (a_hazard("CYL_ACETYLENE", count=2), a_hazard("CYL_ACETYLENE", count=6), []),
        (a_hazard("CYL_ACETYLENE", "yard"), a_hazard("CYL_ACETYLENE"), ["Acetylene cylinders, yard"]),
        (a_hazard("EXPLOSIVE", qty=25, unit="kg"), None, ["Explosives (25 kg), workshop"]),
        (a_hazard("EXPLOSIVE", qty=1_800_000, unit="kg"), None, ["Explosives (1,800,000 kg), workshop"]),
        (a_hazard("UNSTABLE_STRUCT", None), {}, ["Unstable structure"]),
        (a_hazard("BESS", "yard", qty=20, unit="MWh"), None, ["Battery energy storage (20 MWh), yard"]),
        (a_hazard("FLAM_LIQ"), None, []),
        (a_hazard("CLUTTER", None), None, []),
        ({"none_found": True}, a_hazard("CYL_ACETYLENE"), []),
    ],
)
def test_a_new_hazard_of_the_worst_classes_is_shown(
    reported: dict[str, Any], present: dict[str, Any] | None, summaries: list[str]
) -> None:
    assert shown(reported, present) == summaries


def test_violence_is_only_ever_a_caution_on_approach() -> None:
    reported = a_hazard("VIOLENCE", "Flat 3, the son", basis="threatened a crew with a knife", review_on="2027-01-01")
    assert shown(reported, None) == ["Caution on approach"]


def test_two_violence_markers_make_one_caution_and_a_known_one_makes_none() -> None:
    marker = {"code": "VIOLENCE", "basis": "threats", "review_on": "2027-01-01"}
    both = {"hazards": [marker | {"location": "Flat 3"}, marker | {"location": "Flat 4"}]}
    assert shown(both, None) == ["Caution on approach"]
    assert shown(both, {"hazards": [marker]}) == []


@pytest.mark.parametrize(
    ("reported", "present", "summaries"),
    [
        (strategy("SIMULTANEOUS"), strategy("STAY_PUT"), ["Evacuation: SIMULTANEOUS"]),
        (
            strategy("SIMULTANEOUS_INTERIM"),
            strategy("SIMULTANEOUS"),
            ["Evacuation: SIMULTANEOUS – INTERIM"],
        ),
        (strategy("STAY_PUT"), strategy("SIMULTANEOUS_INTERIM"), []),
        (strategy("STAY_PUT"), strategy("SIMULTANEOUS"), []),
        (strategy("STAY_PUT"), strategy("STAY_PUT"), []),
        (strategy("DEFEND_IN_PLACE"), strategy("STAY_PUT"), ["Evacuation: DEFEND IN PLACE"]),
        (strategy("STAY_PUT"), strategy("UNKNOWN"), []),
        (strategy("STAY_PUT"), None, []),
        (strategy("SIMULTANEOUS") | {"premises_class": "SHOP"}, None, []),
        (strategy("SIMULTANEOUS_INTERIM"), None, ["Evacuation: SIMULTANEOUS – INTERIM"]),
        (strategy("STAY_PUT") | {"premises_class": "FLATS_HIGH"}, None, ["Evacuation: STAY PUT"]),
        (strategy("STAY_PUT") | {"premises_class": "FLATS_LOW", "storeys_above": 3}, {"storeys_above": 3}, []),
        (strategy("STAY_PUT"), {"premises_class": "FLATS_MID", "storeys_above": 7}, ["Evacuation: STAY PUT"]),
        (strategy("UNKNOWN"), strategy("STAY_PUT"), []),
        (strategy("UNKNOWN"), None, []),
        (access("NONE"), access("GOOD"), ["Appliance access BLOCKED"]),
        (access("NONE"), access("RESTRICTED"), ["Appliance access BLOCKED"]),
        (access("RESTRICTED"), access("NONE"), []),
        (access("GOOD"), access("NONE"), []),
        (access("GOOD"), None, []),
        (
            access("RESTRICTED") | {"access_width_m": 2.6, "access_weight_t": 7.5},
            access("GOOD"),
            ["Appliance access RESTRICTED, 2.6 m wide, 7.5 t"],
        ),
        (a_wall("ACM"), a_wall("UNKNOWN"), ["External wall: ACM cladding"]),
        (a_wall("ACM"), a_wall("HPL"), ["External wall: ACM cladding"]),
        (a_wall("HPL"), a_wall("ACM"), []),
        (a_wall("HPL"), a_wall("TIMBER"), ["External wall: HPL cladding"]),
        (a_wall("NON_COMBUSTIBLE"), a_wall("ACM"), []),
        (a_wall("UNKNOWN"), None, []),
        (a_wall("HPL", "HIGH"), a_wall("HPL", "LOW"), ["External wall appraisal: HIGH"]),
        (a_wall("HPL", "LOW"), a_wall("HPL", "HIGH"), []),
    ],
)
def test_strategy_access_and_wall_are_shown_when_they_get_worse_and_never_when_better(
    reported: dict[str, Any], present: dict[str, Any] | None, summaries: list[str]
) -> None:
    assert shown(reported, present) == summaries


def test_what_a_report_leaves_out_is_not_a_change() -> None:
    known = a_system("FAULT") | a_hazard("EXPLOSIVE") | strategy("SIMULTANEOUS") | a_wall("ACM") | access("NONE")
    assert shown({}, known) == []


def test_the_nearest_danger_comes_first() -> None:
    dangers = a_system("FAULT") | a_hazard("EXPLOSIVE", "Rear  Yard") | a_wall("ACM") | access("NONE")
    additions = safety_critical_additions(facts(**dangers, **strategy("SIMULTANEOUS_INTERIM")), None)
    assert [addition.kind for addition in additions] == list(AdditionKind)
    assert [addition.fact for addition in additions] == [
        "appliance_access",
        "hazards/EXPLOSIVE/rear yard",
        "evac_strategy",
        "systems/DRY_RISER/nw stair",
        "external_wall",
    ]


def test_what_control_sees_already_is_not_shown_twice() -> None:
    fault = Addition(AdditionKind.SYSTEM, "Dry riser FAULT, NW stair")
    wall = Addition(AdditionKind.EXTERNAL_WALL, "External wall: ACM cladding")
    assert still_to_show([fault, wall], [fault]) == (wall,)


def test_an_unverified_addition_expires_to_review_after_72_hours() -> None:
    reported_at = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
    assert unverified_until(reported_at) == datetime(2026, 11, 25, 14, 2, tzinfo=UTC)


PLACES = st.sampled_from([None, "NW stair", "yard"])
ANY_FACTS = st.fixed_dictionaries(
    {
        "appliance_access": st.none() | st.sampled_from(ApplianceAccess),
        "evac_strategy": st.none() | st.sampled_from(EvacuationStrategy),
        "external_wall": st.none() | st.sampled_from(ExternalWall),
        "fraew_rating": st.none() | st.sampled_from(FraewRating),
        "height_top_storey_m": st.none() | st.sampled_from([6, 24]),
        "systems": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(SystemKind), "status": st.sampled_from(SystemStatus), "location": PLACES}
            ),
            max_size=4,
            unique_by=lambda system: (system["kind"], system["location"]),
        ),
        "hazards": st.lists(
            st.fixed_dictionaries(
                {
                    "code": st.sampled_from(["CYL_ACETYLENE", "EXPLOSIVE", "VIOLENCE", "PV"]),
                    "location": PLACES,
                    "count": st.none() | st.integers(1, 9),
                }
            ),
            max_size=4,
            unique_by=lambda hazard: (hazard["code"], hazard["location"]),
        ),
    }
)


@given(ANY_FACTS)
def test_a_report_that_repeats_the_record_adds_nothing(known: dict[str, Any]) -> None:
    assert shown(known, known) == []


@given(ANY_FACTS, ANY_FACTS)
def test_a_change_that_is_worse_one_way_is_not_shown_the_other_way(one: dict[str, Any], two: dict[str, Any]) -> None:
    forth = safety_critical_additions(facts(**one), facts(**two))
    back = safety_critical_additions(facts(**two), facts(**one))
    blocked = {addition for addition in (*forth, *back) if addition.kind is AdditionKind.ACCESS}
    faults = {addition.summary for addition in forth if "FAULT" in addition.summary}
    assert len(blocked) <= 1
    assert not faults & {addition.summary for addition in back}


@given(ANY_FACTS, ANY_FACTS)
def test_no_summary_ever_names_violence(reported: dict[str, Any], present: dict[str, Any]) -> None:
    assert not any("violen" in summary.lower() for summary in shown(reported, present))


@given(ANY_FACTS, ANY_FACTS)
def test_an_addition_is_about_a_fact_that_the_report_holds(reported: dict[str, Any], present: dict[str, Any]) -> None:
    apart = taken_apart(facts(**reported))
    for addition in safety_critical_additions(facts(**reported), facts(**present)):
        violence = addition.fact == "hazards/VIOLENCE/"  # whose door it is about stays out of it
        assert violence or addition.fact in apart


@pytest.mark.parametrize(
    "words", ["Dry riser working, NW stair", "Dry riser not tested, NW stair", "Dry riser, NW stair"]
)
def test_a_riser_said_to_work_again_does_not_stand_beside_its_own_fault(words: str) -> None:
    works = Addition(AdditionKind.SYSTEM, words)
    assert still_to_show([works], [Addition(AdditionKind.SYSTEM, "Dry riser FAULT, NW stair")]) == ()
    assert still_to_show([works], [Addition(AdditionKind.SYSTEM, "Dry riser FAULT, SE stair")]) == (works,)
    assert still_to_show([works], []) == (works,)
