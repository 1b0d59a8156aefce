"""In a real browser: a premises is chosen on the map of the crew's app, with no network, by finger and by keyboard."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from schemas.premises import Place
from schemas.risk_register import RiskRecord
from services.domain.grid_references import to_lon_lat
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.builders import a_premises
from tests.services.browsing import browser_only
from tests.services.control_records import a_record
from tests.services.control_site import Site, running
from tests.services.device_tablet import (
    SHORT,
    a_tablet,
    fill,
    is_unlocked,
    send,
    set_up,
    signed_in_to_server,
    to_section,
    unlock,
)
from tests.services.premises_desk import AREA, TOWN_HALL, load
from tests.services.test_device_known import has_records, records, sent_visit, to_sections
from tests.services.test_device_pages import PRESSED, TOO_SMALL, TOO_WIDE, is_good, press_to
from tests.system import a_system

expect.set_options(timeout=15_000)
pytestmark = browser_only

VALE_ENGINE, TAVERN = "999984516542", "999925410533"
BELLFIELDS = "999984273200"
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
LEAFLET_IS_HERE = "'L' in window"
HALF_A_MARK = 12
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def lines_of_area(how_many: int) -> list[dict[str, str]]:
    with (AREA / "premises.csv").open(newline="", encoding="utf-8") as lines:
        return list(islice(csv.DictReader(lines), how_many))


def degrees_of(line: dict[str, str]) -> tuple[float, float]:
    degrees = to_lon_lat(float(line["easting"]), float(line["northing"]))
    assert degrees is not None
    return degrees


def at_premises(premises_id: str, accuracy: float = 14) -> dict[str, Any]:
    """Return how a browser is told that the tablet is at a premises of the sample area."""
    line = next(line for line in lines_of_area(170) if line["premises_id"] == premises_id)
    longitude, latitude = degrees_of(line)
    here = {"latitude": latitude, "longitude": longitude, "accuracy": accuracy}
    return {"geolocation": here, "permissions": ["geolocation"], **STILL}


def of_area(how_many: int) -> list[RiskRecord]:
    """Return records of the first premises of the sample area: every fifth is overdue, every seventh due soon."""
    return [a_mapped_record(line, due(n)) for n, line in enumerate(lines_of_area(how_many))]


def due(number: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=-30 if number % 5 == 0 else 10 if number % 7 == 0 else 200)


def a_mapped_record(line: dict[str, str], due_on: date) -> RiskRecord:
    longitude, latitude = degrees_of(line)
    place = Place(
        easting=float(line["easting"]),
        northing=float(line["northing"]),
        longitude=longitude,
        latitude=latitude,
        station_ground="S1",
        district="AV1",
    )
    premises = a_premises(
        line["premises_id"], name=line["name"], address=line["address"], postcode=line["postcode"], place=place
    )
    return a_record(premises=premises, review_due_on=due_on)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The sample area, with the ground of Arrelbridge as that of the station of whoever is signed in."""
    settings = Settings(data_dir=tmp_path)
    tools = Tools(settings, database, SystemClock(), Vault(settings.master_key))
    own = tmp_path / "station_grounds.geojson"
    own.write_text((AREA / own.name).read_text().replace('"id": "71"', '"id": "S1"'))
    await load(tools, own, "service_boundary.geojson")
    alone = await a_system(tools, ["visits", "control", "premises"])
    async with running(alone) as site, asyncio.timeout(280):
        yield site
    await alone.close()


async def to_map(page: Page) -> None:
    await has_records(page)
    await page.get_by_role("button", name="Begin a visit").click()
    await page.get_by_role("button", name="Choose on the map").click()
    await expect(page.locator("h1")).to_have_text("Choose on the map")
    await expect(page.locator(".leaflet-control-scale-line")).to_have_text(re.compile(r"\d+ k?m"))


async def where_am_i(page: Page, good_to: int = 14) -> None:
    await page.get_by_role("button", name="Where am I?").click()
    await expect(page.get_by_text(f"Your position, taken just now, good to {good_to} m.")).to_be_visible()


async def middle_of(page: Page) -> tuple[float, float]:
    place = page.locator(".app-map")
    await place.scroll_into_view_if_needed()
    box = await place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def tap(page: Page, right: float = 0, down: float = 0) -> None:
    """Tap on the map, so many pixels from its middle."""
    x, y = await middle_of(page)
    await page.mouse.click(x + right, y + down)


async def has_begun_at(page: Page, premises_id: str) -> None:
    await expect(page.locator("h1")).to_have_text("Ask about these")
    await to_sections(page)
    await to_section(page, "B")
    await expect(page.get_by_label("UPRN", exact=True)).to_have_value(premises_id)


async def test_a_premises_is_chosen_on_the_map_from_a_cold_start_with_no_network(site: Site, tmp_path: Path) -> None:
    await records(site, *of_area(150))
    folder = tmp_path / "profile"
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        await set_up(tablet.pages[0])
        await has_records(tablet.pages[0])
    await site.stop_serving()
    async with a_tablet(site, folder, offline=True, **at_premises(TOWN_HALL)) as tablet:
        page = tablet.pages[0]
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await unlock(page)
        await is_unlocked(page)
        assert not await page.evaluate(LEAFLET_IS_HERE), "the app opens without what draws"
        await to_map(page)
        assert await page.evaluate(LEAFLET_IS_HERE)
        await expect(page.locator(".app-map__ground", has_text="Arrelbridge")).to_be_visible()
        count = page.get_by_text(re.compile(r"^20 of 1\d\d premises, nearest to the middle of the map first$"))
        await expect(count).to_be_visible()
        assert await page.locator("[data-premises]").count() == 20
        await where_am_i(page)
        await expect(page.locator("[data-premises]").first).to_have_attribute("data-premises", TOWN_HALL)
        chosen = page.locator("[data-chosen]")
        await tap(page, right=-60, down=60)
        await expect(chosen).to_contain_text("No known premises here")
        await tap(page, right=20)
        await expect(chosen).to_contain_text("Market Place, Arrelbridge, XQ1 1AJ")
        await expect(chosen).to_contain_text("Grid reference SO 5438 6747")
        await page.get_by_role("button", name="Begin this visit: Town Hall").click()
        await has_begun_at(page, TOWN_HALL)
        assert complaints == []


async def test_several_at_one_point_are_listed_and_the_map_needs_no_finger(site: Site) -> None:
    await records(site, *of_area(170))
    async with a_tablet(site, **at_premises(BELLFIELDS)) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await to_map(page)
        await press_to(page, "Where am I?")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Your position, taken just now, good to 14 m.")).to_be_visible()
        await page.locator("h1").focus()
        await press_to(page, "Map of the premises.")
        await page.keyboard.press("Enter")
        block = page.get_by_role("region", name="24 premises at this point")
        await expect(block).to_contain_text("20 of 24 are shown.")
        await expect(block.get_by_role("button", name=re.compile("^Begin this visit: "))).to_have_count(20)
        await expect(block.locator(".app-map__one").first).to_contain_text("OVERDUE: review due")
        await tablet.set_geolocation(at_premises(VALE_ENGINE)["geolocation"])
        await page.get_by_role("button", name="Where am I?").press("Enter")
        await expect(page.locator(".app-map__name", has_text="2 premises")).to_be_visible()
        await page.locator("h1").focus()
        await press_to(page, "Map of the premises.")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("region", name="2 premises at this point")).to_be_visible()
        await expect(page.get_by_role("button", name="Begin this visit: The Vale Engine")).to_be_visible()
        await press_to(page, "Begin this visit: The Vale Line Tavern")
        await page.keyboard.press("Enter")
        await has_begun_at(page, TAVERN)


async def ink_in_the_middle(page: Page) -> int:
    """Return how many pixels of the mark in the middle of the map stand out, without their colour."""
    await page.evaluate(DRAWN)
    x, y = await middle_of(page)
    clip = {"x": x - HALF_A_MARK, "y": y - HALF_A_MARK, "width": 2 * HALF_A_MARK, "height": 2 * HALF_A_MARK}
    seen = Image.open(io.BytesIO(await page.screenshot(clip=clip))).convert("L")  # type: ignore[arg-type]
    ground = seen.tobytes()[0]
    return sum(count for level, count in enumerate(seen.histogram()) if abs(level - ground) > 60)


@pytest.mark.parametrize("theme", ["day", "night", "sun"])
async def test_what_is_due_for_review_looks_different_without_its_colour(site: Site, theme: str) -> None:
    known = of_area(8)
    await records(site, *known)
    overdue, other, soon = known[5], known[1], known[7]
    async with a_tablet(site, **at_premises(TOWN_HALL)) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        await to_map(page)
        ink = []
        for record in (other, soon, overdue):
            place = record.premises.place
            await tablet.set_geolocation({"latitude": place.latitude, "longitude": place.longitude, "accuracy": 0})
            await where_am_i(page, 0)
            nearest = page.locator("[data-premises]").first
            await expect(nearest).to_have_attribute("data-premises", record.premises.premises_id)
            ink.append(await ink_in_the_middle(page))
        assert 0 < ink[0] * 1.5 < ink[1] < ink[2] / 1.2, ink
        await tap(page)
        await expect(page.locator("[data-chosen]")).to_contain_text("OVERDUE: review due")


async def test_the_map_has_no_fault_in_any_light_and_says_in_words_why_there_is_no_position(site: Site) -> None:
    await records(site, *of_area(6))
    async with a_tablet(site, **STILL) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await to_map(page)
        await page.get_by_role("button", name="Where am I?").click()
        refused = page.get_by_text("No position: this tablet does not let the app have it.")
        await expect(refused).to_be_visible()
        await is_good(page, "the map")
        await tap(page)
        await expect(page.locator("[data-chosen] h2")).to_be_visible()
        await is_good(page, "the map, a point chosen")
        for width, height in ((390, 844), (1280, 800)):
            await page.set_viewport_size({"width": width, "height": height})
            assert (width, await page.evaluate(TOO_SMALL, PRESSED)) == (width, [])
            assert (width, await page.evaluate(TOO_WIDE)) == (width, False)


async def test_a_premises_that_is_not_in_the_list_gets_a_pin_that_is_sent_with_the_visit(site: Site) -> None:
    await records(site, *of_area(6))
    async with a_tablet(site, **at_premises(TOWN_HALL)) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page)
        await to_map(page)
        await tap(page, right=-300)
        await expect(page.locator("[data-chosen]")).to_contain_text("No known premises here")
        await expect(page.get_by_role("button", name="The premises is here")).to_have_count(0)
        await page.get_by_role("button", name="Zoom in to put a pin here").click()
        await tap(page, down=40)
        at = page.get_by_text(re.compile(r"^The pin is at [\d.]+, -?[\d.]+, good to \d+ m\.$"))
        lat, lon, good_to = re.findall(r"-?\d+(?:\.\d+)?", await at.inner_text())
        await page.get_by_role("button", name="The premises is here").click()
        await expect(page.locator("h1")).to_have_text("A. Visit")
        await fill(page, SHORT)
        await to_section(page, "B")
        await expect(page.get_by_text(f"Position taken, good to {good_to} m.")).to_be_visible()
        await send(page)
        await expect(page.get_by_text("✓ Received in full")).to_be_visible()
    sent = (await sent_visit(site))["visit"]["device_point"]
    assert (round(sent["lat"], 5), round(sent["lon"], 5), sent["accuracy_m"]) == (float(lat), float(lon), int(good_to))
    assert int(good_to) <= 100


async def test_a_position_is_taken_only_when_asked_for_and_says_how_old_it_is(site: Site) -> None:
    await records(site, *of_area(6))
    async with a_tablet(site, **at_premises(TOWN_HALL)) as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await page.clock.install()
        await set_up(page)
        await to_map(page)
        await expect(page.get_by_text("6 premises, nearest to the middle of the map first")).to_be_visible()
        await expect(page.locator(".app-map__position")).to_be_empty()
        await where_am_i(page)
        await page.clock.fast_forward("02:20")
        await expect(page.get_by_text("Your position, taken 2 minutes ago, good to 14 m.")).to_be_visible()
