"""Hydrants: what a line of a water undertaker's file says of one, and what crews say of it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import hypot

from schemas.risk_register import RiskFacts, RiskRecord
from schemas.visit_parts import Hydrant as SeenHydrant
from schemas.vocabulary import HydrantStatus
from services.control.rules.sources import LONGEST_FIELD, Refusal
from services.domain.fact_keys import plain
from services.domain.grid_references import GridPoint, reasons_to_refuse_point, to_grid
from services.domain.working_time import date_words
from services.domain.written_days import UNREADABLE_DAY, day_in
from services.shared.csv_lines import MORE
from services.shared.errors import FieldReason

LONGEST_ID, LONGEST_KIND, LONGEST_LOCATION = 40, 40, 120
FLOW_LPM, MAIN_MM = (0, 20_000), (10, 2_000)
# Undertakers number their hydrants each for themselves: a crew means the one near the premises that it visited.
SAME_HYDRANT_M = 1_000.0
NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(?:mm|l/min|lpm|l/s)?", re.IGNORECASE)
COORDINATE = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,20})?")
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "hydrant_id", "asset_id", "hydrant_no", "hydrant_number", "hydrant_ref", "hydrant", "number",
           "reference", "ref", "gisid", "asset_no"),
    "easting": ("easting", "eastings", "x", "x_coord", "x_coordinate", "bng_easting"),
    "northing": ("northing", "northings", "y", "y_coord", "y_coordinate", "bng_northing"),
    "longitude": ("longitude", "lon", "long", "lng"),
    "latitude": ("latitude", "lat"),
    "kind": ("kind", "type", "hydrant_type", "asset_type"),
    "main_mm": ("main_mm", "main_size_mm", "main_size", "main", "main_diameter_mm", "main_diameter", "diameter_mm",
                "diameter"),
    "flow_lpm": ("flow_lpm", "flow_l_min", "flow_litres_per_minute", "flow_rate_l_min", "flow_rate", "flow"),
    "flow_ls": ("flow_ls", "flow_lps", "flow_l_s", "flow_litres_per_second", "flow_rate_l_s"),
    "state": ("state", "status", "condition", "hydrant_status"),
    "tested_on": ("tested_on", "tested", "last_tested", "last_tested_on", "test_date", "date_tested", "last_test"),
    "location": ("location", "address", "description", "location_description", "street", "site"),
}  # fmt: skip
NEEDED = "a hydrant's number (id), and easting and northing or longitude and latitude"


class HydrantState(StrEnum):
    """What the undertaker says of a hydrant."""

    WORKING = "WORKING"
    DEFECTIVE = "DEFECTIVE"
    OUT_OF_USE = "OUT_OF_USE"
    NOT_GIVEN = "NOT_GIVEN"


STATES: Mapping[HydrantState, frozenset[str]] = {
    HydrantState.WORKING: frozenset({"working", "in use", "in service", "operational", "available", "live", "active",
        "ok", "good", "serviceable", "pass", "passed", "usable", "operable"}),
    HydrantState.DEFECTIVE: frozenset({"defective", "defect", "faulty", "fault", "fail", "failed", "unserviceable",
        "needs repair", "awaiting repair", "damaged", "leaking", "seized", "inoperable", "poor"}),
    HydrantState.OUT_OF_USE: frozenset({"out of use", "out of service", "not in use", "not in service", "abandoned",
        "removed", "decommissioned", "capped", "isolated", "closed", "inactive", "shut", "unavailable", "not available",
        "not working"}),
    HydrantState.NOT_GIVEN: frozenset({"", "not given", "unknown", "not known", "not tested", "untested", "n/a"}),
}  # fmt: skip


@dataclass(frozen=True)
class Hydrant:
    """One hydrant as its undertaker has it: metres on EPSG:27700, flow in litres a minute, main in mm."""

    source: str
    asset_id: str
    easting: float
    northing: float
    kind: str
    main_mm: int | None
    flow_lpm: int | None
    state: HydrantState
    tested_on: date | None
    location: str


@dataclass(frozen=True)
class CrewWord:
    """What a crew said last of a hydrant, when, and whether a reviewer has published it."""

    status: HydrantStatus
    callsign: str
    seen_at: datetime
    reviewed: bool


@dataclass(frozen=True)
class HydrantLines:
    """The good lines of a file by the hydrant's number, and the refused ones."""

    hydrants: Mapping[str, Hydrant]
    refused: tuple[Refusal, ...]


def columns_of(names: Sequence[str]) -> dict[str, str] | None:
    """Return which column of a file holds what, None where number or place have none.

    Policy: docs/interfaces.md, section 2: columns are known by many names.
    """
    plain_names = {re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_"): name for name in reversed(names)}
    found = {
        ours: plain_names[name]
        for ours, theirs in NAMES.items()
        if (name := next((each for each in theirs if each in plain_names), None)) is not None
    }
    has_place = {"easting", "northing"} <= set(found) or {"longitude", "latitude"} <= set(found)
    return found if "id" in found and has_place else None


def hydrants_in(
    source: str, columns: Mapping[str, str], lines: Iterable[tuple[int, Mapping[str, str]]], today: date
) -> HydrantLines:
    """Return what the lines of a file say; of a number that stands on two lines, neither can be believed.

    Policy: docs/interfaces.md, section 2.
    """
    good: dict[str, Hydrant] = {}
    refused: list[Refusal] = []
    first: dict[str, tuple[int, Mapping[str, str]]] = {}
    for number, fields in lines:
        given = {ours: fields.get(theirs, "").strip() for ours, theirs in columns.items()}
        read, reasons = _read(source, given, fields, today)
        reference = given["id"][:LONGEST_ID]
        if reference and reference in first:
            words = "this number stands on more than one line: give each hydrant its own, once"
            reasons = (FieldReason("/id", words), *reasons)
            if reference in good:
                del good[reference]
                earlier = first[reference]
                refused.append(Refusal(earlier[0], reference, earlier[1], (FieldReason("/id", words),)))
        if reasons or read is None:
            refused.append(Refusal(number, reference, dict(fields), reasons))
        else:
            good[reference] = read
        first.setdefault(reference, (number, dict(fields)))
    refused.sort(key=lambda each: each.item)
    return HydrantLines(good, tuple(refused))


def _read(
    source: str, given: Mapping[str, str], fields: Mapping[str, str], today: date
) -> tuple[Hydrant | None, tuple[FieldReason, ...]]:
    wrong: list[FieldReason] = []
    if not 1 <= len(given["id"]) <= LONGEST_ID:
        wrong.append(
            FieldReason("/id", f"give the undertaker's number of the hydrant, in 1 to {LONGEST_ID} characters")
        )
    if MORE in fields:
        words = "has more fields than the header: put quotation marks around a comma"
        wrong.append(FieldReason("/row", words))
    if any(len(value) > LONGEST_FIELD for value in fields.values()):
        words = "a field is far too long: look for a quotation mark that is left open"
        wrong.append(FieldReason("/row", words))
    point = _point(given, wrong)
    main = _number("main_mm", given.get("main_mm", ""), MAIN_MM, "mm", wrong)
    flow = _number("flow_lpm", given.get("flow_lpm", ""), FLOW_LPM, "litres a minute", wrong)
    if flow is None and given.get("flow_ls"):
        per_second = _number("flow_ls", given["flow_ls"], (0, FLOW_LPM[1] // 60), "litres a second", wrong)
        flow = None if per_second is None else per_second * 60
    state = _state(given.get("state", ""), wrong)
    tested_on = _tested_on(given.get("tested_on", ""), today, wrong)
    if wrong or point is None or state is None:
        return None, tuple(wrong)
    return Hydrant(
        source=source,
        asset_id=given["id"],
        easting=round(point.easting, 2),
        northing=round(point.northing, 2),
        kind=given.get("kind", "")[:LONGEST_KIND],
        main_mm=None if main is None else round(main),
        flow_lpm=None if flow is None else round(flow),
        state=state,
        tested_on=tested_on,
        location=given.get("location", "")[:LONGEST_LOCATION],
    ), ()


def _point(given: Mapping[str, str], wrong: list[FieldReason]) -> GridPoint | None:
    for names, words in ((("easting", "northing"), "metres"), (("longitude", "latitude"), "degrees")):
        written = [given.get(name, "") for name in names]
        if not any(written):
            continue
        bad = [name for name, each in zip(names, written, strict=True) if not COORDINATE.fullmatch(each)]
        if bad:
            wrong.extend(FieldReason(f"/{name}", f"write it in {words}, figures alone") for name in bad)
            return None
        first, second = map(float, written)
        point = GridPoint(first, second) if words == "metres" else to_grid(first, second)
        if isinstance(point, GridPoint) and reasons_to_refuse_point(point.easting, point.northing) is None:
            return point
        why = "this lies outside Great Britain: are the two in the wrong order, or no metres of the National Grid?"
        wrong.append(FieldReason(f"/{names[0]}", why))
        return None
    wrong.append(FieldReason("/easting", "say where it is: easting and northing, or longitude and latitude"))
    return None


def _number(name: str, written: str, limits: tuple[float, float], unit: str, wrong: list[FieldReason]) -> float | None:
    if not written:
        return None
    found = NUMBER.fullmatch(written.replace(",", ""))
    value = float(found[1]) if found else math.nan
    if not limits[0] <= value <= limits[1]:
        wrong.append(
            FieldReason(f"/{name}", f"give it in {unit}, from {limits[0]:,} to {limits[1]:,}, or leave it out")
        )
        return None
    return value


def _state(written: str, wrong: list[FieldReason]) -> HydrantState | None:
    said = plain(written.replace("_", " ").replace("-", " "))
    found = next((state for state, words in STATES.items() if said in words), None)
    if found is None:
        wrong.append(FieldReason("/state", "write WORKING, DEFECTIVE or OUT OF USE, or leave it empty"))
    return found


def _tested_on(written: str, today: date, wrong: list[FieldReason]) -> date | None:
    if not written:
        return None
    day = day_in(written)
    if day is None or day > today:
        wrong.append(FieldReason("/tested_on", f"{UNREADABLE_DAY}, not after {date_words(today)}"))
        return None
    return day


def asset_key(asset_id: str) -> str:
    """Return a hydrant's number so that crew and undertaker mean the same one in any case and spacing.

    Policy: docs/decisions/0044.
    """
    return asset_id.lower().replace(" ", "")


def crew_words(hydrants: Iterable[Hydrant], records: Sequence[RiskRecord]) -> dict[tuple[str, str], CrewWord]:
    """Return what crews said last of some hydrants, by undertaker and number; who did not test it says nothing new.

    Policy: docs/domain/4.1.md, section H; docs/decisions/0044: by its number, near the premises visited.
    """
    found: dict[tuple[str, str], CrewWord] = {}
    told = [(record, seen, word) for record in records for seen, word in _told(record)]
    for hydrant in hydrants:
        words = [
            word
            for record, seen, word in told
            if asset_key(seen.asset_id) == asset_key(hydrant.asset_id) and _is_near(record, hydrant)
        ]
        tested = [word for word in words if word.status is not HydrantStatus.NOT_TESTED] or words
        if tested:
            found[hydrant.source, hydrant.asset_id] = max(tested, key=lambda word: word.seen_at)
    return found


def _told(record: RiskRecord) -> Iterable[tuple[SeenHydrant, CrewWord]]:
    for hydrant in _of(record.facts):
        source = record.sources.get(f"water/hydrants/{plain(hydrant.asset_id)}")
        if seen_at := source.seen_at if source else record.visited_at:
            yield (
                hydrant,
                CrewWord(
                    hydrant.status, source.callsign if source else "callsign not recorded", seen_at, reviewed=True
                ),
            )
    for report in record.reports:
        for hydrant in _of(report.facts):
            yield hydrant, CrewWord(hydrant.status, report.callsign, report.seen_at, reviewed=False)


def _of(facts: RiskFacts | None) -> tuple[SeenHydrant, ...]:
    return facts.water.hydrants if facts and facts.water else ()


def _is_near(record: RiskRecord, hydrant: Hydrant) -> bool:
    place = record.premises.place
    return hypot(place.easting - hydrant.easting, place.northing - hydrant.northing) <= SAME_HYDRANT_M
