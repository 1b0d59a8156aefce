"""What control lists first, opens at once, and calls a danger: the rules alone."""

import pytest

from schemas.risk_register import RiskFacts
from services.control.rules.dangers import dangers_reported, gravest_of, stands_on
from services.control.rules.directions import direction
from services.control.rules.findable import findable
from services.control.rules.ranking import Candidate, the_one_meant
from services.control.rules.search_words import read_words
from services.domain.gravity import NO_DANGER, gravity_of
from tests.services.control_records import a_record, an_addition

HOUSE = Candidate("999900000014", "The Corner Stores", "14 Quay Street, Wexcombe", "XQ1 1AA")
FLAT = Candidate("999900000015", "", "Flat 14, Marlowe House, King Street, Wexcombe", "XQ1 1AA")

IN_ORDER = (
    ("HAZARD", "Explosives (200 kg), magazine"),
    ("HAZARD", "Acetylene cylinders (2), rear yard"),
    ("HAZARD", "Battery energy storage (5 MWh), yard"),
    ("HAZARD", "Unstable structure, party wall"),
    ("ACCESS", "Appliance access BLOCKED"),
    ("EVACUATION", "Evacuation: SIMULTANEOUS – INTERIM"),
    ("SYSTEM", "Dry riser FAULT, NW stair"),
    ("EXTERNAL_WALL", "External wall: ACM"),
    ("ACCESS", "Appliance access RESTRICTED, 2.4 m wide"),
    ("SYSTEM", "Fire-fighting lift IMPAIRED"),
    ("HAZARD", "Caution on approach"),
)


def test_dangers_stand_in_the_order_in_which_they_kill() -> None:
    grave = [gravity_of(kind, summary) for kind, summary in IN_ORDER]
    assert grave == sorted(grave, reverse=True)
    assert len(set(grave)) == len(grave)
    assert min(grave) > NO_DANGER


@pytest.mark.parametrize(
    ("kind", "summary", "present", "is_danger"),
    [
        ("EVACUATION", "Evacuation: STAY PUT", RiskFacts(), False),
        ("EVACUATION", "Evacuation: SIMULTANEOUS", RiskFacts(evac_strategy="UNKNOWN"), False),
        ("EVACUATION", "Evacuation: SIMULTANEOUS", None, False),
        ("EVACUATION", "Evacuation: SIMULTANEOUS", RiskFacts(evac_strategy="STAY_PUT"), True),
        ("EVACUATION", "Evacuation: SIMULTANEOUS – INTERIM", None, True),
        ("SYSTEM", "Dry riser, NW stair", None, False),
        ("SYSTEM", "Dry riser ABSENT", None, True),
        ("SYSTEM", "Sprinklers FAULT, plant room", None, True),
        ("SOMETHING_NEW", "Words that nobody here knows", None, True),
    ],
)
def test_what_is_told_for_the_first_time_and_harms_nobody_is_no_danger(
    kind: str, summary: str, present: RiskFacts | None, is_danger: bool
) -> None:
    assert (gravity_of(kind, summary, present) > NO_DANGER) is is_danger


def test_a_building_stands_by_its_gravest_danger_and_says_how_many_more_there_are() -> None:
    reported = (
        an_addition("Dry riser FAULT, NW stair"),
        an_addition("Explosives, cellar", kind="HAZARD", callsign="K42"),
        an_addition("Appliance access BLOCKED", kind="ACCESS"),
        an_addition("Evacuation: SIMULTANEOUS", kind="EVACUATION"),
    )
    first_heard = a_record(unverified=reported, facts=RiskFacts())
    gravest = gravest_of(first_heard)
    assert gravest is not None
    assert (gravest.summary, gravest.callsign, gravest.more) == ("Explosives, cellar", "K42", 2)
    assert gravest_of(a_record(unverified=reported[-1:], facts=RiskFacts())) is None


def test_violence_told_of_a_place_nobody_knows_is_a_neutral_caution() -> None:
    facts = RiskFacts.model_validate({"hazards": [{"code": "VIOLENCE", "note": "SECRET", "location": "SECRET"}]})
    assert [each.summary for each in dangers_reported(facts)] == ["Caution on approach"]


def test_a_danger_stands_on_a_record_that_names_its_visit_or_says_all_it_says() -> None:
    facts = RiskFacts.model_validate({"hazards": [{"code": "CYL_ACETYLENE", "count": 2, "location": "Rear yard"}]})
    [reported] = dangers_reported(facts)
    assert stands_on(a_record(unverified=(an_addition(visit_id="v-9"),)), "v-9", facts)
    assert stands_on(a_record(unverified=(an_addition(reported.summary, kind="HAZARD", visit_id="v-1"),)), "v-9", facts)
    assert stands_on(a_record(facts=facts), "v-9", facts)
    assert not stands_on(a_record(), "v-9", facts)


@pytest.mark.parametrize(
    ("asked", "found", "total", "opened"),
    [
        ("999900000014", [HOUSE], 1, HOUSE.premises_id),
        ("0999900000014", [HOUSE], 1, HOUSE.premises_id),
        ("14 Quay St, Wexcombe", [HOUSE, FLAT], 2, HOUSE.premises_id),
        ("14 XQ1 1AA", [HOUSE], 1, HOUSE.premises_id),
        ("14 XQ1 1AA", [HOUSE, FLAT], 2, None),
        ("14 XQ1 1AA", [FLAT], 1, None),
        ("corner stores", [HOUSE], 1, None),
        ("14 quay street", [HOUSE], 1, None),
        ("14 Quay Street, Wexcombe", [HOUSE, Candidate("2", "", "14 Quay Street, Wexcombe", "XQ1 1AA")], 2, None),
        ("xq1 1aa", [HOUSE], 1, None),
    ],
)
def test_only_an_id_a_whole_address_or_a_postcode_with_its_number_opens_a_premises(
    asked: str, found: list[Candidate], total: int, opened: str | None
) -> None:
    assert the_one_meant(asked, read_words(asked), found, total) == opened


def test_a_premises_is_found_by_all_its_names_and_by_every_door_of_a_block() -> None:
    words = findable("0012", "Marlowe House", "12–18 King St, Wexcombe", "XQ1 4AB", ["Old Maltings"]).words
    assert {"name:marlowe", "name:maltings", "maltings", "door:14", "xq14ab", "0012", "12"} <= set(words)
    assert "door:20" not in words


@pytest.mark.parametrize(
    ("east", "north", "words"), [(0, 5, "north"), (5, 5, "north-east"), (-9, 1, "west"), (0, 0, "")]
)
def test_a_direction_is_a_point_of_the_compass(east: float, north: float, words: str) -> None:
    assert direction(east, north) == words
