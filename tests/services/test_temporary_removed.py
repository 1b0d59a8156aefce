"""Temporary risks and reported faults are removed 13 months after their end: words and all, and that is noted."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.vocabulary import Role
from services.risk_register.handlers.removing import REMOVED, Removing
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.services.faults_site import FAULTS, HOUSE, a_site, on_screen, report, responsible
from tests.services.risk_register_desk import Desk

RISKS = "/api/v1/risk-register/temporary-risks"
SECRET = "zephyrquill"
DAY = timedelta(days=1)
# What was said and what was shown then is evidence, and is not altered; nobody is shown the words any more.
EVIDENCE = {"platform.event_log", "control.shown_history"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register and control, with a block for which a responsible person answers."""
    return await a_site(tools)


async def with_the_secret(desk: Desk) -> set[str]:
    """Return the tables that hold the secret word, in whatever column."""
    tables = await desk.system.rows(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
        "AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    )
    found = set()
    for (name,) in tables:
        ((times,),) = await desk.system.rows(f"SELECT count(*) FROM {name} AS kept WHERE kept::text ILIKE '%{SECRET}%'")
        if times:
            found.add(str(name))
    return found


async def remove(desk: Desk, tools: Tools) -> int:
    return await Deadlines("risk_register", tools.database, tools.clock, Removing(tools.vault).remove).step()


async def raised_and_ended_by_hand(desk: Desk) -> str:
    """Return the number of a temporary risk with the secret in all its words, renewed and ended."""
    ada = await desk.reviewer()
    body: dict[str, Any] = {"premises_id": HOUSE, "owner": f"{SECRET} Ltd", "starts_on": "2026-11-22"}
    body |= {"what": f"Scaffold by {SECRET}", "why": f"{SECRET} rang", "ends_on": "2026-12-01"}
    raised = await ada.post(RISKS, json=body)
    path = f"{RISKS}/{raised.json()['risk_id']}"
    renewed = {"version": 1, "reason": f"{SECRET} goes on", "ends_on": "2026-12-20"}
    assert (await ada.post(f"{path}/renew", json=renewed)).status_code == 200
    await desk.system.settle()
    assert len(await on_screen(desk)) == 1
    assert (await ada.post(f"{path}/end", json={"version": 2, "reason": f"{SECRET} left"})).status_code == 200
    return str(raised.json()["risk_id"])


async def test_after_13_months_nothing_of_what_it_said_is_kept_or_shown(
    desk: Desk, tools: Tools, clock: SetClock
) -> None:
    risk_id = await raised_and_ended_by_hand(desk)
    harbour = await responsible(desk)
    words = {"location": f"Stair {SECRET}", "contact_name": SECRET, "reference": SECRET}
    number = (await report(desk, harbour, **words)).json()["number"]
    open_one = (await report(desk, harbour, reference="open", location="Lobby")).json()["number"]
    while_shown = clock.now()
    clock.move(DAY)
    repaired = await harbour.post(f"{FAULTS}/{number}/repaired", json={"repaired_at": while_shown.isoformat()})
    assert repaired.status_code == 200
    await desk.system.settle()
    assert await with_the_secret(desk) - EVIDENCE == {
        "risk_register.temporary_risks", "risk_register.temporary_changes", "risk_register.faults",
    }  # fmt: skip

    clock.move(timedelta(days=393))  # 21 December 2027
    assert await remove(desk, tools) == 0
    control = await desk.system.client(Role.CONTROL)
    then = f"/api/v1/control/premises/{HOUSE}?as_of={while_shown.isoformat().replace('+00:00', 'Z')}"
    assert SECRET in (await control.get(then)).text
    clock.move(2 * DAY)
    assert await remove(desk, tools) == 1, "what ended on 22 November, the day after its 13 months"
    clock.move(DAY)
    assert await remove(desk, tools) == 2, "a day later the fault that was repaired a day later, and its temporary risk"
    assert await remove(desk, tools) == 0
    assert await with_the_secret(desk) <= EVIDENCE
    assert SECRET not in (await control.get(then)).text
    assert len(await on_screen(desk)) == 1, "what is open stays"
    ada = await desk.reviewer()
    assert (await ada.get(f"{RISKS}/{risk_id}")).status_code == 404
    harbour = await responsible(desk)
    assert (await harbour.get(f"{FAULTS}/{number}")).status_code == 404
    assert (await harbour.get(f"{FAULTS}/{open_one}")).status_code == 200
    noted = await desk.system.rows(
        f"SELECT record FROM platform.history WHERE action = '{REMOVED}' AND record LIKE 'fault/%'"
    )
    assert noted == [(f"fault/{number}",)]
    keys = await desk.system.rows("SELECT wrapped_key IS NULL FROM risk_register.sealing_keys ORDER BY 1")
    assert keys == [(False,), (True,)]
