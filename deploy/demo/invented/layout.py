"""Reads the drawing of the area: its places, streets, sites, blocks, borders and landscape, from the layout folder."""

import csv
from dataclasses import dataclass
from pathlib import Path

from invented.geometry import CORNER, Frame, Line, Point, smoothed

FOLDER = Path(__file__).resolve().parents[1] / "layout"


@dataclass(frozen=True)
class Place:
    """A neighbourhood or village; `locality` and `post_town` as they stand in its addresses."""

    key: str
    locality: str
    post_town: str
    postcode_sector: str
    frame: Frame

    def tail(self) -> tuple[str, ...]:
        """Return the end of every address here."""
        return tuple(part for part in (self.locality, self.post_town) if part)


@dataclass(frozen=True)
class Street:
    place: Place
    name: str
    style: str
    sides: str
    first: int
    line: Line

    @property
    def key(self) -> str:
        return f"{self.place.key}/{self.name}"


@dataclass(frozen=True)
class Site:
    """One building with a name; `state` 2 in use, 3 derelict, 4 demolished; `status` 1 approved, 8 historic."""

    name: str
    place: Place
    street: str
    number: str
    point: Point
    radius_m: float
    classification: str
    premises_class: str
    status: int
    state: int
    parent: str


@dataclass(frozen=True)
class Block:
    """A block of flats; `first_floor` is the lowest floor with flats, 0 the ground floor."""

    name: str
    place: Place
    street: str
    point: Point
    radius_m: float
    flats: int
    premises_class: str
    unit_word: str


@dataclass(frozen=True)
class Border:
    file: str
    kind: str
    id: str
    name: str
    ring: Line


@dataclass(frozen=True)
class Landmark:
    """A river, railway, wood or common: something that is not a premises."""

    kind: str
    name: str
    line: Line


@dataclass(frozen=True)
class Layout:
    places: dict[str, Place]
    streets: tuple[Street, ...]
    sites: tuple[Site, ...]
    blocks: tuple[Block, ...]
    borders: tuple[Border, ...]
    landmarks: tuple[Landmark, ...]


def read_layout(folder: Path = FOLDER) -> Layout:
    """Return the whole drawing, every point in metres on the National Grid."""
    places = {row["place"]: _place(row) for row in _rows(folder / "places.csv")}
    return Layout(
        places=places,
        streets=tuple(_street(row, places) for row in _rows(folder / "streets.csv")),
        sites=tuple(_site(row, places) for row in _rows(folder / "sites.csv")),
        blocks=tuple(_block(row, places) for row in _rows(folder / "blocks.csv")),
        borders=_borders(folder),
        landmarks=tuple(_landmark(row) for row in _rows(folder / "landscape.csv")),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _place(row: dict[str, str]) -> Place:
    frame = Frame(float(row["east"]), float(row["north"]), float(row["turn_deg"]))
    return Place(row["place"], row["locality"], row["post_town"], row["postcode_sector"], frame)


def _line(text: str, frame: Frame) -> Line:
    pairs = (pair.split() for pair in text.split(";"))
    return tuple(frame.place((float(x), float(y))) for x, y in pairs)


def _street(row: dict[str, str], places: dict[str, Place]) -> Street:
    place = places[row["place"]]
    line = smoothed(_line(row["line"], place.frame))
    return Street(place, row["street"], row["style"], row["sides"], int(row["first"] or 1), line)


def _site(row: dict[str, str], places: dict[str, Place]) -> Site:
    place = places[row["place"]]
    return Site(
        name=row["name"],
        place=place,
        street=row["street"],
        number=row["number"],
        point=place.frame.place((float(row["x"]), float(row["y"]))),
        radius_m=float(row["radius"]),
        classification=row["classification"],
        premises_class=row["premises_class"],
        status=int(row["status"]),
        state=int(row["state"]),
        parent=row["parent"],
    )


def _block(row: dict[str, str], places: dict[str, Place]) -> Block:
    place = places[row["place"]]
    return Block(
        name=row["name"],
        place=place,
        street=row["street"],
        point=place.frame.place((float(row["x"]), float(row["y"]))),
        radius_m=float(row["radius"]),
        flats=(int(row["floors"]) - int(row["first_floor"])) * int(row["flats_per_floor"]),
        premises_class=row["premises_class"],
        unit_word=row["unit_word"],
    )


def _borders(folder: Path) -> tuple[Border, ...]:
    corners = {
        row["corner"]: (CORNER[0] + float(row["x"]), CORNER[1] + float(row["y"]))
        for row in _rows(folder / "corners.csv")
    }
    return tuple(
        Border(row["file"], row["kind"], row["id"], row["name"], tuple(corners[name] for name in row["ring"].split()))
        for row in _rows(folder / "borders.csv")
    )


def _landmark(row: dict[str, str]) -> Landmark:
    grid = Frame(0, 0, 0)
    line = _line(row["line"], grid)
    if row["kind"] in ("river", "brook", "railway"):
        return Landmark(row["kind"], row["name"], smoothed(line, 3))
    return Landmark(row["kind"], row["name"], smoothed((*line, line[0])))
