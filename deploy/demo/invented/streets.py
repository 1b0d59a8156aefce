"""Builds the houses, shops and units along every street: odd numbers on the left, even on the right."""

from collections import defaultdict
from collections.abc import Iterator
from random import Random

from invented.geometry import Neighbours, Point, beside, length
from invented.layout import Layout, Street
from invented.names import COTTAGES
from invented.premises import Premises, Register, address
from invented.styles import STYLES, Style

SEED = "vale-of-arrel-1"
UNLUCKY = 13
FURTHEST_KEPT_FREE_M = 28.0
HALVES = ("Ground Floor Flat", "First Floor Flat", "Second Floor Flat")


def build_along(street: Street, layout: Layout, register: Register, ground: Neighbours) -> None:
    """Put buildings on every free plot of a street."""
    style = STYLES.get(street.style)
    if style is None:
        return
    draw = Random(f"{SEED}/{street.key}/{street.first}")
    taken = {site.number for site in layout.sites if site.street == street.name and site.place == street.place}
    numbers = _numbers(street, taken, draw)
    for side, plot in _plots(street, style, draw):
        if ground.taken(plot, street.key) or draw.random() < style.gap:
            continue
        ground.add(plot, min(style.spacing_m * 0.7, FURTHEST_KEPT_FREE_M))
        _build(street, style, plot, next(numbers[side]), register, draw)


def _plots(street: Street, style: Style, draw: Random) -> Iterator[tuple[str, Point]]:
    sides = ("left", "right") if street.sides == "both" else (street.sides,)
    for side in sides:
        along = 8 + style.spacing_m / 2
        while along < length(street.line) - 4:
            shift = draw.uniform(-style.jitter_m, style.jitter_m)
            back = style.setback_m + draw.uniform(-style.jitter_m, style.jitter_m)
            yield side, beside(street.line, along + shift, back if side == "left" else -back)
            along += style.spacing_m


def _numbers(street: Street, taken: set[str], draw: Random) -> dict[str, Iterator[int]]:
    """Return the house numbers of each side; a street with one side only counts 1, 2, 3."""
    skip = {int(number) for number in taken if number.isdigit()}
    if draw.random() < 0.4:
        skip.add(UNLUCKY)
    first = street.first
    step = 2 if street.sides == "both" and street.style != "units" else 1
    if street.style == "units":
        shared = _count(first, 1, skip)
        return defaultdict(lambda: shared)
    return {"left": _count(first, step, skip), "right": _count(first + step - 1, step, skip)}


def _count(first: int, step: int, skip: set[int]) -> Iterator[int]:
    number = first
    while True:
        if number not in skip:
            yield number
        number += step


def _build(street: Street, style: Style, plot: Point, number: int, register: Register, draw: Random) -> None:
    if street.style == "units":
        name, classification, premises_class = register.businesses.works(draw)
        _add(register, street, plot, f"Unit {number}, {street.name}", name, classification, premises_class)
    elif draw.random() < style.shops:
        name, classification, premises_class = register.businesses.shop(draw)
        shop = _add(register, street, plot, f"{number} {street.name}", name, classification, premises_class)
        if draw.random() < style.split:
            where = f"Flat above {number} {street.name}" if draw.random() < 0.5 else f"{number}A {street.name}"
            _add(register, street, plot, where, "", "RD06", "FLATS_LOW", shop)
    elif draw.random() < style.split:
        _split(street, plot, number, register, draw)
    else:
        _home(street, style, plot, number, register, draw)


def _home(street: Street, style: Style, plot: Point, number: int, register: Register, draw: Random) -> None:
    kind = draw.choice(style.homes)
    if draw.random() < style.named:
        for name in draw.sample(COTTAGES, len(COTTAGES)):
            if not register.knows(address(street.place, name, street.name)):
                _add(register, street, plot, f"{name}, {street.name}", name, kind, "DWELLING_HOUSE")
                return
    _add(register, street, plot, f"{number} {street.name}", "", kind, "DWELLING_HOUSE")


def _split(street: Street, plot: Point, number: int, register: Register, draw: Random) -> None:
    """Build a large house that is now bedsits (one record) or flats (a shell and its flats)."""
    where = f"{number} {street.name}"
    if street.style == "bay":
        _add(register, street, plot, where, "", "RH01", "HMO")
        return
    shell = _add(register, street, plot, where, "", "PP", "FLATS_LOW")
    for half in HALVES[: draw.choice((2, 3))]:
        _add(register, street, plot, f"{half}, {where}", "", "RD06", "FLATS_LOW", shell)


def _add(
    register: Register,
    street: Street,
    plot: Point,
    where: str,
    name: str,
    classification: str,
    premises_class: str,
    parent: Premises | None = None,
) -> Premises:
    return register.add(
        name=name,
        written=address(street.place, *where.split(", ")),
        point=plot,
        classification=classification,
        premises_class=premises_class,
        place=street.place,
        street=street.name,
        parent_id=parent.premises_id if parent else "",
    )
