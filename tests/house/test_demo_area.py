"""The sample area and its forty visits: made again byte for byte, complete, and nothing in them that leaks."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from schemas.visit_parts import is_closed
from schemas.visits import VisitSubmission
from schemas.vocabulary import ReferralKind, VisitOutcome
from services.visits.rules.refusals import reasons_to_refuse

DEMO = Path(__file__).resolve().parents[2] / "deploy" / "demo"
AREA, VISITS = DEMO / "area", DEMO / "visits"
KENT = DEMO.parents[2] / "shared" / "data" / "kent"
CONTRACT_COLUMNS = (
    "premises_id", "name", "address", "postcode", "easting", "northing", "parent_id", "classification",
    "logical_status", "source",
)  # fmt: skip
POSTCODE = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$")
MALFORMED = "40-malformed.json"
WRITTEN_AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def borders(name: str, folder: Path = AREA) -> list[BaseGeometry]:
    return [shape(feature["geometry"]) for feature in json.loads((folder / name).read_text("utf-8"))["features"]]


def visit_files() -> list[Path]:
    return sorted(VISITS.glob("*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def premises() -> dict[str, dict[str, str]]:
    return {row["premises_id"]: row for row in rows(AREA / "premises.csv")}


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, str]]:
    return {row["file"]: row for row in rows(VISITS / "expected.csv")}


def test_making_the_area_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DEMO / "make_area.py"), str(tmp_path)], check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in AREA.iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_picture_of_the_area_is_the_one_in_the_documentation(tmp_path: Path) -> None:
    picture = tmp_path / "area.svg"
    script = [sys.executable, str(DEMO / "make_area.py"), str(tmp_path / "area"), str(picture)]
    subprocess.run(script, check=True, capture_output=True)
    kept = DEMO.parents[1] / "docs" / "area.svg"
    assert picture.read_bytes() == kept.read_bytes()
    assert kept.stat().st_size < 150_000


def test_the_gazetteer_has_the_columns_of_the_contract_and_invented_numbers(
    premises: dict[str, dict[str, str]],
) -> None:
    listed = rows(AREA / "premises.csv")
    assert tuple(listed[0])[: len(CONTRACT_COLUMNS)] == CONTRACT_COLUMNS
    assert 1_800 <= len(listed) <= 2_600
    assert len(premises) == len(listed)
    assert all(re.fullmatch(r"9999\d{8}", number) for number in premises)
    assert len({row["address"] for row in listed}) == len(listed)


def test_every_postcode_is_well_formed_and_of_an_area_that_does_not_exist(premises: dict[str, dict[str, str]]) -> None:
    listed = {row["postcode"] for row in rows(AREA / "postcodes.csv")}
    assert all(POSTCODE.fullmatch(code) and code.startswith("XQ") for code in listed)
    assert {row["postcode"] for row in premises.values()} <= listed


def test_every_flat_has_its_building_and_shares_its_postcode(premises: dict[str, dict[str, str]]) -> None:
    flats = [row for row in premises.values() if row["parent_id"]]
    assert len(flats) > 200
    assert all(premises[row["parent_id"]]["postcode"] == row["postcode"] for row in flats)


def test_the_past_and_the_future_stand_in_the_gazetteer_too(premises: dict[str, dict[str, str]]) -> None:
    states = {(row["logical_status"], row["blpu_state"]) for row in premises.values()}
    assert {("1", "2"), ("8", "4"), ("8", "2"), ("6", "1")} <= states


def test_station_grounds_and_districts_cover_the_service_without_overlapping() -> None:
    (service,) = borders("service_boundary.geojson")
    for name, count in (("station_grounds.geojson", 4), ("districts.geojson", 2)):
        parts = borders(name)
        assert len(parts) == count
        assert unary_union(parts).symmetric_difference(service).area < service.area * 1e-6
        assert sum(part.area for part in parts) == pytest.approx(service.area, rel=1e-6)


def test_every_station_stands_in_its_own_ground_and_every_premises_in_the_service(tmp_path: Path) -> None:
    pytest.importorskip("convertbng")
    from convertbng.cutil import convert_lonlat

    (service,) = borders("service_boundary.geojson")
    listed = rows(AREA / "premises.csv")
    east, north = convert_lonlat([float(row["easting"]) for row in listed], [float(row["northing"]) for row in listed])
    points = [Point(lon, lat) for lon, lat in zip(east, north, strict=True)]
    assert len(STRtree(points).query(service, predicate="contains")) == len(listed)
    grounds = {feature["properties"]["id"]: feature for feature in read(AREA / "station_grounds.geojson")["features"]}
    for station in rows(AREA / "stations.csv"):
        lon, lat = convert_lonlat([float(station["easting"])], [float(station["northing"])])
        assert shape(grounds[station["station_id"]]["geometry"]).contains(Point(lon[0], lat[0]))


def test_the_neighbour_meets_the_service_and_does_not_overlap_it() -> None:
    (service,), (neighbour,) = borders("service_boundary.geojson"), borders("neighbour.geojson")
    assert service.touches(neighbour)


def test_there_are_forty_visits_and_each_has_its_story(expected: dict[str, dict[str, str]]) -> None:
    assert [path.name for path in visit_files()] == list(expected)
    assert len(expected) == 40
    assert all(row["story"].endswith(".") for row in expected.values())


@pytest.mark.parametrize("path", [path for path in visit_files() if path.name != MALFORMED], ids=lambda path: path.stem)
def test_a_visit_fits_the_form_and_its_own_rules(path: Path) -> None:
    visit = VisitSubmission.model_validate(read(path))
    assert visit.started_at <= visit.ended_at <= visit.submitted_at
    assert reasons_to_refuse(visit, WRITTEN_AT) == ()
    if visit.outcome is VisitOutcome.COMPLETED:
        assert visit.likelihood is not None
        assert visit.severity is not None
        assert visit.none_found != bool(visit.hazards)
        assert visit.water is not None
    else:
        assert visit.outcome_note


def test_the_malformed_visit_is_refused_for_many_reasons() -> None:
    with pytest.raises(ValidationError) as refused:
        VisitSubmission.model_validate(read(VISITS / MALFORMED))
    assert {".".join(map(str, error["loc"])) for error in refused.value.errors()} >= {
        "submission_id", "visit_kind", "started_at", "premises_class", "storeys_above", "likelihood", "severity.FF",
    }  # fmt: skip


def test_one_visit_is_sent_twice_and_once_more_with_other_words() -> None:
    first, again, other = (VISITS / f"{name}.json" for name in (
        "19-acetylene-garage", "20-same-visit-again", "21-same-number-other-words",
    ))  # fmt: skip
    assert first.read_bytes() == again.read_bytes()
    assert read(first)["submission_id"] == read(other)["submission_id"]
    assert read(first) != read(other)


def test_what_a_shared_screen_prints_names_no_closed_referral(expected: dict[str, dict[str, str]]) -> None:
    printed = {kind for row in expected.values() for kind in row["referrals"].split(";") if kind}
    assert not any(is_closed(ReferralKind(kind)) for kind in printed)
    closed = {row["file"]: set(row["referrals"].split(";")) for row in rows(VISITS / "expected_concerns.csv")}
    for name in expected.keys() - {MALFORMED}:
        made = {referral.kind.value for referral in VisitSubmission.model_validate(read(VISITS / name)).referrals}
        assert {kind for kind in made if is_closed(ReferralKind(kind))} == closed.get(name, set())


def test_every_stream_of_referrals_is_played(expected: dict[str, dict[str, str]]) -> None:
    opened = {kind for row in expected.values() for kind in row["referrals"].split(";") if kind}
    closed = {kind for row in rows(VISITS / "expected_concerns.csv") for kind in row["referrals"].split(";")}
    assert {f"BS{number}" for number in range(1, 9)} | {f"RI{number}" for number in range(1, 10)} <= opened | closed
    assert {"SG1", "SG2", "SG5", "SG10"} <= closed


def test_every_place_that_is_expected_is_in_the_gazetteer(
    expected: dict[str, dict[str, str]], premises: dict[str, dict[str, str]]
) -> None:
    for row in expected.values():
        assert bool(row["premises_id"]) == (row["expected"] in ("located", "duplicate"))
        for premises_id in filter(None, row["premises_id"].split("|")):
            assert premises[premises_id]["logical_status"] in ("1", "6")


def test_every_picture_of_a_visit_is_there_under_its_own_hash() -> None:
    for path in (path for path in visit_files() if path.name != MALFORMED):
        for medium in VisitSubmission.model_validate(read(path)).media:
            content = (VISITS / "media" / f"{medium.sha256}.png").read_bytes()
            assert hashlib.sha256(content).hexdigest() == medium.sha256
            assert len(content) == medium.bytes


def test_moving_the_visits_to_the_present_keeps_the_gaps_and_the_twins(tmp_path: Path) -> None:
    moment = "2027-03-01T09:30:00+00:00"
    subprocess.run([sys.executable, str(DEMO / "retime.py"), str(VISITS), str(tmp_path), moment], check=True)
    assert (tmp_path / "19-acetylene-garage.json").read_bytes() == (tmp_path / "20-same-visit-again.json").read_bytes()
    steps = set()
    for path in (path for path in visit_files() if path.name != MALFORMED):
        before, after = read(path), read(tmp_path / path.name)
        for name in ("started_at", "ended_at", "submitted_at"):
            steps.add(datetime.fromisoformat(after[name]) - datetime.fromisoformat(before[name]))
        assert reasons_to_refuse(VisitSubmission.model_validate(after), datetime.fromisoformat(moment)) == ()
    assert len(steps) == 1


@pytest.mark.slow
@pytest.mark.kent
@pytest.mark.skipif(not KENT.is_dir(), reason="the development data of Kent is not beside the checkout")
def test_the_sample_of_kent_is_made_from_what_lies_beside_the_checkout(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DEMO / "kent.py"), str(KENT), str(tmp_path)], check=True, capture_output=True)
    (service,) = borders("service_boundary.geojson", tmp_path / "area")
    grounds = borders("station_grounds.geojson", tmp_path / "area")
    assert len(grounds) == len(rows(tmp_path / "area" / "stations.csv"))
    assert unary_union(grounds).symmetric_difference(service).area < service.area * 1e-5
    centres = {row["postcode"]: row["easting"] for row in rows(tmp_path / "area" / "postcodes.csv")}
    misplaced = [row for row in rows(tmp_path / "area" / "premises.csv") if row["coord_tier"] == "X"]
    assert misplaced
    assert all(row["easting"] == centres.get(row["postcode"], "") for row in misplaced)
    made = rows(tmp_path / "visits" / "expected.csv")
    assert len(made) >= 200
    for row in made:
        visit = VisitSubmission.model_validate(read(tmp_path / "visits" / row["file"]))
        assert reasons_to_refuse(visit, WRITTEN_AT) == ()
        assert not any(is_closed(referral.kind) for referral in visit.referrals)
