"""In a real browser: an operator opens an incident by keys, settles the premises, and sees what is around change."""

import re

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from tests.conftest import Templates
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_records import an_addition, updated
from tests.services.control_site import running
from tests.services.incident_town import a_town, in_reach
from tests.system import System

expect.set_options(timeout=15_000)

pytestmark = browser_only


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database in which control shows a town."""
    return await templates.filled("an_incident_in_town", a_town)


async def test_an_operator_opens_one_by_keys_and_sees_it_change(browser: Browser, system: System) -> None:
    async with running(system) as site:
        context = await browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 720})
        await sign_in(context, site, Role.CONTROL)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto("/control")
        await page.locator("#control-q").press("Escape")
        await page.get_by_role("link", name="Incidents").press("Enter")
        await expect(page.get_by_text("No incident is open.")).to_be_visible()
        assert await faults(page) == []
        await page.get_by_label("Incident number").fill("47/11")
        await page.get_by_label("Where").fill("16 Quay Street")
        await page.get_by_label("Where").press("Enter")
        await expect(page.get_by_role("link", name=re.compile("letters, figures, points and dashes"))).to_be_visible()
        assert await faults(page) == []
        await page.get_by_label("Incident number").fill("4711")
        await page.get_by_label("Appliances sent").fill("k41, k42")
        await page.get_by_label("Appliances sent").press("Enter")
        await expect(page.get_by_text("Not proven to be the right premises")).to_be_visible()
        await page.get_by_role("button", name="It is 1 Quay Street, Wexcombe").press("Enter")
        await expect(page.get_by_text("The address given differs")).to_be_visible()
        await expect(page.get_by_text("K41, K42")).to_be_visible()
        await expect(page.locator(".leaflet-interactive")).to_have_count(5)
        await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
        assert await faults(page) == []
        news = in_reach(5, 2, -40.0, unverified=(an_addition("Explosives, cellar", kind="HAZARD"),), revision=2)
        await system.say(updated(news))
        await expect(page.locator("[data-around]", has_text="5 Quay Street")).to_contain_text("Explosives, cellar")
        await page.get_by_role("button", name="Close the incident").press("Enter")
        await page.get_by_role("button", name="Open it again").press("Enter")
        await expect(page.get_by_role("button", name="Close the incident")).to_be_visible()
        assert [each for each in complaints if "422" not in each] == []  # the browser notes that the first was refused
        await context.close()
