"""Which facts set a lowest risk level, and which faults count as open defects."""

from typing import Any

import pytest

from schemas.risk_register import RiskFacts
from schemas.vocabulary import PremisesClass, RiskFlag
from services.domain.facts import facts_of
from services.domain.ris1.flags import flags_of, open_key_defects
from tests.builders import a_submission

BATTERY = {
    "chemistry": "LFP",
    "containers": 8,
    "separation_m": 3,
    "suppression": "none",
    "gas_detection": True,
    "water_run_off": "to bund",
}


def facts(**known: Any) -> RiskFacts:
    return RiskFacts.model_validate(known)


def a_battery_store(capacity_mwh: float) -> dict[str, Any]:
    return {"code": "BESS", "bess": BATTERY | {"capacity_mwh": capacity_mwh}}


@pytest.mark.parametrize(
    ("known", "flags"),
    [
        ({"premises_class": "SHOP"}, []),
        ({}, []),
        ({"premises_class": "FLATS_HIGH"}, ["HRRB"]),
        ({"premises_class": "FLATS_MID", "height_top_storey_m": 18.0}, ["HRRB"]),
        ({"premises_class": "FLATS_MID", "height_top_storey_m": 17.9, "storeys_above": 6}, []),
        ({"premises_class": "FLATS_LOW", "storeys_above": 7}, ["HRRB"]),
        ({"premises_class": "STUDENT", "storeys_above": 9}, ["HRRB"]),
        ({"premises_class": "OFFICE", "height_top_storey_m": 60, "storeys_above": 15}, []),
        ({"premises_class": "FLATS_HIGH", "external_wall": "ACM"}, ["HRRB", "HRRB_UNSAFE_WALL"]),
        ({"premises_class": "FLATS_HIGH", "external_wall": "HPL"}, ["HRRB"]),
        (
            {"premises_class": "FLATS_HIGH", "external_wall": "HPL", "fraew_rating": "HIGH"},
            ["HRRB", "HRRB_UNSAFE_WALL"],
        ),
        ({"premises_class": "FLATS_HIGH", "external_wall": "EPS_RENDER", "fraew_rating": "MED"}, ["HRRB"]),
        ({"premises_class": "FLATS_MID", "external_wall": "ACM"}, []),
        (
            {"premises_class": "FLATS_HIGH", "evac_strategy": "SIMULTANEOUS_INTERIM"},
            ["HRRB", "HRRB_SIMULTANEOUS_INTERIM"],
        ),
        ({"premises_class": "FLATS_LOW", "evac_strategy": "SIMULTANEOUS_INTERIM"}, []),
        ({"hazards": [a_battery_store(0.99)]}, []),
        ({"hazards": [a_battery_store(1.0)]}, ["BESS"]),
        ({"hazards": [a_battery_store(0.6), a_battery_store(0.6)]}, ["BESS"]),
        ({"hazards": [{"code": "BESS", "qty": 0.2, "unit": "MWh"}]}, []),
        ({"hazards": [{"code": "BESS"}]}, ["BESS"]),
        ({"hazards": [{"code": "LI_ION_STORE"}]}, []),
        ({"hazards": [{"code": "COMAH", "comah_tier": "UPPER"}]}, ["COMAH_UPPER"]),
        ({"hazards": [{"code": "COMAH", "comah_tier": "LOWER"}]}, ["COMAH_LOWER"]),
        ({"hazards": [{"code": "COMAH"}]}, ["COMAH_LOWER"]),
        ({"dependency": "DEPENDENT", "sleeping": True, "max_night": 10}, ["SLEEPING_DEPENDENT"]),
        ({"dependency": "DEPENDENT", "sleeping": True, "max_night": 9}, []),
        ({"dependency": "SECURE", "sleeping": True, "max_night": 300}, ["SLEEPING_DEPENDENT"]),
        ({"dependency": "SOME_ASSIST", "sleeping": True, "max_night": 60}, []),
        ({"dependency": "DEPENDENT", "max_day": 60, "max_night": 0, "sleeping": False}, []),
        ({"dependency": "DEPENDENT", "sleeping": True}, ["SLEEPING_DEPENDENT"]),
    ],
)
def test_a_flag_follows_from_the_facts(known: dict[str, Any], flags: list[str]) -> None:
    assert flags_of(facts(**known)) == tuple(RiskFlag(flag) for flag in flags)


@pytest.mark.parametrize(
    ("systems", "defects"),
    [
        ([], 0),
        ([("DRY_RISER", "WORKING")], 0),
        ([("DRY_RISER", "FAULT")], 1),
        ([("WET_RISER", "IMPAIRED"), ("EAS", "FAULT")], 2),
        ([("SPRINKLER", "FAULT"), ("FF_LIFT", "FAULT"), ("SMOKE_CONTROL", "FAULT")], 3),
        ([("SPRINKLER", "ABSENT"), ("FF_LIFT", "NOT_TESTED")], 0),
        ([("AFD", "FAULT"), ("EVAC_LIFT", "FAULT"), ("DOOR_RELEASE", "FAULT")], 0),
    ],
)
def test_only_a_key_system_out_of_order_is_an_open_defect(systems: list[tuple[str, str]], defects: int) -> None:
    known = facts(systems=[{"kind": kind, "status": status} for kind, status in systems])
    assert open_key_defects(known.systems) == defects


def test_the_facts_of_a_visit_are_what_the_crew_saw_and_not_who_went() -> None:
    visit = a_submission(storeys_above=2, evac_strategy="SIMULTANEOUS")
    found = facts_of(visit.open_part())
    assert (found.premises_class, found.storeys_above) == (PremisesClass.SHOP, 2)
    assert "lead_officer_id" not in found.model_dump()
    assert RiskFacts.model_validate(found.model_dump()) == found
