"""The queue as each reviewer finds it: by pages, in its own order, and without what they approved themselves."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, QUEUE, Desk, located
from tests.system import System

LEVEL_5: dict[str, Any] = {
    "premises_class": "FLATS_HIGH",
    "height_top_storey_m": 26,
    "external_wall": "ACM",
    "likelihood": 3,
}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def listed(who: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """Return a page of the queue."""
    answer = await who.get(QUEUE, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(page: dict[str, Any]) -> list[str]:
    return [row["visit_id"] for row in page["items"]]


async def test_the_most_urgent_of_more_than_a_page_comes_first_though_it_came_last(desk: Desk) -> None:
    ordinary = [located(a_premises(str(number)), at=NOW + timedelta(seconds=number)) for number in range(53)]
    await desk.receive(*ordinary)
    urgent = await desk.receive(located(a_premises("99"), hazards=[ACETYLENE], none_found=False))
    ada = await desk.reviewer()
    first, second = await listed(ada), await listed(ada, page=2)
    assert (first["says"], second["says"], first["total"], first["pages"]) == ("1 to 50 of 54", "51 to 54 of 54", 54, 2)
    assert ids(first)[0] == urgent
    assert ids(first) + ids(second) == [urgent, *(each.visit_id for each in ordinary)]
    assert ids(await listed(ada, page=9)) == ids(second), "a page after the last one is the last one"
    page = (await ada.get("/review", params={"page": 2})).text
    assert "51 to 54 of 54</strong> visits, most urgent first" in page
    assert 'href="/review?page=1"' in page


async def test_the_queue_puts_safety_first_then_due_then_level_then_rank_then_the_longest_wait(desk: Desk) -> None:
    def a_visit(number: int, likelihood: int | None, minutes: int = 0, **visit: Any) -> Any:
        severity = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 3)
        given = {"likelihood": likelihood, "severity": severity if likelihood else None, **visit}
        event = located(a_premises(str(number)), **given)
        return event.model_copy(
            update={
                "visit": event.visit.model_copy(
                    update={"submitted_at": event.visit.submitted_at + timedelta(minutes=minutes)}
                )
            }
        )

    in_order = [
        a_visit(1, 1, hazards=[ACETYLENE], none_found=False),
        a_visit(2, None),
        a_visit(3, 5),
        a_visit(4, 4),
        a_visit(5, 3),
        a_visit(6, 2),
        a_visit(7, 2, minutes=1),
    ]
    await desk.receive(*reversed(in_order))
    assert ids(await listed(await desk.reviewer())) == [each.visit_id for each in in_order]


async def test_what_was_decided_is_listed_newest_decision_first(desk: Desk, clock: SetClock) -> None:
    visits = [await desk.receive(located(a_premises(str(number)))) for number in range(3)]
    for visit_id in visits:
        clock.move(timedelta(minutes=1))
        await desk.publish(visit_id)
    found = await listed(await desk.reviewer(), show="decided")
    assert (ids(found), found["says"]) == (visits[::-1], "1 to 3 of 3")


class TestTwoApprovers:
    """Of two who approve, the second sees what the first changed, and the first is left alone with it."""

    async def test_what_i_approved_first_waits_for_others_and_no_longer_for_me(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(**LEVEL_5))
        ada, ben = await desk.reviewer("ada"), await desk.reviewer("ben")
        await desk.decide(ada, visit_id, "claim")
        await desk.decide(ada, visit_id, "publish")
        for show in ("new", "mine"):
            assert ids(await listed(ada, show=show)) == []
        assert (await listed(ada))["counts"] == {"new": 0, "mine": 0, "overdue": 0, "all": 1}
        [row] = (await listed(ben, show="new"))["items"]
        assert (row["state_words"], row["approved_first_by"]) == ("Waiting for a second approver", "ada")
        assert "You approved it first" in (await ada.get("/review", params={"show": "all"})).text

    async def test_an_approval_of_an_older_record_counts_for_nobody(self, desk: Desk) -> None:
        one, two = located(**LEVEL_5), located(roof="Slate", **LEVEL_5)
        await desk.receive(one, two)
        ada = await desk.reviewer("ada")
        await desk.decide(ada, one.visit_id, "claim")
        await desk.decide(ada, one.visit_id, "publish")
        await desk.publish(two.visit_id, who=await desk.reviewer("ben"))
        [row] = (await listed(ada, show="new"))["items"]
        assert (row["visit_id"], row["waits_for_second"]) == (one.visit_id, False)

    async def test_the_second_sees_each_change_of_the_first_under_its_name(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(roof="felt n slate", voids="Roof void", **LEVEL_5))
        ada = await desk.reviewer("ada")
        await desk.decide(ada, visit_id, "claim")
        changes = {"facts": {"roof": "Felt and slate", "staircases": 2}, "leave_out": ["voids"]}
        answer = await desk.decide(ada, visit_id, "amend", reason="By the plans", **changes)
        assert answer.json()["waits_for_second"] is True
        mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
        await desk.decide(mel, visit_id, "claim")
        page = " ".join((await mel.get(f"/review/{visit_id}")).text.split())
        assert "ada has approved this, with changes" in page
        assert 'felt n slate <span class="review-amended"><strong>ada changed it to:</strong>' in page
        assert 'Not mentioned</span> <span class="review-amended"><strong>ada changed it to:</strong>' in page
        assert "Left out by ada" in page
        assert "Publish with the changes by ada" in page
        assert "Publish as reported" not in page

    async def test_the_second_may_put_back_what_the_crew_reported(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(roof="Felt", **LEVEL_5))
        ada, mel = await desk.reviewer("ada"), await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
        await desk.decide(ada, visit_id, "claim")
        await desk.decide(ada, visit_id, "amend", facts={"roof": "Thatch"})
        await desk.decide(mel, visit_id, "claim")
        assert (await desk.decide(mel, visit_id, "amend")).json()["waits_for_second"] is True, "ada approved another"
        await desk.decide(ada, visit_id, "claim")
        assert (await desk.decide(ada, visit_id, "publish")).json()["state"] == "PUBLISHED"
        facts = (await desk.shown())[-1].record.facts
        assert facts is not None
        assert facts.roof == "Felt"


async def test_the_page_of_a_queue_of_206_is_no_larger_than_that_of_50(desk: Desk) -> None:
    await desk.receive(*[located(a_premises(str(number)), at=NOW + timedelta(seconds=number)) for number in range(50)])
    ada = await desk.reviewer()
    of_50 = (await ada.get("/review")).content
    await desk.receive(
        *[located(a_premises(str(number)), at=NOW + timedelta(seconds=number)) for number in range(50, 206)]
    )
    of_206 = (await ada.get("/review")).content
    assert b"1 to 50 of 206</strong> visits" in of_206
    assert len(of_206) < len(of_50) + 3_000
    assert len(of_206) < 150_000, f"{len(of_206):,} bytes"
