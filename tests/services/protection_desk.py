"""Protection's desk in a test: a gazetteer of three premises, and what is entered by hand and fed."""

from typing import Any

import httpx

from schemas.premises import ListedPremises, PremisesListed
from schemas.protection import FireSafetyUpdated
from schemas.vocabulary import Role
from tests.builders import NOW
from tests.system import System

SHOP, BLOCK, FLAT = "999900000014", "999900000100", "999900000101"
TODAY = NOW.date()
SOURCE = "protection system"
FEED = "/api/v1/protection/feed"

LISTED = (
    ListedPremises(
        premises_id=SHOP,
        name="Vale Stores",
        address="4 High Street, Wexcombe",
        postcode="XQ1 1AA",
        easting=354830,
        northing=267550,
    ),
    ListedPremises(premises_id=BLOCK, name="Marlowe House", address="12 King Street, Wexcombe", postcode="XQ1 4AB"),
    ListedPremises(premises_id=FLAT, address="Flat 1, 12 King Street, Wexcombe", postcode="XQ1 4AB", parent_id=BLOCK),
)


class Protection:
    """Protection's officers and the systems that feed them."""

    def __init__(self, system: System) -> None:
        self.system = system

    async def list_premises(self, *entries: ListedPremises, generation: int = 1) -> None:
        """Let the gazetteer list some premises."""
        event = PremisesListed(part_id="0", generation=generation, entries=entries or LISTED)
        await self.system.say(event, source="premises")
        await self.system.settle()

    async def officer(self, name: str = "pat") -> httpx.AsyncClient:
        """Return a protection officer at the desk."""
        return await self.system.client(Role.PROTECTION, name=name)

    async def feed(self, kind: str, *lines: dict[str, Any], source: str = SOURCE) -> dict[str, Any]:
        """Feed lines by the interface, and return what became of them."""
        answer = await (await self.officer("feed")).post(f"{FEED}/{kind}", json={"source": source, "lines": lines})
        assert answer.status_code == 200, answer.text
        await self.system.settle()
        done: dict[str, Any] = answer.json()
        return done

    async def said(self, premises_id: str | None = None) -> list[FireSafetyUpdated]:
        """Return what was said of one building, or of all."""
        events = [each for each in await self.system.said("protection.updated") if isinstance(each, FireSafetyUpdated)]
        return [each for each in events if premises_id in (None, each.premises_id)]


def a_line(**fields: Any) -> dict[str, Any]:
    """Return a line of the feed of notices: a prohibition at the shop, since today."""
    line = {"reference": "N1", "premises_id": SHOP, "kind": "PROHIBITION", "from": TODAY.isoformat()}
    return line | {"restricts": "No sleeping above the ground floor"} | fields


def a_fire(number: str, on: str, **fields: Any) -> dict[str, Any]:
    """Return a line of the feed of incidents: a fire at the shop."""
    return {"incident_no": number, "premises_id": SHOP, "kind": "FIRE", "call_time": on} | fields


def an_audit(**fields: Any) -> dict[str, Any]:
    """Return a line of the feed of audits: the shop was found broadly non-compliant."""
    line = {"reference": "A1", "premises_id": SHOP, "audited_on": TODAY.isoformat(), "kind": "full"}
    return line | {"result": "BROADLY_NON_COMPLIANT", "summary": "Rear exit blocked|No detection in the store"} | fields
