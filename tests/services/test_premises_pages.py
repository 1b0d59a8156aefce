"""The pages of the desk and the matching door: what a person and a program see of a doubtful address."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from services.premises.store.cases import get_case, save_cases
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.conftest import Templates
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.premises_desk import (
    AT_THE_LIBRARY,
    FLAT_4,
    LIBRARY,
    ROWAN_HOUSE,
    TOWN_HALL,
    know_the_area,
    located,
    send,
)
from tests.system import System, a_system

API = "/api/v1/premises"
UNKNOWN_NAME = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}
DRY_RISER = {"kind": "DRY_RISER", "status": "FAULT", "location": "NW stair", "fault_since": "2026-11-20T09:00:00Z"}
VIOLENCE = {
    "code": "VIOLENCE", "basis": "Threatened a crew", "review_on": "2027-06-01", "note": "the tenant", "floor": "2",
}  # fmt: skip


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return visits and premises, with the sample area loaded."""
    return await a_system(tools, ["visits", "premises"])


async def test_anyone_who_is_signed_in_may_ask_what_an_address_means(desk: System) -> None:
    crew = await desk.client(Role.MDT)
    asked = {"name": "Town Hall", "street": "Market Place", "town": "Arrelbridge", "postcode": "XQ1 1AJ"}
    answer = (await crew.post(f"{API}/match", json=asked)).json()
    assert (answer["outcome"], answer["premises_id"], answer["precision"]) == ("matched", TOWN_HALL, "premises")
    assert (answer["place"]["station_ground"], answer["place"]["district"]) == ("71", "Arrelbridge Borough")
    assert answer["candidates"][0]["premises_id"] == TOWN_HALL
    assert answer["evidence"]
    one_line = {"query": "town hall, market pl, arrelbridge xq1 1aj", "latitude": 52.3035, "longitude": -2.6703}
    assert (await crew.post(f"{API}/match", json=one_line)).json()["premises_id"] == TOWN_HALL
    assert (await (await desk.client()).post(f"{API}/match", json=one_line)).status_code == 401
    assert await desk.rows("SELECT 1 FROM premises.decisions") == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"query": ""},
        {"query": "Town Hall", "latitude": 52.3},
        {"query": "Town Hall", "longitude": "west"},
        {"query": "Town\x00Hall"},
        {"query": "Town Hall", "colour": "red"},
    ],
)
async def test_a_question_that_cannot_be_one_is_refused_in_words(desk: System, asked: dict[str, object]) -> None:
    answer = await (await desk.client(Role.CONTROL)).post(f"{API}/match", json=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_a_fix_abroad_is_answered_as_if_there_were_none(desk: System) -> None:
    asked = {"query": "Town Hall, Market Place, Arrelbridge XQ1 1AJ", "latitude": -33.9, "longitude": 151.2}
    answer = await (await desk.client(Role.CONTROL)).post(f"{API}/match", json=asked)
    assert answer.json()["premises_id"] == TOWN_HALL


async def test_what_cannot_wait_stands_first_and_nothing_about_a_person_stands_there(desk: System) -> None:
    await send(desk, "tin shed past where the chip van stops", hazards=[VIOLENCE], none_found=None)
    await send(desk, UNKNOWN_NAME, systems=[DRY_RISER])
    person = await desk.client(Role.RISK_TEAM)
    page = (await person.get("/premises")).text
    assert page.index("The Snickelway Rooms") < page.index("tin shed past")
    assert "Dry riser fault" in page
    for case in (await person.get(f"{API}/needs-person")).json():
        shown = (await person.get(f"/premises/cases/{case['visit_id']}")).text
        for word in ("iolence", "Threatened", "tenant", "Keyholder", "01632 960001"):
            assert word not in page + shown


async def test_the_building_of_a_flat_is_a_candidate_too(desk: System) -> None:
    visit_id = await send(desk, None, uprn=TOWN_HALL, unit_uprn=FLAT_4)
    async with transaction(desk.tools.database, desk.tools.clock, Cause("test", "test", "test")) as work:
        case = await get_case(work, visit_id)
        of_the_flat = [one for one in case.candidates if one["premises_id"] == FLAT_4]
        await save_cases(work, [replace(case, candidates=of_the_flat)])
    page = (await (await desk.client(Role.RISK_TEAM)).get(f"/premises/cases/{visit_id}")).text
    assert page.index(f'value="{FLAT_4}"') < page.index(f'value="{ROWAN_HOUSE}"')


async def test_an_empty_list_says_so_and_a_placed_visit_is_not_shown_again(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    assert "No visit is waiting" in (await person.get("/premises")).text
    visit_id = await send(desk, "Town Hall, Market Place, Arrelbridge XQ1 1AJ")
    assert (await person.get(f"/premises/cases/{visit_id}")).status_code == 404
    assert (await person.get("/premises/cases/nothing")).status_code == 404


async def test_trying_an_address_shows_outcome_reason_and_evidence(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    page = (await person.get("/premises/find", params={"q": "town hall market place arrelbridge"})).text
    assert "Matched" in page
    assert "Evidence for the best candidate" in page
    wrong = await person.get("/premises/find", params={"q": "town hall", "fix": "somewhere"})
    assert "There is a problem" in wrong.text
    injected = await person.get("/premises/find", params={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in injected.text


@pytest.fixture
async def site(desk: System, clock: SetClock) -> AsyncIterator[Site]:
    await send(desk, UNKNOWN_NAME, device_point=AT_THE_LIBRARY)
    clock.move(timedelta(minutes=1))
    await send(desk, "tin shed past where the chip van stops")
    async with running(desk) as site:
        yield site


class TestInABrowser:
    """What only a browser can tell: keys, map, accessibility."""

    pytestmark = browser_only

    async def test_a_number_key_places_the_visit_and_opens_the_next(self, browser: Browser, site: Site) -> None:
        page = await opened(browser, site, 1280, 720, [])
        await page.goto("/premises")
        await page.keyboard.press("o")
        await expect(page.locator("h1")).to_contain_text("The Snickelway Rooms")
        await expect(page.locator(".premises-map canvas")).to_be_visible()
        first = await page.locator("[data-premises]").first.get_attribute("data-premises")
        await expect(page.locator("[data-keys=ready]")).to_be_attached()
        await page.keyboard.press("1")
        await expect(page.locator(".ravi-notice__text")).to_contain_text("placed and goes on")
        await expect(page.locator("h1")).to_contain_text("tin shed")
        [event] = await located(site.system)
        assert event.premises.premises_id == first

    async def test_a_key_pressed_once_too_often_places_no_visit_that_nobody_has_read(
        self, browser: Browser, site: Site
    ) -> None:
        page = await opened(browser, site, 1280, 720, [])
        await page.goto("/premises")
        await page.keyboard.press("o")
        await expect(page.locator("[data-keys=ready]")).to_be_attached()
        await page.keyboard.down("1")
        await expect(page.locator("h1")).to_contain_text("tin shed")
        await page.keyboard.down("1")
        await expect(page.locator("[data-keys=ready]")).to_be_attached()
        await page.keyboard.down("1")
        await page.keyboard.press("n")
        await expect(page.locator(".ravi-notice__text")).to_contain_text("Nothing else is waiting")
        assert len(await located(site.system)) == 1
        assert await page.locator("tbody th a").count() == 1

    async def test_typing_an_address_brings_up_further_candidates(self, browser: Browser, site: Site) -> None:
        page = await opened(browser, site, 1280, 720, [])
        await page.goto("/premises")
        await page.get_by_text("tin shed past").click()
        await page.wait_for_url("**/premises/**")
        await page.wait_for_load_state("networkidle")
        await page.keyboard.press("/")
        await page.keyboard.type("arrelbridge library")
        found = page.locator(f"#found [data-premises='{LIBRARY}'] button")
        await found.click()
        await expect(page.locator(".ravi-notice__text")).to_contain_text("1 more is waiting")
        assert [event.premises.premises_id for event in await located(site.system)] == [LIBRARY]

    @pytest.mark.parametrize("size", [(1280, 720), (810, 1080)])
    async def test_the_pages_have_no_accessibility_fault_and_need_nothing_from_elsewhere(
        self, browser: Browser, site: Site, size: tuple[int, int]
    ) -> None:
        complaints: list[str] = []
        await send(site.system, "W" * 500)
        page = await opened(browser, site, *size, complaints)
        await page.goto("/premises")
        case = await page.locator("tbody th a").first.get_attribute("href")
        for where in ("/premises", str(case), "/premises/find?q=14+high+street+arrelbridge", "/premises/learnt"):
            await page.goto(where)
            await page.wait_for_load_state("networkidle")
            assert await faults(page) == [], where
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
        assert complaints == []

    async def test_without_scripts_the_same_work_can_be_done(self, browser: Browser, site: Site) -> None:
        context = await browser.new_context(base_url=site.address, java_script_enabled=False)
        await sign_in(context, site)
        page = await context.new_page()
        await page.goto("/premises")
        await page.get_by_text("tin shed past").click()
        await page.locator("#q").fill("arrelbridge library")
        await page.get_by_role("button", name="Search").click()
        await page.locator(f"#found [data-premises='{LIBRARY}'] button").click()
        await expect(page.locator(".ravi-notice__text")).to_contain_text("placed and goes on")
        while not await located(site.system):
            await asyncio.sleep(0.02)
