"""From an incident to a closed action in a real browser: by keys, on a tablet and at a desk, without a fault."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import RISER_WORKING, Desk, located
from tests.services.test_after_incidents import SHOP, shop
from tests.system import a_system

pytestmark = browser_only
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PLAN: dict[str, Any] = {"tactics_note": "Attack from the yard", "pda_suggestion": "Three pumps and an aerial"}


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running register and control with a published record of a shop that has a riser and a plan."""
    system = await a_system(tools, ("risk_register", "control", "visits"))
    desk = Desk(system)
    await desk.publish(await desk.receive(located(shop(), systems=[RISER_WORKING], **PLAN)))
    async with running(system) as site:
        yield site


async def sound(page: Page, title: str) -> None:
    """See that a page has this title, fits its width and breaks no rule of accessibility."""
    await expect(page.locator("h1")).to_have_text(title)
    assert await page.evaluate(FITS)
    assert await faults(page) == []


async def as_role(page: Page, site: Site, role: Role) -> None:
    await page.context.clear_cookies()
    await sign_in(page.context, site, role)


async def test_an_incident_is_asked_about_answered_taken_up_and_closed_by_keys(browser: Browser, site: Site) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, 1280, 720, complaints)
    await as_role(page, site, Role.CONTROL)
    await page.goto(f"/control/premises/{SHOP}")
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the record needs no scrolling"
    await page.get_by_role("link", name="After an incident").press("Enter")
    await page.get_by_role("link", name="Ask the crew that had command").press("Enter")
    await sound(page, "Ask after an incident")
    await page.get_by_label("Incident number").fill("2026-004711")
    await page.get_by_label("Callsign that had command").fill("K41")
    await page.get_by_label("Its station").fill("S1")
    await page.get_by_label("Its station").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Asked")

    await page.set_viewport_size({"width": 810, "height": 1080})
    await as_role(page, site, Role.FIREFIGHTER)
    await page.goto("/control/was-it-right")
    await sound(page, "After incidents: was the risk information right?")
    await page.get_by_role("link", name=re.compile("^Answer about The Corner Stores")).press("Enter")
    await expect(page.get_by_label("Incident number")).to_have_value("2026-004711")
    await page.get_by_role("button", name="Send to the risk team").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("choose Yes or No")
    assert await faults(page) == []
    await page.get_by_label("No: something was wrong").press("Space")
    await page.get_by_label("The record said, 1", exact=True).select_option(label="Dry riser: Working, NW stair")
    await page.get_by_label("It is really, 1", exact=True).fill("It has no outlet on the second floor")
    await page.get_by_role("button", name="Send to the risk team").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Thank you")

    await as_role(page, site, Role.RISK_TEAM)
    await page.goto("/review")
    await page.get_by_role("link", name=re.compile("^After incidents")).press("Enter")
    await sound(page, "After incidents: was the risk information right?")
    await page.get_by_role("link", name=re.compile("^The Corner Stores")).press("Enter")
    await expect(page.get_by_role("heading", name="Wrong: Systems, dry riser")).to_be_visible()
    assert await faults(page) == []
    await page.get_by_role("link", name=re.compile("^Raise an action on: Dry riser")).press("Enter")
    await expect(page.get_by_label("What is to be done")).to_have_value(re.compile("^Dry riser: It has no outlet"))
    await page.get_by_label("Owner").fill("Station S1")
    await page.locator("#action-due_on").fill("2026-12-18")
    await page.get_by_role("button", name="Raise it").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The action is raised")

    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.goto("/oversight/actions")
    await sound(page, "Actions")
    await page.get_by_role("link", name=re.compile("^Dry riser")).press("Enter")
    await page.get_by_label("What was done").fill("The outlet was found and the record mended")
    assert await faults(page) == []
    await page.get_by_role("button", name="Close it as done").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The action is done")
    await page.goto("/oversight/tactical-plans?show=all")
    await sound(page, "Tactical plans")
    await page.get_by_role("link", name="The Corner Stores").press("Enter")
    await sound(page, "Tactical plan: The Corner Stores")
    await page.get_by_label("What you looked at, and why it stays").fill("Walked through with the station")
    await page.get_by_role("button", name="It needs no change").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Reviewed: the plan stays")
    assert await faults(page) == []
    assert [each for each in complaints if "422" not in each] == []
    await page.context.close()
