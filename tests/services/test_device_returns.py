"""In a real browser: what the server tells a tablet of its visits, what is put right, where a station is to go."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from schemas.premises import PremisesLocated
from schemas.risk_register import VisitAsked, VisitAskEnded
from schemas.visits import VisitSubmitted
from schemas.vocabulary import AskEnd, LocationOutcome, LocationPrecision, Role, Watch
from services.domain.working_time import local_date
from services.shared.clock import SystemClock
from services.shared.database import Database
from tests.builders import a_premises, a_visit
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    SHORT,
    a_photograph,
    a_server,
    a_tablet,
    add,
    answer,
    begin,
    bytes_of_folder,
    count_of,
    fill,
    found_in,
    is_unlocked,
    photograph,
    send,
    set_up,
    signed_in_to_server,
    to_section,
    unlock,
    visits_of,
)
from tests.services.test_device_pages import is_good
from tests.services.test_visits_story import not_located

expect.set_options(timeout=15_000)
pytestmark = browser_only

SECRET = "marmalade under the stairs"
QUEUE = "/api/v1/risk-register/queue"
DAY = timedelta(days=1)
HELP = ("What help do they need to get out?", "Guide")
STAYS_SEALED = "it stands whatever you change, and it need not be sent again"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with a_server(database, tmp_path, ("visits", "risk_register")) as site:
        yield site


@pytest.fixture
async def on_disk(site: Site, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """Return the tablet of a firefighter who is signed in, all that it keeps in a folder."""
    async with a_tablet(site, tmp_path / "profile") as tablet:
        await signed_in_to_server(tablet, site)
        yield tablet


def sent_by(tablet: BrowserContext) -> list[dict[str, Any]]:
    """Return what the tablet sends from now on, as it grows."""
    bodies: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/api/v1/visits"):
            bodies.append(json.loads(request.post_data))

    tablet.on("request", note)
    return bodies


async def open_list(page: Page, title: str) -> None:
    await page.get_by_role("navigation", name="Lists of visits").get_by_role("button", name=title).click()


async def place(site: Site, visit_id: str, then: str = "QUEUED") -> None:
    """Find the premises of a visit, as the premises service says it."""
    said = await site.system.said(VisitSubmitted.topic)
    one = next(each for each in said if isinstance(each, VisitSubmitted) and each.visit_id == visit_id)
    found = PremisesLocated(
        visit_id=visit_id,
        premises=a_premises(),
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=0.99,
        reason="postcode-and-number",
        located_by="premises",
        received_at=one.received_at,
        visit=one.visit,
        private=one.private,
        sent_by=one.sent_by,
    )
    await site.system.say(found, source="premises")
    await has_state(site, visit_id, then)


async def has_state(site: Site, visit_id: str, state: str) -> None:
    """Wait until the story of a visit has come so far."""
    async with asyncio.timeout(30):
        while {each["submission_id"]: each["state"] for each in await visits_of(site)}.get(visit_id) != state:
            await asyncio.sleep(0.05)


async def return_to_crew(site: Site, visit_id: str, comments: dict[str, str]) -> None:
    """Return a visit as a reviewer does at the desk."""
    async with await site.machine(Role.RISK_TEAM) as reviewer:
        for decision, more in (("claim", {}), ("return", {"reason": "See what I ask below", "comments": comments})):
            rows = await site.system.rows(
                f"SELECT version FROM risk_register.review_items WHERE visit_id = '{visit_id}'"
            )
            answer = await reviewer.post(f"{QUEUE}/{visit_id}/{decision}", json={"version": rows[0][0], **more})
            assert answer.status_code == 200, answer.text
    await has_state(site, visit_id, "RETURNED")


async def queued(site: Site) -> list[str]:
    async with await site.machine(Role.RISK_TEAM) as reviewer:
        return [each["visit_id"] for each in (await reviewer.get(QUEUE)).json()["items"]]


async def test_a_returned_visit_is_mended_at_its_field_and_takes_its_place_in_the_queue(
    site: Site, tablet: BrowserContext
) -> None:
    page, bodies = tablet.pages[0], sent_by(tablet)
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    await photograph(page, a_photograph(600, 400), "The front", "choose")
    await to_section(page, "J")
    agreed = ("Did they agree that we keep this?", "They agreed")
    await add(page, "Add: person", (("Which room do they sleep in?", SECRET), HELP, agreed))
    await to_section(page, "L")
    concern = ("What is it about?", "Adult with care needs at risk of abuse or neglect")
    consent = ("What did the person answer?", "They agreed")
    await add(page, "Add: referral", (concern, ("What did you see?", SECRET), consent))
    minor = (("What is it about?", "Minor deficiency, advice wanted"), ("What did you see?", "No extinguishers"))
    await add(page, "Add another referral", minor)
    await send(page)
    await expect(page.get_by_text("✓ Received in full, with 1 photograph.")).to_be_visible()
    (first,) = [each["submission_id"] for each in await visits_of(site)]
    await place(site, first)
    await return_to_crew(site, first, {"water": "Which hydrant is it?"})
    await unlock(page)
    await expect(count_of(page, "Returned")).to_have_text("1")
    await open_list(page, "Returned")
    await expect(page.get_by_text("See what I ask below")).to_be_visible()
    await page.get_by_role("button", name="See what to do").click()
    await expect(page.get_by_role("heading", name="Put this right")).to_be_visible()
    assert (await page.locator("main").inner_text()).count("Which hydrant is it?") == 1, "asked for once"
    await is_good(page, "returned")
    await tablet.set_offline(True)  # what it takes to put it right is on the tablet
    await page.get_by_role("button", name="Put it right").click()
    await expect(page.locator("h1")).to_have_text("H. Water")
    await expect(page.locator(".govuk-error-message").first).to_contain_text("Which hydrant is it?")
    await is_good(page, "amending, at its field")
    await answer(page, "Is the water enough?", "Yes")
    await to_section(page, "J")
    await expect(page.get_by_text(STAYS_SEALED)).to_be_visible()
    await is_good(page, "amending, where it stays sealed")
    assert SECRET not in await page.content()
    await send(page)
    await expect(page.get_by_text("Waiting to be sent.")).to_be_visible()
    await tablet.set_offline(False)
    await expect(page.get_by_text("✓ Received in full, with 1 photograph.")).to_be_visible()
    again = bodies[-1]
    assert (again["amends"], again["submission_id"] == first) == (first, False)
    assert [each["kind"] for each in again["referrals"]] == ["BS3"]
    assert "people" not in again
    assert SECRET not in json.dumps(again)
    assert SECRET in json.dumps(bodies[0]), "the first visit had it, and the server keeps it"
    await place(site, again["submission_id"])
    await has_state(site, first, "RESUBMITTED")
    assert await queued(site) == [again["submission_id"]]
    await unlock(page)
    await expect(count_of(page, "Returned")).to_have_text("0")
    await open_list(page, "Sent")
    await expect(page.get_by_text("Sent again.", exact=True)).to_be_visible()
    await expect(page.get_by_text("Waiting for review.", exact=True)).to_be_visible()
    assert await site.system.quarantined() == []


async def test_a_visit_that_is_not_on_the_tablet_is_put_right_from_what_the_server_gives_back(
    site: Site, on_disk: BrowserContext, tmp_path: Path
) -> None:
    tablet, page, bodies = on_disk, on_disk.pages[0], sent_by(on_disk)
    photo = {"sha256": "a" * 64, "mime": "image/png", "bytes": 900, "contains_people": True, "caption": SECRET}
    concern = {"kind": "SG3", "note": SECRET, "consent_state": "GIVEN"}
    marker = {"code": "VIOLENCE", "basis": SECRET, "note": SECRET, "location": SECRET, "review_on": "2027-06-01"}
    visit = a_visit(
        SystemClock().now(),
        people=[{"assistance": "GUIDE", "consent_state": "GIVEN", "unit_ref": SECRET}],
        referrals=[concern, {"kind": "BS3", "note": "No extinguishers"}],
        hazards=[marker],
        none_found=False,
        media=[photo],
    )
    first = visit["submission_id"]
    async with await site.machine(Role.FIREFIGHTER) as other:
        assert (await other.post("/api/v1/visits", json=visit)).status_code == 202
    await place(site, first)
    await return_to_crew(site, first, {"storeys_above": "Two or three?"})
    await set_up(page)
    await expect(count_of(page, "Returned")).to_have_text("1")
    await open_list(page, "Returned")
    await page.get_by_role("button", name="See what to do").click()
    await expect(page.get_by_text("It is not on this tablet")).to_be_visible()
    await is_good(page, "returned, not on this tablet")
    await tablet.set_offline(True)
    await page.get_by_role("button", name="Put it right").click()
    await expect(page.get_by_text("The server does not give it back now.")).to_be_visible()
    await tablet.set_offline(False)
    await page.get_by_role("button", name="Put it right").click()
    await expect(page.locator("h1")).to_have_text("D. Building")
    await expect(page.locator(".govuk-error-message").first).to_contain_text("Two or three?")
    await tablet.set_offline(True)
    await unlock(page)
    await page.get_by_role("button", name="Go on").click()
    await to_section(page, "D")
    await answer(page, "Storeys above ground", "3")
    await to_section(page, "M")
    await expect(
        page.locator(".app-notice", has_text="those that were sent stay with the earlier visit")
    ).to_be_visible()
    await to_section(page, "G")
    await page.get_by_role("button", name="Change Hazard 1").click()
    not_given_back = page.locator(".govuk-error-message", has_text="This is not given back: write it again")
    await expect(not_given_back).to_have_count(3)
    for label in ("Where is it?", "What does the marker rest on?", "What else must a crew know?"):
        await answer(page, label, "Seen by us")
    await page.get_by_role("button", name="Done").click()
    await tablet.set_offline(False)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    (again,) = bodies
    assert (again["amends"], again["storeys_above"]) == (first, 3)
    assert [each["kind"] for each in again["referrals"]] == ["BS3"]
    assert again["contacts"] == visit["contacts"], "its author is given them back"
    assert not {"people", "media"} & set(again)
    assert SECRET not in json.dumps(again)
    await place(site, again["submission_id"])
    await has_state(site, first, "RESUBMITTED")
    async with await site.machine(Role.FIREFIGHTER) as crew:
        assert (await crew.get(f"/api/v1/visits/{first}")).json()["media"]["listed"] == 1
    await tablet.close()
    readable = (found_in(content, ["14, Quay Street", "Quay Street", "01632 960001"]) for _, content in
                bytes_of_folder(tmp_path / "profile"))  # fmt: skip
    assert not any(readable), "what the server gave back lies as locked as any draft"


async def test_what_came_of_a_visit_comes_within_a_minute_and_can_be_read_with_no_signal(
    site: Site, tablet: BrowserContext
) -> None:
    page = tablet.pages[0]
    await page.clock.install()
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    await expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    (first,) = [each["submission_id"] for each in await visits_of(site)]
    await site.system.say(not_located(first), source="premises")
    async with asyncio.timeout(30):
        while (await visits_of(site))[0]["state"] == "RECEIVED":
            await asyncio.sleep(0.05)
    await page.clock.fast_forward(61_000)
    await expect(page.get_by_text("The address is not settled.")).to_be_visible()
    await expect(page.get_by_text("Ring control if a crew could be sent there")).to_be_visible()
    await tablet.set_offline(True)
    await unlock(page)
    await expect(page.get_by_text("1 to act on")).to_be_visible()
    await open_list(page, "Sent")
    await expect(page.get_by_text("You must act on 1 visit.")).to_be_visible()
    await is_good(page, "what must be acted on")
    await expect(page.locator("[data-as-of]")).to_have_text(re.compile(r"^As of \d\d:\d\d\.$|^As of \d\d:\d\d on "))
    await page.get_by_role("button", name="See: Wexcombe Towers").click()
    steps = page.get_by_role("region", name="What came of it").get_by_role("listitem")
    await expect(steps).to_have_count(2)
    await expect(steps.first).to_contain_text(re.compile(r"\d\d:\d\d\s*Received"))
    await tablet.clear_cookies()
    await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE)
    asked: list[str] = []
    tablet.on("request", lambda request: asked.append(request.url))
    async with page.expect_response("**/device/session"):
        await tablet.set_offline(False)
    async with page.expect_response("**/device/session"):
        await page.clock.fast_forward(61_000)
    await expect(page.get_by_text("The address is not settled.")).to_be_visible()
    assert not [url for url in asked if "/changes" in url], "nothing of another who is signed in comes to this writer"


async def test_what_was_sent_can_be_changed_before_anybody_decided_and_once_alone(
    site: Site, tablet: BrowserContext
) -> None:
    page, bodies = tablet.pages[0], sent_by(tablet)
    await set_up(page)
    await begin(page)
    await fill(page, SHORT)
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    (received,) = await visits_of(site)
    await site.system.say(not_located(received["submission_id"]), source="premises")
    await has_state(site, received["submission_id"], "NEEDS_PERSON")
    await unlock(page)
    await expect(page.get_by_text("1 to act on")).to_be_visible()
    await open_list(page, "Sent")
    await page.get_by_role("button", name="See: Wexcombe Towers").click()
    await page.get_by_role("button", name="Change what you sent").click()
    await expect(page.get_by_text(STAYS_SEALED)).to_be_visible()
    await page.get_by_role("button", name="Your visits").click()
    await is_unlocked(page)
    await open_list(page, "Sent")
    await page.get_by_role("button", name="See: Wexcombe Towers").click()
    await expect(page.get_by_role("button", name="Change what you sent")).to_have_count(0)
    await page.get_by_role("button", name="Go on with it").click()
    await answer(page, "Callsign", "S1P2")
    await send(page)
    await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
    await page.get_by_role("button", name="Back to your visits").click()
    await expect(count_of(page, "Sent")).to_have_text("2")
    await expect(page.get_by_text("1 to act on")).to_have_count(0)
    first, again = bodies
    assert (again["amends"], again["callsign"]) == (first["submission_id"], "S1P2")
    await place(site, again["submission_id"])
    await place(site, first["submission_id"], "RESUBMITTED")
    assert await queued(site) == [again["submission_id"]]


async def test_what_a_station_is_asked_for_is_there_with_no_signal_and_begins_a_visit(
    site: Site, tablet: BrowserContext
) -> None:
    page, now = tablet.pages[0], SystemClock().now()
    due = local_date(now) - DAY
    asked = VisitAsked(
        ask_id="ask-1",
        premises_id="999900000014",
        premises=a_premises(),
        reason="The occupier has changed: look at the rear yard",
        due_on=due,
        station="S1",
        watch=Watch.RED,
        asked_at=now,
        incident_no="2026-004711",
        questions=("Water: Which hydrants were used?", "Use: Is the building in use?"),
    )
    flat = a_premises("999900000027", name="7 mill lane", address="7 Mill Lane, Wexcombe", postcode="XQ1 2BB")
    other = {"ask_id": "ask-2", "premises_id": flat.premises_id, "premises": flat, "due_on": local_date(now) + DAY}
    await site.system.say(asked, asked.model_copy(update=other), source="risk_register")
    await is_asked(site, 2)
    await set_up(page)
    await expect(count_of(page, "Asked of you")).to_have_text("2")
    await tablet.set_offline(True)
    await unlock(page)
    await open_list(page, "Asked of you")
    card = page.locator(".app-card").first
    named_by_address = page.locator(".app-card").last
    await expect(named_by_address.locator("h3")).to_have_text("7 mill lane")
    await expect(named_by_address.locator("p").first).to_have_text("Wexcombe, XQ1 2BB")
    await expect(card).to_contain_text("The Corner Stores")
    await expect(card).to_contain_text(f"Overdue: it was due on {due.day} {due:%B %Y}. Red watch.")
    await expect(card).to_contain_text("The occupier has changed: look at the rear yard")
    await card.get_by_text("What it must answer: 2 questions").click()
    await expect(card.locator("li").first).to_have_text("Water: Which hydrants were used?")
    await is_good(page, "asked of you")
    await page.get_by_role("button", name="Begin this visit: The Corner Stores").click()
    await expect(page.locator("h1")).to_have_text("A. Visit")
    await expect(page.get_by_label("Incident number")).to_have_value("2026-004711")
    await to_section(page, "B")
    await expect(page.get_by_label("UPRN", exact=True)).to_have_value("999900000014")
    where = "The Corner Stores, 14 Quay Street, Wexcombe, XQ1 1AA"
    await expect(page.get_by_label("Address in one line")).to_have_value(where)
    await page.get_by_role("button", name="Your visits").click()
    await expect(page.get_by_role("button", name="Go on with this visit")).to_be_visible()
    ended = VisitAskEnded(
        ask_id="ask-1", premises_id="999900000014", because=AskEnd.WITHDRAWN, reason="Not needed", ended_at=now
    )
    await site.system.say(ended, source="risk_register")
    await is_asked(site, 1)
    await tablet.set_offline(False)
    await expect(count_of(page, "Asked of you")).to_have_text("1")
    await expect(count_of(page, "Drafts")).to_have_text("1")


async def is_asked(site: Site, count: int) -> None:
    """Wait until the server lists so many."""
    async with await site.machine(Role.FIREFIGHTER) as crew, asyncio.timeout(30):
        while len((await crew.get("/api/v1/visits/asked")).json()["asked"]) != count:
            await asyncio.sleep(0.05)
