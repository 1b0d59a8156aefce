"""In a real browser: what a crew typed survives a reload, Back and a sign-in that ran out, and is for them alone."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Dialog, Page, expect
from sqlalchemy import text

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.conftest import Templates
from tests.local_users import make_cheap_local_users
from tests.services.browsing import browser_only, faults
from tests.services.control_site import Site, running
from tests.services.test_visits_pages import FILLED_IN
from tests.system import System, a_system

NOTE = "The yard gate is chained after six."
SECRET = "zebra crossing marmalade"

expect.set_options(timeout=15_000)
pytestmark = browser_only


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that has the local users."""
    return await templates.filled("local_users", make_cheap_local_users)


@pytest.fixture
async def visits(tools: Tools) -> AsyncIterator[System]:
    """Return the service alone, with the local users."""
    alone = await a_system(tools, ["visits"])
    yield alone
    await alone.close()


@pytest.fixture
async def site(visits: System) -> AsyncIterator[Site]:
    async with running(visits) as site, asyncio.timeout(120):
        yield site


async def a_tablet(browser: Browser, site: Site) -> Page:
    """Return a page on a tablet that nobody is signed in to; it leaves a page when it is asked whether to."""
    context = await browser.new_context(base_url=site.address, viewport={"width": 810, "height": 1080}, has_touch=True)
    context.set_default_timeout(20_000)
    page = await context.new_page()

    async def leave(dialog: Dialog) -> None:
        await dialog.accept()

    page.on("dialog", leave)
    return page


async def sign_in(page: Page, role: Role, path: str = "/device/form") -> None:
    await page.goto(f"/sign-in?next={path}")
    await give_name(page, role)
    await page.wait_for_url(f"**{path}")


async def give_name(page: Page, role: Role) -> None:
    await page.get_by_label("Name", exact=True).fill(role.value)
    await page.get_by_label("Password", exact=True).fill(role.value)
    await page.get_by_role("button", name="Sign in").click()


async def sign_ins_end(site: Site) -> None:
    """End every sign-in at the server, as time does."""
    async with site.system.tools.database.reading() as session:
        await session.execute(text("UPDATE platform.sign_ins SET ended_at = made_at"))
        await session.commit()
    site.system.tools.sign_ins.forget()


async def write(page: Page) -> None:
    """Write what a crew writes, two lines of hazards and something about a person among it."""
    await page.get_by_label("Address in one line").fill("14 Quay Street, Wexcombe")
    await page.locator("input[name='visit_kind'][value='NEW_SSRI']").check()
    await page.locator("#hazards-0-code").select_option("ASBESTOS")
    await page.locator("#hazards-0-location").fill("roof sheets")
    await page.get_by_role("button", name="Add another hazard").click()
    await page.locator("#hazards-1-code").select_option("FLAM_LIQ")
    await page.locator("#hazards-1-location").fill("drum store")
    await page.locator("#tactics_note").fill(NOTE)
    await page.locator("#referrals-0-kind").select_option("SG3")
    await page.locator("#referrals-0-note").fill(SECRET)
    await page.locator("#people-0-sleeps_in").fill(SECRET)
    await expect(page.get_by_text(re.compile(r"Kept at \d\d:\d\d"))).to_be_visible()


async def all_but_the_secret_is_there(page: Page) -> None:
    await expect(page.get_by_text("This is the visit that you were writing")).to_be_visible()
    await expect(page.get_by_label("Address in one line")).to_have_value("14 Quay Street, Wexcombe")
    await expect(page.locator("#hazards-1-location")).to_have_value("drum store")
    await expect(page.locator("#tactics_note")).to_have_value(NOTE)
    await expect(page.locator("#referrals-0-note")).to_have_value("")
    await expect(page.locator("#people-0-sleeps_in")).to_have_value("")


async def number(page: Page) -> str:
    return await page.locator("input[name='submission_id']").input_value()


async def test_a_reload_and_back_lose_nothing_and_what_concerns_people_is_not_on_the_tablet(
    browser: Browser, site: Site
) -> None:
    page = await a_tablet(browser, site)
    await sign_in(page, Role.FIREFIGHTER)
    await write(page)
    before = await number(page)
    stored = await page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state])")
    assert NOTE in stored
    assert SECRET not in stored
    assert "SG3" not in stored
    assert "referrals" not in stored
    await page.reload()
    await all_but_the_secret_is_there(page)
    assert await number(page) == before
    await page.goto("/device/visits")
    await page.go_back()
    await all_but_the_secret_is_there(page)
    assert await faults(page) == []
    await page.context.close()


async def test_another_person_on_the_tablet_sees_nothing_and_the_writer_finds_it_again(
    browser: Browser, site: Site
) -> None:
    page = await a_tablet(browser, site)
    await sign_in(page, Role.FIREFIGHTER)
    await write(page)
    await sign_ins_end(site)
    await sign_in(page, Role.OFFICER_IN_CHARGE)
    await expect(page.get_by_label("Address in one line")).to_have_value("")
    await expect(page.locator("[data-drafts]")).to_be_hidden()
    await sign_ins_end(site)
    await sign_in(page, Role.FIREFIGHTER)
    await all_but_the_secret_is_there(page)
    await page.context.close()


async def test_a_sign_in_that_runs_out_while_sending_loses_not_a_word(browser: Browser, site: Site) -> None:
    page = await a_tablet(browser, site)
    await sign_in(page, Role.FIREFIGHTER)
    await write(page)
    before = await number(page)
    await sign_ins_end(site)
    await page.get_by_role("button", name="Send visit").click()
    await expect(page.get_by_text("What you wrote is not lost.")).to_be_visible()
    assert SECRET not in await page.content()
    await give_name(page, Role.FIREFIGHTER)
    await page.get_by_role("button", name="Back to the form, with all of it").click()
    await expect(page.locator("#tactics_note")).to_have_value(NOTE)
    await expect(page.locator("#hazards-1-location")).to_have_value("drum store")
    await expect(page.locator("#referrals-0-note")).to_have_value(SECRET)
    await expect(page.locator("#people-0-sleeps_in")).to_have_value(SECRET)
    assert await number(page) == before
    await page.context.close()


async def test_a_receipt_clears_the_tablet(browser: Browser, site: Site) -> None:
    page = await a_tablet(browser, site)
    await sign_in(page, Role.FIREFIGHTER)
    await page.get_by_label("Address in one line").fill("14 Quay Street, Wexcombe")
    await expect(page.get_by_text(re.compile(r"Kept at \d\d:\d\d"))).to_be_visible()
    before = await number(page)
    client = await site.system.client(Role.FIREFIGHTER, station="71")
    sent = FILLED_IN | {"submission_id": before, "station": "71"}
    answer = await client.post("/device/form", data=sent, headers={"accept": "text/html"})
    assert answer.status_code == 303
    await page.goto(f"/device/visits/{before}")
    await expect(page.get_by_text("Received. We are finding the address.")).to_be_visible()
    await page.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('ravi-visit:'))")
    await page.goto("/device/form")
    await expect(page.get_by_label("Address in one line")).to_have_value("")
    await page.context.close()


async def test_what_concerns_people_is_not_left_behind_without_a_word(browser: Browser, site: Site) -> None:
    page = await a_tablet(browser, site)
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    await sign_in(page, Role.FIREFIGHTER)
    await page.get_by_label("Address in one line").fill("14 Quay Street")
    await page.goto("/device/visits")
    assert asked == [], "what is kept needs no question"
    await page.go_back()
    await page.locator("#people-0-sleeps_in").fill(SECRET)
    await page.goto("/device/visits")
    assert asked == ["beforeunload"]
    await page.context.close()
