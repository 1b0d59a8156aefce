"""The tactical plan of a record: its own author and dates, its own review, and two people where that is demanded."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from schemas.premises import LocatedPremises
from schemas.vocabulary import Role, VisitKind
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

SHOP = "999900000014"
PLANS = "/oversight/tactical-plans"
API = "/api/v1/risk-register/tactical-plans"
PLAN: dict[str, Any] = {"tactics_note": "Attack from the yard", "sector_note": "Sector 1: Quay Street"}
WHY = "Walked through with the station"
OF_PLAN = (
    *("premises_id", "words", "author", "approved_by", "second_approved_by", "written_at", "reviewed_by"),
    *("review_due_on", "base_level", "is_held", "proposal", "reviewed_on", "version"),
)
YEAR = timedelta(days=366)


def shop() -> LocatedPremises:
    """Return the shop, in the ground of S1."""
    found = a_premises(SHOP)
    return found.model_copy(update={"place": found.place.model_copy(update={"station_ground": "S1"})})


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register and control, with a published record of a shop in the ground of S1 that has a plan."""
    desk = Desk(await a_system(tools, ("risk_register", "control")))
    await desk.publish(await desk.receive(located(shop(), **PLAN)))
    return desk


def plans_there() -> str:
    """Return the statement by which the migration keeps the plans that were published before it."""
    (file,) = Path("deploy/migrations/versions").glob("*_after_incidents.py")
    migration = importlib.util.spec_from_file_location("after_incidents", file)
    assert migration is not None
    assert migration.loader is not None
    module = importlib.util.module_from_spec(migration)
    migration.loader.exec_module(module)
    statement: str = module.PLANS_THERE
    return statement


async def plans(desk: Desk, show: str = "all") -> dict[str, Any]:
    ada = await desk.reviewer()
    found: dict[str, Any] = (await ada.get(API, params={"show": show})).json()
    return found


async def act(desk: Desk, to: str, name: str = "ada", role: Role = Role.RISK_TEAM, **data: str) -> str:
    """Send a form of the plan's page; return its whole answer, or where it leads."""
    who = await desk.reviewer(name, role)
    version = (await plans(desk))["plans"][0]["plan"]["version"]
    answer = await who.post(f"{PLANS}/{SHOP}/{to}", data={"version": str(version), **data})
    await desk.system.settle()
    return answer.headers["location"] if answer.status_code == 303 else answer.text


async def score(desk: Desk, level: int) -> None:
    """Let the shop count as of a level, as a publication with that score would."""
    async with desk.system.tools.database.reading() as session:
        await session.execute(text(f"UPDATE risk_register.tactical_plans SET base_level = {level}"))
        await session.commit()


async def on_screen(desk: Desk) -> dict[str, Any]:
    operator = await desk.system.client(Role.CONTROL)
    found: dict[str, Any] = (await operator.get(f"/api/v1/control/premises/{SHOP}")).json()["plan"]
    return found


async def test_a_plan_has_its_own_author_and_dates_and_a_visit_reviews_nothing_of_it(
    desk: Desk, clock: SetClock
) -> None:
    (line,) = (await plans(desk))["plans"]
    plan = line["plan"]
    assert (plan["words"], plan["author"], plan["approved_by"]) == (PLAN, "firefighter", "ada")
    due = date.fromisoformat(plan["review_due_on"])
    assert (await on_screen(desk))["says"].startswith("Plan reviewed 22 Nov 2026, next ")
    clock.move(30 * timedelta(days=1))
    later = NOW + timedelta(days=30)
    await desk.publish(await desk.receive(located(shop(), later, visit_kind=VisitKind.REVIEW, **PLAN)))
    (line,) = (await plans(desk))["plans"]
    assert (line["plan"]["reviewed_on"], line["plan"]["review_due_on"]) == ("2026-11-22", due.isoformat())
    clock.move(due - date(2026, 12, 22) + timedelta(days=1))
    found = await plans(desk, "due")
    assert (found["counts"]["overdue"], found["plans"][0]["state"]) == (1, "overdue")
    ada = await desk.reviewer()
    assert "1 tactical plan due within 60 days, 1 of them overdue" in (await ada.get("/oversight")).text
    assert "1 overdue" in (await ada.get(PLANS, params={"station": "S1"})).text
    screen = await on_screen(desk)
    assert screen["overdue"] is True
    assert "REVIEW OVERDUE since" in screen["says"]
    crew = await desk.system.client(Role.FIREFIGHTER)
    (packed,) = (await crew.get("/api/v1/control/device-pack", params={"station": "S1"})).json()["premises"]
    assert (packed["plan"]["reviewed_on"], packed["plan"]["overdue"]) == ("2026-11-22", True)
    assert "plan overdue" in (await crew.get(f"/control/premises/{SHOP}")).text


async def test_no_change_is_said_by_one_person_below_level_5_and_by_two_at_it(desk: Desk, clock: SetClock) -> None:
    await score(desk, 4)
    clock.move(YEAR)
    own = await act(desk, "review/NO_CHANGE", "firefighter", reason=WHY)
    assert 'href="#no-change-reason"' in own
    assert "somebody else says" in own
    assert await act(desk, "review/NO_CHANGE", reason=WHY) == f"{PLANS}/{SHOP}"
    (line,) = (await plans(desk))["plans"]
    assert (line["plan"]["reviewed_on"], line["plan"]["reviewed_by"], line["state"]) == ("2027-11-23", "ada", "in-date")
    assert (await on_screen(desk))["reviewed_on"] == "2027-11-23"
    await score(desk, 5)
    clock.move(YEAR)
    await act(desk, "review/NO_CHANGE", reason=WHY)
    assert (await plans(desk, "waiting"))["total"] == 1
    assert (await plans(desk))["plans"][0]["plan"]["reviewed_on"] == "2027-11-23"
    assert "you proposed it" in (await act(desk, "proposal/approve")).lower()
    assert "manager" in await act(desk, "proposal/approve", "bob")
    await act(desk, "proposal/approve", "mel", Role.RISK_TEAM_MANAGER)
    (line,) = (await plans(desk))["plans"]
    assert (line["plan"]["reviewed_on"], line["plan"]["reviewed_by"]) == ("2028-11-23", "mel")
    assert (await plans(desk, "waiting"))["total"] == 0


async def test_a_change_is_written_by_one_person_and_holds_when_another_has_approved_it(
    desk: Desk, clock: SetClock
) -> None:
    await score(desk, 3)
    clock.move(timedelta(days=10))
    new: dict[str, Any] = {"tactics_note": "Attack from the street: the yard is built over", "sector_note": ""}
    same = await act(desk, "review/CHANGED", reason=WHY, **PLAN)
    assert 'href="#changed-tactics_note"' in same
    await act(desk, "review/CHANGED", reason=WHY, **new)
    before = (await desk.shown())[-1].record
    assert before.facts is not None
    assert before.facts.tactics_note == PLAN["tactics_note"], "until it is approved, control sees the plan as it is"
    assert "Turned down" in await turned_down(desk)
    await act(desk, "review/CHANGED", reason=WHY, **new)
    await act(desk, "proposal/approve", "bob")
    shown = (await desk.shown())[-1].record
    assert shown.facts is not None
    assert (shown.version, shown.facts.tactics_note, shown.facts.sector_note) == (2, new["tactics_note"], None)
    assert (shown.visited_at, shown.review_due_on) == (before.visited_at, before.review_due_on), "no visit was made"
    assert shown.plan is not None
    assert (shown.plan.written_on, shown.plan.reviewed_on) == (date(2026, 12, 2), date(2026, 12, 2))
    (line,) = (await plans(desk))["plans"]
    assert (line["plan"]["author"], line["plan"]["approved_by"], line["plan"]["second_approved_by"]) == (
        "ada", "bob", None,
    )  # fmt: skip
    ada = await desk.reviewer()
    page = (await ada.get(f"{PLANS}/{SHOP}")).text
    for done in ("Written", "Proposed: changed", "Turned down", "Approved: changed"):
        assert done in page
    record = (await ada.get(f"/review/records/{SHOP}")).text
    assert "Risk team, desktop review" in record
    assert "/review/tactical-plan" not in record, "what the risk team wrote itself leads to no visit"
    stale = await ada.post(f"{PLANS}/{SHOP}/review/NO_CHANGE", data={"version": "1", "reason": WHY})
    assert stale.status_code == 409
    assert (await ada.get(f"{PLANS}/none")).status_code == 404


async def turned_down(desk: Desk) -> str:
    await act(desk, "proposal/turn-down", "bob", reason="The yard is free again")
    ada = await desk.reviewer()
    return (await ada.get(f"{PLANS}/{SHOP}")).text


async def test_the_plans_that_were_published_before_are_as_old_as_their_words(desk: Desk, clock: SetClock) -> None:
    """What the migration works out of the versions is what the rule would have kept."""
    for days in (400, 800):
        clock.move(timedelta(days=400))
        at = NOW + timedelta(days=days)
        await desk.publish(await desk.receive(located(shop(), at, visit_kind=VisitKind.REVIEW, **PLAN)))
    kept = await desk.system.rows(f"SELECT {', '.join(OF_PLAN)} FROM risk_register.tactical_plans")
    async with desk.system.tools.database.reading() as session:
        await session.execute(text("DELETE FROM risk_register.tactical_plans"))
        await session.execute(text(plans_there()))
        await session.commit()
    assert await desk.system.rows(f"SELECT {', '.join(OF_PLAN)} FROM risk_register.tactical_plans") == kept
    assert kept[0][-2] == date(2026, 11, 22)
