"""What a desk may do with its referrals, and what nobody else learns of them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from schemas.referrals import ReferralAcknowledged
from schemas.vocabulary import ReferralKind, ReferralState, Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, REFERRALS, listed, send
from tests.system import System, a_system

CONSENTED = {"note": "Falls at night", "unit_ref": "Flat 9", "consent_state": "GIVEN"}
CRIME = {"kind": "RI6", "note": "Cannabis grow", "override_ground": "CRIME", "override_note": "seen by two of us"}
EVERY_STREAM = (
    LOCKED_EXIT,
    {"kind": "RI1", "note": "New unit"},
    CHILD,
    CRIME,
    {"kind": "SG10"} | CONSENTED,
    {"kind": "SG11"} | CONSENTED,
)
SEEN_BY = {
    Role.PROTECTION: {"BS1", "RI1"},
    Role.RISK_TEAM: {"BS1", "RI1"},
    Role.RISK_TEAM_MANAGER: {"BS1", "RI1", "RI6"},
    Role.SAFEGUARDING: {"SG2", "SG10", "SG11", "RI6"},
    Role.PREVENTION: {"SG10", "SG11"},
    Role.POLICE_LIAISON: {"RI6"},
    Role.HEALTH_AND_SAFETY: set[str](),
    Role.OFFICER_IN_CHARGE: {"BS1", "RI1"},
    Role.CONTROL: {"BS1", "RI1"},
    Role.NEIGHBOUR: set[str](),
    Role.INFORMATION_GOVERNANCE: {"BS1", "RI1", "RI6", "SG2", "SG10", "SG11"},
}


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def do(desk: System, role: Role, referral: str, action: str, **body: object) -> httpx.Response:
    return await (await desk.client(role)).post(f"{REFERRALS}/{referral}/{action}", json=body)


async def test_each_team_sees_its_own_desks_and_nothing_else(desk: System) -> None:
    await send(desk, *EVERY_STREAM)
    for role, kinds in SEEN_BY.items():
        assert {referral["kind"] for referral in await listed(desk, role)} == kinds
    assert await listed(desk, Role.PROTECTION, stream="SAFEGUARDING") == []
    assert {found["kind"] for found in await listed(desk, Role.RISK_TEAM_MANAGER, stream="RISK_INTELLIGENCE")} == {
        "RI1",
        "RI6",
    }


async def test_every_other_role_is_refused_alike_whether_there_is_anything_or_not(desk: System) -> None:
    others = [role for role in Role if role not in SEEN_BY]
    before = [(await (await desk.client(role)).get(REFERRALS)).text for role in others]
    await send(desk, *EVERY_STREAM)
    after = [(await (await desk.client(role)).get(REFERRALS)).text for role in others]
    assert before == after
    assert all('"status":403' in text for text in after)


async def test_anothers_referral_is_told_exactly_like_one_that_is_not_there(desk: System) -> None:
    await send(desk, *EVERY_STREAM)
    for role in SEEN_BY:
        for hidden in await listed(desk, Role.SAFEGUARDING):
            if hidden["kind"] in SEEN_BY[role]:
                continue
            theirs = await do(desk, role, hidden["id"], "acknowledge", version=1)
            nobodys = await do(desk, role, str(uuid4()), "acknowledge", version=1)
            assert theirs.status_code in (403, 404)
            assert theirs.json() == nobodys.json()
            page = await (await desk.client(role)).get(f"/referrals/{hidden['id']}")
            assert page.json() == (await (await desk.client(role)).get(f"/referrals/{uuid4()}")).json()


async def test_acknowledging_an_open_referral_is_said_with_who_and_when(desk: System, clock: SetClock) -> None:
    visit_id = await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    clock.move(timedelta(minutes=4))
    answer = await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)
    assert (answer.json()["state"], answer.json()["version"]) == ("ACKNOWLEDGED", 2)
    (said,) = await desk.said("referrals.acknowledged")
    assert said == ReferralAcknowledged(
        referral_id=referral["id"],
        visit_id=visit_id,
        kind=ReferralKind.BS1,
        state=ReferralState.ACKNOWLEDGED,
        acknowledged_by="protection",
        acknowledged_at=NOW + timedelta(minutes=4),
    )


async def test_acknowledging_a_restricted_one_is_said_to_nobody(desk: System) -> None:
    await send(desk, CHILD, CRIME)
    for role in (Role.SAFEGUARDING, Role.POLICE_LIAISON):
        for case in await listed(desk, role):
            wanted = 200 if (role is Role.POLICE_LIAISON) is (case["kind"] == "RI6") else 403
            assert (await do(desk, role, case["id"], "acknowledge", version=1)).status_code == wanted
    assert await desk.rows("SELECT DISTINCT state FROM safeguarding.cases") == [("ACKNOWLEDGED",)]
    assert {event.topic for event in await desk.said()} == {"visits.submitted", "visits.concerns-noted"}


async def test_two_who_act_on_the_same_version_do_not_both_win(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    assert (await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)).status_code == 200
    second = await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)
    assert second.status_code == 409
    assert len(await desk.said("referrals.acknowledged")) == 1


async def test_a_referral_is_worked_from_acknowledged_to_its_outcome(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    too_early = await do(desk, Role.PROTECTION, referral["id"], "close", version=1, outcome="PUT_RIGHT")
    assert too_early.status_code == 409
    await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)
    await do(desk, Role.PROTECTION, referral["id"], "accept", version=2)
    unsaid = await do(desk, Role.PROTECTION, referral["id"], "close", version=3, outcome="OTHER", words="  ")
    assert (unsaid.status_code, unsaid.json()["errors"][0]["reason"]) == (422, "say what the outcome was")
    ending = {"outcome": "PUT_RIGHT", "words": "Chain removed"}
    closed = await do(desk, Role.PROTECTION, referral["id"], "close", version=3, **ending)
    assert closed.json()["outcome"] == "PUT_RIGHT"
    assert closed.json()["finished_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert await listed(desk, Role.PROTECTION) == []
    assert len(await listed(desk, Role.PROTECTION, finished="true")) == 1
    assert await desk.rows("SELECT action, words FROM referrals.steps ORDER BY version") == [
        ("acknowledged", ""),
        ("accepted", ""),
        ("closed", "Put right: Chain removed"),
    ]
    assert await desk.rows("SELECT count(*) FROM referrals.escalations WHERE settled_at IS NULL") == [(0,)]


async def test_a_rejected_referral_goes_to_another_desk_with_that_desks_clocks(desk: System, clock: SetClock) -> None:
    await send(desk, {"kind": "BS3", "note": "Hydrant under a skip"})
    (referral,) = await listed(desk, Role.PROTECTION)
    await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)
    await do(desk, Role.PROTECTION, referral["id"], "reject", version=2, reason="Water, not building safety")
    (kept,) = await listed(desk, Role.PROTECTION)
    assert kept["state"] == "REJECTED"
    clock.move(timedelta(hours=20))
    body = {"version": 3, "kind": "RI4", "reason": "Skip over H12"}
    assert (await do(desk, Role.PROTECTION, referral["id"], "reroute", **body)).status_code == 200
    assert await listed(desk, Role.PROTECTION, stream="BUILDING_SAFETY") == []
    (moved,) = await listed(desk, Role.RISK_TEAM)
    assert (moved["id"], moved["kind"], moved["state"]) == (referral["id"], "RI4", "REROUTED")
    assert moved["acknowledge_by"] == "2026-11-25T10:02:00Z"
    assert moved["acknowledged_at"] is None


@pytest.mark.parametrize("kind", ["SG2", "RI6", "BS3"])
async def test_an_open_referral_is_never_sent_on_to_a_closed_desk_nor_to_itself(desk: System, kind: str) -> None:
    await send(desk, {"kind": "BS3"})
    (referral,) = await listed(desk, Role.PROTECTION)
    await do(desk, Role.PROTECTION, referral["id"], "acknowledge", version=1)
    await do(desk, Role.PROTECTION, referral["id"], "reject", version=2, reason="wrong desk")
    refused = await do(desk, Role.PROTECTION, referral["id"], "reroute", version=3, kind=kind, reason="theirs")
    assert refused.status_code == 422


@pytest.mark.parametrize(("consent", "status"), [("GIVEN", 200), ("REFUSED", 422)])
async def test_safe_and_well_gets_a_case_only_with_consent(desk: System, consent: str, status: int) -> None:
    ground = {"override_ground": "RISK_TO_OTHERS", "override_note": "fire load"}
    await send(desk, {"kind": "SG5", "note": "Rooms full", "consent_state": consent} | ground)
    (case,) = await listed(desk, Role.SAFEGUARDING)
    await do(desk, Role.SAFEGUARDING, case["id"], "acknowledge", version=1)
    await do(desk, Role.SAFEGUARDING, case["id"], "reject", version=2, reason="below threshold")
    answer = await do(desk, Role.SAFEGUARDING, case["id"], "reroute", version=3, kind="SG10", reason="home visit")
    assert answer.status_code == status
    assert len(await listed(desk, Role.PREVENTION)) == (1 if status == 200 else 0)


async def test_a_contact_is_recorded_with_name_and_time(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (referral,) = await listed(desk, Role.PROTECTION)
    at = (NOW - timedelta(minutes=1)).isoformat()
    wrong = {
        "": at,
        "Duty officer": (NOW + timedelta(hours=1)).isoformat(),
        "Duty fso": (NOW - timedelta(days=3)).isoformat(),
    }
    for spoken_to, when in wrong.items():
        body = {"version": 1, "spoken_to": spoken_to, "at": when}
        assert (await do(desk, Role.PROTECTION, referral["id"], "contact", **body)).status_code == 422
    answer = await do(desk, Role.PROTECTION, referral["id"], "contact", version=1, spoken_to="Duty FSO", at=at)
    assert answer.json()["spoken_at"] == "2026-11-22T14:01:00Z"
    assert answer.json()["state"] == "RAISED"


async def test_a_body_that_does_not_fit_is_refused_with_its_field_and_never_its_value(desk: System) -> None:
    await send(desk, CHILD)
    (case,) = await listed(desk, Role.SAFEGUARDING)
    bodies: dict[str, dict[str, object]] = {
        "reject": {"version": 1, "reason": "x" * 501},
        "acknowledge": {"version": "SECRET"},
    }
    for action, body in bodies.items():
        refused = await do(desk, Role.SAFEGUARDING, case["id"], action, **body)
        assert refused.status_code == 422
        assert "xxxx" not in refused.text
        assert "SECRET" not in refused.text
