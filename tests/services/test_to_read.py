"""Each watch is asked to have read what changed; who opened it says so; who opened what is searched."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.risk_register import RiskRecord, RiskScore
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.control_records import MARLOWE, a_record, high_rise_facts, updated
from tests.system import System, a_system

TO_READ = "/api/v1/control/to-read"
WATCHES = "/api/v1/control/to-read/watches"
READS = "/api/v1/control/reads"
RECORD = f"/api/v1/control/premises/{MARLOWE}"
PAGE = f"/control/premises/{MARLOWE}"
DAY = timedelta(days=1)


@pytest.fixture
async def system(tools: Tools) -> System:
    """Return control alone."""
    return await a_system(tools, ("control",))


def on_ground(revision: int, version: int, station: str | None = "S1", **overrides: Any) -> RiskRecord:
    """Return Marlowe House as it is published on the ground of a station."""
    found = a_premises(MARLOWE, name="Marlowe House", address="King Street, Wexcombe", postcode="XQ1 4AB")
    place = found.place.model_copy(update={"station_ground": station})
    premises = found.model_copy(update={"place": place})
    return a_record(revision=revision, version=version, premises=premises, **overrides)


async def publish(system: System, *records: RiskRecord) -> None:
    await system.say(*(updated(record) for record in records))
    await system.settle()


async def listed(client: httpx.AsyncClient, watch: str = "RED") -> dict[str, Any]:
    answer = await client.get(TO_READ, params={"watch": watch})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_watch_acknowledges_only_what_was_opened_and_takes_it_back_on_the_day(
    system: System, clock: SetClock
) -> None:
    await publish(system, on_ground(1, 1), on_ground(2, 1))
    ann = await system.client(Role.FIREFIGHTER, name="ann")
    found = await listed(ann)
    assert found["watches"] == {"RED": 1, "WHITE": 1, "BLUE": 1, "GREEN": 1}, "asked once, by the first revision"
    (one,) = found["to_read"]
    assert (one["revision"], one["because"], one["opened_version"]) == (1, ["FIRST"], None)
    red = {"premises_id": MARLOWE, "revision": 1, "watch": "RED"}
    refused = await ann.post(f"{TO_READ}/acknowledge", json=red)
    assert (refused.status_code, "open the record first" in refused.text) == (409, True)
    await ann.get(PAGE, params={"as_of": NOW.isoformat()})
    assert (await listed(ann))["to_read"][0]["opened_version"] is None, "as it was is not as it is"
    page = (await ann.get(PAGE)).text
    assert "We have read version 1" in page
    assert "Choose</option>" in page, "the sign-in names no watch"
    elsewhere = await system.client(Role.FIREFIGHTER, name="bob", station="S9")
    assert "We have read" not in (await elsewhere.get(PAGE)).text
    assert (await elsewhere.post(f"{TO_READ}/acknowledge", json=red)).status_code == 404
    assert (await ann.post(f"{TO_READ}/acknowledge", json=red | {"watch": "DAY"})).status_code == 422
    assert (await ann.post(f"{TO_READ}/acknowledge", json=red)).json()["version"] == 1
    assert "already" in (await ann.post(f"{TO_READ}/acknowledge", json=red)).text
    found = await listed(ann)
    assert (found["watches"]["RED"], found["watches"]["BLUE"]) == (0, 1)
    (read,) = found["read_today"]
    assert (read["acknowledged_by"], read["acknowledged_version"]) == ("ann", 1)
    assert "Red watch read version 1" in (await ann.get(PAGE)).text
    assert (await (await system.client(Role.FIREFIGHTER, name="eve")).post(f"{TO_READ}/take-back", json=red)).is_error
    assert (await ann.post(f"{TO_READ}/take-back", json=red)).status_code == 200
    assert (await listed(ann))["watches"]["RED"] == 1
    await ann.post(f"{TO_READ}/acknowledge", json=red)
    clock.move(DAY)
    assert (await ann.post(f"{TO_READ}/take-back", json=red)).status_code == 403
    kept = await system.rows("SELECT action FROM platform.history WHERE action LIKE 'acknowledge%' ORDER BY number")
    again = ["acknowledged as read", "acknowledgement taken back", "acknowledged as read"]
    assert [action for (action,) in kept] == again
    channels = await system.rows("SELECT DISTINCT acknowledged_from FROM control.to_read ORDER BY 1")
    assert channels == [("PROGRAMME",), (None,)]


async def test_a_newer_version_asks_again_and_a_lower_level_no_more(system: System) -> None:
    fixed = high_rise_facts(systems=[{"kind": "DRY_RISER", "status": "WORKING", "location": "NW stair"}])
    await publish(system, on_ground(1, 1))
    ann = await system.client(Role.FIREFIGHTER, name="ann")
    await ann.get(RECORD)
    await publish(system, on_ground(2, 2, facts=high_rise_facts(roof="Flat")))
    assert (await listed(ann))["to_read"][0]["revision"] == 1, "the roof asks nobody anew"
    await publish(system, on_ground(3, 3, facts=fixed))
    old = {"premises_id": MARLOWE, "revision": 1, "watch": "RED"}
    refused = await ann.post(f"{TO_READ}/acknowledge", json=old)
    assert (refused.status_code, "changed since" in refused.text) == (409, True)
    (one,) = (await listed(ann))["to_read"]
    assert (one["version"], one["because"], one["opened_version"]) == (3, ["SYSTEMS"], None), "opened was the older"
    await ann.get(RECORD)
    new = old | {"revision": 3}
    sent = await ann.post("/control/to-read/acknowledge", data={**new, "revision": "3"})
    assert sent.headers["location"] == "/control/to-read?watch=RED"
    page = (await ann.get("/control/to-read?watch=RED")).text
    assert "Choose your watch" in (await ann.get("/control/to-read")).text, "nobody answers for a watch by mistake"
    for words in ("Your watch has read all", "Take it back", "Red watch, station S1"):
        assert words in page
    low = RiskScore(base_level=2, effective_level=2, rank=9, open_defects=0)
    await publish(system, on_ground(4, 4, facts=fixed, score=low))
    assert set((await listed(ann))["watches"].values()) == {0}
    await publish(system, on_ground(5, 5, facts=fixed))
    assert (await listed(ann))["to_read"][0]["because"] == ["FIRST"]
    ends = "SELECT revision, ended_because, count(*) FROM control.to_read GROUP BY 1, 2 ORDER BY 1"
    assert await system.rows(ends) == [(1, "NEWER", 4), (3, "NOT_NEEDED", 4), (5, None, 4)]
    nobody = await system.client(Role.FIREFIGHTER, name="new", station=None)
    assert "names no station" in (await nobody.get("/control/to-read")).text
    assert (await nobody.post(f"{TO_READ}/acknowledge", json=new)).status_code == 403


async def test_who_owes_a_reading_is_seen_by_station_with_the_share_in_time(system: System, clock: SetClock) -> None:
    await publish(system, on_ground(1, 1))
    ann = await system.client(Role.FIREFIGHTER, name="ann")
    await ann.get(RECORD)
    for watch in ("RED", "WHITE", "BLUE"):
        await ann.post(f"{TO_READ}/acknowledge", json={"premises_id": MARLOWE, "revision": 1, "watch": watch})
    manager = await system.client(Role.RISK_TEAM_MANAGER)
    before = (await manager.get(WATCHES)).json()
    assert (before["owed"], before["late"], before["percent_in_time"], before["on_no_ground"]) == (1, 0, None, 0)
    clock.move(15 * DAY)
    await publish(system, on_ground(2, 2, facts=high_rise_facts(evac_strategy="SIMULTANEOUS")))
    clock.move(14 * DAY + timedelta(hours=1))
    found = (await manager.get(WATCHES)).json()
    assert (found["owed"], found["late"], found["percent_in_time"]) == (4, 4, 37), "3 of 8 that were due"
    by_watch = {each["watch"]: (each["owed"], each["due"], each["in_time"]) for each in found["watches"]}
    assert by_watch == {"RED": (1, 2, 1), "WHITE": (1, 2, 1), "BLUE": (1, 2, 1), "GREEN": (1, 2, 0)}
    page = (await manager.get("/control/who-read")).text
    assert "37%" in page
    assert "under 5 due" in page
    assert (await manager.get(WATCHES, params={"station": "S9"})).json()["owed"] == 0
    officer = await system.client(Role.OFFICER_IN_CHARGE, station="S9")
    own = (await officer.get(WATCHES, params={"station": "S1"})).json()
    assert (own["owed"], own["on_no_ground"]) == (0, None), "the own station, whatever is asked"
    assert "Search the read log" not in (await officer.get("/control/who-read")).text


async def test_the_read_log_is_searched_within_what_a_role_may_know_and_each_search_is_kept(
    system: System, clock: SetClock
) -> None:
    await publish(system, on_ground(1, 1), on_ground(2, 2))
    ann = await system.client(Role.FIREFIGHTER, name="ann")
    await ann.get(PAGE)
    await (await system.client(Role.CONTROL, name="op")).get(RECORD)
    await (await system.client(Role.MDT, name="mdt-1")).get(RECORD)
    await ann.get("/api/v1/control/device-pack")
    await (await system.client(Role.SAFEGUARDING, name="dso")).get(PAGE)
    await (await system.client(Role.RISK_TEAM, Role.SAFEGUARDING, name="two")).get(PAGE)
    await (await system.client(Role.RISK_TEAM, name="ada")).get(RECORD)
    governance = await system.client(Role.INFORMATION_GOVERNANCE, name="ig")
    found = (await governance.get(READS)).json()
    seen = {(each["who"], each["version"], each["channel"]) for each in found["reads"]}
    assert seen == {
        ("ann", 2, "PAGE"), ("op", 2, "CONTROL"), ("mdt-1", 2, "DEVICE"), ("ann", None, "DEVICE"),
        ("dso", 2, "PAGE"), ("two", 2, "PAGE"), ("ada", 2, "PROGRAMME"),
    }  # fmt: skip
    narrowed = {"premises_id": MARLOWE, "who": "ann", "version": "2", "channel": "PAGE"}
    assert (await governance.get(READS, params=narrowed)).json()["total"] == 1
    assert (await governance.get(READS, params=narrowed | {"version": "1"})).json()["total"] == 0
    manager = await system.client(Role.RISK_TEAM_MANAGER, name="mel")
    assert [each["who"] for each in (await manager.get(READS)).json()["reads"]] == ["ada"], "the own team alone"
    page = (await manager.get("/control/who-read/log")).text
    assert "dso" not in page
    assert "read log: 2026" in page.lower(), "a search stands in the log itself"
    wrong = await governance.get("/control/who-read/log", params={"first": "soon", "version": "3"})
    assert [wrong.status_code, *(f'href="#{field}"' in wrong.text for field in ("first", "premises_id"))] == [
        422, True, True
    ]  # fmt: skip
    for role in (Role.PERFORMANCE, Role.RISK_TEAM, Role.CONTROL, Role.OFFICER_IN_CHARGE):
        assert (await (await system.client(role)).get(READS)).status_code == 403
    clock.move(8 * DAY)
    assert (await governance.get(READS)).json()["total"] == 0
    long_ago = {"first": NOW.date().isoformat(), "last": NOW.date().isoformat()}
    assert (await governance.get(READS, params=long_ago)).json()["total"] >= 10
