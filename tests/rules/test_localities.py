"""A point is given its station ground, district and ward, and its distance to the border."""

import math
import time

import numpy as np
import pytest
from shapely import Polygon, box

from services.domain.grid_references import (
    GridPoint,
    PointRefusal,
    to_grid,
    to_lon_lat,
    typed_point,
)
from services.premises.rules.localities import Area, Localities, Locality, Neighbour

WEST, EAST = box(500_000, 100_000, 510_000, 120_000), box(510_000, 100_000, 520_000, 120_000)


def the_localities() -> Localities:
    return Localities(
        station_grounds=[Area("S1", "Westport", WEST), Area("S2", "Eastport", EAST)],
        districts=[Area("D1", "The Vale", box(500_000, 100_000, 520_000, 110_000))],
        wards=[Area("W1", "Quay", box(500_000, 100_000, 501_000, 101_000))],
        border=[Area("F1", "The Service", WEST), Area("F1", "The Service", EAST)],
    )


def test_a_point_inside_is_given_all_its_areas_and_metres_to_the_border() -> None:
    assert the_localities().of([(500_400.0, 100_300.0)]) == [Locality("S1", "D1", "W1", 300.0)]


def test_a_point_outside_is_given_none_and_a_negative_distance() -> None:
    assert the_localities().of([(499_000.0, 110_000.0)]) == [Locality(None, None, None, -1_000.0)]


def test_a_point_on_a_shared_edge_belongs_to_the_first_area_loaded() -> None:
    assert the_localities().of([(510_000.0, 115_000.0)])[0].station_ground == "S1"


def test_the_border_inside_the_service_is_no_border() -> None:
    assert the_localities().of([(510_000.0, 110_000.0)])[0].border_distance_m == pytest.approx(10_000.0)


def test_the_neighbours_of_a_point_are_named_the_nearest_first_and_the_sea_is_nobodys() -> None:
    north = Area("N", "Northern", box(500_000, 120_000, 520_000, 130_000))
    east = Area("E", "Eastern", box(520_000, 100_000, 530_000, 120_000))
    localities = Localities(border=[Area("F1", "The Service", WEST), Area("F1", "", EAST)], neighbours=[north, east])
    on_the_south_coast = (501_000.0, 100_050.0)
    assert localities.of([on_the_south_coast])[0].border_distance_m == 50.0
    assert localities.neighbours_of(on_the_south_coast) == (
        Neighbour("E", "Eastern", 19_000.0),
        Neighbour("N", "Northern", 19_950.0),
    )
    assert localities.neighbours_of((519_000.0, 119_500.0)) == (
        Neighbour("N", "Northern", 500.0),
        Neighbour("E", "Eastern", 1_000.0),
    )


def test_inside_a_neighbours_area_the_distance_is_nothing() -> None:
    parts = [Area("N", "Northern", box(0, 10, 10, 20)), Area("N", "Northern", box(100, 100, 110, 110))]
    assert Localities(neighbours=parts).neighbours_of((105.0, 105.0)) == (Neighbour("N", "Northern", 0.0),)


def test_only_the_nearest_few_of_a_whole_country_are_told() -> None:
    strips = [Area(str(at), "", box(1000 * at, 0, 1000 * at + 500, 100)) for at in range(1, 40)]
    found = Localities(neighbours=strips).neighbours_of((0.0, 0.0))
    assert found is not None
    assert [one.code for one in found] == [str(at) for at in range(1, 9)]


def test_where_no_neighbours_are_loaded_nothing_is_known_of_them() -> None:
    assert the_localities().neighbours_of((500_400.0, 100_300.0)) is None


def test_a_point_that_is_no_number_is_in_no_locality_and_keeps_its_place_in_the_answer() -> None:
    found = the_localities().of([(math.nan, math.nan), (500_400.0, 100_300.0)])
    assert found[0] == Locality(None, None, None, None)
    assert found[1].station_ground == "S1"


def test_without_any_boundary_every_answer_is_empty() -> None:
    assert Localities().of([(500_400.0, 100_300.0)]) == [Locality(None, None, None, None)]


def test_no_points_give_no_answers() -> None:
    assert the_localities().of([]) == []


@pytest.mark.slow
def test_a_hundred_thousand_points_take_under_two_seconds() -> None:
    ring = [(510_000 + 9_000 * math.cos(a), 110_000 + 9_000 * math.sin(a)) for a in np.linspace(0, 6.28, 2_000)]
    cells = [
        Area(f"{x},{y}", "", box(500_000 + 1000 * x, 100_000 + 1000 * y, 501_000 + 1000 * x, 101_000 + 1000 * y))
        for x in range(20)
        for y in range(20)
    ]
    localities = Localities(cells[:60], cells[:13], cells, [Area("F", "", Polygon(ring))])
    points = np.random.default_rng(1).uniform([500_000, 100_000], [520_000, 120_000], (100_000, 2))
    took = []
    for _ in range(3):  # the best of three: the machine may be busy with other things
        began = time.process_time()
        assert len(localities.of(points)) == 100_000
        took.append(time.process_time() - began)
    assert min(took) < 2.0


def test_longitude_and_latitude_become_the_grid_to_the_millimetre_and_back() -> None:
    point = to_grid(1.716073973, 52.658007833)
    assert isinstance(point, GridPoint)
    assert (round(point.easting, 2), round(point.northing, 2)) == (651_409.80, 313_177.45)
    assert to_lon_lat(point.easting, point.northing) == pytest.approx((1.716073973, 52.658007833), abs=2e-6)


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(2.35, 48.85), (0.0, 0.0), (-6.26, 53.35), (-74.0, 40.7), (5.0, 52.0)]
)
def test_a_point_outside_great_britain_is_refused_with_its_reason(longitude: float, latitude: float) -> None:
    assert to_grid(longitude, latitude) in (PointRefusal.OUTSIDE_GREAT_BRITAIN, PointRefusal.NOT_A_NUMBER)


@pytest.mark.parametrize(
    ("text", "easting", "northing"),
    [
        ("TQ 758 684", 575_850.0, 168_450.0),
        ("TQ758684", 575_850.0, 168_450.0),
        ("hydrant at TQ 75812 68412", 575_812.5, 168_412.5),
        ("575800 168400", 575_800.0, 168_400.0),
        ("E 575800, N 168400", 575_800.0, 168_400.0),
        ("NT 257 736", 325_750.0, 673_650.0),
        ("SV 890 100", 89_050.0, 10_050.0),
    ],
)
def test_a_typed_grid_reference_is_read(text: str, easting: float, northing: float) -> None:
    point = typed_point(text)
    assert isinstance(point, GridPoint)
    assert (point.easting, point.northing) == (easting, northing)


@pytest.mark.parametrize("text", ["51.38, 0.52", "0.52, 51.38", "lat 51.38 long 0.52", "51.38N 0.52E"])
def test_typed_degrees_are_read_in_either_order(text: str) -> None:
    point = typed_point(text)
    assert isinstance(point, GridPoint)
    assert (round(point.easting), round(point.northing)) == (575_466, 167_563)


@pytest.mark.parametrize("text", ["12 High Street, Anytown ZX1 1AA", "job no 118721", "", "tel 01622 555555"])
def test_an_address_is_not_taken_for_a_point(text: str) -> None:
    assert typed_point(text) is None
