"""On an open screen of control, who needs help out comes and goes by itself; the desks' new pages have no fault."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_records import MARLOWE
from tests.services.control_site import Site, running
from tests.services.needs_site import GUIDE, HELP, NEEDS, show, visit
from tests.services.referrals_desk import CHILD
from tests.system import System

pytestmark = browser_only


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    """Return a running site with two flats of Marlowe House whose people agreed."""
    await show(system)
    await visit(system, HELP, GUIDE, referrals=[CHILD])
    async with running(system) as site:
        yield site


async def test_an_open_record_shows_a_withdrawal_without_being_loaded_again(browser: Browser, site: Site) -> None:
    context = await browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 720})
    await sign_in(context, site, Role.CONTROL)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"/control/premises/{MARLOWE}")
    needs = page.locator("[data-needs]")
    await expect(needs).to_contain_text("2 flats: 9 (floor 1, a guide) · 12 (floor 2, 1 person, statement exists)")
    async with await site.machine(Role.RISK_TEAM) as team:
        for unit in (await team.get(f"{NEEDS}/{MARLOWE}")).json()["needs"]:
            assert (await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")).status_code == 204
    await expect(needs).to_contain_text("No consented needs held", timeout=15_000)
    assert complaints == []
    await context.close()


@pytest.mark.parametrize("size", [(1280, 720), (810, 1080)])
async def test_the_pages_of_needs_and_of_closing_have_no_accessibility_fault(
    browser: Browser, site: Site, size: tuple[int, int]
) -> None:
    context = await browser.new_context(base_url=site.address, viewport={"width": size[0], "height": size[1]})
    await sign_in(context, site, Role.SAFEGUARDING)
    page = await context.new_page()

    async def has_no_fault() -> None:
        assert await faults(page) == []

    for address in (f"/control/premises/{MARLOWE}", f"/referrals/needs/{MARLOWE}", "/referrals"):
        await page.goto(address)
        await has_no_fault()
    await page.get_by_role("link", name="Concern about a child").click()
    await page.get_by_role("button", name="Acknowledge").click()
    await page.get_by_role("button", name="Accept: it is ours").click()
    await page.get_by_label("To decide what happens next").check()
    await page.get_by_role("button", name="Open what the crew wrote").click()
    await page.get_by_role("button", name="Close: check first").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Choose the outcome from the list")
    await has_no_fault()
    await page.get_by_label("No further action").check()
    await page.get_by_label("What was done").fill("The mother was found at once")
    await page.get_by_role("button", name="Close: check first").click()
    await has_no_fault()
    await page.get_by_role("button", name="Close the referral").click()
    await expect(page.locator("main")).to_contain_text("The referral is closed.")
    await has_no_fault()
    await context.close()
