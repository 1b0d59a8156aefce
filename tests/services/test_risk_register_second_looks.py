"""Second looks: changes by a reviewer, merging, passing up, undoing, and what stands unverified too long."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from schemas.sensitive import Sealed
from schemas.vocabulary import ReviewState, Role
from services.risk_register.app import build
from services.risk_register.handlers.expiry import expire_additions
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.history import list_history
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.builders import a_premises
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

RECORD = "/api/v1/risk-register/records/999900000014"
CAUSE = Cause("visits", "test", "test-correlation")


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def test_a_reviewer_leaves_a_fact_out_and_puts_another_into_better_words(desk: Desk) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False, roof="felt n slate"))
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    left_out = ["hazards/CYL_ACETYLENE/rear yard"]
    refused = await desk.decide(ada, visit_id, "amend", leave_out=left_out)
    assert (refused.status_code, "left out" in refused.json()["detail"]) == (422, True)
    answer = await desk.decide(
        ada, visit_id, "amend", leave_out=left_out, facts={"roof": "Felt and slate"}, reason="Empty cylinders"
    )
    assert answer.json()["state"] == "PUBLISHED_AMENDED"
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.facts.roof, record.facts.hazards, record.unverified) == ("Felt and slate", (), ())
    assert await desk.system.rows("SELECT resolution FROM risk_register.unverified_additions") == [("LEFT_OUT",)]
    assert (await desk.item(visit_id))["facts"]["roof"] == "felt n slate", "what the crew sent is never changed"


async def test_a_change_that_does_not_fit_is_refused_with_its_place(desk: Desk) -> None:
    visit_id = await desk.receive(located())
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    answer = await desk.decide(ada, visit_id, "amend", facts={"staircases": 99, "stairs": 1})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/facts/staircases", "/facts/stairs"}
    assert (await desk.item(visit_id))["amendment"] is None


async def test_a_level_lowered_by_hand_needs_a_second_person(desk: Desk) -> None:
    visit_id = await desk.receive(located(likelihood=3, severity=dict(FF=3, PUB=3, ENV=0, COM=0, HER=0, ECO=0)))
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    await desk.decide(ada, visit_id, "claim")
    down: dict[str, Any] = {"override": {"level": 2, "reason": "Sprinklers throughout"}}
    assert (await desk.decide(ada, visit_id, "amend", **down)).json()["waits_for_second"] is True
    await desk.decide(ben, visit_id, "claim")
    assert (await desk.decide(ben, visit_id, "publish")).json()["state"] == "PUBLISHED_AMENDED"
    score = (await desk.shown())[-1].record.score
    assert score is not None
    assert score.base_level == 2


async def test_an_approval_of_something_else_does_not_count(desk: Desk) -> None:
    visit_id = await desk.receive(located(likelihood=3, severity=dict(FF=3, PUB=3, ENV=0, COM=0, HER=0, ECO=0)))
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    down: dict[str, Any] = {"override": {"level": 2, "reason": "Sprinklers throughout"}}
    await desk.decide(ada, visit_id, "claim")
    await desk.decide(ada, visit_id, "amend", **down)
    await desk.decide(ben, visit_id, "claim")
    answer = await desk.decide(ben, visit_id, "amend", facts={"roof": "Felt"}, **down)
    assert answer.json()["waits_for_second"] is True, "ada never saw the roof"


async def test_a_level_may_not_be_lowered_by_two(desk: Desk) -> None:
    visit_id = await desk.receive(located(likelihood=3, severity=dict(FF=3, PUB=3, ENV=0, COM=0, HER=0, ECO=0)))
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    answer = await desk.decide(ada, visit_id, "amend", override={"level": 1, "reason": "Quiet place"})
    assert (answer.status_code, "lowered by 1 at most" in answer.json()["detail"]) == (422, True)


async def test_a_merged_visit_loses_nothing_of_what_it_reported(desk: Desk) -> None:
    one = located(hazards=[ACETYLENE], none_found=False, callsign="K41")
    two = located(roof="Slate")
    await desk.receive(one, two)
    ada = await desk.reviewer()
    await desk.decide(ada, one.visit_id, "claim")
    answer = await desk.decide(ada, one.visit_id, "merge", into=two.visit_id)
    assert answer.json()["state"] == "MERGED"
    [addition] = (await desk.shown())[-1].record.unverified
    assert (addition.visit_id, addition.callsign) == (two.visit_id, "K41")
    await desk.publish(two.visit_id)
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.facts.roof, len(record.facts.hazards), record.unverified) == ("Slate", 1, ())


async def test_a_visit_merges_only_into_one_to_the_same_premises(desk: Desk) -> None:
    elsewhere = await desk.receive(located(a_premises("2")))
    visit_id = await desk.receive(located())
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    for into in (elsewhere, visit_id, None, "no-such-visit"):
        assert (await desk.decide(ada, visit_id, "merge", into=into)).status_code == 422
    assert (await desk.item(visit_id))["state"] == "CLAIMED"


async def test_where_more_visits_wait_than_are_offered_for_merging_the_page_says_of_how_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.risk_register.store.queue.MOST_OTHERS", 2)
    visits = [located() for _ in range(4)]
    await desk.receive(*visits)
    ada = await desk.reviewer()
    await desk.decide(ada, visits[0].visit_id, "claim")
    page = (await ada.get(f"/review/{visits[0].visit_id}")).text
    assert "The first 2 of 3 that wait, in the order of the queue." in page
    await desk.decide(ada, visits[0].visit_id, "merge", into=visits[1].visit_id)
    await desk.decide(ada, visits[1].visit_id, "claim")
    assert "that wait, in the order of the queue" not in (await ada.get(f"/review/{visits[1].visit_id}")).text


async def test_a_visit_sent_again_after_a_return_settles_what_the_returned_one_said(
    desk: Desk, clock: SetClock
) -> None:
    returned = await desk.receive(located(hazards=[ACETYLENE], none_found=False))
    ada = await desk.reviewer()
    await desk.decide(ada, returned, "claim")
    await desk.decide(ada, returned, "return", reason="Is it oxygen?", fields=["hazards"])
    clock.move(timedelta(hours=1))
    oxygen = {"code": "CYL_OTHER", "location": "Rear yard"}
    again = await desk.receive(located(at=clock.now(), hazards=[oxygen], none_found=False))
    assert await desk.moves(returned) == ["QUEUED", "CLAIMED", "RETURNED", "RESUBMITTED"]
    assert len((await desk.shown())[-1].record.unverified) == 1, "nobody has reviewed the correction yet"
    await desk.publish(again)
    assert (await desk.shown())[-1].record.unverified == ()
    assert await desk.system.rows("SELECT resolution FROM risk_register.unverified_additions") == [("OVERTAKEN",)]


async def test_what_is_passed_up_only_the_manager_claims(desk: Desk) -> None:
    visit_id = await desk.receive(located())
    ada = await desk.reviewer()
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    await desk.decide(ada, visit_id, "claim")
    assert (await desk.decide(ada, visit_id, "escalate", reason="Is this ours?")).json()["state"] == "ESCALATED"
    assert (await desk.decide(ada, visit_id, "claim")).status_code == 403
    await desk.decide(mel, visit_id, "claim")
    assert (await desk.decide(mel, visit_id, "release")).json()["state"] == "ESCALATED"
    last = (await desk.system.said("risk-register.reviewed"))[-1]
    assert "Is this ours?" not in str(last), "the words to the manager are not for the crew"


async def test_a_publication_is_undone_by_a_new_version_and_nothing_is_deleted(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(roof="Felt")))
    clock.move(timedelta(days=1))
    wrong = await desk.receive(located(at=clock.now(), visit_kind="CHANGE", base_record_version=1, roof="Thatch"))
    await desk.publish(wrong)
    ada = await desk.reviewer()
    answer = await ada.post(f"{RECORD}/restore", json={"version": 1, "in_place_of": 2, "reason": "Wrong shop"})
    assert answer.json() == {"version": 3, "waits_for_second": False}
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.version, record.facts.roof) == (3, "Felt")
    assert (await desk.moves(wrong))[-1] is ReviewState.WITHDRAWN
    versions = (await ada.get(RECORD)).json()["versions"]
    assert [(kept["version"], kept["restored_from"]) for kept in versions] == [(3, 1), (2, None), (1, None)]
    late = await ada.post(f"{RECORD}/restore", json={"version": 1, "in_place_of": 2, "reason": "Wrong shop"})
    assert late.status_code == 409


async def test_undoing_the_first_publication_loses_a_level_and_so_needs_two(desk: Desk) -> None:
    await desk.publish(await desk.receive(located(roof="Felt")))
    ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
    body = {"version": 0, "in_place_of": 1, "reason": "Not this shop at all"}
    assert (await ada.post(f"{RECORD}/restore", json=body)).json() == {"version": 1, "waits_for_second": True}
    assert (await ada.post(f"{RECORD}/restore", json=body)).status_code == 403
    assert (await ben.post(f"{RECORD}/restore", json=body)).json() == {"version": 2, "waits_for_second": False}
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.version, record.score, record.facts.roof) == (2, None, None)


async def test_what_is_undone_is_unverified_again_where_another_visit_reports_it(desk: Desk) -> None:
    one = located(hazards=[ACETYLENE], none_found=False, callsign="K41")
    two = located(hazards=[ACETYLENE], none_found=False, callsign="K42")
    await desk.receive(one, two)
    await desk.publish(one.visit_id)
    assert (await desk.shown())[-1].record.unverified == ()
    body = {"version": 0, "in_place_of": 1, "reason": "Not this shop at all"}
    for name in ("ada", "ben"):
        await (await desk.reviewer(name)).post(f"{RECORD}/restore", json=body)
    assert [addition.callsign for addition in (await desk.shown())[-1].record.unverified] == ["K42"]


async def test_no_publication_takes_another_crews_danger_from_the_screen(desk: Desk, clock: SetClock) -> None:
    await desk.receive(located(systems=[RISER_FAULT], callsign="K41"))
    clock.move(timedelta(hours=1))
    newer = await desk.receive(located(at=clock.now(), systems=[RISER_WORKING]))
    await desk.publish(newer)
    summaries = [addition.summary for addition in (await desk.shown())[-1].record.unverified]
    assert "Dry riser FAULT, NW stair" in summaries


async def test_after_72_hours_it_is_noted_as_expired_and_still_shown(tools: Tools, desk: Desk, clock: SetClock) -> None:
    visit_id = await desk.receive(located(hazards=[ACETYLENE], none_found=False))

    async def expire() -> int:
        async with transaction(tools.database, tools.clock, CAUSE) as work:
            return await expire_additions(work, work.now)

    clock.move(timedelta(hours=71, minutes=59))
    assert await expire() == 0
    clock.move(timedelta(minutes=1))
    assert (await expire(), await expire()) == (1, 0)
    assert len((await desk.shown())[-1].record.unverified) == 1
    async with tools.database.reading() as session:
        history = await list_history(session, "visits", f"visit/{visit_id}")
    assert [entry.action for entry in history] == ["unverified addition expired, to be confirmed"]


async def test_an_empty_envelope_of_contacts_never_replaces_a_full_one(
    tools: Tools, desk: Desk, clock: SetClock
) -> None:
    async def sealed(visit_id: str, plain: str) -> Sealed:
        async with transaction(tools.database, tools.clock, CAUSE) as work:
            return await tools.vault.seal(work, f"private/{visit_id}", f"visit/{visit_id}", plain)

    first = located(roof="Felt")
    first = first.model_copy(update={"private": await sealed(first.visit_id, '{"entry_code":"1234"}')})
    await desk.publish(await desk.receive(first))
    clock.move(timedelta(days=1))
    second = located(at=clock.now(), roof="Slate")
    second = second.model_copy(update={"private": await sealed(second.visit_id, "{}")})
    await desk.publish(await desk.receive(second))
    private = (await desk.shown())[-1].record.private
    assert private is not None
    assert private.key_id == f"private/{first.visit_id}"


async def test_the_database_itself_keeps_every_version(tools: Tools, desk: Desk) -> None:
    await desk.publish(await desk.receive(located()))
    for sql in ("UPDATE risk_register.versions SET reason = 'x'", "DELETE FROM risk_register.review_items"):
        with pytest.raises(DBAPIError, match="append-only"):
            await desk.system.rows(sql)
