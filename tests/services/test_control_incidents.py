"""An incident answers in one call with the record and what is around, and says whether the address is the right one."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schemas.risk_register import RiskScore
from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.control_fullest import TEMPORARY, a_report
from tests.services.control_records import MARLOWE, updated
from tests.services.incident_town import a_town, in_reach
from tests.system import System, a_system

INCIDENTS = "/api/v1/control/incidents"
WRITTEN = "Marlowe House, 12-60 King Street, Wexcombe, XQ1 4AB"


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database in which control shows a town."""
    return await templates.filled("an_incident_in_town", a_town)


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    """Return control on this test's database."""
    control = await a_system(tools)
    yield control
    await control.close()


async def opened(control: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await control.post(INCIDENTS, json={"incident_no": "2026-004711", **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_one_call_answers_with_the_record_and_all_around_by_danger(system: System) -> None:
    control = await system.client(Role.CONTROL)
    incident = await opened(control, written=WRITTEN, callsigns=["K41", "K42", "K41"])
    assert incident["address"]["state"] == "SAME"
    assert (incident["premises_id"], incident["callsigns"]) == (MARLOWE, ["K41", "K42"])
    assert incident["record"]["critical_facts"][1] == "Single stair"
    # A higher level first; among equals the one of which a crew reports the graver, then the nearer.
    assert [each["premises_id"] for each in incident["around"]] == ["9002", "9003", "9001", "9005"]
    assert (incident["around_total"], incident["around"][1]["danger"]) == (4, "Acetylene cylinders (2), yard")
    assert [each["what"] for each in incident["around"][0]["temporary"]] == [each.what for each in TEMPORARY]
    reads = await system.rows("SELECT premises_id, purpose FROM control.reads")
    assert reads == [(MARLOWE, "incident 2026-004711")]
    assert (await control.get(INCIDENTS)).json()[0]["title"].startswith("Marlowe House")


async def test_what_is_sent_again_adds_and_what_is_closed_opens_again(system: System) -> None:
    control = await system.client(Role.CONTROL)
    first = await opened(control, written="16 Quay Street, Wexcombe", callsigns=["K41"])
    assert (first["premises_id"], first["address"]["state"], first["place"]) == (None, "NOT_PROVEN", None)
    assert {each["premises_id"] for each in first["candidates"]} >= {"9001", "9002"}
    settled = await opened(control, written="16 Quay Street, Wexcombe", premises_id="9001", callsigns=["K43"])
    assert (settled["address"]["state"], settled["callsigns"]) == ("DIFFERS", ["K41", "K43"])
    assert settled["address"]["reasons"] == ["the number given, 16, is not in the address of the premises"]
    for action, is_open in (("close", False), ("close", False), ("reopen", True)):
        answer = (await control.post(f"{INCIDENTS}/2026-004711/{action}")).json()
        assert (answer["is_open"], answer["opened_at"]) == (is_open, first["opened_at"])
    log = "SELECT payload ->> 'is_open', payload ->> 'premises_id' FROM platform.event_log WHERE topic = :topic"
    said = await system.rows(log.replace(":topic", "'control.incident-changed'") + " ORDER BY position")
    assert said == [("true", None), ("true", "9001"), ("false", "9001"), ("true", "9001")]
    assert (await control.get(f"{INCIDENTS}/0815")).status_code == 404


async def test_known_with_nothing_held_and_a_bare_point_say_so(system: System) -> None:
    control = await system.client(Role.CONTROL)
    nothing = await opened(control, written="2 Mill Road, Wexcombe, XQ1 2BB")
    assert (nothing["premises_id"], nothing["record"], nothing["address"]["state"]) == ("702", None, "SAME")
    assert nothing["around_total"] == 5
    page = (await control.get("/control/incidents/2026-004711")).text
    assert "Nothing is held of these premises" in page
    point = await opened(control, incident_no="4712", easting=300100, northing=130200)
    assert (point["premises_id"], point["place"]["taken_from"], point["around_total"]) == (None, "the point given", 5)


async def test_what_a_crew_reports_of_the_premises_is_not_called_unknown(system: System) -> None:
    says = {"evac_strategy": "SIMULTANEOUS", "critical_facts": ["All out at the alarm"]}
    score = RiskScore(base_level=4, effective_level=4, rank=33, open_defects=0)
    found = in_reach(9, None, 30.0, version=0, facts=None, reports=(a_report(says, score=score),))
    await system.say(updated(found))
    await system.settle()
    control = await system.client(Role.CONTROL)
    await opened(control, premises_id=found.premises.premises_id)
    page = (await control.get("/control/incidents/2026-004711")).text
    record = page.partition('id="incident-record"')[2].partition("</section>")[0]
    assert "UNKNOWN" not in record
    for words in ("Simultaneous", "All out at the alarm", "crew report, not reviewed: K41"):
        assert words in record
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert ("if published" in heading, "UNKNOWN" in heading) == (True, False)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/written"),
        ({"premises_id": "4"}, "/premises_id"),
        ({"easting": 300100}, "/northing"),
        ({"latitude": 51.5}, "/longitude"),
        ({"latitude": 48.85, "longitude": 2.35}, "/latitude"),
        ({"written": "x" * 121}, "/written"),
        ({"written": "King Street", "incident_no": "47/11"}, "/incident_no"),
    ],
)
async def test_what_cannot_be_an_incident_is_refused_by_field(
    system: System, body: dict[str, Any], pointer: str
) -> None:
    control = await system.client(Role.CONTROL)
    answer = await control.post(INCIDENTS, json={"incident_no": "2026-004711", **body})
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert await system.rows("SELECT count(*) FROM control.incidents") == [(0,)]
