"""The tactical card fits one page of A4, whatever is held: the gravest first, and it says what it has no room for."""

import re

from playwright.async_api import Browser, Page

from schemas.risk_register import RiskFacts, RiskRecord
from schemas.vocabulary import Role
from services.control.presenters.card import card_of
from services.control.presenters.record import present
from services.control.presenters.surroundings import Surroundings
from tests.builders import NOW, a_premises
from tests.services.browsing import browser_only, faults, sign_in
from tests.services.control_fullest import TEMPORARY, the_fullest
from tests.services.control_records import MARLOWE, a_record, a_shop, an_addition, high_rise_facts, updated
from tests.services.control_site import running
from tests.services.water_office import load_areas, load_water
from tests.system import System

NOTHING = Surroundings(hydrants=(), water_files=(), plans=())
LONG = "STOREROOM WITH MIXED CHEMICALS, WWWW MMMM, BEHIND THE SECOND DOOR ON THE LEFT "
pytestmark = browser_only


def far_too_much() -> RiskRecord:
    """Return a record with more than fits on a page, in wide letters and in the longest words there may be."""
    hazards = [{"code": "CYL_ACETYLENE", "location": f"{LONG[:70]}{n}"} for n in range(1, 41)]
    known = high_rise_facts(
        hazards=hazards,
        tactics_note=(LONG * 20)[:500],
        critical_facts=[(LONG * 3)[:120]] * 5,
        water={"hydrants": [{"asset_id": f"H{n}", "distance_m": n, "status": "DEFECTIVE"} for n in range(1, 51)]},
    )
    urgent = tuple(an_addition((LONG * 4)[:200], visit_id=f"v{n}", fact=f"hazards/PV/{n}") for n in range(30))
    premises = a_premises("9000", name=LONG[:60], address=f"{LONG[:70]}, Wexcombe", classification="RD06")
    return a_record(premises=premises, facts=known, unverified=urgent, temporary=TEMPORARY)


def test_what_is_grave_finds_room_before_what_is_not_and_the_rest_is_counted() -> None:
    card = card_of(present(far_too_much(), NOW, NOW), NOTHING)
    lines = [line for section in card.sections for line in section.lines]
    assert card.left_out > 50
    assert all(line.grave for line in lines)
    assert {"Access", "Systems", "Hazards", "Water"} <= {section.title for section in card.sections}
    small = card_of(present(a_shop("1", "1 Quay Street", level=2), NOW, NOW), NOTHING)
    assert small.left_out == 0
    assert [line.label for section in small.sections for line in section.lines][:1] == ["UNKNOWN"]
    calm = card_of(present(a_record(facts=RiskFacts(tactics_note="From the rear")), NOW, NOW), NOTHING)
    assert ("Tactics", "From the rear") in [(line.label, line.words) for each in calm.sections for line in each.lines]


async def pages_of(page: Page) -> int:
    """Return how many pages are printed of what a browser shows."""
    return len(re.findall(rb"/Type\s*/Page\b", await page.pdf(prefer_css_page_size=True)))


async def test_the_card_is_one_page_of_a4_however_much_is_held(browser: Browser, system: System) -> None:
    await system.say(
        updated(the_fullest(temporary=TEMPORARY)),
        updated(far_too_much()),
        updated(a_shop("1", "1 Quay Street", level=2)),
    )
    await system.settle()
    await load_water(system.tools)
    await load_areas(system.tools)
    async with running(system) as site:
        context = await browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 720})
        await sign_in(context, site, Role.FIREFIGHTER)
        page = await context.new_page()
        for premises_id, words in ((MARLOWE, "Plan FL-1"), ("9000", "more lines on the record"), ("1", "UNKNOWN")):
            await page.goto(f"/control/premises/{premises_id}/card")
            shown = await page.locator(".card").inner_text()
            assert words in shown
            assert "Marauding" not in shown
            assert await pages_of(page) == 1, premises_id
        assert await faults(page) == []
        await context.close()
    purposes = "SELECT DISTINCT purpose FROM control.reads"
    assert await system.rows(purposes) == [("tactical card",)]
