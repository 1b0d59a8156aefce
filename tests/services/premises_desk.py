"""What the tests of premises share: the sample area loaded, a crew that sends, what was decided."""

from functools import partial
from pathlib import Path
from typing import Any

from schemas.premises import PremisesLocated, PremisesNotLocated
from schemas.vocabulary import Role
from services.premises.handlers.list_premises import list_premises
from services.premises.handlers.load_gazetteer import Loader, LoadReport
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.builders import a_visit
from tests.system import System

AREA = Path(__file__).parents[2] / "deploy" / "demo" / "area"
FILES = ("premises.csv", "postcodes.csv", "stations.csv", "station_grounds.geojson", "districts.geojson")
TOWN_HALL = "999978443408"
LIBRARY = "999941579148"
FLAT_4, ROWAN_HOUSE = "999912481371", "999930127676"
DEMOLISHED_TOWER = "999969968223"
AT_THE_LIBRARY = {"lat": 52.304199, "lon": -2.663934, "accuracy_m": 6}

Address = dict[str, Any]


async def load(tools: Tools, *files: str | Path, **options: Any) -> LoadReport:
    """Load files of the sample area, or others by their path, and return what came of the last."""
    loader = Loader(tools.database, tools.clock)
    reports = [await loader.load(AREA / file, **options) for file in files]
    return reports[-1]


async def know_the_area(tools: Tools) -> None:
    """Load all of the sample area: what `template` of a module that needs it is filled with."""
    await load(tools, *FILES, "service_boundary.geojson", "neighbour.geojson")


def lister(tools: Tools) -> Deadlines:
    """Return what lists the gazetteer in one process."""
    deal = partial(list_premises, keeper=SnapshotKeeper(tools.database))
    return Deadlines("premises", tools.database, tools.clock, deal)


async def list_gazetteer(desk: System) -> int:
    """Let premises list what it has not listed yet, as it does by itself in a running system; return how many."""
    leader, listed = lister(desk.tools), 0
    while said := await leader.step():
        listed += said
    await desk.settle()
    return listed


async def send(desk: System, address: Address | str | None, **overrides: Any) -> str:
    """Send a visit to an address as a crew does, let it be heard, and return its id."""
    written = {"written": address} if isinstance(address, str) else address
    visit = a_visit(desk.tools.clock.now(), **{"address": written, "station": "71", **overrides})
    crew = await desk.client(Role.FIREFIGHTER, station=visit["station"])
    answer = await crew.post("/api/v1/visits", json={key: value for key, value in visit.items() if value is not None})
    assert answer.status_code == 202, answer.text
    await desk.settle()
    return str(visit["submission_id"])


async def located(desk: System) -> list[PremisesLocated]:
    """Return what was said to be located."""
    return [event for event in await desk.said("premises.located") if isinstance(event, PremisesLocated)]


async def not_located(desk: System) -> list[PremisesNotLocated]:
    """Return what was said to need a person."""
    return [event for event in await desk.said("premises.not-located") if isinstance(event, PremisesNotLocated)]
