"""Files of hydrants and of plans by cases: what is read, what is refused and why, and what a file replaces."""

from ast import literal_eval
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from schemas.risk_register import CrewReport, RiskFacts
from services.control.gateways.area_files import read_area_file
from services.control.gateways.hydrant_files import read_hydrant_file
from services.control.rules.area_plans import PlanKind, plans_in, review_words
from services.control.rules.hydrants import HydrantState, crew_words, hydrants_in
from services.control.rules.sources import (
    changes_of,
    is_old,
    reasons_to_refuse_changes,
    reasons_to_refuse_origin,
)
from services.shared.errors import Refused
from tests.builders import NOW
from tests.services.control_records import a_record

TODAY = date(2026, 12, 1)
HEAD = "Hydrant No;X;Y;Type;Main size (mm);Flow (l/min);Status;Last tested;Colour"
BOX = [[-3.0, 51.0], [-2.99, 51.0], [-2.99, 51.01], [-3.0, 51.01], [-3.0, 51.0]]
HOLE = [[-2.997, 51.003], [-2.993, 51.003], [-2.993, 51.007], [-2.997, 51.007], [-2.997, 51.003]]


def lines_of(text: str) -> Any:
    read = read_hydrant_file(text.encode())
    return hydrants_in("Wexcombe Water", read.columns, read.lines, TODAY)


def test_a_line_is_read_whatever_its_columns_are_called() -> None:
    read = read_hydrant_file(f"{HEAD}\nH1;300100,5;130200;FH;100;1,800;In service;03/09/2026;red\n".encode())
    assert read.passed_over == ("colour",)
    found = lines_of(f"{HEAD}\nH1;300100.5;130200;FH;100 mm;1,800;In service;03/09/2026;red\n").hydrants["H1"]
    assert (found.easting, found.main_mm, found.flow_lpm, found.kind) == (300100.5, 100, 1800, "FH")
    assert (found.state, found.tested_on) == (HydrantState.WORKING, date(2026, 9, 3))
    by_degrees = lines_of("id,lon,lat,flow l/s,state\nH1,-3.0,51.0,30,out-of-use\nH2,-3.0,51.0,,\n").hydrants
    assert (round(by_degrees["H1"].easting), by_degrees["H1"].flow_lpm) == (329926, 1800)
    assert [each.state for each in by_degrees.values()] == [HydrantState.OUT_OF_USE, HydrantState.NOT_GIVEN]
    for no_table in ("id,flow\nH1,5\n", "", "PK\x03\x04"):
        with pytest.raises(Refused):
            lines_of(no_table)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (";300100;130200", ["id"]),
        ("H1;130200", ["northing"]),
        ("H1;;", ["easting"]),
        ("H1;51.0;-3.0", ["easting"]),
        ("H1;3001oo;130200", ["easting"]),
        ("H1;300100;130200;FH;0;30000;wonky;2027-01-01", ["main_mm", "flow_lpm", "state", "tested_on"]),
        ("H1;300100;130200;FH;;;;;red;more", ["row"]),
        (f"H1;300100;130200;{'x' * 501}", ["row"]),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_every_field_that_is_wrong(line: str, fields: list[str]) -> None:
    found = lines_of(f"{HEAD}\nH0;300100;130200\n{line}\n")
    assert (list(found.hydrants), [each.item for each in found.refused]) == (["H0"], [3])
    assert [reason.pointer for reason in found.refused[0].reasons] == [f"/{field}" for field in fields]
    assert "x" * 501 not in str(found.refused[0].reasons)


def test_of_a_number_that_stands_twice_no_line_is_believed() -> None:
    found = lines_of(f"{HEAD}\nH1;300100;130200\nH2;300100;130200\nH1;300900;130200\nH1;1;2\n")
    assert (list(found.hydrants), [each.item for each in found.refused]) == (["H2"], [2, 4, 5])


@settings(max_examples=30)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)),
)
def test_what_is_held_afterwards_is_what_the_file_says(held: dict[str, int], wanted: dict[str, int]) -> None:
    changes = changes_of(held, wanted, ())
    after = (
        {key: value for key, value in held.items() if key not in changes.went}
        | dict(changes.changed)
        | dict(changes.came)
    )
    assert (after, changes.held) == (wanted, len(wanted))
    assert all(held[key] != value for key, value in changes.changed.items())


def test_a_refused_line_spares_what_was_held_and_half_a_file_changes_nothing() -> None:
    refused = lines_of(f"{HEAD}\nH1;1;2\n").refused
    assert changes_of({"H1": 1, "H2": 2}, {}, refused).went == ("H2",)
    many = {str(number): number for number in range(20)}
    for gone, expected, is_taken in ((2, False, True), (3, False, False), (3, True, True), (20, True, False)):
        wanted = dict(list(many.items())[gone:])
        reasons = reasons_to_refuse_changes(20, changes_of(many, wanted, ()), wanted, expected=expected)
        assert (not reasons) == is_taken, (gone, expected)
    assert [each.pointer for each in reasons_to_refuse_origin("", TODAY + timedelta(1), TODAY)] == ["/source", "/dated"]
    assert [is_old(day, TODAY) for day in (date(2025, 11, 30), date(2025, 12, 1))] == [True, False]


def test_what_crews_say_of_a_hydrant_is_the_latest_of_those_who_tested_it_near_by() -> None:
    record = a_record()
    place = record.premises.place
    text = "\n".join(
        f"{name};{place.easting + away};{place.northing}" for name, away in (("h 1201", 180), ("H1187", 2000))
    )
    hydrants = lines_of(f"{HEAD}\n{text}\n").hydrants
    said = crew_words(hydrants.values(), [record])
    assert [(key[1], word.status.value, word.reviewed) for key, word in said.items()] == [("h 1201", "DEFECTIVE", True)]

    def report(status: str, days: int) -> CrewReport:
        facts = RiskFacts.model_validate(
            {"water": {"hydrants": [{"asset_id": "H1201", "distance_m": 9, "status": status}]}}
        )
        at = NOW - timedelta(days=days)
        return CrewReport(
            visit_id=status, callsign="K9", station="S1", method="PHYSICAL", seen_at=at, reported_at=at, facts=facts
        )

    reports = (report("NOT_TESTED", 1), report("WORKING", 2))
    said = crew_words(hydrants.values(), [record.model_copy(update={"reports": reports})])
    assert [(word.status.value, word.callsign, word.reviewed) for word in said.values()] == [("WORKING", "K9", False)]


def a_plan(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ref": "F1",
        "kind": "flood",
        "Plan document": "Vale flood plan",
        "owner": "Resilience forum",
    }
    said |= {"partners": ["Environment Agency", "Police"], "Review date": "03/09/2027"}
    drawn = geometry or {"type": "Polygon", "coordinates": [BOX, HOLE]}
    return {"type": "Feature", "properties": said | properties, "geometry": drawn}


def test_an_area_is_read_with_its_holes_in_metres() -> None:
    found = plans_in("Forum", enumerate([a_plan(), a_plan(ref="M1", kind="MTA")], 1))
    plan = found.plans["F1"]
    assert (plan.kind, plan.document, plan.review_due_on) == (PlanKind.FLOOD, "Vale flood plan", date(2027, 9, 3))
    assert (plan.partners, len(found.rings["F1"])) == (("Environment Agency", "Police"), 2)
    assert found.plans["M1"].kind is PlanKind.MARAUDING_TERRORIST
    outer = Polygon(literal_eval(found.rings["F1"][0]))
    assert outer.contains(Point(330276, 123400))
    assert 700 < outer.bounds[2] - outer.bounds[0] < 730


@pytest.mark.parametrize(
    ("plan", "fields"),
    [
        (a_plan(ref=""), ["reference"]),
        (a_plan(kind="earthquake", owner=None), ["kind", "owner"]),
        (a_plan(**{"Review date": "soon", "Plan document": "x" * 201}), ["document", "review_due_on"]),
        (a_plan(partners="; ".join("abcdefghijklmnopqrstuvwxyzABCDE")), ["partners"]),
        (a_plan({"type": "Point", "coordinates": [-3, 51]}), ["geometry"]),
        (a_plan({"type": "Polygon", "coordinates": [[[-3, 51], "x"]]}), ["geometry"]),
        (a_plan({"type": "Polygon", "coordinates": [[[y, x] for x, y in BOX]]}), ["geometry"]),
        (a_plan({"type": "Polygon", "coordinates": [[BOX[0], BOX[2], BOX[1], BOX[3], BOX[0]]]}), ["geometry"]),
        ({}, ["reference", "kind", "document", "owner", "review_due_on", "geometry"]),
    ],
)
def test_a_bad_area_is_refused_with_every_field_that_is_wrong(plan: dict[str, Any], fields: list[str]) -> None:
    found = plans_in("Forum", [(1, a_plan(ref="F2")), (2, plan)])
    assert list(found.plans) == ["F2"]
    assert [reason.pointer for reason in found.refused[0].reasons] == [f"/{field}" for field in fields]


def test_a_plan_twice_and_a_file_that_is_no_map_are_refused_and_a_review_is_said_by_its_day() -> None:
    assert [each.item for each in plans_in("Forum", [(1, a_plan()), (2, a_plan())]).refused] == [1, 2]
    crs = b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG::27700"}}}'
    for content in (b"", b"[]", b'{"type": "Feature"}', b"\xff", crs, b"[" * 100_000):
        with pytest.raises(Refused):
            read_area_file(content)
    words = [review_words(date(2026, 12, 1) + timedelta(days), TODAY) for days in (-1, 0, 60, 61)]
    assert words == [
        "REVIEW OVERDUE since 30 Nov 2026",
        "review due by 1 Dec 2026",
        "review due by 30 Jan 2027",
        "next review 31 Jan 2027",
    ]
