"""Referrals leave at once, once each, and learn later where they are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.premises import NearNeighbour
from schemas.risk_register import VisitReviewed
from schemas.vocabulary import Priority, ReferralKind, Role, Stream
from services.referrals.handlers.lateness import sound_alarms
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.builders import NOW, a_visit
from tests.services.referrals_desk import (
    CHILD,
    LOCKED_EXIT,
    REFERRALS,
    SPOKEN,
    hear_all_again,
    listed,
    locate,
    raised,
    send,
)
from tests.system import System, a_system


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def test_a_crews_referral_leaves_before_anybody_knows_the_address(desk: System) -> None:
    visit_id = await send(desk, {"kind": "BS3"}, address={"written": "the old place by the bridge"})
    (said,) = await raised(desk)
    assert (said.visit_id, said.kind, said.stream) == (visit_id, ReferralKind.BS3, Stream.BUILDING_SAFETY)
    assert (said.priority, said.raised_at) == (Priority.P4, NOW)
    assert await desk.rows(
        "SELECT state, written, address FROM referrals.referrals JOIN referrals.visits USING (visit_id)"
    ) == [("RAISED", "the old place by the bridge", "")]
    assert await desk.quarantined() == []


async def test_the_facts_of_a_visit_raise_their_referrals_beside_the_crews_own(desk: System) -> None:
    hydrants = [{"asset_id": "H12", "distance_m": 40, "status": "DEFECTIVE"}]
    await send(desk, {"kind": "RI2", "note": "Plan shows one stair"}, water={"hydrants": hydrants, "adequate": True})
    assert {said.kind.value for said in await raised(desk)} == {"RI2", "RI4"}
    assert await desk.rows("SELECT because, summary FROM referrals.referrals WHERE kind = 'RI4'") == [
        (["HYDRANT_DEFECT"], "hydrant H12 defective")
    ]


async def test_a_kind_told_twice_about_a_unit_is_one_referral_with_both_notes(desk: System) -> None:
    await send(desk, {"kind": "BS6", "note": "no alarm", "unit_ref": "Flat 2"}, {"kind": "BS6", "unit_ref": " flat  2"})
    assert len(await raised(desk)) == 1
    assert await desk.rows("SELECT jsonb_array_length(by_crew) FROM referrals.referrals") == [(2,)]


async def test_hearing_everything_again_changes_nothing(desk: System) -> None:
    people = [{"assistance": "GUIDE", "consent_state": "GIVEN"}]
    visit_id = await send(desk, LOCKED_EXIT, CHILD, CHILD | {"unit_ref": "Flat 4"}, people=people)
    await locate(desk, visit_id)
    tables = ("referrals.referrals", "referrals.escalations", "safeguarding.cases", "safeguarding.people")
    counts = " , ".join(f"(SELECT count(*) FROM {table})" for table in (*tables, "safeguarding.escalations"))
    before = await desk.rows(f"SELECT {counts}, (SELECT count(*) FROM platform.sealing_keys)")
    assert before[0][:5] == (2, 3, 2, 1, 4)
    await hear_all_again(desk)
    assert await desk.rows(f"SELECT {counts}, (SELECT count(*) FROM platform.sealing_keys)") == before
    assert len(await raised(desk)) == 2


async def test_a_place_near_the_border_raises_one_for_the_neighbour(desk: System) -> None:
    near, far = await send(desk), await send(desk)
    await locate(desk, near, border_distance_m=3100.0)
    await locate(desk, near, border_distance_m=3100.0)
    await locate(desk, far, border_distance_m=10_001.0)
    (said,) = await raised(desk)
    assert (said.visit_id, said.kind) == (near, ReferralKind.RI8)
    assert await desk.rows("SELECT summary FROM referrals.referrals") == [("3.1 km from the border",)]


async def test_the_referral_says_which_neighbour_and_the_coast_raises_none(desk: System) -> None:
    near, coast = await send(desk), await send(desk)
    wrensmoor = {"code": "WMFRS", "name": "Wrensmoor Fire and Rescue Service"}
    await locate(desk, near, border_distance_m=2100.0, neighbours=(NearNeighbour(**wrensmoor, distance_m=5100.0),))
    await locate(desk, coast, border_distance_m=100.0, neighbours=(NearNeighbour(**wrensmoor, distance_m=31_000.0),))
    assert [said.visit_id for said in await raised(desk)] == [near]
    [(referral_id, because)] = await desk.rows("SELECT id, because FROM referrals.referrals")
    assert because == ["NEAR_NEIGHBOUR"]
    page = await (await desk.client(Role.RISK_TEAM)).get(f"/referrals/{referral_id}")
    assert "5.1 km from Wrensmoor Fire and Rescue Service" in page.text


async def test_referrals_and_cases_learn_where_they_are(desk: System) -> None:
    visit_id = await send(desk, LOCKED_EXIT, CHILD)
    await locate(desk, visit_id, border_distance_m=50_000.0)
    wanted = (
        "SELECT kind, premises_id, address, station_ground, district FROM {} JOIN referrals.visits USING (visit_id)"
    )
    place = ("999900000014", "14 Quay Street, Wexcombe", "Wexcombe Quay", "Wexcombe")
    assert await desk.rows(wanted.format("referrals.referrals")) == [("BS1", *place)]
    assert await desk.rows(wanted.format("safeguarding.cases")) == [("SG2", *place)]


async def test_an_older_answer_about_the_place_does_not_replace_a_newer_one(desk: System) -> None:
    visit_id = await send(desk)
    await locate(desk, visit_id, "1001")
    desk.tools.clock.move(timedelta(hours=-1))  # type: ignore[attr-defined]  # tests set the clock
    await locate(desk, visit_id, "1002")
    assert await desk.rows("SELECT premises_id FROM referrals.visits") == [("1001",)]


async def test_who_the_crew_spoke_to_counts_as_the_human_contact(desk: System) -> None:
    await send(desk, LOCKED_EXIT | SPOKEN)
    assert await desk.rows("SELECT reason FROM referrals.escalations") == [("NOT_ACKNOWLEDGED",)]
    assert await desk.rows("SELECT words FROM referrals.steps") == [("Duty fire safety officer",)]
    await send(desk, LOCKED_EXIT)
    assert await desk.rows("SELECT count(*) FROM referrals.escalations WHERE reason = 'NOBODY_SPOKEN_TO'") == [(1,)]


async def review(desk: System, visit_id: str, level: int | None, state: str = "QUEUED", **more: Any) -> None:
    """Say what the risk register makes of a visit."""
    review = {"visit_id": visit_id, "premises_id": "999900000014", "state": state, "base_level": level}
    await desk.say(VisitReviewed(**review | {"moved_at": desk.tools.clock.now()} | more), source="risk_register")
    await desk.settle()


async def test_a_referral_that_left_as_normal_becomes_as_urgent_as_the_risk_level_says(
    desk: System, clock: SetClock
) -> None:
    visit_id = await send(desk, {"kind": "RI1"}, {"kind": "RI4"}, {"kind": "BS3"})
    (before,) = [
        each for each in await listed(desk, Role.RISK_TEAM, stream="RISK_INTELLIGENCE") if each["kind"] == "RI1"
    ]
    assert (before["priority"], before["human_contact_by"]) == ("P3", None)
    clock.move(timedelta(minutes=3))
    await review(desk, visit_id, 5)
    found = {each["kind"]: each for each in await listed(desk, Role.RISK_TEAM)}
    assert {kind: each["priority"] for kind, each in found.items()} == {"RI1": "P1", "RI4": "P2", "BS3": "P4"}
    assert found["RI1"]["acknowledge_by"] == "2026-11-23T13:00:00Z" < before["acknowledge_by"]
    assert found["RI1"]["human_contact_by"] == (clock.now() + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    assert found["RI1"]["version"] == 1
    page = await (await desk.client(Role.RISK_TEAM)).get(f"/referrals/{before['id']}")
    assert "Made more urgent" in page.text
    assert "P3 to P1: risk level 5, very high" in page.text
    clock.move(timedelta(minutes=15))
    assert await Deadlines("referrals", desk.tools.database, clock, sound_alarms).step() == 1
    clock.move(datetime(2026, 11, 23, 13, 0, tzinfo=UTC) - clock.now())
    assert await Deadlines("referrals", desk.tools.database, clock, sound_alarms).step() == 2
    assert len(await raised(desk)) == 3
    assert await desk.quarantined() == []


async def test_the_level_heard_before_the_visit_counts_from_the_beginning(desk: System) -> None:
    visit = a_visit(desk.tools.clock.now(), referrals=[{"kind": "RI1"}, {"kind": "RI2"}])
    await review(desk, visit["submission_id"], 4, safety_critical=True)
    await (await desk.client(Role.FIREFIGHTER)).post("/api/v1/visits", json=visit)
    await desk.settle()
    assert {said.kind: said.priority for said in await raised(desk)} == {
        ReferralKind.RI1: Priority.P2,
        ReferralKind.RI2: Priority.P2,
    }


async def test_a_lower_level_later_makes_nothing_less_urgent_and_hearing_it_again_changes_nothing(desk: System) -> None:
    visit_id = await send(desk, {"kind": "RI1"})
    for level in (4, 2, 4, None):
        await review(desk, visit_id, level, safety_critical=False)
    assert await desk.rows("SELECT priority FROM referrals.referrals") == [("P2",)]
    assert await desk.rows("SELECT words FROM referrals.steps") == [("P3 to P2: risk level 4, high",)]
    assert await desk.rows("SELECT base_level, safety_critical FROM referrals.visits") == [(4, False)]
    await hear_all_again(desk)
    assert await desk.rows("SELECT count(*) FROM referrals.steps") == [(1,)]


async def test_what_is_sent_on_later_is_as_urgent_as_the_level_that_is_known_by_then(desk: System) -> None:
    visit_id = await send(desk, {"kind": "BS3"})
    await review(desk, visit_id, 5)
    (referral,) = await listed(desk, Role.PROTECTION)
    protection = await desk.client(Role.PROTECTION)
    for action, body in (
        ("acknowledge", {}),
        ("reject", {"reason": "new risk"}),
        ("reroute", {"reason": "x", "kind": "RI1"}),
    ):
        answer = await protection.post(
            f"{REFERRALS}/{referral['id']}/{action}", json={"version": referral["version"], **body}
        )
        assert answer.status_code == 200, answer.text
        referral = answer.json()
    assert (referral["kind"], referral["priority"]) == ("RI1", "P1")
