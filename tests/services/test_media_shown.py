"""Photographs and plans are seen where they are needed: beside the visit under review, and from control's record."""

from datetime import timedelta

import httpx

from schemas.premises import LocationWithdrawn
from schemas.visits import VisitSubmitted
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from tests.builders import a_premises
from tests.services.media_site import a_photo, a_visit_with, arrive, listed, prepare_all, some_bytes
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import System

PHOTO, PLAN = a_photo((800, 600)), some_bytes(9_000)
STORE = listed(PHOTO, "image/jpeg", caption="acetylene store, rear yard", floor="0")
BASEMENT = listed(PLAN, caption="basement plan")
FLOOR_PLAN = a_photo((900, 600), seed=5)
ON_THE_WALL = listed(FLOOR_PLAN, "image/jpeg", caption="plan by the front door", floor="2")
PIN = {"plan": ON_THE_WALL["sha256"], "x": 0.25, "y": 0.5}
FOUND = {"hazards": [ACETYLENE], "none_found": False}
PREMISES = a_premises().premises_id
RECORD = f"/control/premises/{PREMISES}"


async def a_placed_visit(system: System) -> str:
    """Send a visit with a photograph and a plan, let both arrive, and place it."""
    visit_id = await a_visit_with(system, STORE, BASEMENT, **FOUND)
    await arrive(system, visit_id, STORE, PHOTO)
    await arrive(system, visit_id, BASEMENT, PLAN)
    await prepare_all(system)
    await place(system, visit_id)
    return visit_id


async def place(system: System, visit_id: str) -> None:
    """Say where a visit was, as a person at the premises desk does."""
    said = await system.said(VisitSubmitted.topic)
    (sent,) = [each for each in said if isinstance(each, VisitSubmitted) and each.visit_id == visit_id]
    told = {"visit_id": visit_id, "visit": sent.visit, "private": sent.private, "sent_by": sent.sent_by}
    await system.say(located().model_copy(update=told), source="premises")
    await system.settle()


async def page(client: httpx.AsyncClient, to: str) -> str:
    answer = await client.get(to)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_reviewer_sees_photographs_beside_the_visit_with_one_press_to_the_whole(system: System) -> None:
    visit_id = await a_placed_visit(system)
    reviewer = await system.client(Role.RISK_TEAM, name="ada")
    shown = await page(reviewer, f"/review/{visit_id}")
    assert "Photos and plans (2)" in shown
    assert "acetylene store, rear yard, floor 0" in shown
    assert "basement plan (PDF, 9 KB)" in shown
    assert "none is scanned for viruses" in shown
    for to in (f"/media/{visit_id}/{STORE['sha256']}", f"/media/{visit_id}/{STORE['sha256']}/small"):
        assert f'"{to}"' in shown
        assert (await reviewer.get(to)).status_code == 200


async def test_control_has_them_one_key_away_under_the_crew_that_took_them(system: System) -> None:
    visit_id = await a_placed_visit(system)
    control = await system.client(Role.CONTROL)
    assert f'href="{RECORD}/media"' in await page(control, RECORD)
    assert "Photos and plans (2)" in await page(control, f"{RECORD}/screen")
    shown = await page(control, f"{RECORD}/media")
    for words in ("acetylene store, rear yard, floor 0", "basement plan", "S1P1", "crew report, not reviewed"):
        assert words in shown
    assert f'href="/media/{visit_id}/{BASEMENT["sha256"]}" download' in shown
    assert "basement plan (PDF, 9 KB)" in " ".join(shown.split())
    reads = await system.rows("SELECT purpose FROM control.reads ORDER BY number DESC LIMIT 1")
    assert reads == [("photographs and plans",)]


async def test_what_is_published_is_no_longer_called_unreviewed(system: System) -> None:
    visit_id = await a_placed_visit(system)
    await Desk(system).publish(visit_id)
    shown = await page(await system.client(Role.CONTROL), f"{RECORD}/media")
    assert "basement plan" in shown
    assert "not reviewed" not in shown


async def test_a_photo_that_arrives_after_the_record_is_seen_too_and_not_in_what_was_shown_before(
    system: System, clock: SetClock
) -> None:
    visit_id = await a_visit_with(system, STORE, **FOUND)
    await place(system, visit_id)
    control = await system.client(Role.CONTROL)
    assert "Photos and plans" not in await page(control, RECORD)
    before = clock.now()
    clock.move(timedelta(minutes=5))
    await arrive(system, visit_id, STORE, PHOTO)
    await prepare_all(system)
    assert "Photos and plans (1)" in await page(control, RECORD)
    assert "(0)" in (await control.get(f"{RECORD}/media", params={"as_of": before.isoformat()})).text


async def test_with_a_visit_that_is_put_back_its_photographs_are_gone_from_the_record(system: System) -> None:
    visit_id = await a_placed_visit(system)
    (sent,) = await system.said(VisitSubmitted.topic)
    assert isinstance(sent, VisitSubmitted)
    told = {"visit_id": visit_id, "premises_id": PREMISES, "received_at": sent.received_at, "visit": sent.visit}
    await system.say(LocationWithdrawn(withdrawn_by="a person", **told), source="premises")
    await system.settle()
    control = await system.client(Role.CONTROL)
    answer = await control.get(f"{RECORD}/media")
    assert answer.status_code == 404 or "acetylene store" not in answer.text
    assert "Photos and plans" not in (await control.get(RECORD)).text


async def test_a_rejected_visit_takes_its_photographs_with_it(system: System) -> None:
    visit_id = await a_placed_visit(system)
    desk = Desk(system)
    reviewer = await desk.reviewer()
    await desk.decide(reviewer, visit_id, "claim")
    rejected = await desk.decide(reviewer, visit_id, "reject", reason="nothing of it is here", fields=["hazards"])
    assert rejected.status_code == 200, rejected.text
    assert "acetylene store" not in (await (await system.client(Role.CONTROL)).get(f"{RECORD}/media")).text


async def test_heard_twice_it_is_shown_once(system: System) -> None:
    await a_placed_visit(system)
    said = await system.said("visits.media-received")
    await system.say(*said, source="visits")
    await system.settle()
    assert "Photos and plans (2)" in await page(await system.client(Role.CONTROL), RECORD)
    assert await system.quarantined() == []


async def test_what_is_pinned_on_a_plan_is_seen_there_by_control_and_the_reviewer_each_pin_leading_to_its_photograph(
    system: System, clock: SetClock
) -> None:
    riser = a_photo((800, 600), seed=6)
    on_three = listed(riser, "image/jpeg", pin=PIN | {"x": 1}, floor="3")
    lines = [STORE | {"pin": PIN, "floor": None}, on_three, ON_THE_WALL]
    visit_id = await a_visit_with(system, *lines, **FOUND)
    for content, line in zip((PHOTO, riser), lines, strict=False):
        await arrive(system, visit_id, line, content)
        clock.move(timedelta(minutes=1))
    await prepare_all(system)
    await place(system, visit_id)
    control, reviewer = await system.client(Role.CONTROL), await system.client(Role.RISK_TEAM, name="ada")
    assert "On the plan" not in await page(control, f"{RECORD}/media"), "the plan has not arrived"
    await arrive(system, visit_id, ON_THE_WALL, FLOOR_PLAN)
    await prepare_all(system)
    store, plan = (f"/media/{visit_id}/{line['sha256']}" for line in (STORE, ON_THE_WALL))
    for reader, to, before in ((control, f"{RECORD}/media", RECORD), (reviewer, f"/review/{visit_id}", "")):
        shown = " ".join((await page(reader, to)).split())
        assert "On the plan: plan by the front door, floor 2" in shown
        assert shown.count(f'href="{before}{store}"') >= 3, "its pin, its line in the list of pins, and itself"
        assert 'cx="25.0%" cy="50.0%"' in shown
        assert 'cx="100.0%" cy="50.0%"' in shown
        assert ">acetylene store, rear yard, floor 2</a>" in shown, "the floor is that of the plan"
        assert ">Photograph, floor 3</a>" in shown, "or its own"
    whole = await page(control, f"{RECORD}{plan}")
    assert f'id="pin-3" href="{RECORD}{store}"' in whole, "its number among all, the newest first"
    one = await page(control, f"{RECORD}{store}")
    assert f'href="{RECORD}{plan}#pin-3"' in one
    assert "On the plan: plan by the front door, floor 2, pin 3" in one


async def test_a_photograph_of_people_shows_no_pin_to_who_may_not_see_it(system: System) -> None:
    people = a_photo((800, 600), seed=6)
    sealed = listed(people, "image/jpeg", contains_people=True, pin=PIN)
    visit_id = await a_visit_with(system, sealed, ON_THE_WALL, **FOUND)
    for content, line in ((people, sealed), (FLOOR_PLAN, ON_THE_WALL)):
        await arrive(system, visit_id, line, content)
    await prepare_all(system)
    await place(system, visit_id)
    for role, to in ((Role.CONTROL, f"{RECORD}/media"), (Role.RISK_TEAM, f"/review/{visit_id}")):
        shown = await page(await system.client(role), to)
        assert "plan by the front door" in shown
        assert "On the plan" not in shown
        assert "ravi-pin" not in shown.replace("css/pinned.css", "")
    assert await system.rows("SELECT pin_plan FROM control.media UNION SELECT pin_plan FROM risk_register.media") == [
        (None,)
    ]
    (sent,) = await system.said(VisitSubmitted.topic)
    assert isinstance(sent, VisitSubmitted)
    assert [medium.pin for medium in sent.visit.media] == [None, None]
