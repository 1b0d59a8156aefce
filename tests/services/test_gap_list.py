"""Which premises ought to have a record and have none: kept as the gazetteer changes, left when one is published."""

from typing import Any

import pytest

from schemas.premises import ListedPremises
from schemas.vocabulary import Role
from services.risk_register.rules.gap_rules import FIRST, rule_for
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.gap_county import hear
from tests.services.premises_desk import know_the_area, list_gazetteer
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

GAPS = "/api/v1/risk-register/gaps"
HTML = {"Accept": "text/html"}
HOTEL = ListedPremises(
    premises_id="999900000014",
    name="The Bell Hotel",
    address="14 Quay Street, Wexcombe",
    postcode="XQ1 1AA",
    easting=300100.0,
    northing=130200.0,
    classification="CH03",
    station_ground="S1",
)


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    return Desk(await a_system(tools, ("premises", "risk_register", "visits")))


async def gaps(desk: Desk, **asked: Any) -> dict[str, Any]:
    answer = await (await desk.reviewer()).get(GAPS, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def missing(desk: Desk) -> dict[str, str]:
    """Return the premises with no record, each with its rule."""
    return {each["premises_id"]: each["rule"] for each in (await gaps(desk))["premises"]}


async def test_a_building_is_listed_for_what_its_flats_are_and_a_flat_never(desk: Desk, tools: Tools) -> None:
    block = HOTEL.model_copy(update={"premises_id": "1", "classification": "PP"})
    flats = [
        HOTEL.model_copy(update={"premises_id": f"1{number:02}", "classification": "RD06", "parent_id": "1"})
        for number in range(6)
    ]
    await hear(tools, flats)
    assert await missing(desk) == {}
    await hear(tools, [block])
    assert await missing(desk) == {"1": "flats"}
    [line] = (await gaps(desk))["premises"]
    assert (line["units"], line["expected_level"], line["station"]) == (7, 2, "S1")
    gone = flats[0].model_copy(update={"in_use": False})
    await hear(tools, [gone], 2)
    assert await missing(desk) == {}
    await hear(tools, [flats[0]], 1)
    assert await missing(desk) == {}, "an older listing never replaces a newer"
    await hear(tools, [flats[0].model_copy(update={"parent_id": "1"})], 3)
    assert await missing(desk) == {"1": "flats"}
    await hear(tools, [flats[1].model_copy(update={"parent_id": None})], 4)
    assert await missing(desk) == {}, "a flat that moves changes the building that it was in"


async def test_it_leaves_the_list_when_its_record_is_published_and_not_before(desk: Desk, tools: Tools) -> None:
    await hear(tools, [HOTEL])
    assert await missing(desk) == {HOTEL.premises_id: "hotel"}
    visit = await desk.receive(located(a_premises(HOTEL.premises_id)))
    [line] = (await gaps(desk))["premises"]
    assert line["is_reported"]
    assert "A visit waits for review" in (await (await desk.reviewer()).get("/oversight/gaps", headers=HTML)).text
    await desk.publish(visit)
    assert (await gaps(desk))["total"] == 0
    await hear(tools, [HOTEL.model_copy(update={"name": "The New Bell"})], 2)
    assert (await gaps(desk))["total"] == 0


async def test_premises_whose_record_was_published_before_they_were_listed_are_not_missing(
    desk: Desk, tools: Tools
) -> None:
    await desk.publish(await desk.receive(located(a_premises(HOTEL.premises_id))))
    await hear(tools, [HOTEL])
    assert (await gaps(desk))["total"] == 0


async def test_a_crew_is_asked_to_visit_what_has_no_record(desk: Desk, tools: Tools) -> None:
    await hear(tools, [HOTEL, HOTEL.model_copy(update={"premises_id": "2", "easting": None, "northing": None})])
    ada = await desk.reviewer()
    page = await ada.get("/oversight/gaps", headers=HTML)
    assert "Ask a crew to visit The Bell Hotel" in page.text
    assert "The gazetteer has no point for it" in page.text
    form = await ada.get(f"/review/records/{HOTEL.premises_id}", headers=HTML)
    assert "Evacuation plans: UNKNOWN whether they apply: its class is not recorded." in form.text
    assert "There is no risk record of it yet: Hotel, hostel or guest house" in form.text
    asked = {"reason": "No record yet", "due_on": "2026-12-18", "station": "S1"}
    answer = await ada.post(f"/review/records/{HOTEL.premises_id}/asks", data=asked, headers=HTML)
    assert answer.status_code == 303, answer.text
    await desk.system.settle()
    crew = await desk.system.client(Role.FIREFIGHTER, name="ff", station="S1")
    [found] = (await crew.get("/api/v1/visits/asked")).json()["asked"]
    assert (found["premises_id"], found["reason"]) == (HOTEL.premises_id, "No record yet")
    line = next(each for each in (await gaps(desk))["premises"] if each["premises_id"] == HOTEL.premises_id)
    assert line["asked"] == {"by": "2026-12-18", "station": "S1", "watch": None}
    nowhere = await ada.post("/api/v1/risk-register/asks", json={**asked, "premises_id": "2"})
    assert nowhere.status_code == 404
    assert (await ada.get("/review/records/3", headers=HTML)).status_code == 404


async def test_it_is_narrowed_by_rule_and_station_and_counted(desk: Desk, tools: Tools) -> None:
    home = HOTEL.model_copy(update={"premises_id": "2", "classification": "RI01", "station_ground": "S2"})
    far = HOTEL.model_copy(update={"premises_id": "3", "classification": "RI02", "station_ground": None})
    await hear(tools, [HOTEL, home, far])
    assert list(await missing(desk)) == ["2", "3", HOTEL.premises_id]
    assert [each["premises_id"] for each in (await gaps(desk, rule="care-home", station="S2"))["premises"]] == ["2"]
    assert [each["premises_id"] for each in (await gaps(desk, station="-"))["premises"]] == ["3"]
    found = await gaps(desk, station="S2")
    assert (found["by_rule"], found["by_station"]) == ({"care-home": 1}, {"": 1, "S1": 1, "S2": 1})
    crew = await desk.system.client(Role.FIREFIGHTER, name="ff")
    assert (await crew.get(GAPS)).status_code == 403


async def test_what_the_gazetteer_lists_reaches_the_list_with_its_station_ground(desk: Desk, tools: Tools) -> None:
    await know_the_area(tools)
    await list_gazetteer(desk.system)
    found = await gaps(desk)
    assert found["total"] > 50
    assert {"hospital", "care-home", "many-flats", "hotel"} <= {*found["by_rule"]}
    assert len([station for station in found["by_station"] if station]) > 1
    rows = await desk.system.rows("SELECT premises_id, addresses FROM risk_register.known_premises")
    kept = {str(row[0]): row[1] for row in rows}
    for each in found["premises"]:
        addresses = kept[each["premises_id"]]
        assert isinstance(addresses, dict)
        rule = rule_for(addresses, FIRST.rules)
        assert rule is not None
        assert rule.code == each["rule"]


async def test_with_nothing_missing_the_page_says_what_would_come(desk: Desk) -> None:
    ada = await desk.reviewer()
    assert "No premises is without a record" in (await ada.get("/oversight/gaps", headers=HTML)).text
    assert "See all with no record" in (await ada.get("/oversight/gaps?station=S1", headers=HTML)).text
