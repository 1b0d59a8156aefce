"""Visits asked of crews: by the risk team or by a review date, on the crew's list until somebody has been there."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from schemas.premises import LocatedPremises
from schemas.risk_register import VisitAsked, VisitAskEnded
from schemas.vocabulary import Role, Watch
from services.risk_register.handlers.asks import ask_by_dates
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import Desk, located
from tests.system import System, a_system

ASKS = "/api/v1/risk-register/asks"
ASKED = "/api/v1/visits/asked"
SHOP = "999900000014"
WHY = "The occupier has changed: look at the rear yard"
DAY = timedelta(days=1)


def in_ground(station: str | None = "S1", premises_id: str = SHOP) -> LocatedPremises:
    premises = a_premises(premises_id)
    return premises.model_copy(update={"place": premises.place.model_copy(update={"station_ground": station})})


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register and visits, with the record of a shop."""
    desk = Desk(await a_system(tools, ("risk_register", "visits")))
    await desk.receive(located(in_ground()))
    return desk


async def ask(desk: Desk, **overrides: Any) -> httpx.Response:
    """Ask a crew to visit the shop."""
    ada = await desk.reviewer()
    body = {"premises_id": SHOP, "reason": WHY, "due_on": "2026-12-18", "station": "S1", **overrides}
    answer = await ada.post(ASKS, json=body)
    await desk.system.settle()
    return answer


async def asked_of(desk: Desk, station: str | None = "S1") -> list[dict[str, Any]]:
    """Return what the crews of a station are asked for."""
    crew = await desk.system.client(Role.FIREFIGHTER, name=f"ff-{station}", station=station)
    answer = await crew.get(ASKED)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["asked"])


async def test_a_crew_finds_what_it_is_asked_for_with_place_reason_and_day(desk: Desk) -> None:
    assert (await ask(desk, watch="RED", station=" s1 ")).status_code == 201
    (found,) = await asked_of(desk)
    assert (found["premises_id"], found["reason"], found["due_on"], found["is_overdue"]) == (
        SHOP, WHY, "2026-12-18", False,
    )  # fmt: skip
    assert (found["watch"], found["watch_words"], found["longitude"]) == ("RED", "Red watch", -3.43)
    assert await asked_of(desk, "S2") == []
    assert await asked_of(desk, None) == []
    (said,) = await desk.system.said(VisitAsked.topic)
    assert isinstance(said, VisitAsked)
    assert (said.asked_by, said.watch, said.key()) == ("ada", Watch.RED, SHOP)


async def test_that_nothing_else_is_asked_is_answered_in_three_words(desk: Desk) -> None:
    await ask(desk)
    crew = await desk.system.client(Role.FIREFIGHTER)
    first = await crew.get(ASKED)
    held = {"If-None-Match": first.headers["etag"]}
    assert (await crew.get(ASKED, headers=held)).status_code == 304
    await ask(desk, reason="The roof was changed")
    assert (await crew.get(ASKED, headers=held)).status_code == 200


@pytest.mark.parametrize(
    ("visit", "ends"),
    [
        ({}, True),
        ({"visit_kind": "FAMILIARISATION"}, True),
        ({"review_method": "TELEPHONE"}, False),
        ({"outcome": "NO_ACCESS", "outcome_note": "Shut"}, False),
        ({"visit_kind": "INTELLIGENCE_ONLY"}, False),
    ],
)
async def test_it_leaves_the_list_when_a_completed_visit_in_person_is_received(
    desk: Desk, clock: SetClock, visit: dict[str, Any], *, ends: bool
) -> None:
    await ask(desk)
    clock.move(DAY)
    visit_id = await desk.receive(located(in_ground(), at=clock.now(), **visit))
    assert len(await asked_of(desk)) == (0 if ends else 1)
    said = await desk.system.said(VisitAskEnded.topic)
    assert [getattr(one, "visit_id", "") for one in said] == ([visit_id] if ends else [])


async def test_a_visit_elsewhere_or_received_before_it_was_asked_for_ends_nothing(desk: Desk, clock: SetClock) -> None:
    clock.move(DAY)
    await ask(desk)
    await desk.receive(located(in_ground(premises_id="999900000015"), at=clock.now()))
    await desk.receive(located(in_ground(), at=NOW))
    assert len(await asked_of(desk)) == 1


async def test_a_visit_to_a_flat_of_the_building_is_one_to_the_building(desk: Desk) -> None:
    await ask(desk)
    flat = in_ground(premises_id="999900000099").model_copy(update={"parent_id": SHOP})
    await desk.receive(located(flat))
    assert await asked_of(desk) == []


async def test_the_risk_team_withdraws_it_with_a_reason(desk: Desk) -> None:
    ask_id = (await ask(desk)).json()["ask_id"]
    ada = await desk.reviewer()
    assert (await ada.post(f"{ASKS}/{ask_id}/withdraw", json={"reason": "no"})).status_code == 422
    withdrawn = await ada.post(f"{ASKS}/{ask_id}/withdraw", json={"reason": "The shop has closed"})
    assert (withdrawn.status_code, withdrawn.json()["because"]) == (200, "WITHDRAWN")
    await desk.system.settle()
    assert await asked_of(desk) == []
    assert (await ada.post(f"{ASKS}/{ask_id}/withdraw", json={"reason": "The shop has closed"})).status_code == 409
    assert (await ada.post(f"{ASKS}/none/withdraw", json={"reason": "The shop has closed"})).status_code == 404
    assert (await ada.get(ASKS)).json() == {"asks": [], "total": 0}


async def test_everything_that_is_wrong_with_what_is_asked_is_said_at_once(desk: Desk) -> None:
    answer = await ask(desk, reason="go", due_on="2026-11-21", station="the docks")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/reason", "/due_on", "/station"]
    assert (await ask(desk, due_on="2028-01-01")).status_code == 422
    assert (await ask(desk, premises_id="no-such")).status_code == 404
    crew = await desk.system.client(Role.FIREFIGHTER)
    assert (await crew.post(ASKS, json={})).status_code == 403


async def test_that_it_ended_may_be_heard_before_that_it_was_asked(tools: Tools) -> None:
    system = await a_system(tools, ("visits",))
    asked = VisitAsked(
        ask_id="a1",
        premises_id=SHOP,
        premises=in_ground(),
        reason=WHY,
        due_on=date(2026, 12, 18),
        station="S1",
        asked_at=NOW,
    )
    ended = VisitAskEnded(ask_id="a1", premises_id=SHOP, because="WITHDRAWN", ended_at=NOW)
    for event in (ended, asked):
        await system.say(event)
        await system.settle()
    assert await asked_of(Desk(system)) == []
    assert await system.quarantined() == []


class TestByDate:
    """A review that is due asks for a visit by itself."""

    async def ask_by_dates(self, tools: Tools, system: System) -> int:
        asked = await Deadlines("risk_register", tools.database, tools.clock, ask_by_dates).step()
        await system.settle()
        return asked

    async def test_a_review_due_within_28_days_asks_once_for_a_visit(
        self, desk: Desk, tools: Tools, clock: SetClock
    ) -> None:
        (item,) = await desk.system.rows("SELECT visit_id FROM risk_register.review_items")
        await desk.publish(str(item[0]))
        ((due_on,),) = await desk.system.rows("SELECT review_due_on FROM risk_register.versions")
        assert isinstance(due_on, date)
        clock.move((due_on - NOW.date()) - timedelta(days=29))
        assert await self.ask_by_dates(tools, desk.system) == 0
        clock.move(DAY)
        assert await self.ask_by_dates(tools, desk.system) == 1
        assert await self.ask_by_dates(tools, desk.system) == 0
        (found,) = await asked_of(desk)
        assert found["due_on"] == due_on.isoformat()
        assert found["reason"].startswith("Its review is due on ")
        ada = await desk.reviewer()
        (kept,) = (await ada.get(ASKS)).json()["asks"]
        assert kept["asked_by"] is None
        await ada.post(f"{ASKS}/{kept['ask_id']}/withdraw", json={"reason": "The shop has closed"})
        assert await self.ask_by_dates(tools, desk.system) == 0, "a person said no for this date"

    async def test_one_that_is_asked_for_already_or_lies_in_no_ground_asks_for_nothing(
        self, desk: Desk, tools: Tools, clock: SetClock
    ) -> None:
        nowhere = located(in_ground(None, "999900000016"))
        await desk.receive(nowhere)
        rows = await desk.system.rows("SELECT visit_id FROM risk_register.review_items")
        for (visit_id,) in rows:
            await desk.publish(str(visit_id))
        clock.move(timedelta(days=5 * 366))
        await ask(desk, due_on=(clock.now() + DAY).date().isoformat())
        assert await self.ask_by_dates(tools, desk.system) == 0


class TestPages:
    """The record's page, from which a crew is asked, and the crew's list."""

    async def test_a_crew_is_asked_from_the_page_of_the_record(self, desk: Desk) -> None:
        ((visit_id,),) = await desk.system.rows("SELECT visit_id FROM risk_register.review_items")
        await desk.publish(str(visit_id))
        ada = await desk.reviewer()
        assert f'/review/records/{SHOP}"' in (await ada.get(f"/review/{visit_id}")).text
        page = (await ada.get(f"/review/records/{SHOP}")).text
        assert "Ask a crew to visit" in page
        assert 'value="S1"' in page, "the station of the ground is there already"
        assert "cipher_text" not in page
        typed = {"reason": WHY, "due_on": "2026-12-18", "station": "S1", "watch": "BLUE"}
        answer = await ada.post(f"/review/records/{SHOP}/asks", data=typed)
        assert answer.status_code == 303
        await desk.system.settle()
        page = (await ada.get(f"/review/records/{SHOP}")).text
        assert WHY in page
        assert "blue watch" in page
        crew = await desk.system.client(Role.FIREFIGHTER)
        mine = (await crew.get("/device/visits")).text
        assert "Asked of station S1" in mine
        assert WHY in mine
        assert "Blue watch" in mine

    async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        typed = {"reason": WHY, "due_on": "soon", "station": "the docks"}
        answer = await ada.post(f"/review/records/{SHOP}/asks", data=typed)
        assert answer.status_code == 422
        for words in ("give a day, such as", "this is not a station number"):
            assert answer.text.count(words) == 2, "in the summary and beside its field"
        assert WHY in answer.text
        assert (await ada.get("/review/records/no-such")).status_code == 404

    async def test_it_is_withdrawn_from_the_page(self, desk: Desk) -> None:
        ask_id = (await ask(desk)).json()["ask_id"]
        ada = await desk.reviewer()
        path = f"/review/records/{SHOP}/asks/{ask_id}/withdraw"
        refused = await ada.post(path, data={"reason": "no"})
        assert refused.status_code == 422
        assert "say why it is withdrawn" in refused.text
        assert (await ada.post(path, data={"reason": "The shop has closed"})).status_code == 303
        assert "No crew is asked to visit." in (await ada.get(f"/review/records/{SHOP}")).text

    async def test_an_overdue_visit_says_so(self, desk: Desk, clock: SetClock) -> None:
        await ask(desk, due_on="2026-11-23")
        clock.move(2 * DAY)
        crew = await desk.system.client(Role.FIREFIGHTER)
        assert "Overdue" in (await crew.get("/device/visits")).text
