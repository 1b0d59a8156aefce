"""The pages of temporary risks in a browser: with no fault, mostly by keyboard, and control's open screen follows."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import RISER_FAULT, Desk, located
from tests.system import a_system

pytestmark = browser_only
expect.set_options(timeout=15_000)

SHOP = "999900000014"
SIZES = {"terminal": (1280, 720), "tablet": (810, 1080)}


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running site: a shop that crews have visited, and a high-rise with a riser out of order."""
    system = await a_system(tools, ("risk_register", "control"))
    desk = Desk(system)
    block = a_premises("999900000100", name="Marlowe House", address="12–60 King Street, Wexcombe", postcode="XQ1 4AB")
    await desk.receive(located(a_premises(SHOP)))
    await desk.receive(located(block, premises_class="FLATS_HIGH", systems=[RISER_FAULT]))
    async with running(system) as site:
        yield site


async def typed(page: Page, label: str, words: str) -> None:
    """Write into the field that has the focus next."""
    await page.keyboard.press("Tab")
    await expect(page.get_by_label(label, exact=True)).to_be_focused()
    await page.keyboard.type(words)


async def picked(page: Page, label: str, day: str) -> None:
    """Write a day as day, month and year into the field that has the focus next, and leave it."""
    await page.keyboard.press("Tab")
    await expect(page.get_by_label(label, exact=True)).to_be_focused()
    await page.get_by_label(label, exact=True).fill(day)


@pytest.mark.parametrize("size", SIZES)
async def test_one_is_raised_renewed_and_ended_and_no_page_has_a_fault(
    browser: Browser, site: Site, clock: SetClock, size: str
) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, *SIZES[size], complaints)
    context = await browser.new_context(base_url=site.address)
    await sign_in(context, site, Role.CONTROL)
    control = await context.new_page()
    await control.goto(f"/control/premises/{SHOP}")
    await expect(control.locator("[data-ravi-live]")).to_have_text("Live")

    await page.goto("/temporary-risks")
    await expect(page.get_by_role("row", name="Dry riser FAULT, NW stair")).to_contain_text("Marlowe House")
    assert await faults(page) == []
    await page.get_by_role("button", name="Raise one").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Raise it").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Say how it came about")
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    await page.locator(".govuk-error-summary a").last.focus()
    await typed(page, "Number of the premises", SHOP)
    await typed(page, "What it is", "Scaffold on the east face")
    await typed(page, "How it came about", "Told by the site manager")
    await typed(page, "Owner", "Protection")
    await picked(page, "First day", NOW.date().isoformat())
    await page.get_by_label("Last day", exact=True).fill((NOW + timedelta(days=10)).date().isoformat())
    await page.get_by_role("button", name="Raise it").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Raised: control and crews see it with its last day.")
    await expect(control.locator(".control-temporary")).to_contain_text("Scaffold on the east face, until 2 Dec")

    clock.move(timedelta(days=11))
    for each in (page.context, context):
        await sign_in(each, site, Role.CONTROL if each is context else Role.RISK_TEAM)  # nobody stays signed in so long
    await control.reload()
    await expect(control.locator(".control-temporary__one--past")).to_contain_text("ended on 2 Dec: to be confirmed")
    await expect(control.locator("[data-ravi-live]")).to_have_text("Live")
    await page.reload()
    await expect(page.get_by_role("row", name="Scaffold")).to_contain_text("Expired: confirm")
    assert await faults(page) == []
    await page.get_by_role("link", name="Scaffold on the east face").click()
    await expect(page.locator("main")).to_contain_text("Expired on 2 Dec 2026: confirm")
    await page.get_by_role("button", name="Renew it").click()
    assert await faults(page) == []
    await page.get_by_label("Why it goes on").fill("The works go on")
    await page.get_by_label("New last day").fill("2026-12-20")
    await page.get_by_role("button", name="Renew it").click()
    await expect(page.locator("main")).to_contain_text("In force until 20 Dec 2026")
    await expect(control.locator(".control-temporary")).to_contain_text("until 20 Dec")
    await page.get_by_role("button", name="End it").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Tick that it is over")
    assert await faults(page) == []
    await page.get_by_label("How you know that it is over").fill("Taken down, seen by the crew")
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="End it").click()
    await expect(page.locator("main")).to_contain_text("Ended: control and crews no longer see it.")
    await expect(control.locator(".control-temporary")).to_have_count(0)
    await page.goto(f"/review/records/{SHOP}")
    assert await faults(page) == []
    assert [each for each in complaints if "422" not in each] == []
    await context.close()
