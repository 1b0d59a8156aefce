"""Visit plans: proposed, changed by hand, published to crews, and done when a crew was there in person."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from schemas.premises import LocationWithdrawn
from schemas.risk_register import VisitAsked, VisitAskEnded
from schemas.vocabulary import Role
from services.risk_register.handlers.asks import ask_by_dates
from services.risk_register.handlers.plans import PlansCommand, propose_plans, publish_plans
from services.risk_register.rules.plans import limits_of_month
from services.risk_register.rules.pressing import PressingWanted
from services.risk_register.store.pressing import list_candidates, list_pressing
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.services.gap_county import county, hear
from tests.services.plan_office import DECEMBER, PLANS, WHY, Office, due_record, given_hotel, given_records
from tests.services.risk_register_desk import located
from tests.services.test_risk_register_due import TODAY, in_ground
from tests.system import System, a_system

HTML = {"Accept": "text/html"}
MONTH = date(2026, 12, 1)


@pytest.fixture
async def office(tools: Tools) -> Office:
    """Return an office with five records that are due in the ground of S1, a hotel with none, and one due elsewhere."""
    office = Office(await a_system(tools, ("risk_register", "visits")))
    await given_records(
        tools,
        *(due_record(1, 5, -20), due_record(2, 4, 20), due_record(3, 4, -400, stale_on=TODAY), due_record(4, 2, -3)),
        *(due_record(5, None, None), due_record(6, 5, 70), due_record(7, 5, -9, "S2"), due_record(8, 5, -9, "")),
    )
    await given_hotel(tools, 9)
    return office


async def test_a_plan_is_proposed_changed_by_hand_and_made_anew_around_it(office: Office, tools: Tools) -> None:
    proposed = await office.act("propose")
    assert (proposed["version"], proposed["proposed_by"], proposed["published_at"]) == (1, "ada", None)
    first = {1: "RED", 3: "WHITE", 2: "BLUE", 9: "GREEN", 4: "RED", 5: "WHITE"}
    assert await office.watches() == first
    plan = await office.read()
    assert list(await office.watches()) == [1, 3, 2, 9, 4, 5]
    assert [line["why"] for line in plan["lines"]] == ["overdue", "stale", "due", "no-record", "overdue", "no-date"]
    assert (plan["counts"], plan["by_watch"]["RED"], plan["total"]) == ({"planned": 6}, 2, 6)
    assert await office.asked() == {}, "a draft asks nobody"

    moved = await office.change(1, "MOVE", watch="GREEN")
    assert (moved.status_code, moved.json()["made_by"], moved.json()["reason"]) == (201, "ada", WHY)
    assert (await office.change(4, "TAKE_OUT")).status_code == 201
    assert (await office.change(2, "PUT_OFF", until="2027-02-01")).status_code == 201
    assert (await office.change(6, "ADD", watch="ON_CALL")).status_code == 201
    await given_records(tools, due_record(10, 5, -50), due_record(11, 3, -1))
    await office.act("propose")
    now = await office.watches()
    assert (now[1], now[6]) == ("GREEN", "ON_CALL")
    assert {4, 2} & {*now} == set()
    assert {10, 11} <= {*now}
    assert len((await office.read())["adjustments"]) == 4
    assert (await office.act("propose", month="2027-01"))["visits"] == 1, "what is in December's plan stays there"
    assert [each["premises_id"] for each in (await office.read(month="2027-01"))["lines"]] == [f"{4:012}"]
    february = await office.act("propose", month="2027-02")
    assert february["visits"] == 1, "what was put off until 1 February comes in that month"

    out = next(each for each in (await office.read())["adjustments"] if each["change"] == "TAKE_OUT")
    assert (await office.take_back(out["adjustment_id"])).status_code == 200
    assert (await office.take_back(out["adjustment_id"])).status_code == 409
    assert (await office.watches())[4] == "RED"
    kept = next(each for each in (await office.read())["adjustments"] if each["change"] == "TAKE_OUT")
    assert (kept["reason"], kept["undone_by"]) == (WHY, "bea")
    notes = await office.system.rows("SELECT action FROM platform.history WHERE record = 'visit-plan/S1/2026-12'")
    assert {"proposed", "move", "take out", "put off", "add", "change taken back"} == {
        str(action) for (action,) in notes
    }


async def test_publishing_asks_each_watch_and_every_change_reaches_the_tablet(office: Office, tools: Tools) -> None:
    dates = Deadlines("risk_register", tools.database, tools.clock, ask_by_dates)
    person = {"premises_id": f"{1:012}", "reason": "Look at the yard", "due_on": "2026-12-04", "station": "S1"}
    ada = await office.reviewer()
    assert (await ada.post("/api/v1/risk-register/asks", json=person)).status_code == 201
    await office.act("propose")
    stale = await ada.post(f"{PLANS}/S1/{DECEMBER}/publish", json={"version": 99})
    assert stale.status_code == 409
    await office.act("publish")
    asked = {1: "Red watch", 3: "White watch", 2: "Blue watch", 9: "Green watch", 4: "Red watch", 5: "White watch"}
    assert await office.asked() == asked
    assert (await office.read())["counts"] == {"asked": 6}
    crew = await office.system.client(Role.FIREFIGHTER, name="ff")
    cards = {int(each["premises_id"]): each for each in (await crew.get("/api/v1/visits/asked")).json()["asked"]}
    assert (cards[1]["reason"], cards[1]["due_on"]) == ("Look at the yard", "2026-12-04"), "a person's words stay"
    assert (cards[2]["reason"], cards[2]["due_on"]) == ("Its review is due on 12 Dec 2026", "2026-12-12")
    assert cards[9]["reason"] == "There is no risk record of it yet: Hotel, hostel or guest house"
    assert cards[4]["due_on"] == "2026-12-31"
    assert len(await office.system.said(VisitAsked.topic)) == 7
    assert len(await office.system.said(VisitAskEnded.topic)) == 1

    version = (await office.read())["version"]
    assert (await office.act("publish"))["version"] == version, "published again, it is as it was"
    assert len(await office.system.said(VisitAsked.topic)) == 7, "and nobody is asked twice"
    moved = (await office.change(2, "MOVE", watch="RED")).json()
    assert (await office.asked())[2] == "Red watch"
    await office.take_back(moved["adjustment_id"])
    assert (await office.asked())[2] == "Blue watch"
    taken = (await office.change(3, "TAKE_OUT", reason="It is empty until the spring")).json()
    put_off = (await office.change(2, "PUT_OFF", until="2027-01-08")).json()
    assert {*await office.asked()} == {1, 9, 4, 5}
    ended = (await office.system.said(VisitAskEnded.topic))[-2]
    assert isinstance(ended, VisitAskEnded)
    assert (ended.because, ended.reason) == ("WITHDRAWN", "It is empty until the spring")
    assert await dates.step() == 1, "only what is overdue on another station's ground"
    assert {*await office.asked()} == {1, 9, 4, 5}, "what a person took out or put off is not asked for by its date"
    await office.take_back(taken["adjustment_id"])
    await office.take_back(put_off["adjustment_id"])
    assert await office.asked() == asked
    assert (await office.change(6, "ADD", watch="GREEN", reason="The roof was changed")).status_code == 201
    assert (await office.asked())[6] == "Green watch"
    assert await office.system.quarantined() == []


NO_VISIT: list[dict[str, Any]] = [
    {"review_method": "TELEPHONE"},
    {"outcome": "NO_ACCESS", "outcome_note": "Shut"},
    {"visit_kind": "INTELLIGENCE_ONLY"},
]


async def test_only_a_completed_visit_in_person_makes_it_done_and_what_is_not_done_is_late_and_comes_again(
    office: Office, clock: SetClock
) -> None:
    await office.act("propose")
    await office.act("publish")
    clock.move(timedelta(days=2))
    for visit in NO_VISIT:
        await office.receive(located(in_ground(f"{1:012}"), at=clock.now(), **visit))
    assert (await office.read())["counts"] == {"asked": 6}
    visit_id = await office.receive(located(in_ground(f"{1:012}"), at=clock.now()))
    await office.receive(
        located(in_ground(f"{3:012}", "S2").model_copy(update={"parent_id": f"{4:012}"}), at=clock.now())
    )
    plan = await office.read()
    assert plan["counts"] == {"asked": 4, "done": 2}
    assert next((line["visit_id"], line["premises_id"]) for line in plan["lines"] if line["state"] == "done") == (
        visit_id,
        f"{1:012}",
    )
    assert {*await office.asked()} == {3, 2, 9, 5}
    assert (await office.change(1, "MOVE", watch="BLUE")).status_code == 409
    withdrawn = await office.system.rows(f"SELECT ask_id FROM risk_register.asks WHERE premises_id = '{5:012}'")
    ada = await office.reviewer()
    await ada.post(f"/api/v1/risk-register/asks/{withdrawn[0][0]}/withdraw", json={"reason": "Nobody needs to go"})
    assert (await office.read())["counts"] == {"asked": 3, "done": 2, "withdrawn": 1}
    await office.act("publish")
    assert 5 not in await office.asked(), "what a person withdrew is not asked for again by publishing"
    await office.change(5, "MOVE", watch="BLUE")
    assert (await office.asked())[5] == "Blue watch", "unless somebody changes it by hand"

    clock.move(timedelta(days=40))
    plan = await office.read()
    assert plan["counts"] == {"late": 4, "done": 2}
    late = await (await office.reviewer()).post(f"{PLANS}/S1/{DECEMBER}/propose")
    assert (late.status_code, "this month is over" in late.text) == (409, True)
    january = await office.act("propose", month="2027-01")
    assert january["visits"] == 5, "what is late comes again beside what is due, what waits for review does not"
    await office.act("publish", month="2027-01")
    assert len(await office.asked()) == 5, "one visit to a premises, however often it was planned"
    await office.receive(located(in_ground(f"{3:012}"), at=clock.now()))
    assert (await office.read())["counts"] == {"late": 3, "done": 3}
    assert (await office.read(month="2027-01"))["counts"] == {"asked": 4, "done": 1}


async def test_a_visit_that_comes_while_the_plan_is_a_draft_is_not_asked_for(office: Office, clock: SetClock) -> None:
    await office.act("propose")
    clock.move(timedelta(hours=1))
    visit = located(in_ground(f"{1:012}"), at=clock.now())
    await office.receive(visit)
    await office.act("publish")
    assert 1 not in await office.asked()
    assert (await office.read())["counts"] == {"asked": 5, "done": 1}
    back = {"visit_id": visit.visit_id, "premises_id": f"{1:012}", "received_at": clock.now(), "visit": visit.visit}
    await office.system.say(LocationWithdrawn(withdrawn_by="pat", **back), source="premises")
    await office.system.settle()
    assert (await office.read())["counts"] == {"asked": 5, "planned": 1}, "it was not there after all"
    await office.act("publish")
    assert 1 in await office.asked()


async def test_everything_that_is_wrong_with_a_change_is_said_and_nothing_is_planned_twice(office: Office) -> None:
    await office.act("propose")
    await office.act("propose", "S2")
    answer = await office.change(1, "PUT_OFF", reason="no", until="2026-12-20")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/reason", "/until"]
    assert (await office.change(1, "MOVE", watch="RED")).status_code == 409
    assert (await office.change(6, "TAKE_OUT")).status_code == 409
    nowhere = await office.change("no-such", "ADD", watch="RED")
    assert [error["pointer"] for error in nowhere.json()["errors"]] == ["/premises_id"]
    elsewhere = await office.change(7, "ADD", watch="RED")
    assert "it is in the plan of station S2 for December 2026: take it out there first" in elsewhere.text
    await office.change(7, "TAKE_OUT", station="S2")
    assert (await office.change(7, "ADD", watch="RED")).status_code == 201
    assert (await office.change(8, "ADD", watch="RED")).status_code == 201, "what is in no ground is added by hand"
    ada = await office.reviewer()
    assert (await ada.post(f"{PLANS}/S77/{DECEMBER}/propose")).status_code == 404
    assert (await ada.post(f"{PLANS}/S1/2028-12/propose")).status_code == 409
    assert (await ada.get(f"{PLANS}/S1/2026-13")).status_code == 422
    assert (await ada.post(f"{PLANS}/S1/2027-03/publish", json={"version": 1})).status_code in (409, 422)


async def test_an_officer_in_charge_reads_the_own_plan_and_says_which_watch_goes(office: Office) -> None:
    await office.act("propose")
    officer, stranger = await office.officer(), await office.officer("S2")
    assert (await officer.get(f"{PLANS}/S1/{DECEMBER}")).status_code == 200
    assert (await stranger.get(f"{PLANS}/S1/{DECEMBER}")).status_code == 403
    assert (await office.change(1, "TAKE_OUT", officer)).status_code == 403
    assert (await office.change(1, "MOVE", stranger, watch="BLUE")).status_code == 403
    moved = await office.change(1, "MOVE", officer, watch="BLUE")
    assert (moved.status_code, moved.json()["made_by"]) == (201, "oic-S1")
    assert (await office.take_back(moved.json()["adjustment_id"], officer)).status_code == 200
    assert (await officer.get(PLANS, params={"month": DECEMBER})).status_code == 403
    assert (await officer.get("/oversight/plans", headers=HTML)).headers["location"] == "/oversight/plans/S1/2026-11"
    nowhere = await office.officer(None)
    assert "Your sign-in names no station" in (await nowhere.get("/oversight/plans", headers=HTML)).text


async def test_what_a_watch_can_do_is_set_by_the_manager_and_the_next_plan_goes_by_it(office: Office) -> None:
    manager, ada = await office.reviewer("mel", Role.RISK_TEAM_MANAGER), await office.reviewer()
    body = {"station": "S1", "visits": {"RED": 1, "ON_CALL": 1}, "instead_of": 0, "reason": "Two watches since May"}
    assert (await ada.post(f"{PLANS}/capacity", json=body)).status_code == 403
    assert (await manager.post(f"{PLANS}/capacity", json=body)).status_code == 200
    assert (await manager.post(f"{PLANS}/capacity", json=body)).status_code == 409
    assert (await manager.post(f"{PLANS}/capacity", json={**body, "instead_of": 1})).status_code == 422
    assert (await ada.get(f"{PLANS}/capacity")).json()["visits"]["S1"] == {"RED": 1, "ON_CALL": 1}
    await office.act("propose")
    assert await office.watches() == {1: "RED", 3: "ON_CALL"}
    await office.change(2, "ADD", watch="RED")
    page = (await ada.get("/oversight/plans/S1/2026-12", headers=HTML)).text
    assert "Red 2 of 1 (more than it can do)" in page


@pytest.fixture
def statements(tools: Tools) -> Iterator[list[str]]:
    """Return every statement that is sent to the database from now on."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_all_stations_are_planned_by_a_handful_of_statements_and_in_the_order_of_the_rule(
    system: System, tools: Tools, statements: list[str]
) -> None:
    await hear(tools, county(2000))
    rows = [due_record(at, 1 + at % 5, at % 90 - 60, f"S{at % 56 + 1}") for at in range(1, 400)]
    await given_records(tools, *rows)
    person, counted = Person("ada", (Role.RISK_TEAM,)), []
    stations = tuple(f"S{number}" for number in range(1, 57))
    async with tools.database.reading() as session:
        limits = limits_of_month(MONTH, TODAY)
        candidates = await list_candidates(session, stations, MONTH, limits, 100)
        everything = await list_pressing(session, PressingWanted(), limits)
    assert sum(map(len, candidates.values())) > 350
    for ground in candidates.values():
        assert [one.rank for one in ground] == sorted(one.rank for one in ground)
    assert len(everything) > 300
    for act in (propose_plans, publish_plans):
        for some in (stations[:1], stations[1:]):
            statements.clear()
            async with transaction(tools.database, tools.clock, Cause("test", "test", "plans")) as work:
                await act(PlansCommand(MONTH, person, some), work)
            counted.append(len(statements))
    assert counted[0] == counted[1]
    assert counted[2] == counted[3]
    planned = await system.rows("SELECT station, watch, count(*) FROM risk_register.plan_lines GROUP BY 1, 2")
    assert len(planned) > 150
    assert max(int(str(count)) for *_, count in planned) <= 4
