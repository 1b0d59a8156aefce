"""In a real browser: an operator finds a building by keys alone, sees it whole, and sees it change."""

import re
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from schemas.premises import ListedPremises, PremisesListed
from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.conftest import Templates
from tests.services.browsing import RULES, browser_only, sign_in
from tests.services.control_records import MARLOWE, a_record, a_shop, an_addition, not_yet_published, updated
from tests.services.control_site import Site, running
from tests.services.control_unsettled import not_located, submitted
from tests.system import System, a_system

SIZES = {"terminal": (1280, 720), "tablet": (810, 1080)}
RECORD = f"/control/premises/{MARLOWE}"
NOTHING_HELD = "/control/premises/505"
LOST = submitted(submission_id="00000000-0000-7000-8000-000000000000")
UNSETTLED = f"/control/unsettled/{LOST.visit_id}"

expect.set_options(timeout=15_000)

pytestmark = browser_only


async def show_a_street(tools: Tools) -> None:
    """Let control be told of a tower, of a building not yet published, and of a street of shops."""
    record = a_record(unverified=(an_addition(), an_addition("Appliance access BLOCKED", kind="ACCESS")))
    numbers = range(1, 30)
    shops = [a_shop(f"99990001{n:04d}", f"{n} Quay Street, Wexcombe", level=1 + n % 5) for n in numbers]
    system = await a_system(tools)
    known = ListedPremises(premises_id="505", address="17 Coburg Road", easting=300200.0, northing=130200.0)
    listing = PremisesListed(part_id="1/505", generation=1, entries=(known,))
    place = not_located(LOST)
    await system.say(listing, LOST, place, *(updated(each) for each in (*shops, not_yet_published(), record)))
    await system.settle()
    assert await system.rows("SELECT count(*) FROM control.shown") == [(31,)]


@pytest.fixture
async def template(templates: Templates) -> str:
    return await templates.filled("a_street", show_a_street)


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    async with running(system) as site:
        yield site


async def signed_in(browser: Browser, site: Site, role: Role = Role.CONTROL, size: str = "terminal") -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(
        base_url=site.address, viewport={"width": width, "height": height}, has_touch=size == "tablet"
    )
    context.set_default_timeout(20_000)
    await sign_in(context, site, role)
    return await context.new_page()


async def test_a_rich_record_is_seen_whole_on_a_control_terminal(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 720
    for words in ("STAY PUT", "UNVERIFIED", "Dry riser", "H1187", "Single stair", "Report a change"):
        await expect(page.get_by_text(words).first).to_be_in_viewport()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "where",
    [
        "/control",
        "/control?q=quay",
        "/control?q=300100+130200",
        RECORD,
        f"{RECORD}/history",
        f"{RECORD}/codes",
        NOTHING_HELD,
        UNSETTLED,
    ],
)
async def test_a_page_has_no_accessibility_fault_and_breaks_no_policy(
    browser: Browser, site: Site, where: str, size: str
) -> None:
    page = await signed_in(browser, site, size=size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(where)
    found = (await Axe().run(page, options=RULES)).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    assert complaints == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


async def test_a_building_is_found_and_opened_by_keys_alone(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto("/control")
    await page.keyboard.type("12 quay stret")
    await expect(page.locator("#control-found")).to_have_text(re.compile("found"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(re.compile("^12 Quay Street"))
    await page.keyboard.press("/")
    await page.keyboard.type("marlowe")
    await expect(page.locator("#control-results a")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Control: find premises")  # a name alone opens nothing
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(re.compile("Marlowe House"))


async def test_an_open_screen_shows_a_change_within_a_second_and_says_it_is_live(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    taken = []
    for revision in range(21, 26):
        addition = an_addition(f"Acetylene cylinders ({revision}), rear workshop", kind="HAZARD")
        started = time.perf_counter()
        await site.system.say(updated(a_record(revision=revision, unverified=(addition,))))
        await expect(page.locator(".ravi-unverified").first).to_contain_text(f"({revision})")
        taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 1.0
    await expect(page.locator("#control-changed")).to_contain_text("has changed")
    purposes = await site.system.rows("SELECT purpose FROM control.reads ORDER BY number")
    assert purposes == [("look-up",), *[("live",)] * 5]


async def test_the_front_page_lists_a_new_report_without_being_asked(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto("/control")
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    report = an_addition("Unstable structure, party wall", kind="HAZARD")
    shop = a_shop("999900000777", "7 New Street, Wexcombe")
    await site.system.say(updated(shop.model_copy(update={"unverified": (report,)})))
    await expect(page.get_by_text("Unstable structure, party wall")).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("7 New Street")).first).to_be_visible()


async def test_a_page_that_says_nothing_is_held_becomes_the_record_when_there_is_one(
    browser: Browser, site: Site
) -> None:
    page = await signed_in(browser, site)
    await page.goto(NOTHING_HELD)
    await expect(page.locator("main")).to_contain_text("Known, nothing held")
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await site.system.say(updated(a_shop("505", "17 Coburg Road, Wexcombe", level=4)))
    await expect(page.locator(".control-title")).to_contain_text("17 Coburg Road")


async def test_a_danger_without_a_settled_address_comes_and_goes_on_open_pages(browser: Browser, site: Site) -> None:
    front, own = await signed_in(browser, site), await signed_in(browser, site)
    await front.goto("/control")
    await own.goto(UNSETTLED)
    for page in (front, own):
        await expect(page.locator("main")).to_contain_text("The Old Snickelway")
        await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    report = an_addition("Acetylene cylinders (2), Rear yard", kind="HAZARD", visit_id=LOST.visit_id)
    shop = a_shop("999900000777", "7 New Street, Wexcombe").model_copy(update={"unverified": (report,)})
    await site.system.say(updated(shop, because_of_visit=LOST.visit_id))
    await expect(own.locator("h1")).to_have_text("This danger stands on a record now")
    await expect(front.locator("main")).not_to_contain_text("The Old Snickelway")
    await expect(front.locator("main")).to_contain_text("Acetylene cylinders")


async def test_a_screen_that_no_longer_hears_says_since_when(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await site.stop_serving()
    await expect(page.locator("[data-ravi-live]")).to_have_text(re.compile(r"Not live since \d\d:\d\d today"))


async def test_a_crew_goes_to_the_visit_form_and_control_is_told_what_to_do(browser: Browser, site: Site) -> None:
    crew = await site.machine(Role.FIREFIGHTER)
    answer = await crew.get(f"{RECORD}/report")
    assert (answer.status_code, answer.headers["location"]) == (303, "/device")
    await crew.aclose()
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await page.get_by_role("button", name="Report a change").click()
    await expect(page.locator("main")).to_contain_text("ring the central risk team")


async def test_a_code_is_revealed_in_a_box_that_forgets_it(browser: Browser, site: Site) -> None:
    tools = site.system.tools
    async with transaction(tools.database, tools.clock, Cause("visits", "test", "test")) as session:
        sealed = await tools.vault.seal(session, "private/v-1", "visit/v-1", '{"entry_code": "C41X"}')
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await site.system.say(updated(a_record(revision=30, private=sealed)))
    await page.get_by_role("link", name="Codes and contacts").click()
    await page.get_by_label("What for?").fill("Crew at the door")
    await page.keyboard.press("Enter")
    await expect(page.locator("#control-revealed")).to_contain_text("C41X")
    await page.get_by_role("button", name="Close").click()
    await expect(page.locator("#control-revealed")).to_be_empty()
    assert "C41X" not in await page.content()
