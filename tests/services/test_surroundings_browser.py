"""Hydrants and plans in a browser: in reach of keys, on the map, without a fault."""

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from tests.conftest import Templates
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_records import MARLOWE
from tests.services.control_site import running
from tests.services.incident_town import a_town
from tests.services.test_control_incidents import WRITTEN, opened
from tests.services.water_office import HYDRANTS, load_areas, load_water
from tests.system import System

expect.set_options(timeout=15_000)
pytestmark = browser_only


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database in which control shows a town."""
    return await templates.filled("an_incident_in_town", a_town)


async def test_what_lies_around_is_read_by_keys_and_on_the_map(browser: Browser, system: System) -> None:
    await load_water(system.tools, f"{HYDRANTS}\nH12,1,2\n")
    await load_areas(system.tools)
    async with running(system) as site:
        await opened(await system.client(Role.CONTROL), written=WRITTEN)
        context = await browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 720})
        await sign_in(context, site, Role.CONTROL)
        page = await context.new_page()
        await page.goto("/control/incidents/2026-004711")
        await expect(page.locator(".incident-map__hydrant")).to_have_count(5)
        await expect(page.locator(".incident-map__hydrant--alert")).to_have_count(3)
        await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
        assert await faults(page) == []
        await page.goto(f"/control/premises/{MARLOWE}")
        await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
        await expect(page.get_by_text("outside the chapel")).to_be_hidden()
        await page.locator(".control-undertaker summary").press("Enter")
        await expect(page.get_by_text("outside the chapel")).to_be_visible()
        assert await faults(page) == []
        for address in ("/control/water", "/control/area-plans"):
            await page.goto(address)
            assert await faults(page) == []
        await context.close()
