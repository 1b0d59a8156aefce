"""Draws the sample area as a small SVG picture, north at the top, one metre to a twentieth of a unit."""

from invented.area import Area
from invented.geometry import CORNER, Line, Point

WEST, SOUTH, EAST, NORTH = -8_000.0, -8_200.0, 23_500.0, 18_200.0
SCALE = 0.05
# The part of the area that is drawn again as a town plan: its north-west corner, its size, how many times larger.
TOWN, TOWN_WIDE_M, TOWN_HIGH_M, ENLARGED = (4_900.0, 6_600.0), 5_400.0, 3_100.0, 1.9
COLOURS = {
    "home": "#8c6d5a",
    "shop": "#c0392b",
    "work": "#5d6d7e",
    "public": "#6c3483",
    "farm": "#7d6608",
    "gone": "#bbbbbb",
}
LANDMARKS = {
    "river": ("none", "#9cc4e4", 2.4),
    "brook": ("none", "#9cc4e4", 0.7),
    "water": ("#9cc4e4", "none", 0.0),
    "railway": ("none", "#444444", 0.8),
    "park": ("#cfe8c6", "none", 0.0),
    "common": ("#e0e3b8", "none", 0.0),
    "wood": ("#b9d6ab", "none", 0.0),
}
ROADS = {"trunk": ("#e8a33d", 1.8), "lane": ("#ffffff", 0.9)}
STREET = ("#ffffff", 0.8)


def draw(area: Area) -> str:
    """Return the picture as SVG text."""
    width, height = (EAST - WEST) * SCALE, (NORTH - SOUTH) * SCALE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="Arial, sans-serif" role="img" aria-label="Map of the invented Vale of Arrel">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#f3efe4"/>',
        '<g id="ground">',
        *_landmarks(area),
        *_roads(area),
        *_buildings(area),
        *_hydrants(area),
        "</g>",
        *_beyond(area),
        *_borders(area),
        *_labels(area),
        *_town_plan(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _at(point: Point) -> tuple[float, float]:
    return ((point[0] - CORNER[0] - WEST) * SCALE, (NORTH - (point[1] - CORNER[1])) * SCALE)


def _path(line: Line, closed: bool = False) -> str:
    points = [_at(point) for point in line]
    return "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def _landmarks(area: Area) -> list[str]:
    order = ("wood", "common", "park", "brook", "river", "water", "railway")
    shapes = []
    for kind in order:
        fill, stroke, width = LANDMARKS[kind]
        data = "".join(_path(mark.line, fill != "none") for mark in area.layout.landmarks if mark.kind == kind)
        shapes.append(f'<path d="{data}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>')
    return shapes


def _roads(area: Area) -> list[str]:
    shapes = []
    styles = {street.style for street in area.layout.streets}
    for style in sorted(styles, key=lambda name: (ROADS.get(name, STREET)[1], name)):
        colour, width = ROADS.get(style, STREET)
        data = "".join(_path(street.line) for street in area.layout.streets if street.style == style)
        shapes.append(f'<path d="{data}" fill="none" stroke="#cbbfa5" stroke-width="{width + 0.4}"/>')
        shapes.append(f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
    return shapes


def _sort(classification: str, status: int) -> str:
    if status == 8:
        return "gone"
    if classification.startswith(("RD", "RH", "PP")):
        return "home"
    if classification.startswith("CA"):
        return "farm"
    if classification.startswith(("CR", "CO", "CM01")):
        return "shop"
    if classification.startswith(("CI", "CU", "CZ", "CT")):
        return "work"
    return "public"


def _buildings(area: Area) -> list[str]:
    shapes = []
    for sort, colour in COLOURS.items():
        spots = {_at(e.point) for e in area.premises if _sort(e.classification, e.status) == sort}
        data = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in sorted(spots))
        size = 0.6 if sort == "home" else 0.9
        shapes.append(f'<path d="{data}" stroke="{colour}" stroke-width="{size}" stroke-linecap="round"/>')
    return shapes


def _hydrants(area: Area) -> list[str]:
    data = "".join("M{:.1f} {:.1f}h.3".format(*_at(tap.point)) for tap in area.hydrants)
    return [f'<path d="{data}" stroke="#1f77d0" stroke-width=".5"/>']


def _beyond(area: Area) -> list[str]:
    """Veil what lies outside the service's border, and name the neighbour."""
    frame = f"M0 0H{(EAST - WEST) * SCALE:.0f}V{(NORTH - SOUTH) * SCALE:.0f}H0Z"
    ring = next(border.ring for border in area.borders if border.kind == "service")
    neighbour = next(border.name for border in area.borders if border.kind == "neighbour")
    x, y = _at((CORNER[0] + 22_400, CORNER[1] + 5_000))
    return [
        f'<path d="{frame}{_path(ring, True)}" fill="#d5d0c4" fill-opacity=".75" fill-rule="evenodd"/>',
        f'<text transform="translate({x:.0f} {y:.0f}) rotate(-90)" font-size="14" fill="#555" '
        f'text-anchor="middle">{neighbour}</text>',
    ]


def _borders(area: Area) -> list[str]:
    looks = {
        "station_ground": ("#7b241c", "6 3", 1.2),
        "district": ("#1e8449", "2 3", 1.0),
        "service": ("#111111", "none", 2.2),
    }
    shapes = []
    for border in area.borders:
        if border.kind in looks:
            colour, dash, width = looks[border.kind]
            shapes.append(
                f'<path d="{_path(border.ring, True)}" fill="none" stroke="{colour}" '
                f'stroke-width="{width}" stroke-dasharray="{dash}"/>'
            )
    return shapes


def _labels(area: Area) -> list[str]:
    shapes = []
    for post in area.stations:
        x, y = _at(post.premises.point)
        shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#b00020" stroke="#fff"/>')
    for place in area.layout.places.values():
        name = place.locality or place.post_town
        if place.key in ("centre", "pelwardine") or (place.locality and not place.locality.endswith("Estate")):
            point = place.frame.place((6650, 3080) if place.key == "centre" else (0, -420))
            x, y = _at(point)
            size = 26 if place.key == "centre" else 15
            shapes.append(
                f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="middle" fill="#222" '
                f'stroke="#fff" stroke-width="2.5" paint-order="stroke">{name}</text>'
            )
    return shapes


def _town_plan() -> list[str]:
    """Draw the town once more, larger, in the empty south-west corner."""
    x, y = _at((CORNER[0] + TOWN[0], CORNER[1] + TOWN[1]))
    width, height = TOWN_WIDE_M * SCALE, TOWN_HIGH_M * SCALE
    left, top = 16.0, (NORTH - SOUTH) * SCALE - height * ENLARGED - 16
    return [
        f'<clipPath id="town"><rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/></clipPath>',
        f'<g transform="translate({left:.1f} {top:.1f}) scale({ENLARGED}) translate({-x:.1f} {-y:.1f})">',
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#f3efe4" stroke="#333"/>',
        '<use href="#ground" clip-path="url(#town)"/></g>',
        f'<text x="{left + 10:.1f}" y="{top + 24:.1f}" font-size="18" fill="#222">Arrelbridge</text>',
    ]
