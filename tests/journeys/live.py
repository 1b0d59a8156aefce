"""The whole system as `ravi run` starts it: a real web server, real consumers, the machine's own clock."""

import asyncio
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from schemas.vocabulary import Role
from services.command_line.demo import bearer, load_area
from services.command_line.play import Played, look_again
from services.command_line.sample import DEMO, Sample
from services.command_line.wiring import SERVICES, Server, assemble
from services.shared.service import Tools
from tests.builders import a_visit
from tests.journeys.toy import until
from tests.services.control_site import ANY_PORT, address_of

INVENTED = Sample("the invented borough", DEMO / "area", ())


@dataclass(frozen=True)
class Live:
    """A running system, with a client for each role."""

    tools: Tools
    address: str

    @asynccontextmanager
    async def client(self, role: Role) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client that is signed in with a role's token."""
        headers = await bearer(self.tools, role)
        async with httpx.AsyncClient(base_url=self.address, headers=headers, timeout=30) as client:
            yield client


@asynccontextmanager
async def live_system(tools: Tools) -> AsyncIterator[Live]:
    """Run all services on the invented area for the length of a block."""
    await load_area(tools, INVENTED)
    application, _ = assemble(tools, list(SERVICES), relays=True)
    server = Server(application, ANY_PORT)
    serving = asyncio.create_task(server.serve())
    await server.until_ready()
    try:
        yield Live(tools, address_of(server))
    finally:
        server.should_exit = True
        await serving


def some_premises(count: int) -> list[dict[str, str]]:
    """Return premises of the invented area that stand alone, are in use, and are not flats."""
    with (DEMO / "area" / "premises.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["parent_id"] and row["logical_status"] == "1"]
    houses = [row for row in rows if row["classification"].startswith("RD")]
    return houses[:count]


def a_visit_with_acetylene(premises_id: str, **more: Any) -> dict[str, Any]:
    """Return a visit to a premises that reports something safety-critical: two acetylene cylinders."""
    cylinder = {"code": "CYL_ACETYLENE", "count": 2, "location": "workshop, rear"}
    body = a_visit(datetime.now(UTC), uprn=premises_id, hazards=[cylinder], none_found=False, **more)
    del body["address"]
    return body


async def all_rest(address: str, sent: list[Played]) -> None:
    """Wait until every visit that was taken has come to rest, then look at each once more."""
    async with httpx.AsyncClient(base_url=address) as device:

        async def rest() -> bool:
            for played in sent:
                if not played.has_come_to_rest():
                    await look_again(device, played)
            return all(played.has_come_to_rest() for played in sent)

        await until(rest, seconds=90, what="rest for every visit")
