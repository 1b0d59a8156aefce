"""Whoever has the rights of one service's database user cannot tell which visit raised a concern, or that any did."""

import re
from typing import Any

import psycopg
import pytest

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from tests.builders import a_visit
from tests.house.test_database_roles import settle_all, signed_in
from tests.system import System

CHILD = {"kind": "SG2", "note": "child alone", "spoken_to": "Duty officer", "spoken_at": "2026-11-22T13:50:00Z"}
CONCERNS = {
    "referrals": [CHILD, {"kind": "SG10", "consent_state": "GIVEN"}],
    "people": [{"assistance": "EQUIPMENT", "consent_state": "REFUSED", "unit_ref": "Flat 3", "floor": "2"}],
}
OTHERS = [*(name for name in SERVICES if name != "referrals"), "relay"]
TIME_OF_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-")


def readable(address: str, user: str) -> dict[str, list[str]]:
    """Return every row, as text, of every table and view that a database user may read, by the name of the table."""
    found = {}
    with psycopg.connect(signed_in(address, f"ravi_{user}")) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', nspname, relname) "
            "FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') "
            "AND has_schema_privilege(relnamespace, 'USAGE') AND has_any_column_privilege(pg_class.oid, 'SELECT')"
        ).fetchall()
        for (table,) in tables:
            found[table] = [text for (text,) in connection.execute(f"SELECT t::text FROM {table} AS t").fetchall()]
    return found


async def send(apart: dict[str, System], **overrides: Any) -> str:
    """Send a visit, let everybody deal with it, and return its id."""
    visit = a_visit(**overrides)
    crew = await apart["visits"].client(Role.FIREFIGHTER)
    answer = await crew.post("/api/v1/visits", json=visit)
    assert answer.status_code == 202, answer.text
    await settle_all(apart)
    return str(visit["submission_id"])


async def cases(apart: dict[str, System]) -> list[str]:
    """Return the ids of all that safeguarding holds."""
    tables = ("cases", "people", "steps", "escalations", "alarms", "reads", "needs")
    rows = [row for table in tables for row in await apart["referrals"].rows(f"SELECT id FROM safeguarding.{table}")]
    return [str(each) for (each,) in rows]


async def test_nothing_that_another_service_reads_names_a_case_or_counts_one(
    apart: dict[str, System], roles_address: str
) -> None:
    await send(apart)  # so that every reader has its cursor
    before = {user: readable(roles_address, user) for user in OTHERS}
    await send(apart)
    between = {user: readable(roles_address, user) for user in OTHERS}
    await send(apart, **CONCERNS)
    after = {user: readable(roles_address, user) for user in OTHERS}
    held = await cases(apart)
    assert len(held) >= 5
    for user in OTHERS:
        for table, rows in after[user].items():
            assert [row for row in rows if "case/" in row or any(each in row for each in held)] == [], (user, table)
            of_nothing = len(between[user][table]) - len(before[user][table])
            of_concerns = len(rows) - len(between[user][table])
            assert of_nothing == of_concerns or table == "platform.sign_ins", (user, table)


async def test_no_id_of_safeguarding_tells_when_it_was_made(apart: dict[str, System]) -> None:
    await send(apart, **CONCERNS)
    officer = await apart["referrals"].client(Role.SAFEGUARDING)
    (case_id, *_) = (await officer.get("/api/v1/referrals")).json()["referrals"]
    opened = await officer.post(f"/referrals/{case_id['id']}/open", data={"purpose": "ASSESS"})
    assert opened.status_code < 500
    keys = await apart["referrals"].rows("SELECT key_id FROM platform.sealing_keys WHERE record NOT LIKE 'visit/%'")
    ids = [*(await cases(apart)), *(str(key) for (key,) in keys)]
    assert len(ids) > 5
    assert [each for each in ids if TIME_OF_ID.search(each)] == []


async def test_the_history_of_cases_is_for_referrals_alone_and_only_grows(
    apart: dict[str, System], roles_address: str
) -> None:
    await send(apart, **CONCERNS)
    actions = await apart["referrals"].rows("SELECT action FROM safeguarding.history")
    assert ("raised",) in actions
    with psycopg.connect(signed_in(roles_address, "ravi_referrals")) as connection:
        for wish in ("UPDATE", "DELETE", "TRUNCATE"):
            answer = connection.execute("SELECT has_table_privilege('safeguarding.history', %s)", (wish,)).fetchone()
            assert answer == (False,), wish


@pytest.mark.parametrize("user", OTHERS)
def test_no_other_user_reads_the_history_of_cases(roles_address: str, user: str) -> None:
    address = signed_in(roles_address, f"ravi_{user}")
    with psycopg.connect(address) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM safeguarding.history")
