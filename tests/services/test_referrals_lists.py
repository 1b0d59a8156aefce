"""A desk's list holds the most urgent first however long it is, says how many there are, and pages on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from schemas.vocabulary import ReferralKind, Role
from services.referrals.handlers.filing import new_filed
from services.referrals.rules.raising import Raised, RaisedBecause
from services.referrals.store.referrals import save_referrals
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, REFERRALS, send
from tests.services.test_referrals_pages import browser_of, words_of
from tests.system import System, a_system

ADVICE = {"kind": "BS3", "note": "Extinguishers"}


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def file_advice(desk: System, how_many: int) -> None:
    """Keep so many P4 referrals for Protection, as so many visits would have left them."""
    tools = desk.tools
    async with transaction(tools.database, tools.clock, Cause("test", "test", "test")) as work:
        for number in range(how_many):
            raised = Raised(ReferralKind.BS3, None, (RaisedBecause.CREW,))
            await save_referrals(work, [(new_filed(raised, f"visit-{number}", "S1", work.now), raised)])


async def page(desk: System, role: Role, **asked: Any) -> dict[str, Any]:
    """Return one page of what a role is listed."""
    answer = await (await desk.client(role)).get(REFERRALS, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_with_206_waiting_the_newest_and_most_urgent_stands_first_on_page_and_api(
    desk: System, clock: SetClock
) -> None:
    await file_advice(desk, 205)
    clock.move(timedelta(days=30))
    await send(desk, LOCKED_EXIT)
    listed = await page(desk, Role.PROTECTION)
    assert (listed["referrals"][0]["kind"], listed["referrals"][0]["priority"]) == ("BS1", "P1")
    assert (listed["total"], listed["pages"], listed["shown"]) == (206, 5, "1 to 50 of 206")
    shown = words_of(await (await browser_of(desk, Role.PROTECTION)).get("/referrals"))
    assert "1 to 50 of 206 open referrals" in shown
    assert "206 wait to be acknowledged" in shown
    assert shown.index("P1 Urgent") < shown.index("P4 Advice")


async def test_every_page_together_holds_each_referral_once(desk: System) -> None:
    await file_advice(desk, 117)
    pages = [await page(desk, Role.PROTECTION, page=number) for number in (1, 2, 3)]
    ids = [each["id"] for listed in pages for each in listed["referrals"]]
    assert (len(ids), len(set(ids))) == (117, 117)
    assert [listed["shown"] for listed in pages] == ["1 to 50 of 117", "51 to 100 of 117", "101 to 117 of 117"]
    assert await page(desk, Role.PROTECTION, page=99) == pages[2]
    client = await browser_of(desk, Role.PROTECTION)
    second = await client.get("/referrals?desk=1&page=2")
    assert "51 to 100 of 117 open referrals" in words_of(second)
    assert 'href="/referrals?desk=1&amp;page=3"' in second.text


async def test_open_and_sealed_streams_are_ordered_together(desk: System, clock: SetClock) -> None:
    """The safeguarding officer works both: a marker of the open stream stands between two sealed cases."""
    violence = {"code": "VIOLENCE", "basis": "a threat", "review_on": "2027-05-01"}
    await send(desk, {"kind": "SG10", "note": "Falls", "consent_state": "GIVEN"})
    await send(desk, hazards=[violence], none_found=False)
    clock.move(timedelta(minutes=1))
    await send(desk, CHILD)
    listed = [(each["priority"], each["kind"]) for each in (await page(desk, Role.SAFEGUARDING))["referrals"]]
    assert listed == [("P1", "SG2"), ("P2", "RI9"), ("P3", "SG10")]
    first = await page(desk, Role.SAFEGUARDING, limit=1)
    assert [each["kind"] for each in first["referrals"]] == ["SG2"]


async def test_of_the_same_priority_what_is_overdue_stands_first_in_hand_or_not(desk: System, clock: SetClock) -> None:
    await send(desk, {"kind": "BS4", "note": "Riser"})
    (riser,) = (await page(desk, Role.PROTECTION))["referrals"]
    client = await desk.client(Role.PROTECTION)
    await client.post(f"{REFERRALS}/{riser['id']}/acknowledge", json={"version": 1})
    clock.move(timedelta(days=5))
    await send(desk, {"kind": "BS5", "note": "Wall"})
    assert [each["kind"] for each in (await page(desk, Role.PROTECTION))["referrals"]] == ["BS4", "BS5"]


async def test_the_finished_list_is_paged_too_the_last_finished_first(desk: System, clock: SetClock) -> None:
    await file_advice(desk, 52)
    client = await desk.client(Role.PROTECTION)
    for each in (await page(desk, Role.PROTECTION, limit=200))["referrals"]:
        clock.move(timedelta(minutes=1))
        for version, (action, body) in enumerate(
            (("acknowledge", {}), ("accept", {}), ("close", {"outcome": "ADVICE_GIVEN"})), start=1
        ):
            where = f"{REFERRALS}/{each['id']}/{action}"
            assert (await client.post(where, json={"version": version, **body})).status_code == 200
        last = each["id"]
    listed = await page(desk, Role.PROTECTION, finished="true")
    assert (listed["referrals"][0]["id"], listed["shown"]) == (last, "1 to 50 of 52")
    shown = words_of(await (await browser_of(desk, Role.PROTECTION)).get("/referrals?desk=1&show=finished&page=2"))
    assert "51 to 52 of 52 finished referrals" in shown
    assert "Advice given to the responsible person" in shown


async def test_what_happened_and_who_opened_it_say_how_many_there_are(desk: System, clock: SetClock) -> None:
    await send(desk, CHILD)
    (case,) = (await page(desk, Role.SAFEGUARDING))["referrals"]
    client = await browser_of(desk, Role.SAFEGUARDING)
    machine = await desk.client(Role.SAFEGUARDING)
    for number in range(53):
        clock.move(timedelta(seconds=1))
        await machine.post(f"/referrals/{case['id']}/open", data={"purpose": "ACT"})
        body = {"version": number + 1, "spoken_to": f"Caller {number}", "at": clock.now().isoformat()}
        assert (await machine.post(f"{REFERRALS}/{case['id']}/contact", json=body)).status_code == 200
    shown = words_of(await client.get(f"/referrals/{case['id']}"))
    assert "1 to 50 of 53 entries, the newest first" in shown
    assert "The newest 5 of 53. Everybody who opened it" in shown
    assert "51 to 53 of 53" in words_of(await client.get(f"/referrals/{case['id']}/readings?page=2"))
    assert (await (await desk.client(Role.PROTECTION)).get(f"/referrals/{case['id']}/readings")).status_code == 404


@pytest.mark.parametrize("role", [Role.PROTECTION, Role.RISK_TEAM, Role.CONTROL, Role.OFFICER_IN_CHARGE])
async def test_how_many_there_are_counts_nothing_that_one_may_not_know_of(desk: System, role: Role) -> None:
    await send(desk, LOCKED_EXIT)
    client = await browser_of(desk, role)
    before = (await page(desk, role), words_of(await client.get("/referrals")))
    await send(desk, CHILD, {"kind": "SG3", "note": "x", "consent_state": "GIVEN"})
    assert (await page(desk, role), words_of(await client.get("/referrals"))) == before


async def test_their_own_desk_sees_its_true_count(desk: System) -> None:
    await send(desk, CHILD, {"kind": "SG3", "note": "x", "consent_state": "GIVEN"})
    assert (await page(desk, Role.SAFEGUARDING))["total"] == 2
