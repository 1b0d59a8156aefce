"""In a real browser: two operators on one board, a line that is cut, and what each of them said, by keys alone."""

from typing import Any

from hypothesis import given, settings
from playwright.async_api import Browser, BrowserContext, Page, expect

from schemas.vocabulary import Role
from services.control.rules.floors import stack
from services.control.rules.persons_at_risk import Entry, board
from services.shared.identity import COOKIE, Person
from tests.rules.test_persons_at_risk import histories
from tests.services.browsing import browser_only, faults
from tests.services.control_site import Site, running
from tests.system import System, signed_in

expect.set_options(timeout=15_000)

pytestmark = browser_only

BOARD = "/control/incidents/4711/persons-at-risk"
FOLD = """async ([url, cases]) => {
  const { board, stack, rank } = await import(url);
  return cases.map((entries) => {
    const callers = board(entries);
    const said = callers.map((each) => [each.caller_id, rank(each), each.contact_at, Object.entries(each.answers)
      .map(([field, answers]) => [field, answers.map((one) => [one.value, one.entry_ids, one.author])]).sort()]);
    return [said, stack(callers).map((floor) => [floor.name, floor.callers.map((each) => each.caller_id)])];
  });
}"""


async def operator(browser: Browser, site: Site, name: str, complaints: list[str]) -> tuple[BrowserContext, Page]:
    """Return an operator's browser with the board open in it, and ready."""
    context = await browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 720})
    secret = await signed_in(site.system.tools, Person(name, (Role.CONTROL.value,)), "session")
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": site.address}])
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(BOARD)
    await expect(page.locator("[data-persons=ready]")).to_be_visible()
    await expect(page.locator("[data-ravi-live]")).to_have_text("Live")
    await expect(page.get_by_text("All is sent")).to_be_visible()
    return context, page


async def rewrite(page: Page, field: str, value: str) -> None:
    """Change a field of the first caller as keys do: Enter opens it, Enter keeps it."""
    await page.locator(f"[data-field={field}] button").first.press("Enter")
    await page.locator(f"[data-field={field}] input").fill(value)
    await page.keyboard.press("Enter")


def plain(entry: Entry) -> dict[str, Any]:
    return {**vars(entry), "said_at": entry.said_at.isoformat(), "received_at": entry.received_at.isoformat()}


def in_words(entries: list[Entry]) -> list[Any]:
    """Return a board as the page's own script is asked to say it."""
    callers = board(entries)
    said = [
        [
            each.caller_id,
            each.rank,
            each.contact_at and each.contact_at.timestamp() * 1000,
            sorted(
                [field, [[a.value, list(a.entry_ids), a.author] for a in found]]
                for field, found in each.answers.items()
            ),
        ]
        for each in callers
    ]
    return [said, [[floor.name, [each.caller_id for each in floor.callers]] for floor in stack(callers)]]


async def test_two_operators_go_on_through_a_cut_line_and_both_answers_are_seen(
    browser: Browser, system: System
) -> None:
    control = await system.client(Role.CONTROL)
    await control.post("/api/v1/control/incidents", json={"incident_no": "4711", "easting": 1000, "northing": 1000})
    complaints: list[str] = []
    async with running(system) as site:
        here, ann = await operator(browser, site, "ann", complaints)
        there, bob = await operator(browser, site, "bob", complaints)
        await ann.keyboard.press("n")
        for typed in ("9", "92", "2"):
            await ann.keyboard.type(typed)
            await ann.keyboard.press("Tab")
        await ann.keyboard.press("Enter")
        await expect(bob.get_by_role("button", name="92 (Flat, floor 9, flat 92): change")).to_be_visible()
        await expect(ann.get_by_label("Floor", exact=True)).to_be_focused()

        await here.set_offline(True)
        await rewrite(ann, "FLAT", "93")
        await ann.get_by_label("Floor", exact=True).fill("B1")
        await ann.keyboard.press("Enter")
        await expect(ann.locator("[data-persons-building] th")).to_have_text(["9", "B1"])
        await expect(ann.locator("[data-persons-sent]")).to_contain_text("not sent yet (The line is cut)")
        await rewrite(bob, "FLAT", "95")
        await expect(ann.locator("[data-persons-sent]")).to_contain_text("What others say does not come in now")
        await expect(ann.locator("[data-ravi-live]")).to_be_hidden()
        assert "B1" not in await bob.locator("[data-persons-building]").inner_text()

        await here.set_offline(False)
        for page in (ann, bob):
            await expect(page.get_by_text("TWO ANSWERS")).to_be_visible()
            await expect(page.locator("[data-caller]")).to_have_count(2)
        await expect(ann.get_by_text("All is sent")).to_be_visible()
        assert await ann.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('ravi-persons'))") == []
        assert await faults(bob) == []
        await bob.get_by_role("button", name="Keep 95, as bob says").press("Enter")
        await expect(ann.get_by_role("button", name="95 (Flat, floor 9, flat 95): change")).to_be_visible()
        await bob.locator("[data-field=STATUS] button").first.press("Enter")
        await bob.locator("[data-field=STATUS] select").select_option("OUT")
        await bob.keyboard.press("Escape")
        await expect(bob.locator("[data-persons-counts]")).to_have_text("2 not reached")
        await bob.locator("[data-field=STATUS] button").first.press("Enter")
        await bob.locator("[data-field=STATUS] select").select_option("OUT")
        await bob.keyboard.press("Enter")
        await expect(ann.locator("[data-persons-counts]")).to_have_text("1 not reached, 1 out")
        await bob.keyboard.press("z")
        await expect(ann.locator("[data-persons-counts]")).to_have_text("2 not reached")

        # What waits is kept in the browser, and sent when the page is opened again.
        await here.set_offline(True)
        await rewrite(ann, "CONDITION", "smoke in the hall")
        await expect(ann.locator("[data-persons-sent]")).to_contain_text("1 not sent yet")
        await ann.close()
        await here.set_offline(False)
        ann = await here.new_page()
        await ann.add_init_script("localStorage.setItem('ravi-persons:cat:4711:1', '{}')")
        await ann.goto(BOARD)
        await expect(ann.get_by_text("until they sign in here again: what cat entered")).to_be_visible()
        await expect(bob.get_by_role("button", name="smoke in the hall")).to_be_visible()

        await control.post("/api/v1/control/incidents/4711/close")
        await expect(ann.get_by_text("The incident is closed.")).to_be_visible()
        await expect(ann.locator("[data-persons-table] button")).to_have_count(0)
        await ann.get_by_role("link", name="Record and history").press("Enter")
        await expect(ann.get_by_role("heading", name="Everything that was said")).to_be_visible()
        assert await faults(ann) == []
        assert [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []

        cases: list[list[Entry]] = []

        @settings(max_examples=12, deadline=None, database=None)
        @given(histories())
        def gather(said: list[Entry]) -> None:
            cases.append(said)

        gather()
        await bob.goto(BOARD)
        url = (await bob.locator("script[src*='/persons.js']").get_attribute("src") or "").replace(".js", "_fold.js")
        assert await bob.evaluate(FOLD, [url, [[*map(plain, each)] for each in cases]]) == [*map(in_words, cases)]
        await here.close()
        await there.close()
