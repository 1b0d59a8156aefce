"""The review desk as its people use it: by mouse, by keys alone, on a tablet, and with forms that are not complete."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.browsing import browser_only, faults, opened
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import System

UNSAFE: dict[str, Any] = {
    "premises_class": "FLATS_HIGH",
    "height_top_storey_m": 26,
    "external_wall": "ACM",
    "roof": "Felt",
}
HTML = {"Accept": "text/html"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def claimed(desk: Desk, who: httpx.AsyncClient, **visit: Any) -> str:
    """Return a visit that somebody holds."""
    visit_id = await desk.receive(located(**visit))
    assert (await desk.decide(who, visit_id, "claim")).status_code == 200
    return visit_id


async def decide(who: httpx.AsyncClient, desk: Desk, visit_id: str, **form: Any) -> httpx.Response:
    """Send the decision form."""
    data = {"version": (await desk.item(visit_id))["version"], **form}
    answer = await who.post(f"/review/{visit_id}/decide", data=data, headers=HTML)
    await desk.system.settle()
    return answer


async def test_an_empty_queue_says_what_will_happen_next(desk: Desk) -> None:
    ada = await desk.reviewer()
    for show in ("new", "mine", "overdue", "all", "decided"):
        page = await ada.get("/review", params={"show": show})
        assert (page.status_code, "ravi-empty__title" in page.text) == (200, True)


async def test_a_line_says_premises_deadline_level_crew_and_who_reviews_it(desk: Desk) -> None:
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    await claimed(desk, ben, hazards=[ACETYLENE], none_found=False)
    page = (await ada.get("/review", params={"show": "all"})).text
    for words in ("The Corner Stores", "Acetylene cylinders (2), Rear yard", "S1P1", "ben is reviewing", "due in"):
        assert words in page
    assert "No visit" not in page
    assert "Nothing is waiting for a reviewer" in (await ada.get("/review")).text


async def test_the_page_of_a_visit_shows_report_record_score_and_anchors(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(roof="Felt over timber")))
    clock.move(timedelta(days=1))
    visit_id = await desk.receive(
        located(at=clock.now(), visit_kind="CHANGE", base_record_version=1, roof="Slate over timber")
    )
    page = (await (await desk.reviewer()).get(f"/review/{visit_id}")).text
    assert '<mark class="review-mark">Slate</mark> over timber' in page
    assert '<mark class="review-mark">Felt</mark> over timber' in page
    assert "1 change to the record" in page
    assert "PORIS-structured with this service" in page
    assert "Claim this visit" in page


async def test_a_conflict_is_shown_field_by_field(desk: Desk) -> None:
    one, two = located(roof="Felt"), located(roof="Slate")
    await desk.receive(one, two)
    await desk.publish(one.visit_id)
    page = (await (await desk.reviewer()).get(f"/review/{two.visit_id}")).text
    assert "The crew set out with version 0; version 1 says otherwise about roof" in page.replace("\n       ", "")
    assert "Unknown when the crew set out" in page


async def test_what_will_happen_is_said_before_it_is_done(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **UNSAFE)
    page = (await ada.get(f"/review/{visit_id}")).text
    assert "a level 5 needs a second person, the risk team manager, to approve it too" in page
    assert "1 unverified report leaves control" in page
    shop = await claimed(desk, ada, premises=a_premises("2"))
    assert "Version 1 is published now" in (await ada.get(f"/review/{shop}")).text


async def test_an_incomplete_decision_comes_back_with_what_was_typed(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada)
    for form, words in (
        ({}, "Choose what to do with this visit"),
        ({"decision": "return", "return_reason": "Which yard?"}, "Tick the fields that the crew must mend"),
        ({"decision": "reject", "reject_reason": "no", "reject_fields": "roof"}, "Say why nothing of it is published"),
        ({"decision": "amend", "level": "9"}, "Choose a level from 1 to 5"),
        ({"decision": "return", "return_reason": "a\0b"}, "character that cannot be kept"),
        ({"decision": "publish", "version": "²"}, "out of date"),
    ):
        answer = await decide(ada, desk, visit_id, **form)
        assert (answer.status_code, words in answer.text) == (422, True), words
    kept = await decide(ada, desk, visit_id, decision="return", return_reason="Which yard is it in?")
    assert "Which yard is it in?" in kept.text
    assert (await desk.item(visit_id))["state"] == "CLAIMED"


async def test_a_decision_leads_on_to_the_next_visit(desk: Desk) -> None:
    ada = await desk.reviewer()
    following = await desk.receive(located(a_premises("2")))
    visit_id = await claimed(desk, ada)
    answer = await decide(ada, desk, visit_id, decision="publish")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/review/{following}")
    await desk.decide(ada, following, "claim")
    answer = await decide(
        ada,
        desk,
        following,
        decision="return",
        return_reason="Which floor?",
        return_fields=["roof", "voids"],
        return_comment_voids="Over the shop?",
        return_comment_sib="Not ticked",
    )
    assert answer.headers["location"] == "/review"
    item = await desk.item(following)
    assert (item["fields"], item["comments"]) == (["roof", "voids"], {"voids": "Over the shop?"})
    said = (await desk.system.said("risk-register.reviewed"))[-1]
    assert getattr(said, "comments", None) == {"voids": "Over the shop?"}


async def test_a_tick_taken_out_keeps_the_record_as_it_is(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, roof="Felt", voids="none seen", max_day=12)
    ticks = ["roof", "voids", "premises_class", "occupancy_status", "storeys_above", "score"]
    form = {"decision": "amend", "publish": ticks, "fact-roof": "Felt on boards", "amend_reason": "Max is by night"}
    answer = await decide(ada, desk, visit_id, **form)
    assert answer.status_code == 303
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.roof, facts.voids, facts.max_day) == ("Felt on boards", "none seen", None)


async def test_an_old_page_is_told_who_was_first(desk: Desk) -> None:
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    visit_id = await claimed(desk, ada)
    answer = await ben.post(f"/review/{visit_id}/claim", data={"version": 1}, headers=HTML)
    assert (answer.status_code, "Ada changed this visit at" in answer.text) == (409, True)


async def test_addresses_that_mean_nothing_are_not_found_and_never_a_defect(desk: Desk) -> None:
    ada = await desk.reviewer()
    assert (await ada.get("/review/nothing", headers=HTML)).status_code == 404
    assert (await ada.get("/review/%00")).status_code == 400
    assert (await ada.get("/api/v1/risk-register/records/%00")).status_code == 400
    assert (await ada.post("/api/v1/risk-register/queue/x/eat", json={"version": 1})).status_code == 422
    control = await desk.system.client(Role.CONTROL)
    assert (await control.get("/review")).status_code == 403


@pytest.fixture
async def site(desk: Desk) -> AsyncIterator[Site]:
    await desk.receive(located(roof="Felt"), located(a_premises("2", name="Harbour Tower"), **UNSAFE))
    async with running(desk.system) as site:
        yield site


class TestInABrowser:
    """What only a browser can tell: keys, what is revealed, accessibility."""

    pytestmark = browser_only

    async def test_a_visit_is_claimed_and_published_by_keys_alone(self, browser: Browser, site: Site) -> None:
        page = await opened(browser, site, 1280, 720, [])
        await page.goto("/review")
        await page.keyboard.press("j")
        await expect(page.get_by_role("link", name="Harbour Tower")).to_be_focused()
        await page.keyboard.press("j")
        await expect(page.get_by_role("link", name="The Corner Stores")).to_be_focused()
        await page.keyboard.press("c")
        await expect(page.get_by_role("heading", name="What to do")).to_be_visible()
        await expect(page.locator("#then-publish")).to_be_hidden()
        await page.keyboard.press("p")
        await expect(page.locator("#then-publish")).to_contain_text("Version 1 is published now")
        await expect(page.locator("#then-publish")).to_be_visible()
        await page.keyboard.press("s")
        await expect(page.get_by_role("heading", name="Harbour Tower")).to_be_visible()
        await expect(page.locator(".ravi-notice")).to_contain_text("This is the next visit")

    @pytest.mark.parametrize(("width", "height"), [(1280, 720), (810, 1080)])
    async def test_every_page_is_accessible_and_breaks_no_policy(
        self, browser: Browser, site: Site, width: int, height: int
    ) -> None:
        complaints: list[str] = []
        page = await opened(browser, site, width, height, complaints)
        await page.goto("/review")
        await self._is_fit(page)
        await page.get_by_role("link", name="Harbour Tower").click()
        await self._is_fit(page)
        await page.get_by_role("button", name="Claim this visit").click()
        for choice in ("Publish with changes", "Return to the crew", "Reject"):
            await page.get_by_label(choice, exact=True).check()
            await self._is_fit(page)
        assert complaints == []

    async def _is_fit(self, page: Page) -> None:
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
