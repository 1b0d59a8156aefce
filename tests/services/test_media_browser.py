"""In a real browser: photographs are one key from control's record, work by keyboard, and stand beside the review."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_site import Site, running
from tests.services.media_site import a_photo, a_visit_with, arrive, listed, prepare_all, some_bytes
from tests.services.risk_register_desk import ACETYLENE
from tests.services.test_media_shown import RECORD, place
from tests.system import System

SIZES = {"terminal": (1280, 720), "tablet": (810, 1080), "telephone": (390, 844)}
# Where whoever changes a page looks at what it looks like: SCREENSHOTS=folder.
PICTURES = os.environ.get("SCREENSHOTS", "")

expect.set_options(timeout=15_000)

pytestmark = browser_only


@pytest.fixture
async def visit_id(system: System, clock: SetClock) -> str:
    """Return a visit with a plan and three photographs, which arrived in that order, placed and not reviewed."""
    photos = [a_photo((960, 720), seed=seed) for seed in range(3)]
    names = ("acetylene store, rear yard", "gas isolation behind the bin store", "only stair, looking up")
    lines = [listed(each, "image/jpeg", caption=name) for each, name in zip(photos, names, strict=True)]
    plan = some_bytes(9_000)
    lines.insert(0, listed(plan, caption="basement plan", floor="B1"))
    visit_id = await a_visit_with(system, *lines, hazards=[ACETYLENE], none_found=False)
    for content, line in zip([plan, *photos], lines, strict=True):
        await arrive(system, visit_id, line, content)
        clock.move(timedelta(minutes=1))
    await prepare_all(system)
    await place(system, visit_id)
    return visit_id


@pytest.fixture
async def site(system: System, visit_id: str) -> AsyncIterator[Site]:
    async with running(system) as site, asyncio.timeout(120):
        yield site


async def opened(browser: Browser, site: Site, role: Role, size: str, complaints: list[str]) -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(base_url=site.address, viewport={"width": width, "height": height})
    context.set_default_timeout(20_000)
    await sign_in(context, site, role)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


@pytest.mark.parametrize("size", SIZES)
async def test_photographs_are_one_key_from_the_record_and_open_by_their_number(
    browser: Browser, site: Site, size: str
) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, Role.CONTROL, size, complaints)
    await page.goto(RECORD)
    link = page.get_by_role("link", name="Photos and plans (4)")
    await expect(link).to_be_visible()
    await picture(page, f"record-{size}")
    await page.keyboard.press("m")
    await expect(page.get_by_role("heading", name="photos and plans (4)")).to_be_visible()
    loaded = "() => [...document.images].every((one) => one.complete && one.naturalWidth > 300)"
    await page.evaluate("for (const one of document.images) one.loading = 'eager'")
    await page.wait_for_function(loaded)
    assert await faults(page) == []
    await picture(page, f"photos-{size}")
    assert await page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
    await page.keyboard.press("2")
    await expect(page.get_by_role("heading", name="gas isolation behind the bin store")).to_be_visible()
    await page.wait_for_function("() => document.images[0].naturalWidth == 960")
    assert await faults(page) == []
    await picture(page, f"one-{size}")
    assert await page.evaluate("document.images[0].getBoundingClientRect().bottom <= innerHeight")
    await page.keyboard.press("n")
    await expect(page.get_by_text("3 of 3")).to_be_visible()
    await page.keyboard.press("b")
    await expect(page.get_by_text("2 of 3")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.get_by_role("heading", name="photos and plans (4)")).to_be_visible()
    await page.keyboard.press("u")
    await expect(link).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_reviewer_sees_them_beside_the_visit(browser: Browser, site: Site, visit_id: str, size: str) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, Role.RISK_TEAM, size, complaints)
    await page.goto(f"/review/{visit_id}")
    await expect(page.get_by_role("heading", name=re.compile("Photos and plans .4."))).to_be_visible()
    await page.wait_for_function("() => [...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    await picture(page, f"review-{size}")
    assert await faults(page) == []
    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="only stair, looking up").click()
    whole = await opening.value
    await whole.wait_for_load_state()
    assert await whole.evaluate("document.images[0].naturalWidth") == 960
    assert complaints == []
