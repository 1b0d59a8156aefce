"""A crew list that names every reviewer holds nothing up: somebody can always decide, and is told so."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from schemas.vocabulary import Role
from services.shared.identity import COOKIE, Person
from services.shared.service import Tools
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system, signed_in

ADA, MANAGER = "ada", "maggie"
NAMED: dict[str, Any] = {"crew_ids": [ADA, MANAGER], "lead_officer_id": "ff-31"}
REJECTED = {"reason": "a test of the crew list", "fields": ["hazards"]}


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[Desk]:
    """Return the desk of the risk register."""
    system = await a_system(tools, ["risk_register"])
    yield Desk(system)
    await system.close()


@pytest.mark.parametrize(("name", "role"), [(ADA, Role.RISK_TEAM), (MANAGER, Role.RISK_TEAM_MANAGER)])
@pytest.mark.parametrize(("decision", "body"), [("publish", {}), ("reject", REJECTED)])
async def test_each_reviewer_whom_the_list_names_can_decide_at_their_word(
    desk: Desk, name: str, role: Role, decision: str, body: dict[str, object]
) -> None:
    visit_id = await desk.receive(located(**NAMED))
    reviewer = await desk.reviewer(name, role)
    await desk.decide(reviewer, visit_id, "claim")
    refused = await desk.decide(reviewer, visit_id, decision, **body)
    assert refused.status_code == 403
    for way_out in ("say that you were not on this visit", "risk team's manager", "reviewer of another station"):
        assert way_out in refused.json()["detail"]
    done = await desk.decide(reviewer, visit_id, decision, was_not_there=True, **body)
    assert done.status_code == 200, done.text
    kept = await desk.system.rows(
        f"SELECT actor, details ->> 'crew_list' FROM platform.history WHERE record = 'visit/{visit_id}' "
        "AND details ? 'crew_list'"
    )
    assert kept == [(name, "it names the reviewer, who says that they may decide")]


async def test_who_led_it_cannot_say_that_they_were_not_there(desk: Desk) -> None:
    visit_id = await desk.receive(located(crew_ids=[MANAGER], lead_officer_id=ADA))
    author = await desk.reviewer(ADA)
    await desk.decide(author, visit_id, "claim")
    answer = await desk.decide(author, visit_id, "publish", was_not_there=True)
    assert answer.status_code == 403
    assert "author" in answer.json()["detail"]


async def test_a_visit_merged_with_one_that_names_all_reviewers_can_still_be_decided(desk: Desk) -> None:
    first = await desk.receive(located(lead_officer_id="ff-32", crew_ids=[]))
    second = await desk.receive(located(**NAMED))
    merger, manager = await desk.reviewer("bea"), await desk.reviewer(MANAGER, Role.RISK_TEAM_MANAGER)
    await desk.decide(merger, second, "claim")
    assert (await desk.decide(merger, second, "merge", into=first)).status_code == 200
    await desk.decide(manager, first, "claim")
    assert (await desk.decide(manager, first, "publish")).status_code == 403
    assert (await desk.decide(manager, first, "publish", was_not_there=True)).status_code == 200


async def test_the_page_says_who_can_decide_and_takes_ones_word(desk: Desk) -> None:
    visit_id = await desk.receive(located(**NAMED))
    reviewer = await desk.reviewer(ADA)
    await desk.decide(reviewer, visit_id, "claim")
    browser = await desk.system.client()
    browser.headers["accept"] = "text/html"
    browser.cookies.set(COOKIE, await signed_in(desk.system.tools, Person(ADA, ("risk-team",), "S1"), "session"))
    page = (await browser.get(f"/review/{visit_id}")).text
    assert "The crew list names you." in page
    assert "or a reviewer of another station" in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    version = str((await desk.item(visit_id))["version"])
    form = {"csrf_token": token, "version": version, "decision": "publish"}
    assert (
        "The crew list names you: say that you were not on this visit"
        in (await browser.post(f"/review/{visit_id}/decide", data=form)).text
    )
    done = await browser.post(f"/review/{visit_id}/decide", data=form | {"was_not_there": "yes"})
    assert done.status_code == 303
