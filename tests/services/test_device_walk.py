"""In a real browser: how many taps a visit is on the tablet, counted from the locked app to the server's receipt."""

import os
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from schemas.vocabulary import Role
from services.shared.database import Database
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    PASSPHRASE,
    SHORT,
    a_photograph,
    a_server,
    begin,
    fill,
    send,
    set_up,
    unlock,
    visits_of,
)
from tests.services.test_device_known import a_known_shop, has_records, records
from tests.services.test_device_returns import place, return_to_crew
from tests.walk.finger import Finger, Walk

expect.set_options(timeout=15_000)
pytestmark = browser_only

SCORE = ("Firefighters", "Public", "Environment", "Community", "Heritage", "Economy")
DECLARED = "This is what we saw, as far as we could see it"
COMPETENT = "Is the officer who led certified to lead these visits?"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with a_server(database, tmp_path, ("visits", "risk_register", "control")) as site:
        yield site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the pictures and the table go: where `make walk` says, to be looked at."""
    return Path(os.environ.get("WALK_TO", tmp_path))


async def unlocks(finger: Finger) -> None:
    """Wake the tablet: the app stands there locked, with the name of who is signed in."""
    page = finger.page
    await page.goto("/device")
    await expect(page.get_by_label("Your name at sign-in")).to_have_value(Role.FIREFIGHTER.value)
    async with finger.step("Unlock"):
        await finger.answers("Your passphrase for this tablet", PASSPHRASE)
        await finger.presses("Unlock", "Your visits")


async def was_used_before(page: Page) -> None:
    """Send a visit that is not counted: a tablet that is carried on an appliance has sent one."""
    await begin(page)
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()


async def sent_last(site: Site) -> dict[str, Any]:
    """Return the visit that the server received last, as it told others of it."""
    told: dict[str, Any] = (await site.system.said("visits.submitted"))[-1].model_dump(mode="json")["visit"]
    return told


async def sends(finger: Finger, photographs: str = "") -> None:
    page = finger.page
    async with finger.step("Sign off, look it over and send"):
        await finger.goes_to("N")
        await finger.answers(DECLARED)
        await finger.answers(COMPETENT, "Yes")
        await finger.presses("Look it over and send", "Look it over and send")
        assert await page.locator("[data-summary] li").all_inner_texts() == []
        await finger.presses(re.compile("^Send$"), "Your visit")
        await expect(page.get_by_text(f"✓ Received in full{photographs}.")).to_be_visible()


async def is_as_before(finger: Finger, title: str, then: str) -> None:
    async with finger.step(f"{title} is as before"):
        await finger.presses("As before, and go on", then)


async def scores(finger: Finger) -> None:
    async with finger.step("K. Score"):
        await finger.goes_to("K")
        await finger.answers("How likely is a fire?", "2 Unlikely")
        for each in SCORE:
            await finger.answers(each, "1")


async def test_a_full_visit_of_a_shop_that_nobody_knows(site: Site, tablet: BrowserContext, folder: Path) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await was_used_before(page)
    finger = Finger(page, Walk("A full visit of a shop that nobody knows"), folder / "full")
    await unlocks(finger)
    async with finger.step("A. Visit"):
        await finger.presses("Begin a visit", "A. Visit")
        await finger.answers("Why did you go?", "New risk record")
        await finger.answers("How did you gather the facts?", "Physical")
        await finger.answers("How did it end?", "Completed")
    async with finger.step("B. Premises"):
        await finger.goes_to("B")
        await finger.answers("Address in one line", "14 Quay Street, Wexcombe XQ1 1AA")
        await finger.answers("What sort of premises is it?", "Shop")
        await finger.answers("Is it in use?", "In use")
    async with finger.step("B. Person to ring"):
        await finger.presses("Add: person to ring", "Person to ring 1")
        await finger.answers("Who is this?", "Keyholder")
        await finger.answers("Name", "Ash")
        await finger.answers("Telephone", "01632 960 000")
        await finger.presses("Done", "B. Premises")
    async with finger.step("C. Access"):
        await finger.goes_to("C")
        await finger.answers("Can an appliance get there?", "Good")
        await finger.answers("Way in", "Blue awning")
        await finger.answers("Is there a secure information box?", "No")
    async with finger.step("D. Building"):
        await finger.goes_to("D")
        await finger.answers("Height of the top storey in metres", "3")
        await finger.answers("Storeys above ground", "2")
        await finger.answers("Storeys below ground", "0")
        await finger.answers("Floor area in square metres", "180")
        await finger.answers("What is it built of?", "Masonry")
        await finger.answers("Roof", "Slate")
        await finger.answers("Are there solar panels?", "No")
    async with finger.step("E. Occupancy"):
        await finger.goes_to("E")
        await finger.answers("Most people by day", "20")
        await finger.answers("Most people at night", "0")
        await finger.answers("Staircases", "1")
        await finger.answers("Does anybody sleep there?", "No")
        await finger.answers("Can they get out by themselves?", "Independent")
    async with finger.step("F. A system"):
        await finger.goes_to("F")
        await finger.presses("Add: system", "System 1")
        await finger.answers("System", "Sprinklers")
        await finger.answers("Does it work?", "Working")
        await finger.presses("Done", "F. Systems")
    async with finger.step("F. A supply"):
        await finger.presses("Add: supply", "Supply 1")
        await finger.answers("Supply", "Electricity")
        await finger.answers("Where is it shut off?", "Rear store")
        await finger.presses("Done", "F. Systems")
    async with finger.step("F. Another supply"):
        await finger.presses("Add another supply", "Supply 2")
        await finger.answers("Supply", "Gas")
        await finger.answers("Where is it shut off?", "None")
        await finger.presses("Done", "F. Systems")
    async with finger.step("G. A hazard"):
        await finger.goes_to("G")
        await finger.presses("Add: hazard", "Hazard 1")
        await finger.answers("Hazard", "Solar panels")
        await finger.answers("Where is it?", "Roof")
        await finger.presses("Done", "G. Hazards")
    async with finger.step("H. Water"):
        await finger.goes_to("H")
        await finger.presses("Add: hydrant", "Hydrant 1")
        await finger.answers("Hydrant number", "H12")
        await finger.answers("Distance in metres", "40")
        await finger.answers("Does it work?", "Working")
        await finger.presses("Done", "H. Water")
        await finger.answers("Is the water enough?", "Yes")
    async with finger.step("I. Tactical"):
        await finger.goes_to("I")
        await finger.answers("Critical fact 1", "Solar panels on the roof")
    await scores(finger)
    async with finger.step("M. A photograph"):
        await finger.goes_to("M")
        photograph = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photograph(2000, 1500)}
        async with page.expect_file_chooser() as opened:
            await finger.taps(page.get_by_text("Take a photograph", exact=True))
        finger.now.taps += 2  # the camera's own: take it, and keep it
        await (await opened.value).set_files(photograph)  # type: ignore[arg-type]
        await finger.answers("What does it show?", "The front")
        await finger.answers("Can people be seen in it?", "No")
        await finger.presses("Done", "M. Photographs")
    await sends(finger, ", with 1 photograph")
    finger.writes_table()
    assert "14 Quay Street" in str([each["address"] for each in await visits_of(site)])
    told = await sent_last(site)
    assert (told["callsign"], told["watch"]) == ("S1P1", "RED")
    whole = finger.walk.total
    assert whole.taps <= 83
    assert whole.characters <= 145


async def test_a_review_where_nothing_has_changed(site: Site, tablet: BrowserContext, folder: Path) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await was_used_before(page)
    await records(site, a_known_shop())
    await unlock(page)
    await has_records(page)
    finger = Finger(page, Walk("A review of a known shop where nothing has changed"), folder / "review")
    await unlocks(finger)
    async with finger.step("Where are you?"):
        await finger.presses("Begin a visit", "Where are you?")
    async with finger.step("Ask about these"):
        await finger.presses("Blue Awning Stores", "Ask about these")
        for _ in range(2):
            await finger.presses(re.compile("^Same as before"))
    async with finger.step("A. Visit"):
        await finger.presses("Next", "A. Visit")
        await finger.answers("How did you gather the facts?", "Physical")
        await finger.answers("How did it end?", "Completed")
        await finger.presses("Next", "B. Premises")
    await is_as_before(finger, "B. Premises", "B. Premises")
    async with finger.step("B. Person to ring"):
        await finger.presses("Add: person to ring", "Person to ring 1")
        await finger.answers("Who is this?", "Keyholder")
        await finger.answers("Name", "Ash")
        await finger.answers("Telephone", "01632 960 000")
        await finger.presses("Done", "B. Premises")
        await finger.presses("Next", "C. Access")
    titles = ("C. Access", "D. Building", "E. Occupancy", "F. Systems", "G. Hazards")
    for title, then in pairwise(titles):
        await is_as_before(finger, title, then)
    async with finger.step("G. Hazards: its one is confirmed"):
        await finger.presses("Next", "H. Water")
    for title, then in pairwise(("H. Water", "I. Tactical", "J. People")):
        await is_as_before(finger, title, then)
    async with finger.step("K. Score is as before"):
        await finger.goes_to("K")
        await finger.presses("As before, and go on", "L. Referrals")
    await sends(finger)
    finger.writes_table()
    assert "Blue Awning Stores, 14 Quay Street" in str([each["address"] for each in await visits_of(site)])
    told = await sent_last(site)
    assert (told["visit_kind"], told["callsign"], told["watch"]) == ("REVIEW", "S1P1", "RED")
    assert told["likelihood"] == 2
    assert told["severity"] == {"FF": 2, "PUB": 2, "ENV": 1, "COM": 1, "HER": 0, "ECO": 1}
    whole = finger.walk.total
    assert whole.taps <= 31
    assert whole.characters <= 31


async def test_a_returned_visit_is_put_right(site: Site, tablet: BrowserContext, folder: Path) -> None:
    page = tablet.pages[0]
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    (first,) = [each["submission_id"] for each in await visits_of(site)]
    await place(site, first)
    await return_to_crew(site, first, {"storeys_above": "How many storeys are there?"})
    finger = Finger(page, Walk("A returned visit is put right"), folder / "returned")
    await unlocks(finger)
    async with finger.step("What was returned"):
        returned = page.get_by_role("navigation", name="Lists of visits").get_by_role("button", name="Returned")
        await expect(returned.locator(".app-tab__count")).to_have_text("1")
        await finger.taps(returned)
        await expect(page.get_by_role("button", name="See what to do")).to_be_visible()
    async with finger.step("What to do"):
        await finger.presses("See what to do", "Returned to you")
    async with finger.step("Put it right"):
        await finger.presses("Put it right", "D. Building")
        await finger.answers("Storeys above ground", "2")
    async with finger.step("Look it over and send"):
        await finger.presses("✓ Nothing is missing: look it over", "Look it over and send")
        await finger.presses(re.compile("^Send$"), "Your visit")
        await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    finger.writes_table()
    assert len(await visits_of(site)) == 2
    whole = finger.walk.total
    assert whole.taps <= 8
    assert whole.characters <= 16
