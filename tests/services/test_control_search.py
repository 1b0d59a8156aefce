"""An operator finds the building a caller means, however it is said, spelt or pointed at."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import Role
from services.control.rules.places import read_place
from services.control.rules.search_words import read_words
from services.shared.service import Tools
from tests.lasting import lasting_system
from tests.services.control_records import MARLOWE, a_record, a_shop, updated
from tests.system import System, a_system

SHOPS = (
    a_shop("999900000014", "14 Quay Street, Wexcombe", "XQ1 1AA", "The Corner Stores"),
    a_shop("999900000012", "12 Quay Street, Wexcombe", "XQ1 1AA"),
    a_shop("999900000002", "2 Quay Street, Wexcombe", "XQ1 1AA", level=1, at=(300900.0, 130200.0)),
    a_shop("999900000020", "St Aidan’s Church, Mill Rd, Wexcombe", "XQ1 2BB", "St Aidan’s Church", level=3),
    a_shop("999900000031", "3 Orchard Close, Arrelbridge", "XQ5 9ZZ", "Café Élan", at=(310000.0, 140000.0)),
)


@pytest.fixture(scope="module")
async def stocked(postgres: str) -> AsyncIterator[System]:
    """Return control with the records of an invented town, which nothing here changes."""
    async with lasting_system(postgres, ["control"]) as system:
        await system.say(*(updated(shop) for shop in SHOPS), updated(a_record()))
        await system.settle()
        yield system


@pytest.mark.parametrize(
    ("asked", "first", "match"),
    [
        ("14 quay street", "999900000014", "exact"),
        ("14 Quay St, Wexcombe", "999900000014", "exact"),
        ("corner stores", "999900000014", "exact"),
        ("kings street marlowe", MARLOWE, "similar"),
        ("30 king street", MARLOWE, "similar"),
        ("marlow huose", MARLOWE, "similar"),
        ("st aidans", "999900000020", "exact"),
        ("mill road", "999900000020", "exact"),
        ("cafe elan", "999900000031", "exact"),
        ("XQ5 9ZZ", "999900000031", "exact"),
        ("xq59zz", "999900000031", "exact"),
        ("xq5 9", "999900000031", "exact"),
        ("xq5 9zy", "999900000031", "similar"),
        ("999900000031", "999900000031", "exact"),
        ("orchrad clsoe", "999900000031", "similar"),
        ("ST 1000 4000", "999900000031", "near"),
        ("310000 140000", "999900000031", "near"),
    ],
)
async def test_the_building_meant_comes_first(stocked: System, asked: str, first: str, match: str) -> None:
    control = await stocked.client(Role.CONTROL)
    found = (await control.get("/api/v1/control/search", params={"q": asked})).json()["results"]
    assert found, f"nothing was found for {asked!r}"
    assert (found[0]["premises_id"], found[0]["match"]) == (first, match)


async def test_a_house_with_another_number_is_never_called_exact(stocked: System) -> None:
    control = await stocked.client(Role.CONTROL)
    found = (await control.get("/api/v1/control/search", params={"q": "16 quay street"})).json()["results"]
    assert {each["match"] for each in found} == {"similar"}


@pytest.mark.parametrize(
    "asked", ["'; DROP TABLE control.shown; --", "a & | ! ( )", "%_*:", "\\", "🔥🔥", "x" * 120, " "]
)
async def test_nothing_that_is_typed_breaks_the_search(stocked: System, asked: str) -> None:
    control = await stocked.client(Role.CONTROL)
    assert (await control.get("/api/v1/control/search", params={"q": asked})).status_code == 200
    assert (await control.get("/control", params={"q": asked})).status_code == 200
    assert await stocked.rows("SELECT count(*) FROM control.shown") == [(6,)]


async def test_what_is_near_comes_nearest_first_with_its_distance(stocked: System) -> None:
    control = await stocked.client(Role.CONTROL)
    by_metres = await control.get("/api/v1/control/nearby?easting=300890&northing=130200&radius_m=1000&limit=2")
    found = by_metres.json()
    assert (found["results"][0]["premises_id"], found["results"][0]["distance_m"]) == ("999900000002", 10.0)
    assert (len(found["results"]), found["more"]) == (2, True)
    by_degrees = await control.get("/api/v1/control/nearby?latitude=51.0623&longitude=-3.4271&radius_m=500")
    assert {each["premises_id"] for each in by_degrees.json()["results"]} >= {"999900000014", MARLOWE}


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?easting=1",
        "?latitude=60",
        "?latitude=0&longitude=100",
        "?easting=nan&northing=1",
        "?easting=-5&northing=0",
    ],
)
async def test_a_point_that_is_none_is_refused_in_words(stocked: System, asked: str) -> None:
    control = await stocked.client(Role.CONTROL)
    refused = await control.get(f"/api/v1/control/nearby{asked}")
    assert refused.status_code == 422
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    "asked",
    [
        "999900000014",
        "UPRN 999900000014",
        "14 Quay Street, Wexcombe",
        "14 quay st wexcombe XQ1 1AA",
        "The Corner Stores, 14 Quay Street, Wexcombe",
        "14 XQ1 1AA",
        "xq11aa 14",
    ],
)
async def test_a_premises_named_beyond_doubt_opens_at_once(stocked: System, asked: str) -> None:
    control = await stocked.client(Role.CONTROL)
    opened = await control.get("/control", params={"q": asked})
    assert (opened.status_code, opened.headers.get("location")) == (303, "/control/premises/999900000014")


@pytest.mark.parametrize("asked", ["corner stores", "st aidans", "14 quay", "xq5 9zz", "cafe elan", "quay street 14"])
async def test_the_only_answer_to_less_than_a_whole_address_is_listed_and_not_opened(
    stocked: System, asked: str
) -> None:
    control = await stocked.client(Role.CONTROL)
    listed = await control.get("/control", params={"q": asked})
    assert (listed.status_code, "/control/premises/9999" in listed.text) == (200, True)
    similar = await control.get("/control", params={"q": "marlow huose"})
    assert (similar.status_code, "Similar: check the address" in similar.text) == (200, True)


@pytest.mark.parametrize(
    ("written", "point"),
    [
        ("TQ 760 554", (576050, 155450)),
        ("576000, 155400", (576000, 155400)),
        ("TN1 2", None),
        ("SE1 2", None),
        ("SS12 3AB", None),
        ("TQ 760 55", None),
        ("12 high street", None),
        ("999900000014", None),
        ("53.35, -6.26", None),
    ],
)
def test_a_place_is_told_from_a_postcode(written: str, point: tuple[float, float] | None) -> None:
    read = read_place(written)
    assert ((read.easting, read.northing) if read else None) == point


@given(st.text(max_size=200))
def test_any_text_becomes_words_of_letters_and_figures_only(text: str) -> None:
    for word in read_words(text).words:
        assert word.isascii()
        assert word.isalnum()


async def test_among_equals_the_higher_level_comes_first_and_then_the_lower_house_number(tools: Tools) -> None:
    system = await a_system(tools, ["control"])
    houses = [("1", "10 Mill Lane", 2), ("2", "2 Mill Lane", 2), ("3", "30 Mill Lane", 4)]
    await system.say(*(updated(a_shop(f"99990000030{n}", line, level=level)) for n, line, level in houses))
    await system.settle()
    control = await system.client(Role.CONTROL)
    for asked in ("mill lane", "mlil lane"):
        found = (await control.get("/api/v1/control/search", params={"q": asked})).json()["results"]
        assert [each["premises_id"][-1] for each in found] == ["3", "2", "1"], asked
    await system.close()
