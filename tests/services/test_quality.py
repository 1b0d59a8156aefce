"""Published visits are drawn for a check of their quality, scored by somebody else, and their crews read the result."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from schemas.premises import PremisesLocated
from schemas.risk_register import VisitQualityChecked
from schemas.vocabulary import QualityPoint, Role
from services.risk_register.handlers.quality import STAMPED_AS
from services.risk_register.rules.quality import is_drawn_at_random
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.builders import a_visit
from tests.services.risk_register_desk import Desk, located
from tests.services.test_competence import enter, manager
from tests.system import a_system

QUALITY = "/api/v1/risk-register/quality"
PAGES = "/oversight/quality"
HTML = {"Accept": "text/html"}
RIGHT = dict.fromkeys(map(str, QualityPoint), "RIGHT")
NO_PLAN: dict[str, Any] = {
    "answers": {**RIGHT, "PLAN": "NOT_RIGHT"},
    "findings": {"PLAN": "The first floor is missing"},
}
LEAD = "ff-oak"
# Sixty visits more, each published an hour before the last.
MORE = text("""
    INSERT INTO risk_register.quality_checks
    SELECT 'more-' || n, premises_id, station, visited_on, published_at - n * interval '1 hour', at_random,
        not_competent, authors, crew, reviewers, state, version, answers, findings, points_right, points_asked
    FROM risk_register.quality_checks, generate_series(1, 60) AS n
""")


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register in which one officer is competent to lead visits."""
    desk = Desk(await a_system(tools, ("risk_register", "visits", "scorecard")))
    assert (await enter(await manager(desk), LEAD, -30, 30)).status_code == 201
    return desk


def an_event(desk: Desk, *, in_sample: bool, **visit: Any) -> PremisesLocated:
    """Return a visit that is in the random sample, or is not."""
    while True:
        event = located(**{"lead_officer_id": LEAD, **visit})
        if is_drawn_at_random(desk.system.tools.stamps.of(STAMPED_AS, event.visit_id)) == in_sample:
            return event


async def published(desk: Desk, event: PremisesLocated) -> str:
    """Let a visit arrive, and publish it by ada."""
    await desk.publish(await desk.receive(event))
    return event.visit_id


async def listed(desk: Desk, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await (await desk.reviewer()).get(QUALITY, params=query)).json()
    return found


async def score(who: httpx.AsyncClient, visit_id: str, version: int = 1, **body: Any) -> httpx.Response:
    return await who.post(f"{QUALITY}/{visit_id}/score", json={"version": version, "answers": RIGHT, **body})


async def test_one_in_ten_is_drawn_and_every_visit_of_a_lead_who_is_not_competent_on_that_day(desk: Desk) -> None:
    await published(desk, an_event(desk, in_sample=False))
    assert (await listed(desk))["total"] == 0
    at_random = await published(desk, an_event(desk, in_sample=True))
    stranger = await published(desk, an_event(desk, in_sample=False, lead_officer_id="ff-elm"))
    both = await published(desk, an_event(desk, in_sample=True, lead_officer_id="ff-elm"))
    found = await listed(desk)
    assert {one["visit_id"]: (one["at_random"], one["not_competent"]) for one in found["visits"]} == {
        at_random: (True, False),
        stranger: (False, True),
        both: (True, True),
    }
    assert (found["counts"], found["says"]) == ({"WAITING": 3, "SCORED": 0}, "1 to 3 of 3")
    assert "ff-" not in str(found)
    assert "oic" not in str(found)


async def test_the_record_counts_and_not_what_the_crew_ticks(desk: Desk, clock: SetClock) -> None:
    ticked: dict[str, Any] = {"sign_off": {"declaration": True, "lead_competent": True}, "lead_officer_id": "ff-elm"}
    boasts = await published(desk, an_event(desk, in_sample=False, **ticked))
    humble: dict[str, Any] = {"sign_off": {"declaration": True, "lead_competent": False}}
    await published(desk, an_event(desk, in_sample=False, **humble))
    assert [one["visit_id"] for one in (await listed(desk))["visits"]] == [boasts]
    mel = await manager(desk)
    number = (await mel.get("/api/v1/risk-register/competence")).json()["people"][0]["competence_id"]
    await mel.post(f"/api/v1/risk-register/competence/{number}/withdraw", json={"reason": "Moved to control"})
    late = await published(desk, an_event(desk, in_sample=False))
    assert {one["visit_id"] for one in (await listed(desk))["visits"]} == {boasts, late}


async def test_the_day_of_the_visit_counts_and_not_that_on_which_it_is_published(desk: Desk, clock: SetClock) -> None:
    await enter(await manager(desk), "ff-ash", -9, 0)
    await desk.receive(before := an_event(desk, in_sample=False, lead_officer_id="ff-ash"))
    clock.move(timedelta(days=2))
    await desk.publish(before.visit_id)
    assert (await listed(desk))["total"] == 0
    after = an_event(desk, in_sample=False, lead_officer_id="ff-ash", at=clock.now())
    await published(desk, after)
    assert [one["visit_id"] for one in (await listed(desk))["visits"]] == [after.visit_id]


async def test_a_long_list_is_paged_the_longest_published_first(desk: Desk, clock: SetClock) -> None:
    first = await published(desk, an_event(desk, in_sample=True))
    async with transaction(desk.system.tools.database, desk.system.tools.clock, Cause("test", "test", "test")) as work:
        await work.execute(MORE)
    found = await listed(desk, page=9)
    assert (found["page"], found["pages"], found["total"], found["says"]) == (2, 2, 61, "51 to 61 of 61")
    assert found["visits"][-1]["visit_id"] == first
    assert [one["visit_id"] for one in (await listed(desk))["visits"]][:2] == ["more-60", "more-59"]


async def test_what_is_returned_or_rejected_is_not_drawn(desk: Desk) -> None:
    visit_id = await desk.receive(an_event(desk, in_sample=True, lead_officer_id="ff-elm"))
    ada = await desk.reviewer()
    await desk.decide(ada, visit_id, "claim")
    answer = await desk.decide(ada, visit_id, "reject", reason="It is another building", fields=["address"])
    assert answer.status_code == 200
    assert (await listed(desk))["total"] == 0


async def test_neither_author_nor_reviewer_scores_and_everything_wrong_is_said_at_once(desk: Desk) -> None:
    visit_id = await published(desk, an_event(desk, in_sample=True))
    for name in ("ada", LEAD.upper()):
        refused = await score(await manager(desk, name), visit_id)
        assert (refused.status_code, "somebody else checks it" in refused.text) == (403, True)
    bob = await desk.reviewer("bob")
    assert (await score(await desk.system.client(Role.CONTROL), visit_id)).status_code == 403
    wrong = await score(bob, visit_id, answers={**RIGHT, "PLAN": "NOT_RIGHT", "ADDRESS": "DOES_NOT_APPLY"})
    assert wrong.status_code == 422
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/ADDRESS", "/PLAN-words"]
    done = await score(bob, visit_id, **NO_PLAN)
    assert (done.status_code, done.json()["points_right"], done.json()["points_asked"]) == (200, 5, 6)
    assert (await score(bob, visit_id, version=2)).status_code == 409
    assert (await score(bob, visit_id)).status_code == 409
    assert (await score(bob, "none")).status_code == 404
    assert (await listed(desk))["counts"] == {"WAITING": 0, "SCORED": 1}
    assert [one["visit_id"] for one in (await listed(desk, show="SCORED"))["visits"]] == [visit_id]


async def test_of_two_who_approved_and_changed_a_visit_neither_scores_it(desk: Desk) -> None:
    grave = {"likelihood": 3, "severity": {"FF": 3, "PUB": 3, "ENV": 0, "COM": 0, "HER": 0, "ECO": 0}}
    visit_id = await desk.receive(an_event(desk, in_sample=True, **grave))
    ada, ben = await desk.reviewer(), await desk.reviewer("ben")
    lower: dict[str, Any] = {"override": {"level": 2, "reason": "Sprinklers all over"}, "reason": "Seen by us all"}
    await desk.decide(ada, visit_id, "claim")
    assert (await desk.decide(ada, visit_id, "amend", **lower)).json()["waits_for_second"] is True
    assert (await listed(desk))["total"] == 0
    await desk.decide(ben, visit_id, "claim")
    assert (await desk.decide(ben, visit_id, "publish")).status_code == 200
    for who in (ada, ben):
        assert (await score(who, visit_id)).status_code == 403
    assert (await score(await desk.reviewer("bob"), visit_id)).status_code == 200


async def test_whom_the_crew_list_alone_names_leaves_it_to_another_or_is_the_manager(desk: Desk) -> None:
    visit_id = await published(desk, an_event(desk, in_sample=True, crew_ids=["bob", "mel"]))
    refused = await score(await desk.reviewer("bob"), visit_id)
    assert (refused.status_code, "crew list" in refused.text) == (403, True)
    assert (await score(await manager(desk), visit_id)).status_code == 200


async def test_a_check_is_opened_again_with_a_reason_and_its_first_result_stays_in_the_history(desk: Desk) -> None:
    visit_id = await published(desk, an_event(desk, in_sample=True))
    bob = await desk.reviewer("bob")
    await score(bob, visit_id, **NO_PLAN)
    address = f"{QUALITY}/{visit_id}/reopen"
    assert (await bob.post(address, json={"version": 2, "reason": "no"})).status_code == 422
    assert (await bob.post(address, json={"version": 1, "reason": "The wrong visit"})).status_code == 409
    assert (await (await desk.reviewer()).post(address, json={"version": 2, "reason": "I mind"})).status_code == 403
    again = await bob.post(address, json={"version": 2, "reason": "The plan is there"})
    assert (again.status_code, again.json()["state"], again.json()["findings"]) == (200, "WAITING", {})
    assert (await bob.post(address, json={"version": 3, "reason": "The plan is there"})).status_code == 409
    assert (await score(bob, visit_id, version=3)).json()["points_right"] == 6
    kept = await desk.system.rows(
        f"SELECT action, details->'findings'->>'PLAN', details->>'why' FROM platform.history "
        f"WHERE record = 'quality/{visit_id}' ORDER BY number"
    )
    assert [tuple(row) for row in kept] == [
        ("drawn", None, None),
        ("scored", "The first floor is missing", None),
        ("reopened", None, "The plan is there"),
        ("scored", None, None),
    ]


async def test_the_crew_reads_the_result_with_its_visit_and_that_it_is_checked_again(
    desk: Desk, clock: SetClock
) -> None:
    crew = await desk.system.client(Role.FIREFIGHTER, name=LEAD)
    visit = a_visit(lead_officer_id=LEAD, submission_id=an_event(desk, in_sample=True).visit_id, evac_strategy=None)
    assert (await crew.post("/api/v1/visits", json=visit)).status_code == 202
    visit_id = await published(desk, located(**visit))
    clock.move(timedelta(hours=1))
    bob = await desk.reviewer("bob")
    await score(bob, visit_id, **NO_PLAN)
    await desk.system.settle()
    story = (await crew.get(f"/api/v1/visits/{visit_id}")).json()
    (line,) = [each for each in story["story"] if each["state"] == "QUALITY_CHECKED"]
    said = "5 of 6 points are right. Plan attached: The first floor is missing."
    assert (line["words"], line["detail"]) == ("Checked for quality", said)
    assert (story["state"], story["comments"]) == ("PUBLISHED", 0)
    assert "bob" not in str(story)
    changes = (await crew.get("/api/v1/visits/changes")).json()["visits"]
    assert changes[0]["more"] == [f"Checked for quality: {said}"]
    assert changes[0]["must_act"] is False
    clock.move(timedelta(hours=1))
    await bob.post(f"{QUALITY}/{visit_id}/reopen", json={"version": 2, "reason": "The plan is there"})
    await desk.system.settle()
    changes = (await crew.get("/api/v1/visits/changes")).json()["visits"]
    assert changes[0]["more"] == ["Checked for quality: It is being checked again."]
    assert await desk.system.quarantined() == []


async def test_results_stand_by_station_and_month_once_five_visits_are_behind_them(desk: Desk, clock: SetClock) -> None:
    bob, performance = await desk.reviewer("bob"), await desk.system.client(Role.PERFORMANCE)
    for number in range(5):
        found = await listed(desk)
        assert [each["percent"] for each in found["results"]] == [None] * bool(number)
        assert found["percent_at_random"] is None
        assert (await performance.get("/api/v1/scorecard")).json()["quality_at_random"]["percent"] is None
        visit_id = await published(desk, an_event(desk, in_sample=True, station="71"))
        await score(bob, visit_id, **(NO_PLAN if number == 0 else {}))
        await desk.system.settle()
    elsewhere = await published(desk, an_event(desk, in_sample=False, lead_officer_id="ff-elm", station="72"))
    await score(bob, elsewhere, **NO_PLAN)
    await desk.system.settle()
    found = await listed(desk)
    assert found["results"] == [
        {"station": "71", "month": "2026-11", "percent": 96},
        {"station": "72", "month": "2026-11", "percent": None},
    ]
    assert found["percent_at_random"] is None
    scorecard = (await performance.get("/api/v1/scorecard")).json()["quality_at_random"]
    assert scorecard == {"checks": 5, "percent": 96}
    assert "96 %" in (await performance.get("/scorecard", headers=HTML)).text
    said = await desk.system.said(VisitQualityChecked.topic)
    assert len(said) == 6


async def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(desk: Desk) -> None:
    visit_id = await published(desk, an_event(desk, in_sample=True))
    bob, ada, address = await desk.reviewer("bob"), await desk.reviewer(), f"{PAGES}/{visit_id}"
    assert "At random" in (await bob.get(PAGES, headers=HTML)).text
    assert "You cannot check this visit: you decided on this visit" in (await ada.get(address, headers=HTML)).text
    typed = {**RIGHT, "PLAN": "NOT_RIGHT", "HAZARDS": "", "PLAN-words": "no", "version": "1"}
    wrong = await bob.post(f"{address}/score", data=typed, headers=HTML)
    assert wrong.status_code == 422
    for words in ('value="no"', 'href="#PLAN-words"', 'href="#HAZARDS"', "Hazards: say whether it is right"):
        assert words in wrong.text
    typed = {**typed, "HAZARDS": "RIGHT", "PLAN-words": "The first floor is missing"}
    assert (await bob.post(f"{address}/score", data=typed, headers=HTML)).status_code == 303
    page = (await ada.get(address, headers=HTML)).text
    assert "5 of 6 points right" in page
    assert "The first floor is missing" in page
    assert (await ada.post(f"{address}/reopen", data={"version": "2"}, headers=HTML)).status_code == 403
    empty = await bob.post(f"{address}/reopen", data={"version": "2", "reason": ""}, headers=HTML)
    assert (empty.status_code, "Say why" in empty.text) == (422, True)
    opened = await bob.post(f"{address}/reopen", data={"version": "2", "reason": "The plan is there"}, headers=HTML)
    assert opened.status_code == 303
    assert "The plan is there" in (await bob.get(address, headers=HTML)).text
