"""AddressBase as Ordnance Survey supplies it: Plus and Premium, with header files and without, updates and all."""

from pathlib import Path

import pytest

from services.matching.gazetteer import Entry
from services.premises.gateways.addressbase_plus import _COLUMNS
from services.premises.gateways.premises_files import premises_of
from services.premises.gateways.rows import FileRefused, Rejected

POINT = "612020.00,156010.00,51.2,1.2"
DATES = "2001-01-01,,2001-01-01,2001-01-01"
STREET = f'15,"I",1,14200001,"QUAY STREET","","THORNBY","VALE","ENG",{DATES}'
BLPU_HEADER = "RECORD_IDENTIFIER,CHANGE_TYPE,PRO_ORDER,UPRN,LOGICAL_STATUS,BLPU_STATE,BLPU_STATE_DATE,PARENT_UPRN"


def blpu(uprn: str, status: int = 1, state: str = "2", parent: str = "", change: str = "I", end: str = "") -> str:
    return (
        f'21,"{change}",2,{uprn},{status},{state},2001-01-01,{parent},{POINT},1,9999,"E",2001-01-01,{end},2001-01-01,'
        '2001-01-01,"D","ZX5 2HA",0'
    )


def lpi(uprn: str, sao: str = ',"",,"",""', pao: str = '12,"A",,"",""', status: int = 1, change: str = "I") -> str:
    return f'24,"{change}",4,{uprn},"9999L1","ENG",{status},{DATES},{sao},{pao},14200001,"1","","",""'


def premium(folder: Path, *lines: str) -> list[Entry | Rejected]:
    path = folder / "AddressBasePremium.csv"
    path.write_text("\n".join(['10,"GeoPlace",9999,2026-01-01,0,2026-01-01,12:00:00,"2.0","F"', *lines]) + "\n")
    return list(premises_of(path))


def entries(found: list[Entry | Rejected]) -> list[Entry]:
    assert all(isinstance(one, Entry) for one in found), found
    return [one for one in found if isinstance(one, Entry)]


def test_a_header_line_before_or_among_the_records_of_premium_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "ID21.csv"
    path.write_text("\n".join([BLPU_HEADER, blpu("7"), BLPU_HEADER.lower(), STREET, lpi("7")]) + "\n")
    [entry] = premises_of(path)
    assert isinstance(entry, Entry)
    assert entry.address == "12A QUAY STREET, THORNBY"


@pytest.mark.parametrize(
    "record",
    [blpu("7", state="4"), blpu("7", change="D"), blpu("7", end="2020-01-01"), blpu("7", status=8)],
    ids=["demolished", "deleted by an update", "ended", "historical"],
)
def test_what_is_gone_in_premium_is_historical(tmp_path: Path, record: str) -> None:
    [entry] = entries(premium(tmp_path, STREET, record, lpi("7")))
    assert entry.logical_status == 8


def test_a_flat_has_its_number_and_its_building(tmp_path: Path) -> None:
    flat = '32,"I",6,8,"9999C1","RD06","AddressBase Premium Classification Scheme",1.0,2001-01-01,,,'
    found = entries(
        premium(
            tmp_path, STREET, blpu("0000007"), lpi("0000007"), blpu("8", parent="0000007"), flat,
            lpi("8", sao='4,"",,"",""'), blpu("9", parent="7"), lpi("9", sao=',"",,"","UNIT B"'),
        )
    )  # fmt: skip
    assert [(one.premises_id, one.parent_id, one.address) for one in found] == [
        ("7", None, "12A QUAY STREET, THORNBY"),
        ("8", "7", "Flat 4, 12A QUAY STREET, THORNBY"),
        ("9", "7", "UNIT B, 12A QUAY STREET, THORNBY"),
    ]


def test_of_several_address_texts_the_approved_one_is_taken_in_whatever_order_they_come(tmp_path: Path) -> None:
    texts = [lpi("7", pao='1,"",,"",""', status=8), lpi("7"), lpi("7", pao='2,"",,"",""', status=3)]
    for order in (texts, texts[::-1]):
        [entry] = entries(premium(tmp_path, STREET, blpu("7"), *order))
        assert entry.address == "12A QUAY STREET, THORNBY"
    [former] = entries(premium(tmp_path, STREET, blpu("7"), texts[0], texts[2], lpi("7", change="D")))
    assert former.address == "2 QUAY STREET, THORNBY"


def test_an_organisation_that_has_left_does_not_name_the_premises(tmp_path: Path) -> None:
    gone = '31,"I",5,7,"9999O1","OLD FIRM","",2001-01-01,2019-01-01,2001-01-01,2001-01-01'
    here = '31,"I",5,7,"9999O2","BLUE ANCHOR","",2001-01-01,,2001-01-01,2001-01-01'
    [entry] = entries(premium(tmp_path, STREET, blpu("7"), lpi("7"), gone, here))
    assert entry.name == "BLUE ANCHOR"


def test_the_address_of_royal_mail_serves_where_there_is_no_other(tmp_path: Path) -> None:
    post = '28,"I",3,7,5001,"BLUE ANCHOR","","","",3,"BACK LANE","QUAY STREET","","OLD TOWN","THORNBY","ZX5 2HB"'
    [entry] = entries(premium(tmp_path, STREET, blpu("7"), post))
    assert (entry.name, entry.address) == ("BLUE ANCHOR", "3 BACK LANE, QUAY STREET, OLD TOWN, THORNBY")


def test_records_that_are_none_come_twice_or_are_cut_short_are_refused_by_line(tmp_path: Path) -> None:
    found = premium(
        tmp_path, STREET, blpu("7"), lpi("7"), blpu("7"), "hello,world", '21,"I",2,8,1,2', blpu("9x"), lpi("9x"),
        blpu("10", status=5), lpi("10"), blpu("11"),
    )  # fmt: skip
    assert [(one.line, one.field) for one in found if isinstance(one, Rejected)] == [
        (5, "7"),
        (6, "record type"),
        (7, "record type 21"),
        (8, "UPRN"),
        (10, "LOGICAL_STATUS"),
        (12, "UPRN"),
    ]
    assert [one.premises_id for one in found if isinstance(one, Entry)] == ["7"]


def test_a_premium_file_of_one_record_type_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"needs the records 15, 21 and 24 .* it has 10, 21"):
        premium(tmp_path, blpu("7"))


def plus_row(**fields: str) -> str:
    known = {
        "uprn": "000000012345", "change_type": "I", "state": "2", "class": "CR07", "x_coordinate": "612020",
        "y_coordinate": "156010", "la_organisation": "BLUE ANCHOR", "pao_start_number": "12",
        "street_description": "QUAY STREET", "town_name": "THORNBY", "postcode_locator": "ZX5 2HA", **fields,
    }  # fmt: skip
    return ",".join(f'"{known.get(column, "")}"' for column in _COLUMNS)


@pytest.mark.parametrize("header", [True, False], ids=["with its header file", "as supplied, without"])
def test_plus_is_read_with_a_header_and_without(tmp_path: Path, header: bool) -> None:
    lines = [
        *([",".join(_COLUMNS).upper()] if header else []),
        plus_row(),
        plus_row(uprn="12346", state="4"),
        plus_row(uprn="12347", change_type="D"),
        plus_row(uprn="12348", **{"class": "RD06"}, sao_start_number="3", parent_uprn="12345", la_organisation=""),
        "12349,short",
    ]
    path = tmp_path / "AddressBasePlus_FULL_001.csv"
    path.write_text("\n".join(lines) + "\n")
    shop, demolished, deleted, flat, *rest = premises_of(path)
    assert shop == Entry(
        "12345", "BLUE ANCHOR", "12 QUAY STREET, THORNBY", "ZX5 2HA", 612020.0, 156010.0, None, "CR07", 1,
        "AddressBase Plus",
    )  # fmt: skip
    for gone in (demolished, deleted):
        assert isinstance(gone, Entry)
        assert gone.logical_status == 8
    assert isinstance(flat, Entry)
    assert (flat.address, flat.parent_id) == ("Flat 3, 12 QUAY STREET, THORNBY", "12345")
    assert [type(one) for one in rest] == [Rejected]
