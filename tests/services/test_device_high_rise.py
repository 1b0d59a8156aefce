"""In a real browser: a full visit to a high-rise on the tablet, and no page of it longer than three screens."""

from playwright.async_api import BrowserContext, Page, expect

from tests.services.browsing import browser_only
from tests.services.device_tablet import (
    a_photograph,
    add,
    answer,
    begin,
    fill,
    photograph,
    set_up,
    to_section,
)
from tests.services.test_device_pages import LETTERS, SCREENS, is_good
from tests.services.test_device_visit import HIGH_RISE, REST

expect.set_options(timeout=15_000)
pytestmark = browser_only

# A tower has five of most things.
SYSTEMS = ("Dry riser", "Wet riser", "Sprinklers", "Fire-fighting lift", "Evacuation lift")
MANY = 5


async def lines(page: Page, letter: str, what: str, *questions: tuple[str, tuple[str, ...] | str]) -> None:
    """Add five lines to a list of a section; where an answer is five, each line has its own."""
    await to_section(page, letter)
    for n in range(MANY):
        answers = tuple((label, each if isinstance(each, str) else each[n]) for label, each in questions)
        await add(page, f"Add another {what}" if n else f"Add: {what}", answers)


async def test_no_page_of_a_full_visit_to_a_high_rise_is_longer_than_three_screens(tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await begin(page)
    await fill(page, HIGH_RISE)
    flats = tuple(f"Flat {n + 1}" for n in range(MANY))
    keyholder = (("Who is this?", "Keyholder"), ("Name", "Ash"), ("Telephone", "01632 960000"))
    await lines(page, "B", "person to ring", *keyholder)
    await lines(page, "F", "system", ("System", SYSTEMS), ("Does it work?", "Working"))
    await lines(page, "F", "supply", ("Supply", "Electricity"), ("Where is it shut off?", flats))
    await lines(page, "G", "hazard", ("Hazard", "Solar panels"), ("Where is it?", flats))
    hydrant = (("Hydrant number", flats), ("Distance in metres", "40"), ("Does it work?", "Working"))
    await lines(page, "H", "hydrant", *hydrant)
    await answer(page, "Is the water enough?", "Yes")
    needs = (("Which room do they sleep in?", flats), ("What help do they need to get out?", "Guide"))
    await lines(page, "J", "person", *needs)
    minor = (("What is it about?", "Minor deficiency, advice wanted"), ("What did you see?", "A door that jams"))
    await lines(page, "L", "referral", *minor)
    for n in range(MANY):
        await photograph(page, a_photograph(600, 400, seed=n), f"Side {n}")
    await fill(page, REST)
    lengths = {}
    for letter in LETTERS:
        await to_section(page, letter)
        lengths[letter] = await page.evaluate(SCREENS)
    assert {letter: round(length, 2) for letter, length in lengths.items() if length > 3} == {}
    await to_section(page, "N")
    await page.get_by_role("button", name="Look it over and send").click()
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await is_good(page, "a full visit, looked over")
    assert await page.evaluate(SCREENS) <= 3
