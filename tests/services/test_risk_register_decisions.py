"""What reviewers may do with a visit, and what each decision does to the record and to what control is shown."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from schemas.vocabulary import ReviewState, Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, QUEUE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

HIGH_RISE: dict[str, Any] = {
    "premises_class": "FLATS_HIGH",
    "storeys_above": 9,
    "height_top_storey_m": 26,
    "likelihood": 3,
}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def test_publishing_makes_a_version_and_settles_what_was_unverified(desk: Desk) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False, roof="Felt"))
    answer = await desk.publish(visit_id)
    assert (answer["state"], answer["published_version"]) == ("PUBLISHED", 1)
    latest = (await desk.shown())[-1].record
    assert (latest.version, latest.revision, latest.unverified) == (1, 2, ())
    assert latest.facts is not None
    assert latest.facts.roof == "Felt"
    assert latest.facts.hazards[0].location == "Rear yard"
    assert latest.score is not None
    assert (latest.score.base_level, latest.score.effective_level, latest.score.rank) == (2, 2, 13)
    assert latest.visited_at == NOW - timedelta(minutes=5)
    assert str(latest.review_due_on) == "2031-11-22"
    assert await desk.moves(visit_id) == [ReviewState.QUEUED, ReviewState.CLAIMED, ReviewState.PUBLISHED]


async def test_a_second_visit_adds_to_what_is_known_and_erases_nothing(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(roof="Felt", max_day=12, systems=[RISER_WORKING])))
    clock.move(timedelta(days=1))
    change = located(at=clock.now(), visit_kind="CHANGE", base_record_version=1, max_day=None, voids="Roof void")
    await desk.publish(await desk.receive(change))
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.roof, facts.max_day, facts.voids, len(facts.systems)) == ("Felt", 12, "Roof void", 1)


async def test_a_fault_on_the_riser_raises_the_level_shown_until_it_is_repaired(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(**HIGH_RISE, systems=[RISER_WORKING])))
    clock.move(timedelta(days=1))
    unscored = {**HIGH_RISE, "likelihood": None, "severity": None}
    fault = located(at=clock.now(), visit_kind="CHANGE", base_record_version=1, systems=[RISER_FAULT], **unscored)
    visit_id = await desk.receive(fault)
    waiting = (await desk.shown())[-1].record
    assert waiting.score is not None
    assert [addition.summary for addition in waiting.unverified] == ["Dry riser FAULT, NW stair"]
    assert waiting.score.effective_level == 4, "nobody has reviewed it yet"
    await desk.publish(visit_id)
    score = (await desk.shown())[-1].record.score
    assert score is not None
    assert (score.base_level, score.effective_level, score.open_defects) == (4, 5, 1)


async def test_what_a_score_was_worked_out_from_is_shown_unless_its_level_was_set_by_hand(
    desk: Desk, clock: SetClock
) -> None:
    first = await desk.receive(located(roof="Felt"))
    assert (await desk.shown())[-1].record.judgement is None, "nothing of it is published"
    await desk.publish(first)
    clock.move(timedelta(days=1))
    unscored = located(at=clock.now(), visit_kind="CHANGE", base_record_version=1, likelihood=None, severity=None)
    await desk.publish(await desk.receive(unscored))
    record = (await desk.shown())[-1].record
    assert (record.version, record.sources["score"].visit_id) == (2, first)
    assert record.judgement is not None
    assert record.judgement.model_dump() == {
        "likelihood": 2,
        "severity": {"FF": 2, "PUB": 2, "ENV": 1, "COM": 1, "HER": 0, "ECO": 1},
    }
    clock.move(timedelta(days=1))
    raised = located(at=clock.now(), visit_kind="REVIEW", base_record_version=2)
    await desk.publish(await desk.receive(raised), override={"level": 3, "reason": "Two fires this year"})
    record = (await desk.shown())[-1].record
    assert record.score is not None
    assert (record.version, record.score.base_level, record.judgement) == (3, 3, None)


async def test_a_full_visit_clears_a_hazard_but_only_by_its_reviewer(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(hazards=[ACETYLENE], none_found=False)))
    clock.move(timedelta(days=1))
    gone = located(at=clock.now(), visit_kind="REVIEW", base_record_version=1, none_found=True)
    visit_id = await desk.receive(gone)
    still = (await desk.shown())[-1].record.facts
    assert still is not None
    assert len(still.hazards) == 1
    await desk.publish(visit_id)
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.hazards, facts.none_found) == ((), True)


async def test_a_telephone_review_clears_no_hazard_and_moves_no_date(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(hazards=[ACETYLENE], none_found=False)))
    clock.move(timedelta(days=30))
    call = located(
        at=clock.now(), visit_kind="REVIEW", review_method="TELEPHONE", base_record_version=1, none_found=True
    )
    await desk.publish(await desk.receive(call))
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert len(record.facts.hazards) == 1
    assert (record.version, record.visited_at) == (2, NOW - timedelta(minutes=5))


async def test_what_arrives_late_never_overwrites_what_was_seen_later(desk: Desk, clock: SetClock) -> None:
    clock.move(timedelta(days=2))
    await desk.publish(await desk.receive(located(at=clock.now(), systems=[RISER_WORKING], max_day=40)))
    late = await desk.receive(located(at=NOW, systems=[RISER_FAULT], max_day=12))
    assert (await desk.shown())[-1].record.unverified == (), "a reviewed later visit found it working"
    assert "OLDER_THAN_RECORD" in (await desk.item(late))["warnings"]
    await desk.publish(late)
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.facts.max_day, record.facts.systems[0].status) == (40, "WORKING")


async def test_a_claim_lasts_half_an_hour_and_claiming_again_renews_it(desk: Desk, clock: SetClock) -> None:
    visit_id = await desk.receive(located())
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    assert (await desk.decide(ada, visit_id, "claim")).json()["lease_until"] == "2026-11-22T14:32:00Z"
    refused = await desk.decide(ben, visit_id, "claim")
    assert refused.status_code == 409
    assert "ada is working on it" in refused.json()["detail"]
    clock.move(timedelta(minutes=20))
    assert (await desk.decide(ada, visit_id, "claim")).json()["lease_until"] == "2026-11-22T14:52:00Z"
    clock.move(timedelta(minutes=33))
    assert (await desk.decide(ben, visit_id, "claim")).status_code == 200
    assert (await desk.decide(ada, visit_id, "publish")).status_code == 409


async def test_one_of_two_reviewers_who_claim_at_once_is_told_who_and_when(desk: Desk) -> None:
    visit_id = await desk.receive(located())
    people = [await desk.reviewer(name) for name in ("ada", "ben")]
    answers = await asyncio.gather(*(who.post(f"{QUEUE}/{visit_id}/claim", json={"version": 1}) for who in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert "changed this visit at 14:02:00 GMT on Sun 22 Nov 2026" in refused.json()["detail"]


async def test_the_author_of_a_visit_never_publishes_it(desk: Desk) -> None:
    visit_id = await desk.receive(located())
    author = await desk.reviewer("firefighter")
    await desk.decide(author, visit_id, "claim")
    answer = await desk.decide(author, visit_id, "publish")
    assert (answer.status_code, (await desk.item(visit_id))["state"]) == (403, "CLAIMED")
    assert "author" in answer.json()["detail"]


async def test_a_level_5_needs_two_people_one_of_them_the_manager(desk: Desk) -> None:
    visit_id = await desk.receive(located(**{**HIGH_RISE, "external_wall": "ACM"}))
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    await desk.decide(ada, visit_id, "claim")
    first = (await desk.decide(ada, visit_id, "publish")).json()
    assert (first["state"], first["waits_for_second"]) == ("QUEUED", True)
    assert (await desk.shown())[-1].record.version == 0
    await desk.decide(ada, visit_id, "claim")
    assert (await desk.decide(ada, visit_id, "publish")).status_code == 403
    await desk.decide(ada, visit_id, "release")
    await desk.decide(ben, visit_id, "claim")
    assert (await desk.decide(ben, visit_id, "publish")).status_code == 403
    await desk.decide(ben, visit_id, "release")
    await desk.decide(mel, visit_id, "claim")
    assert (await desk.decide(mel, visit_id, "publish")).json()["state"] == "PUBLISHED"
    [version] = await desk.system.rows("SELECT published_by, first_approved_by FROM risk_register.versions")
    assert version == ("mel", "ada")


async def test_a_return_needs_words_and_fields_and_takes_nothing_from_control(desk: Desk) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    refused = await desk.decide(ada, visit_id, "return", reason="no", fields=[])
    assert refused.status_code == 422
    assert {error["reason"] for error in refused.json()["errors"]} == {
        "say what the crew must mend, in at least 5 characters",
        "tick the fields that the crew must mend",
    }
    answer = await desk.decide(ada, visit_id, "return", reason="Which yard is it in?", fields=["hazards"])
    assert answer.json()["state"] == "RETURNED"
    assert len((await desk.shown())[-1].record.unverified) == 1
    [latest] = [event for event in await desk.system.said("risk-register.reviewed")][-1:]
    assert latest.model_dump(include={"reason", "fields", "decided_by"}) == {
        "reason": "Which yard is it in?",
        "fields": ("hazards",),
        "decided_by": "ada",
    }


async def test_a_rejected_addition_is_no_longer_shown_and_its_row_says_who(desk: Desk) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    await desk.decide(ada, visit_id, "reject", reason="It is the shop next door", fields=["hazards"])
    assert (await desk.shown())[-1].record.unverified == ()
    rows = await desk.system.rows("SELECT resolution, resolved_by FROM risk_register.unverified_additions")
    assert rows == [("REJECTED", "ada")]


async def test_a_published_visit_puts_the_others_to_that_premises_in_conflict(desk: Desk) -> None:
    one, two = located(roof="Felt"), located(roof="Slate")
    await desk.receive(one, two)
    await desk.publish(one.visit_id)
    assert (await desk.item(two.visit_id))["state"] == "CONFLICT"
    assert await desk.moves(two.visit_id) == [ReviewState.QUEUED, ReviewState.CONFLICT]


async def test_a_visit_made_on_an_old_record_is_in_conflict_from_the_start(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(roof="Felt")))
    clock.move(timedelta(hours=2))
    visit_id = await desk.receive(located(at=clock.now(), visit_kind="CHANGE", base_record_version=0, roof="Slate"))
    assert (await desk.item(visit_id))["state"] == "CONFLICT"


async def test_nobody_decides_on_a_page_from_before_another_publication(desk: Desk) -> None:
    one, two = located(roof="Felt"), located(roof="Slate")
    await desk.receive(one, two)
    ben = await desk.reviewer("ben")
    await desk.decide(ben, two.visit_id, "claim")
    seen = (await desk.item(two.visit_id))["version"]
    await desk.publish(one.visit_id)
    late = await desk.decide(ben, two.visit_id, "publish", version=seen)
    assert late.status_code == 409
    assert "ada changed this visit" in late.json()["detail"]
    assert (await desk.decide(ben, two.visit_id, "publish")).status_code == 200


async def test_the_queue_is_in_the_order_of_the_policy_and_counts_each_tab(desk: Desk) -> None:
    low = await desk.receive(located(a_premises("1")))
    high = await desk.receive(located(a_premises("2"), **HIGH_RISE))
    urgent = await desk.receive(located(a_premises("3"), hazards=[ACETYLENE], none_found=False))
    ada = await desk.reviewer()
    await desk.decide(ada, low, "claim")
    queue = (await ada.get(QUEUE)).json()
    assert [row["visit_id"] for row in queue["items"]] == [urgent, high, low]
    assert queue["counts"] == {"new": 2, "mine": 1, "overdue": 0, "all": 3}
    assert [row["visit_id"] for row in (await ada.get(QUEUE, params={"show": "mine"})).json()["items"]] == [low]


@pytest.mark.parametrize(
    ("role", "may_read"),
    [(Role.CONTROL, 200), (Role.INFORMATION_GOVERNANCE, 200), (Role.FIREFIGHTER, 403), (Role.NEIGHBOUR, 403)],
)
async def test_who_may_read_the_queue_and_who_may_not_decide(desk: Desk, role: Role, may_read: int) -> None:
    visit_id = await desk.receive(located())
    somebody = await desk.system.client(role)
    assert (await somebody.get(QUEUE)).status_code == may_read
    assert (await somebody.post(f"{QUEUE}/{visit_id}/claim", json={"version": 1})).status_code == 403
