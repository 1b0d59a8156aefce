"""The record of who is competent to lead visits: entered by the manager, listed, withdrawn, never deleted."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW
from tests.services.risk_register_desk import Desk
from tests.system import a_system

COMPETENCE = "/api/v1/risk-register/competence"
PAGES = "/oversight/competence"
BASIS = "Site visits course, assessed on station"
DAY = timedelta(days=1)
TODAY = NOW.date()
HTML = {"Accept": "text/html"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register."""
    return Desk(await a_system(tools, ("risk_register",)))


async def manager(desk: Desk, name: str = "mel") -> httpx.AsyncClient:
    return await desk.reviewer(name, Role.RISK_TEAM_MANAGER)


async def enter(who: httpx.AsyncClient, person: str, first: int, last: int, **more: Any) -> httpx.Response:
    """Enter a competence from one day to another, counted from today."""
    days = {"from_on": (TODAY + first * DAY).isoformat(), "until_on": (TODAY + last * DAY).isoformat()}
    return await who.post(COMPETENCE, json={"person": person, "basis": BASIS, **days, **more})


async def test_what_is_entered_is_listed_the_longest_expired_first_and_each_person_once(desk: Desk) -> None:
    mel = await manager(desk)
    for person, first, last in (("ff-elm", -9, 400), ("ff-oak", -99, -9), ("ff-ash", -400, -60), ("FF-ASH", -59, -1)):
        assert (await enter(mel, person, first, last)).status_code == 201
    found = (await (await desk.reviewer()).get(COMPETENCE)).json()
    assert [(one["person"], one["state"]) for one in found["people"]] == [
        ("ff-oak", "EXPIRED"),
        ("FF-ASH", "EXPIRED"),
        ("ff-elm", "CURRENT"),
    ]
    assert (found["expired"], found["total"], found["says"]) == (2, 3, "1 to 3 of 3")
    one = (await mel.get(f"{COMPETENCE}/{found['people'][1]['competence_id']}")).json()
    assert [each["person"] for each in one["entered"]] == ["FF-ASH", "ff-ash"]
    assert one["is_competent"] is False


async def test_a_long_list_is_paged_and_a_page_after_the_last_is_the_last(desk: Desk, clock: SetClock) -> None:
    mel = await manager(desk)
    for number in range(52):
        await enter(mel, f"ff-{number:02}", -9, 400 - number)
    found = (await mel.get(COMPETENCE, params={"page": 9})).json()
    assert (found["page"], found["pages"], found["total"]) == (2, 2, 52)
    assert [one["person"] for one in found["people"]] == ["ff-01", "ff-00"]


async def test_it_is_withdrawn_once_with_a_reason_and_stays_to_be_read(desk: Desk, clock: SetClock) -> None:
    mel = await manager(desk)
    number = (await enter(mel, "ff-oak", -9, 400)).json()["competence_id"]
    address = f"{COMPETENCE}/{number}/withdraw"
    assert (await mel.post(address, json={"reason": "no"})).status_code == 422
    gone = await mel.post(address, json={"reason": "Moved to control"})
    assert (gone.status_code, gone.json()["withdrawn_on"]) == (200, TODAY.isoformat())
    assert (await mel.post(address, json={"reason": "Moved to control"})).status_code == 409
    assert (await mel.post(f"{COMPETENCE}/none/withdraw", json={"reason": "Moved to control"})).status_code == 404
    assert (await mel.get(COMPETENCE)).json()["people"][0]["state"] == "WITHDRAWN"
    kept = await desk.system.rows(
        f"SELECT action, actor, details->>'why' FROM platform.history WHERE record = 'competence/{number}' ORDER BY at"
    )
    assert [tuple(row) for row in kept] == [("entered", "mel", BASIS), ("withdrawn", "mel", "Moved to control")]
    assert (await enter(mel, "ff-oak", -9, 400)).status_code == 201


async def test_nobody_enters_their_own_nor_the_same_twice_and_the_rest_of_the_team_only_reads(desk: Desk) -> None:
    mel, ada = await manager(desk), await desk.reviewer()
    own = await enter(mel, "MEL", -9, 400)
    assert (own.status_code, "another manager" in own.text) == (422, True)
    assert (await enter(mel, "ff-oak", 0, 9)).status_code == 201
    assert "entered already" in (await enter(mel, "ff-oak", 0, 9)).text
    assert (await enter(ada, "ff-elm", 0, 9)).status_code == 403
    assert (await ada.get(COMPETENCE)).status_code == 200


async def test_the_page_says_everything_that_is_wrong_and_keeps_what_was_typed(desk: Desk) -> None:
    mel, ada = await manager(desk), await desk.reviewer()
    page = await mel.get(PAGES, headers=HTML)
    assert "every published visit is checked" in page.text
    wrong = await mel.post(f"{PAGES}/new", data={"name": "ff-oak", "basis": "no"}, headers=HTML)
    assert wrong.status_code == 422
    for words in ('value="ff-oak"', "Give the first day", "Give the last day", "Say what it rests on"):
        assert words in wrong.text
    days = {"from_on": "2026-11-01", "until_on": "2026-11-02"}
    done = await mel.post(f"{PAGES}/new", data={"name": "ff-oak", "basis": BASIS, **days}, headers=HTML)
    assert done.status_code == 303
    listed = await ada.get(PAGES, headers=HTML)
    assert "Expired on 2 Nov 2026" in listed.text
    assert "Enter one" not in listed.text
    number = (await mel.get(COMPETENCE)).json()["people"][0]["competence_id"]
    assert "Withdraw it" not in (await ada.get(f"{PAGES}/{number}", headers=HTML)).text
    again = await mel.post(f"{PAGES}/{number}/withdraw", data={"reason": ""}, headers=HTML)
    assert (again.status_code, "Say why it is withdrawn" in again.text) == (422, True)
    assert (await mel.post(f"{PAGES}/{number}/withdraw", data={"reason": "Left us"}, headers=HTML)).status_code == 303
    assert "Left us" in (await ada.get(f"{PAGES}/{number}", headers=HTML)).text
