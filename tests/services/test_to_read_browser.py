"""A crew reads what changed and says so, in a real browser: by keys, on a tablet, without a fault."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.test_to_read import PAGE, on_ground, publish
from tests.system import a_system

pytestmark = browser_only
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running control with a record on the ground of S1 that nobody has read yet."""
    system = await a_system(tools, ("control",))
    await publish(system, on_ground(1, 1))
    async with running(system) as site:
        yield site


async def test_a_crew_opens_reads_acknowledges_and_takes_back_by_keys(browser: Browser, site: Site) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, 810, 1080, complaints)
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.FIREFIGHTER)
    await page.goto("/control/to-read?watch=WHITE")
    await expect(page.locator("h1")).to_have_text("To read: White watch, station S1")
    assert await page.evaluate(FITS)
    assert await faults(page) == []
    await page.get_by_role("link", name="Open it first: Marlowe House").press("Enter")
    bar = page.get_by_role("region", name="To be read by your watch")
    await bar.get_by_label("Your watch").select_option(label="White watch")
    assert await page.evaluate(FITS)
    assert await faults(page) == []
    await bar.get_by_role("button", name="We have read version 1").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Kept: your watch has read it")
    assert await faults(page) == []
    await page.get_by_role("button", name="Take it back: Marlowe House").press("Enter")
    await expect(page.get_by_role("button", name=re.compile("^We have read version 1"))).to_be_visible()

    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.RISK_TEAM_MANAGER)
    await page.goto("/control/who-read")
    await expect(page.locator("h1")).to_have_text("Who has read what changed")
    assert await faults(page) == []
    await page.get_by_role("link", name="Search the read log").press("Enter")
    await expect(page.locator("h1")).to_have_text("Read log: who opened which record")
    await page.get_by_label("Premises").fill("999900000100")
    await page.get_by_label("Premises").press("Enter")
    await expect(page.get_by_role("heading", name="Nobody read this in these days")).to_be_visible()
    assert await faults(page) == []
    await page.goto(PAGE)
    await expect(page.get_by_role("button", name=re.compile("We have read"))).to_have_count(0)
    assert complaints == []
    await page.context.close()
