"""The desks as pages: an officer signs in, sees what waits, and works it by forms that guard themselves."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import httpx
import pytest

from schemas.vocabulary import Role
from services.referrals.handlers.lateness import sound_alarms
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.identity import COOKIE, Person
from services.shared.service import Tools
from tests.builders import NOW
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, listed, locate, send
from tests.system import System, a_system, signed_in


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def browser_of(desk: System, role: Role) -> httpx.AsyncClient:
    """Return a client with the cookie of a session, as a browser has it, so that every form has to prove itself."""
    tools, person = desk.tools, Person(role.value, (role.value,), "S1")
    secret = await signed_in(tools, person, "session")
    client = await desk.client()
    client.headers.update({"accept": "text/html"})
    client.cookies.set(COOKIE, secret)
    return client


async def submit(client: httpx.AsyncClient, page: str, action: str, **typed: str) -> httpx.Response:
    """Fill in the form of a page that goes to an action, with its hidden fields as they are, and follow the answer."""
    text = (await client.get(page)).text
    form = next(each for each in re.findall(r"<form.*?</form>", text, re.S) if f'/{action}"' in each)
    address = re.search(r'action="([^"]+)"', form)
    assert address
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return await client.post(address[1], data=hidden | typed, follow_redirects=True)


async def sure(client: httpx.AsyncClient, checked: httpx.Response, answer: str = "yes") -> httpx.Response:
    """Press the button of the page on which a decision is checked, or go back to change it."""
    form = next(each for each in re.findall(r"<form.*?</form>", checked.text, re.S) if 'name="sure"' in each)
    address = re.search(r'action="([^"]+)"', form)
    assert address
    hidden = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }
    return await client.post(address[1], data=hidden | {"sure": answer}, follow_redirects=True)


def words_of(response: httpx.Response) -> str:
    """Return what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def test_the_desk_shows_what_waits_most_urgent_first(desk: System) -> None:
    await send(desk, {"kind": "BS3", "note": "Extinguishers"}, address={"written": "the bakery by the quay"})
    await send(desk, LOCKED_EXIT)
    page = words_of(await (await browser_of(desk, Role.PROTECTION)).get("/referrals"))
    assert page.index("P1 Urgent") < page.index("P4 Advice")
    for words in ("the bakery by the quay", "Not located yet", "14 Quay Street", "due in 15 min"):
        assert words in page


async def test_a_located_referral_shows_the_premises_and_its_station_ground(desk: System) -> None:
    visit_id = await send(desk, LOCKED_EXIT, address={"written": "corner shop, quay st"})
    await locate(desk, visit_id, border_distance_m=50_000.0)
    page = words_of(await (await browser_of(desk, Role.PROTECTION)).get("/referrals"))
    assert "The Corner Stores, 14 Quay Street, Wexcombe, XQ1 1AA Wexcombe Quay ground, Wexcombe" in page


async def test_one_press_acknowledges_from_the_desk_and_stays_there(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    client = await browser_of(desk, Role.PROTECTION)
    answer = await submit(client, "/referrals", "acknowledge")
    assert str(answer.url).endswith("/referrals?desk=1")
    page = words_of(answer)
    assert "The referral is acknowledged" in page
    assert "Nothing waits to be acknowledged; all of it is in hand" in page


async def test_a_referral_is_worked_to_its_end_by_the_forms_of_its_page(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    here = f"/referrals/{referral['id']}"
    client = await browser_of(desk, Role.PROTECTION)
    assert "Rear exit chained, six asleep" in words_of(await client.get(here))
    for action, typed in (
        ("contact", {"words": "Ms Example, duty officer", "at": "2026-11-22T14:01"}),
        ("acknowledge", {}),
        ("accept", {}),
        ("close", {"outcome": "PUT_RIGHT", "words": "Chain removed"}),
    ):
        answer = await submit(client, here, action, **typed)
        assert answer.status_code == 200, answer.text
    answer = await sure(client, answer)
    page = words_of(answer)
    for words in ("The referral is closed", "Ms Example, duty officer", "Chain removed", "Nothing more is to be done"):
        assert words in page
    assert "Chain removed" not in words_of(await client.get("/referrals?desk=1"))
    assert "Closed" in words_of(await client.get("/referrals?desk=1&show=finished"))


async def test_a_form_that_cannot_be_accepted_keeps_what_was_typed_and_says_what_is_wrong(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    client = await browser_of(desk, Role.PROTECTION)
    late = {"words": "Ms Example", "at": (NOW + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    answer = await submit(client, f"/referrals/{referral['id']}", "contact", **late)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "The time is in the future" in answer.text
    assert 'value="Ms Example"' in answer.text
    no_time = await submit(client, f"/referrals/{referral['id']}", "contact", words="Ms Example", at="")
    assert "Enter the day and time that you spoke" in no_time.text


async def test_a_rejected_referral_is_sent_on_by_choosing_what_it_should_have_been(desk: System) -> None:
    await send(desk, {"kind": "BS3", "note": "hydrant under a skip"})
    (referral,) = await listed(desk, Role.PROTECTION)
    here = f"/referrals/{referral['id']}"
    client = await browser_of(desk, Role.PROTECTION)
    await submit(client, here, "acknowledge")
    await sure(client, await submit(client, here, "reject", words="Water, not building safety"))
    page = (await client.get(here)).text
    assert "Risk intelligence: Hydrant or water defect" in page
    assert "Concern about a child" not in page
    unchosen = await submit(client, here, "reroute", kind="", words="Skip over H12")
    assert "Choose what it should have been" in unchosen.text
    unsaid = await submit(client, here, "reroute", kind="RI4", words="")
    assert '<option value="RI4" selected>' in unsaid.text
    checked = await submit(client, here, "reroute", kind="RI4", words="Skip over H12")
    assert "Risk intelligence: Hydrant or water defect" in words_of(checked)
    answer = await sure(client, checked)
    assert str(answer.url).endswith("/referrals")
    assert len(await listed(desk, Role.RISK_TEAM)) == 1


async def test_a_case_is_opened_by_its_form_and_no_address_or_title_tells_what_it_is(desk: System) -> None:
    await send(desk, CHILD)
    client = await browser_of(desk, Role.SAFEGUARDING)
    (case,) = await listed(desk, Role.SAFEGUARDING)
    here = f"/referrals/{case['id']}"
    closed = await client.get(here)
    assert "What the crew wrote is closed" in closed.text
    opened = await submit(client, here, "open", purpose="DECIDE")
    assert "Child alone in the flat" in opened.text
    assert "Child alone in the flat" not in (await submit(client, here, "shut")).text
    desk_page = await client.get("/referrals?desk=3")
    for page in (closed, opened, desk_page):
        title = re.search(r"<title.*?>(.*?)</title>", page.text, re.S)
        assert title
        assert title[1].strip() in ("Referral – RAVI", "Referrals – RAVI")
        addresses = " ".join(re.findall(r'(?:href|action)="([^"]+)"', page.text))
        assert not re.search(r"safeguard|SG\d|child|concern|case", addresses, re.I)


@pytest.mark.parametrize("number", ["3", "4", "5", "6", "77", "x"])
async def test_a_desk_that_is_not_ones_own_is_told_like_one_that_does_not_exist(desk: System, number: str) -> None:
    await send(desk, CHILD)
    client = await browser_of(desk, Role.PROTECTION)
    answer = await client.get(f"/referrals?desk={number}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/referrals")
    page = words_of(await client.get("/referrals"))
    assert "Safeguarding" not in page
    assert "Nothing waits at this desk" in page


async def test_what_is_late_is_said_on_the_desk_in_words(desk: System, clock: SetClock) -> None:
    await send(desk, LOCKED_EXIT, CHILD)
    clock.move(timedelta(minutes=70))
    await Deadlines("referrals", desk.tools.database, clock, sound_alarms).step()
    for role, deadline in ((Role.PROTECTION, "overdue by 55 min"), (Role.SAFEGUARDING, "overdue by 10 min")):
        page = words_of(await (await browser_of(desk, role)).get("/referrals"))
        for words in ("Not acknowledged in time", "Nobody spoken to", deadline):
            assert words in page


@pytest.mark.parametrize("role", [Role.MDT, Role.FIREFIGHTER, Role.ADMINISTRATOR])
async def test_others_are_not_led_to_the_desks(desk: System, role: Role) -> None:
    client = await browser_of(desk, role)
    assert "/referrals" not in (await client.get("/")).text
    assert (await client.get("/referrals")).status_code == 403
