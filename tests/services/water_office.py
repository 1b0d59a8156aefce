"""Invented files of a water undertaker and of a resilience forum, around the town in which an incident happens."""

import json
from datetime import date
from typing import Any

from services.control.gateways.area_files import read_area_file
from services.control.gateways.hydrant_files import read_hydrant_file
from services.control.handlers.sources import Origin, load_hydrants, load_plans
from services.control.rules.area_plans import plans_in
from services.control.rules.hydrants import hydrants_in
from services.control.store.sources import SourceFile
from services.domain.grid_references import to_lon_lat
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction

EAST, NORTH = 300100.0, 130200.0
WATER, FORUM = "Wexcombe Water", "Vale resilience forum"
HEAD = "id,easting,northing,kind,main_mm,flow_lpm,state,tested_on,location\n"
# By how far it is east of the incident's place; H1201 is the one that a crew found defective.
HYDRANTS = HEAD + "\n".join(
    (
        f"H1201,{EAST + 180},{NORTH},FH,100,1500,working,2026-03-03,outside the chapel",
        f"H7,{EAST + 30},{NORTH},FH,,,,,",
        f"H8,{EAST + 60},{NORTH},washout,80,900,defective,,",
        f"H9,{EAST},{NORTH - 90},FH,150,2400,in service,2026-09-03,",
        f"H10,{EAST + 400},{NORTH},FH,100,1200,out of use,,",
        f"H11,{EAST + 900},{NORTH},FH,100,1200,working,,",
    )
)


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """Return a box in metres from the incident's place as degrees."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [list(to_lon_lat(EAST + x, NORTH + y) or ()) for x, y in corners]


def area(reference: str, kind: str, *rings: list[list[float]], due: str = "2027-09-03") -> dict[str, Any]:
    """Return a plan with its area; the second ring is a hole."""
    properties = {"reference": reference, "kind": kind, "document": f"Plan {reference}", "owner": "Fire"}
    properties |= {"partners": "Police; Environment Agency", "review_due_on": due}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": rings}}


def plans(*areas: dict[str, Any]) -> bytes:
    """Return a map file."""
    return json.dumps({"type": "FeatureCollection", "features": areas}).encode()


AROUND = ring(-500, -500, 500, 500)
PLANS = plans(
    area("FL-1", "FLOOD", AROUND, due="2026-11-01"),
    area("MT-1", "MARAUDING_TERRORIST", AROUND),
    area("WF-1", "WILDFIRE", AROUND, ring(-100, -100, 100, 100)),
    area("TN-1", "TUNNEL", ring(2000, 2000, 3000, 3000)),
)


def origin_of(source: str, dated_on: date, *, expect_gone: bool = False) -> Origin:
    """Return whose file it is and of which day."""
    return Origin(source, "a file", dated_on, "ravi", expect_gone)


async def load_water(tools: Tools, text: str = HYDRANTS, *, expect_gone: bool = False) -> SourceFile:
    """Load a file of hydrants, of today."""
    today = tools.clock.now().date()
    read = read_hydrant_file(text.encode())
    hydrants = hydrants_in(WATER, read.columns, read.lines, today)
    async with transaction(tools.database, tools.clock, Cause("control", "ravi", "test")) as work:
        return await load_hydrants(origin_of(WATER, today, expect_gone=expect_gone), hydrants, work)


async def load_areas(tools: Tools, content: bytes = PLANS) -> SourceFile:
    """Load a file of plans, of today."""
    origin = origin_of(FORUM, tools.clock.now().date(), expect_gone=True)
    async with transaction(tools.database, tools.clock, Cause("control", "ravi", "test")) as work:
        return await load_plans(origin, plans_in(FORUM, read_area_file(content)), work)
