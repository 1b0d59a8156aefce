"""The ten commonest jobs of a reviewer without a mouse, and every page of the desk fit for all and for paper."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from services.risk_register.app import build
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.browsing import browser_only, faults, opened
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import ACETYLENE, QUEUE, RISER_FAULT, Desk, located
from tests.services.test_oversight_browser import FITS
from tests.system import System

pytestmark = browser_only
AT_LEAST_AS_MANY_LINES = 18


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


@pytest.fixture
async def site(desk: Desk) -> AsyncIterator[Site]:
    """Return a running desk before which a danger, a repair and plain visits wait."""
    yard = a_premises("1", name="Acetylene Yard")
    tower = a_premises("2", name="Harbour Tower")
    plain = [
        located(a_premises(str(number), name=f"Shop {number}"), at=NOW + timedelta(seconds=number))
        for number in range(10, 32)
    ]
    await desk.receive(
        located(yard, hazards=[ACETYLENE], none_found=False),
        located(tower, systems=[RISER_FAULT], height_top_storey_m=20, station="S2", roof="Felt"),
        *plain,
    )
    async with running(desk.system) as site:
        yield site


async def at(page: Page, heading: str) -> None:
    """Wait until a page is there and listens to keys."""
    await expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    await page.wait_for_load_state("load")
    await expect(page.locator("[data-ravi-shortcuts]")).to_be_visible()


async def until_focused(page: Page, wanted: Locator, key: str) -> None:
    """Press a key until the focus is where it is wanted."""
    for _ in range(80):
        await page.keyboard.press(key)
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{key} does not come to it")


async def said(page: Page, words: str) -> None:
    await expect(page.locator(".ravi-notice")).to_contain_text(words)


async def test_ten_jobs_are_done_by_keys_alone(browser: Browser, site: Site, desk: Desk) -> None:
    page = await opened(browser, site, 1280, 720, [])
    keys = page.keyboard
    await page.goto("/review?show=all")
    await at(page, "Review queue")

    # 1. Search for what is dangerous.
    await keys.press("/")
    await keys.type("riser")
    await keys.press("Enter")
    await page.wait_for_url("**words=riser**")
    await at(page, "Review queue")
    await expect(page.locator("[data-review-row]")).to_have_count(1)

    # 2. Keep the filter as one's own.
    await keys.press("f")
    await keys.press("Tab")
    await keys.type("Risers")
    await keys.press("Enter")
    await said(page, "The filter is kept")
    await at(page, "Review queue")
    await expect(page.get_by_role("link", name="Risers")).to_be_visible()

    # 3. See how much waits at each station, and come back.
    await keys.press("w")
    await at(page, "Work by station")
    await expect(page.get_by_role("row", name="Station S2")).to_contain_text("1")
    await page.go_back()
    await at(page, "Review queue")
    assert "words=riser" in page.url, "Back leads to the list as it was narrowed"

    # 4. Open a visit from the list and claim it.
    await keys.press("j")
    await keys.press("Enter")
    await at(page, "Harbour Tower")
    await keys.press("c")
    await expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    await expect(page.locator("#decision-publish")).to_be_attached()
    await at(page, "Harbour Tower")

    # 5. Correct a fact in its own row.
    row = page.locator("[data-review-row]", has=page.get_by_role("rowheader", name="Roof"))
    await until_focused(page, row.get_by_role("link", name="Correct"), "j")
    await keys.press("Enter")
    await expect(page.locator("#value-roof")).to_be_focused()
    await keys.press("Control+A")
    await keys.type("Slate")
    await keys.press("Tab")
    await keys.type("By the drawings")
    await keys.press("Enter")
    await said(page, "Corrected")
    await expect(row).to_contain_text("risk-team corrected it to: Slate")
    await at(page, "Harbour Tower")

    # 6. Write a note for the others.
    await keys.press("n")
    await keys.type("The drawings came on Friday.")
    await keys.press("Tab")
    await keys.press("Enter")
    await said(page, "The note is kept")
    await at(page, "Harbour Tower")

    # 7. Publish it with the correction; the next visit opens.
    await keys.press("p")
    await expect(page.locator("#then-publish")).to_be_visible()
    await keys.press("s")
    await said(page, "Published")
    await at(page, "Acetylene Yard")

    # 8. Return a visit to its crew, with the field and words.
    await keys.press("c")
    await expect(page.locator("#decision-return")).to_be_attached()
    await at(page, "Acetylene Yard")
    await keys.press("t")
    await until_focused(page, page.locator("#return-hazards"), "Tab")
    await keys.press("Space")
    await until_focused(page, page.locator("#return_reason"), "Tab")
    await keys.type("How many cylinders?")
    await until_focused(page, page.get_by_role("button", name="Confirm decision"), "Tab")
    await keys.press("Enter")
    await said(page, "Returned")
    await at(page, "Shop 10")

    # 9. Go back to the list as it was, and show all of it again.
    await keys.press("u")
    await at(page, "Review queue")
    assert "words=riser" in page.url
    await keys.press("0")
    await page.wait_for_url("**/review?show=all")
    await at(page, "Review queue")

    # 10. Tick two visits and claim them together, after a look at what happens to each.
    await keys.press("j")
    await keys.press("x")
    await keys.press("j")
    await keys.press("x")
    await keys.press("b")
    await at(page, "Claim several visits")
    await keys.press("s")
    await said(page, "2 visits claimed")

    ada = await desk.reviewer("risk-team")
    mine = (await ada.get(QUEUE, params={"show": "mine"})).json()["items"]
    assert {row["name"] for row in mine} == {"Shop 10", "Shop 11"}


@pytest.mark.parametrize("size", [(1280, 720), (810, 1080)])
async def test_each_page_of_the_desk_is_fit_for_all_dense_and_fit_for_paper(
    browser: Browser, site: Site, desk: Desk, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, *size, complaints)
    await page.goto("/review?show=all&together=yes")
    await at(page, "Review queue")
    lines = await page.evaluate(
        "[...document.querySelectorAll('[data-review-row]')]"
        ".filter(line => line.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert lines >= (AT_LEAST_AS_MANY_LINES if size[0] > 1000 else 5)
    await page.get_by_text("Keep this filter").click()
    await is_fit(page)
    await page.locator(".queue-box input").nth(2).check()
    await page.get_by_role("button", name="Publish as reported").click()
    await expect(page.get_by_text("Nothing is done yet")).to_be_visible()
    await is_fit(page)
    await page.goto("/review/workload")
    await is_fit(page)
    await page.goto("/review")
    await page.get_by_role("link", name="Harbour Tower").click()
    await page.get_by_role("button", name="Claim this visit").click()
    for fact in ("Dry riser", "Likelihood and severity", "Construction"):
        await page.get_by_role("link", name=f"Correct {fact}").click()
        await expect(page.locator("#correct-reason")).to_be_visible()
        await is_fit(page)
    await page.locator("#correct-reason").fill("no")
    await page.get_by_role("button", name="Keep the correction").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Say why it is corrected")
    await is_fit(page)
    await page.emulate_media(media="print")
    for hidden in (".review-correction", ".review-notes", ".review-desk__decision"):
        await expect(page.locator(hidden).first).to_be_hidden()
    await expect(page.get_by_role("rowheader", name="Dry riser")).to_be_visible()
    await page.goto("/review?show=all")
    await expect(page.locator(".queue-filter")).to_be_hidden()
    await expect(page.get_by_text("Dry riser FAULT, NW stair")).to_be_visible()
    assert [one for one in complaints if "422" not in one] == []


async def is_fit(page: Page) -> None:
    assert await faults(page) == []
    assert await page.evaluate(FITS), "it scrolls sideways"
