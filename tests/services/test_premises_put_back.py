"""No step without a way back: what is odd is asked back, and a visit placed wrongly is put back everywhere."""

from datetime import timedelta

import httpx
import pytest

from schemas.premises import LocationWithdrawn
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import (
    AT_THE_LIBRARY,
    DEMOLISHED_TOWER,
    LIBRARY,
    TOWN_HALL,
    know_the_area,
    located,
    send,
)
from tests.system import System, a_system

API = "/api/v1/premises/needs-person"
NOT_SETTLED = "ADDRESS NOT SETTLED"
UNKNOWN_NAME = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}
ACETYLENE = {
    "none_found": None,
    "hazards": [{"code": "CYL_ACETYLENE", "count": 4, "location": "ground floor workshop"}],
}


@pytest.fixture
async def template(templates: Templates) -> str:
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return all services, with the sample area loaded."""
    return await a_system(tools)


async def place(person: httpx.AsyncClient, visit_id: str, premises_id: str, **more: str) -> httpx.Response:
    [version] = [case["version"] for case in (await person.get(API)).json() if case["visit_id"] == visit_id]
    form = {"premises_id": premises_id, "version": str(version), **more}
    return await person.post(f"/premises/cases/{visit_id}/confirm", data=form)


async def put_back(desk: System, person: httpx.AsyncClient, visit_id: str) -> httpx.Response:
    [(version,)] = await desk.rows(f"SELECT version FROM premises.decisions WHERE visit_id = '{visit_id}'")
    answer = await person.post(f"/premises/cases/{visit_id}/put-back", data={"version": str(version)})
    await desk.settle()
    return answer


async def front(desk: System) -> str:
    return (await (await desk.client(Role.CONTROL)).get("/control")).text


async def shown(desk: System, premises_id: str) -> httpx.Response:
    return await (await desk.client(Role.CONTROL)).get(f"/api/v1/control/premises/{premises_id}")


async def test_a_visit_placed_wrongly_is_put_back_and_placed_anew(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, UNKNOWN_NAME, **ACETYLENE)
    clock.move(timedelta(minutes=1))
    assert (await place(person, visit_id, TOWN_HALL, sure="yes", learn="yes")).status_code == 303
    await desk.settle()
    assert "Acetylene" in (await shown(desk, TOWN_HALL)).text
    assert "Put it back" in (await person.get("/premises")).text
    assert NOT_SETTLED not in await front(desk)

    clock.move(timedelta(minutes=1))
    answer = await put_back(desk, person, visit_id)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/premises/cases/{visit_id}")
    [withdrawn] = await desk.said("premises.location-withdrawn")
    assert isinstance(withdrawn, LocationWithdrawn)
    assert (withdrawn.premises_id, withdrawn.withdrawn_by) == (TOWN_HALL, "risk-team")
    assert "Acetylene" not in (await shown(desk, TOWN_HALL)).text
    assert NOT_SETTLED in await front(desk), "the danger stands on no record again"
    assert await desk.rows("SELECT count(*) FROM premises.aliases WHERE undone_at IS NULL") == [(0,)]
    assert await desk.rows("SELECT state FROM risk_register.review_items") == [("WITHDRAWN",)]
    assert await desk.rows("SELECT state FROM scorecard.visits") == [("NEEDS_PERSON",)]
    assert await desk.rows("SELECT premises_id FROM referrals.visits") == [("",)]
    crew = await desk.client(Role.FIREFIGHTER)
    story = (await crew.get(f"/api/v1/visits/{visit_id}")).json()
    assert story["state"] == "PUT_BACK"
    assert "Put back: address not settled" in [line["words"] for line in story["story"]]

    clock.move(timedelta(minutes=1))
    await place(person, visit_id, LIBRARY, sure="yes")
    await desk.settle()
    assert [event.premises.premises_id for event in await located(desk)] == [TOWN_HALL, LIBRARY]
    assert "Acetylene" in (await shown(desk, LIBRARY)).text
    assert "Acetylene" not in (await shown(desk, TOWN_HALL)).text
    assert await desk.rows("SELECT premises_id, state, version FROM risk_register.review_items") == [
        (LIBRARY, "QUEUED", 4)
    ]
    assert await desk.rows("SELECT state FROM scorecard.visits") == [("QUEUED",)]
    assert NOT_SETTLED not in await front(desk)
    assert await desk.quarantined() == []


async def test_help_that_somebody_agreed_to_tell_of_leaves_the_wrong_record_with_the_visit(
    desk: System, clock: SetClock
) -> None:
    async def needs_at(premises_id: str) -> str:
        return str((await shown(desk, premises_id)).json()["needs_help_out"]["state"])

    person = await desk.client(Role.RISK_TEAM)
    agreed = {"unit_ref": "Flat 2", "floor": "1", "assistance": "PHYSICAL_1", "consent_state": "GIVEN"}
    visit_id = await send(desk, UNKNOWN_NAME, **ACETYLENE, people=[agreed])
    clock.move(timedelta(minutes=1))
    await place(person, visit_id, TOWN_HALL, sure="yes")
    await desk.settle()
    assert await needs_at(TOWN_HALL) == "HELD"
    clock.move(timedelta(minutes=1))
    await put_back(desk, person, visit_id)
    clock.move(timedelta(minutes=1))
    await place(person, visit_id, LIBRARY, sure="yes")
    await desk.settle()
    assert (await needs_at(LIBRARY), await needs_at(TOWN_HALL)) == ("HELD", "NONE_HELD")
    assert await desk.quarantined() == []


async def test_a_visit_may_be_placed_again_where_it_was_put_back_from(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, UNKNOWN_NAME, **ACETYLENE)
    for _ in range(2):
        clock.move(timedelta(minutes=1))
        await place(person, visit_id, LIBRARY, sure="yes")
        await desk.settle()
        assert "Acetylene" in (await shown(desk, LIBRARY)).text
        clock.move(timedelta(minutes=1))
        assert (await put_back(desk, person, visit_id)).status_code == 303
        assert "Acetylene" not in (await shown(desk, LIBRARY)).text
    assert await desk.quarantined() == []


async def test_what_was_published_is_not_put_back_and_the_page_says_who_mends_it(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, UNKNOWN_NAME)
    await place(person, visit_id, LIBRARY, sure="yes")
    await desk.settle()
    claimed = await person.post(f"/api/v1/risk-register/queue/{visit_id}/claim", json={"version": 1})
    assert claimed.status_code == 200, claimed.text
    body = {"version": claimed.json()["version"], "reason": "read through and agreed"}
    published = await person.post(f"/api/v1/risk-register/queue/{visit_id}/publish", json=body)
    assert published.status_code == 200, published.text
    await desk.settle()
    answer = await put_back(desk, person, visit_id)
    assert answer.status_code == 409
    assert "restore the version before it" in answer.text
    assert await desk.rows("SELECT visit, private FROM premises.decisions") == [(None, None)]
    assert "the risk team corrects it" in (await person.get("/premises")).text


async def test_a_place_made_for_a_visit_that_is_put_back_places_no_other_visit(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "tin shed past where the chip van stops", device_point=AT_THE_LIBRARY)
    form = {"version": 1, "name": "Chip Van Bank Shed", "address": "Saltmarsh Lane", "where": "SO 5482 6755"}
    assert (await person.post(f"/premises/cases/{visit_id}/create", data=form)).status_code == 303
    await desk.settle()
    assert (await put_back(desk, person, visit_id)).status_code == 303
    [(status,)] = await desk.rows("SELECT logical_status FROM premises.premises WHERE premises_id LIKE 'site-%'")
    assert status == 8
    await send(desk, {"name": "Chip Van Bank Shed", "street": "Saltmarsh Lane"})
    assert len(await located(desk)) == 1


async def test_an_odd_choice_is_asked_back_and_teaches_nothing_unless_asked_to(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, None, uprn=DEMOLISHED_TOWER)
    asked = await place(person, visit_id, DEMOLISHED_TOWER, learn="yes")
    assert asked.headers["location"].startswith(f"/premises/cases/{visit_id}/check?")
    assert await located(desk) == []
    page = (await person.get(asked.headers["location"])).text
    assert "Its entry is historical: no longer there." in page
    assert 'name="learn" type="checkbox" value="yes">' in page
    assert (await place(person, visit_id, DEMOLISHED_TOWER, sure="yes")).status_code == 303
    assert [event.premises.premises_id for event in await located(desk)] == [DEMOLISHED_TOWER]


async def test_what_is_far_from_the_tablet_or_of_another_postcode_is_asked_back_and_the_usual_is_not(
    desk: System,
) -> None:
    person = await desk.client(Role.RISK_TEAM)
    far = await send(desk, "Town Hall, High Street, Arrelbridge, XQ9 9ZZ", device_point=AT_THE_LIBRARY)
    asked = await place(person, far, TOWN_HALL)
    page = (await person.get(asked.headers["location"])).text
    assert "from the position that the tablet sent." in page
    assert (await place(person, far, LIBRARY)).headers["location"].startswith("/premises")
    beside = await send(desk, UNKNOWN_NAME, device_point=AT_THE_LIBRARY)
    usual = await place(person, beside, LIBRARY, learn="yes")
    assert "/check" not in usual.headers["location"]
    assert await desk.rows("SELECT name FROM premises.aliases") == [("The Snickelway Rooms",)]


async def test_a_form_says_all_that_is_wrong_how_to_mend_it_and_keeps_what_was_typed(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "tin shed past where the chip van stops")
    form = {"version": 1, "name": "Bank Shed", "address": " ", "where": "by the gate"}
    answer = await person.post(f"/premises/cases/{visit_id}/create", data=form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Say where it is in words" in answer.text
    assert "Give the point as a grid reference such as" in answer.text
    assert 'value="Bank Shed"' in answer.text
    assert 'value="by the gate"' in answer.text
    abroad = await person.post(
        f"/premises/cases/{visit_id}/create", data={**form, "address": "x", "where": "53.35, -6.26"}
    )
    assert "This point is not in Great Britain" in abroad.text
    short = await person.post(f"/premises/cases/{visit_id}/return", data={"version": 1, "why": "where?"})
    assert short.status_code == 422
    assert ">where?</textarea>" in short.text
    assert "Say what the crew should find out" in short.text
