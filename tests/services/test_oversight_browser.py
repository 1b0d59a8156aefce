"""The lists of what is due and what is missing in a real browser: by keys, on a tablet, without a fault."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.gap_county import county, hear
from tests.services.risk_register_desk import Desk, located
from tests.services.test_risk_register_due import TODAY, dated, given_dates, in_ground
from tests.system import System

pytestmark = browser_only
SIZES = [(1280, 720), (810, 1080)]
SHOP = "999900000014"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
async def site(tools: Tools, clock: SetClock) -> AsyncIterator[Site]:
    """Return a running register in which a shop and many other premises are due; the shop is in no station's ground."""
    system = System(tools, [build(tools)])
    await system.start()
    await Desk(system).publish(await Desk(system).receive(located(in_ground(SHOP, None))))
    [(due_on,)] = await system.rows("SELECT review_due_on FROM risk_register.review_dates")
    assert isinstance(due_on, date)
    later = (due_on - TODAY).days + 9
    clock.move(timedelta(days=later))
    await given_dates(
        tools.database,
        *(dated(number, 1 + number % 5, later + 70 - number * 7, f"S{1 + number % 7}") for number in range(1, 130)),
        dated(200, None, None, ""),
    )
    async with running(system) as site:
        yield site


@pytest.fixture
async def listed_site(site: Site, tools: Tools) -> Site:
    """Return the same site, where the register has heard of a small county."""
    await hear(tools, county(3000))
    return site


async def press_until(page: Page, name: str) -> None:
    """Move the focus with the Tab key until it is on the link or button of a name."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        at = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        if await page.evaluate(at) == name:
            return
    raise AssertionError(f"the keyboard does not come to {name}")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_due_is_narrowed_and_a_crew_asked_by_keys_alone(
    browser: Browser, site: Site, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, *size, complaints)
    await page.goto("/oversight")
    await expect(page.locator("h1")).to_have_text("Due for review")
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await page.get_by_label("Station", exact=True).select_option("-")
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.get_by_role("link", name="The Corner Stores", exact=True)).to_be_visible()
    await press_until(page, "Ask a crew to visit The Corner Stores")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Why")).to_have_value(re.compile("^Its review was due on "))
    assert await faults(page) == []
    await page.get_by_label("Station").fill("S1")
    await press_until(page, "Ask the crew")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The crew is asked")).to_be_visible()
    await page.goto("/oversight?station=-")
    await expect(page.get_by_role("link", name="Asked: The Corner Stores")).to_be_visible()
    assert complaints == []
    await page.context.close()


@pytest.mark.parametrize("size", SIZES)
async def test_what_has_no_record_is_listed_and_the_rules_are_changed_after_a_look(
    browser: Browser, listed_site: Site, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    page = await opened(browser, listed_site, *size, complaints)
    await page.context.clear_cookies()
    await sign_in(page.context, listed_site, Role.RISK_TEAM_MANAGER)
    await page.goto("/oversight/gaps")
    await expect(page.locator("h1")).to_have_text("No record yet")
    await page.get_by_text("Count by rule and station").press("Enter")
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await page.get_by_role("link", name="Rules").press("Enter")
    await expect(page.get_by_label("Rule 1: premises meant")).to_have_value("Hospital")
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await page.get_by_label("Rule 8: take out").press("Space")
    await page.get_by_label("Rule 13: premises meant").fill("Offices")
    await page.get_by_label("Rule 13: classes").fill("CO")
    await page.get_by_label("Rule 13: where it is from").fill("1.1 office")
    await page.get_by_role("button", name="Show what would change").press("Enter")
    await expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    await expect(page.get_by_role("heading", name="Would leave")).to_be_visible()
    assert await faults(page) == []
    await page.get_by_role("button", name="Adopt these rules").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("say why the rules are changed")
    assert await faults(page) == []
    await page.get_by_label("Why", exact=True).fill("Offices burn, warehouses are visited by Protection")
    await page.get_by_role("button", name="Adopt these rules").press("Enter")
    await expect(page.get_by_text("Adopted: the list goes by the new rules.")).to_be_visible()
    await page.goto("/oversight/gaps")
    await page.get_by_label("Rule", exact=True).select_option("offices")
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.get_by_role("link", name=re.compile("^Ask a crew")).first).to_be_visible()
    assert [each for each in complaints if "422" not in each] == []
    await page.context.close()


async def test_on_a_phone_no_page_is_wider_than_it_and_paper_has_nothing_to_press(
    browser: Browser, listed_site: Site
) -> None:
    page = await opened(browser, listed_site, 390, 844, [])
    for address in ("/oversight", "/oversight/gaps", "/oversight/gaps/rules"):
        await page.goto(address)
        assert await page.evaluate(FITS), address
    await page.goto("/oversight?station=-")
    ask = page.get_by_role("link", name="Ask a crew to visit The Corner Stores")
    await expect(ask).to_be_visible()
    await page.emulate_media(media="print")
    await expect(ask).to_be_hidden()
    await expect(page.get_by_role("link", name="The Corner Stores", exact=True)).to_be_visible()
    await page.context.close()
