"""A visit sent again takes the place of the earlier one in the queue, in whatever order the two arrive."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.visits import Sender
from schemas.vocabulary import ReviewState, Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises, a_visit
from tests.services.referrals_desk import send
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import System, a_system

VISITS = "/api/v1/visits"
HOUR = timedelta(hours=1)
OXYGEN = {"code": "CYL_OTHER", "location": "Rear yard"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


def sent(name: str, *roles: Role, station: str = "S1", **visit: Any) -> PremisesLocated:
    """Return a located visit with who sent it."""
    event = located(**{"lead_officer_id": name, **visit})
    return event.model_copy(update={"sent_by": Sender(name=name, station=station, roles=roles)})


async def state(desk: Desk, event: PremisesLocated) -> str:
    return str((await desk.item(event.visit_id))["state"])


def a_chain(at: datetime = NOW) -> list[PremisesLocated]:
    """Return a visit, the one that amends it, and the one that amends that."""
    first = sent("firefighter", at=at, roof="Felt")
    second = sent("firefighter", at=at, roof="Slate", amends=first.visit_id)
    return [first, second, sent("firefighter", at=at, roof="Tile", amends=second.visit_id)]


class TestInTheQueue:
    """What the review queue makes of a visit that amends another."""

    async def test_an_amended_visit_leaves_the_queue_and_its_place_is_kept(self, desk: Desk, clock: SetClock) -> None:
        first = sent("firefighter", roof="Felt")
        await desk.receive(first)
        due_at = (await desk.item(first.visit_id))["due_at"]
        clock.move(30 * HOUR)
        second = sent("firefighter", at=clock.now(), roof="Slate", amends=first.visit_id)
        await desk.receive(second)
        assert await desk.moves(first.visit_id) == ["QUEUED", "RESUBMITTED"]
        item = await desk.item(second.visit_id)
        assert (item["state"], item["due_at"], item["warnings"], item["amends_found"]) == ("QUEUED", due_at, [], True)
        ada = await desk.reviewer()
        queue = (await ada.get("/api/v1/risk-register/queue")).json()
        assert [row["visit_id"] for row in queue["items"]] == [second.visit_id]
        page = (await ada.get(f"/review/{second.visit_id}")).text
        assert f'/review/{first.visit_id}">the visit that this one replaces' in page
        page = (await ada.get(f"/review/{first.visit_id}")).text
        assert f'/review/{second.visit_id}">what stands for it now' in page
        await desk.publish(second.visit_id)
        record = (await desk.shown())[-1].record
        assert record.facts is not None
        assert record.facts.roof == "Slate"

    @pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
    async def test_a_chain_ends_alike_in_whatever_order_it_arrives(self, desk: Desk, order: tuple[int, ...]) -> None:
        chain = a_chain()
        for number in order:
            await desk.receive(chain[number])
        items = [await desk.item(event.visit_id) for event in chain]
        assert [item["state"] for item in items] == ["RESUBMITTED", "RESUBMITTED", "QUEUED"]
        assert [item["decided_with"] for item in items] == [chain[2].visit_id, chain[2].visit_id, None]
        assert items[2]["warnings"] == []
        assert await desk.system.quarantined() == []

    async def test_until_the_amended_visit_arrives_the_reviewer_is_told_that_it_is_missing(self, desk: Desk) -> None:
        first, second, _ = a_chain()
        await desk.receive(second)
        assert (await desk.item(second.visit_id))["warnings"] == ["AMENDS_ELSEWHERE"]
        ada = await desk.reviewer()
        assert "meant to replace an earlier visit" in (await ada.get(f"/review/{second.visit_id}")).text
        await desk.decide(ada, second.visit_id, "claim")
        await desk.receive(first)
        item = await desk.item(second.visit_id)
        assert (item["state"], item["warnings"]) == ("CLAIMED", [])
        answer = await desk.decide(ada, second.visit_id, "publish", version=item["version"] - 1)
        assert answer.status_code == 409, "the page she looked at did not show what is decided with it"
        assert (await desk.decide(ada, second.visit_id, "publish")).status_code == 200
        assert await state(desk, first) == "RESUBMITTED"

    async def test_a_danger_that_the_amendment_no_longer_names_stays_until_a_person_decides(self, desk: Desk) -> None:
        first = sent("firefighter", hazards=[ACETYLENE], none_found=False)
        await desk.receive(first)
        await desk.receive(sent("firefighter", hazards=[OXYGEN], none_found=False, amends=first.visit_id))
        assert [one.kind for one in (await desk.shown())[-1].record.unverified] == ["HAZARD"]
        again = (await desk.system.said("risk-register.reviewed"))[-1]
        await desk.publish(again.visit_id)  # type: ignore[attr-defined]
        assert (await desk.shown())[-1].record.unverified == ()

    async def test_a_visit_that_a_reviewer_holds_can_be_amended_and_their_page_is_old(self, desk: Desk) -> None:
        first, second, _ = a_chain()
        await desk.receive(first)
        ada = await desk.reviewer()
        await desk.decide(ada, first.visit_id, "claim")
        version = (await desk.item(first.visit_id))["version"]
        await desk.receive(second)
        assert (await desk.decide(ada, first.visit_id, "publish", version=version)).status_code == 409
        assert await state(desk, second) == "QUEUED"

    async def test_what_was_passed_up_stays_with_the_manager(self, desk: Desk) -> None:
        first, second, _ = a_chain()
        await desk.receive(first)
        ada = await desk.reviewer()
        await desk.decide(ada, first.visit_id, "claim")
        await desk.decide(ada, first.visit_id, "escalate", reason="Is this ours?")
        await desk.receive(second)
        item = await desk.item(second.visit_id)
        assert (item["state"], item["escalated_why"]) == ("ESCALATED", "Is this ours?")

    async def test_a_returned_visit_is_sent_again_and_names_it(self, desk: Desk, clock: SetClock) -> None:
        first, second, _ = a_chain()
        await desk.receive(first)
        ada = await desk.reviewer()
        await desk.decide(ada, first.visit_id, "claim")
        await desk.decide(ada, first.visit_id, "return", reason="Which roof?", fields=["roof"])
        clock.move(HOUR)
        await desk.receive(second)
        assert await desk.moves(first.visit_id) == ["QUEUED", "CLAIMED", "RETURNED", "RESUBMITTED"]
        assert await state(desk, second) == "QUEUED"

    @pytest.mark.parametrize(
        ("name", "roles", "station", "replaces"),
        [
            ("firefighter", (Role.FIREFIGHTER,), "S1", True),
            ("ff-31", (Role.FIREFIGHTER,), "S1", True),
            ("oic-1", (Role.OFFICER_IN_CHARGE,), "S1", True),
            ("oic-2", (Role.OFFICER_IN_CHARGE,), "S2", False),
            ("ff-99", (Role.FIREFIGHTER,), "S1", False),
        ],
    )
    async def test_only_its_author_its_crew_or_its_officer_in_charge_replaces_a_visit(
        self, desk: Desk, name: str, roles: tuple[Role, ...], station: str, replaces: bool
    ) -> None:
        first = sent("firefighter")
        second = sent(name, *roles, station=station, amends=first.visit_id, crew_ids=[])
        await desk.receive(first, second)
        assert await state(desk, first) == ("RESUBMITTED" if replaces else "QUEUED")
        assert await state(desk, second) == "QUEUED"

    async def test_what_amends_a_visit_at_another_premises_leaves_both_to_a_person(self, desk: Desk) -> None:
        first = sent("firefighter")
        event = sent("firefighter", premises=a_premises("999900000015"), amends=first.visit_id)
        await desk.receive(first, event)
        assert await state(desk, first) == "QUEUED"
        assert (await desk.item(event.visit_id))["warnings"] == ["AMENDS_ELSEWHERE"]

    async def test_who_wrote_the_amended_visit_does_not_decide_on_the_amendment(self, desk: Desk) -> None:
        first = sent("ada")
        second = sent("oic-1", Role.OFFICER_IN_CHARGE, amends=first.visit_id)
        await desk.receive(first, second)
        ada = await desk.reviewer()
        await desk.decide(ada, second.visit_id, "claim")
        assert (await desk.decide(ada, second.visit_id, "publish")).status_code == 403

    async def test_if_the_amendment_is_put_back_the_amended_visit_waits_again(self, tools: Tools) -> None:
        desk = Desk(System(tools, [build(tools)]))
        first, second, _ = a_chain()
        await desk.receive(first, second)
        back = LocationWithdrawn(
            visit_id=second.visit_id,
            premises_id=second.premises.premises_id,
            withdrawn_by="ada",
            received_at=NOW,
            visit=second.visit,
        )
        await desk.system.say(back, source="premises")
        await desk.system.settle()
        assert await desk.moves(first.visit_id) == [ReviewState.QUEUED, ReviewState.RESUBMITTED, ReviewState.QUEUED]
        assert await state(desk, first) == "QUEUED", "nobody ever returned it"


class TestSending:
    """Who may send a visit in the place of another."""

    async def test_the_crew_sends_a_visit_in_the_place_of_its_own(self, system: System) -> None:
        crew = await system.client(Role.FIREFIGHTER)
        first = a_visit()
        assert (await crew.post(VISITS, json=first)).status_code == 202
        second = a_visit(amends=first["submission_id"], roof="Slate")
        assert (await crew.post(VISITS, json=second)).status_code == 202
        assert (await crew.post(VISITS, json=second)).status_code == 200
        listed = {one["submission_id"]: one for one in (await crew.get(VISITS)).json()["visits"]}
        assert listed[second["submission_id"]]["amends"] == first["submission_id"]

    async def test_a_visit_of_somebody_else_cannot_be_replaced(self, system: System) -> None:
        first = a_visit(lead_officer_id="ff-ash", crew_ids=[])
        ash = await system.client(Role.FIREFIGHTER, name="ff-ash")
        assert (await ash.post(VISITS, json=first)).status_code == 202
        crew = await system.client(Role.FIREFIGHTER)
        answer = await crew.post(VISITS, json=a_visit(amends=first["submission_id"]))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["pointer"] == "/amends"
        assert "you cannot replace this visit" in error["reason"]

    async def test_a_visit_cannot_replace_itself_and_may_replace_one_that_has_not_arrived(self, system: System) -> None:
        crew = await system.client(Role.FIREFIGHTER)
        itself = a_visit()
        itself["amends"] = itself["submission_id"].upper()
        answer = await crew.post(VISITS, json=itself)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/amends")
        early = a_visit(amends=a_visit()["submission_id"])
        assert (await crew.post(VISITS, json=early)).status_code == 202
        assert (await crew.post(VISITS, json=a_visit(amends="the first one"))).status_code == 422


class TestReferrals:
    """A desk is told the same once, however often a crew sends its visit again."""

    @pytest.mark.parametrize("is_first", [True, False])
    async def test_what_an_amendment_repeats_is_not_raised_again(self, tools: Tools, *, is_first: bool) -> None:
        desk = await a_system(tools, ("visits", "referrals"))
        exits = {"kind": "BS3", "note": "No extinguishers"}
        first = a_visit(referrals=[exits])
        second = a_visit(referrals=[exits, {"kind": "BS1", "note": "Rear exit chained"}], amends=first["submission_id"])
        third = a_visit(referrals=[exits, {"kind": "BS3", "note": "No alarm", "unit_ref": "2"}])
        third["amends"] = second["submission_id"]
        crew = await desk.client(Role.FIREFIGHTER)
        for visit in (first, second, third) if is_first else (third, second, first):
            assert (await crew.post(VISITS, json=visit)).status_code == 202
            await desk.settle()
        rows = await desk.rows("SELECT kind, unit_key FROM referrals.referrals ORDER BY kind, unit_key")
        assert rows == [("BS1", ""), ("BS3", ""), ("BS3", "2")]

    async def test_what_an_amendment_words_otherwise_reaches_the_desk(self, tools: Tools) -> None:
        desk = await a_system(tools, ("visits", "referrals"))
        visit_id = await send(desk, {"kind": "BS3", "note": "No extinguishers"})
        await send(desk, {"kind": "BS3", "note": "No extinguishers on floor 2"}, amends=visit_id)
        await send(desk, {"kind": "BS3", "note": "No extinguishers"})
        assert len(await desk.rows("SELECT 1 FROM referrals.referrals")) == 3, "the last amends nothing"
