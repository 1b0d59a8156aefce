"""In a real browser: every page of the crew's app for gloves, by keyboard, for screen readers, and in every light."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.services.browsing import OF_COLOURS, RULES, browser_only, faults
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    a_photograph,
    answer,
    begin,
    fill,
    photograph,
    send,
    set_up,
    to_section,
    visits_of,
)

expect.set_options(timeout=15_000)
pytestmark = browser_only

LETTERS = "ABCDEFGHIJKLMN"
LINES = (
    ("B", "Add: person to ring"),
    ("F", "Add: system"),
    ("G", "Add: hazard"),
    ("J", "Add: person"),
    ("L", "Add: referral"),
)
# Everything that is pressed, but for the words above a box, which are pressed by nobody.
PRESSED = "main :is(button, input, select, textarea, a, summary, label), header button"
TOO_SMALL = """(pressed) => [...document.querySelectorAll(pressed)]
  .filter((each) => each.checkVisibility() && !each.matches(".app-file__input"))
  .filter((each) => !each.matches("label:not(.app-button, .govuk-radios__label, .govuk-checkboxes__label)"))
  .map((each) => [each.textContent.trim().slice(0, 30), each.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 48 || height < 47.5)
  .map(([text, { width, height }]) => `${text} ${width}x${height}`)"""
SCREENS = "document.documentElement.scrollHeight / innerHeight"
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


async def look(page: Page, theme: str) -> None:
    await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)


async def is_good(page: Page, name: str, themes: tuple[str, ...] = ("day", "night", "sun")) -> None:
    """Hold one page to the rules of accessibility in every light, to the size of a glove, and to three screens.

    A light changes colours alone: what else there is was looked at in the first.
    """
    await expect(page.locator("body:not([inert])")).to_have_count(1)  # it is, while a page is still coming
    for theme, rules in zip(themes, (RULES, OF_COLOURS, OF_COLOURS), strict=False):
        await look(page, theme)
        assert (name, theme, await faults(page, rules)) == (name, theme, [])
    assert (name, await page.evaluate(TOO_SMALL, PRESSED)) == (name, [])
    assert (name, await page.evaluate(TOO_WIDE)) == (name, False)
    assert (name, await page.evaluate(SCREENS) <= 3) == (name, True)


async def test_no_page_of_the_app_has_a_fault_in_any_light_and_all_is_large_enough(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await page.goto("/device")
    await expect(page.get_by_role("heading", name="Choose a passphrase")).to_be_visible()
    await is_good(page, "set up")
    await set_up(page)
    await is_good(page, "lists")
    await page.get_by_role("button", name="Menu").click()
    await expect(page.get_by_role("heading", name="Menu")).to_be_visible()
    await is_good(page, "menu")
    await page.get_by_role("button", name="Your visits").click()
    await begin(page)
    await page.get_by_text("things still to answer").click()
    await is_good(page, "what is missing")
    for letter in LETTERS:
        await to_section(page, letter)
        await is_good(page, letter)
    for letter, button in LINES:
        await to_section(page, letter)
        await page.get_by_role("button", name=button).first.click()
        await expect(page.get_by_role("button", name="Done")).to_be_visible()
        await is_good(page, f"a line of {letter}")
    await to_section(page, "N")
    await page.get_by_role("button", name="Look it over and send").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("[data-summary]")).to_be_focused()
    await is_good(page, "look it over")
    await page.locator("[data-summary] button").first.click()
    await expect(page.locator(".govuk-error-message").first).to_be_visible()
    await is_good(page, "a page with faults")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
async def test_on_a_telephone_and_a_wide_screen_nothing_is_cut_off_or_too_small(
    site: Site, tablet: BrowserContext, width: int, height: int
) -> None:
    page = tablet.pages[0]
    await page.set_viewport_size({"width": width, "height": height})
    await set_up(page)
    await begin(page)
    for letter in LETTERS:
        await to_section(page, letter)
        assert (letter, await page.evaluate(TOO_SMALL, PRESSED)) == (letter, [])
        assert (letter, await page.evaluate(TOO_WIDE)) == (letter, False)
        assert (letter, await page.evaluate(SCREENS) <= 3.6) == (letter, True)


async def press_to(page: Page, wanted: str) -> None:
    """Press Tab until something with this name has the focus."""
    of = "(at) => at.labels?.[0]?.textContent || at.getAttribute('aria-label') || at.textContent"
    name = f"({of})(document.activeElement)"
    for _ in range(80):
        await page.keyboard.press("Tab")
        if (await page.evaluate(name) or "").strip().startswith(wanted):
            return
    raise AssertionError(f"the keyboard does not reach “{wanted}”")


async def test_a_short_visit_is_written_and_sent_by_keyboard_alone(site: Site, tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await press_to(page, "Begin a visit")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("A. Visit")
    for letter, questions in SHORT.items():
        while (await page.locator("h1").inner_text())[0] != letter:
            before = await page.locator("h1").inner_text()
            await press_to(page, "Next")
            await page.keyboard.press("Enter")
            await expect(page.locator("h1")).not_to_have_text(before)
        for label, value in questions:
            group = page.get_by_role("group", name=label, exact=True)
            if await group.count():
                first = await group.locator("label").first.inner_text()
                await press_to(page, first)
                words = [await each.inner_text() for each in await group.locator("label").all()]
                await page.keyboard.press("Space")
                for _ in range(words.index(str(value))):
                    await page.keyboard.press("ArrowDown")
            elif await page.get_by_role("checkbox", name=str(value), exact=True).count():
                await press_to(page, str(value))
                await page.keyboard.press("Space")
            else:
                await press_to(page, label)
                await page.keyboard.type(str(value))
    await press_to(page, "Look it over and send")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await press_to(page, "Send")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    assert [each["address"] for each in await visits_of(site)] == ["Wexcombe Towers, Quay Street"]


async def test_what_is_said_aloud_has_a_name_a_group_and_a_place(site: Site, tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await begin(page)
    await expect(page.locator("h1")).to_be_focused()
    await answer(page, "How did it end?", "Refused")
    await expect(page.get_by_label("Why was it not completed?")).to_be_visible()
    await answer(page, "How did it end?", "Completed")
    await expect(page.get_by_label("Why was it not completed?")).to_be_hidden()
    await expect(page.get_by_role("button", name="B, Premises, something to answer")).to_be_visible()
    await page.get_by_text("things still to answer").click()
    await page.get_by_role("button", name="B. What sort of premises is it: give an answer").click()
    await expect(page.get_by_label("What sort of premises is it?")).to_be_focused()
    described = await page.get_by_label("What sort of premises is it?").get_attribute("aria-describedby")
    assert described is not None
    await expect(page.locator(f"#{described.split()[-1]}")).to_contain_text("Error: Give an answer")


async def test_a_photograph_is_shrunk_and_stands_beside_its_words(site: Site, tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    content = a_photograph(4000, 3000)
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}
    await photograph(page, content, "The front")
    await expect(page.locator(".app-thumbnail")).to_have_js_property("naturalWidth", 2560)
    await expect(page.locator(".app-thumbnail")).to_have_js_property("naturalHeight", 1920)
    await page.locator("#q-media-choose").set_input_files(file)  # type: ignore[arg-type]
    await expect(page.get_by_text("This photograph is in the visit already.")).to_be_visible()
    lying = {"name": "lying.jpg", "mimeType": "image/jpeg", "buffer": a_photograph(800, 600, orientation=6)}
    await page.locator("#q-media-choose").set_input_files(lying)  # type: ignore[arg-type]
    await expect(page.get_by_role("heading", name="Photograph or plan 2")).to_be_visible()
    await answer(page, "Can people be seen in it?", "Yes")
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator(".app-thumbnail").nth(1)).to_have_js_property("naturalWidth", 600)
    strange = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    await page.locator("#q-media-choose").set_input_files(strange)  # type: ignore[arg-type]
    await expect(page.get_by_text("One file is no photograph or plan that this tablet can read.")).to_be_visible()
    await is_good(page, "photographs", ("night",))
    await send(page)
    await expect(page.get_by_text("✓ Received in full, with 2 photographs.")).to_be_visible(timeout=40_000)
    await is_good(page, "sent")
    await page.get_by_role("button", name="Back to your visits").click()
    await expect(page.get_by_role("button", name="See: Wexcombe Towers, Quay Street")).to_be_visible()
    await is_good(page, "the list of those sent")
    await page.get_by_role("button", name="Lock").click()
    await is_good(page, "locked")
    await page.get_by_role("button", name="I have forgotten my passphrase").click()
    await expect(page.get_by_role("heading", name="A forgotten passphrase")).to_be_visible()
    await is_good(page, "a forgotten passphrase")
