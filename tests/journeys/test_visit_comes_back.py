"""A crew is asked to a building, sends what it found, gets it back, mends it, and learns what came of it."""

from datetime import timedelta
from math import hypot
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.command_line.demo import load_area
from services.shared.clock import SetClock
from services.shared.identifiers import new_id
from services.shared.service import Tools
from tests.builders import a_visit
from tests.journeys.live import INVENTED, some_premises
from tests.system import System, a_system

VISITS = "/api/v1/visits"
QUEUE = "/api/v1/risk-register/queue"
HOUR = timedelta(hours=1)
SECRET = "zephyrquill"
# Where station 71 of the invented borough stands, in the middle of its ground: metres on EPSG:27700.
STATION, AT_STATION = "71", (355098.0, 267752.0)


@pytest.fixture
async def whole(tools: Tools) -> System:
    """Return the whole system, with a gazetteer."""
    await load_area(tools, INVENTED)
    return await a_system(tools)


class Journey:
    """One building, its crew, a reviewer, and the time as it goes by."""

    def __init__(self, system: System, clock: SetClock, uprn: str) -> None:
        self.system = system
        self.clock = clock
        self.uprn = uprn

    async def crew(self) -> httpx.AsyncClient:
        return await self.system.client(Role.FIREFIGHTER, station=STATION)

    async def sends(self, **visit: Any) -> str:
        self.clock.move(HOUR)
        body = a_visit(self.clock.now(), **{"uprn": self.uprn, "address": None, "station": STATION, **visit})
        answer = await (await self.crew()).post(VISITS, json=body)
        assert answer.status_code == 202, answer.text
        await self.system.settle()
        return str(body["submission_id"])

    async def decides(self, visit_id: str, move: str, **given: Any) -> None:
        ada = await self.system.client(Role.RISK_TEAM, name="ada")
        for each, body in (("claim", {}), (move, given)):
            rows = await self.system.rows(
                f"SELECT version FROM risk_register.review_items WHERE visit_id = '{visit_id}'"
            )
            answer = await ada.post(f"{QUEUE}/{visit_id}/{each}", json={"version": rows[0][0], **body})
            assert answer.status_code == 200, answer.text
            await self.system.settle()

    async def told(self, path: str, **params: str) -> dict[str, Any]:
        answer = await (await self.crew()).get(path, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
async def journey(whole: System, clock: SetClock) -> Journey:
    east, north = AT_STATION
    nearest = min(
        some_premises(500), key=lambda one: hypot(float(one["easting"]) - east, float(one["northing"]) - north)
    )
    return Journey(whole, clock, nearest["premises_id"])


async def test_a_visit_comes_back_is_mended_and_is_published(journey: Journey) -> None:
    concern = {"kind": "SG3", "note": SECRET, "consent_state": "GIVEN"}
    exits = {"kind": "BS3", "note": "No extinguishers"}
    first = await journey.sends(referrals=[concern, exits], roof="Felt")
    await journey.decides(first, "return", reason="One thing", comments={"roof": "Which roof is it?"})
    cursor = (await journey.told(f"{VISITS}/changes"))["cursor"]
    given = await journey.told(f"{VISITS}/{first}/content")
    assert given["comments"] == [{"pointer": "/roof", "words": "Which roof is it?"}]
    assert SECRET not in str(given)

    journey.clock.move(HOUR)
    mended = {
        **given["content"],
        "submission_id": str(new_id(journey.clock.now())),
        "submitted_at": journey.clock.now().isoformat(),
        "amends": first,
        "roof": "Slate",
    }
    answer = await (await journey.crew()).post(VISITS, json=mended)
    assert answer.status_code == 202, answer.text
    await journey.system.settle()
    await journey.decides(mended["submission_id"], "publish")

    told = await journey.told(f"{VISITS}/changes", since=cursor)
    states = {visit["submission_id"]: visit["state_words"] for visit in told["visits"]}
    assert states == {first: "Sent again", mended["submission_id"]: "Published"}
    kinds = await journey.system.rows("SELECT kind FROM referrals.referrals WHERE kind = 'BS3'")
    assert kinds == [("BS3",)], "the desk is told once"
    assert await journey.system.rows("SELECT count(*) FROM safeguarding.cases") == [(1,)], "the concern stands"
    assert await journey.system.quarantined() == []


async def test_a_crew_begins_from_its_pack_and_what_it_was_asked_for_leaves_its_list(journey: Journey) -> None:
    await journey.decides(await journey.sends(roof="Felt"), "publish")
    ada = await journey.system.client(Role.RISK_TEAM, name="ada")
    asked = {
        "premises_id": journey.uprn,
        "reason": "Look at the roof again",
        "due_on": "2026-12-18",
        "station": STATION,
    }
    assert (await ada.post("/api/v1/risk-register/asks", json=asked)).status_code == 201
    await journey.system.settle()
    (ask,) = (await journey.told(f"{VISITS}/asked"))["asked"]
    pack = await journey.told("/api/v1/control/device-pack")
    (premises,) = [one for one in pack["premises"] if one["premises_id"] == ask["premises_id"]]
    roof = next(fact for fact in premises["facts"] if fact["path"] == "/roof")
    assert (roof["value"], roof["seen_by_method"], premises["record_version"]) == ("Felt", "PHYSICAL", 1)
    score = {fact["path"]: fact for fact in premises["facts"] if fact["path"] in ("/likelihood", "/severity")}
    assert score["/likelihood"]["words"] == "2 Unlikely, as S1P1 judged"
    assert score["/severity"]["value"] == {"FF": 2, "PUB": 2, "ENV": 1, "COM": 1, "HER": 0, "ECO": 1}
    assert score["/severity"]["seen_at"] == roof["seen_at"]

    visit_id = await journey.sends(visit_kind="REVIEW", base_record_version=premises["record_version"], roof="Slate")
    assert (await journey.told(f"{VISITS}/asked"))["asked"] == []
    await journey.decides(visit_id, "publish")
    new = await journey.told("/api/v1/control/device-pack", since=pack["cursor"])
    (premises,) = new["premises"]
    facts = {fact["path"]: fact["value"] for fact in premises["facts"]}
    assert (premises["record_version"], facts["/roof"]) == (2, "Slate")
    assert await journey.system.quarantined() == []
