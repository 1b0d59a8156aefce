"""Makes sample visits to real premises: the address as somebody wrote it, facts that its trade implies.

No concern about people is ever invented for them: these are real streets.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from convertbng.cutil import convert_bng
from sample_files import write_csv

from real.profiles import facts_for
from real.register import CLASSES, OTHER, Station, read_rows

# The last visit was sent shortly before this moment; deploy/demo/retime.py moves all of them to the present.
WRITTEN_AT = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
APART = timedelta(minutes=3)
# Where a visit may end. A premises that is certain is found or a person is asked; a wrong one is never right.
ENDINGS = {
    "premises": "located|needs_person",
    "ambiguous": "needs_person",
    "street": "needs_person",
    "postcode_or_street": "needs_person|not_located",
}
STORIES = {
    "premises": "a real premises",
    "ambiguous": "an address that fits several premises: a person must choose",
    "street": "a street without a premises: a person must look",
    "postcode_or_street": "an invented home that no gazetteer holds",
}
EXPECTED_COLUMNS = (
    "file", "story", "expected", "premises_id", "referrals", "unverified_expected", "review_state", "level",
)  # fmt: skip
PEOPLE_PER_CREW = 4


@dataclass(frozen=True)
class Query:
    """One written address with what is known of its truth."""

    query_id: str
    written: str
    category: str
    expected: str
    premises_ids: tuple[str, ...]
    lonlat: tuple[float, float] | None
    surveyed: bool
    premises_class: str


def write_visits(data: Path, stations: list[Station], out: Path, count: int) -> list[Path]:
    """Write `count` visits and their expected endings; the same data always gives the same visits."""
    out.mkdir(parents=True, exist_ok=True)
    paths, expected = [], []
    for number, query in enumerate(pick(data, count), start=1):
        path = out / f"{number:03d}-{query.category.replace('+', '-').replace('_', '-')}.json"
        body = visit(query, number, count, stations)
        path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
        expected.append(_expectation(path.name, query))
    paths.append(write_csv(out / "expected.csv", EXPECTED_COLUMNS, expected))
    return paths


def pick(data: Path, count: int) -> list[Query]:
    """Return as many of the written addresses, drawn so that each is as likely as any other, always the same ones.

    Matching promises a share of wrong places over all of them, so it is held to it over a fair draw only.
    """
    return sorted((_query(row) for row in read_rows(data / "dev_visits.csv")), key=_shuffle)[:count]


def _shuffle(query: Query) -> str:
    return hashlib.sha256(query.query_id.encode()).hexdigest()


def _query(row: dict[str, str]) -> Query:
    home = "FLATS_LOW" if row["query"].casefold().startswith(("fl", "apartment")) else "DWELLING_HOUSE"
    known = CLASSES.get(row["business_type"], OTHER)[1]
    ids = dict.fromkeys(part for part in (row["truth_fhrs_id"], *row["ok_fhrs_ids"].split("|")) if part)
    lonlat = (float(row["truth_lon"]), float(row["truth_lat"])) if row["truth_lon"] else None
    return Query(
        query_id=row["query_id"],
        written=row["query"],
        category=row["category"],
        expected=row["expected"],
        premises_ids=tuple(ids),
        lonlat=lonlat,
        surveyed=row["coord_tier"] == "P",
        premises_class=known if row["business_type"] else home,
    )


def visit(query: Query, number: int, count: int, stations: list[Station]) -> dict[str, object]:
    """Return a visit submission of version 1."""
    draw = Random(f"kent/{query.query_id}")
    sent = WRITTEN_AT - APART * (count - number)
    station = _nearest(query, stations)
    crew = [f"KF{station}{person:02d}" for person in range(1, PEOPLE_PER_CREW + 1)]
    body: dict[str, object] = {
        "submission_id": _uuid7(query.query_id, sent),
        "schema_version": "1",
        "device_id": f"TAB-{station}-1",
        "app_version": "1.0.0",
        "visit_kind": "NEW_SSRI",
        "review_method": "PHYSICAL",
        "outcome": "COMPLETED",
        "started_at": _text(sent - timedelta(minutes=draw.randrange(25, 75))),
        "ended_at": _text(sent - timedelta(minutes=draw.randrange(1, 6))),
        "submitted_at": _text(sent),
        "lead_officer_id": crew[0],
        "crew_ids": crew[1:],
        "station": station,
        "watch": draw.choice(("RED", "WHITE", "BLUE", "GREEN")),
        "callsign": f"{station}P1",
        "address": {"written": query.written},
        "premises_class": query.premises_class,
        "occupancy_status": "IN_USE",
        **facts_for(query.premises_class, draw),
    }
    if query.surveyed and query.lonlat and query.expected == "premises" and draw.random() < 0.6:
        body["device_point"] = _fix(query.lonlat, draw)
    if query.expected == "premises" and draw.random() < 0.1:
        body["referrals"] = [{"kind": "RI1", "note": "No record held of this place."}]
    return body


def _nearest(query: Query, stations: list[Station]) -> str:
    if query.lonlat is None:
        return stations[int(_shuffle(query)[:8], 16) % len(stations)].station_id
    east, north = convert_bng([query.lonlat[0]], [query.lonlat[1]])
    here = (float(east[0]), float(north[0]))
    return min(stations, key=lambda station: math.dist(here, station.point)).station_id


def _fix(lonlat: tuple[float, float], draw: Random) -> dict[str, float]:
    """Return a tablet's fix some 10 to 30 m from the premises, in degrees."""
    angle, metres = draw.uniform(0, 2 * math.pi), draw.uniform(10, 30)
    lon, lat = lonlat
    north = lat + metres * math.sin(angle) / 111_300
    east = lon + metres * math.cos(angle) / (111_300 * math.cos(math.radians(lat)))
    return {"lat": round(north, 6), "lon": round(east, 6), "accuracy_m": draw.randrange(4, 25)}


def _uuid7(seed: str, at: datetime) -> str:
    digits = hashlib.sha256(f"kent-sample/{seed}".encode()).hexdigest()
    text = f"{int(at.timestamp() * 1000):012x}7{digits[:3]}{'89ab'[int(digits[3], 16) % 4]}{digits[4:19]}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _expectation(file: str, query: Query) -> tuple[str, ...]:
    opened = "-"  # the border, the coast and what the facts call for decide, as the register finds them
    ending = ENDINGS[query.expected]
    ids = "|".join(query.premises_ids) if "located" in ending.split("|") else ""
    state = "QUEUED|GEO_REVIEW" if ids else "GEO_REVIEW"
    return (file, f"{query.category}: {STORIES[query.expected]}.", ending, ids, opened, "-", state, "")
