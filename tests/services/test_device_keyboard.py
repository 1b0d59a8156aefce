"""In a real browser: a whole visit by keyboard alone, the focus always seen and never lost."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import BrowserContext, expect

from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_keys import PRESSED, STOPS, Keys, out_of_order
from tests.services.device_tablet import (
    PASSPHRASE,
    SHORT,
    Answers,
    a_photograph,
    count_of,
    fill,
    send,
    visits_of,
)

expect.set_options(timeout=15_000)
pytestmark = browser_only


def an_hour_ago() -> datetime:
    return datetime.now(ZoneInfo("Europe/London")) - timedelta(hours=1)


DECLARED = "This is what we saw, as far as we could see it"
WHOLE: dict[str, Answers] = {
    "A. Visit": (
        ("Why did you go?", "New risk record"),
        ("How did you gather the facts?", "Physical"),
        ("How did it end?", "Completed"),
        ("Started", f"{an_hour_ago():%Y-%m-%dT%H:%M}"),
        ("Callsign", "S1P1"),
        ("Watch", "Red"),
        ("Others in the crew", "ash, birch"),
    ),
    "B. Premises": (
        ("Address in one line", "Wexcombe Towers, Quay Street"),
        ("What sort of premises is it?", "High-rise flats, 18 m or 7 storeys and over"),
        ("Is it in use?", "In use"),
    ),
    "C. Access": (
        ("Can an appliance get there?", "Restricted"),
        ("What restricts the access?", "Parked cars"),
        ("Width in metres", "2.9"),
        ("Way in", "Quay Street"),
        ("Entry code", "4471 then the bell"),
        ("Is there a secure information box?", "Yes"),
        ("Where is the box?", "Lobby"),
        ("When was the box last checked?", "2026-10-05"),
    ),
    "D. Building": (
        ("Height of the top storey in metres", "30.5"),
        ("Storeys above ground", "11"),
        ("Storeys below ground", "0"),
        ("Floor area in square metres", "5200"),
        ("What is it built of?", ("Masonry", "Reinforced concrete")),
        ("External wall", "Unknown"),
        ("Appraisal of the external wall (FRAEW)", "Not appraised"),
        ("Are there solar panels?", "No"),
    ),
    "E. Occupancy": (
        ("Most people by day", "90"),
        ("Most people at night", "140"),
        ("Staircases", "1"),
        ("Does anybody sleep there?", "Yes"),
        ("Can they get out by themselves?", "Independent"),
        ("Evacuation strategy", "Stay put"),
        ("Assembly point", "Grass by the gate"),
    ),
    "F. Systems": (),
    "G. Hazards": (),
    "H. Water": (("Is the water enough?", "Yes"),),
    "I. Tactical": (("Critical fact 1", "Single stair, 11 storeys"), ("Tactics", "Dry riser inlet in Quay Street")),
    "J. People": (),
    "K. Score": (
        ("How likely is a fire?", "2 Unlikely"),
        *((each, "1") for each in ("Firefighters", "Public", "Environment", "Community", "Heritage", "Economy")),
    ),
    "L. Referrals": (),
    "M. Photographs": (),
    "N. Sign-off": (
        (DECLARED, DECLARED),
        ("Is the officer who led certified to lead these visits?", "Yes"),
    ),
}
LINES: dict[str, tuple[tuple[str, str, Answers], ...]] = {
    "B. Premises": (
        (
            "Add: person to ring",
            "Person to ring 1",
            (("Who is this?", "Keyholder"), ("Name", "Ash"), ("Telephone", "01632 960 000")),
        ),
    ),
    "F. Systems": (
        (
            "Add: system",
            "System 1",
            (
                ("System", "Dry riser"),
                ("Does it work?", "Fault"),
                ("Where is it?", "Lobby"),
                ("Out of order since", "2026-11-20T09:30"),
                ("Was the fault reported to us?", "No"),
            ),
        ),
        ("Add: supply", "Supply 1", (("Supply", "Gas"), ("Where is it shut off?", "Yard"))),
    ),
    "G. Hazards": (("Add: hazard", "Hazard 1", (("Hazard", "Solar panels"), ("Where is it?", "Roof"))),),
    "H. Water": (
        (
            "Add: hydrant",
            "Hydrant 1",
            (("Hydrant number", "H12"), ("Distance in metres", "40"), ("Does it work?", "Working")),
        ),
    ),
    "J. People": (
        (
            "Add: person",
            "Person 1",
            (
                ("Flat or unit", "Flat 9"),
                ("What help do they need to get out?", "Guide"),
                ("Did they agree that we keep this?", "They agreed"),
            ),
        ),
    ),
    "L. Referrals": (
        (
            "Add: referral",
            "Referral 1",
            (
                ("What is it about?", "Adult with care needs at risk of abuse or neglect"),
                ("What did you see?", "Has not been seen for days"),
                ("What did the person answer?", "They agreed"),
            ),
        ),
    ),
}


async def by_keys(tablet: BrowserContext) -> Keys:
    """Set the tablet up by keyboard, and begin a visit."""
    page = tablet.pages[0]
    keys = Keys(page)
    await page.goto("/device")
    await expect(page.locator("h1")).to_have_text("Choose a passphrase")
    await keys.begins()
    for label in ("Passphrase for this tablet", "The same again"):
        await keys.answer(label, PASSPHRASE)
    await keys.press("Enter")
    await expect(page.locator("h1")).to_have_text("Your visits")
    await keys.use("Begin a visit", "A. Visit")
    return keys


async def test_a_whole_visit_to_a_high_rise_is_written_and_sent_by_keyboard_alone(
    site: Site, tablet: BrowserContext
) -> None:
    keys = await by_keys(tablet)
    page = keys.page
    for title, questions in WHOLE.items():
        await expect(page.locator("h1")).to_have_text(title)
        for label, value in questions:
            await keys.answer(label, value)
        for add, heading, inside in LINES.get(title, ()):
            await keys.use(add, heading)
            for label, value in inside:
                await keys.answer(label, value)
            at = await keys.use("Done", title)
            assert at.name.startswith("Add another"), f"after a line of {title} the focus is on {at.name}"
        if title == "M. Photographs":
            photograph = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photograph(600, 400)}
            await keys.takes("Take a photograph", photograph)  # type: ignore[arg-type]
            await keys.answer("What does it show?", "The front")
            await keys.answer("Can people be seen in it?", "No")
            at = await keys.use("Done", title)
            assert at.name == "Take a photograph"
        await keys.has_lost_nothing()
        await keys.use("Look it over and send" if title.startswith("N") else "Next")
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    assert await page.locator("[data-summary] li").all_inner_texts() == []
    await keys.use("Send", "Your visit")
    await expect(page.get_by_text("✓ Received in full, with 1 photograph.")).to_be_visible()
    await keys.has_lost_nothing()
    (received,) = await visits_of(site)
    assert received["address"] == "Wexcombe Towers, Quay Street"


async def test_tab_goes_over_each_page_in_its_order_and_back_and_out_of_it(site: Site, tablet: BrowserContext) -> None:
    keys = await by_keys(tablet)
    page = keys.page
    for title in WHOLE:
        await expect(page.locator("h1")).to_have_text(title)
        await goes_well(keys, title)
        await keys.use("Look it over and send" if title.startswith("N") else "Next")
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await goes_well(keys, "look it over")
    await keys.use("Your visits", "Your visits")
    await expect(count_of(page, "Drafts")).to_have_text("1")  # the lists come once they were read
    await goes_well(keys, "your visits")
    await keys.use("Menu", "Menu")
    await goes_well(keys, "menu")
    await keys.has_lost_nothing()


GO_BACK_ON = ("A. Visit", "F. Systems", "M. Photographs", "look it over", "your visits", "menu")


async def goes_well(keys: Keys, title: str) -> None:
    """Tab reaches all that can be pressed, in the order of the page, and gets out of it.

    Shift+Tab goes the same way back, also where something heeds keys itself: dates, lists of lines, the menu's own.
    """
    to_press = await keys.page.evaluate(STOPS, PRESSED)
    there = await keys.goes_over_the_page("Tab")
    assert (title, out_of_order(there)) == (title, [])
    assert (title, len(there)) == (title, to_press)
    if title not in GO_BACK_ON:
        return
    back = await keys.goes_over_the_page("Shift+Tab")
    assert (title, [each.place for each in back]) == (title, [each.place for each in reversed(there)])


async def test_the_focus_stays_where_it_is_while_a_page_tells_of_something_new(
    site: Site, tablet: BrowserContext
) -> None:
    keys = await by_keys(tablet)
    page = keys.page
    await keys.use("Your visits", "Your visits")
    lists = page.get_by_role("navigation", name="Lists of visits")
    for title in ("Waiting to send", "Sent", "Returned", "Asked of you", "Drafts"):
        tab = lists.get_by_role("button", name=title)
        await keys.reach(" ".join((await tab.inner_text()).split()))
        await page.keyboard.press("Enter")
        await expect(tab).to_have_attribute("aria-current", "true")
        await expect(tab).to_be_focused()
    await keys.has_lost_nothing()


async def test_what_a_key_takes_away_leaves_the_focus_beside_it(site: Site, tablet: BrowserContext) -> None:
    keys = await by_keys(tablet)
    page = keys.page
    await keys.answer("Why did you go?", "Temporary risk")
    await keys.answer("How did it end?", "Completed")
    at = await keys.use("Take the answer back: How did it end?")
    assert (at.group, at.type) == ("How did it end?", "radio")
    bar, first = page.locator(".app-missing__words"), page.locator(".app-missing .app-fault").first
    await expect(first).to_have_text("A. How did you gather the facts: give an answer")
    await expect(page.locator(".app-missing .app-fault", has_text="How did it end")).to_have_count(1)
    await keys.reach(await bar.inner_text(), "Shift+Tab")
    await page.keyboard.press("Enter")
    at = await keys.press("Tab")
    assert at.name == "A. How did you gather the facts: give an answer"
    at = await keys.press("Enter")
    assert (at.group, at.type) == ("How did you gather the facts?", "radio")
    await keys.use("F, Systems", "F. Systems")
    for heading in ("System 1", "System 2"):
        await keys.use("Add: system" if heading == "System 1" else "Add another system", heading)
        await keys.answer("System", "Dry riser")
        await keys.use("Done", "F. Systems")
    await keys.use("Remove System 1")
    await expect(page.locator(".app-line")).to_have_count(1)
    assert (await keys.focus()).name == "Add another system"
    await keys.use("Change System 1", "System 1")
    at = await keys.use("Remove", "F. Systems")
    assert at.name == "Add: system"
    await keys.use("I, Tactical", "I. Tactical")
    at = await keys.use("Add another: Critical fact")
    assert at.name == "Critical fact 2"
    await keys.has_lost_nothing()


async def test_a_visit_that_goes_while_its_page_is_open_takes_no_focus_with_it(
    site: Site, tablet: BrowserContext
) -> None:
    keys = await by_keys(tablet)
    page = keys.page
    await fill(page, SHORT)
    await tablet.set_offline(True)
    await send(page)
    await keys.reach("Try to send now")
    await tablet.set_offline(False)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    at = await keys.focus()
    assert at.tag == "H1"
    await keys.use("Back to your visits", "Your visits")
    await keys.has_lost_nothing()
