"""A grid reference means the same place to everybody: printed, read back, and however it is spaced."""

import math
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.control.rules.places import read_place
from services.domain.grid_references import (
    EAST_MAX_M,
    NORTH_MAX_M,
    GridPoint,
    PointRefusal,
    grid_reference,
    is_in_great_britain,
    read_point,
    reasons_to_refuse_point,
    to_grid,
    to_lon_lat,
    typed_point,
    without_typed_point,
)

# Squares that are words within an address.
WORDS = {"no", "so", "st", "se", "sw", "ne", "nw", "nr", "to", "he", "ho", "on", "or", "of"}
BLANKS = ["", " ", "  ", "\t", "\xa0", "\u2009", "\u200b", "\n"]
PARTING = [" ", "  ", "\t", "\xa0", "\u2009", ", ", ",", " / ", "\n"]


@st.composite
def points(draw: st.DrawFn) -> tuple[float, float]:
    """Return a point of Great Britain in metres."""
    longitude, latitude = draw(st.floats(-8.6, 1.7)), draw(st.floats(49.85, 60.8))
    point = to_grid(longitude, latitude)
    assume(isinstance(point, GridPoint))
    assert isinstance(point, GridPoint)
    return point.easting, point.northing


def spaced(reference: str, chance: Random) -> str:
    """Return a printed reference spaced and cased in another way that means the same."""
    letters, easting, northing = reference.split(" ")
    together = chance.random() < 0.3
    between = "" if together else chance.choice(PARTING)
    written = letters + chance.choice(BLANKS) + easting + between + northing
    return chance.choice(BLANKS) + chance.choice((written, written.lower(), written.title())) + chance.choice(BLANKS)


@given(points(), st.sampled_from([2, 4, 6, 8, 10]), st.randoms(use_true_random=False))
def test_what_is_printed_is_read_back_at_every_precision_and_spacing(
    point: tuple[float, float], figures: int, chance: Random
) -> None:
    reference = grid_reference(*point, figures)
    middle = read_point(spaced(reference, chance))
    assume(not isinstance(middle, PointRefusal))  # the middle of a large square at the edge may lie in the sea abroad
    assert isinstance(middle, GridPoint)
    assert middle.square_m == 10 ** (5 - figures // 2)
    error = middle.square_m / 2 + 1e-6
    assert abs(middle.easting - point[0]) <= error
    assert abs(middle.northing - point[1]) <= error
    assert grid_reference(middle.easting, middle.northing, figures) == reference


@given(points(), st.sampled_from([4, 6, 8, 10]))
def test_a_reference_within_an_address_is_the_same_place(point: tuple[float, float], figures: int) -> None:
    reference = grid_reference(*point, figures)
    assume(figures >= 8 or reference[:2].casefold() not in WORDS)
    assume(not reference.startswith("NO"))  # "job no 1234 5678" is no place in Angus
    alone = read_point(reference)
    assert typed_point(reference) == alone
    assert typed_point(f"Barn at {reference}, Long Lane") == alone
    assert not any(figure in without_typed_point(f"Barn at {reference}, Long Lane") for figure in "0123456789")


@given(points(), st.sampled_from([4, 6, 8, 10]), st.randoms(use_true_random=False))
def test_the_desk_and_control_read_one_place(point: tuple[float, float], figures: int, chance: Random) -> None:
    written = spaced(grid_reference(*point, figures), chance)
    read = read_point(written)
    assert read_place(written) == (read if isinstance(read, GridPoint) else None)


@given(
    points(), st.sampled_from(["{e} {n}", "{e},{n}", "{e}, {n}", "E{e} N{n}", "E {e}, N {n}", "{e}E {n}N", "{e}\t{n}"])
)
def test_bare_metres_are_read_as_written(point: tuple[float, float], form: str) -> None:
    easting, northing = round(point[0]), round(point[1])
    assume(easting >= 10_000 and northing >= 1_000)
    assume(reasons_to_refuse_point(easting, northing) is None)
    assert read_point(form.format(e=easting, n=northing)) == GridPoint(easting, northing)


@pytest.mark.parametrize(
    ("written", "easting", "northing"),
    [
        ("TQ 6000 7200", 560_005.0, 172_005.0),
        ("tq 6000  7200", 560_005.0, 172_005.0),
        ("TQ60007200", 560_005.0, 172_005.0),
        ("TQ 60007200", 560_005.0, 172_005.0),
        ("TQ6000 7200", 560_005.0, 172_005.0),
        ("TQ 60 00 72 00", 560_005.0, 172_005.0),
        ("NGR: TQ 60 72", 560_500.0, 172_500.0),
        ("TQ 6 7", 565_000.0, 175_000.0),
        ("TQ67", 565_000.0, 175_000.0),
        ("TQ 60000 72000", 560_000.5, 172_000.5),
        ("532900 267000", 532_900.0, 267_000.0),
        ("532900,267000", 532_900.0, 267_000.0),
        ("532900.5, 267000.25", 532_900.5, 267_000.25),
    ],
)
def test_a_point_is_read_however_it_is_written(written: str, easting: float, northing: float) -> None:
    point = read_point(written)
    assert isinstance(point, GridPoint)
    assert (point.easting, point.northing) == (easting, northing)


def test_what_control_prints_is_read_where_it_lies_within_an_address_too() -> None:
    point = typed_point("Field gate, TQ 6000 7200")
    assert isinstance(point, GridPoint)
    assert (point.easting, point.northing) == (560_005.0, 172_005.0)


@pytest.mark.parametrize("written", ["TQ 6000 720", "TQ 600 7200", "TQ 6000 72", "TQ 600 72 00 0", "TQ 12345", "TQ"])
def test_figures_that_are_not_parted_in_their_middle_are_nobodys_guess(written: str) -> None:
    assert read_point(written) is None
    assert typed_point(written) is None


@given(st.floats(-12, 6), st.floats(48, 63))
def test_a_point_is_refused_in_degrees_and_in_metres_alike(longitude: float, latitude: float) -> None:
    point = to_grid(longitude, latitude)
    if isinstance(point, GridPoint):
        near = [edge for edge in (-0.001, 0.001) if not is_in_great_britain(longitude + edge, latitude + edge)]
        assert near or reasons_to_refuse_point(point.easting, point.northing) is None


@given(st.floats(1, EAST_MAX_M - 1), st.floats(1, NORTH_MAX_M - 1))
def test_metres_are_refused_exactly_where_their_degrees_are(easting: float, northing: float) -> None:
    degrees = to_lon_lat(easting, northing)
    away = degrees is None or not is_in_great_britain(*degrees)
    refused = reasons_to_refuse_point(easting, northing) is not None
    if degrees is not None and any(
        is_in_great_britain(degrees[0] + edge, degrees[1] + edge) is away for edge in (-0.001, 0.001)
    ):
        return  # on the very edge
    assert refused is away


@pytest.mark.parametrize(
    ("where", "degrees"),
    [("Dublin", (-6.26, 53.35)), ("Belfast", (-5.93, 54.6)), ("Calais", (1.85, 50.95)), ("Cherbourg", (-1.6, 49.64))],
)
def test_a_place_abroad_has_no_grid_number_however_it_is_written(where: str, degrees: tuple[float, float]) -> None:
    longitude, latitude = degrees
    assert to_grid(longitude, latitude) is PointRefusal.OUTSIDE_GREAT_BRITAIN
    assert read_point(f"{latitude}, {longitude}") is PointRefusal.OUTSIDE_GREAT_BRITAIN
    assert read_place(f"{latitude}, {longitude}") is None


def test_metres_and_references_in_ireland_are_refused() -> None:
    assert read_point("120000 480000") is PointRefusal.OUTSIDE_GREAT_BRITAIN
    assert read_point("NW 2000 8000") is PointRefusal.OUTSIDE_GREAT_BRITAIN
    assert read_place("NW 2000 8000") is None


def test_nothing_is_printed_off_the_grid() -> None:
    assert grid_reference(-1, 100_000) == grid_reference(700_000, 100_000) == ""
    assert reasons_to_refuse_point(math.nan, 1.0) is PointRefusal.NOT_A_NUMBER


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    for point in (read_point(text), typed_point(text)):
        assert point is None or isinstance(point, (GridPoint, PointRefusal))
