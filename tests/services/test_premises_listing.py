"""Premises lists the gazetteer: everything once, then only what is new or changed, in messages of fair size."""

import asyncio
from pathlib import Path

import pytest

from schemas.premises import ListedPremises, PremisesListed
from schemas.vocabulary import Role
from services.premises.handlers.list_premises import ENTRIES_A_PART
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import AREA, TOWN_HALL, know_the_area, list_gazetteer, lister, load, send
from tests.system import System, a_system

MIB = 1024 * 1024
ROWS = "premises_id,name,address,postcode,easting,northing,parent_id,logical_status\n"


@pytest.fixture
async def template(templates: Templates) -> str:
    return await templates.filled("the_area", know_the_area)


async def parts(desk: System) -> list[PremisesListed]:
    return [event for event in await desk.said("premises.listed") if isinstance(event, PremisesListed)]


async def listed(desk: System) -> list[ListedPremises]:
    return [entry for part in await parts(desk) for entry in part.entries]


async def test_a_gazetteer_that_was_loaded_before_is_listed_once_and_whole(tools: Tools) -> None:
    desk = await a_system(tools, ("premises",))
    [(there,)] = await desk.rows("SELECT count(*) FROM premises.premises")
    assert await list_gazetteer(desk) == there
    assert len({entry.premises_id for entry in await listed(desk)}) == there
    assert await list_gazetteer(desk) == 0
    said = await parts(desk)
    assert max(len(part.entries) for part in said) == ENTRIES_A_PART
    assert max(len(part.model_dump_json()) for part in said) < MIB / 4
    assert len({part.part_id for part in said}) == len(said)


async def test_only_what_is_new_or_changed_is_listed_after_another_load(tools: Tools, tmp_path: Path) -> None:
    desk = await a_system(tools, ("premises",))
    file = tmp_path / "premises.csv"
    file.write_text(f"{ROWS}1,,1 New Row,XQ1 1AA,300000,260000,,1\n2,,2 New Row,XQ1 1AA,300001,260000,1,8\n")
    await load(tools, file)
    await list_gazetteer(desk)
    before = len(await listed(desk))
    file.write_text(f"{ROWS}1,,1 New Row,XQ1 1AA,300000,260000,,1\n2,Annexe,2 New Row,XQ1 1AA,300001,260000,1,8\n")
    await load(tools, file)
    assert await list_gazetteer(desk) == 1
    [changed] = (await listed(desk))[before:]
    assert (changed.premises_id, changed.name, changed.parent_id, changed.in_use) == ("2", "Annexe", "1", False)


async def test_a_name_that_is_learnt_is_listed_and_one_taken_back_is_not(tools: Tools) -> None:
    desk = await a_system(
        tools,
        (
            "visits",
            "premises",
        ),
    )
    await list_gazetteer(desk)
    visit_id = await send(desk, {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"})
    person = await desk.client(Role.RISK_TEAM)
    chosen = {"premises_id": TOWN_HALL, "version": 1}
    answer = await person.post(f"/api/v1/premises/needs-person/{visit_id}/confirm", json=chosen)
    assert answer.json()["learnt"] == "The Snickelway Rooms"
    assert await list_gazetteer(desk) == 1
    entry = (await listed(desk))[-1]
    assert entry.premises_id == TOWN_HALL
    assert "The Snickelway Rooms" in (*entry.former_names, *entry.other_names)
    [(alias_id,)] = await desk.rows("SELECT alias_id FROM premises.aliases")
    await person.post(f"/premises/learnt/{alias_id}/undo")
    assert await list_gazetteer(desk) == 1
    entry = (await listed(desk))[-1]
    assert (entry.premises_id, entry.former_names, entry.other_names) == (TOWN_HALL, (), ())


async def test_of_two_processes_that_list_at_once_each_entry_is_said_once(tools: Tools) -> None:
    desk = await a_system(tools, ("premises",))
    leaders = [lister(tools) for _ in range(2)]
    while any(await asyncio.gather(*(leader.step() for leader in leaders))):
        continue
    ids = [entry.premises_id for entry in await listed(desk)]
    assert len(ids) == len(set(ids)) > 0


async def test_an_entry_says_its_class_and_station_ground_and_is_listed_again_when_the_grounds_change(
    tools: Tools, tmp_path: Path
) -> None:
    desk = await a_system(tools, ("premises",))
    there = await list_gazetteer(desk)
    hall = next(entry for entry in await listed(desk) if entry.premises_id == TOWN_HALL)
    assert (hall.classification, hall.station_ground) == ("CO02", "71")
    grounds = tmp_path / "station_grounds.geojson"
    grounds.write_text((AREA / "station_grounds.geojson").read_text().replace('"71"', '"81"'))
    await load(tools, grounds)
    assert await list_gazetteer(desk) == there
    again = [entry for entry in await listed(desk) if entry.premises_id == TOWN_HALL]
    assert [entry.station_ground for entry in again] == ["71", "81"]
