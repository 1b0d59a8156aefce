"""A review falls due, is planned for a watch, reaches its tablet, and is done when the crew has been there."""

from datetime import date
from typing import Any

import pytest

from schemas.vocabulary import Role
from services.command_line.demo import load_area
from services.domain.review_dates import add_months
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import a_visit
from tests.journeys.live import INVENTED, some_premises
from tests.journeys.test_a_fault_until_its_repair import publishes
from tests.system import System, a_system

PLANS = "/api/v1/risk-register/plans"


@pytest.fixture
async def whole(tools: Tools) -> System:
    """Return the whole system, with a gazetteer."""
    await load_area(tools, INVENTED)
    return await a_system(tools)


async def sends(system: System, clock: SetClock, uprn: str, **visit: Any) -> str:
    body = a_visit(clock.now(), uprn=uprn, address=None, **visit)
    answer = await (await system.client(Role.FIREFIGHTER)).post("/api/v1/visits", json=body)
    assert answer.status_code == 202, answer.text
    await system.settle()
    return str(body["submission_id"])


async def test_what_is_due_is_planned_asked_of_a_watch_visited_and_done(whole: System, clock: SetClock) -> None:
    uprn = some_premises(500)[0]["premises_id"]
    await publishes(whole, await sends(whole, clock, uprn))
    ((due_on, station),) = await whole.rows("SELECT review_due_on, station FROM risk_register.review_dates")
    assert isinstance(due_on, date)
    month = due_on.replace(day=1)
    clock.move(add_months(month, -2) - clock.now().date())
    desk = await whole.client(Role.RISK_TEAM, name="ada")
    path = f"{PLANS}/{station}/{month:%Y-%m}"
    assert (await desk.post(f"{path}/propose")).json()["visits"] == 1
    moved = {"premises_id": uprn, "change": "MOVE", "watch": "BLUE", "reason": "Blue watch knows the site"}
    assert (await desk.post(f"{path}/adjustments", json=moved)).status_code == 201
    officer = await whole.client(Role.OFFICER_IN_CHARGE, name="oic", station=str(station))
    plan = (await officer.get(path)).json()
    assert [(line["premises_id"], line["why"], line["watch"], line["state"]) for line in plan["lines"]] == [
        (uprn, "due", "BLUE", "planned")
    ]
    assert (await desk.post(f"{path}/publish", json={"version": plan["version"]})).status_code == 200
    await whole.settle()

    crew = await whole.client(Role.FIREFIGHTER, name="ff", station=str(station))
    (card,) = (await crew.get("/api/v1/visits/asked")).json()["asked"]
    assert (card["premises_id"], card["watch_words"], card["due_on"]) == (uprn, "Blue watch", due_on.isoformat())
    (shown,) = (await desk.get("/api/v1/risk-register/map", params={"planned": "true"})).json()["premises"]
    assert (shown["planned"]["watch"], shown["planned"]["station"]) == ("BLUE", station)

    await sends(whole, clock, uprn, review_method="TELEPHONE")
    assert (await officer.get(path)).json()["counts"] == {"asked": 1}, "a telephone review is no visit"
    visit_id = await sends(whole, clock, uprn)
    (line,) = (await officer.get(path)).json()["lines"]
    assert (line["state"], line["visit_id"]) == ("done", visit_id)
    assert (await crew.get("/api/v1/visits/asked")).json()["asked"] == []
    await publishes(whole, visit_id)
    again = (await desk.post(f"{path}/propose")).json()
    assert again["visits"] == 1, "what is done stays in the plan, and comes not again"
    assert await whole.quarantined() == []
