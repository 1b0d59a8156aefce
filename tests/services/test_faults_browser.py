"""The form of responsible persons in a browser: on a telephone and a screen, by keyboard, with no fault of access."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.faults_site import HOUSE, a_site, give
from tests.system import System

pytestmark = browser_only
expect.set_options(timeout=15_000)

SIZES = {"telephone": (390, 844), "screen": (1280, 720)}


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running site with a block that the local user of responsible persons answers for."""
    desk = await a_site(tools)
    await give(desk, Role.RESPONSIBLE_PERSON.value, HOUSE)
    system: System = desk.system
    async with running(system) as site:
        yield site


@pytest.mark.parametrize("size", SIZES)
async def test_a_fault_is_reported_by_keyboard_and_control_sees_it_until_it_is_repaired(
    browser: Browser, site: Site, clock: SetClock, size: str
) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, *SIZES[size], complaints)
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.RESPONSIBLE_PERSON)
    context = await browser.new_context(base_url=site.address)
    await sign_in(context, site, Role.CONTROL)
    control = await context.new_page()
    await control.goto(f"/control/premises/{HOUSE}")
    await expect(control.locator("[data-ravi-live]")).to_have_text("Live")

    await page.goto("/report-a-fault")
    await expect(page.locator("main")).to_contain_text("You have reported nothing")
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    await page.goto("/report-a-fault/new")
    await page.get_by_label("Where it is").fill("North stair, inlet by the main door")
    await page.get_by_role("button", name="Report it").focus()
    await page.keyboard.press("Enter")
    summary = page.locator(".govuk-error-summary")
    await expect(summary).to_contain_text("Choose what is out of order")
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    await expect(page.get_by_label("Where it is")).to_have_value("North stair, inlet by the main door")
    await summary.get_by_role("link", name="Choose what is out of order").click()
    await expect(page.get_by_label("What is out of order")).to_be_focused()
    await page.get_by_label("What is out of order").select_option("DRY_RISER")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Where it is")).to_be_focused()
    await page.get_by_label("Day", exact=True).fill("2026-11-21")
    await page.get_by_label("Time", exact=True).fill("07:30")
    await page.get_by_label("Name", exact=True).fill("Ada Example")
    await page.get_by_label("Telephone number").fill("01632 960001")
    await page.get_by_label("Your reference").fill("JOB-7")
    await page.get_by_role("button", name="Report it").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Reported: the fire and rescue service has it")
    assert await faults(page) == []
    on_screen = control.locator(".control-temporary")
    await expect(on_screen).to_contain_text("Dry riser FAULT, North stair, inlet by the main door, since 21 Nov")
    await expect(on_screen).to_contain_text("responsible person, not seen by a crew")
    assert await faults(control) == []

    await page.get_by_role("button", name="Report as repaired").click()
    await expect(summary).to_contain_text("Give the day and the time when it was repaired")
    assert await faults(page) == []
    await page.get_by_label("Day of the repair").fill("2026-11-22")
    await page.get_by_label("Time", exact=True).fill("13:00")
    await page.get_by_role("button", name="Report as repaired").click()
    await expect(page.locator("main")).to_contain_text("Reported as repaired.")
    await expect(on_screen).to_have_count(0)
    await page.goto("/report-a-fault")
    assert await faults(page) == []
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.PROTECTION)
    for path in ("/faults", "/responsible-persons", "/responsible-persons/new"):
        await page.goto(path)
        assert await faults(page) == [], path
    assert [each for each in complaints if "422" not in each] == []
    await context.close()
