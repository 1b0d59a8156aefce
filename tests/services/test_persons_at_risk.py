"""The persons at risk of an incident: every answer is kept, two stand side by side; who may not know hears nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.control import IncidentChanged
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from tests.builders import NOW
from tests.services.control_site import running
from tests.services.test_control_live import listening, next_change
from tests.system import System

INCIDENTS = "/api/v1/control/incidents"
BOARD = f"{INCIDENTS}/2026-004711/persons-at-risk"
PAGE = BOARD.removeprefix("/api/v1")
CALLER = str(uuid4())


def said(field: str, value: str, *based_on: str, **but: Any) -> dict[str, Any]:
    made = {"entry_id": str(uuid4()), "caller_id": CALLER, "field": field, "value": value, "based_on": based_on}
    return {**made, "said_at": NOW.isoformat(), **but}


async def send(client: httpx.AsyncClient, *entries: dict[str, Any], after: int = 0) -> dict[str, Any]:
    answer = await client.post(BOARD, json={"after": after, "entries": entries})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def an_incident(client: httpx.AsyncClient) -> None:
    body = {"incident_no": "2026-004711", "easting": 300100, "northing": 130200}
    assert (await client.post(INCIDENTS, json=body)).status_code == 200


async def test_two_operators_and_a_cut_line_lose_nothing_and_the_end_is_a_record(
    system: System, clock: SetClock
) -> None:
    ann, bob = await system.client(Role.CONTROL, name="ann"), await system.client(Role.CONTROL, name="bob")
    commander = await system.client(Role.OFFICER_IN_CHARGE)
    await an_incident(ann)
    flat, condition = said("FLAT", "92"), said("CONDITION", "smoke <in> the hall")
    first = await send(ann, said("FLOOR", "9"), flat, condition, said("STATUS", "IN_PLACE"))
    assert (first["cursor"], first["more"], first["not_taken"]) == (4, False, [])
    assert {each["author"] for each in first["entries"]} == {"ann"}
    again = await send(ann, condition, flat, after=4)  # the answer was lost on the way: sent once more
    assert (again["cursor"], again["entries"]) == (4, [])
    one, two = said("FLAT", "93", flat["entry_id"]), said("FLAT", "95", flat["entry_id"])
    assert [each["value"] for each in (await send(ann, one, after=4))["entries"]] == ["93"]
    assert [each["author"] for each in (await send(bob, two, after=4))["entries"]] == ["ann", "bob"]
    shown = (await commander.get(BOARD)).json()
    answers = shown["callers"][0]["answers"]
    assert {(each["value"], each["author"]) for each in answers["FLAT"]} == {("93", "ann"), ("95", "bob")}
    assert (shown["cursor"], [floor["name"] for floor in shown["floors"]], shown["is_open"]) == (6, ["9"], True)
    chosen = said("FLAT", "95", one["entry_id"], two["entry_id"])
    assert (await send(bob, chosen, after=6))["entries"][0]["position"] == 7
    assert [each["value"] for each in (await ann.get(BOARD)).json()["callers"][0]["answers"]["FLAT"]] == ["95"]
    assert len((await commander.get(f"{BOARD}/changes", params={"after": 5})).json()["entries"]) == 2

    clock.move(timedelta(minutes=10))
    assert (await ann.post(f"{INCIDENTS}/2026-004711/close")).json()["is_open"] is False
    clock.move(timedelta(minutes=10))
    late, after_it = said("ADVICE", "stay low"), said("STATUS", "OUT", said_at=clock.now().isoformat())
    closed = await send(ann, late, after_it, after=7)
    assert [each["entry_id"] for each in closed["entries"]] == [late["entry_id"]]
    assert [(each["entry_id"], each["pointer"]) for each in closed["not_taken"]] == [(after_it["entry_id"], "/said_at")]
    record = (await commander.get(f"{PAGE}/record")).text
    for words in ("the board as it was then", "smoke &lt;in&gt; the hall", "93 / 95", "after the end", "stay low"):
        assert words in record
    assert "Reached" not in record
    assert (await ann.post(f"{INCIDENTS}/2026-004711/reopen")).status_code == 200
    assert (await send(ann, after_it, after=8))["not_taken"] == []


async def test_what_is_on_it_is_for_control_the_commander_and_appliances_alone(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    ann, risk_team = await system.client(Role.CONTROL), await system.client(Role.RISK_TEAM)
    await an_incident(ann)
    secret = "unconscious behind the door"
    async with running(system) as site:
        async with listening(site, Role.MDT) as mdt, listening(site, Role.RISK_TEAM) as others:
            await send(ann, said("CONDITION", secret))
            assert (await next_change(mdt)).data.keys() == {"incident_no", "changed_at"}
            await ann.post(f"{INCIDENTS}/2026-004711/close")
            heard = await next_change(others)
            assert (heard.event, heard.data["is_open"]) == ("incident", False)
        async with listening(site, Role.RISK_TEAM, params={"after": 0}) as others:
            missed = [(await next_change(others)).event for _ in range(2)]
            assert missed == ["incident", "incident"]
    for path in (BOARD, f"{BOARD}/changes", PAGE, f"{PAGE}/record"):
        assert (await risk_team.get(path)).status_code == 403
        assert (await (await system.client(Role.MDT)).get(path)).status_code == 200
    assert "Persons at risk" not in (await risk_team.get("/control/incidents/2026-004711")).text
    kept = await system.rows(
        "SELECT payload::text, '' FROM platform.event_log UNION SELECT details::text, action FROM platform.history"
    )
    assert len(kept) > 2
    assert not [row for row in kept if secret in str(row) or "at risk" in str(row)]
    assert secret not in caplog.text
    assert [each for each in await system.said("control.incident-changed") if isinstance(each, IncidentChanged)]


async def test_what_is_malformed_or_about_no_incident_is_refused_and_nothing_is_kept(system: System) -> None:
    ann = await system.client(Role.CONTROL)
    assert (await ann.get(BOARD)).status_code == 404
    assert (await ann.post(BOARD, json={"entries": [said("FLAT", "1")]})).status_code == 404
    await an_incident(ann)
    assert "Nobody was put on the board" in (await ann.get(f"{PAGE}/record")).text
    wrong = [{"entry_id": "1"}, {"field": "NAME"}, {"value": "x" * 501}, {"said_at": "now"}, {"author": "bob"}]
    for each in wrong:
        answer = await ann.post(BOARD, json={"entries": [{**said("FLAT", "1"), **each}]})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/entries/0/{next(iter(each))}"]
    assert (await ann.get(BOARD)).json()["callers"] == []
    assert (await send(ann, said("STATUS", "FINE"), said("HOW_MANY", "2")))["not_taken"][0]["pointer"] == "/value"
    for _ in range(5):
        await send(ann, *(said("CONDITION", "smoke", caller_id=str(uuid4())) for _ in range(80)))
    first, second = [(await ann.get(f"{PAGE}/record", params={"page": number})).text for number in (1, 2)]
    assert ("1 to 400 of 401" in first, "401 of 401" in second) == (True, True)
    assert ("By floor and flat" in first, "By floor and flat" in second) == (True, False)
