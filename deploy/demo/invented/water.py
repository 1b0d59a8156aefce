"""Sets the hydrants along the streets: on wider mains where the risk is greater, a few of them defective."""

from dataclasses import dataclass
from random import Random

from invented.geometry import Neighbours, Point, beside, length
from invented.layout import Layout
from invented.streets import SEED
from invented.styles import STYLES

APART_M = 125.0
KERB_M = 4.0
# What a main of this width (mm) gives on a fair day, in litres a minute.
FLOW_LPM = {80: 560, 100: 900, 125: 1350, 150: 1900, 200: 2700}


@dataclass(frozen=True)
class Hydrant:
    asset_id: str
    point: Point
    main_mm: int
    flow_lpm: int
    status: str


def set_hydrants(layout: Layout) -> list[Hydrant]:
    """Return the hydrants, none closer to another than two thirds of the usual distance."""
    draw = Random(f"{SEED}/hydrants")
    ground = Neighbours()
    hydrants: list[Hydrant] = []
    for street in layout.streets:
        style = STYLES.get(street.style)
        if style is None:
            continue
        apart = APART_M * (7 if street.style == "lane" else 1)
        along = 20.0
        while along < length(street.line):
            point = beside(street.line, along, KERB_M)
            along += apart
            if ground.taken(point):
                continue
            ground.add(point, APART_M * 2 / 3)
            main = style.hydrant_main_mm
            flow = round(FLOW_LPM[main] * draw.uniform(0.85, 1.1) / 10) * 10
            status = draw.choices(("WORKING", "NOT_TESTED", "DEFECTIVE"), weights=(90, 7, 3))[0]
            number = f"H{len(hydrants) + 1001}"
            hydrants.append(Hydrant(number, (round(point[0], 1), round(point[1], 1)), main, flow, status))
    return hydrants
