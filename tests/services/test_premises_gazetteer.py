"""Reference data goes in row by row: what was new, changed, refused and why; every process reads it without a pause."""

import asyncio
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.matching.matching import Written, match
from services.premises.gateways.reference_files import AreaKind, FileKind
from services.premises.gateways.rows import FileRefused
from services.premises.handlers import load_gazetteer
from services.premises.store import snapshots
from services.premises.store.generations import read_count
from services.premises.store.snapshots import SnapshotKeeper, read_snapshot
from services.shared.service import Tools
from tests.services.premises_desk import AREA, DEMOLISHED_TOWER, LIBRARY, TOWN_HALL, load

HEADER = ["premises_id", "name", "address", "postcode", "easting", "northing", "logical_status", "blpu_state", "floors"]
SHOP = ["999900000001", "Marram Pottery", "3 Sedge Row", "XQ1 1AJ", "354400", "267400", "1", "2", "2"]


def a_file(folder: Path, *rows: list[str], name: str = "rows.csv") -> Path:
    path = folder / name
    with path.open("w", newline="") as opened:
        csv.writer(opened).writerows([HEADER, *rows])
    return path


async def rows(tools: Tools, sql: str) -> list[tuple[Any, ...]]:
    from sqlalchemy import text

    async with tools.database.reading() as session:
        return [tuple(row) for row in (await session.execute(text(sql))).all()]


async def test_a_load_counts_what_is_new_what_changed_and_what_is_the_same(tools: Tools, tmp_path: Path) -> None:
    first = await load(tools, a_file(tmp_path, SHOP, [*SHOP[:0], "999900000002", *SHOP[1:]]))
    assert (first.kept.loaded, first.kept.updated, first.kept.unchanged, first.refused) == (2, 0, 0, 0)
    renamed = [SHOP[0], "Sedge Row Pottery", *SHOP[2:]]
    again = await load(tools, a_file(tmp_path, renamed, ["999900000002", *SHOP[1:]]))
    assert (again.kept.loaded, again.kept.updated, again.kept.unchanged, again.refused) == (0, 1, 1, 0)
    assert await rows(tools, "SELECT name FROM premises.premises ORDER BY premises_id") == [
        ("Sedge Row Pottery",),
        ("Marram Pottery",),
    ]


async def test_a_row_that_cannot_be_used_is_refused_with_its_line_and_reason_and_the_rest_is_loaded(
    tools: Tools, tmp_path: Path
) -> None:
    report = await load(
        tools,
        a_file(
            tmp_path,
            ["", *SHOP[1:]],
            ["999900000002", *SHOP[1:4], "east", "267400", "1", "2", ""],
            ["999900000003", *SHOP[1:4], "0", "0", "1", "2", ""],
            SHOP,
            SHOP,
        ),
    )
    assert (report.kept.loaded, report.refused) == (1, 4)
    assert [(row.line, row.field) for row in report.refusals] == [
        (2, "premises_id"),
        (3, "easting"),
        (4, "easting"),
        (0, SHOP[0]),
    ]
    [(kept, refusals)] = await rows(tools, "SELECT refused, refusals FROM premises.loads")
    assert (kept, len(refusals)) == (4, 4)


async def test_further_columns_are_kept_and_what_is_demolished_is_historical(tools: Tools, tmp_path: Path) -> None:
    gone = ["999900000002", *SHOP[1:7], "4", ""]
    await load(tools, a_file(tmp_path, SHOP, gone), source="register")
    assert await rows(
        tools, "SELECT logical_status, attributes, source FROM premises.premises ORDER BY premises_id"
    ) == [(1, {"blpu_state": "2", "floors": "2"}, "register"), (8, {"blpu_state": "4"}, "register")]


async def test_a_gzipped_file_is_read_as_it_is(tools: Tools, tmp_path: Path) -> None:
    plain = a_file(tmp_path, SHOP)
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    report = await load(tools, packed)
    assert (report.kept.loaded, report.kind) == (1, FileKind.PREMISES)
    assert await rows(tools, "SELECT attributes->>'floors' FROM premises.premises") == [("2",)]


async def test_every_file_of_the_sample_area_is_recognised_by_itself(tools: Tools) -> None:
    kinds = {
        "premises.csv": "premises",
        "postcodes.csv": "postcodes",
        "stations.csv": "stations",
        "station_grounds.geojson": "boundaries",
        "service_boundary.geojson": "boundaries",
        "neighbour.geojson": "boundaries",
    }
    for file, kind in kinds.items():
        report = await load(tools, file)
        assert (report.kind, report.refused) == (kind, 0), file
        assert report.kept.loaded > 0
    found = await rows(tools, "SELECT kind, count(*) FROM premises.areas GROUP BY kind ORDER BY kind")
    assert found == [("neighbour", 1), ("service", 1), ("station_ground", 4)]


async def test_what_is_nothing_known_is_refused_whole_with_what_would_be_needed(tools: Tools, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("colour,shape\nred,round\n")
    with pytest.raises(FileRefused, match="missing columns: address"):
        await load(tools, strange)
    with pytest.raises(FileRefused, match="no such file"):
        await load(tools, tmp_path / "absent.csv")
    assert await rows(tools, "SELECT 1 FROM premises.loads") == []


async def test_new_boundaries_of_a_kind_take_the_place_of_the_old(tools: Tools, tmp_path: Path) -> None:
    await load(tools, "station_grounds.geojson", source="ours")
    grounds = json.loads((AREA / "station_grounds.geojson").read_text())
    for feature in grounds["features"][:2]:
        feature["properties"].pop("kind")
    fewer = tmp_path / "areas.geojson"
    fewer.write_text(json.dumps({**grounds, "features": grounds["features"][:2]}))
    report = await load(tools, fewer, area_kind=AreaKind.STATION_GROUND, source="ours")
    assert (report.kept.unchanged, report.kept.removed) == (2, 2)
    nameless = tmp_path / "shapes.geojson"
    nameless.write_text(fewer.read_text())
    with pytest.raises(FileRefused, match="cannot tell what the areas are"):
        await load(tools, nameless)


async def test_bare_points_of_uprns_correct_the_entries_that_have_them(tools: Tools, tmp_path: Path) -> None:
    await load(tools, a_file(tmp_path, SHOP))
    points = tmp_path / "osopenuprn.csv"
    points.write_text(
        "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"
        "999900000001,354410.5,267411.25,52.3,-2.67\n1,354000,267000,52.3,-2.67\n"
    )
    report = await load(tools, points)
    assert (report.kept.updated, report.kept.unchanged, report.kept.passed_over) == (1, 0, 1)
    assert await rows(tools, "SELECT easting, northing FROM premises.premises") == [(354410.5, 267411.25)]


async def test_an_id_that_now_stands_elsewhere_is_told_and_so_is_what_the_new_file_leaves_out(
    tools: Tools, tmp_path: Path
) -> None:
    other, third = ["999900000002", *SHOP[1:]], ["999900000003", *SHOP[1:]]
    await load(tools, a_file(tmp_path, SHOP, other, third), source="register")
    elsewhere = [SHOP[0], "Arnside Pottery", "3 Quay Hill", "XQ1 1AJ", "354900", "267400", "1", "2", ""]
    nudged = [*other[:4], "354420", *other[5:]]
    report = await load(tools, a_file(tmp_path, elsewhere, nudged), source="register")
    assert (report.kept.updated, report.moved, report.not_in_file) == (2, [SHOP[0]], 1)
    assert {"moved": [SHOP[0]], "not_in_file": 1}.items() <= report.as_json().items()
    assert len(await rows(tools, "SELECT 1 FROM premises.premises WHERE logical_status = 1")) == 3


async def test_a_load_that_breaks_off_says_so_where_the_loads_are_listed(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_gazetteer, "BLOCK", 1)

    def stop_after_one(rows: int) -> None:
        raise ConnectionError("the cable was pulled")

    loader = load_gazetteer.Loader(tools.database, tools.clock)
    with pytest.raises(ConnectionError):
        await loader.load(a_file(tmp_path, SHOP, ["999900000002", *SHOP[1:]]), progress=stop_after_one)
    [(loaded, refusals)] = await rows(tools, "SELECT loaded, refusals FROM premises.loads")
    assert (loaded, refusals[0]["why"]) == (0, "the load broke off after 1 rows and nothing was kept: load it again")
    assert await rows(tools, "SELECT 1 FROM premises.premises") == []


async def test_the_picture_in_memory_is_the_same_whether_read_whole_or_change_by_change(
    tools: Tools, tmp_path: Path
) -> None:
    await load(tools, "postcodes.csv", "premises.csv")
    keeper = SnapshotKeeper(tools.database)
    before = await keeper.refresh()
    renamed = [LIBRARY, "The Snickelway Rooms", "62 High Street, Arrelbridge", "XQ1 1AP", "354826", "267552", "1"]
    await load(tools, a_file(tmp_path, renamed, SHOP))
    changed = await keeper.refresh()
    whole = await asyncio.to_thread(read_snapshot, tools.database.plain_address)
    assert len(changed.gazetteer) == len(whole.gazetteer) == len(before.gazetteer) + 1
    assert changed.gazetteer.segments[0] is before.gazetteer.segments[0]
    assert changed.localities is before.localities
    for picture in (changed, whole):
        entry = picture.gazetteer.get(LIBRARY)
        assert entry is not None
        assert entry.name == "The Snickelway Rooms"
        assert match(picture.gazetteer, Written("Marram Pottery, 3 Sedge Row")).candidates[0].premises_id == SHOP[0]
    held = before.gazetteer.get(LIBRARY)
    assert held is not None
    assert held.name == "Arrelbridge Library"


async def test_those_who_ask_for_a_new_picture_at_once_share_one_reading(tools: Tools) -> None:
    await load(tools, "postcodes.csv", "premises.csv")
    keeper = SnapshotKeeper(tools.database)
    pictures = await asyncio.gather(*(keeper.refresh() for _ in range(5)))
    assert len({id(picture) for picture in pictures}) == 1


async def test_a_reading_that_takes_long_holds_up_nobody(
    tools: Tools, database_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "PATIENCE_S", 0.05)
    await load(tools, "premises.csv")
    keeper = SnapshotKeeper(tools.database)
    before = await keeper.refresh()
    await load(tools, a_file(tmp_path, SHOP))
    with psycopg.connect(database_address) as busy:
        busy.execute("LOCK TABLE premises.premises")
        async with tools.database.reading() as session:
            assert await keeper.current(session) is before
    async with tools.database.reading() as session:
        while (await keeper.current(session)).gazetteer.get(SHOP[0]) is None:
            await asyncio.sleep(0.01)


async def test_a_load_that_changes_nothing_asks_nobody_to_read_again(tools: Tools) -> None:
    await load(tools, "premises.csv")
    async with tools.database.reading() as session:
        before = await read_count(session)
    await load(tools, "premises.csv")
    async with tools.database.reading() as session:
        assert (await read_count(session)).announced == before.announced


async def test_historical_entries_are_kept_and_told_apart(tools: Tools) -> None:
    await load(tools, "premises.csv")
    picture = await asyncio.to_thread(read_snapshot, tools.database.plain_address)
    tower, hall = picture.gazetteer.get(DEMOLISHED_TOWER), picture.gazetteer.get(TOWN_HALL)
    assert tower is not None
    assert hall is not None
    assert (tower.logical_status, hall.logical_status) == (8, 1)
