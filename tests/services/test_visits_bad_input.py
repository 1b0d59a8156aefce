"""Whatever is sent to the visits gets a clear answer that never repeats what was sent, and no 500."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.builders import a_visit
from tests.lasting import lasting_system
from tests.system import System, a_system

VISITS = "/api/v1/visits"
SECRET = "quite a secret"


@pytest.fixture(scope="module")
async def door(postgres: str) -> AsyncIterator[System]:
    """Return visits alone, which takes in nothing that is sent here."""
    async with lasting_system(postgres, ["visits"]) as system:
        yield system


async def sent(system: System, body: bytes | str) -> httpx.Response:
    """Return the answer to a body sent as JSON."""
    crew = await system.client(Role.FIREFIGHTER)
    return await crew.post(VISITS, content=body, headers={"content-type": "application/json"})


async def test_a_body_that_is_not_json_is_a_400_that_says_so(door: System) -> None:
    answer = await sent(door, b'{"submission_id": "01')
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:ravi:problem:bad-request"
    assert "check that it was sent whole" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["[]", "null", "{}"])
async def test_json_that_is_no_visit_is_a_422(door: System, body: str) -> None:
    answer = await sent(door, body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_visit_that_does_not_fit_the_form_is_a_422_that_never_repeats_what_was_sent(door: System) -> None:
    wrong: dict[str, Any] = {
        "premises_class": SECRET,
        "people": [{"assistance": SECRET, "consent_state": SECRET}],
        "notes": SECRET,
    }
    answer = await sent(door, json.dumps(a_visit(**wrong)))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/premises_class",
        "/people/0/assistance",
        "/people/0/consent_state",
        "/notes",
    ]
    assert "secret" not in answer.text
    assert await door.log() == []


async def test_a_visit_of_a_newer_form_is_a_422_that_says_what_to_do(door: System) -> None:
    answer = await sent(door, json.dumps(a_visit(schema_version="2", drone_survey={"height_m": 40})))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/schema_version"
    assert "keep the visit on the device" in error["reason"]


async def test_a_visit_that_breaks_a_rule_is_a_422_with_the_pointer(door: System) -> None:
    answer = await sent(door, json.dumps(a_visit(submitted_at="2099-01-01T00:00:00Z")))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/submitted_at"]
    assert await door.log() == []


async def test_fifty_megabytes_are_refused(door: System) -> None:
    answer = await sent(door, b'{"note": "' + b"x" * 50_000_000 + b'"}')
    assert answer.status_code == 413
    assert "photographs" in answer.json()["detail"]


async def test_a_form_is_not_json(door: System) -> None:
    crew = await door.client(Role.FIREFIGHTER)
    assert (await crew.post(VISITS, data={"callsign": "S1P1"})).status_code == 415


async def test_a_fragment_of_sql_in_an_address_is_an_address(tools: Tools) -> None:
    system = await a_system(tools, ["visits"])
    wrote = "1 Quay Street'); DROP TABLE visits.visits; --"
    answer = await sent(system, json.dumps(a_visit(address={"written": wrote})))
    assert answer.status_code == 202
    assert await system.rows("SELECT open_part->'address'->>'written' FROM visits.visits") == [(wrote,)]
    await system.close()


@pytest.mark.parametrize("group", ["(.|.|.)*Z", "[]", "hazards)|(", "\\", "hazards"])
async def test_what_is_asked_to_be_added_is_never_a_pattern(door: System, group: str) -> None:
    crew = await door.client(Role.FIREFIGHTER)
    form = {"hazards/0/location": "Rear yard", "device_point/accuracy_m": "4"}
    began = time.process_time()
    answer = await crew.post("/device", data={**form, "add": group}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert time.process_time() - began < 3


@pytest.mark.parametrize("number", ["9" * 5000, "²", "٣", "-1", "1e3"])
async def test_a_line_of_the_form_has_a_number_that_a_person_could_have_seen(door: System, number: str) -> None:
    crew = await door.client(Role.FIREFIGHTER)
    answer = await crew.post("/device", data={f"hazards/{number}/code": "x"}, headers={"accept": "text/html"})
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["²", "٣", "9" * 5000, "-1", ""])
async def test_a_strange_field_is_named_whatever_it_is_called(door: System, name: str) -> None:
    answer = await sent(door, json.dumps(a_visit(people=[{name: {name: 1}}], hazards={name: [{}]})))
    assert answer.status_code == 422
    assert answer.json()["errors"]
