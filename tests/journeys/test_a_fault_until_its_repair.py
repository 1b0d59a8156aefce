"""A riser out of order is referred, stands on control's screen for a while, is repaired, and leaves it by a person."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.command_line.demo import load_area
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_visit
from tests.journeys.live import INVENTED, some_premises
from tests.system import System, a_system

RISER = {"kind": "DRY_RISER", "location": "NW stair"}
BROKEN = {**RISER, "status": "FAULT", "fault_since": (NOW - timedelta(days=3)).isoformat()}
FLATS = {
    "premises_class": "FLATS_HIGH",
    "sib": {"present": True, "location": "Lobby"},
    "staircases": 1,
    "assembly_point": "Car park",
}
SECRET = "zephyrquill"


@pytest.fixture
async def whole(tools: Tools) -> System:
    """Return the whole system, with a gazetteer."""
    await load_area(tools, INVENTED)
    return await a_system(tools)


async def sends(system: System, clock: SetClock, uprn: str, **visit: Any) -> str:
    body = a_visit(clock.now(), uprn=uprn, address=None, **FLATS, **visit)
    answer = await (await system.client(Role.FIREFIGHTER)).post("/api/v1/visits", json=body)
    assert answer.status_code == 202, answer.text
    await system.settle()
    return str(body["submission_id"])


async def publishes(system: System, visit_id: str) -> None:
    for name, role in (("ada", Role.RISK_TEAM), ("mel", Role.RISK_TEAM_MANAGER)):
        desk = await system.client(role, name=name)
        for move in ("claim", "publish"):
            of_visit = (
                f"SELECT version, CAST(state AS text) FROM risk_register.review_items WHERE visit_id = '{visit_id}'"
            )
            ((version, state),) = await system.rows(of_visit)
            if str(state).startswith("PUBLISHED"):
                return
            path = f"/api/v1/risk-register/queue/{visit_id}/{move}"
            answer = await desk.post(path, json={"version": version})
            assert answer.status_code == 200, answer.text
            await system.settle()


async def on_screen(system: System, uprn: str) -> list[tuple[str, str]]:
    control = await system.client(Role.CONTROL)
    answer: httpx.Response = await control.get(f"/api/v1/control/premises/{uprn}")
    assert SECRET not in answer.text
    return [(each["what"], each["says"]) for each in answer.json()["temporary"]]


async def test_a_fault_is_shown_until_a_crew_saw_it_working_and_a_reviewer_published_that(
    whole: System, clock: SetClock
) -> None:
    uprn = some_premises(500)[0]["premises_id"]
    concern = {"kind": "SG3", "note": SECRET, "consent_state": "GIVEN"}
    first = await sends(whole, clock, uprn, systems=[BROKEN], referrals=[concern])
    assert await on_screen(whole, uprn) == [("Dry riser FAULT, NW stair", "until 20 Dec")]
    assert await whole.rows("SELECT kind FROM referrals.referrals WHERE kind = 'BS4'") == [("BS4",)]
    await publishes(whole, first)

    clock.move(timedelta(days=35))
    assert await on_screen(whole, uprn) == [("Dry riser FAULT, NW stair", "ended on 20 Dec: to be confirmed")]
    repaired = await sends(whole, clock, uprn, systems=[{**RISER, "status": "WORKING"}])
    assert len(await on_screen(whole, uprn)) == 1, "a crew alone lowers nothing"
    await publishes(whole, repaired)
    assert await on_screen(whole, uprn) == []

    desk = await whole.client(Role.RISK_TEAM, name="ada")
    ((risk_id,),) = await whole.rows("SELECT risk_id FROM risk_register.temporary_risks")
    kept = (await desk.get(f"/api/v1/risk-register/temporary-risks/{risk_id}")).json()
    assert (kept["state"], kept["because"]) == ("ENDED", "SEEN_WORKING")
    done = [line["action"] for line in kept["history"]]
    assert (done[0], done[-1]) == ("raised", "ended")
    assert SECRET not in str(await whole.rows("SELECT details FROM platform.history"))
    assert await whole.quarantined() == []
