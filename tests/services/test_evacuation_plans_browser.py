"""The pages of evacuation plans in a browser: by keyboard, without a fault, and control's open screen follows."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from schemas.vocabulary import Role
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_records import MARLOWE
from tests.services.control_site import Site, running
from tests.services.needs_site import show, visit
from tests.system import System

pytestmark = browser_only
expect.set_options(timeout=15_000)

SIZES = {"terminal": (1280, 720), "tablet": (810, 1080)}


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    """Return a running site with Marlowe House on control's screen, of which nothing is held."""
    await show(system)
    await visit(system)
    async with running(system) as site:
        yield site


async def signed_in(browser: Browser, site: Site, role: Role, size: tuple[int, int]) -> tuple[BrowserContext, Page]:
    """Return a page of somebody with this role."""
    context = await browser.new_context(base_url=site.address, viewport={"width": size[0], "height": size[1]})
    await sign_in(context, site, role)
    return context, await context.new_page()


async def pressed(page: Page, role: str, name: str) -> None:
    """Press a link or a button by keyboard, once it is there."""
    there = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    await expect(there).to_be_visible()
    await there.focus()
    await expect(there).to_be_focused()
    await page.keyboard.press("Enter")


async def looks_right(page: Page, size: str, name: str) -> None:
    """Hold a page against the rules of accessibility, and its width; keep a picture where somebody asks for one."""
    if folder := os.environ.get("RAVI_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}-{size}.png", full_page=True)
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


@pytest.mark.parametrize("size", SIZES)
async def test_a_flat_is_entered_confirmed_and_withdrawn_by_keyboard_and_control_follows(
    browser: Browser, site: Site, size: str
) -> None:
    watching, control = await signed_in(browser, site, Role.CONTROL, (1280, 720))
    await control.goto(f"/control/premises/{MARLOWE}")
    needs = control.locator("[data-needs]")
    await expect(needs).to_contain_text("No consented needs held")
    await expect(control.locator(".control-evacuation")).to_contain_text("evacuation plans apply: 26 m")
    await expect(control.locator(".control-plans")).to_contain_text("apply because the top storey is at 26 m, 18 m or")
    context, page = await signed_in(browser, site, Role.PROTECTION, SIZES[size])
    await page.goto("/referrals/needs")
    await expect(page.locator("main")).to_contain_text("Nothing is held of any building")
    await looks_right(page, size, "empty")
    await page.goto(f"/control/premises/{MARLOWE}")
    await pressed(page, "link", "Enter or withdraw")
    await pressed(page, "button", "Enter a flat")
    await expect(page).to_have_title("Enter a flat – RAVI")
    await pressed(page, "button", "Keep it")
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Give the number of the flat")
    await looks_right(page, size, "errors")
    await page.get_by_label("Flat", exact=True).focus()
    await page.keyboard.type("Flat 12")
    await page.get_by_label("Help to get out").select_option(label="1 person to help")
    await page.get_by_label("Floor", exact=True).focus()
    await page.keyboard.type("2")
    await pressed(page, "button", "Add another person in this flat")
    await page.get_by_role("group", name="Person 2").get_by_label("Help to get out").select_option(label="Guide")
    await page.get_by_label("The responsible person").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("Who asked them?").focus()
    await page.keyboard.type("Managing agent")
    await page.get_by_label("In writing").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("When did they agree?").fill("2026-11-20")
    await page.get_by_label("They agreed explicitly").focus()
    await page.keyboard.press("Space")
    await looks_right(page, size, "form")
    await pressed(page, "button", "Keep it")
    await expect(page.locator("main")).to_contain_text("Kept: control sees it")
    await looks_right(page, size, "building")
    await expect(needs).to_contain_text("1 flat: 12 (floor 2, 1 person) · 12 (a guide)")
    await expect(needs).to_contain_text("told by the responsible person")
    assert await control.evaluate("document.documentElement.scrollHeight <= innerHeight"), "all on one screen"
    await looks_right(control, "terminal", f"control-{size}")
    await page.goto("/referrals/needs")
    await expect(page.get_by_role("row", name=MARLOWE)).to_contain_text("In date")
    await looks_right(page, size, "list")
    await page.get_by_role("row", name=MARLOWE).get_by_role("link").click()
    await pressed(page, "link", "It still holds (Flat 12)")
    await page.get_by_label("They were asked").focus()
    await page.keyboard.press("Space")
    await looks_right(page, size, "review")
    await pressed(page, "button", "Keep it for 12 months")
    await expect(page.locator("main")).to_contain_text("all of it holds")
    await pressed(page, "link", "They have withdrawn (Flat 12)")
    await expect(page).to_have_title("Check – RAVI")
    await looks_right(page, size, "withdraw")
    await pressed(page, "button", "They have withdrawn: destroy it")
    await expect(page.locator("main")).to_contain_text("The withdrawal is recorded")
    await expect(needs).to_contain_text("No consented needs held")
    await context.close()
    await watching.close()
