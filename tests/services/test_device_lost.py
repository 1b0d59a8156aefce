"""In a real browser: a tablet that was reported lost empties itself as soon as it hears of it, and no other does."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from schemas.vocabulary import Role
from services.shared.database import Database
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    a_photograph,
    a_server,
    a_tablet,
    begin,
    bytes_of_folder,
    fill,
    found_in,
    is_kept,
    is_unlocked,
    photograph,
    set_up,
    signed_in_to_server,
    unlock,
)

expect.set_options(timeout=15_000)
pytestmark = browser_only

# What the app writes in the open beside what it has sealed: the names of stores, of fields and of databases.
KEPT = ("nameHash", "wrapped", "sealed", "ravi-device", "ravi-records")
LOST = "This tablet was reported lost"
STORED = """async () => ({
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length, local: Object.keys(localStorage),
})"""
NOTHING = {"databases": 0, "caches": 0, "workers": 0, "local": []}


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with a_server(database, tmp_path / "server") as site:
        yield site


async def used(site: Site, tablet: BrowserContext, *, with_draft: bool = True) -> tuple[Page, str]:
    """Set a tablet up, write a visit with a photograph on it, and return its page and what its menu calls it."""
    await signed_in_to_server(tablet, site)
    page = tablet.pages[0]
    await set_up(page)
    if with_draft:
        await begin(page)
        await fill(page, {"B": SHORT["B"]})
        await is_kept(page)
        await photograph(page, a_photograph(600, 400), "The front")
        await page.get_by_role("button", name="Your visits").click()
        await is_unlocked(page)
    await page.get_by_role("button", name="Menu").click()
    words = await page.get_by_text("This tablet:").inner_text()
    (name,) = re.findall(r"This tablet: ([0-9A-F]{3}-[0-9A-F]{3})\.", words)
    await page.get_by_role("button", name="Your visits").click()
    await is_unlocked(page)
    return page, name


async def a_desk(site: Site, stack: AsyncExitStack, width: int = 1280, height: int = 720) -> Page:
    """Return the list of tablets as the administrator sees it."""
    desk = await stack.enter_async_context(a_tablet(site, width=width, height=height))
    await sign_in(desk, site, Role.ADMINISTRATOR)
    await desk.pages[0].goto("/tablets")
    return desk.pages[0]


async def report(desk: Page, name: str) -> None:
    """Report a tablet lost, by keyboard alone."""
    await desk.goto("/tablets")
    await desk.get_by_role("button", name=f"Report lost: {name}").focus()
    await desk.keyboard.press("Enter")
    await expect(desk.locator("h1")).to_have_text(f"Report tablet {name} lost?")
    await desk.get_by_label("How was it lost?").focus()
    await desk.keyboard.type("Left at the drill ground")
    await desk.keyboard.press("Tab")
    await expect(desk.get_by_role("button", name="Report it lost")).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("The tablet is reported lost.")).to_be_visible()


async def come_to_the_front(page: Page) -> None:
    """Have the app ask what is new, as it does when it comes to the front, and each minute."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_a_lost_tablet_empties_itself_and_says_so_while_the_other_keeps_all(site: Site, tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "other"
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(a_tablet(site, folder)) for folder in folders]
        lost, name = await used(site, one)
        kept, other_name = await used(site, other)
        assert name != other_name
        desk = await a_desk(site, stack)

        await report(desk, name)
        assert (await one.request.get("/api/v1/visits")).status == 401, "its sign-in ended"
        assert (await other.request.get("/api/v1/visits")).status == 200
        row = desk.get_by_role("row", name=name)
        await expect(row).to_contain_text("it will be emptied when it next has signal")
        async with lost.expect_response("**/device/emptied") as telling:
            await come_to_the_front(lost)

        assert (await telling.value).status == 204
        await expect(lost.locator("h1")).to_have_text(LOST)
        await expect(lost.get_by_text("What was on it has been removed.")).to_be_visible()
        assert await lost.evaluate(STORED) == NOTHING
        assert await faults(lost) == []
        await desk.reload()
        await expect(row).to_contain_text("that nothing is left on it")
        await expect(row.get_by_role("button")).to_have_count(0)
        await come_to_the_front(kept)
        await unlock(kept)
        await is_unlocked(kept)
        await expect(kept.get_by_text("Wexcombe Towers")).to_be_visible()
    left = {path.name: found for path, content in bytes_of_folder(folders[0]) if (found := found_in(content, KEPT))}
    assert left == {}
    stored = [content for path, content in bytes_of_folder(folders[1]) if "IndexedDB" in path.parts]
    assert {word for content in stored for word in found_in(content, KEPT)} >= {"nameHash", "wrapped", "sealed"}


async def test_a_lost_tablet_that_is_locked_and_was_away_is_emptied_before_anybody_unlocks(site: Site) -> None:
    async with AsyncExitStack() as stack:
        tablet = await stack.enter_async_context(a_tablet(site))
        page, name = await used(site, tablet, with_draft=False)
        desk = await a_desk(site, stack)
        second = await tablet.new_page()
        await tablet.set_offline(True)
        await report(desk, name)
        await page.goto("/device")
        await expect(page.get_by_role("heading", name="Unlock your visits")).to_be_visible()
        await second.goto("/device")
        await expect(second.get_by_text("There is no signal.")).to_be_visible()

        await tablet.set_offline(False)

        for window in (page, second):
            await expect(window.locator("h1")).to_have_text(LOST)
        await page.go_back()
        await expect(page.locator("h1")).to_have_text(LOST)


async def test_a_tablet_that_is_found_before_it_heard_loses_nothing(site: Site) -> None:
    async with AsyncExitStack() as stack:
        tablet = await stack.enter_async_context(a_tablet(site))
        page, name = await used(site, tablet)
        desk = await a_desk(site, stack)
        await tablet.set_offline(True)
        await report(desk, name)
        await desk.get_by_role("button", name=f"It was found: {name}").click()
        await expect(desk.get_by_role("row", name=name)).to_contain_text("In use")

        await tablet.set_offline(False)
        await unlock(page)

        await is_unlocked(page)
        await expect(page.get_by_text("Wexcombe Towers")).to_be_visible()
        assert (await page.evaluate(STORED))["databases"] > 0


async def test_who_signs_in_on_it_again_begins_afresh_as_a_new_tablet(site: Site) -> None:
    async with AsyncExitStack() as stack:
        tablet = await stack.enter_async_context(a_tablet(site))
        page, name = await used(site, tablet, with_draft=False)
        desk = await a_desk(site, stack)
        await report(desk, name)
        async with page.expect_response("**/device/emptied"):
            await come_to_the_front(page)
        await expect(page.locator("h1")).to_have_text(LOST)

        _, new_name = await used(site, tablet, with_draft=False)

        assert new_name != name
        await desk.goto("/tablets")
        await expect(desk.get_by_role("row", name=new_name)).to_contain_text("In use")
        await expect(desk.get_by_role("row", name=name)).to_contain_text("Lost, and emptied")


async def test_a_tablet_that_could_not_tell_tells_when_it_is_opened_again(site: Site) -> None:
    async with AsyncExitStack() as stack:
        tablet = await stack.enter_async_context(a_tablet(site))
        page, name = await used(site, tablet, with_draft=False)
        desk = await a_desk(site, stack)
        await report(desk, name)
        await tablet.route("**/device/emptied", lambda route: route.abort())
        await come_to_the_front(page)
        await expect(page.locator("h1")).to_have_text(LOST)
        await tablet.unroute("**/device/emptied")
        await signed_in_to_server(tablet, site)

        async with page.expect_response("**/device/emptied") as telling:
            await page.goto("/device")

        assert (await telling.value).status == 204
        await desk.goto("/tablets")
        await expect(desk.get_by_role("row", name=name)).to_contain_text("Lost, and emptied")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (810, 1080)])
async def test_the_list_is_read_and_searched_without_a_fault(site: Site, width: int, height: int) -> None:
    async with AsyncExitStack() as stack:
        tablet = await stack.enter_async_context(a_tablet(site))
        _, name = await used(site, tablet, with_draft=False)
        desk = await a_desk(site, stack, width, height)
        assert await faults(desk) == []
        await desk.get_by_label("Name or station").fill(name[:3].lower())
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_role("row", name=name)).to_be_visible()
        await desk.get_by_role("button", name=f"Report lost: {name}").click()
        assert await faults(desk) == []
        await desk.get_by_role("button", name="Report it lost").click()
        await expect(desk.get_by_text("Say in a few words where it was last").first).to_be_visible()
        assert await faults(desk) == []
        assert await desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
