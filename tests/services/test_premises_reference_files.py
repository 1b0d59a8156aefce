"""Reference files of every known shape are read row by row, and each refused row says where and why."""

import gzip
import json
from pathlib import Path

import geopandas
import pytest
from shapely import Point, box

from services.matching.gazetteer import Entry
from services.premises.gateways.boundary_files import boundaries_of
from services.premises.gateways.point_files import StationRow, postcodes_of, stations_of
from services.premises.gateways.premises_files import is_uprn_points, premises_of, uprn_points_of
from services.premises.gateways.rows import FileRefused, Rejected
from services.premises.rules.localities import Area

CONTRACT = "premises_id,name,address,postcode,easting,northing"


def a_file(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_contracts_csv_is_read_and_bad_rows_are_named(tmp_path: Path) -> None:
    path = a_file(
        tmp_path, "premises.csv", CONTRACT + ",parent_id,logical_status",
        '7,Blue Anchor,"1 Quay Street, Thornby",zx5 2ha,612020,156010,,1',
        ",No Id,1 Quay Street,ZX5 2HA,612020,156010,,",
        "8,Off The Map,2 Quay Street,ZX5 2HA,0,0,,",
        "9,Odd Point,3 Quay Street,ZX5 2HA,east,156010,,",
        "10,Nowhere,4 Quay Street,,,,7,8",
        "11,,,ZX5 2HA,612020,156010,,",
    )  # fmt: skip
    assert list(premises_of(path, "test")) == [
        Entry("7", "Blue Anchor", "1 Quay Street, Thornby", "ZX5 2HA", 612020.0, 156010.0, source="test"),
        Rejected(3, "premises_id", "empty"),
        Rejected(4, "easting", "outside-great-britain"),
        Rejected(5, "easting", "not a number: 'east', '156010'"),
        Entry("10", "Nowhere", "4 Quay Street", "", None, None, "7", None, 8, "test"),
        Rejected(7, "address", "neither name nor address"),
    ]


def test_a_gzipped_file_in_the_windows_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "premises.csv.gz"
    path.write_bytes(gzip.compress(f"{CONTRACT}\n7,Café Zoë,1 Quay Street,ZX5 2HA,612020,156010\n".encode("cp1252")))
    entry = next(iter(premises_of(path)))
    assert isinstance(entry, Entry)
    assert entry.name == "Café Zoë"


def test_an_unknown_file_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"missing columns: .*address"):
        premises_of(a_file(tmp_path, "other.csv", "a,b,c", "1,2,3"))


def test_addressbase_plus_is_recognised_by_its_header(tmp_path: Path) -> None:
    path = a_file(
        tmp_path, "plus.csv",
        "UPRN,CLASS,PARENT_UPRN,X_COORDINATE,Y_COORDINATE,BLPU_LOGICAL_STATUS,BLPU_STATE,LA_ORGANISATION,SAO_TEXT,"
        "SAO_START_NUMBER,PAO_TEXT,PAO_START_NUMBER,PAO_START_SUFFIX,PAO_END_NUMBER,STREET_DESCRIPTION,LOCALITY,"
        "TOWN_NAME,POSTCODE_LOCATOR",
        "00012345,CR07,,612020,156010,1,2,BLUE ANCHOR,,,,12,A,14,QUAY STREET,,THORNBY,ZX5 2HA",
        "12346,RD06,12345,612020,156010,1,4,,FLAT 2,,PRIORY COURT,,,,ABBEY WALK,OLD TOWN,THORNBY,ZX5 2HB",
        "x1,RD06,,612020,156010,1,2,,,,,1,,,QUAY STREET,,THORNBY,ZX5 2HA",
    )  # fmt: skip
    first, second, third = premises_of(path)
    assert isinstance(first, Entry)
    assert (first.premises_id, first.address) == ("12345", "12A-14 QUAY STREET, THORNBY")
    assert isinstance(second, Entry)
    assert (second.parent_id, second.logical_status) == ("12345", 8)
    assert second.address == "FLAT 2, PRIORY COURT, ABBEY WALK, OLD TOWN, THORNBY"
    assert third == Rejected(4, "uprn", "not a UPRN: 'x1'")


def test_addressbase_premium_records_are_joined(tmp_path: Path) -> None:
    point = "612020.00,156010.00,51.2,1.2"
    path = a_file(
        tmp_path, "premium.csv",
        '10,"GeoPlace",9999,2026-01-01,0,2026-01-01,12:00:00,"2.0","F"',
        '15,"I",1,14200001,"QUAY STREET","","THORNBY","VALE","ENG",2001-01-01,,2001-01-01,2001-01-01',
        f'21,"I",2,12345,1,2,2001-01-01,,{point},1,9999,"E",2001-01-01,,2001-01-01,2001-01-01,"D","ZX5 2HA",0',
        f'21,"I",3,12346,1,2,2001-01-01,,{point},1,9999,"E",2001-01-01,,2001-01-01,2001-01-01,"D","ZX5 2HA",0',
        '24,"I",4,12345,"9999L1","ENG",1,2001-01-01,,2001-01-01,2001-01-01,,"",,"","",12,"A",,"","",14200001,"1","","",""',
        '31,"I",5,12345,"9999O1","BLUE ANCHOR","",2001-01-01,,2001-01-01,2001-01-01',
        '32,"I",6,12345,"9999C1","CR06","AddressBase Premium Classification Scheme",1.0,2001-01-01,,,',
        '24,"I",7',
    )  # fmt: skip
    rows = list(premises_of(path))
    assert rows[0] == Rejected(8, "record type 24", "too few fields")
    assert rows[1] == Entry(
        "12345", "BLUE ANCHOR", "12A QUAY STREET, THORNBY", "ZX5 2HA", 612020.0, 156010.0, None, "CR06", 1,
        "AddressBase Premium",
    )  # fmt: skip
    assert rows[2] == Rejected(4, "UPRN", "no address text (LPI or DPA) for this object")


def test_os_open_uprn_gives_points_and_no_premises(tmp_path: Path) -> None:
    path = a_file(
        tmp_path, "osopenuprn.csv", "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE",
        "1,358260.66,172796.5,51.45,-2.6", "2,,,,",
    )  # fmt: skip
    assert is_uprn_points(path)
    assert list(uprn_points_of(path)) == [
        ("1", 358260.66, 172796.5),
        Rejected(3, "uprn", "no UPRN or no point"),
    ]
    with pytest.raises(FileRefused, match="points without addresses"):
        premises_of(path)


FHRS = {
    "FHRSID": 77, "BusinessName": "Blue Anchor", "BusinessType": "Pub/bar/nightclub",
    "AddressLine1": "1 Quay Street", "AddressLine2": "Thornby", "PostCode": "ZX5 2HA",
}  # fmt: skip


def test_food_hygiene_json_is_read_and_points_go_through_ostn15(tmp_path: Path) -> None:
    with_point = FHRS | {"Geocode": {"Longitude": "1.716073973", "Latitude": "52.658007833"}}
    abroad = FHRS | {"FHRSID": 78, "Geocode": {"Longitude": "2.35", "Latitude": "48.85"}}
    hidden = {"FHRSID": 79, "BusinessName": "Home Baker"}
    path = tmp_path / "fhrs.json"
    path.write_text(
        json.dumps(
            {"FHRSEstablishment": {"EstablishmentCollection": {"EstablishmentDetail": [with_point, abroad, hidden]}}}
        )
    )
    entry, refused, private = premises_of(path)
    assert isinstance(entry, Entry)
    assert entry.easting is not None
    assert entry.northing is not None
    assert (round(entry.easting, 2), round(entry.northing, 2)) == (651_409.80, 313_177.45)
    assert refused == Rejected(2, "Longitude", "outside-great-britain")
    assert private == Rejected(3, "AddressLine1", "no address: private or mobile")


def test_food_hygiene_xml_is_read_and_a_document_type_is_refused(tmp_path: Path) -> None:
    fields = "".join(f"<{key}>{value}</{key}>" for key, value in FHRS.items())
    body = f"<FHRSEstablishment><EstablishmentCollection><EstablishmentDetail>{fields}</EstablishmentDetail>"
    body += "</EstablishmentCollection></FHRSEstablishment>"
    (entry,) = premises_of(a_file(tmp_path, "fhrs.xml", body))
    assert isinstance(entry, Entry)
    assert (entry.premises_id, entry.name) == ("77", "Blue Anchor")
    with pytest.raises(FileRefused, match="document type"):
        list(premises_of(a_file(tmp_path, "bomb.xml", '<!DOCTYPE a [<!ENTITY b "c">]>', body)))


@pytest.mark.parametrize(
    "lines",
    [
        ("postcode,easting,northing", "zx52ha,612020,156010", "nonsense,1,1"),
        ("pcd,pcds,dointr,doterm,oseast1m,osnrth1m", "ZX5 2HA,ZX5 2HA,199001,,612020,156010", "x,x,,,1,1"),
        ('"ZX5 2HA",10,612020,156010,"E92000001","","","","",""', '"ZX",10,1,1,"","","","","",""'),
    ],
    ids=["the contract's CSV", "the ONS Postcode Directory", "Code-Point Open"],
)
def test_postcode_files_are_recognised_by_their_own_headers(tmp_path: Path, lines: tuple[str, ...]) -> None:
    good, bad = postcodes_of(a_file(tmp_path, "postcodes.csv", *lines))
    assert good == ("ZX5 2HA", 612020.0, 156010.0)
    assert isinstance(bad, Rejected)


def test_stations_are_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, "s.csv", "station_id,name,easting,northing", "7,Westport,612020,156010", "8,,1,1")
    assert list(stations_of(path)) == [
        StationRow("7", "Westport", 612020.0, 156010.0),
        Rejected(3, "station_id", "no station id or name"),
    ]


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "parquet"])
def test_boundaries_are_read_from_every_format_and_end_on_the_national_grid(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"areas.{kind}"
    if kind == "geojson":
        frame = geopandas.GeoDataFrame(
            {"code": ["D1"], "name": ["The Vale"]}, geometry=[box(1.70, 52.65, 1.73, 52.67)], crs=4326
        )
    else:
        frame = geopandas.GeoDataFrame(
            {"code": ["D1"], "name": ["The Vale"]}, geometry=[box(650_400, 312_300, 652_400, 314_800)], crs=27700
        )
    frame.to_parquet(path) if kind == "parquet" else frame.to_file(path)
    (area,) = boundaries_of(path)
    assert isinstance(area, Area)
    assert (area.code, area.name) == ("D1", "The Vale")
    assert area.shape.contains(Point(651_409.80, 313_177.45))


def test_boundaries_in_another_coordinate_system_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    geopandas.GeoDataFrame({"code": ["D1"]}, geometry=[box(0, 0, 9, 9)], crs=3857).to_file(path)
    with pytest.raises(FileRefused, match="EPSG:3857"):
        list(boundaries_of(path))
