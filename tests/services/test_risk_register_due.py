"""What is due for review: listed the gravest first, counted by state, level and station, and asked of a crew."""

import runpy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewMethod, Role, VisitKind, VisitOutcome
from services.domain.review_dates import Dates, Freshness, freshness, review_due_on, stale_from
from services.domain.working_time import local_date
from services.risk_register.rules.due import DueState
from services.risk_register.rules.publishing import Dates as RecordDates
from services.risk_register.rules.publishing import dates_after
from services.shared.clock import SetClock
from services.shared.database import Database
from services.shared.rows import inserting, keep
from services.shared.service import Tools
from tests.builders import NOW, a_premises, a_submission
from tests.services.risk_register_desk import Desk, located
from tests.system import System, a_system

MIGRATION = Path("deploy/migrations/versions/0038_risk_register_review_dates.py")
UNSAFE: dict[str, Any] = {
    "premises_class": "FLATS_HIGH",
    "height_top_storey_m": 26,
    "external_wall": "ACM",
    "roof": "Felt",
}
DUE = "/api/v1/risk-register/due"
TODAY = local_date(NOW)
HTML = {"Accept": "text/html"}
INSERT = inserting("risk_register.review_dates")
OF_FRESHNESS: dict[Freshness, set[DueState | None]] = {
    Freshness.STALE: {DueState.STALE},
    Freshness.OVERDUE: {DueState.OVERDUE},
    Freshness.DUE_SOON: {DueState.DUE, DueState.DUE_SOON},
    Freshness.UNKNOWN: {DueState.NO_DATE},
    Freshness.IN_DATE: {None},
}


def in_ground(premises_id: str, station: str | None = "S1") -> LocatedPremises:
    premises = a_premises(premises_id)
    return premises.model_copy(update={"place": premises.place.model_copy(update={"station_ground": station})})


def dated(number: int, level: int | None, due_in: int | None, station: str = "S1", **other: Any) -> dict[str, Any]:
    """Return when a record must be seen again, so many days from now."""
    due_on = None if due_in is None else TODAY + timedelta(days=due_in)
    visited_on = TODAY - timedelta(days=400)
    row = {
        "premises_id": f"{number:012}", "name": "", "address": f"{number} Quay Street", "postcode": "XQ1 1AA",
        "station": station, "base_level": level, "effective_level": level, "visited_on": visited_on,
        "review_due_on": due_on, "stale_on": stale_from(Dates(visited_on, due_on, level)),
    }  # fmt: skip
    return {**row, **other}


async def given_dates(database: Database, *rows: dict[str, Any]) -> None:
    async with database.reading() as session:
        await keep(session, INSERT, rows)
        await session.commit()


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    return Desk(await a_system(tools, ("risk_register", "visits")))


async def due(desk: Desk, **asked: Any) -> dict[str, Any]:
    answer = await (await desk.reviewer()).get(DUE, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any]) -> list[int]:
    return [int(each["premises_id"]) for each in found["records"]]


async def test_the_gravest_comes_first_and_of_them_the_longest_overdue(desk: Desk, database: Database) -> None:
    await given_dates(
        database,
        *(dated(1, 2, -300), dated(2, 5, 20), dated(3, 4, -10), dated(4, 4, -40), dated(5, 5, -1), dated(6, 3, 61)),
        *(dated(7, None, None), dated(8, 4, None, visited_on=None, stale_on=date.min)),
    )
    found = await due(desk)
    assert numbers(found) == [5, 2, 8, 4, 3, 1, 7]
    assert [each["state"] for each in found["records"]] == [
        "overdue", "due", "stale", "overdue", "overdue", "overdue", "no-date",
    ]  # fmt: skip
    assert (found["total"], found["says"]) == (7, "1 to 7 of 7")


@given(
    st.integers(1, 5),
    st.one_of(st.none(), st.dates(date(2010, 1, 1), date(2026, 12, 1))),
)
def test_the_first_stale_day_is_the_day_on_which_freshness_says_stale(level: int, visited: date | None) -> None:
    dates = Dates(visited, review_due_on(visited, level) if visited else None, level)
    stale_on = stale_from(dates)
    assert stale_on is not None
    assert freshness(dates, stale_on) is Freshness.STALE
    if visited:
        assert freshness(dates, stale_on - timedelta(days=1)) is not Freshness.STALE


async def test_each_state_is_what_the_rule_of_freshness_says(desk: Desk, database: Database) -> None:
    rows = [
        dated(100 * level + at, level, days)
        for level in range(1, 6)
        for at, days in enumerate((-2000, -1000, -600, -400, -181, -1, 0, 1, 27, 28, 29, 59, 60, 61, 300))
    ]
    await given_dates(database, *rows)
    found: dict[str, str] = {}
    for page in (1, 2):
        found |= {each["premises_id"]: each["state"] for each in (await due(desk, page=page))["records"]}
    for row in rows:
        said = found.get(row["premises_id"])
        fresh = freshness(Dates(row["visited_on"], row["review_due_on"], row["base_level"]), TODAY)
        state: DueState | None = DueState(said) if said else None
        assert state in OF_FRESHNESS[fresh], row
        if said in (DueState.DUE, DueState.DUE_SOON):
            assert (said == DueState.DUE) == (row["review_due_on"] <= TODAY + timedelta(days=28)), row


async def test_it_is_counted_by_level_and_station_and_narrowed_by_each(desk: Desk, database: Database) -> None:
    await given_dates(
        database,
        *(dated(1, 5, -1), dated(2, 5, 5, "S2"), dated(3, 4, -1, "S2"), dated(4, 4, 40, ""), dated(5, 1, 900)),
    )
    found = await due(desk)
    assert found["by_level"] == {"5": {"overdue": 1, "due": 1}, "4": {"overdue": 1, "due-soon": 1}}
    assert found["by_station"] == {
        "": {"due-soon": 1}, "S1": {"overdue": 1}, "S2": {"due": 1, "overdue": 1},
    }  # fmt: skip
    assert numbers(await due(desk, station="S2")) == [2, 3]
    assert numbers(await due(desk, station="-")) == [4]
    assert numbers(await due(desk, level=4, show="overdue")) == [3]
    assert (await due(desk, station="S2"))["counts"] == {"due": 1, "overdue": 1}


async def test_a_page_after_the_last_is_the_last_and_says_how_many_there_are(desk: Desk, database: Database) -> None:
    await given_dates(database, *(dated(number, 3, -number) for number in range(1, 121)))
    found = await due(desk, page=9)
    assert (found["page"], found["pages"], found["says"], len(found["records"])) == (3, 3, "101 to 120 of 120", 20)
    page = await (await desk.reviewer()).get("/oversight", params={"page": 2}, headers=HTML)
    assert "51 to 100 of 120" in page.text


async def test_a_publication_sets_the_date_and_a_crew_is_asked_in_one_step(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(in_ground("999900000014"))))
    assert (await due(desk))["total"] == 0
    [(due_on, station)] = await desk.system.rows("SELECT review_due_on, station FROM risk_register.review_dates")
    assert isinstance(due_on, date)
    clock.move(timedelta(days=(due_on - TODAY).days + 3))
    ada = await desk.reviewer()
    page = (await ada.get("/oversight", headers=HTML)).text
    assert all(words in page for words in ("The Corner Stores", "3 days late", "Ask a crew", f">{station}<"))
    form = (await ada.get("/review/records/999900000014", headers=HTML)).text
    assert "Its review was due on" in form
    body = {"premises_id": "999900000014", "reason": "Its review was due", "station": "S1"}
    by = (local_date(clock.now()) + timedelta(days=28)).isoformat()
    answer = await ada.post("/api/v1/risk-register/asks", json={**body, "due_on": by})
    assert answer.status_code == 201
    await desk.system.settle()
    crew = await desk.system.client(Role.FIREFIGHTER, name="ff", station="S1")
    assert [each["due_on"] for each in (await crew.get("/api/v1/visits/asked")).json()["asked"]] == [by]
    [line] = (await due(desk))["records"]
    assert line["asked"] == {"by": by, "station": "S1", "watch": None}
    assert "Asked</a>: station S1" in (await ada.get("/oversight", headers=HTML)).text


NOT_A_VISIT: list[dict[str, Any]] = [
    {"review_method": "TELEPHONE"},
    {"review_method": "DESKTOP"},
    {"outcome": "NO_ACCESS", "outcome_note": "Shut"},
    {"outcome": "REFUSED", "outcome_note": "Not today"},
    {"visit_kind": "INTELLIGENCE_ONLY"},
]


@pytest.mark.parametrize("visit", NOT_A_VISIT)
async def test_only_a_completed_visit_in_person_sets_the_clock_back(
    desk: Desk, clock: SetClock, visit: dict[str, Any]
) -> None:
    await desk.publish(await desk.receive(located(in_ground("999900000014"))))
    rows = "SELECT visited_on, review_due_on FROM risk_register.review_dates"
    before = await desk.system.rows(rows)
    clock.move(timedelta(days=200))
    await desk.publish(await desk.receive(located(in_ground("999900000014"), at=clock.now(), **visit)))
    assert await desk.system.rows(rows) == before
    clock.move(timedelta(days=1))
    await desk.publish(await desk.receive(located(in_ground("999900000014"), at=clock.now())))
    assert await desk.system.rows(rows) != before


@pytest.mark.parametrize("kind", VisitKind)
@pytest.mark.parametrize("method", ReviewMethod)
@pytest.mark.parametrize("outcome", VisitOutcome)
def test_above_level_1_no_other_visit_moves_either_date(
    kind: VisitKind, method: ReviewMethod, outcome: VisitOutcome
) -> None:
    form = a_submission().model_copy(update={"visit_kind": kind, "review_method": method, "outcome": outcome})
    counts = (method, outcome) == (ReviewMethod.PHYSICAL, VisitOutcome.COMPLETED)
    counts = counts and kind is not VisitKind.INTELLIGENCE_ONLY
    for level in (2, 3, 4, 5):
        moved = dates_after(form, RecordDates(), level) != RecordDates()
        assert moved is counts


@pytest.mark.parametrize("visit", [{}, UNSAFE, {"review_method": "TELEPHONE"}])
async def test_the_migration_gives_what_was_published_before_the_same_dates(
    desk: Desk, database: Database, visit: dict[str, Any]
) -> None:
    await desk.publish(await desk.receive(located(in_ground("999900000014"), **visit)))
    rows = "SELECT * FROM risk_register.review_dates"
    before = await desk.system.rows(rows)
    async with database.reading() as session:
        await session.execute(text("DELETE FROM risk_register.review_dates"))
        await session.execute(text(runpy.run_path(str(MIGRATION))["FILL"]))
        await session.commit()
    assert await desk.system.rows(rows) == before
    assert len(before) == 1


async def test_with_nothing_due_the_page_says_when_something_comes(desk: Desk, system: System) -> None:
    ada = await desk.reviewer()
    assert "No record is due" in (await ada.get("/oversight", headers=HTML)).text
    narrowed = (await ada.get("/oversight?show=stale&level=5&station=S1", headers=HTML)).text
    assert "See all that is due" in narrowed
    assert (await ada.get("/oversight?level=9", headers=HTML)).status_code == 422
    crew = await desk.system.client(Role.FIREFIGHTER, name="ff")
    assert (await crew.get("/oversight", headers=HTML)).status_code == 403
