"""After an incident: who is asked, what is answered, what comes to the queue, and the actions until each is closed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.control import DebriefAnswered, DebriefAsked
from schemas.premises import LocatedPremises
from schemas.risk_register import VisitAsked, VisitAskEnded
from schemas.vocabulary import Role, VisitKind
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import RISER_WORKING, Desk, located
from tests.system import a_system

SHOP = "999900000014"
FORM = "/control/was-it-right/answer"
DEBRIEFS = "/api/v1/control/debriefs"
REGISTER = "/api/v1/risk-register"
LISTED = "/review/after-incidents"
ACTIONS = "/oversight/actions"
INCIDENT = "2026-004711"
ASKED = {"premises_id": SHOP, "incident_no": INCIDENT, "callsign": "k41", "station": "S1"}
RISER = "systems/DRY_RISER/nw stair"
NOT_RIGHT = {
    "premises_id": SHOP,
    "incident_no": "2026-004711 ",
    "callsign": "K41",
    "verdict": "no",
    "was_right": "Entry and water",
    "fact-2": RISER,
    "words-2": "It has no outlet on the second floor",
    "missing": "The cellar goes under the neighbour",
    "danger": "Acetylene in the cellar",
}
NOTHING = {"fact-2": "", "words-2": "", "missing": "", "danger": ""}
DAY = timedelta(days=1)


def shop() -> LocatedPremises:
    """Return the shop, in the ground of S1."""
    found = a_premises(SHOP)
    return found.model_copy(update={"place": found.place.model_copy(update={"station_ground": "S1"})})


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register, control and the crews' lists, with a published record of a shop that has a riser."""
    desk = Desk(await a_system(tools, ("risk_register", "control", "visits")))
    await desk.publish(await desk.receive(located(shop(), systems=[RISER_WORKING])))
    return desk


async def ask(desk: Desk) -> httpx.Response:
    operator = await desk.system.client(Role.CONTROL)
    answer = await operator.post(f"{DEBRIEFS}/ask", json=ASKED)
    await desk.system.settle()
    return answer


async def send(desk: Desk, changed: dict[str, str] | None = None, role: Role = Role.FIREFIGHTER) -> httpx.Response:
    """Send the form after an incident."""
    who = await desk.system.client(role)
    answer = await who.post(FORM, data=NOT_RIGHT | (changed or {}))
    await desk.system.settle()
    return answer


async def listed(desk: Desk, show: str = "waiting") -> dict[str, Any]:
    ada = await desk.reviewer()
    found: dict[str, Any] = (await ada.get(f"{REGISTER}/debriefs", params={"show": show})).json()
    return found


async def test_both_are_asked_once_and_who_has_not_answered_is_seen_with_its_age(desk: Desk, clock: SetClock) -> None:
    assert (await ask(desk)).json() == {"new": 2}
    assert (await ask(desk)).json() == {"new": 0}, "asked again about the same incident, nothing is sent"
    assert len(await desk.system.said(DebriefAsked.topic)) == 2
    crew = await desk.system.client(Role.FIREFIGHTER)
    page = (await crew.get("/control/was-it-right")).text
    assert "premises_id=999900000014&amp;incident_no=2026-004711&amp;callsign=K41" in page
    elsewhere = await desk.system.client(Role.FIREFIGHTER, name="other", station="S9")
    assert "Nothing is asked" in (await elsewhere.get("/control/was-it-right")).text
    clock.move(2 * DAY)
    ada = await desk.reviewer()
    waiting = (await ada.get(LISTED, params={"show": "asked"})).text
    assert "2 days ago" in waiting
    assert "K41, station S1" in waiting
    assert "2</strong> of 2" not in waiting
    assert (await listed(desk, "asked"))["counts"] == {"waiting": 0, "critical": 0, "asked": 2}
    await send(desk)
    left = await listed(desk, "asked")
    assert [each["asked_of"] for each in left["questions"]] == ["CONTROL"]
    operator = await desk.system.client(Role.CONTROL)
    wrong = await operator.post(f"{DEBRIEFS}/ask", json=ASKED | {"premises_id": "none", "incident_no": "x y"})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/premises_id", "/incident_no"]
    assert (await crew.post(f"{DEBRIEFS}/ask", json=ASKED)).status_code == 403


async def test_what_was_not_right_waits_in_the_queue_filled_in_and_sent_twice_is_once(desk: Desk) -> None:
    assert (await send(desk)).headers["location"] == "/control/was-it-right"
    assert (await send(desk)).status_code == 303
    (said,) = await desk.system.said(DebriefAnswered.topic)
    assert isinstance(said, DebriefAnswered)
    found = await listed(desk)
    assert found["counts"] == {"waiting": 1, "critical": 1, "asked": 0}
    (answer,) = found["answers"]
    assert (answer["incident_no"], answer["record_version"], answer["due_at"]) == (INCIDENT, 1, "2026-11-23T13:00:00Z")
    assert [(each["kind"], each["fact"]) for each in answer["findings"]] == [
        ("DANGER", None), ("WRONG", RISER), ("MISSING", None),
    ]  # fmt: skip
    ada = await desk.reviewer()
    assert "After incidents" in (queue := (await ada.get("/review")).text)
    assert "1 safety-critical after incidents" in queue
    page = (await ada.get(f"{LISTED}/{answer['answer_id']}", params={"task": 2})).text
    for words in ("A danger not told", "Dry riser", "NW stair", "It has no outlet", "The cellar goes"):
        assert words in page
    assert "Dry riser: It has no outlet on the second floor</textarea>" in page, "the action begins with the finding"
    assert "waits for a reviewer" in (await ada.get(f"/review/records/{SHOP}")).text


async def test_all_right_confirms_by_report_and_moves_no_date(desk: Desk, clock: SetClock) -> None:
    clock.move(40 * DAY)
    [before] = await desk.system.rows("SELECT version, visited_at, review_due_on FROM risk_register.versions")
    sent = await send(desk, {"verdict": "yes"} | NOTHING, Role.CONTROL)
    assert sent.status_code == 303, sent.text
    assert (await listed(desk))["total"] == 0
    (kept,) = (await listed(desk, "right"))["answers"]
    assert (kept["state"], kept["asked_of"], kept["due_at"]) == ("RIGHT", "CONTROL", None)
    assert await desk.system.rows("SELECT version, visited_at, review_due_on FROM risk_register.versions") == [before]
    ada = await desk.reviewer()
    record = (await ada.get(f"/review/records/{SHOP}")).text
    assert "confirmed by report" in record
    assert "A report is no visit" in record
    refused = await ada.post(f"{LISTED}/{kept['answer_id']}/finish", data={"version": "1", "reason": "No need of it"})
    assert refused.status_code == 409


async def test_all_that_is_wrong_with_an_answer_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    wrong = {"incident_no": "?", "verdict": "yes", "fact-2": "no/such", "words-2": "", "was_right": "Kept words"}
    sent = await send(desk, wrong)
    assert sent.status_code == 422
    for field in ("incident_no", "verdict", "fact-2", "words-2"):
        assert f'href="#{field}"' in sent.text
    assert "Kept words" in sent.text
    assert "Acetylene in the cellar" in sent.text
    nothing = await send(desk, NOTHING)
    assert "say below what was wrong" in nothing.text.lower()
    assert (await listed(desk))["total"] == 0
    crew = await desk.system.client(Role.FIREFIGHTER)
    form = (await crew.get(FORM, params={"premises_id": SHOP})).text
    assert "nothing about a person" in form
    assert "duty safeguarding officer" in form
    assert '<optgroup label="Systems">' in form
    assert FORM in (await crew.get(f"/control/premises/{SHOP}")).text
    assert (await (await desk.reviewer()).get(FORM)).status_code == 403


async def test_an_action_has_an_owner_and_a_day_and_stays_until_it_is_closed(desk: Desk, clock: SetClock) -> None:
    await send(desk)
    answer_id = (await listed(desk))["answers"][0]["answer_id"]
    ada, one = await desk.reviewer(), f"{LISTED}/{answer_id}"
    refused = await ada.post(f"{one}/actions", data={"what": "x", "due_on": "2026-01-01"})
    assert all(f'href="#action-{field}"' in refused.text for field in ("what", "owner", "due_on"))
    wanted = {"what": "Look at the riser", "owner": "Station  S1", "due_on": "2026-11-27"}
    assert (await ada.post(f"{one}/actions", data=wanted)).status_code == 303
    by_hand = await ada.post(f"{REGISTER}/actions", json={"premises_id": SHOP, **wanted, "owner": "Protection"})
    assert by_hand.status_code == 201, by_hand.text
    crew = await desk.system.client(Role.RISK_TEAM, name="firefighter")
    own = await crew.post(f"{one}/finish", data={"version": "1", "reason": "It is all right after all"})
    assert own.status_code == 422
    assert "your own answer" in own.text
    assert (await ada.post(f"{one}/finish", data={"version": "1", "reason": "A crew looks at it"})).status_code == 303
    clock.move(10 * DAY)
    found = (await ada.get(f"{REGISTER}/actions")).json()
    assert found["counts"] == {"open": 2, "overdue": 2, "done": 0, "not-needed": 0}
    mine = (await ada.get(f"{REGISTER}/actions", params={"owner": "station s1"})).json()
    (action,) = mine["actions"]
    assert (action["owner"], action["incident_no"], action["answer_id"]) == ("Station S1", INCIDENT, answer_id)
    page = (await ada.get(ACTIONS)).text
    assert "Overdue" in page
    assert "Protection (1 open)" in page
    path = f"{ACTIONS}/{action['action_id']}"
    assert "overdue" in (await ada.get(f"/review/records/{SHOP}")).text
    later = {"version": "1", "what": "Look at the riser", "owner": "Station S1", "due_on": "2026-12-20", "reason": ""}
    assert 'href="#alter-reason"' in (await ada.post(f"{path}/ALTER", data=later)).text
    assert (await ada.post(f"{path}/ALTER", data=later | {"reason": "The crew was away"})).status_code == 303
    assert (await ada.post(f"{path}/COMPLETE", data={"version": "1", "reason": "An old page"})).status_code == 409
    assert (await ada.post(f"{path}/COMPLETE", data={"version": "2", "reason": "Outlet found"})).status_code == 303
    await ada.post(f"{path}/REOPEN", data={"version": "3", "reason": "It was another riser"})
    await ada.post(f"{path}/DROP", data={"version": "4", "reason": "The building is gone"})
    history = (await ada.get(f"{REGISTER}/actions/{action['action_id']}")).json()["history"]
    assert [(each["action"], each["by"], each["due_on"]) for each in history] == [
        ("raised", "ada", "2026-11-27"), ("changed", "ada", "2026-12-20"), ("done", "ada", "2026-12-20"),
        ("opened again", "ada", "2026-12-20"), ("no longer needed", "ada", "2026-12-20"),
    ]  # fmt: skip
    assert (await ada.get(f"{REGISTER}/actions", params={"show": "not-needed"})).json()["total"] == 1
    assert (await ada.post(f"{one}/reopen", data={"version": "2", "reason": "Not seen to"})).status_code == 303
    assert (await listed(desk))["total"] == 1
    assert (await ada.post(f"{REGISTER}/actions", json={**wanted, "premises_id": "none"})).status_code == 422


async def test_an_inspection_after_a_fire_is_asked_with_its_questions_and_ends_with_a_visit_of_that_incident(
    desk: Desk,
) -> None:
    await send(desk)
    answer_id = (await listed(desk))["answers"][0]["answer_id"]
    ada = await desk.reviewer()
    wanted = {"reason": "Post-fire inspection", "due_on": "2026-12-04", "station": "s1"}
    path = f"{LISTED}/{answer_id}/inspection"
    assert 'href="#ask-due_on"' in (await ada.post(path, data=wanted | {"due_on": ""})).text
    assert (await ada.post(path, data=wanted)).status_code == 303
    await desk.system.settle()
    (asked,) = await desk.system.said(VisitAsked.topic)
    assert isinstance(asked, VisitAsked)
    assert asked.incident_no == INCIDENT
    assert len(asked.questions) == 12
    crew = await desk.system.client(Role.FIREFIGHTER)
    (shown,) = (await crew.get("/api/v1/visits/asked")).json()["asked"]
    assert (shown["incident_no"], len(shown["questions"])) == (INCIDENT, 12)
    assert "What it must answer: 12 questions" in (await crew.get("/device/visits")).text
    later = NOW + timedelta(hours=1)
    await desk.receive(located(shop(), later))
    await desk.receive(located(shop(), later, visit_kind=VisitKind.POST_INCIDENT, incident_no="2026-000001"))
    assert await desk.system.said(VisitAskEnded.topic) == [], "neither a review nor a visit of another incident ends it"
    await desk.receive(located(shop(), later, visit_kind=VisitKind.POST_INCIDENT, incident_no="2026-004711"))
    assert len(await desk.system.said(VisitAskEnded.topic)) == 1


async def test_an_incident_that_is_closed_asks_control_once_and_leads_to_the_crew(desk: Desk) -> None:
    operator = await desk.system.client(Role.CONTROL)
    path = f"/api/v1/control/incidents/{INCIDENT}"
    opened = {"incident_no": INCIDENT, "premises_id": SHOP, "callsigns": ["K41", "K42"]}
    assert (await operator.post("/api/v1/control/incidents", json=opened)).status_code in (200, 201)
    for move in ("close", "reopen", "close"):
        assert (await operator.post(f"{path}/{move}")).status_code == 200
    await desk.system.settle()
    (asked,) = await desk.system.said(DebriefAsked.topic)
    assert isinstance(asked, DebriefAsked)
    assert (asked.incident_no, asked.asked_of, asked.premises_id) == (INCIDENT, "CONTROL", SHOP)
    page = (await operator.get(f"/control/incidents/{INCIDENT}")).text
    assert f"/control/was-it-right/ask?premises_id={SHOP}&amp;incident_no={INCIDENT}&amp;callsign=K41" in page
