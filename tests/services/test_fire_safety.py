"""What Protection says, on the risk record and control's screen: levels rise at once, and fall when it is lifted."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.protection import FireSafety
from schemas.risk_register import RiskRecord
from schemas.vocabulary import RiskFlag, Role
from services.control.presenters.record import present, reads_so_until
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.protection_desk import SHOP, TODAY, Protection, a_fire, a_line, an_audit
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

DAY = timedelta(days=1)
RECORD = f"/api/v1/control/premises/{SHOP}"
PAGE = f"/control/premises/{SHOP}"
SCORED: dict[str, Any] = {
    "premises_class": "SHOP",
    "likelihood": 2,
    "severity": {"FF": 2, "PUB": 2, "ENV": 1, "COM": 1, "HER": 0, "ECO": 1},
}


@pytest.fixture
async def desks(tools: Tools) -> tuple[Desk, Protection]:
    """Return the register, control and Protection."""
    system = await a_system(tools, ("protection", "risk_register", "control"))
    protection = Protection(system)
    await protection.list_premises()
    return Desk(system), protection


async def last(desk: Desk) -> RiskRecord:
    """Return what was said last of the shop's record."""
    return (await desk.shown())[-1].record


async def screen(desk: Desk) -> dict[str, Any]:
    """Return the shop's record as control reads it."""
    operator = await desk.system.client(Role.CONTROL)
    found: dict[str, Any] = (await operator.get(RECORD)).json()
    return found


async def test_a_corner_shop_rises_with_fires_and_notices_and_falls_when_they_are_gone(
    desks: tuple[Desk, Protection],
) -> None:
    desk, protection = desks
    await desk.publish(await desk.receive(located(a_premises(SHOP), **SCORED)))
    before = await last(desk)
    assert before.score is not None
    assert (before.score.base_level, before.score.rank, before.fire_safety) == (2, 13, None)
    on = TODAY.isoformat()
    await protection.feed("incidents", a_fire("1", on), a_fire("2", on))
    record = await last(desk)
    assert record.score is not None
    assert record.fire_safety is not None
    assert (record.score.base_level, record.score.rank, record.fire_safety.fires) == (2, 20, 2), "likelihood 3"
    await protection.feed("audits", an_audit())
    score = (await last(desk)).score
    assert score is not None
    assert (score.base_level, score.rank) == (3, 26), "likelihood 4: FF and PUB 8, band 3"
    await protection.feed("notices", a_line())
    record = await last(desk)
    assert record.score is not None
    assert record.score.rank == 26, "a notice and an audit count once together"
    assert RiskFlag.PROHIBITION_NOTICE in record.score.flags
    assert record.judgement is not None
    assert record.judgement.likelihood == 2, "what the crew judged stays its own"
    assert (record.version, record.review_due_on) == (1, before.review_due_on and record.review_due_on)
    assert record.review_due_on is not None
    assert before.review_due_on is not None
    assert record.review_due_on < before.review_due_on, "level 3 is reviewed after 36 months"
    ada = await desk.reviewer()
    page = (await ada.get(f"/review/records/{SHOP}")).text
    for words in ("Prohibition notice, art 31", "Likelihood 2 more than the crew judged", "Rear exit blocked"):
        assert words in page
    await protection.feed("notices", a_line(withdrawn=on))
    await protection.feed("audits", an_audit(result="BROADLY_COMPLIANT"))
    await protection.feed("incidents", a_fire("1", on, kind="SPECIAL_SERVICE"))
    after = await last(desk)
    assert (after.score, after.review_due_on) == (before.score, before.review_due_on)
    assert await desk.system.quarantined() == []


async def test_what_is_heard_before_there_is_a_record_waits_for_it(desks: tuple[Desk, Protection]) -> None:
    desk, protection = desks
    await protection.feed("notices", a_line())
    assert await desk.shown() == []
    ada = await desk.reviewer()
    assert "Prohibition notice, art 31" in (await ada.get(f"/review/records/{SHOP}")).text, "it is a listed building"
    visit_id = await desk.receive(located(a_premises(SHOP), **SCORED))
    record = await last(desk)
    assert record.fire_safety is not None
    assert record.reports[0].score is not None
    assert record.reports[0].score.base_level == 3, "what publishing would give"
    item = (await ada.get(f"/review/{visit_id}")).text
    assert "Prohibition notice in force: level 3 or above." in item
    await desk.publish(visit_id)
    score = (await last(desk)).score
    assert score is not None
    assert score.base_level == 3
    (kept,) = await desk.system.rows("SELECT score ->> 'base_level' FROM risk_register.versions")
    assert kept == ("2",), "the version keeps facts and judgement alone"


async def test_control_reads_a_prohibition_before_all_else(desks: tuple[Desk, Protection], clock: SetClock) -> None:
    desk, protection = desks
    shop = a_premises(SHOP)
    ground = shop.place.model_copy(update={"station_ground": "S1"})
    await desk.receive(located(shop.model_copy(update={"place": ground}), **SCORED))
    operator = await desk.system.client(Role.CONTROL)
    page = (await operator.get(PAGE)).text
    assert "control-prohibition" not in page
    assert "block-protection" not in page, "where there is none, no room is taken"
    until = (TODAY + 30 * DAY).isoformat()
    enforcement = a_line(reference="N2", kind="ENFORCEMENT", until=until, restricts="Mend the alarm")
    await protection.feed("notices", enforcement, a_line())
    await protection.feed("audits", an_audit())
    found = (await screen(desk))["fire_safety"]
    assert [each["restricts"] for each in found["prohibitions"]] == ["No sleeping above the ground floor"]
    assert (found["notices"][0]["says"], found["notices"][0]["source"]) == (
        "since 22 Nov 2026, to 22 Dec 2026", "protection system",
    )  # fmt: skip
    assert found["audit"]["summary"] == ["Rear exit blocked", "No detection in the store"]
    page = (await operator.get(PAGE)).text
    assert page.index("PROHIBITION NOTICE IN FORCE") < page.index("block-evacuation")
    assert "Rear exit blocked; No detection in the store" in page
    assert "likelihood 1 more" in page
    crew = await desk.system.client(Role.FIREFIGHTER, station="S1")
    (packed,) = (await crew.get("/api/v1/control/device-pack")).json()["premises"]
    assert [(each["words"], each["is_prohibition"]) for each in packed["notices"]] == [
        ("Prohibition notice, art 31", True), ("Enforcement notice, art 30", False),
    ]  # fmt: skip
    assert packed["audit_summary"] == ["Rear exit blocked", "No detection in the store"]
    assert "PROHIBITION NOTICE IN FORCE" in (await crew.get(PAGE)).text
    opened = await operator.post("/api/v1/control/incidents", json={"incident_no": "26-1", "premises_id": SHOP})
    assert (
        opened.json()["record"]["fire_safety"]["prohibitions"][0]["restricts"] == found["prohibitions"][0]["restricts"]
    )
    incident = (await operator.get("/control/incidents/26-1")).text
    assert incident.index("PROHIBITION NOTICE IN FORCE") < incident.index("Evacuation:"), "where it is sent to, as well"
    clock.move(31 * DAY)
    assert "has passed: not lifted" in (await screen(desk))["fire_safety"]["notices"][0]["says"]
    await protection.feed("notices", a_line(withdrawn=TODAY.isoformat()))
    assert (await screen(desk))["fire_safety"]["prohibitions"] == []


async def test_the_later_of_two_counts_whichever_came_first(desks: tuple[Desk, Protection]) -> None:
    desk, protection = desks
    await desk.receive(located(a_premises(SHOP), **SCORED))
    await protection.feed("notices", a_line())
    (first,) = await protection.said(SHOP)
    old = first.model_copy(update={"fire_safety": FireSafety()})
    await desk.system.say(old, source="protection")
    await desk.system.settle()
    record = await last(desk)
    assert record.fire_safety == first.fire_safety


async def test_a_level_set_by_hand_is_not_raised_twice_and_a_screen_is_made_anew_after_the_date(
    desks: tuple[Desk, Protection],
) -> None:
    desk, protection = desks
    override = {"level": 3, "reason": "Known to be let as flats"}
    await desk.publish(await desk.receive(located(a_premises(SHOP), **SCORED, override=override)))
    until = TODAY + 30 * DAY
    await protection.feed("notices", a_line(kind="ENFORCEMENT", until=until.isoformat()))
    record = await last(desk)
    assert record.score is not None
    assert (record.score.base_level, record.score.rank) == (3, 20)
    shown = present(record, NOW, NOW)
    assert reads_so_until(record, shown, NOW).date() <= until + DAY
