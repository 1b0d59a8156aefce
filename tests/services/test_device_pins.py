"""In a real browser: a crew pins photographs on a plan, offline, and control and the reviewer see where they are."""

import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from schemas.vocabulary import Role
from services.shared.database import Database
from tests.builders import a_premises
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    a_photograph,
    a_server,
    a_tablet,
    answer,
    begin,
    fill,
    is_kept,
    is_unlocked,
    killed,
    photograph,
    send,
    set_up,
    signed_in_to_server,
    to_section,
    unlock,
    visits_of,
)
from tests.services.test_device_drawing import ACTIVE_PLAN, choose_plans, drag
from tests.services.test_device_pages import is_good
from tests.services.test_device_returns import place

expect.set_options(timeout=15_000)
pytestmark = browser_only

SIZES = ((1280, 800), (810, 1080), (390, 844))
# Where whoever changes a page looks at what it looks like: SCREENSHOTS=folder.
PICTURES = os.environ.get("SCREENSHOTS", "")
BOXES = """() => [".ravi-pinned__whole", ".ravi-pin__dot"]
  .map((each) => document.querySelector(each).getBoundingClientRect().toJSON())"""
SPOT = """(() => {
  const { x, y } = document.querySelector("canvas").getBoundingClientRect();
  return { x: x + 50, y: y + 50 };
})()"""
RECORD = f"/control/premises/{a_premises().premises_id}"


def a_picture_of_a_plan(width: int = 1600, height: int = 1100) -> bytes:
    """Return a photograph of a plan on a wall: rooms on either side of a corridor, and a stair."""
    picture = Image.new("RGB", (width, height), (236, 232, 220))
    draw = ImageDraw.Draw(picture)
    for x in range(60, width - 60, (width - 120) // 5):
        for top, bottom in ((60, height * 2 // 5), (height * 3 // 5, height - 60)):
            draw.rectangle((x, top, x + (width - 120) // 5, bottom), outline=(40, 40, 40), width=8)
    for x in range(width - 300, width - 80, 24):
        draw.line((x, height * 2 // 5, x, height * 3 // 5), fill=(40, 40, 40), width=3)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=85)
    return kept.getvalue()


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with a_server(database, tmp_path, ("visits", "risk_register", "control")) as site:
        yield site


@pytest.fixture
async def tablet(site: Site, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """Return a tablet with a visit in which a riser and the plan of its floor were photographed."""
    async with a_tablet(site, tmp_path / "profile") as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await begin(page)
        await photograph(page, a_photograph(900, 600), "Dry riser outlet")
        await photograph(page, a_picture_of_a_plan(), "Plan by the lift", "choose")
        yield tablet


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
        await page.set_viewport_size({"width": 810, "height": 1080})


def near(x: float, y: float) -> dict[str, Any]:
    """Return a point of a pin, as exact as a finger."""
    return {"x": pytest.approx(x, abs=0.01), "y": pytest.approx(y, abs=0.01)}


async def open_photograph(page: Page, number: int = 1) -> None:
    await page.get_by_role("button", name=f"Change Photograph or plan {number}").click()
    await expect(page.locator("h1")).to_have_text(f"Photograph or plan {number}")


async def open_plan(page: Page, plan: str | re.Pattern[str] = re.compile("Plan by the lift")) -> None:
    """Open the plan on which the photograph of the page is to be pinned."""
    await page.get_by_role("button", name="Pin it on a plan").click()
    await page.get_by_role("button", name=plan).click()
    await expect(page.locator("h1")).to_have_text(re.compile("Where was photograph . taken?"))


def is_pinned(page: Page) -> Locator:
    """Return what says where the pin is."""
    return page.locator(".app-drawing__words")


async def tap(page: Page, x: float, y: float) -> None:
    """Tap a plan, in fractions of its sides."""
    plan = page.locator("canvas")
    width, height = await plan.evaluate("(canvas) => [canvas.clientWidth, canvas.clientHeight]")
    await plan.click(position={"x": x * width, "y": y * height})


async def done(page: Page) -> None:
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator("h1")).to_have_text(re.compile("Photograph or plan ."))


async def to_list(page: Page) -> None:
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator(".app-line").first).to_be_visible()


async def media_received(site: Site) -> tuple[str, list[dict[str, Any]]]:
    """Return the number of the one visit that the server has, and what it lists."""
    (received,) = await visits_of(site)
    async with await site.machine(Role.FIREFIGHTER) as client:
        content = (await client.get(f"/api/v1/visits/{received['submission_id']}/content")).json()["content"]
    return received["submission_id"], content["media"]


async def sent(page: Page, what: str = "2 photographs") -> None:
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text(f"✓ Received in full, with {what}.")).to_be_visible(timeout=40_000)


async def test_a_pin_put_offline_is_seen_by_control_and_the_reviewer_where_it_was_put(
    site: Site, tablet: BrowserContext, browser: Browser
) -> None:
    page = tablet.pages[0]
    await tablet.set_offline(True)
    await open_photograph(page)
    await is_good(page, "a photograph that is not pinned")
    await picture(page, "not-pinned")
    await page.get_by_role("button", name="Pin it on a plan").click()
    await is_good(page, "plans")
    await picture(page, "plans")
    await page.get_by_role("button", name="Photograph 2: Plan by the lift").click()
    await expect(is_pinned(page)).to_have_text("Tap the plan where photograph 1 was taken.")
    await tap(page, 0.9, 0.9)
    await expect(is_pinned(page)).to_contain_text("Pinned 90% from the left and 90% from the top.")
    await tap(page, 0.25, 0.5)
    await expect(is_pinned(page)).to_contain_text("Pinned 25% from the left and 50% from the top.")
    await answer(page, "Which floor does this plan show?", "2")
    await is_good(page, "a pin")
    await picture(page, "pin")
    await done(page)
    await expect(page.get_by_text("On photograph 2: Plan by the lift, floor 2")).to_be_visible()
    await is_good(page, "a photograph that is pinned")
    await picture(page, "pinned")
    await to_list(page)
    await open_photograph(page, 2)
    await expect(page.get_by_text("This is a plan, with 1 photograph pinned on it.")).to_be_visible()
    await is_good(page, "a plan")
    await picture(page, "a-plan")
    await to_list(page)
    await fill(page, SHORT)
    await send(page)
    await tablet.set_offline(False)
    await expect(page.get_by_text("✓ Received in full, with 2 photographs.")).to_be_visible(timeout=40_000)
    visit_id, (riser, plan) = await media_received(site)
    assert riser["pin"] == {"plan": plan["sha256"], **near(0.25, 0.5)}
    assert plan["floor"] == "2"
    await place(site, visit_id)
    for role, to, link in ((Role.CONTROL, f"{RECORD}/media", RECORD), (Role.RISK_TEAM, f"/review/{visit_id}", "")):
        context = await browser.new_context(base_url=site.address, viewport={"width": 810, "height": 1080})
        await sign_in(context, site, role)
        seen = await context.new_page()
        await is_there(seen, to, "On the plan: Plan by the lift, floor 2")
        await expect(seen.get_by_role("link", name="Dry riser outlet, floor 2").first).to_be_visible()
        assert await faults(seen) == []
        await is_where_it_was_put(seen, 0.25, 0.5)
        await picture(seen, role.value)
        opens = f"{link}/media/{visit_id}/{riser['sha256']}"
        assert await seen.locator(".ravi-pin").get_attribute("href") == opens
        if role is Role.CONTROL:
            await seen.locator(".ravi-pin").click()
            await expect(seen.get_by_role("heading", name="Dry riser outlet")).to_be_visible()
            await picture(seen, "control-photograph")
            await seen.keyboard.press("p")
            await expect(seen.get_by_role("heading", name="Plan by the lift, floor 2")).to_be_visible()
            assert await faults(seen) == []
            await is_where_it_was_put(seen, 0.25, 0.5)
            await picture(seen, "control-plan")
            await seen.keyboard.press("2")
            await expect(seen.get_by_role("heading", name="Dry riser outlet")).to_be_visible()
        await context.close()


async def test_a_drawing_on_the_plan_keeps_its_pins_a_second_photograph_comes_to_it_at_once_and_with_it_they_go(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await photograph(page, a_photograph(900, 600, seed=2), "Gas meter")
    await open_photograph(page)
    await open_plan(page)
    await drag(page, (0.2, 0.2), (0.6, 0.4))
    await expect(is_pinned(page)).to_contain_text("Pinned 60% from the left and 40% from the top.")
    await answer(page, "Which floor does this plan show?", "2")
    await done(page)
    await to_list(page)
    await open_photograph(page, 3)
    await page.get_by_role("button", name="Pin it on a plan").click()
    await expect(page.locator("h1")).to_have_text("Where was photograph 3 taken?")
    await tap(page, 0.1, 0.9)
    await done(page)
    await to_list(page)
    await open_photograph(page, 2)
    await page.get_by_role("button", name="Draw on this photograph").click()
    await expect(page.locator("h1")).to_have_text("Draw on photograph 2")
    await drag(page, (0.1, 0.5), (0.9, 0.5))
    await expect(page.get_by_text("Drawn: 1 line.")).to_be_visible()
    await done(page)
    await expect(page.get_by_text("This is a plan, with 2 photographs pinned on it.")).to_be_visible()
    await to_list(page)
    await sent(page, "3 photographs")
    _, (riser, plan, meter) = await media_received(site)
    assert riser["pin"] == {"plan": plan["sha256"], **near(0.6, 0.4)}
    assert meter["pin"] == {"plan": plan["sha256"], **near(0.1, 0.9)}
    await page.get_by_role("button", name="Change what you sent").click()
    await to_section(page, "M")
    await open_photograph(page, 2)
    await expect(page.get_by_text("This is a plan, with 2 photographs pinned on it.")).to_be_visible()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_text("Photograph or plan 2 removed, with 2 pins on it.")).to_be_visible()
    await open_photograph(page, 2)
    await expect(page.get_by_role("button", name="Pin it on a plan")).to_be_visible()


async def test_by_keyboard_alone_a_pin_is_put_moved_taken_off_and_outlives_a_kill(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await begin(page)
        await fill(page, SHORT)
        await photograph(page, a_photograph(900, 600), "Dry riser outlet")
        await photograph(page, a_picture_of_a_plan(), "Plan by the lift", "choose")
        await open_photograph(page)
        await page.get_by_role("button", name="Pin it on a plan").press("Enter")
        await page.get_by_role("button", name="Photograph 2: Plan by the lift").press("Enter")
        await page.get_by_role("button", name="Move the pin left").press("Enter")
        await expect(page.get_by_text("There is no pin yet: tap the plan, or choose a place.")).to_be_visible()
        await page.locator("h1").focus()
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Or choose a place")).to_be_focused()
        await page.keyboard.type("top right")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(is_pinned(page)).to_contain_text("Pinned 83% from the left and 17% from the top.")
        for _ in range(10):
            await page.get_by_role("button", name="Move the pin right").press("Enter")
        await page.get_by_role("button", name="Move the pin down").press("Enter")
        await expect(is_pinned(page)).to_contain_text("Pinned 100% from the left and 19% from the top.")
        await expect(page.locator("canvas")).to_have_attribute(
            "aria-label", re.compile("Photograph 2: Plan by the lift. Pinned 100% from the left")
        )
        await page.get_by_role("button", name="Take the pin off").press("Enter")
        await expect(is_pinned(page)).to_have_text("Tap the plan where photograph 1 was taken.")
        await page.get_by_role("button", name="Put it there").press("Enter")
        await is_kept(page)
        await killed(tablet)
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await unlock(page)
        await is_unlocked(page)
        await page.get_by_role("button", name="Go on: Wexcombe Towers, Quay Street").click()
        await to_section(page, "N")
        await page.get_by_role("button", name="Look it over and send").click()
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("[data-summary]")).to_be_focused()
        await page.get_by_role("button", name=re.compile("say which floor this plan shows")).first.click()
        await answer(page, "Floor", "2")
        await to_list(page)
        await sent(page)
        _, (riser, plan) = await media_received(site)
        assert riser["pin"] == {"plan": plan["sha256"], **near(0.83, 0.17)}


async def test_a_plan_is_photographed_on_the_spot_and_no_pdf_and_no_picture_of_people_is_pinned_on(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await choose_plans(page, ("Ground floor.pdf", ACTIVE_PLAN))
    await expect(page.get_by_text("so nothing can be pinned on it: take a photograph of the plan.")).to_be_visible()
    await expect(page.get_by_role("button", name="Pin it on a plan")).to_have_count(0)
    await answer(page, "Can people be seen in it?", "No")
    await to_list(page)
    await open_photograph(page, 2)
    await answer(page, "Can people be seen in it?", "Yes")
    await to_list(page)
    await open_photograph(page)
    await page.get_by_role("button", name="Pin it on a plan").click()
    await expect(page.get_by_text("There is no picture of a plan in this visit yet.")).to_be_visible()
    await expect(page.get_by_text("so nothing can be pinned on it: take a photograph of the plan.")).to_be_visible()
    await is_good(page, "no plans")
    file = {"name": "plan.jpg", "mimeType": "image/jpeg", "buffer": a_picture_of_a_plan(1200, 800)}
    await page.locator("#plan-take").set_input_files(file)  # type: ignore[arg-type]
    await expect(is_pinned(page)).to_have_text("Tap the plan where photograph 1 was taken.")
    await tap(page, 0.5, 0.25)
    hand = await tablet.new_cdp_session(page)
    spot = await page.evaluate(SPOT)
    for kind, points, words in (("touchStart", [spot], "Pinned 6% from"), ("touchCancel", [], "Pinned 50% from")):
        await hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        await expect(is_pinned(page)).to_contain_text(words)  # two fingers look closer
    await answer(page, "Can people be seen in the picture of the plan?", "Yes")
    await answer(page, "Which floor does this plan show?", "G")
    await is_good(page, "a plan that was just taken")
    await picture(page, "taken")
    await done(page)
    await page.get_by_text("things still to answer").click()
    await page.get_by_role("button", name=re.compile("another picture, with no people in it")).first.click()
    await expect(page.locator(".govuk-error-message")).to_contain_text("choose another, or take the pin off")
    await is_good(page, "a pin on people")
    await picture(page, "on-people")
    await page.get_by_role("button", name="Take the pin off").click()
    await expect(page.get_by_role("button", name="Pin it on a plan")).to_be_visible()
    await to_list(page)
    await open_photograph(page, 4)
    await answer(page, "Can people be seen in it?", "No")
    await to_list(page)
    await open_photograph(page, 2)
    await open_plan(page, "Photograph 4, floor G")
    await tap(page, 0.5, 0.25)
    await done(page)
    await to_list(page)
    await sent(page, "3 photographs and 1 plan")
    _, (riser, people, pdf, plan) = await media_received(site)
    assert [each.get("pin") for each in (riser, people, pdf, plan)] == [None] * 4, "with the photograph it is sealed"


async def is_there(page: Page, address: str, words: str) -> None:
    """Wait until a page says something that arrives by itself."""
    await page.goto(address)
    while words not in await page.content():
        await page.goto(address)


async def is_where_it_was_put(page: Page, x: float, y: float) -> None:
    """Hold a pin to its place on the plan, as large as the plan is shown."""
    await page.wait_for_function("() => document.querySelector('.ravi-pinned__whole').naturalWidth > 300")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        plan, pin = await page.evaluate(BOXES)
        assert plan["width"] / plan["height"] == pytest.approx(1600 / 1100, rel=0.01)
        found = (pin["x"] + pin["width"] / 2 - plan["x"], pin["y"] + pin["height"] / 2 - plan["y"])
        assert found == (pytest.approx(x * plan["width"], abs=8), pytest.approx(y * plan["height"], abs=8))
    await page.set_viewport_size({"width": 810, "height": 1080})
