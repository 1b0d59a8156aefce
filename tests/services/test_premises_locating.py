"""A visit is heard: its premises is named when that is certain, and never guessed when it is not."""

import csv
from pathlib import Path

import pytest

from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.shared.replay import replay
from services.shared.service import Tools
from tests.conftest import EMPTY, Templates
from tests.services.premises_desk import (
    AT_THE_LIBRARY,
    DEMOLISHED_TOWER,
    FLAT_4,
    LIBRARY,
    ROWAN_HOUSE,
    TOWN_HALL,
    know_the_area,
    load,
    located,
    not_located,
    send,
)
from tests.system import System, a_system

TOWN_HALL_WRITTEN = {"name": "Town Hall", "street": "Market Place", "town": "Arrelbridge", "postcode": "XQ1 1AJ"}

# For tests of what is not known yet.
on_an_empty_database = pytest.mark.parametrize("template", [EMPTY], ids=["empty"])


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return visits and premises, with the sample area loaded."""
    return await a_system(tools, ["visits", "premises"])


async def test_a_certain_address_is_located_with_its_reason_and_the_localities_of_its_place(desk: System) -> None:
    visit_id = await send(desk, TOWN_HALL_WRITTEN)
    [event] = await located(desk)
    assert (event.visit_id, event.premises.premises_id) == (visit_id, TOWN_HALL)
    assert (event.outcome, event.precision) == (LocationOutcome.MATCHED, LocationPrecision.PREMISES)
    assert event.located_by == "matcher"
    assert event.reason
    place = event.premises.place
    assert (place.easting, place.northing) == (354388.0, 267478.0)
    assert place.latitude == pytest.approx(52.3035, abs=1e-3)
    assert place.longitude == pytest.approx(-2.6703, abs=1e-3)
    assert (place.station_ground, place.district) == ("71", "Arrelbridge Borough")
    assert place.border_distance_m is not None
    assert place.border_distance_m > 5000
    assert place.neighbours is not None
    assert [one.name for one in place.neighbours] == ["Wrensmoor Fire and Rescue Service"]
    assert place.neighbours[0].distance_m > place.border_distance_m
    assert await not_located(desk) == []
    assert await desk.quarantined() == []


async def test_why_a_visit_was_placed_can_be_asked_of_the_database_and_the_visit_itself_is_not_kept(
    desk: System,
) -> None:
    await send(desk, TOWN_HALL_WRITTEN)
    [(state, reason, evidence, visit, private)] = await desk.rows(
        "SELECT state, reason, evidence, visit, private FROM premises.decisions"
    )
    assert (state, visit, private) == ("located", None, None)
    assert reason == (await located(desk))[0].reason
    assert isinstance(evidence, list)
    assert all({"what", "points"} == set(one) for one in evidence)
    assert evidence


async def test_a_flat_is_told_with_its_building_as_parent(desk: System) -> None:
    await send(desk, {"name": "Rowan House", "street": "Rowan Road"}, uprn=ROWAN_HOUSE, unit_uprn=FLAT_4)
    [event] = await located(desk)
    assert (event.premises.premises_id, event.premises.parent_id) == (FLAT_4, ROWAN_HOUSE)


async def test_a_flat_that_the_gazetteer_puts_in_another_building_goes_to_a_person(desk: System) -> None:
    await send(desk, None, uprn=TOWN_HALL, unit_uprn=FLAT_4)
    assert await located(desk) == []
    [event] = await not_located(desk)
    assert event.reason == "identifier-disagrees"


async def test_the_uprn_of_a_demolished_building_goes_to_a_person(desk: System) -> None:
    await send(desk, None, uprn=DEMOLISHED_TOWER)
    [event] = await not_located(desk)
    assert (event.outcome, event.reason) == (LocationOutcome.REVIEW, "identifier-not-current")
    assert event.candidates[0].premises_id == DEMOLISHED_TOWER
    assert event.place is not None


async def test_what_nothing_in_the_gazetteer_is_like_is_told_with_the_place_of_the_tablet(desk: System) -> None:
    await send(desk, "tin shed past where the chip van stops", device_point=AT_THE_LIBRARY)
    [event] = await not_located(desk)
    assert event.outcome is LocationOutcome.UNMATCHED
    assert event.precision is LocationPrecision.POINT
    assert event.place is not None
    assert event.place.station_ground == "71"
    assert await located(desk) == []


async def test_a_tablet_that_hardly_knows_where_it_is_gives_no_place(desk: System) -> None:
    await send(desk, "tin shed past where the chip van stops", device_point=AT_THE_LIBRARY | {"accuracy_m": 900})
    [event] = await not_located(desk)
    assert (event.place, event.precision) == (None, LocationPrecision.NONE)


async def test_a_rough_fix_contradicts_only_what_lies_farther_away_than_it_can_be_wrong(desk: System) -> None:
    await send(desk, TOWN_HALL_WRITTEN, device_point=AT_THE_LIBRARY | {"accuracy_m": 900})
    await send(desk, TOWN_HALL_WRITTEN, device_point={"lat": 52.35, "lon": -2.66, "accuracy_m": 900})
    assert len(await located(desk)) == 1
    [event] = await not_located(desk)
    assert event.reason == "fix-far-away"


async def test_a_tablet_far_from_the_address_sends_the_visit_to_a_person(desk: System) -> None:
    await send(desk, TOWN_HALL_WRITTEN, device_point=AT_THE_LIBRARY)
    [event] = await not_located(desk)
    assert event.reason == "fix-far-away"
    assert event.candidates[0].premises_id == TOWN_HALL


async def test_a_wrong_postcode_beside_a_whole_line_is_read_too(desk: System) -> None:
    await send(desk, {"written": "62 High Street Arrelbridge", "postcode": "XQ1 1AP"})
    [event] = await located(desk)
    assert event.premises.premises_id == LIBRARY


async def test_a_visit_that_is_heard_again_is_neither_moved_nor_told_twice(desk: System) -> None:
    await send(desk, TOWN_HALL_WRITTEN)
    await send(desk, "nowhere that anyone knows of")
    [premises] = [service for service in desk.services if service.name == "premises"]
    done = await replay(premises, desk.tools.database, desk.tools.clock, 0, again=True)
    assert (done.delivered, done.quarantined) == (2, 0)
    assert len(await located(desk)) == 1
    assert len(await not_located(desk)) == 1


async def test_what_was_sealed_travels_on_as_it_came(desk: System) -> None:
    await send(desk, TOWN_HALL_WRITTEN, entry_code="4471 and the drop key")
    [submitted] = await desk.said("visits.submitted")
    assert isinstance(submitted, VisitSubmitted)
    [event] = await located(desk)
    assert event.private == submitted.private
    assert event.visit == submitted.visit
    assert "4471 and the drop key" not in str(await desk.rows("SELECT d::text FROM premises.decisions d"))


@on_an_empty_database
async def test_an_entry_without_a_point_stands_at_its_postcode(tools: Tools, tmp_path: Path) -> None:
    await load(tools, "postcodes.csv", "premises.csv")
    file = tmp_path / "more.csv"
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["premises_id", "name", "address", "postcode", "easting", "northing"])
        writer.writerow(["999900000001", "Marram Pottery", "Marram Pottery, Market Place", "XQ1 1AJ", "", ""])
        writer.writerow(["999900000002", "Sedge Pottery", "Sedge Pottery, Nowhere", "", "", ""])
    await load(tools, file)
    desk = await a_system(tools, ["visits", "premises"])
    await send(desk, None, uprn="999900000001")
    await send(desk, None, uprn="999900000002")
    [event] = await located(desk)
    [(easting,)] = await desk.rows("SELECT easting FROM premises.postcodes WHERE postcode = 'XQ1 1AJ'")
    assert event.premises.place.easting == easting
    [lost] = await not_located(desk)
    assert lost.reason == "no-position"


@on_an_empty_database
async def test_premises_that_are_loaded_while_the_service_runs_are_known_to_the_next_visit(tools: Tools) -> None:
    desk = await a_system(tools, ["visits", "premises"])
    await send(desk, TOWN_HALL_WRITTEN)
    assert len(await not_located(desk)) == 1
    await load(tools, "postcodes.csv", "premises.csv")
    await send(desk, TOWN_HALL_WRITTEN)
    [event] = await located(desk)
    assert event.premises.premises_id == TOWN_HALL
