"""In a real browser: a changed form is not left without a question, and Back and reload put back what was written."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.browsing import browser_only, sign_in
from tests.services.control_site import Site, running
from tests.services.premises_desk import know_the_area, send
from tests.system import a_system

pytestmark = browser_only
WORDS = "Which of the three Church Lanes is it?"
expect.set_options(timeout=15_000)


@pytest.fixture
async def template(templates: Templates) -> str:
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def case(tools: Tools) -> AsyncIterator[tuple[Site, str]]:
    """Return a running site and the page of a visit that a person must place."""
    desk = await a_system(tools, ("visits", "premises"))
    visit_id = await send(desk, "3 Church Lane")
    async with running(desk) as site, asyncio.timeout(90):
        yield site, f"/premises/cases/{visit_id}"
    await desk.close()


async def opened(browser: Browser, site: Site, path: str, asked: list[str], *, leave: bool) -> Page:
    """Return the page of the case with the reason to return it half written; `asked` hears every question."""
    context = await browser.new_context(base_url=site.address)
    await sign_in(context, site, Role.RISK_TEAM)
    page = await context.new_page()

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await (dialog.accept() if leave else dialog.dismiss())

    page.on("dialog", answer)
    await page.goto("/premises")
    await page.goto(path)
    await page.get_by_text("It cannot be placed").click()
    await page.locator("#why").fill(WORDS)
    return page


async def test_a_changed_form_is_not_left_without_a_question(browser: Browser, case: tuple[Site, str]) -> None:
    site, path = case
    asked: list[str] = []
    page = await opened(browser, site, path, asked, leave=False)
    await page.get_by_role("link", name="RAVI").first.click(no_wait_after=True)
    await expect(page.locator("#why")).to_have_value(WORDS)
    assert asked == ["beforeunload"]
    await page.locator("#why").fill("")
    await page.get_by_role("link", name="RAVI").first.click()
    await page.wait_for_url("**/")
    assert asked == ["beforeunload"], "nothing is written any more"
    await page.context.close()


async def test_back_and_reload_put_back_what_was_written(browser: Browser, case: tuple[Site, str]) -> None:
    site, path = case
    page = await opened(browser, site, path, [], leave=True)
    await page.reload()
    await expect(page.locator("#why")).to_have_value(WORDS)
    await page.goto("/premises")
    await page.go_back()
    await expect(page.locator("#why")).to_have_value(WORDS)
    await page.context.close()


async def test_what_one_person_wrote_is_not_put_back_for_the_next(browser: Browser, case: tuple[Site, str]) -> None:
    site, path = case
    page = await opened(browser, site, path, [], leave=True)
    await sign_in(page.context, site, Role.RISK_TEAM_MANAGER)
    await page.reload()
    await expect(page.locator("#why")).to_have_value("")
    await page.context.close()
