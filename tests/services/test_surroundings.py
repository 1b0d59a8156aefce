"""Hydrants and plans by the files of others: on incident and record, by role, and replaced whole by a new file."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause, text
from typer.testing import CliRunner, Result

from schemas.vocabulary import Role
from services.command_line.main import app as main
from services.control.rules.sources import SourceKind
from services.control.store.area_plans import AT
from services.control.store.hydrants import NAMED, NEAREST
from services.shared.errors import Refused
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.control_records import MARLOWE
from tests.services.incident_town import a_town
from tests.services.test_control_incidents import WRITTEN, opened
from tests.services.water_office import HEAD, HYDRANTS, PLANS, WATER, area, load_areas, load_water, plans, ring
from tests.system import System, a_system

RECORD = f"/control/premises/{MARLOWE}"
HERE = "/api/v1/control/surroundings?easting=300100&northing=130200"


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database in which control shows a town."""
    return await templates.filled("an_incident_in_town", a_town)


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    """Return control on this test's database."""
    control = await a_system(tools)
    yield control
    await control.close()


async def how_it_is_found(tools: Tools, question: TextClause) -> str:
    """Return how the database finds what is asked where a table is long."""
    values = {"easting": 300100, "northing": 130200, "limit": 5, "keys": ["h1"], "most": 5, "withheld": []}
    async with tools.database.reading() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = {name: value for name, value in values.items() if f":{name}" in question.text}
        return str((await session.execute(text(f"EXPLAIN {question.text}"), asked)).all())


async def test_the_nearest_hydrants_stand_on_incident_and_record_with_what_crews_say(system: System) -> None:
    control = await system.client(Role.CONTROL)
    assert (await opened(control, written=WRITTEN))["surroundings"] == {"hydrants": [], "water_files": [], "plans": []}
    assert "No undertaker’s file of hydrants is loaded" in (await control.get("/control/incidents/2026-004711")).text
    await load_water(system.tools)
    around = (await opened(control, written=WRITTEN))["surroundings"]
    near = around["hydrants"]
    assert [(each["asset_id"], each["distance_m"]) for each in near] == [
        ("H7", 30.0), ("H8", 60.0), ("H9", 90.0), ("H1201", 180.0), ("H10", 400.0)
    ]  # fmt: skip
    assert [each["alert"] for each in near] == [False, True, False, True, True]
    assert (near[0]["flow_lpm"], near[0]["says"], near[0]["state_says"]) == (
        None,
        "flow not given · FH",
        "state not given",
    )
    assert near[2]["says"] == "2,400 L/min · 150 mm · FH · tested 3 Sep 2026"
    assert (near[3]["state"], near[3]["crew"]["status"], near[3]["crew"]["reviewed"]) == ("WORKING", "DEFECTIVE", True)
    assert around["water_files"] == [{"source": WATER, "dated_on": "2026-11-22", "is_old": False}]
    page = (await control.get("/control/incidents/2026-004711")).text
    assert "crew: DEFECTIVE" in page
    assert "Wexcombe Water, file of <time" in page
    typed = (await control.get(RECORD)).text
    assert '<details class="control-undertaker" id="undertaker-file">' in typed, (
        "crews typed hydrants: theirs stand first"
    )
    assert "nearest 5, <strong" in typed
    untyped = (await control.get("/control/premises/9001")).text
    assert '<details class="control-undertaker" id="undertaker-file" open>' in untyped
    assert "crew: DEFECTIVE" in untyped, "a crew reported it at another premises"
    assert "control-undertaker" not in (await control.get(f"{RECORD}?as_of=2026-11-22T14:02:00Z")).text
    assert (await control.get(HERE)).json() == around
    for question, index in ((NEAREST, "hydrants_place"), (NAMED, "shown_hydrants"), (AT, "area_rings_place")):
        assert index in await how_it_is_found(system.tools, question)


async def test_a_new_file_replaces_the_old_one_whole_or_not_at_all(system: System) -> None:
    first = await load_water(system.tools)
    assert (first.came, first.changed, first.went, first.refused, first.held) == (6, 0, 0, 0, 6)
    again = await load_water(system.tools)
    assert (again.came, again.changed, again.went, again.held) == (0, 0, 0, 6)
    lines = HYDRANTS.splitlines()
    news = "\n".join((*lines[:2], lines[2].replace("H7", "H70"), lines[3].replace("900", "950"), "H9,1,2", lines[5]))
    before = await system.rows("SELECT * FROM control.hydrants ORDER BY asset_id")
    with pytest.raises(Refused, match="2 of 6 would go"):
        await load_water(system.tools, news)
    with pytest.raises(Refused, match="nothing in it can be taken"):
        await load_water(system.tools, HEAD + "H9,1,2", expect_gone=True)
    assert await system.rows("SELECT * FROM control.hydrants ORDER BY asset_id") == before
    done = await load_water(system.tools, news, expect_gone=True)
    assert (done.came, done.changed, done.went, done.refused, done.held) == (1, 1, 2, 1, 5)
    held = await system.rows('SELECT asset_id, flow_lpm FROM control.hydrants ORDER BY asset_id COLLATE "C"')
    assert held == [("H10", 1200), ("H1201", 1500), ("H70", None), ("H8", 950), ("H9", 2400)]
    system.tools.clock.move(timedelta(days=400))  # type: ignore[attr-defined]
    page = (await (await system.client(Role.FIREFIGHTER)).get("/control/water")).text
    for words in ("OLD: over 12 months", "Line 5, H9", "this lies outside Great Britain", "id: H9"):
        assert words in page
    assert "H9" not in str(await system.rows("SELECT details FROM platform.history"))


async def test_a_plan_stands_where_the_place_lies_in_its_area_for_those_who_may_know(system: System) -> None:
    done = await load_areas(system.tools)
    assert (done.kind, done.came, done.held) == (SourceKind.AREA_PLANS, 4, 4)
    control, crew = await system.client(Role.CONTROL), await system.client(Role.FIREFIGHTER)
    found = (await opened(control, written=WRITTEN))["surroundings"]["plans"]
    assert [(each["reference"], each["review"]) for each in found] == [("FL-1", "OVERDUE"), ("MT-1", "IN_DATE")]
    in_the_ring = f"{HERE}.0".replace("300100", "300250")
    assert [each["reference"] for each in (await control.get(in_the_ring)).json()["plans"]] == ["FL-1", "MT-1", "WF-1"]
    assert (await control.get(HERE.replace("300100", "301100"))).json()["plans"] == []
    addresses: tuple[str, ...] = (
        "/control/incidents/2026-004711",
        "/control/incidents/2026-004711/screen",
        RECORD,
        f"{RECORD}/screen",
    )
    addresses += ("/control/premises/9001", "/control/area-plans", HERE, "/api/v1/control/incidents/2026-004711")
    secret = ("MT-1", "arauding", "MARAUDING")
    for address in addresses:
        shown, told = (await control.get(address)).text, (await crew.get(address)).text
        assert "FL-1" in told, address
        assert ("MT-1" in shown, [word for word in secret if word in told]) == (True, []), address
    for role in (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.PROTECTION, Role.MDT):
        told = (await (await system.client(role)).get("/control/area-plans")).text
        assert ("MT-1" in told) == (role in (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)), role
    assert (await (await system.client(Role.NEIGHBOUR)).get("/control/area-plans")).status_code == 403
    for text_of in ("SELECT payload FROM platform.event_log", "SELECT details FROM platform.history"):
        kept = str(await system.rows(text_of))
        assert not any(word in kept for word in secret)
    moved = area("FL-1", "FLOOD", ring(2000, 2000, 3000, 3000))
    bad = area("MT-2", "MARAUDING_TERRORIST", ring(0, 0, 1, 1)) | {"geometry": None}
    done = await load_areas(system.tools, plans(moved, bad))
    assert (done.came, done.changed, done.went, done.refused, done.held) == (0, 1, 3, 1, 1)
    assert (await control.get(HERE)).json()["plans"] == []
    assert (await system.rows("SELECT count(*) FROM control.area_rings")) == [(1,)]
    assert "draw the area" in (await control.get("/control/area-plans")).text
    assert "MT-2" not in (await crew.get("/control/area-plans")).text


async def test_files_are_loaded_and_removed_by_commands(
    system: System, database_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAVI_DATABASE", database_address)
    (tmp_path / "water.csv").write_text(f"{HYDRANTS}\nH12,1,2\n")
    (tmp_path / "plans.geojson").write_bytes(PLANS)

    async def ravi(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, [*words])

    water = await ravi("water", "load", str(tmp_path / "water.csv"), "--source", WATER, "--dated", "03/11/2025")
    assert "water.csv, Wexcombe Water: 6 came, 0 changed, 0 went, 1 refused; 6 are held" in water.output, water.output
    assert "line 8, easting: this lies outside Great Britain" in water.output
    again = await ravi("water", "load", str(tmp_path / "water.csv"), "--source", WATER, "--json")
    told: dict[str, Any] = json.loads(again.output)
    assert (told["came"], told["changed"], told["went"], told["refusals"][0]["line"]) == (0, 0, 0, 8)
    areas = await ravi("area-plans", "load", str(tmp_path / "plans.geojson"), "--source", "Forum")
    assert "4 came, 0 changed, 0 went, 0 refused; 4 are held" in areas.output, areas.output
    for words, problem in (
        (("water", "load", str(tmp_path / "plans.geojson"), "--source", WATER), "does not name the columns"),
        (("area-plans", "load", str(tmp_path / "water.csv"), "--source", "Forum"), "no GeoJSON"),
        (("water", "load", str(tmp_path / "water.csv"), "--source", WATER, "--dated", "soon"), "write the day as"),
        (("water", "remove", "Wexcomb Water"), "nothing is held of a source"),
    ):
        assert problem in str((await ravi(*words)).exception)
    assert "6 hydrants removed" in (await ravi("water", "remove", WATER)).output
    assert "4 plans removed" in (await ravi("area-plans", "remove", "Forum")).output
    left = "SELECT (SELECT count(*) FROM control.{}) FROM control.places LIMIT 1"
    for table in ("hydrants", "area_plans", "area_rings", "source_files", "refused_items"):
        assert await system.rows(left.format(table)) == [(0,)]
