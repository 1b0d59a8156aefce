"""A map is given the outlines of the service and its station grounds, small enough to be taken along."""

from typing import Any

from shapely import Point
from shapely.geometry import shape

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.services.premises_desk import AT_THE_LIBRARY, load
from tests.system import a_system

OUTLINES = "/api/v1/premises/outlines"
TAKEN_ALONG = 50_000  # characters


async def outlines_for_a_crew(tools: Tools) -> tuple[list[dict[str, Any]], int]:
    crew = await (await a_system(tools, ["premises"])).client(Role.FIREFIGHTER)
    answer = await crew.get(OUTLINES)
    assert answer.status_code == 200, answer.text
    features: list[dict[str, Any]] = answer.json()["features"]
    return features, len(answer.text)


async def test_the_outlines_are_in_degrees_and_the_library_is_in_the_ground_of_arrelbridge(tools: Tools) -> None:
    await load(tools, "station_grounds.geojson", "districts.geojson", "service_boundary.geojson", "neighbour.geojson")
    features, size = await outlines_for_a_crew(tools)
    library = Point(AT_THE_LIBRARY["lon"], AT_THE_LIBRARY["lat"])
    around = {(each["properties"]["kind"], each["properties"]["name"]): shape(each["geometry"]) for each in features}
    assert {kind for kind, _ in around} == {"service", "station_ground"}, "neither districts nor neighbours"
    holding = {name for (kind, name), area in around.items() if kind == "station_ground" and area.contains(library)}
    assert holding == {"Arrelbridge"}
    assert all(area.contains(library) for (kind, _), area in around.items() if kind == "service")
    assert size < TAKEN_ALONG


async def test_where_no_boundaries_are_loaded_there_are_no_outlines(tools: Tools) -> None:
    features, _ = await outlines_for_a_crew(tools)
    assert features == []
