"""In a real browser: prevention works the greatest need first, by keyboard, on pages that are accessible."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from services.shared.service import Tools
from tests.builders import a_visit
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_site import Site, running
from tests.system import System

CONSENTED = {"kind": "SG10", "note": "Falls at night, smokes", "unit_ref": "Flat 9", "consent_state": "GIVEN"}
SIZES = [(1280, 720), (810, 1080)]

expect.set_options(timeout=30_000)

pytestmark = browser_only


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running site where two crews have each asked for a Safe and Well visit."""
    system = System(tools, [SERVICES[name](tools) for name in ("visits", "referrals")])
    await system.start()
    async with running(system) as site, asyncio.timeout(150):
        crew = await system.client(Role.FIREFIGHTER)
        for written in ("3 Mill Lane", "the cottage by the weir"):
            visit = a_visit(tools.clock.now(), referrals=[CONSENTED], address={"written": written})
            assert (await crew.post("/api/v1/visits", json=visit)).status_code == 202
        while await system.rows("SELECT count(*) FROM safeguarding.cases") != [(2,)]:
            await asyncio.sleep(0.05)
        yield site
    await system.close()


async def is_good(page: Page, name: str) -> None:
    """Hold a page against every rule of accessibility, at both sizes, with nothing wider than the screen."""
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        assert await faults(page) == [], (name, width)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
    await page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})


async def test_a_case_is_worked_by_keyboard_from_the_worklist_and_every_page_of_it_is_accessible(
    browser: Browser, site: Site
) -> None:
    context = await browser.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 720}, locale="en-GB", reduced_motion="reduce"
    )
    await sign_in(context, site, Role.PREVENTION)
    page = await context.new_page()
    await page.goto("/referrals")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Safe and Well")
    await is_good(page, "worklist-new")
    await page.get_by_role("link", name="Vulnerable, below the safeguarding threshold").first.press("Enter")
    await page.get_by_role("button", name="Acknowledge").press("Enter")
    await page.get_by_role("button", name="Accept: it is ours").press("Enter")
    await expect(page.get_by_text("open what the crew wrote first").first).to_be_visible()
    await page.get_by_label("To act on it").press("Space")
    await page.get_by_role("button", name="Open what the crew wrote").press("Enter")
    await expect(page.get_by_text("Falls at night, smokes")).to_be_visible()

    await page.get_by_role("link", name="Record the need").press("Enter")
    await expect(page).to_have_title(re.compile("^Record"))
    await page.get_by_role("button", name="Record it").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Choose how great the need is")
    await is_good(page, "need-wrong")
    await page.get_by_role("link", name="Choose how great the need is").press("Enter")
    await expect(page.get_by_label("Very high", exact=True)).to_be_focused()
    await page.get_by_label("Very high", exact=True).press("Space")
    await page.get_by_label("Smokes", exact=True).press("Space")
    await page.get_by_role("button", name="Record it").press("Enter")
    await expect(page.get_by_text("Behaviours: smokes").first).to_be_visible()

    await page.get_by_role("link", name="Record a contact").press("Enter")
    await page.get_by_label("When you tried (UK time)").fill("2026-11-22T14:01")
    await page.get_by_label("By telephone").press("Space")
    await page.get_by_label("Reached", exact=True).press("Space")
    await is_good(page, "contact")
    await page.get_by_role("button", name="Record it").press("Enter")
    await expect(page.get_by_text("in time")).to_be_visible()

    await page.get_by_role("link", name="Book or record the visit").press("Enter")
    await page.get_by_label("Made", exact=True).press("Space")
    await page.get_by_label("When (UK time)").fill("2026-11-22T14:02")
    await page.get_by_label("Smoke alarm", exact=True).fill("2")
    await is_good(page, "visit")
    await page.get_by_role("button", name="Record it").press("Enter")
    await expect(page.get_by_text("2 × smoke alarm").first).to_be_visible()
    await is_good(page, "case")

    await page.goto("/referrals")
    rows = page.locator("[data-desk-row]")
    await expect(rows.first).to_contain_text("Very high need")
    await expect(rows.first).to_contain_text("Close it with its outcome")
    await expect(rows.nth(1)).to_contain_text("Need not judged")
    await page.get_by_label("What is next").select_option("ACKNOWLEDGE")
    await page.get_by_role("button", name="Show these").press("Enter")
    await expect(rows).to_have_count(1)
    await is_good(page, "worklist")
