"""Control finds every premises of the gazetteer, says what is held of it, and puts the building that is meant first."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schemas.premises import ListedPremises, PremisesListed
from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.lasting import lasting_system
from tests.services.control_records import a_record, a_shop, an_addition, updated
from tests.services.premises_desk import LIBRARY, TOWN_HALL, know_the_area, list_gazetteer, send
from tests.system import System, a_system

NOTHING_HELD = "urn:ravi:problem:nothing-held"


def a_place(premises_id: str, address: str, name: str = "", **more: Any) -> ListedPremises:
    """Return an entry of the gazetteer in the invented town."""
    fields: dict[str, Any] = {"postcode": "XQ1 1AA", "easting": 300100.0, "northing": 130200.0}
    return ListedPremises(premises_id=premises_id, name=name, address=address, **fields | more)


def listed(*entries: ListedPremises, generation: int = 1) -> PremisesListed:
    return PremisesListed(part_id=f"{generation}/{entries[0].premises_id}", generation=generation, entries=entries)


TOWN = (
    a_place("501", "Cathedral Choir House, The Precincts, Canterbrook", "Bell & Chorister Ltd"),
    a_place("502", "The Precincts, Canterbrook", "Canterbrook Cathedral"),
    a_place("503", "3 Church Street, Wexcombe", "The Church Inn"),
    a_place("504", "Mill Road, Wexcombe", "St Aidan’s Church"),
    a_place("505", "17 Coburg Road, Wexcombe", postcode="XQ1 7CC", easting=305000.0, northing=135000.0),
    a_place("506", "Market Place, Arrelbridge", "Town Hall", former_names=("The Corn Exchange",)),
    a_place("507", "9 Gone Lane, Wexcombe", "The Old Tannery", in_use=False),
    a_place("510", "Rowan Court, 40 Hill Road, Wexcombe", "Rowan Court"),
    *(a_place(f"52{n:02}", f"Flat {n}, Rowan Court, 40 Hill Road, Wexcombe", parent_id="510") for n in range(1, 31)),
)


async def hear_of_the_town(system: System) -> None:
    """Let control hear of a town, and of the record of one building in it."""
    await system.say(listed(*TOWN), updated(a_record()))
    await system.settle()


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    """Return control on this test's database."""
    control = await a_system(tools, ["control"])
    yield control
    await control.close()


@pytest.fixture
async def town(system: System) -> System:
    """Return control that heard of a town, for a test that changes what is known of it."""
    await hear_of_the_town(system)
    return system


@pytest.fixture(scope="module")
async def same_town(postgres: str) -> AsyncIterator[System]:
    """Return control that heard of a town, for tests that only look at it."""
    async with lasting_system(postgres, ["control"]) as system:
        await hear_of_the_town(system)
        yield system


async def search(system: System, asked: str, **params: Any) -> dict[str, Any]:
    control = await system.client(Role.CONTROL)
    answer = await control.get("/api/v1/control/search", params={"q": asked, **params})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("canterbrook cathedral", "502"),
        ("cathedral canterbrook", "502"),
        ("church", "504"),
        ("17 coburg", "505"),
        ("town hall", "506"),
        ("corn exchange", "506"),
        ("corn exhcange", "506"),
        ("old tannery", "507"),
        ("rowan court", "510"),
        ("flat 7 rowan court", "5207"),
    ],
)
async def test_any_premises_of_the_gazetteer_is_found_by_any_of_its_names(
    same_town: System, asked: str, first: str
) -> None:
    found = (await search(same_town, asked))["results"]
    assert (found[0]["premises_id"], found[0]["held"], found[0]["level"]) == (first, False, None), asked


async def test_a_name_alone_is_listed_with_what_is_held_and_what_is_not(same_town: System) -> None:
    control = await same_town.client(Role.CONTROL)
    page = await control.get("/control", params={"q": "church"})
    assert page.status_code == 200
    assert "Nothing held" in page.text
    assert "/control/premises/504" in page.text


async def test_a_block_and_its_flats_are_one_line_and_a_flat_with_a_record_has_its_own(town: System) -> None:
    found = await search(town, "rowan court")
    assert [(each["premises_id"], each["units"]) for each in found["results"]] == [("510", 30)]
    assert found["total"] == 1
    await town.say(updated(a_shop("5203", "Flat 3, Rowan Court, 40 Hill Road, Wexcombe")))
    await town.settle()
    found = await search(town, "rowan court")
    assert [(each["premises_id"], each["units"]) for each in found["results"]] == [("510", 29), ("5203", 0)]


async def test_a_flat_of_a_building_with_a_record_says_so(town: System) -> None:
    await town.say(updated(a_shop("510", "Rowan Court, 40 Hill Road, Wexcombe", name="Rowan Court")))
    await town.settle()
    [flat] = (await search(town, "flat 7 rowan court"))["results"]
    assert (flat["held"], flat["building_held"]) == (False, True)
    page = await (await town.client(Role.CONTROL)).get("/control/premises/5207")
    assert "a record of the building is held" in page.text
    assert "/control/premises/510" in page.text


async def test_a_list_longer_than_a_page_is_the_best_of_all_and_says_of_how_many(system: System) -> None:
    houses = [a_place(f"7{n:04}", f"{n} Quay Street, Wexcombe") for n in range(1, 144)]
    await system.say(listed(*houses))
    await system.say(updated(a_shop("70140", "140 Quay Street, Wexcombe", level=5)))
    await system.settle()
    found = await search(system, "quay street")
    assert (len(found["results"]), found["total"], found["more"], found["at_least"]) == (20, 143, True, False)
    assert [each["premises_id"] for each in found["results"][:3]] == ["70140", "70001", "70002"]
    page = await (await system.client(Role.CONTROL)).get("/control", params={"q": "quay street"})
    assert "20 of 143" in page.text


async def test_a_premises_without_a_record_has_a_page_that_says_nothing_is_held(same_town: System) -> None:
    control = await same_town.client(Role.CONTROL)
    page = await control.get("/control/premises/505", headers={"Accept": "text/html"})
    assert page.status_code == 200
    for words in ("Known, nothing held", "17 Coburg Road", "ST 0500 3500", "Report a change", "Marlowe House"):
        assert words in page.text, words
    assert "6.9 km south-west" in page.text
    answer = await control.get("/api/v1/control/premises/505")
    assert (answer.status_code, answer.json()["type"]) == (404, NOTHING_HELD)
    unknown = await control.get("/api/v1/control/premises/nowhere")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:ravi:problem:not-found")


async def test_the_page_becomes_the_records_as_soon_as_there_is_one(town: System) -> None:
    await town.say(updated(a_shop("505", "17 Coburg Road, Wexcombe", level=4)))
    await town.settle()
    control = await town.client(Role.CONTROL)
    assert (await control.get("/api/v1/control/premises/505")).status_code == 200
    [found] = (await search(town, "17 coburg"))["results"]
    assert (found["held"], found["level"]) == (True, 4)


async def test_a_listing_after_the_record_keeps_what_is_held_and_brings_the_other_names(system: System) -> None:
    await system.say(updated(a_record(unverified=(an_addition(),))))
    await system.settle()
    place = a_place("999900000100", "12–60 King Street, Wexcombe", "Marlowe House", former_names=("Old Maltings",))
    await system.say(listed(place, generation=5))
    await system.say(listed(place.model_copy(update={"name": "Older news", "former_names": ()}), generation=4))
    await system.settle()
    [found] = (await search(system, "old maltings"))["results"]
    assert (found["name"], found["known_as"], found["held"], found["unverified"]) == (
        "Marlowe House", "Old Maltings", True, 1,
    )  # fmt: skip


@pytest.mark.parametrize("asked", ["305010 135000", "ST 0500 3500", "305010, 135000"])
async def test_a_point_answers_with_the_records_around_it_and_the_nearest_known_premises(
    same_town: System, asked: str
) -> None:
    found = await search(same_town, asked)
    assert found["understood_as"] == "place"
    assert found["nearest"]["premises_id"] == "505"
    assert found["nearest"]["held"] is False
    assert [each["premises_id"] for each in found["results"]] == ["999900000100"]  # none within 5 km: the nearest
    assert found["total"] == 0


async def test_records_near_a_point_are_counted_beyond_the_page(system: System) -> None:
    shops = [a_shop(f"8{n:03}", f"{n} Row", at=(300000.0 + n, 130000.0)) for n in range(1, 31)]
    await system.say(*(updated(shop) for shop in shops))
    await system.settle()
    found = await search(system, "300000 130000", limit=10)
    assert [each["premises_id"] for each in found["results"][:2]] == ["8001", "8002"]
    assert (len(found["results"]), found["total"]) == (10, 30)


async def test_the_gazetteer_of_a_running_system_is_found_with_a_name_learnt_today(tools: Tools) -> None:
    await know_the_area(tools)
    desk = await a_system(tools)
    await list_gazetteer(desk)
    assert (await search(desk, "town hall arrelbridge"))["results"][0]["premises_id"] == TOWN_HALL
    visit_id = await send(desk, {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"})
    person: httpx.AsyncClient = await desk.client(Role.RISK_TEAM)
    chosen = {"premises_id": LIBRARY, "version": 1}
    await person.post(f"/api/v1/premises/needs-person/{visit_id}/confirm", json=chosen)
    await list_gazetteer(desk)
    assert (await search(desk, "snickelway"))["results"][0]["premises_id"] == LIBRARY
    assert await desk.quarantined() == []
