"""Looking back on a record: any two versions compared by fact, and the record as it was, by either of two times."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from services.domain.fact_keys import taken_apart
from services.risk_register.app import build
from services.risk_register.rules.as_it_was import ByWhen
from services.risk_register.views.as_it_was import as_it_was
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW
from tests.services.browsing import browser_only, faults, opened
from tests.services.control_site import Site, running
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

PLACE = "999900000014"
API = f"/api/v1/risk-register/records/{PLACE}"
PAGES = f"/review/records/{PLACE}"
DAY = timedelta(days=1)
MARKER = {"code": "VIOLENCE", "location": "Flat 12"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def published(desk: Desk, at: datetime, **visit: Any) -> str:
    """Return a visit of a moment that is published now."""
    visit_id = await desk.receive(located(at=at, **visit))
    await desk.publish(visit_id)
    return visit_id


async def compared(desk: Desk, **asked: Any) -> dict[str, Any]:
    """Return two versions compared, as the interface tells it."""
    answer = await (await desk.reviewer()).get(f"{API}/comparison", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def looked_back(desk: Desk, as_of: datetime, by: str) -> dict[str, Any]:
    """Return a record as it was, as the interface tells it."""
    answer = await (await desk.reviewer()).get(f"{API}/as-it-was", params={"as_of": as_of.isoformat(), "by": by})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lines(sections: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the facts of some sections by their keys."""
    return {fact["key"]: fact for section in sections for fact in section["facts"]}


async def two_versions(desk: Desk, clock: SetClock) -> tuple[str, str]:
    """Return two visits: the second finds a roof, changes the riser, and finds the cylinders gone."""
    first = await published(desk, NOW, hazards=[ACETYLENE], none_found=False, systems=[RISER_FAULT], callsign="S1P1")
    clock.move(DAY)
    change = {"none_found": True, "systems": [RISER_WORKING], "roof": "Slate", "callsign": "K41"}
    return first, await published(desk, clock.now(), visit_kind="REVIEW", base_record_version=1, **change)


class TestTwoVersions:
    """Each fact with what either version said, and who saw it."""

    async def test_what_was_added_changed_and_taken_out_is_named_with_who_saw_each_side(
        self, desk: Desk, clock: SetClock
    ) -> None:
        first, second = await two_versions(desk, clock)
        found = await compared(desk)
        assert (found["before"]["version"], found["after"]["version"], found["after"]["visit_id"]) == (1, 2, second)
        facts = lines(found["different"])
        assert {key: fact["change_words"] for key, fact in facts.items()} == {
            "hazards/CYL_ACETYLENE/rear yard": "Taken out",
            "none_found": "Added",
            "systems/DRY_RISER/nw stair": "Changed",
            "roof": "Added",
        }
        assert found["says"] == "From version 1 to version 2: 2 added, 1 taken out, 1 changed."
        riser = facts["systems/DRY_RISER/nw stair"]
        assert (riser["before"]["value"], riser["after"]["value"]) == ("FAULT, NW stair", "Working, NW stair")
        assert (riser["before"]["source"]["visit_id"], riser["before"]["source"]["callsign"]) == (first, "S1P1")
        assert (riser["after"]["source"]["visit_id"], riser["after"]["source"]["callsign"]) == (second, "K41")
        gone = facts["hazards/CYL_ACETYLENE/rear yard"]["after"]
        assert (gone["value"], gone["source"]["callsign"], gone["source"]["method"]) == (None, "K41", "PHYSICAL")
        assert [section["title"] for section in found["different"]] == ["Hazards", "Systems", "Building"]
        again = lines(found["same"])["storeys_above"]
        assert (again["change_words"], again["after"]["source"]["callsign"]) == ("Seen again", "K41")

    async def test_version_0_the_same_twice_and_the_wrong_order_are_answered_plainly(self, desk: Desk) -> None:
        waiting = await desk.receive(located())
        nothing = await compared(desk)
        assert (nothing["says"], nothing["versions"]) == (
            "Nothing is published about these premises yet, so there is nothing to compare.",
            [],
        )
        await desk.publish(waiting)
        first = await compared(desk)
        assert first["says"].startswith("Version 0 is before anything was published. From version 0 to version 1:")
        assert {fact["change"] for fact in lines(first["different"]).values()} == {"ADDED"}
        assert (await compared(desk, before=1, after=1))["says"] == "That is the same version twice: choose two."
        turned = await compared(desk, before=1, after=0)
        assert turned == first, "the earlier one stands first, whichever was named first"
        answer = await (await desk.reviewer()).get(f"{API}/comparison", params={"before": 1, "after": 9})
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "there is no version 9 of this record: the newest is version 1",
        )
        assert (await (await desk.reviewer()).get("/review/records/1/comparison")).status_code == 404

    async def test_a_version_that_says_an_earlier_one_again_differs_in_nothing_from_it(
        self, desk: Desk, clock: SetClock
    ) -> None:
        await two_versions(desk, clock)
        ada = await desk.reviewer()
        body = {"version": 1, "in_place_of": 2, "reason": "Published by mistake"}
        assert (await ada.post(f"{API}/restore", json=body)).json()["version"] == 3
        found = await compared(desk, before=1, after=3)
        assert (found["says"], found["different"]) == ("Both versions say the same of every fact.", [])
        assert (found["after"]["restored_from"], found["after"]["reason"]) == (1, "Published by mistake")

    async def test_a_violence_marker_is_a_caution_without_place_or_number(self, desk: Desk, clock: SetClock) -> None:
        await published(desk, NOW, hazards=[MARKER], none_found=False)
        clock.move(DAY)
        more = [MARKER, {"code": "VIOLENCE", "location": "Flat 31"}, ACETYLENE]
        await published(desk, clock.now(), hazards=more, none_found=False, visit_kind="CHANGE", base_record_version=1)
        ada = await desk.reviewer()
        at = clock.now().isoformat()
        for place in (f"{API}/comparison", f"{PAGES}/comparison", PAGES):
            answer = await ada.get(place)
            assert (answer.status_code, "Flat" in answer.text) == (200, False), place
        for place in (API, PAGES):
            for by in ByWhen:
                answer = await ada.get(f"{place}/as-it-was", params={"as_of": at, "by": by})
                assert (answer.status_code, "Flat" in answer.text) == (200, False), place
                assert "Caution on approach" in answer.text
        caution = lines((await compared(desk))["same"])["hazards/VIOLENCE/"]
        assert caution["before"]["value"] == caution["after"]["value"] == "Present"


async def test_every_page_that_shows_a_fact_says_who_saw_it_when_how_and_on_which_visit(
    desk: Desk, clock: SetClock
) -> None:
    first, second = await two_versions(desk, clock)
    clock.move(DAY)
    third = await desk.receive(located(at=clock.now(), roof="Felt", callsign="K22"))
    ada = await desk.reviewer()
    for path in (PAGES, f"{PAGES}/comparison", f"{PAGES}/as-it-was?as_of=2026-11-23T20:00&by=seen", f"/review/{third}"):
        page = (await ada.get(path, headers={"Accept": "text/html"})).text
        assert f'href="/review/{second}">K41, physical visit</a>, <time' in page, path
    compared_page = (await ada.get(f"{PAGES}/comparison")).text
    assert f'href="/review/{first}">S1P1, physical visit</a>' in compared_page
    assert f'gone: <a class="govuk-link" href="/review/{second}">K41, physical visit</a>' in compared_page


async def test_what_a_merged_visit_brought_is_named_by_the_crew_that_saw_it(desk: Desk) -> None:
    one, two = located(hazards=[ACETYLENE], none_found=False, callsign="K41"), located(callsign="K22")
    await desk.receive(one, two)
    ada = await desk.reviewer()
    await desk.decide(ada, one.visit_id, "claim")
    await desk.decide(ada, one.visit_id, "merge", into=two.visit_id)
    page = (await ada.get(f"/review/{two.visit_id}")).text
    assert f'href="/review/{one.visit_id}">K41, physical visit</a>' in page


class TestTwoTimes:
    """What had been seen by a moment, and what we knew and showed by then."""

    async def test_a_visit_of_monday_published_on_wednesday_asked_for_tuesday(
        self, desk: Desk, clock: SetClock
    ) -> None:
        monday, tuesday, wednesday = (datetime(2026, 11, day, 12, tzinfo=NOW.tzinfo) for day in (23, 24, 25))
        clock.move(monday - clock.now())
        visit = located(at=monday, roof="Slate", hazards=[ACETYLENE], none_found=False, callsign="K41")
        await desk.receive(visit)
        clock.move(wednesday - clock.now())
        await desk.publish(visit.visit_id)
        seen, shown = await looked_back(desk, tuesday, "seen"), await looked_back(desk, tuesday, "shown")
        assert lines(seen["facts"])["roof"]["value"] == "Slate"
        assert lines(seen["facts"])["roof"]["source"]["callsign"] == "K41"
        assert (shown["facts"], shown["version"]["version"]) == ([], 0)
        assert [each["callsign"] for each in shown["unverified"]] == ["K41"], "the cylinders were shown at once"
        assert "even where we published it later" in seen["says"]
        assert "even where a crew had already seen more" in shown["says"]
        after = await looked_back(desk, wednesday, "shown")
        assert (lines(after["facts"])["roof"]["value"], after["unverified"]) == ("Slate", [])

    async def test_what_was_overtaken_before_it_was_published_had_been_seen_all_the_same(
        self, desk: Desk, clock: SetClock
    ) -> None:
        monday, wednesday, friday = (datetime(2026, 11, day, 12, tzinfo=NOW.tzinfo) for day in (23, 25, 27))
        clock.move(friday - clock.now())
        early = located(at=monday, roof="Felt", visit_kind="CHANGE")
        await desk.receive(early)
        await published(desk, wednesday, roof="Slate")
        await desk.publish(early.visit_id)
        assert (await compared(desk))["says"] == "Both versions say the same of every fact."
        assert lines((await looked_back(desk, monday + DAY, "seen"))["facts"])["roof"]["value"] == "Felt"
        assert lines((await looked_back(desk, friday, "seen"))["facts"])["roof"]["value"] == "Slate"

    async def test_what_was_published_by_mistake_was_shown_and_is_no_sighting(
        self, desk: Desk, clock: SetClock
    ) -> None:
        await two_versions(desk, clock)
        between = clock.now()
        clock.move(DAY)
        body = {"version": 1, "in_place_of": 2, "reason": "Published by mistake"}
        await (await desk.reviewer()).post(f"{API}/restore", json=body)
        assert "roof" in lines((await looked_back(desk, between, "shown"))["facts"])
        assert "roof" not in lines((await looked_back(desk, between, "seen"))["facts"])

    async def test_a_time_to_come_is_refused_in_words(self, desk: Desk) -> None:
        await published(desk, NOW)
        ada = await desk.reviewer()
        answer = await ada.get(f"{API}/as-it-was", params={"as_of": (NOW + DAY).isoformat()})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/as_of")
        page = await ada.get(f"{PAGES}/as-it-was", params={"as_of": "2027-01-01T10:00"})
        assert (page.status_code, "nobody knows what will be" in page.text) == (422, True)
        page = await ada.get(f"{PAGES}/as-it-was", params={"as_of": "soon"})
        assert (page.status_code, "give a day and a time" in page.text) == (422, True)

    async def test_at_any_moment_what_was_shown_is_what_the_log_replayed_until_then_says(
        self, desk: Desk, clock: SetClock
    ) -> None:
        chance = Random(41)
        for number in range(12):
            clock.move(timedelta(hours=chance.randrange(1, 40)))
            at = clock.now() - timedelta(hours=chance.randrange(60))
            hazards = [ACETYLENE] if chance.random() < 0.5 else []
            kind: dict[str, Any] = {"visit_kind": "REVIEW", "hazards": hazards, "none_found": not hazards}
            visit_id = await desk.receive(located(at=at, roof=f"Roof {number}", **kind))
            clock.move(timedelta(hours=chance.randrange(1, 20)))
            if chance.random() < 0.8:
                await desk.publish(visit_id)
            if number == 7:
                newest = (await compared(desk))["versions_in_all"]
                body = {"version": newest - 2, "in_place_of": newest, "reason": "Published by mistake"}
                ben = await desk.reviewer("ben")
                assert (await ben.post(f"{API}/restore", json=body)).json()["version"] == newest + 1
        said, length, differed = await desk.shown(), clock.now() - NOW, 0
        async with desk.system.tools.database.reading() as session:
            for _ in range(300):
                moment = NOW + length * chance.random()
                record = next((one.record for one in reversed(said) if one.changed_at <= moment), None)
                found = await as_it_was(session, PLACE, moment, ByWhen.SHOWN, clock.now())
                told = {fact.key: fact.source for section in found.facts for fact in section.facts}
                assert told.keys() - {"score"} == taken_apart(record.facts if record else None).keys()
                assert all(told[key] == source for key, source in (record.sources if record else {}).items())
                assert found.unverified == (record.unverified if record else ())
                seen = await as_it_was(session, PLACE, moment, ByWhen.SEEN, clock.now())
                differed += seen.facts != found.facts
        assert differed > 100, "the two times are two"


@pytest.fixture
async def site(desk: Desk, clock: SetClock) -> AsyncIterator[Site]:
    await two_versions(desk, clock)
    async with running(desk.system) as site:
        yield site


class TestInABrowser:
    """What only a browser can tell: keys, and accessibility."""

    pytestmark = browser_only

    async def test_two_versions_are_chosen_and_compared_by_keys_alone(self, browser: Browser, site: Site) -> None:
        page = await opened(browser, site, 1280, 720, [])
        await page.goto(PAGES)
        await page.keyboard.press("v")
        await expect(page.locator("#result")).to_contain_text("From version 1 to version 2")
        await page.get_by_label("Compare", exact=True).focus()
        await page.keyboard.press("0")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#result")).to_contain_text("From version 0 to version 2")
        await page.keyboard.press("u")
        await expect(page.get_by_role("heading", name="What is published")).to_be_visible()

    @pytest.mark.parametrize(("width", "height"), [(1280, 720), (810, 1080)])
    async def test_every_page_that_looks_back_is_accessible_and_breaks_no_policy(
        self, browser: Browser, site: Site, width: int, height: int
    ) -> None:
        complaints: list[str] = []
        page = await opened(browser, site, width, height, complaints)
        for path in ("", "/comparison", "/comparison?before=2&after=2", "/as-it-was"):
            await page.goto(f"{PAGES}{path}")
            await self._is_fit(page)
        for by in ByWhen:
            await page.get_by_label("At which moment").fill("2026-11-22T16:00")
            await page.locator(f"#by-{by.value}").check()
            await page.get_by_role("button", name="Look back").click()
            await expect(page.locator("#result")).to_be_visible()
            await self._is_fit(page)
        assert complaints == []

    async def _is_fit(self, page: Page) -> None:
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
