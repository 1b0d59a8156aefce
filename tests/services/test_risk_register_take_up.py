"""What happens when a visit reaches the register: what cannot wait is shown at once, everything is queued."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from schemas.premises import LocationWithdrawn
from schemas.risk_register import VisitReviewed
from schemas.vocabulary import ReviewState
from services.risk_register.app import build
from services.risk_register.handlers.visits import take_up_visits
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import Heard, transaction
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

HIGH_RISE: dict[str, Any] = {"premises_class": "FLATS_HIGH", "storeys_above": 9, "height_top_storey_m": 26}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def test_a_safety_critical_hazard_is_shown_at_once_as_unverified(desk: Desk) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    [news] = await desk.shown()
    assert news.because_of_visit == visit_id
    assert (news.record.version, news.record.revision, news.record.facts) == (0, 1, None)
    [addition] = news.record.unverified
    assert (addition.kind, addition.summary, addition.callsign) == (
        "HAZARD",
        "Acetylene cylinders (2), Rear yard",
        "S1P1",
    )
    assert addition.reported_at == NOW - timedelta(minutes=2)
    assert addition.expires_at == NOW + timedelta(hours=72)
    assert addition.fact == "hazards/CYL_ACETYLENE/rear yard"
    assert await desk.moves(visit_id) == [ReviewState.QUEUED]


async def test_what_is_not_safety_critical_waits_for_its_reviewer(desk: Desk) -> None:
    visit_id = await desk.receive(located(roof="Felt over timber", evac_strategy="SIMULTANEOUS"))
    [news] = await desk.shown()
    assert (news.because_of_visit, news.record.facts, news.record.unverified) == (visit_id, None, ())
    item = await desk.item(visit_id)
    assert (item["state"], item["safety_critical"], item["base_level"], item["rank"]) == ("QUEUED", False, 2, 13)


async def test_the_level_is_told_to_others_with_the_news_that_the_visit_is_queued(desk: Desk) -> None:
    await desk.receive(located(hazards=[ACETYLENE], none_found=False, likelihood=3, **HIGH_RISE))
    [news] = await desk.system.said(VisitReviewed.topic)
    assert isinstance(news, VisitReviewed)
    assert (news.state, news.base_level, news.safety_critical) == (ReviewState.QUEUED, 4, True)
    assert news.warnings == ("CRITICAL_FACTS_MISSING",)


@pytest.mark.parametrize(
    ("overrides", "news"),
    [
        ({}, ()),
        ({"override": {"level": 3, "reason": "a fire last week"}, "critical_facts": ["One stair"]}, ("LEVEL_DIFFERS",)),
        ({"likelihood": 4, "critical_facts": ["Shutters"]}, ("LIKELIHOOD_DOUBTED",)),
        (HIGH_RISE | {"likelihood": 3}, ("CRITICAL_FACTS_MISSING",)),
        (HIGH_RISE | {"likelihood": 3, "critical_facts": ["Single stair"]}, ()),
        (HIGH_RISE | {"likelihood": 3, "outcome": "PARTIAL", "outcome_note": "Called away"}, ()),
    ],
)
async def test_the_crew_is_told_of_its_score_what_it_may_put_right(
    desk: Desk, overrides: dict[str, Any], news: tuple[str, ...]
) -> None:
    visit_id = await desk.receive(located(**overrides))
    [said] = await desk.system.said(VisitReviewed.topic)
    assert isinstance(said, VisitReviewed)
    assert set(news) == set(said.warnings)
    assert set(news) <= set((await desk.item(visit_id))["warnings"])


async def test_due_is_counted_in_working_time(desk: Desk) -> None:
    # 14:02 on Sunday 22 November 2026: four working hours end at 13:00 on Monday, ten working days on 4 December.
    urgent = await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    ordinary = await desk.receive(located(a_premises("2"), roof="Felt"))
    assert (await desk.item(urgent))["due_at"] == "2026-11-23T13:00:00+00:00"
    assert (await desk.item(ordinary))["due_at"] == "2026-12-04T17:00:00+00:00"


async def test_the_server_scores_again_and_warns_where_the_crew_says_another_level(desk: Desk) -> None:
    visit_id = await desk.receive(located(likelihood=3, override={"level": 2, "reason": "a quiet block"}, **HIGH_RISE))
    item = await desk.item(visit_id)
    assert item["base_level"] == 4
    assert set(item["warnings"]) == {"LEVEL_DIFFERS", "OVERRIDE_REFUSED", "CRITICAL_FACTS_MISSING"}


async def test_a_visit_that_saw_nothing_is_queued_all_the_same(desk: Desk) -> None:
    visit_id = await desk.receive(
        located(outcome="NO_ACCESS", outcome_note="Shutters down", likelihood=None, severity=None, none_found=False)
    )
    item = await desk.item(visit_id)
    assert item["state"] == "QUEUED"
    assert set(item["warnings"]) == {"NOT_COMPLETED", "SCORE_MISSING"}
    assert item["base_level"] is None


async def test_who_did_not_look_at_everything_cannot_have_found_nothing(desk: Desk) -> None:
    heard = await desk.receive(located(visit_kind="INTELLIGENCE_ONLY", none_found=True))
    assert (await desk.item(heard))["facts"]["none_found"] is False


async def test_the_same_visit_told_twice_is_one_item_and_one_message(desk: Desk) -> None:
    event = located(hazards=[ACETYLENE], none_found=False)
    await desk.receive(event, event)
    assert len(await desk.shown()) == 1
    assert await desk.system.rows("SELECT count(*) FROM risk_register.review_items") == [(1,)]
    assert await desk.system.quarantined() == []


async def test_a_visit_told_again_for_another_premises_waits_for_a_person(desk: Desk) -> None:
    event = located()
    await desk.receive(event, event.model_copy(update={"premises": a_premises("2")}))
    [message] = await desk.system.quarantined()
    assert "another premises" in message.explanation


async def test_a_flat_is_told_on_the_record_of_its_building(desk: Desk) -> None:
    flat = a_premises("12", parent_id="1", address="Flat 12, Marlowe House, King Street", name="")
    visit_id = await desk.receive(
        located(
            flat,
            premises_class="DWELLING_HOUSE",
            unit_ref="Flat 12",
            max_night=2,
            hazards=[{"code": "CYL_ACETYLENE", "count": 1, "location": "Kitchen"}],
            none_found=False,
        )
    )
    [news] = await desk.shown()
    assert news.premises_id == "1"
    assert news.record.premises.address == "Marlowe House, King Street"
    assert news.record.unverified[0].summary == "Acetylene cylinders (1), Flat 12, Kitchen"
    item = await desk.item(visit_id)
    assert (item["unit_id"], item["unit_ref"]) == ("12", "Flat 12")
    assert item["facts"]["max_night"] is None
    assert "ABOUT_A_UNIT" in item["warnings"]


async def test_the_gazetteers_own_entry_of_the_building_replaces_what_was_taken_from_a_flat(desk: Desk) -> None:
    flat = a_premises("12", parent_id="1", address="Flat 12, Marlowe House, King Street", name="")
    await desk.receive(located(flat, hazards=[ACETYLENE], none_found=False))
    await desk.receive(located(a_premises("1", name="Marlowe House", address="12–60 King Street")))
    news = (await desk.shown())[-1]
    assert (news.record.revision, news.record.premises.address) == (2, "12–60 King Street")


async def test_two_crews_with_the_same_news_stand_there_once_the_later_first(desk: Desk, clock: SetClock) -> None:
    await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    clock.move(timedelta(hours=1))
    await desk.receive(located(at=clock.now(), hazards=[ACETYLENE], none_found=False, callsign="S2P1"))
    news = (await desk.shown())[-1]
    assert [addition.callsign for addition in news.record.unverified] == ["S2P1"]


@pytest.mark.parametrize("overtakes", [False, True])
async def test_where_a_later_visit_is_taken_up_first_control_is_shown_the_same(desk: Desk, overtakes: bool) -> None:
    visits = [
        located(at=NOW - timedelta(hours=hours), systems=[RISER_FAULT], hazards=hazards, none_found=not hazards)
        for hours, hazards in ((9, []), (1, [ACETYLENE]))
    ]
    await desk.receive(*(reversed(visits) if overtakes else visits))
    news = await desk.shown()
    assert len(news) == 2
    assert [report.seen_at for report in news[-1].record.reports] == [
        NOW - timedelta(hours=hours, minutes=5) for hours in (1, 9)
    ]
    shown = [(each.summary, each.reported_at) for each in news[-1].record.unverified]
    later = NOW - timedelta(hours=1, minutes=2)
    assert shown == [("Acetylene cylinders (2), Rear yard", later), ("Dry riser FAULT, NW stair", later)]


async def test_a_working_riser_never_takes_back_a_reported_fault(desk: Desk, clock: SetClock) -> None:
    await desk.receive(located(systems=[RISER_FAULT]))
    clock.move(timedelta(hours=1))
    await desk.receive(located(at=clock.now(), systems=[RISER_WORKING]))
    news = (await desk.shown())[-1]
    assert "Dry riser FAULT, NW stair" in [addition.summary for addition in news.record.unverified]


async def test_many_visits_to_one_premises_at_once_lose_nothing(tools: Tools, desk: Desk) -> None:
    async def take_up(number: int) -> None:
        event = located(hazards=[{**ACETYLENE, "location": f"Bay {number}"}], none_found=False)
        cause = Cause("risk_register", "test", "test", happened_at=NOW)
        async with transaction(tools.database, tools.clock, cause) as work:
            await take_up_visits([Heard(event, cause)], work)

    await asyncio.gather(*(take_up(number) for number in range(8)))
    news = await desk.shown()
    assert [event.record.revision for event in news] == list(range(1, 9))
    assert len(news[-1].record.unverified) == 8


@pytest.mark.parametrize("heard", [(0, 1, 2), (0, 2, 1), (2, 0, 1), (2, 1, 0)], ids=str)
async def test_put_back_and_placed_anew_on_the_same_premises_it_waits_there_in_whatever_order_that_is_heard(
    tools: Tools, desk: Desk, heard: tuple[int, ...]
) -> None:
    """The two topics have no order between them; only what was put back before it was ever placed waits."""
    placed = located(hazards=[ACETYLENE], none_found=False)
    put_back = LocationWithdrawn(
        visit_id=placed.visit_id, premises_id="1", withdrawn_by="ada", received_at=NOW, visit=placed.visit
    )
    said = (placed, put_back, placed.model_copy(update={"reason": "confirmed-by-person"}))
    for number in heard:
        cause = Cause("risk_register", "test", "test", happened_at=NOW + number * timedelta(minutes=10))
        async with transaction(tools.database, tools.clock, cause) as work:
            await take_up_visits([Heard(said[number], cause)], work)
    item = await desk.item(placed.visit_id)
    assert (item["state"], item["location"]["reason"]) == ("QUEUED", "confirmed-by-person")
    news = (await desk.shown())[-1]
    assert [each.summary for each in news.record.unverified] == ["Acetylene cylinders (2), Rear yard"]
    assert [each.visit_id for each in news.record.reports] == [placed.visit_id]
