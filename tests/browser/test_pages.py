"""Every page, as its people see it after the sample was played: usable by all, nothing broken, nothing unstyled."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
from playwright.async_api import Browser, Page

from schemas.vocabulary import Role
from tests.browser.conftest import signed_in
from tests.journeys.live import Live, a_visit_with_acetylene, some_premises
from tests.services.browsing import faults
from tests.slowness import slowness

pytestmark = [pytest.mark.browser, pytest.mark.slow]


SIZES = {"desk": (1280, 720), "tablet": (810, 1080)}
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
PAGES = [
    (Role.FIREFIGHTER, "/"),
    (Role.FIREFIGHTER, "/device/form"),
    (Role.CONTROL, "/control"),
    (Role.RISK_TEAM, "/review"),
    (Role.RISK_TEAM, "/temporary-risks"),
    (Role.RISK_TEAM, "/premises"),
    (Role.PROTECTION, "/referrals"),
    (Role.SAFEGUARDING, "/referrals"),
    (Role.RISK_TEAM, "/referrals"),
    (Role.PERFORMANCE, "/scorecard"),
    (Role.RISK_TEAM_MANAGER, "/quarantine"),
]
# The first thing to open on a page that lists work, and a short name for its picture.
OPENED = [
    (Role.CONTROL, "/control/premises/999984273200", "record"),
    (Role.RISK_TEAM, "/review", "item"),
    (Role.PROTECTION, "/referrals", "referral"),
    (Role.RISK_TEAM, "/premises", "candidates"),
]


class Windows:
    """A browser window for each role, signed in once by the page, in which its pages are opened one after another."""

    def __init__(self, browser: Browser, site: Live) -> None:
        self._browser = browser
        self._site = site
        self._pages: dict[Role, Page] = {}
        self._errors: dict[Role, list[str]] = {}

    async def opened(self, role: Role, path: str, size: str) -> tuple[Page, list[str]]:
        """Return a page of a role, and the list of errors that it writes."""
        page = self._pages[role] if role in self._pages else await self._window(role)
        width, height = SIZES[size]
        await page.goto("about:blank")
        await page.set_viewport_size({"width": width, "height": height})
        self._errors[role].clear()
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == 200
        return page, self._errors[role]

    async def _window(self, role: Role) -> Page:
        page = await (await signed_in(self._browser, self._site, role)).new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        self._pages[role], self._errors[role] = page, errors
        return page

    async def close(self) -> None:
        """Close all of them."""
        for page in self._pages.values():
            await page.context.close()


@pytest.fixture(scope="module")
async def windows(chromium: Browser, site: Live) -> AsyncIterator[Windows]:
    """Return the windows that these tests share: to sign in and start one takes longer than to look at a page."""
    made = Windows(chromium, site)
    yield made
    await made.close()


async def look(page: Page, name: str) -> None:
    """Fail for any fault of accessibility or any error the page wrote; keep a picture."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")
    assert await faults(page) == []
    styled = await page.evaluate("getComputedStyle(document.body).fontFamily")
    assert "Times" not in styled, "the page is unstyled"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("role", "path"), PAGES, ids=lambda part: str(part))
async def test_a_page_can_be_used_by_all_and_has_nothing_broken(
    windows: Windows, role: Role, path: str, size: str
) -> None:
    page, errors = await windows.opened(role, path, size)
    await look(page, f"{path.strip('/').replace('/', '-') or 'home'}-{role}-{size}")
    assert errors == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("role", "path", "name"), OPENED, ids=lambda part: str(part))
async def test_what_a_page_lists_can_be_opened_and_used_by_all(
    windows: Windows, role: Role, path: str, name: str, size: str
) -> None:
    page, errors = await windows.opened(role, path, size)
    if path.count("/") == 1:  # a page that lists work
        await page.locator("main tbody a, main .ravi-list a").first.click()
        await page.wait_for_load_state()
    await look(page, f"{path.split('/')[1]}-{name}-{size}")
    assert errors == []


async def test_control_sees_a_record_on_one_screen_without_scrolling(windows: Windows) -> None:
    page, _ = await windows.opened(Role.CONTROL, "/control/premises/999984273200", "desk")
    height = await page.evaluate("document.documentElement.scrollHeight")
    assert height <= 720


async def test_a_dangerous_addition_is_on_the_open_page_within_a_second(
    windows: Windows, site: Live, record_property: Callable[[str, object], None]
) -> None:
    page, _ = await windows.opened(Role.CONTROL, "/control", "desk")
    took, slow = [], slowness()
    async with site.client(Role.FIREFIGHTER) as crew:
        for premises in some_premises(9):
            began = monotonic()
            answer = await crew.post("/api/v1/visits", json=a_visit_with_acetylene(premises["premises_id"]))
            assert answer.status_code == 202
            await page.locator("main", has_text=premises["address"]).get_by_text("UNVERIFIED").first.wait_for()
            await page.get_by_text(premises["address"]).first.wait_for(timeout=10_000)
            took.append(monotonic() - began)
    record_property("page_median_ms", round(median(took) * 1000))
    assert median(took) < 1.0 * max(slow, slowness())
