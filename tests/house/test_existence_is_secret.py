"""Whoever has the rights of one service's database user cannot tell which visit raised a concern, or that any did."""

import base64
import re
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from schemas.vocabulary import Assistance, Role
from services.command_line.wiring import SERVICES
from services.shared.master_key import WrongMasterKey, check_master_key
from services.shared.secrets import Vault
from services.shared.settings import Settings
from services.visits.rules.reading import content_sha256
from tests.builders import a_visit
from tests.house.test_database_roles import settle_all, signed_in
from tests.system import System

CHILD = {"kind": "SG2", "note": "child alone", "spoken_to": "Duty officer", "spoken_at": "2026-11-22T13:50:00Z"}
CONCERNS: dict[str, Any] = {
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


async def test_what_is_sealed_cannot_be_guessed_from_anything_that_lies_open(
    apart: dict[str, System], roles_address: str
) -> None:
    """Make every guess at a small space, hash it as a visit is hashed, and look for it in all that is readable."""
    visit = a_visit(**CONCERNS)
    crew = await apart["visits"].client(Role.FIREFIGHTER)
    receipt = (await crew.post("/api/v1/visits", json=visit)).json()
    await settle_all(apart)
    story = (await crew.get(f"/api/v1/visits/{visit['submission_id']}")).text
    everything = {user: str(readable(roles_address, user)) for user in OTHERS}
    right = 0
    for flat in range(1, 6):
        for floor in range(1, 4):
            for assistance in Assistance:
                person = {"unit_ref": f"Flat {flat}", "floor": str(floor), "assistance": assistance.value}
                guess = content_sha256(visit | {"people": [CONCERNS["people"][0] | person]})
                right += guess == receipt["content_sha256"]
                forms = (guess, base64.b64encode(bytes.fromhex(guess)).decode(), guess[:16])
                assert not any(form in story for form in forms)
                assert [user for user in OTHERS if any(form in everything[user] for form in forms)] == []
    assert right == 1, "the attack must hold the right guess, or it proves nothing"


async def test_no_id_of_safeguarding_tells_when_it_was_made(apart: dict[str, System]) -> None:
    await send(apart, **CONCERNS)
    officer = await apart["referrals"].client(Role.SAFEGUARDING)
    (case_id, *_) = (await officer.get("/api/v1/referrals")).json()["referrals"]
    opened = await officer.post(f"/referrals/{case_id['id']}/open", data={"purpose": "ASSESS"})
    assert opened.status_code < 500
    keys = await apart["referrals"].rows("SELECT key_id FROM safeguarding.sealing_keys")
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


# How somebody without any right to a table of safeguarding would count its rows, watch it grow, or see it worked on.
COUNTS = [
    "SELECT relname, n_tup_ins FROM pg_stat_user_tables WHERE schemaname = 'safeguarding'",
    "SELECT relname, n_live_tup FROM pg_stat_all_tables WHERE schemaname = 'safeguarding'",
    "SELECT relname, heap_blks_hit FROM pg_statio_user_tables WHERE schemaname = 'safeguarding'",
    "SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE schemaname = 'safeguarding'",
    "SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE schemaname = 'safeguarding'",
    "SELECT pg_stat_get_tuples_inserted(oid) FROM pg_class WHERE relname = 'cases'",
    "SELECT pg_stat_get_live_tuples(oid) FROM pg_class WHERE relname = 'cases'",
    "SELECT reltuples, relpages FROM pg_class WHERE relname = 'cases'",
    "SELECT * FROM pg_class WHERE relname = 'cases'",
    "SELECT pg_relation_size(oid) FROM pg_class WHERE relname = 'cases'",
    "SELECT pg_total_relation_size(oid) FROM pg_class WHERE relname = 'cases'",
    "SELECT pg_table_size(oid), pg_indexes_size(oid) FROM pg_class WHERE relname = 'cases'",
    "SELECT pg_database_size(current_database())",
    "SELECT tup_inserted FROM pg_stat_database WHERE datname = current_database()",
    "SELECT relation::regclass FROM pg_locks",
    "SELECT pg_current_wal_lsn()",
    "SELECT pg_current_wal_insert_lsn()",
    "SELECT next_xid FROM pg_control_checkpoint()",
    "SELECT wal_bytes FROM pg_stat_wal",
    "SELECT last_value FROM pg_sequences WHERE schemaname = 'safeguarding' AND last_value IS NOT NULL",
    "SELECT last_value FROM safeguarding.history_number_seq",
    "SELECT n_distinct FROM pg_stats WHERE schemaname = 'safeguarding'",
    "SELECT stanumbers1 FROM pg_statistic",
    "EXPLAIN SELECT * FROM safeguarding.cases",
]


@pytest.mark.parametrize("user", OTHERS)
async def test_postgresql_tells_nobody_how_many_cases_there_are(
    apart: dict[str, System], roles_address: str, user: str
) -> None:
    await send(apart, **CONCERNS)
    with psycopg.connect(roles_address, autocommit=True) as connection:
        connection.execute("ANALYZE")
    counts = []
    with psycopg.connect(signed_in(roles_address, f"ravi_{user}"), autocommit=True) as connection:
        for question in COUNTS:
            try:
                counts += [(question, row) for row in connection.execute(question).fetchall()]
            except psycopg.errors.InsufficientPrivilege:
                continue
    assert counts == []


async def test_where_the_rows_of_others_lie_does_not_tell_of_a_case_between_them(
    apart: dict[str, System], roles_address: str
) -> None:
    """Look at where each key lies that one may see: a case that lay between them would leave a gap."""
    for form in ({}, CONCERNS, {}, CONCERNS, {}, {}):
        await send(apart, **form)
    for user in ("visits", "risk_register", "control"):
        with psycopg.connect(signed_in(roles_address, f"ravi_{user}")) as connection:
            places = connection.execute(
                "SELECT ctid::text AS place FROM platform.sealing_keys WHERE key_id LIKE 'private/%' ORDER BY ctid"
            ).fetchall()
        lines = [tuple(int(part) for part in place.strip("()").split(",")) for (place,) in places]
        gaps = {later[1] - sooner[1] for sooner, later in pairwise(lines) if later[0] == sooner[0]}
        assert gaps == {2}, (user, lines)


@pytest.mark.parametrize("user", [*SERVICES, "relay"])
def test_no_service_can_say_that_there_is_a_new_master_key(roles_address: str, user: str) -> None:
    address = signed_in(roles_address, f"ravi_{user}")
    for statement in (
        "INSERT INTO platform.master_keys VALUES (2, 'x', 'x', now())",
        "UPDATE platform.master_keys SET fingerprint = 'x'",
        "DELETE FROM platform.master_keys",
    ):
        with psycopg.connect(address) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_first_service_that_seals_tells_the_database_its_master_key(roles_address: str) -> None:
    right, wrong = Vault(Settings().master_key), Vault("another master key, never used")
    for user, keeps in (("relay", False), ("control", False), ("visits", True), ("premises", True)):
        assert check_master_key(signed_in(roles_address, f"ravi_{user}"), right.master, keep=True) is keeps, user
    for user in [*SERVICES, "relay"]:
        with pytest.raises(WrongMasterKey, match="RAVI_MASTER_KEY_OLD"):
            check_master_key(signed_in(roles_address, f"ravi_{user}"), wrong.master, keep=True)
