"""In a real browser: a visit is written with no network, outlives every kill, and arrives once and whole."""

from collections.abc import Callable
from pathlib import Path

from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    Answers,
    a_photograph,
    a_tablet,
    add,
    answer,
    begin,
    count_of,
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
from tests.slowness import slowness

expect.set_options(timeout=15_000)
pytestmark = browser_only

HIGH_RISE: dict[str, Answers] = {
    "A": (
        ("Why did you go?", "New risk record"),
        ("How did you gather the facts?", "Physical"),
        ("How did it end?", "Completed"),
        ("Callsign", "S1P1"),
        ("Watch", "Red"),
    ),
    "B": (
        ("Address in one line", "Wexcombe Towers, Quay Street"),
        ("What sort of premises is it?", "High-rise flats, 18 m or 7 storeys and over"),
        ("Is it in use?", "In use"),
    ),
    "C": (("Can an appliance get there?", "Good"), ("Is there a secure information box?", "No")),
    "D": (
        ("Height of the top storey in metres", "30.5"),
        ("Storeys above ground", "11"),
        ("Storeys below ground", "0"),
        ("Floor area in square metres", "5200"),
        ("What is it built of?", ("Masonry",)),
        ("External wall", "Unknown"),
        ("Appraisal of the external wall (FRAEW)", "Not appraised"),
    ),
    "E": (
        ("Most people by day", "90"),
        ("Most people at night", "140"),
        ("Staircases", "1"),
        ("Does anybody sleep there?", "Yes"),
        ("Can they get out by themselves?", "Independent"),
        ("Evacuation strategy", "Stay put"),
        ("Assembly point", "Grass by the gate"),
    ),
}
REST: dict[str, Answers] = {
    "I": (("Critical fact 1", "Single stair, 11 storeys"),),
    "K": (
        ("How likely is a fire?", "2 Unlikely"),
        *((each, "1") for each in ("Firefighters", "Public", "Environment", "Community", "Heritage", "Economy")),
    ),
    "N": SHORT["N"],
}
PHOTOGRAPHS = (a_photograph(seed=1), a_photograph(1600, 2400, seed=2))


async def test_a_high_rise_written_offline_outlives_two_kills_and_arrives_once_and_whole(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await tablet.set_offline(True)
        await expect(page.get_by_text("No signal", exact=True)).to_be_visible()
        await begin(page)
        await fill(page, {letter: HIGH_RISE[letter] for letter in "ABCD"})
        await is_kept(page)
        await killed(tablet)
    async with a_tablet(site, folder, offline=True) as tablet:
        page = tablet.pages[0]
        await unlock(page)
        await is_unlocked(page)
        await page.get_by_role("button", name="Go on: Wexcombe Towers, Quay Street").click()
        await expect(page.locator("h1")).to_have_text("D. Building")
        await expect(page.get_by_label("Floor area in square metres")).to_have_value("5200")
        await fill(page, {"E": HIGH_RISE["E"]})
        await to_section(page, "F")
        await add(page, "Add: system", (("System", "Dry riser"), ("Does it work?", "Working")))
        await to_section(page, "G")
        await add(page, "Add: hazard", (("Hazard", "Solar panels"), ("Where is it?", "Roof")))
        await to_section(page, "H")
        await add(
            page,
            "Add: hydrant",
            (("Hydrant number", "H12"), ("Distance in metres", "40"), ("Does it work?", "Working")),
        )
        await answer(page, "Is the water enough?", "Yes")
        await photograph(page, PHOTOGRAPHS[0], "The front")
        await photograph(page, PHOTOGRAPHS[1], "The single stair")
        await killed(tablet)
    async with a_tablet(site, folder, offline=True) as tablet:
        page = tablet.pages[0]
        await unlock(page)
        await page.get_by_role("button", name="Go on: Wexcombe Towers, Quay Street").click()
        await fill(page, REST)
        await send(page)
        await expect(page.get_by_text("Waiting to be sent.")).to_be_visible()
        assert await visits_of(site) == []
        await signed_in_to_server(tablet, site)  # the sign-in had not reached the disk when the browser was killed
        await tablet.set_offline(False)
        await expect(page.get_by_text("✓ Received in full, with 2 photographs.")).to_be_visible(timeout=60_000)
        await page.get_by_role("button", name="Back to your visits").click()
        await expect(count_of(page, "Sent")).to_have_text("1")
        await expect(count_of(page, "Waiting to send")).to_have_text("0")
    (received,) = await visits_of(site)
    assert (received["address"], received["led_by"]) == ("Wexcombe Towers, Quay Street", "firefighter")
    async with await site.machine(Role.FIREFIGHTER) as client:
        told = (await client.get(f"/api/v1/visits/{received['submission_id']}")).json()
    assert told["missing_media"] == []


async def test_the_app_opens_from_a_cold_start_with_no_network_within_two_seconds(
    site: Site, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with a_tablet(site, tmp_path / "profile") as tablet:
        await signed_in_to_server(tablet, site)
        await set_up(tablet.pages[0])
    await site.stop_serving()  # the worker of a page is not cut off by the browser's own switch
    async with a_tablet(site, tmp_path / "profile", offline=True) as tablet:
        page, slow = tablet.pages[0], slowness()
        await page.goto("/device")
        await page.get_by_role("button", name="Unlock").wait_for()
        took_ms = await page.evaluate("performance.now()")
        record_property("cold_start_ms", round(took_ms))
        assert took_ms < 2000 * slow
        await page.get_by_label("Your name at sign-in").fill("firefighter")
        await page.get_by_label("Your passphrase for this tablet").fill("not this one")
        await page.get_by_role("button", name="Unlock").click()
        await expect(page.get_by_text("The name or the passphrase is wrong.")).to_be_visible()
        await unlock(page)
        await is_unlocked(page)
        await page.goto("/device/visits")
        await page.get_by_role("button", name="Unlock").wait_for()
        assert page.url == f"{site.address}/device", "a page that needs the network gives way to the app"
