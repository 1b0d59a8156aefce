"""What concerns people is readable on its own desk alone, after somebody said why; nowhere else is a word of it."""

import base64
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from schemas.vocabulary import Role
from services.referrals.handlers.lateness import sound_alarms
from services.referrals.store.history import HISTORY
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.event_log import Cause
from services.shared.history import list_history
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.evidence import first_broken_link
from tests.lasting import lasting_system
from tests.services.referrals_desk import CHILD, REFERRALS, hear_all_again, listed, locate, send
from tests.system import System, a_system

MARKER = "zebra-marmalade"
GROUND = {"override_ground": "CRIME", "override_note": f"because {MARKER}"}
CLUTTER = {
    "code": "CLUTTER",
    "location": "throughout",
    "clutter": {"bedroom": 8, "kitchen": 7, "living": 8},
}
VIOLENCE = {"code": "VIOLENCE", "basis": f"threat {MARKER}", "review_on": "2027-05-01", "note": MARKER}
REPORTED = (
    CHILD | {"note": f"child {MARKER}", "unit_ref": f"Flat {MARKER}", "spoken_to": MARKER},
    {"kind": "SG5", "note": MARKER, "consent_state": "REFUSED"} | GROUND,
    {"kind": "SG10", "note": MARKER, "consent_state": "GIVEN"},
    {"kind": "RI6", "note": MARKER} | GROUND,
    {"kind": "BS3", "note": "Extinguishers out of date"},
)
PHOTOGRAPH = {
    "sha256": "a" * 64,
    "mime": "image/jpeg",
    "bytes": 900,
    "contains_people": True,
    "caption": f"asleep by the heater {MARKER}",
    "floor": MARKER,
}
PEOPLE = [
    {"assistance": "EQUIPMENT", "consent_state": "GIVEN", "sleeps_in": MARKER, "unit_ref": MARKER, "floor": MARKER}
]


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def send_all(desk: System) -> str:
    """Send a visit whose every closed field holds the marker."""
    spoken_at = desk.tools.clock.now().isoformat()
    reported = [one | {"spoken_at": spoken_at} if "spoken_to" in one else one for one in REPORTED]
    return await send(desk, *reported, people=PEOPLE, hazards=[CLUTTER, VIOLENCE], none_found=False, media=[PHOTOGRAPH])


def every_cell(address: str) -> list[tuple[str, str]]:
    """Return every value of every column of every table of every schema as text, with where it is."""
    found: list[tuple[str, str]] = []
    with psycopg.connect(address) as connection:
        columns = connection.execute(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) WHERE table_type = 'BASE TABLE' "
            "AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table, column, kind in columns:
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            rows = connection.execute(f'SELECT {shown} FROM "{schema}"."{table}"').fetchall()
            found += [(f"{schema}.{table}.{column}", text) for (text,) in rows if text is not None]
    return found


def leaks(text: str, marker: str = MARKER) -> bool:
    """Return whether a text holds the marker, plain, as hexadecimal, or in anything that base64 opens."""
    if marker in text.lower() or marker.encode().hex() in text.lower():
        return True
    for found in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        coded = found.translate(str.maketrans("-_", "+/"))
        for start in range(4):
            whole = coded[start:] + "A" * (-len(coded[start:]) % 4)
            if marker.encode() in base64.b64decode(whole).lower():
                return True
    return False


@pytest.mark.parametrize("planted", [MARKER, MARKER.encode().hex(), base64.b64encode(f"x {MARKER}".encode()).decode()])
def test_the_search_would_find_a_leak(planted: str) -> None:
    assert leaks(f"something {planted} else")
    assert not leaks("something else")


async def test_no_word_of_a_concern_is_found_in_any_table_log_line_or_metric(
    desk: System, clock: SetClock, database_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visit_id = await send_all(desk)
    await locate(desk, visit_id)
    clock.move(timedelta(hours=5))
    await Deadlines("referrals", desk.tools.database, clock, sound_alarms).step()
    officer = await desk.client(Role.SAFEGUARDING)
    liaison = await desk.client(Role.POLICE_LIAISON)
    closed = [case for case in await listed(desk, Role.SAFEGUARDING) if case["kind"] != "RI9"]
    for case in closed:
        await work(liaison if case["kind"] == "RI6" else officer, case)
        await open_case(officer, case["id"])
    await hear_all_again(desk)
    metrics = (await (await desk.client()).get("/metrics")).text

    cells = every_cell(database_address)
    assert {where for where, text in cells if leaks(text)} == set()
    assert len({where.rpartition(".")[0] for where, _ in cells}) > 12
    assert [record.getMessage() for record in caplog.records if leaks(record.getMessage())] == []
    assert not leaks(caplog.text)
    assert not leaks(metrics)
    assert await desk.rows("SELECT count(*) FROM safeguarding.cases") == [(4,)]
    assert await desk.rows("SELECT count(*) FROM safeguarding.steps WHERE words IS NOT NULL") == [(12,)]


async def work(officer: httpx.AsyncClient, case: dict[str, Any]) -> None:
    """Acknowledge, reject, record a contact and send a case on, with the marker in every word."""
    where = f"{REFERRALS}/{case['id']}"
    at = {"spoken_to": f"Nurse {MARKER}", "at": case["raised_at"]}
    other = {"SG2": "SG3", "SG5": "SG9", "SG10": "SG11", "RI6": "SG6"}[case["kind"]]
    for action, body in (
        ("acknowledge", {}),
        ("reject", {"reason": f"not ours {MARKER}"}),
        ("contact", at),
        ("reroute", {"reason": f"yours {MARKER}", "kind": other}),
    ):
        answer = await officer.post(f"{where}/{action}", json={"version": case["version"], **body})
        assert answer.status_code == 200, answer.text
        assert not leaks(answer.text)
        case = answer.json()


async def open_case(client: httpx.AsyncClient, case_id: str, purpose: str = "DECIDE") -> httpx.Response:
    """Open a case for a purpose, as the button does."""
    return await client.post(f"/referrals/{case_id}/open", data={"purpose": purpose})


async def case_of(desk: System, kind: str) -> str:
    return next(str(case["id"]) for case in await listed(desk, Role.SAFEGUARDING) if case["kind"] == kind)


async def test_a_visit_without_concerns_leaves_nothing_behind(desk: System) -> None:
    await send(desk, {"kind": "BS3"})
    for table in ("cases", "people", "steps", "escalations", "reads"):
        assert await desk.rows(f"SELECT count(*) FROM safeguarding.{table}") == [(0,)]


async def test_the_officer_reads_the_case_only_after_saying_why(desk: System) -> None:
    await send_all(desk)
    officer = await desk.client(Role.SAFEGUARDING, name="dso-elm")
    case_id = await case_of(desk, "SG2")
    before = await officer.get(f"/referrals/{case_id}")
    assert before.status_code == 200
    assert not leaks(before.text)
    assert (await officer.post(f"/referrals/{case_id}/open", data={})).status_code == 422
    assert await desk.rows("SELECT count(*) FROM safeguarding.reads") == [(0,)]
    await open_case(officer, case_id, "ACT")
    after = await officer.get(f"/referrals/{case_id}")
    seen = (f"child {MARKER}", f"asleep by the heater {MARKER}", f"Flat {MARKER}", "Equipment needed")
    for words in (*seen, "bedroom 8 of 9", f"threat {MARKER}"):
        assert words in after.text
    assert after.headers["cache-control"] == "no-store"
    assert await desk.rows("SELECT case_id::text, who, purpose FROM safeguarding.reads") == [
        (case_id, "dso-elm", "ACT")
    ]


async def test_a_case_closes_by_itself_at_once_when_asked_and_is_open_to_one_person_only(
    desk: System, clock: SetClock
) -> None:
    await send_all(desk)
    case_id = await case_of(desk, "SG2")
    elm = await desk.client(Role.SAFEGUARDING, name="dso-elm")
    oak = await desk.client(Role.SAFEGUARDING, name="dso-oak")
    await open_case(elm, case_id)
    assert leaks((await elm.get(f"/referrals/{case_id}")).text)
    assert not leaks((await oak.get(f"/referrals/{case_id}")).text)
    await elm.post(f"/referrals/{case_id}/shut")
    assert not leaks((await elm.get(f"/referrals/{case_id}")).text)
    await open_case(elm, case_id)
    clock.move(timedelta(minutes=15))
    assert not leaks((await elm.get(f"/referrals/{case_id}")).text)


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.PREVENTION, "SG10"),
        (Role.RISK_TEAM_MANAGER, "RI6"),
        (Role.POLICE_LIAISON, "RI6"),
        (Role.INFORMATION_GOVERNANCE, "SG5"),
    ],
)
async def test_other_desks_read_their_own_referral_and_nothing_of_the_people_beside_it(
    desk: System, role: Role, kind: str
) -> None:
    await send_all(desk)
    case_id = await case_of(desk, kind)
    client = await desk.client(role)
    await open_case(client, case_id)
    page = (await client.get(f"/referrals/{case_id}")).text
    assert MARKER in page
    for words in ("Equipment needed", "asleep by the heater", "bedroom 8 of 9", f"threat {MARKER}", f"child {MARKER}"):
        assert words not in page


@pytest.fixture(scope="module")
async def closed_case(postgres: str) -> AsyncIterator[tuple[System, str]]:
    """Return visits and referrals with a safeguarding case that nobody here opens, and its id."""
    async with lasting_system(postgres, ("visits", "referrals")) as desk:
        await send_all(desk)
        yield desk, await case_of(desk, "SG2")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SAFEGUARDING, Role.INFORMATION_GOVERNANCE}))
async def test_nobody_else_opens_a_safeguarding_case(closed_case: tuple[System, str], role: Role) -> None:
    desk, case_id = closed_case
    other = await desk.client(role)
    assert (await open_case(other, case_id)).status_code in (403, 404)
    assert (await other.get(f"/referrals/{case_id}")).status_code in (403, 404)
    assert await desk.rows("SELECT count(*) FROM safeguarding.reads") == [(0,)]


async def test_that_a_case_was_worked_is_kept_in_a_history_of_its_own(desk: System) -> None:
    await send_all(desk)
    case_id = await case_of(desk, "SG5")
    await open_case(await desk.client(Role.SAFEGUARDING), case_id)
    async with desk.tools.database.reading() as session:
        entries = await list_history(session, "referrals", f"case/{case_id}", HISTORY)
        assert [(entry.action, entry.details) for entry in entries] == [("raised", {}), ("read", {})]
        assert await first_broken_link(session, HISTORY) is None
        assert await first_broken_link(session) is None
    assert await desk.rows("SELECT 1 FROM platform.history WHERE record LIKE 'case/%'") == []


async def test_other_services_can_take_no_key_of_a_case(desk: System) -> None:
    await send_all(desk)
    keys = await desk.rows("SELECT key_id, record FROM safeguarding.sealing_keys")
    assert len(keys) == 5
    assert await desk.rows("SELECT DISTINCT split_part(record, '/', 1) FROM platform.sealing_keys") == [("visit",)]
    assert all(str(key).startswith("concerns/") and str(record) in str(key) for key, record in keys)


async def test_a_case_whose_key_is_destroyed_says_so_and_stays_closed_for_ever(desk: System, tools: Tools) -> None:
    await send_all(desk)
    case_id = await case_of(desk, "SG2")
    async with transaction(tools.database, tools.clock, Cause("test", "test", "test")) as work:
        await tools.vault.destroy(work, f"concerns/case/{case_id}")
    officer = await desk.client(Role.SAFEGUARDING)
    await open_case(officer, case_id)
    page = await officer.get(f"/referrals/{case_id}")
    assert page.status_code == 200
    assert "it cannot be read" in page.text
    assert f"child {MARKER}" not in page.text
