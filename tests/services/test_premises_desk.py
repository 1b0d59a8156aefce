"""A person places what the matcher would not: the story goes on at once, the matcher learns, and can unlearn."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationPrecision, Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import (
    AT_THE_LIBRARY,
    DEMOLISHED_TOWER,
    LIBRARY,
    TOWN_HALL,
    know_the_area,
    load,
    located,
    not_located,
    send,
)
from tests.system import System, a_system

API = "/api/v1/premises"
UNKNOWN_NAME = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return visits and premises, with the sample area loaded."""
    return await a_system(tools, ["visits", "premises"])


async def waiting(desk: System, person: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await person.get(f"{API}/needs-person")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def confirm(person: httpx.AsyncClient, case: dict[str, Any], premises_id: str) -> httpx.Response:
    body = {"premises_id": premises_id, "version": case["version"], "learn": True}
    return await person.post(f"{API}/needs-person/{case['visit_id']}/confirm", json=body)


async def test_a_confirmation_carries_the_visit_on_from_the_copy_that_was_kept(desk: System, clock: SetClock) -> None:
    visit_id = await send(desk, UNKNOWN_NAME, entry_code="4471")
    clock.move(timedelta(hours=2))
    person = await desk.client(Role.RISK_TEAM, name="p.quillerby")
    [case] = await waiting(desk, person)
    assert case["written"] == "The Snickelway Rooms, High Street, Arrelbridge"
    assert case["explanation"].endswith(".")
    answer = await confirm(person, case, LIBRARY)
    assert answer.status_code == 200, answer.text
    [event] = await located(desk)
    [submitted] = await desk.said("visits.submitted")
    assert isinstance(submitted, VisitSubmitted)
    assert (event.visit_id, event.premises.premises_id, event.located_by) == (visit_id, LIBRARY, "p.quillerby")
    assert (event.visit, event.private, event.received_at) == (
        submitted.visit,
        submitted.private,
        submitted.received_at,
    )
    assert event.premises.place.station_ground == "71"
    assert await waiting(desk, person) == []
    kept = await desk.rows("SELECT visit IS NOT NULL, decided_by FROM premises.decisions")
    assert kept == [(True, "p.quillerby")]  # until the register has decided: it may have to be put back


async def test_what_follows_a_confirmation_belongs_to_the_story_that_the_crew_began(desk: System) -> None:
    await send(desk, UNKNOWN_NAME)
    person = await desk.client(Role.RISK_TEAM)
    [case] = await waiting(desk, person)
    await confirm(person, case, LIBRARY)
    [submitted] = await desk.log("visits.submitted")
    [said] = await desk.log("premises.located")
    assert said.envelope.correlation_id == submitted.envelope.correlation_id
    assert said.envelope.caused_by == submitted.envelope.id


async def test_of_two_who_confirm_at_once_the_second_is_told_to_look_again(desk: System) -> None:
    await send(desk, UNKNOWN_NAME)
    person = await desk.client(Role.RISK_TEAM)
    [case] = await waiting(desk, person)
    assert (await confirm(person, case, LIBRARY)).status_code == 200
    assert (await confirm(person, case, TOWN_HALL)).status_code == 409
    [event] = await located(desk)
    assert event.premises.premises_id == LIBRARY


async def test_a_case_that_was_looked_at_anew_since_it_was_opened_is_not_decided(desk: System) -> None:
    await send(desk, UNKNOWN_NAME)
    person = await desk.client(Role.RISK_TEAM_MANAGER)
    [case] = await waiting(desk, person)
    assert (await confirm(person, case | {"version": case["version"] + 1}, LIBRARY)).status_code == 409
    assert await located(desk) == []


async def test_a_premises_that_is_not_in_the_gazetteer_cannot_be_confirmed(desk: System) -> None:
    await send(desk, UNKNOWN_NAME)
    person = await desk.client(Role.RISK_TEAM)
    [case] = await waiting(desk, person)
    assert (await confirm(person, case, "123456789012")).status_code == 404
    assert len(await waiting(desk, person)) == 1


async def test_a_person_may_place_a_visit_on_an_entry_that_is_no_longer_current(desk: System) -> None:
    await send(desk, None, uprn=DEMOLISHED_TOWER)
    person = await desk.client(Role.RISK_TEAM)
    [case] = await waiting(desk, person)
    assert (await confirm(person, case, DEMOLISHED_TOWER)).status_code == 200
    [event] = await located(desk)
    assert event.premises.premises_id == DEMOLISHED_TOWER


async def test_a_name_that_a_person_taught_places_the_next_visit_until_it_is_taken_back(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await send(desk, UNKNOWN_NAME)
    [case] = await waiting(desk, person)
    answer = await confirm(person, case, LIBRARY)
    assert answer.json()["learnt"] == "The Snickelway Rooms"

    await send(desk, UNKNOWN_NAME)
    assert [event.premises.premises_id for event in await located(desk)] == [LIBRARY, LIBRARY]
    assert (await located(desk))[1].located_by == "matcher"

    [(alias_id, learnt_by)] = await desk.rows("SELECT alias_id, learnt_by FROM premises.aliases")
    assert learnt_by == "risk-team"
    taken_back = await person.post(f"/premises/learnt/{alias_id}/undo")
    assert taken_back.status_code == 303
    await send(desk, UNKNOWN_NAME)
    assert len(await located(desk)) == 2
    assert len(await waiting(desk, person)) == 1
    actions = await desk.rows("SELECT action FROM platform.history WHERE record LIKE 'premises/%' ORDER BY number")
    assert actions == [("name learnt",), ("name taken back",)]
    assert (await person.post(f"/premises/learnt/{alias_id}/undo")).status_code == 409


async def test_a_name_that_another_premises_bears_is_not_taught_to_this_one(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    for written in ("Town Hall, High Street, Arrelbridge", "the TOWN HALL 62 high st"):
        await send(desk, written, device_point=AT_THE_LIBRARY)
        [case] = await waiting(desk, person)
        answer = await confirm(person, case, LIBRARY)
        assert (answer.status_code, answer.json()["learnt"]) == (200, None), written
    await send(desk, "Town Hall, Market Place, Arrelbridge")
    assert (await located(desk))[-1].premises.premises_id == TOWN_HALL


async def test_nothing_is_learnt_when_the_person_says_so(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await send(desk, UNKNOWN_NAME)
    [case] = await waiting(desk, person)
    body = {"premises_id": LIBRARY, "version": case["version"], "learn": False}
    answer = await person.post(f"{API}/needs-person/{case['visit_id']}/confirm", json=body)
    assert answer.json()["learnt"] is None
    assert await desk.rows("SELECT 1 FROM premises.aliases") == []


async def test_a_place_without_an_address_becomes_an_entry_that_the_next_visit_finds(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "tin shed past where the chip van stops", device_point=AT_THE_LIBRARY)
    form = {
        "version": 1,
        "name": "Chip Van Bank Shed",
        "address": "Field above Saltmarsh Lane",
        "where": "354826, 267552",
    }
    answer = await person.post(f"/premises/cases/{visit_id}/create", data=form)
    assert answer.status_code == 303, answer.text
    [event] = await located(desk)
    assert event.precision is LocationPrecision.POINT
    assert (event.premises.place.easting, event.premises.place.northing) == (354826, 267552)
    await send(desk, {"name": "Chip Van Bank Shed", "street": "Saltmarsh Lane"})
    assert [one.premises.premises_id for one in await located(desk)] == [event.premises.premises_id] * 2


async def test_a_point_that_is_none_is_refused_and_the_visit_keeps_waiting(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "tin shed past where the chip van stops")
    form = {"version": 1, "name": "", "address": "A field", "where": "by the gate"}
    assert (await person.post(f"/premises/cases/{visit_id}/create", data=form)).status_code == 422
    assert len(await waiting(desk, person)) == 1


async def test_what_cannot_be_placed_goes_back_to_the_crew_with_the_reason(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "tin shed past where the chip van stops")
    clock.move(timedelta(hours=1))
    form = {"version": 1, "why": "Which field? Send a grid reference."}
    assert (await person.post(f"/premises/cases/{visit_id}/return", data=form)).status_code == 303
    assert (await not_located(desk))[-1].reason == "returned-to-crew: Which field? Send a grid reference."
    assert await waiting(desk, person) == []
    await desk.settle()
    crew = await desk.client(Role.FIREFIGHTER)
    story = (await crew.get(f"/api/v1/visits/{visit_id}")).text
    assert "which field?" in story.casefold()


async def test_what_waits_is_tried_again_when_the_gazetteer_has_grown(desk: System, tmp_path: Any) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await send(desk, UNKNOWN_NAME)
    await send(desk, "tin shed past where the chip van stops")
    file = tmp_path / "new.csv"
    file.write_text(
        "premises_id,name,address,postcode,easting,northing\n"
        '999900000777,The Snickelway Rooms,"60 High Street, Arrelbridge",XQ1 1AP,354820,267550\n'
    )
    await load(desk.tools, file)
    answer = await person.post("/premises/again")
    assert answer.status_code == 303
    [event] = await located(desk)
    assert event.premises.premises_id == "999900000777"
    [case] = await waiting(desk, person)
    assert case["version"] == 2


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)])
async def test_only_the_central_risk_team_sees_and_decides(desk: System, role: Role) -> None:
    other = await desk.client(role)
    assert (await other.get(f"{API}/needs-person")).status_code == 403
    assert (await other.get("/premises")).status_code == 403
    body = {"premises_id": LIBRARY, "version": 1}
    assert (await other.post(f"{API}/needs-person/anything/confirm", json=body)).status_code == 403
    assert (await other.post("/premises/again")).status_code == 403


async def test_a_placed_visit_reaches_control_at_once(tools: Tools) -> None:
    desk = await a_system(tools)
    person = await desk.client(Role.RISK_TEAM)
    await send(desk, UNKNOWN_NAME)
    [case] = await waiting(desk, person)
    await confirm(person, case, LIBRARY)
    await desk.settle()
    assert {logged.envelope.topic for logged in await desk.log()} >= {"risk-register.updated", "control.shown"}
    assert await desk.quarantined() == []
