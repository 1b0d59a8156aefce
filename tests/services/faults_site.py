"""A high-rise block whose responsible person reports faults, in a test: accounts, premises, reports."""

from typing import Any

import httpx

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

HOUSE, OTHER = "999900000021", "999900000022"
FAULTS = "/api/v1/faults"
ACCOUNTS = "/api/v1/risk-register/responsible-persons"
SECRET_NAME, SECRET_PHONE = "Quillon Zephyr", "01632 960777"


async def a_site(tools: Tools, *services: str) -> Desk:
    """Return the register (and more services) with two blocks, the first of which `harbour` answers for."""
    desk = Desk(await a_system(tools, services or ("risk_register", "control")))
    for place, name in ((HOUSE, "Marlowe House"), (OTHER, "Kyd House")):
        await desk.receive(located(a_premises(place, name=name, address="12 King Street, Wexcombe")))
    await give(desk, "harbour", HOUSE)
    return desk


async def give(desk: Desk, account: str, premises_id: str) -> dict[str, Any]:
    """Let an account report faults at a premises."""
    protection = await desk.system.client(Role.PROTECTION)
    body = {"account": account, "organisation": "Harbour Homes", "premises_id": premises_id}
    answer = await protection.post(ACCOUNTS, json=body)
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def responsible(desk: Desk, name: str = "harbour") -> httpx.AsyncClient:
    """Return a responsible person who is signed in."""
    return await desk.system.client(Role.RESPONSIBLE_PERSON, name=name, station=None)


def a_fault(**overrides: Any) -> dict[str, Any]:
    """Return a report of a dry riser that has been out of order since this morning."""
    body = {
        "reference": "JOB-1",
        "premises_id": HOUSE,
        "kind": "DRY_RISER",
        "location": "North stair",
        "since": NOW.replace(hour=9, minute=0).isoformat(),
        "expected_on": None,
        "contact_name": SECRET_NAME,
        "contact_phone": SECRET_PHONE,
    }
    return body | overrides


async def report(desk: Desk, who: httpx.AsyncClient, **overrides: Any) -> httpx.Response:
    """Report a fault, and let everybody hear of it."""
    answer = await who.post(FAULTS, json=a_fault(**overrides))
    await desk.system.settle()
    return answer


async def on_screen(desk: Desk, premises_id: str = HOUSE) -> list[tuple[str, str, str]]:
    """Return what control reads of temporary risks: what, when, and on whose word."""
    control = await desk.system.client(Role.CONTROL)
    found = (await control.get(f"/api/v1/control/premises/{premises_id}")).json()["temporary"]
    return [(each["what"], each["says"], each["said_by"]) for each in found]
