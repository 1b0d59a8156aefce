"""In a real browser: callsign and watch are filled in as they were last, say so, and can be changed."""

from playwright.async_api import BrowserContext, Page, expect

from schemas.vocabulary import Role, Watch
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    answer,
    begin,
    count_of,
    fill,
    is_kept,
    is_unlocked,
    send,
    set_up,
    signed_in_to_server,
    to_section,
    unlock,
    visits_of,
)
from tests.services.test_device_pages import is_good
from tests.services.test_device_returns import has_state, open_list
from tests.services.test_visits_story import not_located

expect.set_options(timeout=15_000)
pytestmark = browser_only

OF_TABLET = "The last visit from this tablet had S1P1."


async def begins_with(page: Page, callsign: str, watch: str) -> None:
    """Begin a visit and look at what stands in it already; no watch is the empty text."""
    await begin(page)
    await expect(page.get_by_label("Callsign", exact=True)).to_have_value(callsign)
    chosen = page.get_by_role("group", name="Watch", exact=True).locator("input:checked")
    await expect(chosen).to_have_count(1 if watch else 0)
    if watch:
        await expect(page.get_by_role("radio", name=watch, exact=True)).to_be_checked()


async def to_visits(page: Page) -> None:
    await page.get_by_role("button", name="Your visits").click()
    await is_unlocked(page)


async def test_callsign_and_watch_are_filled_in_with_no_signal_and_nothing_written_is_lost(
    tablet: BrowserContext, site: Site
) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await tablet.set_offline(True)
    await begins_with(page, "", "")
    await expect(page.get_by_text("The last visit from this tablet had")).to_have_count(0)
    await fill(page, SHORT)
    await to_visits(page)
    await begins_with(page, "", "")  # nothing is taken from a draft
    await to_visits(page)
    await page.get_by_role("button", name="Go on: Wexcombe Towers, Quay Street").click()
    await send(page)
    await page.get_by_role("button", name="Back to your visits").click()
    await begins_with(page, "S1P1", "Red")
    await expect(page.get_by_text(OF_TABLET)).to_be_visible()
    await expect(page.get_by_text("Your last visit had Red")).to_be_visible()
    await is_good(page, "what is filled in")
    await answer(page, "Callsign", "S1P9")
    await answer(page, "Watch", "Blue")
    await fill(page, {"B": (("Address in one line", "Mill, Mill Lane"),)})
    await is_kept(page)
    await unlock(page)
    await is_unlocked(page)
    await page.get_by_role("button", name="Go on: Mill, Mill Lane").click()
    await to_section(page, "A")
    await expect(page.get_by_label("Callsign", exact=True)).to_have_value("S1P9")
    await expect(page.get_by_role("radio", name="Blue", exact=True)).to_be_checked()
    await to_visits(page)
    await page.get_by_role("button", name="Lock").click()
    await tablet.set_offline(False)
    await tablet.clear_cookies()
    await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE, Watch.WHITE)
    await set_up(page, "another crew's words")
    await begins_with(page, "S1P1", "White")
    await expect(page.get_by_text("From your sign-in: White")).to_be_visible()
    await expect(page.get_by_text("Your last visit had")).to_have_count(0)


async def test_what_takes_the_place_of_a_visit_keeps_its_own_callsign_and_is_remembered_for_no_other(
    tablet: BrowserContext, site: Site
) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    (received,) = await visits_of(site)
    await site.system.say(not_located(received["submission_id"]), source="premises")
    await has_state(site, received["submission_id"], "NEEDS_PERSON")
    await unlock(page)
    await expect(page.get_by_text("1 to act on")).to_be_visible()
    await open_list(page, "Sent")
    await page.get_by_role("button", name="See: Wexcombe Towers").click()
    await page.get_by_role("button", name="Change what you sent").click()
    await expect(page.get_by_label("Callsign", exact=True)).to_have_value("S1P1")
    await expect(page.get_by_text(OF_TABLET)).to_have_count(0)
    await answer(page, "Callsign", "S1P2")
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    await page.get_by_role("button", name="Back to your visits").click()
    await expect(count_of(page, "Sent")).to_have_text("2")
    await begins_with(page, "S1P1", "Red")
