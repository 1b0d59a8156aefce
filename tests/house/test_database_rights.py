"""Every table is tried as every user of the database: each may do what tests/cases/database_rights.yaml says."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import yaml
from psycopg import sql

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from tests.house.test_database_roles import apart, roles_address, signed_in
from tests.system import System

__all__ = ["apart", "roles_address"]

SERVICE_USERS = [f"ravi_{name}" for name in SERVICES]
USERS = [*SERVICE_USERS, "ravi_relay", "ravi_web"]
STRANGERS = [user for user in USERS if user != "ravi_web"]
TABLES = """
    SELECT format('%I.%I', nspname, relname), attname, format_type(atttypid, atttypmod)
    FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attidentity = ''
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^(pg_|information_schema)'
    ORDER BY nspname, relname, attnum DESC
"""
# None of these touches a row, and each asks the database for its right all the same.
WISHES = {
    "select": "SELECT * FROM {table} LIMIT 0",
    "insert": "INSERT INTO {table} ({column}) SELECT NULL::{type} WHERE false",
    "update": "UPDATE {table} SET {column} = NULL::{type} WHERE false",
    "delete": "DELETE FROM {table} WHERE false",
    "truncate": "TRUNCATE {table}",
}


def declared_rights() -> dict[str, dict[str, str]]:
    """Return each table with what each user may do with it, as the file says."""
    file = yaml.safe_load((Path(__file__).parents[1] / "cases" / "database_rights.yaml").read_text())
    rights = {table: {user: " ".join(WISHES)} for user, own in file["own"].items() for table in own}
    for table, given in file["shared"].items():
        for_all = given.pop("every_service", None)
        rights[table] = (dict.fromkeys(SERVICE_USERS, for_all) if for_all else {}) | given
    return rights


def tables(address: str) -> dict[str, tuple[str, str]]:
    """Return every table there is, with a column of it and the column's type."""
    with psycopg.connect(address) as connection:
        return {table: (column, kind) for table, column, kind in connection.execute(TABLES).fetchall()}


def may(connection: psycopg.Connection[Any], statement: str) -> bool:
    """Return whether the database lets a statement through; nothing of it is kept."""
    try:
        connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.Error:
        return True  # the right was there: something else is wrong with it
    finally:
        connection.rollback()
    return True


def rights_of(address: str, user: str) -> dict[str, str]:
    """Return what a user may do with each table, found by trying."""
    found = {}
    known = tables(address)
    with psycopg.connect(signed_in(address, user)) as connection:
        for table, (column, kind) in known.items():
            parts = {"table": table, "column": f'"{column}"', "type": kind}
            allowed = [wish for wish, statement in WISHES.items() if may(connection, statement.format(**parts))]
            if allowed:
                found[table] = " ".join(allowed)
    return found


def test_every_table_has_declared_who_may_do_what_with_it(roles_address: str) -> None:
    assert set(tables(roles_address)) == set(declared_rights()), "declare it in database_rights.yaml"


@pytest.mark.parametrize("user", USERS)
def test_each_user_may_do_what_is_declared_and_nothing_else(roles_address: str, user: str) -> None:
    declared = {table: rights[user] for table, rights in declared_rights().items() if user in rights}
    assert rights_of(roles_address, user) == declared


@pytest.mark.parametrize("user", USERS)
def test_no_user_takes_on_the_part_of_another(roles_address: str, user: str) -> None:
    with psycopg.connect(signed_in(roles_address, user)) as connection:
        for other in [*USERS, "ravi_owner"]:
            if other != user:
                assert not may(connection, f"SET ROLE {other}"), other


@pytest.fixture(scope="module")
def written(roles_address: str) -> Iterator[psycopg.Connection[Any]]:
    """Give the superuser's connection, with a cursor and a mark of every service's own kept."""
    with psycopg.connect(roles_address, autocommit=True) as connection:
        for name in [*SERVICES, "relay"]:
            connection.execute(
                "INSERT INTO platform.cursors (reader, moved_at) VALUES (%s, now()) ON CONFLICT DO NOTHING", [name]
            )
        yield connection


FORGERIES = {
    "a mark that a service has heard an event": (
        "INSERT INTO platform.inbox (service, event_id, heard_at) VALUES ({other}, gen_random_uuid(), now())"
    ),
    "where a service's reader stands": "INSERT INTO platform.cursors (reader, moved_at) VALUES ({other}, now())",
    "an event": (
        "INSERT INTO platform.event_log (topic, key, event_id, type, source, correlation_id, payload, occurred_at, "
        "said_at) VALUES ('visits.submitted', 'x', gen_random_uuid(), 'x.v1', {other}, 'x', '{{}}', now(), now())"
    ),
    "an act in the history": (
        "INSERT INTO platform.history (service, record, action, actor, at, details, correlation_id, previous_hash, "
        "hash) VALUES ({other}, 'x', 'x', 'x', now(), '{{}}', 'x', 'x', 'x')"
    ),
    "a message in quarantine": (
        "INSERT INTO platform.quarantine (id, service, topic, origin, body, headers, cause, explanation, "
        "can_be_released, state, quarantined_at) VALUES (gen_random_uuid(), {other}, 'x', 'x', '', '[]', 'x', 'x', "
        "true, 'waiting', now())"
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
@pytest.mark.parametrize("user", STRANGERS)
def test_nobody_writes_in_the_name_of_another(
    roles_address: str, written: psycopg.Connection[Any], user: str, what: str
) -> None:
    with psycopg.connect(signed_in(roles_address, user)) as connection:
        for other in [*SERVICES, "relay", "platform"]:
            if f"ravi_{other}" != user:
                assert not may(connection, FORGERIES[what].format(other=sql.quote(other))), other


@pytest.mark.parametrize("user", STRANGERS)
def test_nobody_moves_the_reader_of_another(roles_address: str, written: psycopg.Connection[Any], user: str) -> None:
    with psycopg.connect(signed_in(roles_address, user)) as connection:
        moved = connection.execute("UPDATE platform.cursors SET position = position RETURNING reader").fetchall()
        connection.rollback()
    assert {name for (name,) in moved} <= {user.removeprefix("ravi_")}


SIGN_IN = """
    INSERT INTO platform.sign_ins (secret_hash, kind, user_name, roles, csrf_token, made_at, expires_at, stamp)
    VALUES (%(hash)s, 'token', 'mallory', %(roles)s, 'c', now(), now() + interval '99 years', %(stamp)s)
"""
USER = """
    INSERT INTO platform.local_users (name, password_hash, roles, stamp) VALUES ('mallory', '', %(roles)s, %(stamp)s)
"""


@pytest.mark.parametrize("user", STRANGERS)
@pytest.mark.parametrize("statement", [SIGN_IN, USER])
def test_no_service_can_make_a_user_or_a_sign_in(roles_address: str, user: str, statement: str) -> None:
    values = {"hash": uuid4().hex, "roles": "[]", "stamp": ""}
    with (
        psycopg.connect(signed_in(roles_address, user)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement, values)


async def asked_with(system: System, secret: str) -> int:
    """Return what the safeguarding desk answers to whoever holds a secret."""
    client: httpx.AsyncClient = await system.client()
    headers = {"Authorization": f"Bearer {secret}"}
    return (await client.get("/api/v1/referrals", headers=headers)).status_code


async def test_what_is_written_into_the_tables_by_hand_lets_nobody_in(
    roles_address: str, apart: dict[str, System]
) -> None:
    """Somebody who may write every table, but has no key, forges a user and a token, and copies real ones."""
    referrals, secret = apart["referrals"], "a-secret-of-my-own"
    real = (await referrals.client(Role.SAFEGUARDING, name="dso")).headers["authorization"].removeprefix("Bearer ")
    assert await asked_with(referrals, real) == 200
    roles = json.dumps(["safeguarding", "administrator", "control"])
    plain = hashlib.sha256(secret.encode()).hexdigest()
    with psycopg.connect(roles_address, autocommit=True) as connection:
        connection.execute(USER, {"roles": roles, "stamp": plain})
        connection.execute(SIGN_IN, {"hash": plain, "roles": roles, "stamp": plain})
        assert await asked_with(referrals, secret) == 401
        # The token of a firefighter, given the roles of the desk, and a user who is given them too.
        crew = (await referrals.client(Role.FIREFIGHTER, name="ff-9")).headers["authorization"].removeprefix("Bearer ")
        assert await asked_with(referrals, crew) in (200, 403)
        connection.execute("UPDATE platform.local_users SET roles = %s WHERE name = 'ff-9'", [roles])
        assert await asked_with(referrals, crew) == 401
    with psycopg.connect(roles_address, autocommit=True) as connection:
        crew = (await referrals.client(Role.FIREFIGHTER, name="ff-8")).headers["authorization"].removeprefix("Bearer ")
        connection.execute(
            "UPDATE platform.sign_ins SET roles = %s, user_name = 'dso' WHERE user_name = 'ff-8'", [roles]
        )
        assert await asked_with(referrals, crew) == 401
    assert await asked_with(referrals, real) == 200
