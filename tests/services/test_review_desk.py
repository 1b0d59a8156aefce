"""The desk around the queue: narrowed lists, a reviewer's own filters, what is new, notes, and the work by station."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, QUEUE, RISER_FAULT, Desk, located
from tests.system import System

HTML = {"Accept": "text/html"}
HARBOUR = a_premises("2", name="Harbour Tower", address="Harbour Tower, 1 Pier Road", postcode="XQ2 2BB")
SEVERE = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 4)


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def listed(who: httpx.AsyncClient, **asked: Any) -> list[str]:
    """Return which visits are listed, in order."""
    answer = await who.get(QUEUE, params=asked)
    assert answer.status_code == 200, answer.text
    return [row["visit_id"] for row in answer.json()["items"]]


async def test_the_queue_is_narrowed_by_station_kind_priority_words_and_premises(desk: Desk) -> None:
    ada = await desk.reviewer()
    shop = await desk.receive(located(station="71", callsign="K71P1"))
    tower = await desk.receive(
        located(HARBOUR, station="72", visit_kind="CHANGE", systems=[RISER_FAULT], unit_ref="Flat 9")
    )
    high = await desk.receive(located(a_premises("3", name="100% Mill_A"), likelihood=4, severity=SEVERE))
    for asked, expected in (
        ({"station": "71"}, [shop]),
        ({"kind": "CHANGE"}, [tower]),
        ({"priority": "critical"}, [tower]),
        ({"priority": "high"}, [high]),
        ({"words": "harbour xq2"}, [tower]),
        ({"words": "riser fault"}, [tower]),
        ({"words": "k71p1"}, [shop]),
        ({"words": "flat"}, [tower]),
        ({"words": "100%"}, [high]),
        ({"words": "l_a"}, [high]),
        ({"words": "%"}, [high]),
        ({"words": "nowhere"}, []),
        ({"premises": "2"}, [tower]),
        ({"station": "71", "premises": "2"}, []),
    ):
        assert await listed(ada, **asked) == expected, asked
    found = (await ada.get(QUEUE, params={"station": "72"})).json()
    assert found["counts"] == {"new": 1, "mine": 0, "overdue": 0, "all": 1}
    assert found["items"][0]["critical"] == ["Dry riser FAULT, NW stair"]
    page = (await ada.get("/review", params={"show": "all", "station": "72", "words": "tower"})).text
    assert "Dry riser FAULT, NW stair" in page
    assert "100% Mill_A" not in page
    assert 'href="/review?station=72&amp;words=tower"' in page, "a tab keeps what the list is narrowed to"
    empty = (await ada.get("/review", params={"words": "nowhere"})).text
    assert "No visit fits" in empty
    assert (await ada.get("/review", params={"show": "x", "kind": "y", "priority": "z"})).status_code == 200
    assert (await ada.get(QUEUE, params={"kind": "y"})).status_code == 422
    await desk.publish(shop)
    assert await listed(ada, show="decided", station="71") == [shop]
    assert await listed(ada, show="decided", words="harbour") == []


async def test_visits_to_one_building_are_listed_together_and_each_says_how_many_there_are(desk: Desk) -> None:
    ada = await desk.reviewer()
    first = await desk.receive(located())
    second = await desk.receive(located(HARBOUR, at=NOW + timedelta(seconds=1)))
    third = await desk.receive(located(at=NOW + timedelta(seconds=2), roof="Slate"))
    assert await listed(ada) == [first, second, third]
    assert await listed(ada, together=True) == [first, third, second]
    rows = (await ada.get(QUEUE)).json()["items"]
    assert [row["others_here"] for row in rows] == [1, 0, 1]
    assert "2 visits here" in (await ada.get("/review")).text


async def test_a_filter_is_kept_for_its_reviewer_alone_and_deleted_by_them(desk: Desk) -> None:
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    await desk.receive(located(station="71"))
    form = {"show": "all", "station": "71", "priority": "low", "name": "Low at 71"}
    answer = await ada.post("/review/filters", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?show=all&station=71&priority=low")
    assert ">Low at 71</a>" in (await ada.get("/review")).text
    assert "Low at 71" not in (await ben.get("/review")).text
    refused = {"": "Give the filter a name", "low AT 71": "you have a filter of this name", "x" * 41: "at most 40"}
    for name, words in refused.items():
        again = await ada.post("/review/filters", data={**form, "name": name}, headers=HTML)
        assert (again.status_code, words.lower() in again.text.lower()) == (422, True), words
        assert f'value="{name}"' in again.text
    [(filter_id,)] = await desk.system.rows("SELECT filter_id FROM risk_register.saved_filters")
    assert (await ben.post(f"/review/filters/{filter_id}/delete")).status_code == 404
    assert (await ada.post(f"/review/filters/{filter_id}/delete")).status_code == 303
    assert "Low at 71" not in (await ada.get("/review")).text


async def test_what_came_or_was_changed_by_others_since_one_looked_is_marked_for_each_reviewer(
    desk: Desk, clock: SetClock
) -> None:
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    old, mine = await desk.receive(located()), await desk.receive(located(HARBOUR))
    clock.move(timedelta(minutes=1))
    assert "Mark what is new from now on" in (await ada.get("/review")).text
    seen = await ada.post("/review/seen", data={"until": clock.now().isoformat(), "show": "all"})
    assert seen.headers["location"] == "/review?show=all"
    assert "Nothing new since" in " ".join((await ada.get("/review")).text.split())
    clock.move(timedelta(minutes=1))
    new = await desk.receive(located(a_premises("3"), at=clock.now()))
    await desk.decide(ben, old, "claim")
    await desk.decide(ada, mine, "claim")
    rows = {row["visit_id"]: row["since"] for row in (await ada.get(QUEUE)).json()["items"]}
    assert rows == {old: "changed", mine: "", new: "new"}
    assert set(await listed(ada, since=True)) == {old, new}
    page = " ".join((await ada.get("/review")).text.split())
    assert "<strong>1 new, 1 changed</strong> since" in page
    assert all(row["since"] == "" for row in (await ben.get(QUEUE)).json()["items"]), "each reviewer has looked or not"


async def test_a_visit_says_what_others_did_since_one_looked_at_it(desk: Desk, clock: SetClock) -> None:
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    visit_id = await desk.receive(located(roof="Felt"))
    assert "Since you looked" not in (await ada.get(f"/review/{visit_id}")).text
    assert (await ada.post(f"/review/{visit_id}/looked")).status_code == 204
    assert (await ada.post("/review/nothing/looked")).status_code == 404
    clock.move(timedelta(minutes=5))
    await desk.decide(ben, visit_id, "claim")
    body = {"version": (await desk.item(visit_id))["version"], "fact": "roof", "value": "Slate", "reason": "A plan"}
    await ben.post(f"{QUEUE}/{visit_id}/corrections", json=body)
    await ben.post(f"/review/{visit_id}/notes", data={"words": "Rang the station."})
    await desk.decide(ben, visit_id, "release")
    page = " ".join((await ada.get(f"/review/{visit_id}")).text.split())
    for words in ("Since you looked", "ben claimed it", "ben corrected roof", "ben wrote: “Rang the station.”"):
        assert words in page
    assert "Since you looked" not in (await ben.get(f"/review/{visit_id}")).text, "nobody is told of what they did"


async def test_a_note_is_read_by_the_risk_team_alone_and_its_words_can_be_got_rid_of(desk: Desk) -> None:
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    visit_id = await desk.receive(located())
    words = "Waits for the drawings <of> 1998"
    assert (await ada.post(f"/review/{visit_id}/notes", data={"words": words})).status_code == 303
    page = (await ben.get(f"/review/{visit_id}")).text
    assert "Waits for the drawings &lt;of&gt; 1998" in page
    assert "Nothing about safeguarding belongs here" in page
    assert "1 note" in (await ben.get("/review")).text
    empty = await ada.post(f"/review/{visit_id}/notes", data={"words": " "}, headers=HTML)
    assert (empty.status_code, "Write the note" in empty.text) == (422, True)
    long = await ada.post(f"/review/{visit_id}/notes", data={"words": "x" * 501}, headers=HTML)
    assert (long.status_code, "x" * 501 in long.text) == (422, True)
    await desk.publish(visit_id)
    everywhere = await desk.system.rows(
        "SELECT count(*) FROM (SELECT payload::text AS said FROM platform.event_log UNION ALL "
        "SELECT details::text FROM platform.history UNION ALL SELECT shown::text FROM risk_register.records) AS told "
        "WHERE said LIKE '%drawings%'"
    )
    assert everywhere == [(0,)], "no topic, history or record holds a word of it"
    for role in (Role.CONTROL, Role.INFORMATION_GOVERNANCE, Role.FIREFIGHTER):
        other = await desk.system.client(role)
        assert (await other.get(f"{QUEUE}/{visit_id}/notes")).status_code == 403
    [note] = (await ben.get(f"{QUEUE}/{visit_id}/notes")).json()["notes"]
    assert (note["by"], note["words"]) == ("ada", words)
    assert (await ben.post(f"{QUEUE}/{visit_id}/notes/{note['note_id']}/take-back")).status_code == 403
    assert (await ada.post(f"/review/{visit_id}/notes/{note['note_id']}/take-back")).status_code == 303
    [note] = (await ben.get(f"{QUEUE}/{visit_id}/notes")).json()["notes"]
    assert (note["words"], note["taken_back_by"]) == (None, "ada")
    assert (await ada.post(f"{QUEUE}/x/notes", json={"words": "Lost"})).status_code == 404


async def test_the_work_is_counted_by_station_with_its_oldest_and_what_is_beyond_its_time(
    desk: Desk, clock: SetClock
) -> None:
    ada = await desk.reviewer()
    assert "No visit is waiting" in (await ada.get("/review/workload")).text
    old = located(station="71", at=NOW, hazards=[ACETYLENE], none_found=False)
    await desk.receive(old, located(HARBOUR, station="71"), located(a_premises("3"), station="72"))
    clock.move(timedelta(days=2))
    await desk.decide(ada, old.visit_id, "claim")
    found = {one["station"]: one for one in (await ada.get("/api/v1/risk-register/workload")).json()["stations"]}
    counts = {name: [one[what] for what in ("waiting", "late", "critical", "held")] for name, one in found.items()}
    assert counts == {"71": [2, 1, 1, 1], "72": [1, 0, 0, 0]}
    assert found["71"]["oldest_at"] == NOW.isoformat().replace("+00:00", "Z")
    page = (await ada.get("/review/workload")).text
    assert 'href="/review?show=overdue&amp;station=71"' in page
    assert "Station 72" in page
