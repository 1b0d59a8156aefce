"""Several visits at once: shown first, then done to those that nothing stands against, and never to a danger."""

from typing import Any

import httpx
import pytest
from sqlalchemy import event

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import System

HTML = {"Accept": "text/html"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def ticked(desk: Desk, *visits: str) -> list[str]:
    return [f"{visit_id}.{(await desk.item(visit_id))['version']}" for visit_id in visits]


async def look(desk: Desk, who: httpx.AsyncClient, action: str, *visits: str, **form: Any) -> str:
    """Return what the page before the confirmation says, in plain words."""
    data = {"action": action, "visit": await ticked(desk, *visits), **form}
    answer = await who.post("/review/bulk/look", data=data, headers=HTML)
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


async def act(desk: Desk, who: httpx.AsyncClient, action: str, values: list[str]) -> httpx.Response:
    answer = await who.post("/review/bulk", data={"action": action, "visit": values, "show": "all"}, headers=HTML)
    await desk.system.settle()
    return answer


async def states(desk: Desk, *visits: str) -> list[str]:
    return [(await desk.item(visit_id))["state"] for visit_id in visits]


async def test_what_happens_to_each_is_shown_before_it_is_done_and_a_danger_is_never_among_them(desk: Desk) -> None:
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    shops = [await desk.receive(located(a_premises(str(number), name=f"Shop {number}"))) for number in range(3)]
    danger = await desk.receive(located(a_premises("9", name="Yard"), hazards=[ACETYLENE], none_found=False))
    await desk.decide(ben, shops[2], "claim")
    page = await look(desk, ada, "claim", *shops, danger, show="all")
    assert "Nothing is done yet. 2 of 4 would be changed" in page
    assert "it is safety-critical: open it by itself" in page
    assert "ben is working on it" in page
    assert page.count("It is yours until") == 2
    assert 'href="/review?show=all"' in page
    assert await states(desk, *shops, danger) == ["QUEUED", "QUEUED", "CLAIMED", "QUEUED"], "nothing is done yet"
    values = await ticked(desk, *shops, danger)
    answer = await act(desk, ada, "claim", values)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?show=all")
    assert await states(desk, *shops, danger) == ["CLAIMED", "CLAIMED", "CLAIMED", "QUEUED"]
    assert [(await desk.item(each))["claimed_by"] for each in shops] == ["ada", "ada", "ben"]
    again = await look(desk, ada, "claim", *shops[:1])
    assert "0 of 1" not in again
    await act(desk, ada, "release", await ticked(desk, *shops))
    assert await states(desk, *shops) == ["QUEUED", "QUEUED", "CLAIMED"]
    nothing = await ada.post("/review/bulk/look", data={"action": "claim"}, headers=HTML)
    assert (nothing.status_code, nothing.headers["location"]) == (303, "/review")
    assert (await ada.post("/review/bulk/look", data={"action": "reject"}, headers=HTML)).status_code == 422
    control = await desk.system.client(Role.CONTROL)
    assert (await control.post("/review/bulk", data={"action": "claim"})).status_code == 403


async def test_plain_visits_are_published_at_once_and_what_needs_a_look_is_not(desk: Desk) -> None:
    ada = await desk.reviewer()
    known = a_premises("5", name="Known Works")
    severe = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 4)
    await desk.publish(await desk.receive(located(known, likelihood=4, severity=severe, critical_facts=["Steep roof"])))
    plain = [await desk.receive(located(a_premises(str(number), name=f"Shop {number}"))) for number in range(2)]
    lowers = await desk.receive(located(known, visit_kind="CHANGE", base_record_version=1))
    own = await desk.receive(located(a_premises("6", name="Own"), lead_officer_id="ada"))
    twice = [await desk.receive(located(a_premises("7", name="Twice"), roof=roof)) for roof in ("Felt", "Slate")]
    corrected = await desk.receive(located(a_premises("8", name="Corrected"), roof="Felt"))
    every = [*plain, lowers, own, *twice, corrected]
    for visit_id in every:
        assert (await desk.decide(ada, visit_id, "claim")).status_code == 200
    body = {"version": (await desk.item(corrected))["version"], "fact": "roof", "value": "Tin", "reason": "By the plan"}
    await ada.post(f"/api/v1/risk-register/queue/{corrected}/corrections", json=body)
    page = await look(desk, ada, "publish", *every)
    assert "2 of 7 would be changed" in page
    for words in (
        "it would lower the level: open it by itself",
        "the author of a visit cannot decide on it",
        "another visit to its building is ticked too",
        "a reviewer has changed it",
        "Version 1 is published, with",
    ):
        assert words in page, words
    shown = await ticked(desk, *every)
    await desk.decide(ada, plain[1], "claim")  # renewed in another window: held as before
    await act(desk, ada, "publish", shown)
    assert await states(desk, *every) == ["PUBLISHED"] * 2 + ["CLAIMED"] * 5
    records = {one.premises_id: one.record for one in await desk.shown()}
    assert records["0"].version == records["1"].version == 1
    history = await desk.system.rows("SELECT count(*) FROM platform.history WHERE details @> '{\"in_bulk\": true}'")
    assert history == [(2,)]
    await act(desk, ada, "publish", shown)
    assert await states(desk, *plain) == ["PUBLISHED"] * 2, "an old page changes nothing"


async def test_a_bulk_costs_as_many_statements_for_ten_as_for_two(desk: Desk, tools: Tools) -> None:
    ada, statements = await desk.reviewer(), list[str]()
    visits = [await desk.receive(located(a_premises(str(number)))) for number in range(12)]

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    async def cost(some: list[str], action: str) -> int:
        values = await ticked(desk, *some)
        event.listen(tools.database.engine.sync_engine, "before_cursor_execute", count)
        statements.clear()
        answer = await ada.post("/review/bulk", data={"action": action, "visit": values})
        event.remove(tools.database.engine.sync_engine, "before_cursor_execute", count)
        assert answer.status_code == 303
        return len(statements)

    for action in ("claim", "publish"):
        few, many = await cost(visits[:2], action), await cost(visits[2:], action)
        assert few == many, action
    assert await states(desk, *visits) == ["PUBLISHED"] * 12
