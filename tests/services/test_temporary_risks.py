"""Temporary risks raised by hand: listed by their last day, renewed and ended with reasons, and never silently gone."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.risk_register import TemporaryRiskShown
from schemas.vocabulary import Role
from services.risk_register.handlers.temporary import expire_temporary
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

RISKS = "/api/v1/risk-register/temporary-risks"
PAGES = "/temporary-risks"
SHOP = "999900000014"
SCAFFOLD = "Scaffold on the east face"
DAY = timedelta(days=1)
TODAY = NOW.date()


def day(number: int) -> str:
    """Return the day so many days from the first one of the test."""
    return (TODAY + number * DAY).isoformat()


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register with the record of a shop."""
    desk = Desk(await a_system(tools, ("risk_register",)))
    await desk.receive(located(a_premises(SHOP)))
    return desk


async def raise_one(desk: Desk, **overrides: Any) -> httpx.Response:
    """Raise scaffolding at the shop for ten days."""
    ada = await desk.reviewer()
    body = {
        "premises_id": SHOP,
        "what": SCAFFOLD,
        "why": "Told by the site manager",
        "owner": "Protection",
        "starts_on": day(0),
        "ends_on": day(10),
    }
    answer = await ada.post(RISKS, json=body | overrides)
    await desk.system.settle()
    return answer


async def shown(desk: Desk) -> tuple[TemporaryRiskShown, ...]:
    """Return the temporary risks that everybody was told of last."""
    return (await desk.shown())[-1].record.temporary


async def expire(desk: Desk, tools: Tools) -> int:
    return await Deadlines("risk_register", tools.database, tools.clock, expire_temporary).step()


async def test_one_is_raised_by_hand_and_everybody_is_told(desk: Desk) -> None:
    answer = await raise_one(desk)
    assert answer.status_code == 201, answer.text
    raised = answer.json()
    (told,) = await shown(desk)
    assert (told.risk_id, told.what, told.owner, told.ends_on.isoformat(), told.callsign) == (
        raised["risk_id"], SCAFFOLD, "Protection", day(10), None,
    )  # fmt: skip
    ada = await desk.reviewer()
    found = (await ada.get(RISKS)).json()
    assert (found["total"], found["to_confirm"], found["says"]) == (1, 0, "1 of 1")
    (row,) = found["temporary_risks"]
    assert (row["what"], row["state"], row["raised_by"], row["source"]) == (SCAFFOLD, "IN_FORCE", "ada", "BY_HAND")


async def test_everything_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    answer = await raise_one(desk, premises_id="no-such", what="x", why="", owner="", ends_on=day(91))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [
        "/premises_id", "/what", "/why", "/owner", "/ends_on",
    ]  # fmt: skip
    await raise_one(desk)
    again = await raise_one(desk, what="scaffold on the EAST  face")
    assert "renew that one" in again.json()["errors"][0]["reason"]
    crew = await desk.system.client(Role.FIREFIGHTER)
    assert (await crew.post(RISKS, json={})).status_code == 403


async def test_past_its_end_it_waits_to_be_confirmed_and_is_still_told(
    desk: Desk, tools: Tools, clock: SetClock
) -> None:
    risk_id = (await raise_one(desk)).json()["risk_id"]
    assert await expire(desk, tools) == 0
    clock.move(11 * DAY)
    ada = await desk.reviewer()
    assert (await ada.get(RISKS)).json()["temporary_risks"][0]["state"] == "TO_CONFIRM", "before it is marked, too"
    assert await expire(desk, tools) == 1
    assert await expire(desk, tools) == 0
    found = (await ada.get(RISKS)).json()
    assert (found["total"], found["to_confirm"]) == (1, 1)
    assert len(await shown(desk)) == 1, "its last day takes nothing from control"
    history = (await ada.get(f"{RISKS}/{risk_id}")).json()["history"]
    assert [(line["action"], line["by"]) for line in history] == [("raised", "ada"), ("expired, to be confirmed", "")]


async def test_it_is_renewed_with_a_reason_and_that_is_kept(desk: Desk, tools: Tools, clock: SetClock) -> None:
    risk = (await raise_one(desk)).json()
    ada = await desk.reviewer()
    path = f"{RISKS}/{risk['risk_id']}/renew"
    refused = await ada.post(path, json={"version": 1, "reason": "", "ends_on": day(200)})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/reason", "/ends_on"]
    clock.move(11 * DAY)
    await expire(desk, tools)
    body = {"version": 1, "reason": "The works go on", "ends_on": day(101)}
    renewed = await ada.post(path, json=body)
    assert (renewed.status_code, renewed.json()["state"], renewed.json()["version"]) == (200, "IN_FORCE", 2)
    await desk.system.settle()
    (told,) = await shown(desk)
    assert told.ends_on.isoformat() == day(101)
    stale = await ada.post(path, json=body | {"ends_on": day(50)})
    assert stale.status_code == 409
    assert "ada changed it at" in stale.json()["detail"]
    history = (await ada.get(f"{RISKS}/{risk['risk_id']}")).json()["history"]
    assert (history[-1]["action"], history[-1]["why"], history[-1]["until"]) == ("renewed", "The works go on", day(101))


async def test_it_is_ended_with_a_reason_and_kept(desk: Desk) -> None:
    risk = (await raise_one(desk)).json()
    ada = await desk.reviewer()
    path = f"{RISKS}/{risk['risk_id']}/end"
    assert (await ada.post(path, json={"version": 1, "reason": "no"})).status_code == 422
    assert len(await shown(desk)) == 1
    done = await ada.post(path, json={"version": 1, "reason": "Taken down today"})
    assert (done.status_code, done.json()["because"]) == (200, "BY_HAND")
    await desk.system.settle()
    assert await shown(desk) == ()
    assert (await ada.get(RISKS)).json()["total"] == 0
    kept = (await ada.get(f"{RISKS}/{risk['risk_id']}")).json()
    assert (kept["state"], kept["ended_reason"], kept["history"][-1]["why"]) == (
        "ENDED", "Taken down today", "Taken down today",
    )  # fmt: skip
    assert (await ada.post(path, json={"version": 2, "reason": "Taken down today"})).status_code == 409
    assert (await ada.post(f"{RISKS}/none/end", json={"version": 1, "reason": "Taken down"})).status_code == 404
    assert (await raise_one(desk)).status_code == 201, "what is over may be raised anew"


async def test_a_visit_that_arrives_takes_none_of_them_away(desk: Desk) -> None:
    await raise_one(desk)
    visit_id = await desk.receive(located(a_premises(SHOP), storeys_above=3))
    assert [each.what for each in await shown(desk)] == [SCAFFOLD]
    await desk.publish(visit_id)
    assert [each.what for each in await shown(desk)] == [SCAFFOLD]


async def test_the_list_is_paged_in_one_query_the_first_to_end_first(desk: Desk, clock: SetClock) -> None:
    for number in range(52):
        assert (await raise_one(desk, what=f"Scaffold number {number}", ends_on=day(60 - number))).status_code == 201
    clock.move(10 * DAY)
    ada = await desk.reviewer()
    first, last = (await ada.get(RISKS)).json(), (await ada.get(f"{RISKS}?page=2")).json()
    assert (first["total"], first["to_confirm"], first["says"], last["says"]) == (
        52,
        1,
        "1 to 50 of 52",
        "51 to 52 of 52",
    )
    ends = [row["ends_on"] for row in first["temporary_risks"] + last["temporary_risks"]]
    assert ends == sorted(ends)
    assert (await ada.get(f"{RISKS}?page=9")).json()["page"] == 2
    page = (await ada.get(PAGES)).text
    assert "1 to 50 of 52" in page
    assert "1 expired: confirm" in page


class TestPages:
    """The list, the form that raises one, and the page of one."""

    async def test_one_is_raised_from_the_record(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        record = (await ada.get(f"/review/records/{SHOP}")).text
        assert f"{PAGES}/new?premises_id={SHOP}" in record
        form = (await ada.get(f"{PAGES}/new?premises_id={SHOP}")).text
        assert f'value="{SHOP}"' in form
        typed = {"premises_id": f" {SHOP} ", "what": SCAFFOLD, "why": "Told by the site", "owner": "Protection"}
        answer = await ada.post(f"{PAGES}/new", data=typed | {"starts_on": day(0), "ends_on": day(10)})
        assert answer.status_code == 303
        assert SCAFFOLD in (await ada.get(PAGES)).text
        assert SCAFFOLD in (await ada.get(f"/review/records/{SHOP}")).text

    async def test_premises_whose_address_begins_with_their_name_are_named_once(self, desk: Desk) -> None:
        named = a_premises("999900000021", name="Vale Showground", address="Vale Showground, Vale Way, Wexcombe")
        await desk.receive(located(named))
        raised = (await raise_one(desk, premises_id="999900000021")).json()
        ada = await desk.reviewer()
        for page in (PAGES, f"{PAGES}/{raised['risk_id']}"):
            text = (await ada.get(page)).text
            assert (page, text.count("Vale Showground"), text.count("Vale Way")) == (page, 1, 1)

    async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        answer = await ada.post(f"{PAGES}/new", data={"premises_id": "12", "what": SCAFFOLD, "ends_on": "soon"})
        assert answer.status_code == 422
        for words in ("There is no risk record of this number", "Say how it came about", "Give its last day"):
            assert answer.text.count(words) == 2, "in the summary and beside its field"
        assert SCAFFOLD in answer.text

    async def test_it_is_renewed_and_ended_from_its_page(self, desk: Desk, clock: SetClock) -> None:
        risk_id = (await raise_one(desk)).json()["risk_id"]
        ada = await desk.reviewer()
        path = f"{PAGES}/{risk_id}"
        refused = await ada.post(f"{path}/renew", data={"version": "1", "reason": "", "ends_on": day(10)})
        assert refused.status_code == 422
        assert 'href="#renew-reason"' in refused.text
        assert 'href="#renew-ends_on"' in refused.text
        clock.move(11 * DAY)
        assert "Expired on 2 Dec 2026: confirm" in (await ada.get(path)).text
        renewed = {"version": "1", "reason": "The works go on", "ends_on": day(30)}
        assert (await ada.post(f"{path}/renew", data=renewed)).status_code == 303
        page = (await ada.get(path)).text
        assert "The works go on" in page
        assert "In force until 22 Dec 2026" in page
        stale = await ada.post(f"{path}/end", data={"version": "1", "reason": "Taken down today", "sure": "yes"})
        assert stale.status_code == 409
        assert "Ada changed it at" in stale.text
        unsure = await ada.post(f"{path}/end", data={"version": "2", "reason": "no"})
        assert unsure.status_code == 422
        assert 'href="#end-sure"' in unsure.text
        assert 'href="#end-reason"' in unsure.text
        ended = {"version": "2", "reason": "Taken down today", "sure": "yes"}
        assert (await ada.post(f"{path}/end", data=ended)).status_code == 303
        page = (await ada.get(path)).text
        assert "Taken down today" in page
        assert "Renew it" not in page
        assert "There is no temporary risk" in (await ada.get(PAGES)).text
        assert (await ada.get(f"{PAGES}/no-such")).status_code == 404
