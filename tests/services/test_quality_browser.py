"""Competence and quality in a real browser: by keys, on a tablet, without a fault."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import Desk, located
from tests.services.test_competence import enter, manager
from tests.services.test_oversight_browser import FITS, SIZES, press_until
from tests.services.test_quality import NO_PLAN, RIGHT, published, score
from tests.system import System

pytestmark = browser_only
POINTS = ("Address", "Critical facts", "Systems", "Hazards", "Plan attached", "Readable")


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running register with people in the record, visits to check, and enough checked for a figure."""
    system = System(tools, [build(tools)])
    await system.start()
    desk = Desk(system)
    mel, bob = await manager(desk), await desk.reviewer("bob")
    for person, first, last in (("ff-oak", -400, -12), ("ff-elm", -300, 40), ("ff-ash", -30, 700)):
        await enter(mel, person, first, last)
    for number in range(8):
        premises = a_premises(f"99990000{number:04}", name=f"Quay Works {number}")
        visit_id = await published(desk, located(premises, lead_officer_id="ff-fir", station="71" if number else "72"))
        if number < 6:
            await score(bob, visit_id, **(NO_PLAN if number % 2 else {"answers": RIGHT}))
    async with running(system) as site:
        yield site


async def as_manager(browser: Browser, site: Site, size: tuple[int, int], complaints: list[str]) -> Page:
    page = await opened(browser, site, *size, complaints)
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.RISK_TEAM_MANAGER)
    return page


async def is_whole(page: Page) -> None:
    assert await faults(page) == []
    assert await page.evaluate(FITS)


@pytest.mark.parametrize("size", SIZES)
async def test_a_competence_is_entered_and_withdrawn_by_keys_alone(
    browser: Browser, site: Site, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    page = await as_manager(browser, site, size, complaints)
    await page.goto("/oversight/competence")
    await expect(page.get_by_text("1 expired")).to_be_visible()
    await is_whole(page)
    await press_until(page, "Enter one")
    await page.keyboard.press("Enter")
    await page.get_by_label("Name").fill("ff-fir")
    await page.get_by_role("button", name="Enter it").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Give the first day")
    await is_whole(page)
    await page.get_by_label("First day").fill("2026-11-01")
    await page.get_by_label("Last day").fill("2028-10-31")
    await page.get_by_label("What it rests on").fill("Site visits course")
    await page.get_by_role("button", name="Enter it").press("Enter")
    await expect(page.get_by_text("it counts for visits from the first day")).to_be_visible()
    await press_until(page, "ff-fir")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Competent to lead visits today.")).to_be_visible()
    await is_whole(page)
    await page.get_by_label("Why").fill("Moved to control")
    await press_until(page, "Withdraw it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Not competent to lead visits today")).to_be_visible()
    await is_whole(page)
    assert [each for each in complaints if "422" not in each] == []
    await page.context.close()


@pytest.mark.parametrize("size", SIZES)
async def test_a_visit_is_checked_and_opened_again_by_keys_alone(
    browser: Browser, site: Site, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    page = await as_manager(browser, site, size, complaints)
    await page.goto("/oversight/quality")
    await page.locator("summary", has_text="Results by station and month").press("Enter")
    await expect(page.get_by_role("cell", name="90 %")).to_be_visible()
    await expect(page.get_by_role("cell", name="Fewer than 5")).to_be_visible()
    await is_whole(page)
    await press_until(page, "Quay Works 6")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Check it on six points")).to_be_visible()
    await is_whole(page)
    await page.get_by_role("button", name="Keep the result").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Address: say whether it is right")
    await is_whole(page)
    for point in POINTS:
        group = page.get_by_role("group", name=point)
        await group.get_by_role("radio", name="Not right" if point == "Hazards" else "Right", exact=True).press("Space")
    await page.get_by_label("Hazards: what is not right").fill("The cylinders in the yard are missing")
    await press_until(page, "Keep the result")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("its crew reads the result with its visit")).to_be_visible()
    await page.get_by_role("link", name="Checked").press("Enter")
    await page.get_by_role("link", name="Quay Works 6").press("Enter")
    await expect(page.get_by_role("heading", name="5 of 6 points right")).to_be_visible()
    await is_whole(page)
    await page.get_by_label("Why").fill("They were reported since")
    await press_until(page, "Open it again")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Check it on six points")).to_be_visible()
    assert [each for each in complaints if "422" not in each] == []
    await page.context.close()


async def test_on_a_phone_no_page_is_wider_than_it(browser: Browser, site: Site) -> None:
    page = await as_manager(browser, site, (390, 844), [])
    for address in ("/oversight/competence", "/oversight/competence/new", "/oversight/quality"):
        await page.goto(address)
        assert await page.evaluate(FITS), address
    await page.get_by_role("link", name="Quay Works 7").click()
    await expect(page.get_by_role("heading", name="Check it on six points")).to_be_visible()
    assert await page.evaluate(FITS)
    await page.context.close()
