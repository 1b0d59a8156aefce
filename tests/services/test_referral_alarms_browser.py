"""In a real browser: an alarm reaches every page of control, is heard, is answered for, and ends on all of them."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from services.shared.clock import SetClock
from services.shared.service import Service, Tools
from tests.builders import a_visit
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_records import MARLOWE, a_record, updated
from tests.services.control_site import Site, running
from tests.services.referrals_desk import CHILD, LOCKED_EXIT
from tests.system import System

RECORD = f"/control/premises/{MARLOWE}"
HOME, FRONT, ALL = "/", "/control", "/referrals/alarms"
SIZES = [(1280, 720), (810, 1080)]

expect.set_options(timeout=30_000)

pytestmark = browser_only


def brisk(service: Service) -> Service:
    """Return a service whose banners are asked for far more often than in use: the tests would only wait."""
    banners = [replace(banner, every_s=0.3, lost_after_s=1.0) for banner in service.banners]
    return replace(service, banners=banners)


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    whole = System(tools, [brisk(build(tools)) for build in SERVICES.values()])
    await whole.start()
    yield whole
    await whole.close()


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    async with running(system) as site, asyncio.timeout(120):
        await system.say(updated(a_record()))
        while await system.rows("SELECT count(*) FROM control.shown") != [(1,)]:
            await asyncio.sleep(0.02)
        yield site


async def page_of(browser: Browser, site: Site, where: str, size: tuple[int, int] = SIZES[0]) -> Page:
    """Return a page of control in a browser of its own."""
    context = await browser.new_context(
        base_url=site.address, viewport={"width": size[0], "height": size[1]}, locale="en-GB", reduced_motion="reduce"
    )
    await sign_in(context, site, Role.CONTROL)
    page = await context.new_page()
    await page.goto(where)
    return page


async def be_late(site: Site, clock: SetClock, *referrals: dict[str, str]) -> None:
    """Let a crew send a visit, and a quarter of an hour pass in which nobody acts."""
    crew = await site.system.client(Role.FIREFIGHTER)
    answer = await crew.post("/api/v1/visits", json=a_visit(clock.now(), referrals=list(referrals)))
    assert answer.status_code == 202, answer.text
    set_for_later = (
        "SELECT (SELECT count(*) FROM referrals.escalations) + (SELECT count(*) FROM safeguarding.escalations)"
    )
    while await site.system.rows(set_for_later) != [(2 * len(referrals),)]:
        await asyncio.sleep(0.05)
    clock.move(timedelta(minutes=15))


async def test_an_alarm_reaches_every_page_of_control_is_heard_answered_for_and_ended_on_all_of_them(
    browser: Browser, site: Site, clock: SetClock
) -> None:
    home, front, record = [await page_of(browser, site, where) for where in (HOME, FRONT, RECORD)]
    for page in (home, front, record):
        await expect(page.locator("[data-ravi-banner-checked]")).to_have_text("No alarms, 14:02")
        await expect(page.locator("html")).to_have_attribute("data-ravi-heard", "false")
    await front.get_by_role("button", name="Sound OFF").click()
    await expect(front.locator("[data-ravi-sound]")).to_have_text("Sound on: turn it off")

    await be_late(site, clock, LOCKED_EXIT)
    for page in (home, front, record):
        await expect(page.locator(".ravi-banner__call")).to_contain_text("ring the duty fire safety officer")
        await expect(page.get_by_role("alert").first).to_have_text(re.compile("^Alarm. Imminent risk"))
        await expect(page).to_have_title(re.compile(r"^▲ Alarms \(1\)"))
    await expect(front.locator("html")).to_have_attribute("data-ravi-heard", "true")
    await expect(home.get_by_text("The sound is off on this page.")).to_be_visible()
    await home.get_by_role("button", name="Sound on", exact=True).click()
    await expect(home.locator("html")).to_have_attribute("data-ravi-heard", "true")

    await record.keyboard.press("h")
    await expect(record.locator(".ravi-banner__facts")).to_contain_text("heard by control")
    for page in (home, front):
        await expect(page.locator(".ravi-banner__facts")).to_contain_text("heard by control")
        await expect(page.locator("html")).to_have_attribute("data-ravi-heard", "false")
    clock.move(timedelta(minutes=7.5))
    await expect(front.locator(".ravi-banner__facts")).to_contain_text("sounded twice")
    await expect(front.locator("html")).to_have_attribute("data-ravi-heard", "true")

    await front.get_by_text("Record whom you spoke to").click()
    await front.get_by_label("Spoken to").fill("Ms Example, duty officer")
    await front.get_by_label("Incident number").fill("2026-118")
    await front.get_by_role("button", name="Record it").click()
    for page in (front, home, record):
        await expect(page.locator(".ravi-banner__item")).to_have_count(0)
        await expect(page).not_to_have_title(re.compile("▲"))
        await expect(page.locator("html")).to_have_attribute("data-ravi-heard", "false")
    kept = await site.system.rows("SELECT incident_number, contact_by FROM referrals.alarms WHERE ended_at IS NOT NULL")
    assert kept == [("2026-118", "control")]


async def test_all_that_is_wrong_is_said_beside_its_field_and_a_repetition_takes_nothing_that_was_typed(
    browser: Browser, site: Site, clock: SetClock
) -> None:
    page = await page_of(browser, site, FRONT)
    await be_late(site, clock, CHILD)
    await expect(page.locator(".ravi-banner__call")).to_contain_text("Safeguarding duty officer: ring back, reference")
    await page.keyboard.press("Tab")
    await page.locator("summary", has_text="Record whom").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Record it").click()
    await expect(page.get_by_text("Say who was spoken to")).to_be_visible()
    await expect(page.get_by_text("Enter the incident number that you issued")).to_be_visible()
    spoken = page.get_by_label("Spoken to")
    await expect(spoken).to_be_focused()
    await page.keyboard.type("Mx Elm, duty off")
    clock.move(timedelta(minutes=7.5))
    await expect(page.locator(".ravi-banner__facts")).to_contain_text("sounded twice")
    await expect(spoken).to_be_focused()
    await page.keyboard.type("icer")
    await expect(spoken).to_have_value("Mx Elm, duty officer")
    await page.get_by_label("Safeguarding incident number").fill("SG-118")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ravi-banner__item")).to_have_count(0)


@pytest.mark.parametrize("where", [HOME, FRONT, RECORD, ALL])
async def test_an_alarm_takes_no_cursor_away_is_accessible_and_scrolls_nothing_sideways(
    browser: Browser, site: Site, clock: SetClock, where: str
) -> None:
    complaints: list[str] = []
    for size in SIZES:
        page = await page_of(browser, site, where, size)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.reload()
        if size == SIZES[0]:
            if where == FRONT:
                await page.keyboard.type("quay")
            await be_late(site, clock, LOCKED_EXIT, CHILD)
        await expect(page.locator(".ravi-banner__item--sounding")).to_have_count(2)
        if where == FRONT and size == SIZES[0]:
            await expect(page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first).to_be_focused()
        await page.locator("summary", has_text="Record whom").first.click()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert complaints == []


async def test_a_page_that_cannot_ask_says_since_when_and_whom_to_ring_and_finds_back(
    browser: Browser, site: Site
) -> None:
    page = await page_of(browser, site, FRONT)
    await expect(page.locator("[data-ravi-banner-checked]")).to_have_text("No alarms, 14:02")
    lost = page.locator("[data-ravi-banner-lost]")
    await expect(lost).to_be_hidden()
    await page.route("**/referrals/alarms/now", lambda route: route.abort())
    words = "Alarms cannot be checked since 14:02 today: ring the duty fire safety officer"
    await expect(lost).to_contain_text(words, timeout=45_000)
    await expect(page.locator("[data-ravi-banner-checked]")).to_have_text("Alarms: not checked")
    await page.unroute("**/referrals/alarms/now")
    await expect(lost).to_be_hidden()
    await expect(page.locator("[data-ravi-banner-checked]")).to_have_text("No alarms, 14:02")


async def test_sound_that_was_turned_off_is_seen_to_be_off_on_every_page(browser: Browser, site: Site) -> None:
    page = await page_of(browser, site, HOME)
    button = page.locator("[data-ravi-sound]")
    await button.click()
    await expect(button).to_have_text("Sound on: turn it off")
    await page.get_by_role("link", name="Control", exact=True).first.click()
    await page.wait_for_url("**/control")
    await page.keyboard.press("Tab")
    await expect(button).to_have_text("Sound on: turn it off")
    await button.click()
    await page.goto(RECORD)
    await page.keyboard.press("Tab")
    await expect(button).to_have_text("Sound OFF: turn it on")
