"""Protection's desk in a browser: a notice by keyboard, a file by hand, no fault, and control's open screen follows."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.browsing import browser_only, faults, opened, sign_in
from tests.services.control_site import Site, running
from tests.services.protection_desk import SHOP, TODAY, Protection
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

pytestmark = browser_only
expect.set_options(timeout=15_000)
WIDTH, HEIGHT = 1280, 720
HEAD = "incident_no;premises_id;kind;call_time"
FIRES = f"{HEAD}\n1;{SHOP};FIRE;{TODAY:%d/%m/%Y}\n2;{SHOP};fire;{TODAY}\n3;77;FIRE;{TODAY}\n"


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[Site]:
    """Return a running site: a shop with a record, and an audit at it that nobody has written a summary of."""
    system = await a_system(tools, ("protection", "risk_register", "control"))
    await Protection(system).list_premises()
    await Desk(system).receive(located(a_premises(SHOP)))
    async with running(system) as site:
        yield site


async def test_a_notice_is_entered_by_keyboard_and_lifted_and_a_file_is_loaded(browser: Browser, site: Site) -> None:
    complaints: list[str] = []
    page = await opened(browser, site, WIDTH, HEIGHT, complaints)
    await sign_in(page.context, site, Role.PROTECTION)
    context = await browser.new_context(base_url=site.address)
    await sign_in(context, site, Role.CONTROL)
    control = await context.new_page()
    await control.goto(f"/control/premises/{SHOP}")
    await expect(control.locator("[data-ravi-live]")).to_have_text("Live")

    await page.goto("/protection")
    await expect(page.locator("main")).to_contain_text("No notice is in force")
    assert await faults(page) == []
    await page.goto("/protection/premises?q=vale")
    assert await faults(page) == []
    await page.get_by_role("link", name="Vale Stores").click()
    await page.get_by_role("button", name="Enter a notice").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Enter it").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text("Say which kind of notice it is")
    assert await faults(page) == []
    await page.locator(".govuk-error-summary a").first.focus()
    await page.get_by_label("Number of the notice").focus()
    await page.keyboard.type("P/26/7")
    await page.get_by_label("Prohibition notice, art 31").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("What it prohibits, restricts or asks for").focus()
    await page.keyboard.type("No use of the basement")
    await page.get_by_role("button", name="Enter it").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Entered: control and crews see it")
    await expect(control.locator(".control-prohibition")).to_contain_text("No use of the basement")
    assert await faults(control) == []
    assert await faults(page) == []

    await page.get_by_label("Withdrawn").check()
    await page.get_by_label("How you know").fill("Withdrawn by letter today")
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Lift it").click()
    await expect(page.locator("main")).to_contain_text("Lifted: control and crews no longer see it")
    await expect(control.locator(".control-prohibition")).to_have_count(0)

    await page.goto("/protection/files")
    await page.get_by_label("File of notices, audits or incidents").set_input_files(
        {"name": "fires.csv", "mimeType": "text/csv", "buffer": FIRES.encode()}
    )
    await page.get_by_label("Where it comes from").fill("incident system")
    await page.get_by_role("button", name="Load it").click()
    await expect(page.locator("main")).to_contain_text("fires.csv: 2 new, 0 changed, 0 the same as before, 1 refused.")
    await expect(page.get_by_role("row", name="incident system")).to_contain_text(["fires.csv", "premises_id"])
    await expect(control.locator(".control-protection")).to_contain_text("2 fires in 36 months")
    assert await faults(page) == []
    await page.get_by_label("Why line 4 of 3 is not needed").fill("Not in our area")
    await page.get_by_role("button", name="Set aside 3").click()
    await expect(page.locator("main")).to_contain_text("None waits.")
    await page.goto("/protection/fires")
    assert await faults(page) == []
    for size in ((WIDTH, HEIGHT), (810, 1080)):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(f"/protection/premises/{SHOP}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert await faults(page) == []
    assert [each for each in complaints if "422" not in each] == []
    await context.close()
