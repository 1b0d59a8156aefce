"""In a real browser: what a crew draws on a photograph is sent with it and can be taken off; a plan goes as it is."""

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, expect

from schemas.vocabulary import Role
from services.shared.kept_files import kept_files
from services.visits.gateways.media_folder import Form, MediaFolder
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    Answers,
    a_tablet,
    add,
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
from tests.services.test_device_pages import is_good

expect.set_options(timeout=15_000)
pytestmark = browser_only

WITH_HAZARDS = {section: answers for section, answers in SHORT.items() if section != "G"}
Colour = tuple[int, ...]
GREY, RED, YELLOW, BLUE, WHITE = (128, 128, 128), (212, 0, 26), (255, 221, 0), (0, 70, 200), (255, 255, 255)
# With a script that a viewer would run when it opens the plan.
ACTIVE_PLAN = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R\n"
    b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
PHOTOS = "indexedDB.databases().then(() => idb.openDB('ravi-device')).then((db) => db.count('photos'))"


def a_grey_photograph(width: int = 1600, height: int = 1200) -> bytes:
    """Return a photograph on which whatever is drawn stands out."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), GREY).save(made, "JPEG", quality=92)
    return made.getvalue()


@pytest.fixture
async def tablet(site: Site) -> AsyncIterator[BrowserContext]:
    """Return a tablet on which a firefighter has begun a visit and taken one photograph."""
    async with a_tablet(site) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await begin(page)
        await photograph(page, a_grey_photograph(), "The front")
        yield tablet


async def draw_on_it(page: Page, button: str = "Draw on this photograph") -> None:
    """Open the one photograph, and the page on which it is drawn on."""
    await page.get_by_role("button", name="Change Photograph or plan 1").click()
    await page.get_by_role("button", name=button).click()
    await expect(page.locator("h1")).to_have_text("Draw on photograph 1")
    await expect(page.locator("canvas")).to_be_visible()


async def drag(page: Page, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points, in fractions of the photograph."""
    box = await page.locator("canvas").bounding_box()
    assert box is not None
    for n, (x, y) in enumerate(points):
        await page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=1 if n == 0 else 12)
        if n == 0:
            await page.mouse.down()
    await page.mouse.up()


async def pick(page: Page, *names: str) -> None:
    for name in names:
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")


async def is_drawn(page: Page, words: str) -> None:
    await expect(page.locator(".app-drawing__words:not(.app-kept)")).to_have_text(words)


async def done(page: Page) -> None:
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_label("What does it show?")).to_be_visible()
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator(".app-thumbnail")).to_be_visible()


async def sent(page: Page, site: Site, answers: dict[str, Answers] = SHORT, what: str = "1 photograph") -> bytes:
    """Send the visit; return its one photograph or plan as the server has it sealed, word for word."""
    await fill(page, answers)
    await send(page)
    await expect(page.get_by_text(f"✓ Received in full, with {what}.")).to_be_visible(timeout=40_000)
    (received,) = await visits_of(site)
    visit_id = received["submission_id"]
    async with await site.machine(Role.FIREFIGHTER) as client:
        content = (await client.get(f"/api/v1/visits/{visit_id}/content")).json()["content"]
        (medium,) = content["media"]
    tools, sha256 = site.system.tools, medium["sha256"]
    async with await site.machine(Role.CONTROL) as control:
        while (await control.get(f"/media/{visit_id}/{sha256}")).status_code != 200:
            pass
    async with tools.database.reading() as session:
        key = await tools.vault.key_of_files(session, f"media/{visit_id}/{sha256}")
    folder = MediaFolder(tools.settings.media_folder, kept_files(tools.settings), tools.vault)
    original = b"".join(folder.opened(visit_id, sha256, Form.ORIGINAL, key))
    assert (hashlib.sha256(original).hexdigest(), len(original)) == (sha256, medium["bytes"])
    return original


def colour_at(content: bytes, x: float, y: float) -> Colour:
    """Return the colour at a point of a photograph, in fractions of its sides."""
    with Image.open(io.BytesIO(content)) as picture:
        found = picture.convert("RGB").getpixel((round(x * (picture.width - 1)), round(y * (picture.height - 1))))
    assert isinstance(found, tuple)
    return found


def is_like(found: Colour, wanted: Colour) -> bool:
    """Return whether two colours are the same but for what JPEG does to them."""
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 40


async def test_what_is_drawn_is_in_the_photograph_that_the_server_has_and_the_undrawn_one_is_gone_once_it_is_sent(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await draw_on_it(page)
    await drag(page, (0.1, 0.5), (0.5, 0.5))
    await pick(page, "Blue", "Arrow")
    await drag(page, (0.2, 0.8), (0.6, 0.8))
    await pick(page, "Yellow", "Label")
    await page.get_by_label("Words of the label").fill("Gas valve")
    await page.locator("canvas").click(position={"x": 100, "y": 60})
    await is_drawn(page, "Drawn: 1 line, 1 arrow, “Gas valve”.")
    await done(page)
    assert await page.evaluate(PHOTOS) == 2
    original = await sent(page, site)
    assert is_like(colour_at(original, 0.3, 0.5), RED)
    assert is_like(colour_at(original, 0.4, 0.8), BLUE)
    assert is_like(colour_at(original, 0.3, 0.3), GREY)
    with Image.open(io.BytesIO(original)) as picture:
        assert picture.size == (1600, 1200)
        colours = picture.convert("RGB").getcolors(1_000_000) or []
    yellow = [int(count) for count, colour in colours if isinstance(colour, tuple) and is_like(colour, YELLOW)]
    assert sum(yellow) > 5_000
    await page.wait_for_function(f"{PHOTOS}.then((count) => count === 1)")


async def test_a_mark_is_undone_all_are_taken_off_and_the_photograph_is_what_it_was(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    undo = page.get_by_role("button", name="Undo")
    await draw_on_it(page)
    await expect(undo).to_be_disabled()
    await drag(page, (0.1, 0.1), (0.9, 0.1))
    await drag(page, (0.1, 0.5), (0.9, 0.5))
    await is_drawn(page, "Drawn: 2 lines.")
    await undo.click()
    await is_drawn(page, "Drawn: 1 line.")
    await done(page)
    await draw_on_it(page, "Change the drawing")
    await is_drawn(page, "Drawn: 1 line.")
    await page.get_by_role("button", name="Take all drawing off").click()
    await is_drawn(page, "Nothing is drawn.")
    await undo.click()
    await is_drawn(page, "Drawn: 1 line.")
    await page.get_by_role("button", name="Take all drawing off").click()
    await done(page)
    assert await page.evaluate(PHOTOS) == 1
    original = await sent(page, site)
    assert is_like(colour_at(original, 0.5, 0.1), GREY)
    assert is_like(colour_at(original, 0.5, 0.5), GREY)


async def test_cancel_asks_if_something_was_drawn_and_what_was_drawn_before_stays(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    asked = page.get_by_role("dialog", name="Throw away what you have drawn?")
    await draw_on_it(page)
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Draw on this photograph").click()
    await drag(page, (0.1, 0.5), (0.9, 0.5))
    await done(page)
    await draw_on_it(page, "Change the drawing")
    await drag(page, (0.1, 0.8), (0.9, 0.8))
    await page.get_by_role("button", name="Cancel").click()
    await asked.get_by_role("button", name="Go on drawing").click()
    await is_drawn(page, "Drawn: 2 lines.")
    await page.get_by_role("button", name="Cancel").click()
    await asked.get_by_role("button", name="Throw it away").click()
    await expect(page.get_by_role("button", name="Change the drawing")).to_be_visible()
    original = await sent(page, site)
    assert is_like(colour_at(original, 0.5, 0.5), RED)
    assert is_like(colour_at(original, 0.5, 0.8), GREY)


async def test_without_a_finger_or_a_mouse_a_label_is_put_at_a_named_place(site: Site, tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await draw_on_it(page)
    await page.get_by_role("button", name="Label").press("Enter")
    for keys in ("Tab", "Tab", "Tab", "Tab"):  # past the colours, to the words
        await page.keyboard.press(keys)
    await expect(page.get_by_label("Words of the label")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Write the words of the label first.")).to_be_visible()
    await expect(page.get_by_label("Words of the label")).to_be_focused()
    await page.keyboard.type("Way in")
    await page.keyboard.press("Tab")
    await page.keyboard.type("bottom right")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await is_drawn(page, "Drawn: “Way in”.")
    await expect(page.locator("canvas")).to_have_attribute("aria-label", "Photograph 1. Drawn: “Way in”.")
    await page.get_by_role("button", name="Done").press("Enter")
    await expect(page.get_by_role("button", name="Change the drawing")).to_be_visible()
    original = await sent(page, site)
    assert is_like(colour_at(original, 0.985, 0.95), RED)
    assert is_like(colour_at(original, 0.05, 0.05), GREY)


async def test_a_finger_draws_where_the_page_would_move_and_the_other_hand_draws_nothing(
    tablet: BrowserContext,
) -> None:
    page = tablet.pages[0]
    await page.set_viewport_size({"width": 390, "height": 500})
    await draw_on_it(page)
    assert await page.evaluate("document.documentElement.scrollHeight > innerHeight")
    box = await page.locator("canvas").bounding_box()
    assert box is not None
    hand = await tablet.new_cdp_session(page)
    left, top = box["x"] + box["width"] / 2, box["y"]
    palm = {"x": box["x"] + 20, "y": top + 20, "id": 2}
    for n, down in enumerate((150, 120, 90, 60, 30)):
        points = [{"x": left, "y": top + down, "id": 1}, *([palm] if n > 1 else [])]
        await hand.send("Input.dispatchTouchEvent", {"type": "touchMove" if n else "touchStart", "touchPoints": points})
    await hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await is_drawn(page, "Drawn: 1 line.")
    assert await page.evaluate("scrollY") == 0


async def test_a_drawing_that_was_not_finished_outlives_a_kill_and_holds_the_visit_until_it_is(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await begin(page)
        await fill(page, WITH_HAZARDS)
        await photograph(page, a_grey_photograph(), "The front")
        await to_section(page, "G")
        await add(page, "Add: hazard", (("Hazard", "Solar panels"), ("Photograph of it", "Photograph 1: The front")))
        await to_section(page, "M")
        await draw_on_it(page)
        await drag(page, (0.1, 0.5), (0.9, 0.5))
        await is_drawn(page, "Drawn: 1 line.")
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
        await page.get_by_role("button", name="finish the drawing on it, or cancel it").first.click()
        await page.get_by_role("button", name="Go on with the drawing").click()
        await is_drawn(page, "Drawn: 1 line.")
        await done(page)
        await to_section(page, "G")
        await page.get_by_role("button", name="Change Hazard 1").click()
        await expect(page.get_by_label("Photograph of it").locator("option:checked")).to_have_text(
            "Photograph 1: The front"
        )
        await page.get_by_role("button", name="Done").click()
        original = await sent(page, site, WITH_HAZARDS)
        assert is_like(colour_at(original, 0.5, 0.5), RED)


async def choose_plans(page: Page, *plans: tuple[str, bytes]) -> None:
    files = [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in plans]
    await page.locator("#q-media-plan").set_input_files(files)  # type: ignore[arg-type]


async def test_a_plan_as_pdf_is_sent_as_it_is_and_handed_out_as_a_file_that_runs_nothing(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await page.get_by_role("button", name="Remove Photograph or plan 1").click()
    await expect(page.get_by_text("Photograph or plan 1 removed.")).to_be_visible()
    await choose_plans(page, ("Ground floor plan.pdf", ACTIVE_PLAN))
    await expect(page.get_by_label("What does it show?")).to_have_value("Ground floor plan")
    await expect(page.get_by_text("A plan: PDF, 1 KB. It is sent as it is.")).to_be_visible()
    await expect(page.get_by_role("button", name="Draw on this photograph")).to_have_count(0)
    await is_good(page, "a plan")
    await answer(page, "Can people be seen in it?", "No")
    await page.get_by_role("button", name="Done").click()
    line = page.get_by_role("listitem").filter(has_text="Photograph or plan 1")
    await expect(line).to_contain_text("Ground floor plan · PDF, 1 KB")
    await is_good(page, "a list with a plan")
    original = await sent(page, site, what="1 plan")
    assert original == ACTIVE_PLAN
    (received,) = await visits_of(site)
    address = f"/media/{received['submission_id']}/{hashlib.sha256(ACTIVE_PLAN).hexdigest()}"
    for role in (Role.CONTROL, Role.RISK_TEAM):
        async with await site.machine(role) as reader:
            given = await reader.get(address)
        assert (given.status_code, given.content) == (200, ACTIVE_PLAN)
        assert given.headers["content-disposition"].startswith("attachment;")
        assert given.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in given.headers["content-security-policy"]
        assert "script-src" not in given.headers["content-security-policy"]


async def test_a_plan_that_is_too_large_or_none_or_there_already_is_not_taken_and_the_crew_reads_why(
    tablet: BrowserContext,
) -> None:
    page = tablet.pages[0]
    lines = page.locator(".app-line")
    await choose_plans(page, ("site.pdf", b"%PDF-1.7\n" + bytes(15 * 1024 * 1024)))
    await expect(page.get_by_text("“site.pdf” has 15.0 MB, and a plan may have 15 MB")).to_be_visible()
    await choose_plans(page, ("letter.pdf", b"Dear crew, this is no plan."))
    await expect(page.get_by_text("One file is no photograph or plan that this tablet can read.")).to_be_visible()
    await expect(lines).to_have_count(1)
    await choose_plans(page, ("one.pdf", ACTIVE_PLAN), ("two.pdf", ACTIVE_PLAN + b"\n"), ("again.pdf", ACTIVE_PLAN))
    await expect(page.get_by_text("2 plans added. Say what each shows. This plan is in the visit")).to_be_visible()
    await expect(lines).to_have_count(3)
    await to_section(page, "G")
    await page.get_by_role("button", name="Add: hazard").click()
    shown = page.get_by_label("Photograph of it").get_by_role("option")
    await expect(shown.filter(has_text="Photograph")).to_have_text(["Photograph 1: The front"])


@pytest.mark.parametrize(("width", "height"), [(810, 1080), (390, 844), (1280, 800)])
async def test_the_page_for_drawing_has_no_fault_in_any_light_and_the_whole_photograph_is_seen(
    site: Site, tablet: BrowserContext, width: int, height: int
) -> None:
    page = tablet.pages[0]
    await page.set_viewport_size({"width": width, "height": height})
    await page.get_by_role("button", name="Change Photograph or plan 1").click()
    await expect(page.locator(".app-preview")).to_be_visible()
    await is_good(page, "a photograph")
    await page.get_by_role("button", name="Draw on this photograph").click()
    await drag(page, (0.1, 0.5), (0.9, 0.5))
    await is_good(page, "drawing")
    await pick(page, "Label")
    await is_good(page, "drawing a label")
    await pick(page, "Pen")
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await is_good(page, "cancel")
