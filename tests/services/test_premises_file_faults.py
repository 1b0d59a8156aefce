"""Files as they really arrive: damaged, cut short, in odd encodings: refused in clear words, never half taken."""

import gzip
import json
from pathlib import Path

import geopandas
import pytest
from shapely import box

from services.matching.gazetteer import Entry
from services.premises.gateways.boundary_files import boundaries_of
from services.premises.gateways.fhrs_files import fhrs_entries
from services.premises.gateways.premises_files import premises_of
from services.premises.gateways.reference_files import FileKind, file_kind
from services.premises.gateways.rows import FileRefused, Rejected
from services.premises.rules.localities import Area
from services.premises.store.loads import counts
from services.shared.service import Tools
from tests.services.premises_desk import load

HEADER = "premises_id,name,address,postcode,easting,northing"
TEAL = '999800000001,Téal House,"1 Mallard Road, Thornby",ZX5 2HA,612020,156010'
ENTRY = Entry("999800000001", "Téal House", "1 Mallard Road, Thornby", "ZX5 2HA", 612020.0, 156010.0)


def written(folder: Path, content: str | bytes, name: str = "premises.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{TEAL}\n",
        f"\ufeff{HEADER}\r\n{TEAL}\r\n",
        f"\n ,,\n\n{HEADER}\n\n{TEAL}\n",
        f"{HEADER}\n{TEAL}\n".encode("cp1252"),
        f"{HEADER}\n{TEAL}\n".encode("utf-16"),
        f"{HEADER.replace(',', chr(9))}\n{TEAL.replace(',', chr(9)).replace(chr(9) + ' Thornby', ', Thornby')}\n",
        f"{HEADER.replace(',', ';')}\n{TEAL.replace(',', ';').replace('; Thornby', ', Thornby')}\n",
        gzip.compress(f"{HEADER}\n{TEAL}\n".encode()),
        f"{HEADER},logical_status\n{TEAL},1.0\n",
        f"{HEADER}\n{TEAL.replace('Téal House', 'Téal House' + chr(0x1F))}\n",
        f"{HEADER}\n{TEAL.replace('Road, ', 'Road' + chr(10))}\n",
    ],
    ids=[
        "plain", "with a mark at its beginning", "blank lines first", "the Windows code page", "UTF-16",
        "tabs", "semicolons", "gzipped without saying so", "a status as a spreadsheet writes it",
        "a control character", "an address on two lines",
    ],
)  # fmt: skip
def test_a_file_is_read_however_it_was_saved(tmp_path: Path, content: str | bytes) -> None:
    assert list(premises_of(written(tmp_path, content))) == [ENTRY]


def test_one_letter_of_the_windows_code_page_is_found_however_late_it_comes(tmp_path: Path) -> None:
    plain = TEAL.replace("é", "e")
    many = "\n".join(plain.replace("999800000001", str(number)) for number in range(20_000))
    content = f"{HEADER}\n{many}\n".encode() + f"{TEAL}\n".encode("cp1252")
    assert len(content) > 1 << 20
    assert list(premises_of(written(tmp_path, content)))[-1] == ENTRY


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("1,A\x00B,1 Road,ZX5 2HA,612020,156010", Rejected(2, "row", "holds a NUL character")),
        (f"1,{'x' * 140_000},1 Road,ZX5 2HA,612020,156010", "a field is far too long"),
        (f"1,{'x' * 500},1 Road,ZX5 2HA,612020,156010", Rejected(2, "name", "longer than 400 characters")),
        (f"{'1' * 70},A,1 Road,ZX5 2HA,612020,156010", "not an id of at most 64 characters"),
        ("1,A,1 Road, Thornby,ZX5 2HA,612020,156010", "more fields than the header: 7 instead of 6"),
        ("1,A,1 Road,ZX5 2HA,nan,156010", Rejected(2, "easting", "not-a-number")),
        ("1,A,1 Road,ZX5 2HA,612020,", "not a number: '612020', ''"),
        ("1", Rejected(2, "address", "neither name nor address")),
    ],
)
def test_a_faulty_row_is_refused_and_the_next_one_is_read(tmp_path: Path, row: str, refused: Rejected | str) -> None:
    first, second = premises_of(written(tmp_path, f"{HEADER}\n{row}\n{TEAL}\n"))
    assert isinstance(first, Rejected)
    if isinstance(refused, Rejected):
        assert first == refused
    else:
        assert (first.line, refused in first.why) == (2, True)
    assert second == ENTRY


@pytest.mark.parametrize("status", ["5", "128", "99999999999", "²", "-1", "live"])
def test_a_status_that_is_none_is_refused_as_it_would_stop_the_service(tmp_path: Path, status: str) -> None:
    (refused,) = premises_of(written(tmp_path, f"{HEADER},logical_status\n{TEAL},{status}\n"))
    assert isinstance(refused, Rejected)
    assert refused.field == "logical_status"


def test_rows_swallowed_by_a_quotation_mark_left_open_are_not_taken_for_a_name(tmp_path: Path) -> None:
    rows = "\n".join(f"{number},B,{number} Road,ZX5 2HA,612020,156010" for number in range(2, 9))
    (refused,) = premises_of(written(tmp_path, f'{HEADER}\n1,"Unclosed,1 Road,ZX5 2HA,612020,156010\n{rows}\n'))
    assert isinstance(refused, Rejected)
    assert "quotation mark left open" in refused.why


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"PK\x03\x04" + bytes(60), "ZIP archive or an Excel workbook"),
        ("a.csv.gz", gzip.compress(f"{HEADER}\n{TEAL}\n".encode(), mtime=0)[:40], "cut short or damaged"),
        ("a.json", b'{"FHRSEstablishment": {"EstablishmentColl', "cut short"),
        ("a.json", b'{"FHRSEstablishment": {}}', "no establishments"),
        ("a.xml", b"<FHRSEstablishment><EstablishmentDetail><FHRSID>7</FHRSID></EstablishmentDetail>", "cut short"),
        ("a.xml", b"<kml></kml>", "no establishments"),
    ],
)
def test_a_damaged_file_is_refused_whole(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        list(premises_of(written(tmp_path, content, name)))


async def test_of_a_packed_file_that_is_cut_short_not_one_row_is_kept(tools: Tools, tmp_path: Path) -> None:
    rows = "\n".join(TEAL.replace("999800000001", f"9998{number:08d}") for number in range(20_000))
    packed = gzip.compress(f"{HEADER}\n{rows}\n".encode())
    with pytest.raises(FileRefused, match="cut short"):
        await load(tools, written(tmp_path, packed[: -len(packed) // 3], "premises.csv.gz"))
    async with tools.database.reading() as session:
        assert (await counts(session))["premises"] == 0


def test_files_without_a_header_or_packed_are_recognised_by_what_they_hold(tmp_path: Path) -> None:
    code_point = '"ZX5 2HA",10,612020,156010,"E92000001","","","","",""\n'
    assert file_kind(written(tmp_path, code_point, "zx.csv")) is FileKind.POSTCODES
    register = gzip.compress(
        b'{"FHRSEstablishment": {"EstablishmentCollection": '
        b'[{"FHRSID": 7, "BusinessName": "Kite", "PostCode": "ZX5 2HA"}]}}'
    )
    path = written(tmp_path, register, "fhrs.json.gz")
    assert file_kind(path) is FileKind.PREMISES
    assert [one.premises_id for one in fhrs_entries(path, "") if isinstance(one, Entry)] == ["7"]


SQUARE = {"type": "Polygon", "coordinates": [[[-2.7, 52.2], [-2.6, 52.2], [-2.6, 52.3], [-2.7, 52.2]]]}
BOW = {"type": "Polygon", "coordinates": [[[-2.7, 52.2], [-2.6, 52.3], [-2.6, 52.2], [-2.7, 52.3], [-2.7, 52.2]]]}
PARIS = {"type": "Polygon", "coordinates": [[[2.3, 48.2], [2.4, 48.2], [2.4, 48.3], [2.3, 48.2]]]}
SPOT = {"type": "Point", "coordinates": [-2.7, 52.2]}


def areas_file(folder: Path, *features: tuple[object, object, object]) -> Path:
    found = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}
        for code, name, geometry in features
    ]
    return written(folder, json.dumps({"type": "FeatureCollection", "features": found}), "wards.geojson")


def test_areas_without_a_shape_a_code_or_a_place_in_great_britain_are_refused_one_by_one(tmp_path: Path) -> None:
    path = areas_file(
        tmp_path, ("W1", "One", SQUARE), ("W2", "Null", None), ("W3", "Bow", BOW), ("W4", "Paris", PARIS),
        ("W5", "Spot", SPOT), (None, "No code", SQUARE), ("W7", None, SQUARE),
    )  # fmt: skip
    found = list(boundaries_of(path))
    assert [one.code for one in found if isinstance(one, Area)] == ["W1", "W3"]
    assert [(one.line, one.field, one.why) for one in found if isinstance(one, Rejected)] == [
        (2, "geometry", "not an area"),
        (4, "geometry", "lies partly outside Great Britain"),
        (5, "geometry", "not an area"),
        (6, "code", "empty"),
        (7, "name", "empty"),
    ]


def test_a_code_that_a_file_keeps_as_a_decimal_is_a_whole_number(tmp_path: Path) -> None:
    path = areas_file(tmp_path, (71, "One", SQUARE), (None, "No code", SQUARE))
    assert [one.code for one in boundaries_of(path) if isinstance(one, Area)] == ["71"]


def test_a_boundary_file_that_leaves_open_what_is_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no areas"):
        list(boundaries_of(areas_file(tmp_path)))
    with pytest.raises(FileRefused, match="cannot be read as GeoJSON"):
        list(boundaries_of(written(tmp_path, b"junk" * 99, "wards.gpkg")))
    several = tmp_path / "several.gpkg"
    frame = geopandas.GeoDataFrame({"code": ["W1"], "name": ["One"]}, geometry=[box(1, 1, 9, 9)], crs=27700)
    for layer in ("wards_2022", "wards_2024"):
        frame.to_file(several, layer=layer)
    with pytest.raises(FileRefused, match="several layers: wards_2022, wards_2024"):
        list(boundaries_of(several))


async def test_an_area_that_cannot_be_read_anew_is_not_taken_out(tools: Tools, tmp_path: Path) -> None:
    await load(tools, areas_file(tmp_path, ("W1", "One", SQUARE), ("W2", "Two", SQUARE)))
    damaged = await load(tools, areas_file(tmp_path, ("W1", "First", SQUARE), ("W2", "Two", None)))
    assert (damaged.kept.updated, damaged.kept.removed, damaged.refused) == (1, 0, 1)
    whole = await load(tools, areas_file(tmp_path, ("W1", "First", SQUARE)))
    assert (whole.kept.unchanged, whole.kept.removed) == (1, 1)
