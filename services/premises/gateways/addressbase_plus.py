"""Premises from OS AddressBase Plus: a row for each address, with the names of its header file or without."""

import csv
from collections.abc import Iterator
from pathlib import Path

from services.matching import Entry
from services.premises.gateways.entries import DELETED, DEMOLISHED, HISTORICAL, checked, status_of, unit_of
from services.premises.gateways.rows import BadRow, Rejected, Row, each, headers_of, lines_of, point_of, rows_of

_NEEDED = frozenset({"uprn", "x_coordinate", "y_coordinate", "street_description"})
# The columns in the order of the product's header file, which comes apart from the data.
_HEADER = (
    "uprn,udprn,change_type,state,state_date,class,parent_uprn,x_coordinate,y_coordinate,latitude,longitude,rpc,"
    "local_custodian_code,country,la_start_date,last_update_date,entry_date,rm_organisation_name,la_organisation,"
    "department_name,legal_name,sub_building_name,building_name,building_number,sao_start_number,sao_start_suffix,"
    "sao_end_number,sao_end_suffix,sao_text,alt_language_sao_text,pao_start_number,pao_start_suffix,pao_end_number,"
    "pao_end_suffix,pao_text,alt_language_pao_text,usrn,usrn_match_indicator,area_name,level,official_flag,"
    "os_address_toid,os_address_toid_version,os_roadlink_toid,os_roadlink_toid_version,os_topo_toid,"
    "os_topo_toid_version,voa_ct_record,voa_ndr_record,street_description,alt_language_street_description,"
    "dependent_thoroughfare,thoroughfare,welsh_dependent_thoroughfare,welsh_thoroughfare,double_dependent_locality,"
    "dependent_locality,locality,welsh_dependent_locality,welsh_double_dependent_locality,town_name,"
    "administrative_area,post_town,welsh_post_town,postcode,postcode_locator,postcode_type,delivery_point_suffix,"
    "addressbase_postal,po_box_number,ward_code,parish_code,rm_start_date,multi_occ_count,voa_ndr_p_desc_code,"
    "voa_ndr_scat_code,alt_language"
)
_COLUMNS = tuple(next(csv.reader([_HEADER])))
_CHANGES = frozenset({"I", "U", "D"})


def is_plus(first_row: list[str]) -> bool:
    """Return whether a file's first row is the header of AddressBase Plus, or a row of it without one."""
    return {field.casefold() for field in first_row} >= _NEEDED or _is_bare(first_row)


def _is_bare(row: list[str]) -> bool:
    return len(row) == len(_COLUMNS) and row[0].isdigit() and row[2] in _CHANGES


def plus_entries(path: Path, source: str) -> Iterator[Entry | Rejected]:
    """Return the entries of an AddressBase Plus file, and its refused rows."""
    source = source or "AddressBase Plus"
    if _is_bare(headers_of(path)):
        return each(lines_of(path), lambda fields: _entry(_named(fields), source) if fields else None)
    return each(rows_of(path), lambda row: _entry(row, source))


def _named(fields: list[str]) -> Row:
    if len(fields) != len(_COLUMNS):
        raise BadRow("row", f"has {len(fields)} fields instead of {len(_COLUMNS)}")
    return {name: field.strip() for name, field in zip(_COLUMNS, fields, strict=True)}


def _entry(row: Row, source: str) -> Entry:
    uprn = row.get("uprn", "").lstrip("0")
    if not (uprn.isascii() and uprn.isdigit()) or len(uprn) > 12:
        raise BadRow("uprn", f"not a UPRN: {row.get('uprn', '')!r}")
    point = point_of(row, "x_coordinate", "y_coordinate")
    status = status_of(row.get("blpu_logical_status") or row.get("logical_status") or "", "logical_status")
    get = row.get
    entry = Entry(
        uprn,
        get("la_organisation") or get("rm_organisation_name") or get("organisation_name") or "",
        _address(row),
        (get("postcode_locator") or get("postcode") or "").upper(),
        point[0] if point else None,
        point[1] if point else None,
        (get("parent_uprn") or "").lstrip("0") or None,
        get("class") or get("classification_code") or None,
        HISTORICAL if _is_gone(row) else status,
        source,
    )
    return checked(entry)


def _is_gone(row: Row) -> bool:
    """Return whether an object is demolished, or deleted by an update of the product.

    Policy: docs/domain/4.1.md: what the source calls demolished is historical.
    """
    state = row.get("state") or row.get("blpu_state")
    return state == DEMOLISHED or row.get("change_type", "").upper() == DELETED


def _address(row: Row) -> str:
    get = row.get
    numbers = _run(row, "pao") or get("building_number", "")
    unit = unit_of(_run(row, "sao"), get("class") or get("classification_code"))
    parts = (
        get("sao_text") or (not unit and get("sub_building_name")),
        unit,
        get("pao_text") or get("building_name"),
        f"{numbers} {get('street_description') or get('thoroughfare', '')}".strip(),
        get("locality") or get("dependent_locality"),
        get("town_name") or get("post_town"),
    )
    return ", ".join(part for part in parts if part)


def _run(row: Row, which: str) -> str:
    first = row.get(f"{which}_start_number", "") + row.get(f"{which}_start_suffix", "")
    last = row.get(f"{which}_end_number", "") + row.get(f"{which}_end_suffix", "")
    return f"{first}-{last}" if first and last else first
