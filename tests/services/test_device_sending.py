"""In a real browser: what goes wrong between the tablet and the server costs nothing that was written."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Request, Route, expect

from schemas.vocabulary import ReviewState, Role
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    a_photograph,
    a_tablet,
    answer,
    begin,
    count_of,
    fill,
    photograph,
    send,
    set_up,
    sign_ins_end,
    signed_in_to_server,
    to_section,
    unlock,
    visits_of,
)
from tests.services.test_visits_story import reviewed

expect.set_options(timeout=15_000)
pytestmark = browser_only
POST = "**/api/v1/visits"
MEDIA = "**/api/v1/visits/*/media/*"
PART = 256 * 1024
SLOW_TO_KEEP = """() => {
    const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
    window.stillKeeping = 0;
    crypto.subtle.encrypt = async (...all) => {
        window.stillKeeping += 1;
        await new Promise((resolve) => setTimeout(resolve, 700));
        try { return await encrypt(...all); } finally { window.stillKeeping -= 1; }
    };
}"""


@pytest.fixture
async def tablet(site: Site) -> AsyncIterator[BrowserContext]:
    """Return a tablet on which a firefighter has filled in a short visit. No worker: the test stands between."""
    async with a_tablet(site, service_workers="block") as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page, with_worker=False)
        await begin(page)
        await fill(page, SHORT)
        yield tablet


async def test_of_two_taps_while_the_tablet_is_slow_to_keep_a_change_the_second_waits_for_its_page(
    tablet: BrowserContext,
) -> None:
    page = tablet.pages[0]
    await page.evaluate(SLOW_TO_KEEP)
    await answer(page, "Is the officer who led certified to lead these visits?", "No")
    await page.get_by_role("navigation", name="Sections").get_by_role("button", name=re.compile("^N,")).click()
    await page.get_by_role("button", name="Look it over and send").click()
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await page.wait_for_function("() => window.stillKeeping === 0")
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await expect(page.locator("h1")).to_be_focused()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


async def test_a_sign_in_that_has_ended_locks_sending_alone_and_the_visit_goes_after_the_next(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await sign_ins_end(site)
    await send(page)
    await expect(page.get_by_text("1 visit waits for you to sign in. Nothing is lost.")).to_be_visible()
    assert await visits_of(site) == []
    await page.get_by_role("button", name="Back to your visits").click()
    await begin(page)
    await page.get_by_role("button", name="Your visits").click()
    await tablet.clear_cookies()
    await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE)
    await unlock(page)
    await expect(page.get_by_text("officer-in-charge is signed in to the server")).to_be_visible()
    assert await visits_of(site) == []
    await tablet.clear_cookies()
    await signed_in_to_server(tablet, site)
    await unlock(page)
    await expect(count_of(page, "Sent")).to_have_text("1")
    (received,) = await visits_of(site)
    assert received["led_by"] == "firefighter"


async def test_nothing_is_sent_as_somebody_who_signed_in_while_it_waited(site: Site, tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))

    async def busy(route: Route) -> None:
        await tablet.clear_cookies()
        await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE)
        await route.fulfill(status=503, headers={"Retry-After": "1"}, json={})

    await page.route("**/api/v1/visits", busy, times=1)
    await send(page)
    await page.get_by_role("button", name="Back to your visits").click()
    await expect(page.get_by_text("officer-in-charge is signed in to the server")).to_be_visible(timeout=30_000)
    sending = [each for each in asked if each in ("POST /api/v1/visits", "GET /device/session")]
    again = sending.index("POST /api/v1/visits", sending.index("POST /api/v1/visits") + 1)
    assert sending[again - 1] == "POST /api/v1/visits", "who is signed in is not asked before each try"
    assert await visits_of(site) == []
    assert await visits_of(site, Role.OFFICER_IN_CHARGE) == []


async def test_a_receipt_that_was_lost_on_the_way_makes_no_second_visit(site: Site, tablet: BrowserContext) -> None:
    page, posts = tablet.pages[0], []

    async def lose_the_first(route: Route) -> None:
        posts.append(route.request.post_data)
        if len(posts) == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await tablet.route(POST, lose_the_first)
    await send(page)
    await expect(page.get_by_text("No answer from the server yet.")).to_be_visible()
    assert len(await visits_of(site)) == 1, "the server has it; the tablet does not know"
    await page.get_by_role("button", name="Try to send now").click()
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    assert len(await visits_of(site)) == 1
    assert posts[0] == posts[1], "the same words under the same number"


async def test_a_photograph_goes_on_at_the_byte_where_it_stopped(site: Site, tablet: BrowserContext) -> None:
    page, ranges = tablet.pages[0], []

    async def cut_the_third(route: Route) -> None:
        if route.request.method != "PUT":
            await route.continue_()
            return
        ranges.append(route.request.headers["content-range"])
        if len(ranges) == 3:
            await route.abort()
        else:
            await route.continue_()

    await tablet.route(MEDIA, cut_the_third)
    await photograph(page, a_photograph(), "The front", "choose")
    await send(page)
    await expect(page.get_by_text("Photographs: 0 of 1 received.")).to_be_visible()
    await expect(page.get_by_text("No answer from the server yet.")).to_be_visible()
    await page.get_by_role("button", name="Try to send now").click()
    await expect(page.get_by_text("✓ Received in full, with 1 photograph.")).to_be_visible(timeout=40_000)
    begins = [int(each.removeprefix("bytes ").partition("-")[0]) for each in ranges]
    assert begins[:4] == [0, PART, 2 * PART, 2 * PART]
    assert begins[4:] == [PART * n for n in range(3, 3 + len(begins[4:]))]
    (received,) = await visits_of(site)
    async with await site.machine(Role.FIREFIGHTER) as client:
        assert (await client.get(f"/api/v1/visits/{received['submission_id']}")).json()["missing_media"] == []


async def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(site: Site, tablet: BrowserContext) -> None:
    page, asked = tablet.pages[0], 0

    async def busy(route: Route) -> None:
        nonlocal asked
        asked += 1
        await route.fulfill(status=503, headers={"Retry-After": "600"}, body="{}")

    await tablet.route(POST, busy)
    await send(page)
    await expect(page.get_by_text("The server is busy (503).")).to_be_visible()
    await page.get_by_role("button", name="Try to send now").click()
    await tablet.set_offline(True)
    await tablet.set_offline(False)
    await page.get_by_role("button", name="Back to your visits").click()
    await expect(count_of(page, "Waiting to send")).to_have_text("1")
    assert asked == 1


async def test_what_the_server_wants_mended_stands_at_its_field_and_the_visit_goes_when_it_is(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await to_section(page, "A")
    await answer(page, "Station", "S9")
    await send(page)
    await expect(page.get_by_role("heading", name="The server asks for this")).to_be_visible()
    await page.get_by_role("button", name="Mend it").click()
    await expect(page.locator(".govuk-error-message")).to_contain_text("This is not the station of your sign-in")
    await expect(page.get_by_label("Station")).to_be_focused()
    await answer(page, "Station", "S1")
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    assert len(await visits_of(site)) == 1


async def test_a_number_that_the_server_has_with_other_words_is_sent_as_a_visit_of_its_own(
    site: Site, tablet: BrowserContext
) -> None:
    page, posts = tablet.pages[0], 0
    await photograph(page, a_photograph(), "The front", "choose")

    async def other_words_first(route: Route, request: Request) -> None:
        nonlocal posts
        posts += 1
        if posts == 1:
            content = json.loads(request.post_data or "{}")
            await route.fetch(post_data=json.dumps({**content, "tactics_note": "sent before, from another tablet"}))
        await route.continue_()

    await tablet.route(POST, other_words_first)
    await send(page)
    await page.get_by_role("button", name="Send it as a visit of its own").click()
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("✓ Received in full, with 1 photograph.")).to_be_visible(timeout=40_000)
    assert len(await visits_of(site)) == 2


async def test_what_the_risk_team_returns_comes_back_to_the_tablet_with_its_words(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    (received,) = await visits_of(site)
    returned = reviewed(received["submission_id"], ReviewState.RETURNED, 5, "Which hydrant is it?")
    await site.system.say(returned)
    await has_state(site, "RETURNED")
    await unlock(page)
    await expect(count_of(page, "Returned")).to_have_text("1")
    await page.get_by_role("button", name="Returned").click()
    await expect(page.get_by_text("Which hydrant is it?")).to_be_visible()
    await page.get_by_role("button", name="See what to do").click()
    await page.get_by_role("button", name="Put it right").click()
    await expect(page.locator("h1")).to_have_text("H. Water")
    await answer(page, "Is the water enough?", "Yes")
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    assert len(await visits_of(site)) == 2


async def has_state(site: Site, state: str) -> None:
    """Wait until the story of the one visit has come so far."""
    while [each["state"] for each in await visits_of(site)] != [state]:
        await asyncio.sleep(0.05)


STORED = "async (name) => (await (await idb.openDB('ravi-device')).getAll(name)).length"
DAMAGE = """async () => {
  const database = await idb.openDB("ravi-device");
  const [visit] = await database.getAll("visits");
  await database.put("visits", { ...visit, id: "damaged", sealed: { ...visit.sealed, text: new ArrayBuffer(40) } });
}"""


async def test_what_is_taken_out_or_thrown_away_is_gone_from_the_tablet_and_a_damaged_visit_hides_no_other(
    tablet: BrowserContext,
) -> None:
    page = tablet.pages[0]
    for seed in (1, 2, 3):
        await photograph(page, a_photograph(600, 400, seed=seed), f"Picture {seed}", "choose")
    assert await page.evaluate(STORED, "photos") == 3
    await page.get_by_role("button", name="Remove Photograph or plan 1").click()
    await expect(page.locator(".app-line")).to_have_count(2)
    await expect(page.get_by_text("Picture 2")).to_be_visible()
    await page.get_by_role("button", name="Change Photograph or plan 1").click()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_text("Photograph or plan 1 removed.")).to_be_visible()
    assert await page.evaluate(STORED, "photos") == 1
    await page.evaluate(DAMAGE)
    await page.get_by_role("button", name="Your visits").click()
    await expect(page.get_by_text("1 visit on this tablet cannot be opened")).to_be_visible()
    await page.get_by_role("button", name="Go on").click()
    await to_section(page, "N")
    await page.get_by_role("button", name="Look it over and send").click()
    await page.get_by_text("Throw this visit away").click()
    await page.get_by_role("button", name="Throw it away for good").click()
    await expect(count_of(page, "Drafts")).to_have_text("0")
    assert await page.evaluate(STORED, "photos") == 0
    assert await page.evaluate(STORED, "visits") == 1, "the damaged one stays for whoever can mend it"


async def test_of_two_windows_one_writes_and_one_sends(site: Site, tablet: BrowserContext) -> None:
    page, posts = tablet.pages[0], []
    tablet.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    other = await tablet.new_page()
    await unlock(other)
    await other.get_by_role("button", name="Go on").click()
    await expect(other.get_by_role("heading", name="This visit is open in another window")).to_be_visible()
    await page.get_by_role("button", name="Your visits").click()
    await other.get_by_role("button", name="Back to your visits").click()
    await other.get_by_role("button", name="Go on").click()
    await tablet.set_offline(True)
    await send(other)
    await expect(other.get_by_text("Waiting to be sent.")).to_be_visible()
    await expect(count_of(page, "Waiting to send")).to_have_text("1")
    await tablet.set_offline(False)
    await expect(other.get_by_text("✓ Received in full.")).to_be_visible()
    await expect(count_of(page, "Sent")).to_have_text("1")
    await asyncio.gather(
        *(each.evaluate("navigator.locks.request('ravi-sending', () => true)") for each in (page, other))
    )
    assert len([url for url in posts if url.endswith("/api/v1/visits")]) == 1
    assert len(await visits_of(site)) == 1
    await page.get_by_role("button", name="Lock").click()
    await expect(other.get_by_role("heading", name="Unlock your visits")).to_be_visible()


async def test_it_locks_by_itself_and_what_was_received_goes_after_seven_days_more(
    site: Site, tablet: BrowserContext
) -> None:
    page, locked = tablet.pages[0], tablet.pages[0].get_by_role("heading", name="Unlock your visits")
    await page.get_by_role("button", name="Your visits").click()
    await page.clock.install()
    await unlock(page)
    await page.get_by_role("button", name="Go on").click()
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    await page.clock.fast_forward("29:00")
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    await page.clock.fast_forward("02:00")
    await expect(locked).to_be_visible()
    for days, left in ((6, "1"), (2, "0")):
        await page.clock.fast_forward(days * 24 * 3600 * 1000)
        await unlock(page)
        await expect(count_of(page, "Sent")).to_have_text(left)
