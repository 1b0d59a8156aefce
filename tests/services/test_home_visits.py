"""Prevention works its Safe and Well cases: the need moves the deadline, each step is kept, and not a word leaks."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from schemas.vocabulary import ReferralState, Role
from services.referrals.rules.deadlines import Need
from services.referrals.rules.records import VisitResult
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS, scopes_of
from services.referrals.rules.worklist import NEEDS_IN_ORDER, Narrowed, due_at, stage_of
from services.referrals.store.worklist import list_worklist
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.services.referrals_desk import CHILD, REFERRALS, hear_all_again, listed, send
from tests.services.test_referrals_cases import MARKER, every_cell, leaks
from tests.services.test_referrals_pages import browser_of, submit, sure, words_of
from tests.system import System, a_system

CONSENTED = {"kind": "SG10", "note": "Falls at night", "consent_state": "GIVEN"}
NEED = {"need": "VERY_HIGH", "factors": ["SMOKES", "NO_WORKING_ALARM"]}
OPEN_TO = (Role.PREVENTION, Role.SAFEGUARDING)


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def in_hand(desk: System, client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the newest case of the desk, acknowledged, accepted and open to whoever works it."""
    case = max(await listed(desk, Role.PREVENTION), key=lambda each: each["raised_at"])
    for action in ("acknowledge", "accept"):
        answer = await client.post(f"{REFERRALS}/{case['id']}/{action}", json={"version": case["version"]})
        assert answer.status_code == 200, answer.text
        case = answer.json()
    assert (await client.post(f"/referrals/{case['id']}/open", data={"purpose": "ACT"})).status_code == 303
    return dict(case)


async def record(client: httpx.AsyncClient, case: dict[str, Any], part: str, **body: Any) -> dict[str, Any]:
    """Record something of a case as it is now, and return the case."""
    version = {"version": case["version"]}
    answer = await client.post(f"{REFERRALS}/{case['id']}/record/{part}", json=version | body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_case_is_worked_from_its_need_to_its_outcome_by_the_forms_of_its_pages(
    desk: System, clock: SetClock
) -> None:
    await send(desk, CONSENTED)
    client = await browser_of(desk, Role.PREVENTION)
    (case,) = await listed(desk, Role.PREVENTION)
    here = f"/referrals/{case['id']}"
    assert "Accept the referral: then need, contact and visit are recorded here" in words_of(await client.get(here))
    await submit(client, here, "acknowledge")
    await submit(client, here, "accept")
    unread = await client.get(f"{here}/record/need", follow_redirects=True)
    assert "Open what the crew wrote and read it, then record what was done" in words_of(unread)
    await submit(client, here, "open", purpose="ACT")

    nothing = await submit(client, f"{here}/record/need", "record/need", words="She smokes in bed")
    assert nothing.status_code == 422
    assert "Choose how great the need is" in nothing.text
    assert "She smokes in bed</textarea>" in nothing.text
    typed = {"need": "HIGH", "factors": "SMOKES", "words": "in bed"}
    page = words_of(await submit(client, f"{here}/record/need", "record/need", **typed))
    assert "The need is recorded" in page
    assert "Need High" in page
    assert "Behaviours: smokes" in page
    assert "To be reached by 14:02 on 29 Nov 2026, before by 14:02 on 20 Dec 2026" in page
    (case,) = await listed(desk, Role.PREVENTION)
    assert case["first_action_by"] == "2026-11-29T14:02:00Z"
    assert case["state"] == "IN_PROGRESS"

    again = await client.get(f"{here}/record/need")
    assert 'value="HIGH" checked' in again.text
    assert 'value="SMOKES" checked' in again.text
    unsaid = await submit(client, f"{here}/record/need", "record/need", need="VERY_HIGH", factors="SMOKES")
    assert "Say why it is corrected" in unsaid.text
    more = {"need": "VERY_HIGH", "factors": "THREAT_OF_FIRE", "reason": "her son threatens her"}
    page = words_of(await submit(client, f"{here}/record/need", "record/need", **more))
    assert "Corrected because: her son threatens her. Before: High. Behaviours: smokes" in page
    assert (await listed(desk, Role.PREVENTION))[0]["first_action_by"] == "2026-11-23T17:00:00Z"

    tried = {"at": "2026-11-22T14:01", "means": "TELEPHONE", "reached": "NO", "words": "no answer"}
    assert "Not reached, by telephone" in words_of(
        await submit(client, f"{here}/record/contact", "record/contact", **tried)
    )
    wrong = f"{here}/record/contact?number=1"
    assert "no answer</textarea>" in (await client.get(wrong)).text
    corrected = tried | {"reached": "YES", "words": "her sister answered", "reason": "wrong line ticked"}
    page = words_of(await submit(client, wrong, "record/contact", **corrected))
    assert "First contact 14:01 today" in page
    assert "in time" in page

    unvisited = await submit(client, here, "close", outcome="VISITED", words="")
    assert "Record the visit first" in unvisited.text
    booked = {"result": "BOOKED", "at": "2026-11-24T10:30", "fitted-SMOKE_ALARM": ""}
    assert "Booked, 10:30 on 24 Nov 2026" in words_of(
        await submit(client, f"{here}/record/visit", "record/visit", **booked)
    )
    assert "Visit due in" in words_of(await client.get("/referrals"))
    clock.move(timedelta(days=2))
    client = await browser_of(desk, Role.PREVENTION)
    await submit(client, here, "open", purpose="ACT")
    made = {"result": "DONE", "at": "2026-11-24T10:40", "fitted-SMOKE_ALARM": "2", "fitted-DEAF_ALARM": "one"}
    not_a_number = await submit(client, f"{here}/record/visit", "record/visit", **made)
    assert "Enter how many of each, from 1 to 20" in not_a_number.text
    page = words_of(await submit(client, f"{here}/record/visit", "record/visit", **made | {"fitted-DEAF_ALARM": "1"}))
    for words in ("2 × smoke alarm", "1 × deaf alarm", "Close it with its outcome"):
        assert words in page
    closed = await sure(client, await submit(client, here, "close", outcome="VISITED", words="Two alarms, one deaf"))
    assert "The referral is closed" in words_of(closed)
    late = await client.post(f"{here}/record/need", data={"version": "9", "need": "LOW"})
    assert late.status_code in (403, 409)


async def test_only_who_works_the_desk_records_and_nobody_else_learns_that_the_case_exists(desk: System) -> None:
    await send(desk, CONSENTED)
    client = await desk.client(Role.PREVENTION)
    case = await in_hand(desk, client)
    case = await record(client, case, "need", **NEED)
    body = {"version": case["version"], **NEED, "reason": "again"}
    moment = desk.tools.clock.now().isoformat()
    for role in Role:
        other = await desk.client(role, name=f"other-{role}")
        answers = {}
        for which in (case["id"], str(uuid4())):
            roads = [
                await other.post(f"{REFERRALS}/{which}/record/need", json=body),
                await other.post(
                    f"{REFERRALS}/{which}/record/contact",
                    json={"version": 3, "at": moment, "means": "LETTER", "reached": "NO"},
                ),
                await other.post(
                    f"{REFERRALS}/{which}/record/visit", json={"version": 3, "at": moment, "result": "DONE"}
                ),
                await other.get(f"/referrals/{which}/record/need"),
                await other.post(f"/referrals/{which}/record/visit", data={"version": "3"}),
            ]
            answers[which] = [(answer.status_code, answer.text) for answer in roads]
        there, nowhere = answers.values()
        if role in OPEN_TO:
            # They have not opened it themselves: nothing is recorded by somebody who has not read it.
            assert [status for status, _ in there] == [422, 409, 409, 303, 409], role
            assert "open what the crew wrote" in there[0][1]
        else:
            assert there == nowhere, role
            assert {status for status, _ in there} <= {403, 404}, role
        page = await other.get("/referrals?desk=5")
        assert ("Very high need" in page.text) is (role is Role.PREVENTION), role
    # A case of another kind is told by these roads like one that is not there.
    await send(desk, CHILD)
    officer = await desk.client(Role.SAFEGUARDING)
    child = next(each for each in await listed(desk, Role.SAFEGUARDING) if each["kind"] == "SG2")
    assert (await officer.post(f"{REFERRALS}/{child['id']}/record/need", json=body | {"version": 1})).status_code == 404
    assert (await officer.get(f"/referrals/{child['id']}/record/need")).status_code == 404


async def test_no_word_of_what_is_recorded_is_found_in_any_table_topic_log_line_or_metric(
    desk: System, database_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await send(desk, CONSENTED)
    client = await desk.client(Role.PREVENTION)
    case = await in_hand(desk, client)
    said = len(await desk.rows("SELECT 1 FROM platform.event_log"))
    at, words = desk.tools.clock.now().isoformat(), {"words": f"needs {MARKER}"}
    case = await record(client, case, "need", **NEED, **words)
    case = await record(client, case, "need", **NEED, **words, reason=f"as {MARKER}")
    case = await record(client, case, "contact", at=at, means="LETTER", reached="YES", **words)
    case = await record(client, case, "contact", at=at, means="LETTER", reached="NO", **words, number=1, reason=MARKER)
    case = await record(client, case, "visit", at=at, result="DONE", fitted={"DEAF_ALARM": 3}, **words)
    here = f"/referrals/{case['id']}"
    assert leaks((await client.get(here)).text)
    assert leaks((await client.get(f"{here}/record/visit")).text)
    await client.post(f"{here}/shut")
    closed = (await client.get(here)).text
    assert not leaks(closed)
    assert "deaf alarm" not in closed.lower()
    wrong = await client.post(f"{REFERRALS}/{case['id']}/record/need", json={"version": 1, "need": MARKER, **words})
    assert wrong.status_code == 422
    assert not leaks(wrong.text)
    await hear_all_again(desk)

    cells = every_cell(database_address)
    assert {where for where, said_there in cells if leaks(said_there)} == set()
    plain = ("DEAF_ALARM", "NO_WORKING_ALARM", "SMOKES", "LETTER")
    assert {where for where, said_there in cells for word in plain if word in said_there} == set()
    assert not leaks(caplog.text)
    assert not leaks((await (await desk.client()).get("/metrics")).text)
    # Nothing is said of it to others, and its history is where nobody else looks.
    assert len(await desk.rows("SELECT 1 FROM platform.event_log")) == said
    assert await desk.rows(f"SELECT 1 FROM platform.history WHERE record LIKE '%{case['id']}%'") == []
    kept = await desk.rows(
        f"SELECT action FROM safeguarding.history WHERE record = 'case/{case['id']}' ORDER BY number"
    )
    assert [action for (action,) in kept if action != "read"][-5:] == ["need", "need", "try", "try", "visit"]


async def test_the_crew_learns_that_it_is_in_progress_and_not_when_more_is_recorded(
    desk: System, clock: SetClock
) -> None:
    visit_id = await send(desk, CONSENTED)
    client = await desk.client(Role.PREVENTION)
    case = await in_hand(desk, client)
    crew = await desk.client(Role.FIREFIGHTER)
    told = []
    for need in ("HIGH", "LOW"):
        clock.move(timedelta(hours=1))
        case = await record(client, case, "need", need=need, factors=["SMOKES"], reason="looked again")
        told.append((await crew.get(f"{REFERRALS}/of-visit/{visit_id}")).text)
    assert "IN_PROGRESS" in told[0]
    assert "2026-11-22T15:02:00Z" in told[0]
    assert told[0] == told[1]


async def test_a_case_whose_key_is_destroyed_takes_nothing_more_and_says_so(desk: System) -> None:
    await send(desk, CONSENTED)
    client = await desk.client(Role.PREVENTION)
    case = await record(client, await in_hand(desk, client), "need", **NEED)
    [(key,)] = await desk.rows("SELECT home_visit->>'key_id' FROM safeguarding.cases")
    async with transaction(desk.tools.database, desk.tools.clock, Cause("test", "test", "test")) as work:
        await desk.tools.vault.destroy(work, str(key))
    again = {"version": case["version"], **NEED, "reason": "more"}
    answer = await client.post(f"{REFERRALS}/{case['id']}/record/need", json=again)
    assert answer.status_code == 409
    assert "can no longer be read" in answer.text
    assert (await client.get(f"/referrals/{case['id']}")).status_code == 200


async def test_the_worklist_stands_by_need_then_by_what_is_due_as_the_rules_say(desk: System, clock: SetClock) -> None:
    """Put every state, need and visit into the cases, and compare what the database orders with what the rules say."""
    kinds = product(ReferralState, NEEDS_IN_ORDER, (None, *VisitResult), (False, True))
    await send(desk, CONSENTED)
    statement = (
        "INSERT INTO safeguarding.cases SELECT (jsonb_populate_record(kept, jsonb_build_object("
        "'id', gen_random_uuid(), 'number', 10 + n, 'state', kinds.state, 'need', kinds.need, 'visit', kinds.visit, "
        "'station', 'S' || n % 3, 'visit_at', raised_at + n * interval '1 hour', "
        "'first_action_by', raised_at + n * interval '7 minutes', "
        "'reached_at', CASE WHEN kinds.reached THEN raised_at END))).* "
        "FROM safeguarding.cases AS kept, (VALUES "
        + ", ".join(
            f"({number}, '{state}', {quoted(need)}, {quoted(visit)}, {reached})"
            for number, (state, need, visit, reached) in enumerate(kinds)
        )
        + ") AS kinds (n, state, need, visit, reached)"
    )
    async with transaction(desk.tools.database, clock, Cause("test", "test", "test")) as work:
        await work.execute(text(statement))
    now = clock.now() + timedelta(hours=30)
    scopes = scopes_of([Role.PREVENTION], None, SAFE_AND_WELL_KINDS)
    async with desk.tools.database.reading() as session:
        found = await list_worklist(session, scopes, Narrowed(), now, limit=1000)
        late = await list_worklist(session, scopes, Narrowed(late=True), now, limit=1000)
        part = await list_worklist(session, scopes, Narrowed(stage=stage_of(found[40])), now, limit=1000)
    never = datetime.max.replace(tzinfo=UTC)
    placed = [(NEEDS_IN_ORDER.index(each.progress.need), due_at(each) or never) for each in found]
    assert placed == sorted(placed)
    assert {each.id for each in late} == {each.id for each in found if (due_at(each) or never) < now}
    assert {each.id for each in part} == {each.id for each in found if stage_of(each) is stage_of(found[40])}


def quoted(code: Need | VisitResult | None) -> str:
    return f"'{code}'" if code else "NULL"


async def test_the_worklist_is_narrowed_by_need_state_and_station_and_marks_what_is_overdue(
    desk: System, clock: SetClock
) -> None:
    client = await desk.client(Role.PREVENTION)
    assert "Nothing waits at this desk" in words_of(await client.get("/referrals"))
    for station, need in (("S1", "LOW"), ("S2", "HIGH"), ("S2", None), ("S3", "VERY_HIGH")):
        await send(desk, CONSENTED, station=station)
        clock.move(timedelta(seconds=1))
        if need:
            await record(client, await in_hand(desk, client), "need", need=need, factors=["SMOKES"])
    every = words_of(await client.get("/referrals?desk=5"))
    order = [
        every.index(f"{words} Vulnerable") for words in ("Very high need", "Need not judged", "High need", "Low need")
    ]
    assert order == sorted(order)
    assert "Nothing here is overdue" in every
    assert "no figure, as fewer than five were due" in every
    for asked, count in (
        ("need=HIGH", 1),
        ("need=NONE", 1),
        ("station=S2", 2),
        ("stage=REACH&station=S2", 1),
        ("need=X", 4),
    ):
        page = await client.get(f"/referrals?desk=5&{asked}")
        assert page.text.count("data-desk-row") == count, asked
    assert "Nothing here is like that" in words_of(await client.get("/referrals?desk=5&need=MEDIUM"))
    clock.move(timedelta(days=8))
    late = await client.get("/referrals?desk=5&late=1")
    assert late.text.count("data-desk-row") == 3
    assert late.text.count("ravi-deadline--overdue") == 4
    assert "3 overdue" in words_of(late)


async def test_the_first_contacts_in_time_are_a_figure_only_from_five_on(desk: System, clock: SetClock) -> None:
    client = await desk.client(Role.PREVENTION)
    for number in range(5):
        await send(desk, CONSENTED)
        case = await record(client, await in_hand(desk, client), "need", need="HIGH", factors=["SMOKES"])
        if number:
            now = clock.now().isoformat()
            await record(client, case, "contact", at=now, means="AT_THE_DOOR", reached="YES")
        clock.move(timedelta(seconds=1))
    assert "no figure" in words_of(await client.get("/referrals"))
    clock.move(timedelta(days=7, minutes=1))
    assert "80 % (target 90 %)" in words_of(await client.get("/referrals"))
    clock.move(timedelta(days=91))
    client = await desk.client(Role.PREVENTION)
    assert "no figure" in words_of(await client.get("/referrals"))
