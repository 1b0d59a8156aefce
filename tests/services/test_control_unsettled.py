"""A danger whose address nobody has settled is with control from the moment it is sent, until a record shows it."""

from typing import Any

import pytest

from schemas.control import DangerShown
from schemas.premises import Candidate
from schemas.risk_register import VisitReviewed
from schemas.vocabulary import ReviewState, Role
from tests.builders import NOW
from tests.services.control_records import a_shop, an_addition, updated
from tests.services.control_unsettled import ACETYLENE, SHOP, SOMEWHERE, located, not_located, submitted
from tests.services.premises_desk import LIBRARY, know_the_area, send
from tests.system import System, a_system

SUMMARY = "Acetylene cylinders (2), Rear yard"


async def front(system: System) -> str:
    return (await (await system.client(Role.CONTROL)).get("/control")).text


async def test_a_danger_at_an_unsettled_address_is_seen_found_and_read_at_once(tools: Any) -> None:
    await know_the_area(tools)
    desk = await a_system(tools)
    visit_id = await send(desk, SOMEWHERE, hazards=[ACETYLENE], none_found=False, critical_facts=["Single stair"])
    control = await desk.client(Role.CONTROL)
    page = (await control.get("/control")).text
    assert "ADDRESS NOT SETTLED" in page
    assert SUMMARY in page
    assert f"/control/unsettled/{visit_id}" in page
    found = (await control.get("/api/v1/control/search", params={"q": "old snickelway"})).json()
    assert [each["visit_id"] for each in found["unsettled"]] == [visit_id]
    assert found["unsettled"][0]["summary"] == SUMMARY
    own = (await control.get(f"/control/unsettled/{visit_id}")).text
    for words in (SUMMARY, "The Old Snickelway, High Street, Arrelbridge", "S1P1", "Single stair", "71 ground"):
        assert words in own, words


async def test_it_leaves_when_a_person_settles_the_address_and_the_record_shows_it(tools: Any) -> None:
    await know_the_area(tools)
    desk = await a_system(tools)
    visit_id = await send(desk, SOMEWHERE, hazards=[ACETYLENE], none_found=False)
    person = await desk.client(Role.RISK_TEAM)
    chosen = {"premises_id": LIBRARY, "version": 1}
    answer = await person.post(f"/api/v1/premises/needs-person/{visit_id}/confirm", json=chosen)
    assert answer.status_code == 200, answer.text
    await desk.settle()
    page = await front(desk)
    assert "ADDRESS NOT SETTLED" not in page
    assert SUMMARY in page
    assert f'href="/control/premises/{LIBRARY}"' in page
    control = await desk.client(Role.CONTROL)
    moved = await control.get(f"/control/unsettled/{visit_id}")
    assert (moved.status_code, moved.headers["location"]) == (303, f"/control/premises/{LIBRARY}")
    said = [event for event in await desk.said("control.danger-shown") if isinstance(event, DangerShown)]
    assert [event.is_settled for event in said][-1] is True
    assert said[-1].premises_id == LIBRARY
    assert await desk.quarantined() == []


async def test_being_located_alone_takes_no_danger_off(system: System) -> None:
    event = submitted()
    control_alone = [service for service in system.services if service.name == "control"]
    system.process.readers = [reader for reader in system.process.readers if reader.service in control_alone]
    await system.say(event, located(event))
    await system.settle()
    assert "ADDRESS NOT SETTLED" in await front(system)
    page = (await (await system.client(Role.CONTROL)).get(f"/control/unsettled/{event.visit_id}")).text
    assert "its record does not show this yet" in page
    await system.say(updated(a_shop(SHOP, "14 Quay Street, Wexcombe")))
    await system.settle()
    assert "ADDRESS NOT SETTLED" in await front(system)
    shown = a_shop(SHOP, "14 Quay Street, Wexcombe", revision=2)
    addition = an_addition(SUMMARY, kind="HAZARD", visit_id=event.visit_id)
    await system.say(updated(shown.model_copy(update={"unverified": (addition,)})))
    await system.settle()
    assert "ADDRESS NOT SETTLED" not in await front(system)


@pytest.fixture
def alone(system: System) -> System:
    """Return a system in which control alone hears, so that a test says in which order news arrives."""
    system.process.readers = [reader for reader in system.process.readers if reader.service.name == "control"]
    return system


async def test_news_that_arrives_in_another_order_leaves_nothing_over(alone: System) -> None:
    event = submitted()
    shown = a_shop(SHOP, "14 Quay Street, Wexcombe")
    await alone.say(updated(shown, because_of_visit=event.visit_id), located(event), event)
    await alone.settle()
    assert "ADDRESS NOT SETTLED" not in await front(alone)
    assert await alone.quarantined() == []


async def test_a_danger_that_another_crew_told_already_stands_on_the_record_that_shows_it(alone: System) -> None:
    event = submitted()
    addition = an_addition(SUMMARY, kind="HAZARD", visit_id="another")
    shop = a_shop(SHOP, "14 Quay Street, Wexcombe").model_copy(update={"unverified": (addition,)})
    await alone.say(event, updated(shop))
    await alone.settle()
    assert "ADDRESS NOT SETTLED" in await front(alone)
    await alone.say(located(event))
    await alone.settle()
    assert "ADDRESS NOT SETTLED" not in await front(alone)


async def test_a_visit_that_a_person_decided_leaves(alone: System) -> None:
    event = submitted()
    await alone.say(event, located(event))
    queued = VisitReviewed(visit_id=event.visit_id, premises_id=SHOP, state=ReviewState.QUEUED, moved_at=NOW)
    await alone.say(queued)
    await alone.settle()
    assert "ADDRESS NOT SETTLED" in await front(alone)
    await alone.say(queued.model_copy(update={"state": ReviewState.REJECTED}))
    await alone.settle()
    assert "ADDRESS NOT SETTLED" not in await front(alone)


@pytest.mark.parametrize(
    "visit",
    [
        {"hazards": [], "none_found": True, "evac_strategy": "SIMULTANEOUS"},
        {"hazards": [{"code": "PV", "location": "Roof"}], "evac_strategy": "STAY_PUT"},
    ],
)
async def test_a_visit_that_tells_of_no_danger_is_not_listed(alone: System, visit: dict[str, Any]) -> None:
    await alone.say(submitted(**visit))
    await alone.settle()
    assert "No danger waits to be checked" in await front(alone)


async def test_where_it_may_be_is_shown_as_soon_as_premises_says_so(alone: System) -> None:
    event = submitted(hazards=[{"code": "VIOLENCE", "note": "SECRET-NOTE", "location": "SECRET-FLAT"}])
    unsure = not_located(event)
    await alone.say(event, unsure)
    await alone.settle()
    page = (await (await alone.client(Role.CONTROL)).get(f"/control/unsettled/{event.visit_id}")).text
    for words in ("Caution on approach", "Wexcombe Quay ground", "ST 0010 3020", "Several buildings fit"):
        assert words in page, words
    assert "SECRET" not in page
    assert "SECRET" not in await front(alone)


@pytest.mark.parametrize(
    ("reason", "heading", "never"),
    [
        ("several-buildings", "It may be one of these", "probably none of these"),
        ("nothing-like-it", "probably none of these", "It may be one of these"),
        ("probably-missing", "probably none of these", "It may be one of these"),
    ],
)
async def test_candidates_that_are_hardly_like_it_are_not_called_likely(
    alone: System, reason: str, heading: str, never: str
) -> None:
    event = submitted()
    nearest = Candidate(premises_id="999900000001", address="Old Snicket Way", score=0.02, easting=3e5, northing=1e5)
    news = not_located(event).model_copy(update={"reason": reason, "candidates": (nearest,)})
    await alone.say(event, news)
    await alone.settle()
    page = (await (await alone.client(Role.CONTROL)).get(f"/control/unsettled/{event.visit_id}")).text
    assert heading in page
    assert never not in page


async def test_more_dangers_than_a_page_are_all_counted_and_the_gravest_are_on_the_first(alone: System) -> None:
    fault = {"kind": "DRY_RISER", "status": "FAULT", "location": "Stair"}
    await alone.say(*(submitted(hazards=[], systems=[fault]) for _ in range(24)), submitted())
    await alone.settle()
    page = await front(alone)
    assert "1 to 20 of 25" in page
    assert page.index(SUMMARY) < page.index("Dry riser FAULT")
