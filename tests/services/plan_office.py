"""An office that plans visits in a test: records that are due, premises with no record, and the routes of the plans."""

from typing import Any

import httpx

from schemas.premises import ListedPremises
from schemas.vocabulary import Role
from services.shared.rows import inserting, keep
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.gap_county import hear
from tests.services.risk_register_desk import Desk
from tests.services.test_risk_register_due import dated, given_dates

PLANS = "/api/v1/risk-register/plans"
DECEMBER = "2026-12"
WHY = "The occupier asked for another day"
RECORD = inserting("risk_register.records", columns=("premises_id", "version", "revision", "premises", "changed_at"))


def due_record(number: int, level: int | None, due_in: int | None, station: str = "S1", **other: Any) -> dict[str, Any]:
    """Return when a record must be seen again, of a premises that lies a little apart from all others."""
    return dated(number, level, due_in, station, name=f"House {number}", **other)


async def given_records(tools: Tools, *rows: dict[str, Any]) -> None:
    """Keep records that must be seen again, each with its place."""
    await given_dates(tools.database, *rows)
    records = []
    for at, row in enumerate(rows):
        premises = a_premises(row["premises_id"], name=row["name"], address=row["address"])
        place = premises.place.model_copy(
            update={
                "longitude": -2.7 + at % 23 / 400,
                "latitude": 52.3 + at // 23 / 400,
                "station_ground": row["station"],
            }
        )
        premises = premises.model_copy(update={"place": place})
        about = {"premises_id": row["premises_id"], "premises": premises, "changed_at": NOW}
        records.append({**about, "version": 1, "revision": 1})
    async with tools.database.reading() as session:
        await keep(session, RECORD, records)
        await session.commit()


async def given_hotel(tools: Tools, number: int = 900, **other: Any) -> str:
    """Let the register hear of a hotel that has no record; return its number."""
    hotel = ListedPremises(
        premises_id=f"{number:012}",
        name=f"Hotel {number}",
        address=f"{number} Quay Street, Wexcombe",
        postcode="XQ1 1AA",
        easting=352700.0,
        northing=276900.0,
        classification="CH03",
        station_ground="S1",
    )
    await hear(tools, [hotel.model_copy(update=other)])
    return hotel.premises_id


class Office(Desk):
    """The risk team at its plans, and the crews that are asked."""

    async def read(self, station: str = "S1", month: str = DECEMBER, **asked: Any) -> dict[str, Any]:
        """Return a plan as it is told."""
        return await self._answer(await (await self.reviewer()).get(f"{PLANS}/{station}/{month}", params=asked))

    async def act(self, what: str, station: str = "S1", month: str = DECEMBER, **body: Any) -> dict[str, Any]:
        """Propose or publish a plan, on its present version."""
        if what == "publish":
            body.setdefault("version", (await self.read(station, month))["version"])
        answer = await (await self.reviewer()).post(f"{PLANS}/{station}/{month}/{what}", json=body)
        await self.system.settle()
        return await self._answer(answer)

    async def change(
        self, number: int | str, change: str, who: httpx.AsyncClient | None = None, station: str = "S1", **body: Any
    ) -> httpx.Response:
        """Change the line of a premises by hand."""
        given = {"premises_id": f"{number:0>12}", "change": change, "reason": WHY, **body}
        answer = await (who or await self.reviewer()).post(f"{PLANS}/{station}/{DECEMBER}/adjustments", json=given)
        await self.system.settle()
        return answer

    async def take_back(self, adjustment_id: str, who: httpx.AsyncClient | None = None) -> httpx.Response:
        """Take a change back."""
        path = f"{PLANS}/S1/{DECEMBER}/adjustments/{adjustment_id}/take-back"
        answer = await (who or await self.reviewer("bea")).post(path)
        await self.system.settle()
        return answer

    async def watches(self, state: str | None = None) -> dict[int, str]:
        """Return which watch has which premises of the plan, in order; all that are in it, or that stand so."""
        lines = (await self.read())["lines"]
        wanted = [line for line in lines if (line["state"] == state if state else line["is_in"])]
        return {int(line["premises_id"]): line["watch"] for line in wanted}

    async def asked(self, station: str = "S1") -> dict[int, str]:
        """Return what a station's crews find on their tablets: which premises, and of which watch."""
        crew = await self.system.client(Role.FIREFIGHTER, name=f"ff-{station}", station=station)
        found = (await crew.get("/api/v1/visits/asked")).json()["asked"]
        return {int(each["premises_id"]): each["watch_words"] for each in found}

    async def officer(self, station: str | None = "S1") -> httpx.AsyncClient:
        """Return the officer in charge of a station."""
        return await self.system.client(Role.OFFICER_IN_CHARGE, name=f"oic-{station}", station=station)

    async def _answer(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found
