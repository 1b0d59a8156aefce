"""In a real browser: an operator finds a building by keys alone, sees it whole, and sees it change."""

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.conftest import Templates
from tests.services.browsing import RULES, browser_only, faults, sign_in
from tests.services.control_fullest import TEMPORARY, the_fullest
from tests.services.control_records import MARLOWE, a_record, a_shop, an_addition, not_yet_published, updated
from tests.services.control_site import Site, running
from tests.slowness import slowness
from tests.system import System, a_system

SIZES = {"terminal": (1280, 720), "tablet": (810, 1080)}
RECORD = f"/control/premises/{MARLOWE}"

expect.set_options(timeout=15_000)

pytestmark = browser_only


async def thirty_one_records(tools: Tools) -> None:
    """Let control show a rich record, one that is not yet published, and a street of shops."""
    record = a_record(unverified=(an_addition(), an_addition("Appliance access BLOCKED", kind="ACCESS")))
    numbers = range(1, 30)
    shops = [a_shop(f"99990001{n:04d}", f"{n} Quay Street, Wexcombe", level=1 + n % 5) for n in numbers]
    system = await a_system(tools)
    await system.say(*(updated(each) for each in (*shops, not_yet_published(), record)))
    await system.settle()
    assert await system.rows("SELECT count(*) FROM control.shown") == [(31,)]
    await system.close()


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database in which control shows 31 records."""
    return await templates.filled("thirty_one_records", thirty_one_records)


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    async with running(system) as site, asyncio.timeout(60):
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
        await expect(page.get_by_text(words).locator("visible=true").first).to_be_in_viewport()


@pytest.mark.parametrize("size", SIZES)
async def test_the_fullest_record_is_seen_whole_without_scrolling(browser: Browser, site: Site, size: str) -> None:
    page = await signed_in(browser, site, size=size)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await site.system.say(updated(the_fullest()))
    await expect(page.locator(".control-urgent__list li")).to_have_count(10)
    assert await page.evaluate("document.documentElement.scrollHeight") <= SIZES[size][1]
    for line in await page.locator(
        ".control-urgent__list li, .control-critical__list li, .control-grid .control-fact"
    ).all():
        await expect(line).to_be_in_viewport(ratio=1)
    cut = """() => [...document.querySelectorAll("#control-screen *")]
      .filter((each) => !each.closest("details, .govuk-button, .govuk-visually-hidden, .ravi-time__full"))
      .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1).map((each) => each.outerHTML)"""
    assert await page.evaluate(cut) == []
    small = """() => [...document.querySelectorAll("#control-screen *")]
      .filter((each) => each.textContent.trim() && parseFloat(getComputedStyle(each).fontSize) < 14).length"""
    assert await page.evaluate(small) == 0
    first = await page.locator(".control-grid").bounding_box()
    critical = await page.locator(".control-critical").bounding_box()
    assert first is not None
    assert critical is not None
    assert critical["y"] + critical["height"] <= first["y"]


@pytest.mark.parametrize("size", SIZES)
async def test_temporary_risks_are_in_sight_and_cost_the_fullest_record_two_lines_at_most(
    browser: Browser, site: Site, size: str
) -> None:
    page = await signed_in(browser, site, size=size)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await site.system.say(updated(the_fullest(temporary=TEMPORARY)))
    risks = page.locator(".control-temporary__one")
    await expect(risks).to_have_count(3)
    for line in [*await risks.all(), *await page.locator(".control-urgent__list li").all()]:
        await expect(line).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollHeight") <= SIZES[size][1] + 2 * 20
    await expect(risks.last).to_have_text("Funfair in the yard, rear access shut, ended on 20 Nov: to be confirmed")
    grey, black = [await line.evaluate("each => getComputedStyle(each).color") for line in (risks.last, risks.first)]
    assert grey != black
    await site.system.say(updated(a_record(revision=50, temporary=TEMPORARY)))
    await expect(page.locator(".control-urgent__list li")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollHeight") <= SIZES[size][1], "a rich record is seen whole"


async def test_what_can_be_done_stays_in_sight_however_long_the_record_grows(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.set_viewport_size({"width": 1280, "height": 420})
    await page.goto(RECORD)
    assert await page.evaluate("document.documentElement.scrollHeight") > 420
    for name in ("Report a change", "Earlier", "Print", "Sources"):
        await expect(page.locator(".control-actions").get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)


async def test_who_saw_a_fact_is_one_key_away_and_stands_there_without_scripts(browser: Browser, site: Site) -> None:
    await site.system.say(updated(the_fullest()))
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    systems = page.locator("#sources-systems")
    await systems.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(systems).to_contain_text("K12, physical visit")
    await expect(systems.locator("dd").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(systems.locator("dd").first).to_be_hidden()
    await expect(systems.locator("summary")).to_be_focused()
    await page.keyboard.press("s")
    await expect(page.locator("#sources-water dd").first).to_be_visible()
    context = await browser.new_context(base_url=site.address, java_script_enabled=False)
    await sign_in(context, site, Role.CONTROL)
    plain = await context.new_page()
    await plain.goto(RECORD)
    await plain.get_by_role("link", name="Sources").click()
    await expect(plain.locator("#sources-water dd").first).to_be_visible()
    await plain.locator("#sources-water summary").click()
    await expect(plain.locator("#sources-water dd").first).to_be_hidden()


async def test_the_fullest_record_has_no_accessibility_fault(browser: Browser, site: Site) -> None:
    await site.system.say(updated(the_fullest(temporary=TEMPORARY)))
    page = await signed_in(browser, site)
    for where in (RECORD, f"{RECORD}?sources=all"):
        await page.goto(where)
        await expect(page.locator(".control-urgent__list li")).to_have_count(10)
        options = {"runOnly": {"type": "tag", "values": [*RULES["runOnly"]["values"], "best-practice"]}}
        assert await faults(page, options) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("where", ["/control", "/control?q=quay", RECORD, f"{RECORD}/history", f"{RECORD}/codes"])
async def test_a_page_has_no_accessibility_fault_and_breaks_no_policy(
    browser: Browser, site: Site, where: str, size: str
) -> None:
    page = await signed_in(browser, site, size=size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(where)
    assert await faults(page) == []
    assert complaints == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


async def test_a_building_is_found_and_opened_by_keys_alone(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto("/control")
    await page.keyboard.type("12 quay stret")
    await expect(page.locator("#control-found")).to_have_text("1 found")
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


async def test_keys_pressed_before_the_scripts_came_are_not_lost_and_do_nothing_but_lead(
    browser: Browser, site: Site
) -> None:
    scripts_may_come = asyncio.Event()

    async def hold_back(route: Route) -> None:
        await scripts_may_come.wait()
        await route.continue_()

    for address, keys, found in ((RECORD, "/marlowe", 1), ("/control", "12 quay stret", 1), (RECORD, "p/", None)):
        scripts_may_come.clear()
        page = await signed_in(browser, site)
        await page.route(re.compile(r"/(ravi|control)\.js"), hold_back)
        await page.goto(address, wait_until="commit")
        await expect(page.locator("h1")).to_be_visible()
        await page.evaluate("document.addEventListener('click', () => { globalThis.pressed = true; })")
        await page.keyboard.type(keys)
        scripts_may_come.set()
        if found:
            await expect(page.locator("#control-results a")).to_have_count(found)
        else:
            await page.wait_for_load_state()
            await expect(page.locator("[data-ravi-shortcuts]")).to_be_visible()
            assert not await page.evaluate("globalThis.pressed"), "a button was pressed that nobody had read"


async def test_an_open_screen_shows_a_change_within_a_second_and_says_it_is_live(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    taken, slow = [], slowness()
    for revision in range(21, 26):
        addition = an_addition(f"Acetylene cylinders ({revision}), rear workshop", kind="HAZARD")
        started = time.perf_counter()
        await site.system.say(updated(a_record(revision=revision, unverified=(addition,))))
        await expect(page.locator(".control-urgent").first).to_contain_text(f"({revision})")
        taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 1.0 * max(slow, slowness())
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


async def test_a_screen_that_no_longer_hears_says_since_when(browser: Browser, site: Site) -> None:
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await site.stop_serving()
    await expect(page.locator("[data-ravi-live]")).to_have_text(re.compile(r"Not live since \d\d:\d\d today"))


async def test_a_crew_goes_to_the_visit_form_and_control_is_told_what_to_do(browser: Browser, site: Site) -> None:
    crew = await site.machine(Role.FIREFIGHTER)
    answer = await crew.get(f"{RECORD}/report")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/device#premises={MARLOWE}")
    await crew.aclose()
    page = await signed_in(browser, site)
    await page.goto(RECORD)
    await page.get_by_role("button", name="Report a change").click()
    await expect(page.locator("main")).to_contain_text("ring the central risk team")


async def test_a_code_is_revealed_in_a_box_that_forgets_it(browser: Browser, site: Site) -> None:
    tools = site.system.tools
    async with transaction(tools.database, tools.clock, Cause("visits", "test", "test")) as work:
        sealed = await tools.vault.seal(work, "private/v-1", "visit/v-1", '{"entry_code": "C41X"}')
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
