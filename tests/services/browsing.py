"""What tests in a real browser share: where it is, who is signed in to it, and the rules of accessibility."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, Page

from schemas.vocabulary import Role
from tests.conftest import HAS_CHROMIUM
from tests.services.control_site import Site

# The last are the moderate ones: every word in a region, one main landmark, headings in order, names of buttons.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[str, dict[str, Any]] = {"runOnly": {"type": "tag", "values": STANDARDS}}
OF_COLOURS: dict[str, dict[str, Any]] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}

# Every rule looks at the whole page; of what is right nothing is told, for that takes twice as long as to look.
LOOK = """async (rules) => {
  const found = await axe.run(document, { ...rules, resultTypes: ["violations"] });
  return found.violations.map((fault) => [fault.id, fault.nodes.map((node) => node.html)]);
}"""

browser_only = [
    pytest.mark.browser,
    pytest.mark.skipif(not HAS_CHROMIUM, reason="Chromium is not installed: apt-get install chromium-headless-shell"),
    pytest.mark.usefixtures("chromium"),
]


async def sign_in(context: BrowserContext, site: Site, role: Role = Role.RISK_TEAM) -> None:
    """Sign somebody with this role in to a browser."""
    cookie = await site.cookie(role)
    await context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])


async def opened(browser: Browser, site: Site, width: int, height: int, complaints: list[str]) -> Page:
    """Return an empty page of the risk team's; what the browser complains of is added to `complaints`."""
    context = await browser.new_context(base_url=site.address, viewport={"width": width, "height": height})
    await sign_in(context, site)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


async def faults(page: Page, rules: dict[str, Any] = RULES) -> list[tuple[str, list[str]]]:
    """Return the faults of accessibility of a page as it is now: which rule, and what breaks it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate(LOOK, rules)
    return [(rule, elements) for rule, elements in found]
