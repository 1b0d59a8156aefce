"""In a real browser: pages anybody can use, true times on a page left open, and a plain word when it goes stale."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.shared.web import words
from services.shared.web.static_files import static_files
from tests.conftest import CHROMIUM
from tests.services.browsing import LOOK, RULES
from tests.shared.web_pages_app import NOW, Somebody, Stream, pages_app, served

PAGES = ("?layout=narrow", "?layout=wide", "?layout=screen", "/form", "/problem/404")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium-headless-shell"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, Stream]]:
    app, stream = pages_app(Somebody())
    with served(app) as address:
        yield address, stream


@pytest.fixture
def page(browser: Browser, site: tuple[str, Stream]) -> Iterator[Page]:
    context = browser.new_context(base_url=site[0], viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def module(name: str) -> str:
    """Return the address of one of our scripts."""
    return static_files.url(f"js/{name}.js")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", PAGES)
def test_a_page_has_no_accessibility_fault_and_breaks_no_policy(
    browser: Browser, site: tuple[str, Stream], where: str, scheme: str
) -> None:
    dark = scheme == "dark"
    context = browser.new_context(
        base_url=site[0],
        viewport={"width": 810, "height": 1080} if dark else {"width": 1280, "height": 720},
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/style-guide{where}", wait_until="networkidle")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(LOOK, RULES) == []
    assert [words_ for words_ in complaints if "404 (Not Found)" not in words_] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    context.close()


def test_a_work_screen_fits_a_control_terminal_without_scrolling(page: Page) -> None:
    page.goto("/style-guide?layout=screen")
    assert page.evaluate("document.documentElement.scrollHeight") <= 720
    assert page.locator("main").bounding_box()["y"] <= 80  # type: ignore[index]  # main is always drawn


def test_a_gloved_finger_can_hit_everything_on_a_tablet(browser: Browser, site: tuple[str, Stream]) -> None:
    context = browser.new_context(base_url=site[0], viewport={"width": 810, "height": 1080}, has_touch=True)
    page = context.new_page()
    for where in PAGES:
        page.goto(f"/style-guide{where}")
        small = page.evaluate("""() => [...document.querySelectorAll("a, button, select, input:not([type=radio])")]
            .filter((e) => !e.matches(".govuk-skip-link") && e.getBoundingClientRect().height > 0)
            .filter((e) => e.getBoundingClientRect().height < 43.5)
            .map((e) => [e.textContent.trim(), e.getBoundingClientRect().height])""")
        assert small == []
    context.close()


def test_an_open_page_says_every_time_in_the_same_words_as_the_server(page: Page) -> None:
    page.goto("/style-guide")
    starts = [
        NOW,
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    ]
    away = [timedelta(seconds=sign * seconds) for seconds in (0, 1, 59, 60, 3599, 3600, 7200) for sign in (1, -1)]
    away += [timedelta(hours=sign * hours) for hours in (12, 23, 24, 25, 47, 48, 49) for sign in (1, -1)]
    away += [timedelta(days=-days) for days in (3, 119, 120, 121, 400, 729, 730, 731, 1461, 5000)]
    cases = [(start + by, start) for start in starts for by in away]
    shown = page.evaluate(
        """async ([address, cases]) => {
            const { timeWords, ageWords, deadlineWords } = await import(address);
            return cases.map(([at, now]) => {
                const [then, from] = [Date.parse(at), Date.parse(now)];
                const [due, urgency] = deadlineWords(then, from, 60);
                return [timeWords(then, from), ageWords(at, from), ageWords(at.slice(0, 10), from), due, urgency];
            });
        }""",
        [module("times"), [[words.machine_time(at), words.machine_time(now)] for at, now in cases]],
    )
    for (at, now), said in zip(cases, shown, strict=True):
        due = words.deadline_words(at, now)
        assert said == [
            words.time_words(at, now),
            words.age_words(at, now),
            words.age_words(at.date(), now),
            due.words,
            due.urgency,
        ]


def test_a_page_left_open_turns_due_into_overdue_by_the_servers_clock(page: Page) -> None:
    page.clock.install(time=datetime(2020, 1, 1, tzinfo=UTC))
    page.goto("/style-guide")
    deadline = page.locator("#table tbody tr", has_text="Quay Road").locator(".ravi-deadline")
    expect(deadline).to_have_text(re.compile("due in 40 min"))
    page.clock.fast_forward("41:00")
    expect(deadline).to_have_text(re.compile("overdue by 1 min"))
    expect(deadline).to_have_class(re.compile("ravi-deadline--overdue"))


def test_paper_shows_full_times_levels_in_words_and_nothing_to_press(page: Page) -> None:
    page.goto("/style-guide")
    page.emulate_media(media="print")
    expect(page.get_by_text("A printed copy goes out of date")).to_be_visible()
    expect(page.locator(".ravi-printed")).to_contain_text("Local system")
    expect(page.locator(".ravi-time__full").first).to_be_visible()
    expect(page.locator("tbody .ravi-time__words").first).to_be_hidden()
    expect(page.locator("tbody .ravi-level").first).to_contain_text("Very high")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("main .govuk-button").first).to_be_hidden()


def test_single_keys_reach_the_search_and_can_be_turned_off(page: Page) -> None:
    page.goto("/style-guide?layout=screen")
    search = page.get_by_label("Address, postcode, name or grid reference")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("/f?")
    expect(search).to_have_value("/f?")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_contain_text("Full record")
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def test_a_dark_screen_stays_dark_on_the_next_page(page: Page) -> None:
    page.goto("/style-guide?layout=screen")
    page.get_by_role("button", name="Dark screen").click()
    page.reload()
    expect(page.get_by_role("button", name="Light screen")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 28)"


def test_a_screen_that_no_longer_hears_of_changes_says_so_and_catches_up(page: Page, site: tuple[str, Stream]) -> None:
    stream = site[1]
    stream.said = [json.dumps({"premises": "Marlowe House"})]
    page.goto("/style-guide?layout=screen")
    page.evaluate(
        """async ([address]) => {
            const { listen } = await import(address);
            window.heard = []; window.returns = 0;
            listen("/stream", { changed: (data) => heard.push(data) }, { onReturn: () => { returns += 1; } });
        }""",
        [module("live")],
    )
    status = page.locator("[data-ravi-live]")
    expect(status).to_have_attribute("data-ravi-live", "live")
    page.wait_for_function("heard.length > 0")
    assert page.evaluate("heard[0]") == {"premises": "Marlowe House"}
    stream.shut()
    expect(status).to_have_attribute("data-ravi-live", "lost")
    expect(status).to_contain_text("Not live since 14:02 today")
    assert page.evaluate("returns") == 0
    stream.is_open = True
    expect(status).to_have_attribute("data-ravi-live", "live", timeout=15_000)
    page.wait_for_function("returns === 1")
    stream.shut()
    stream.is_open = True


def test_a_silent_connection_counts_as_lost(page: Page) -> None:
    page.goto("/style-guide?layout=screen")
    page.evaluate(
        "async ([address]) => { (await import(address)).listen('/stream', {}, { quietAfterMs: 300 }); }",
        [module("live")],
    )
    expect(page.locator("[data-ravi-live]")).to_have_attribute("data-ravi-live", "lost")


def test_a_change_sent_by_script_carries_the_token_of_its_page(page: Page) -> None:
    page.goto("/style-guide")
    with page.expect_request("**/claimed") as sent:
        page.evaluate(
            "async ([address]) => { (await import(address)).send('/claimed', { json: { version: 3 } }); }",
            [module("send")],
        )
    assert sent.value.headers["x-csrf-token"] == "token-of-this-session"
    assert sent.value.post_data_json == {"version": 3}
