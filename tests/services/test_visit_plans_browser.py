"""Visit plans and the map of oversight in a real browser: by keys alone, on a tablet, on paper, without a fault."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from services.shared.service import Tools
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.plan_office import due_record, given_hotel, given_records
from tests.services.premises_desk import know_the_area
from tests.services.test_oversight_browser import FITS, press_until
from tests.system import System

pytestmark = browser_only
HOUSE = "House 3"


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running register, beside the premises whose outlines its map draws, in which much is due."""
    await know_the_area(tools)
    system = System(tools, [SERVICES[name](tools) for name in ("premises", "risk_register", "visits")])
    await system.start()
    rows = (due_record(at, 1 + at % 5, at % 90 - 60, f"S{at % 3 + 1}") for at in range(3, 123))
    await given_records(tools, due_record(1, 5, -900, "S1"), *rows)
    await given_hotel(tools)
    async with running(system) as site:
        yield site


async def test_a_plan_is_proposed_changed_and_published_by_keys_alone(browser: Browser, site: Site) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, 810, 1080, complaints)
    await page.goto("/oversight/plans?month=2026-12")
    await expect(page.locator("h1")).to_have_text("Visit plans for December 2026")
    assert await faults(page) == []
    await press_until(page, "Station S1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("There is no plan yet")).to_be_visible()
    assert await faults(page) == []
    await press_until(page, "Propose a plan")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Proposed anew")).to_be_visible()
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await press_until(page, HOUSE)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(HOUSE)
    await press_until(page, "Move it to another watch")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Move it").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Choose the watch that is to go")
    assert await faults(page) == []
    await page.get_by_role("combobox", name="Watch").select_option("DAY")
    await page.get_by_role("textbox", name="Why").fill("Day crew knows the site")
    await page.get_by_role("button", name="Move it").press("Enter")
    await expect(page.get_by_text("Moved to the other watch.")).to_be_visible()
    await expect(page.get_by_role("button", name="Take back: Moved to Day watch")).to_be_visible()
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await page.goto("/oversight/plans/S1/2026-12")
    await page.get_by_role("button", name="Publish the plan").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Tick that the crews are to be asked")
    await page.get_by_role("checkbox").press("Space")
    await page.get_by_role("button", name="Publish the plan").press("Enter")
    await expect(page.get_by_text("Published: the crews are asked")).to_be_visible()
    await expect(page.get_by_role("link", name="Asked 16")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Propose anew")).to_be_hidden()
    await expect(page.get_by_role("link", name=HOUSE, exact=True)).to_be_visible()
    await page.emulate_media(media="screen")
    await page.context.clear_cookies()
    await sign_in(page.context, site, Role.OFFICER_IN_CHARGE)
    await page.goto("/oversight/plans")
    await page.get_by_role("link", name="December 2026").press("Enter")
    await expect(page.locator("h1")).to_have_text("Station S1: visits in December 2026")
    await expect(page.get_by_role("button", name="Propose anew")).to_have_count(0)
    assert await faults(page) == []
    assert [each for each in complaints if "422" not in each] == []
    await page.context.close()


async def test_the_map_shows_what_its_list_says_and_is_narrowed_with_it(browser: Browser, site: Site) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, 1280, 720, complaints)
    await page.goto("/oversight/map")
    drawn = page.locator("[data-drawn=yes]")
    await expect(drawn).to_be_visible()
    rows = page.locator("tr[data-line]")
    shown = await rows.count()
    assert await page.locator(".map-mark").count() == shown > 80
    assert await page.locator("path.leaflet-interactive").count() == 0
    assert await drawn.locator("path").count() > 0, "the outlines are drawn"
    shapes = await page.locator(".map-mark use").evaluate_all(
        "all => [...new Set(all.map((one) => one.getAttribute('href')))]"
    )
    assert {"#map-stale", "#map-overdue", "#map-due", "#map-no-record"} <= {*shapes}
    assert await faults(page) == []
    assert await page.evaluate(FITS)
    await page.emulate_media(media="print")
    widths = "document.querySelector('.map-list').clientWidth / document.querySelector('.map-beside').clientWidth"
    assert await page.evaluate(widths) == 1, "on paper the list has the whole width, for the map is not printed"
    await page.emulate_media(media="screen")
    first = rows.first.get_by_role("link").first
    await first.focus()
    await expect(page.locator(".map-mark--chosen")).to_have_count(1)
    await page.get_by_label("Station", exact=True).select_option("S1")
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.locator("tr[data-line]").filter(has_text="S2")).to_have_count(0)
    await page.get_by_role("link", name="No record 1").press("Enter")
    await expect(page.locator("tr[data-line]")).to_have_count(1)
    await expect(page.locator("tr[data-line]")).to_contain_text("expected")  # nobody has scored it
    await expect(drawn).to_be_visible()
    await page.locator(".map-mark").click()
    await expect(page.get_by_role("link", name="Hotel 900", exact=True)).to_be_focused()
    await page.get_by_label("Plan", exact=True).select_option("yes")
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.get_by_text("Nothing to visit is here")).to_be_visible()
    assert await faults(page) == []
    assert complaints == []
    await page.context.close()
