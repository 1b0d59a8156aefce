"""A record is presented once when it changes and answered as bytes, with its present ages, each reading kept first."""

import gzip
import json
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from schemas.risk_register import RiskRecord, RiskRecordUpdated
from schemas.vocabulary import Role
from services.control.handlers.presenting import Presenting
from services.control.presenters.record import present, reads_so_until
from services.control.store.connections import Connections
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW
from tests.evidence import verified
from tests.services.control_fullest import TEMPORARY, the_fullest
from tests.services.control_records import MARLOWE, a_record, a_shop, an_addition, updated
from tests.system import System

RECORD = f"/api/v1/control/premises/{MARLOWE}"
READS = "SELECT premises_id, revision, who, roles, station, purpose, at, correlation_id <> '' FROM control.reads"
MARKED = {"answered": "as it was presented"}


@pytest.fixture
def screens(tools: Tools) -> Presenting:
    """Return what presents records, on this test's database."""
    return Presenting(tools)


async def present_all(screens: Presenting) -> None:
    while await screens.present_some():
        pass


async def show(system: System, *news: RiskRecordUpdated) -> httpx.AsyncClient:
    await system.say(*news)
    await system.settle()
    return await system.client(Role.CONTROL, name="operator-7")


async def mark(system: System) -> None:
    """Put other words where presented records are kept, so that it is seen who is answered from there."""
    body = gzip.compress(json.dumps(MARKED).encode())
    async with system.tools.database.reading() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE control.screens SET body = %s WHERE body IS NOT NULL", (body,))
        await session.commit()


async def is_from_screens(system: System, client: httpx.AsyncClient, path: str = RECORD) -> bool:
    await mark(system)
    answer = await client.get(path)
    assert answer.status_code == 200
    return bool(answer.json() == MARKED)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_what_is_presented_beforehand_reads_just_as_what_is_presented_when_asked(
    system: System, screens: Presenting, encoding: str
) -> None:
    operator = await show(system, updated(the_fullest()))
    operator.headers["Accept-Encoding"] = encoding
    before = await operator.get(RECORD)
    await present_all(screens)
    after = await operator.get(RECORD)
    assert after.text == before.text
    assert after.headers["content-type"] == before.headers["content-type"] == "application/json"
    assert after.headers["cache-control"] == "no-store"
    assert after.headers.get("content-encoding", "identity") == encoding
    assert await is_from_screens(system, operator)


async def test_that_it_was_read_is_kept_just_as_otherwise(system: System, screens: Presenting) -> None:
    operator = await show(system, updated(a_record()), updated(a_shop("999900000014", "14 Quay Street, Wexcombe")))
    await operator.get(RECORD)
    await present_all(screens)
    await operator.get(RECORD)
    assert (await operator.get("/api/v1/control/premises/999900009999")).status_code == 404
    first, second = await system.rows(READS)
    assert first == second == (MARLOWE, 20, "operator-7", "control", "S1", "look-up", NOW, True)


async def test_a_change_is_answered_at_once_and_presented_next(system: System, screens: Presenting) -> None:
    operator = await show(system, updated(a_record()))
    await present_all(screens)
    await show(system, updated(a_record(revision=21)))
    assert (await operator.get(RECORD)).json()["freshness"]["revision"] == 21
    assert not await is_from_screens(system, operator)
    assert await screens.present_some() == 1
    assert (await operator.get(RECORD)).json()["freshness"]["revision"] == 21
    assert await is_from_screens(system, operator)


async def test_a_report_past_its_time_reads_so_from_that_moment(
    system: System, screens: Presenting, clock: SetClock
) -> None:
    operator = await show(system, updated(a_record(unverified=(an_addition(),))))
    await present_all(screens)
    clock.move(timedelta(hours=72) - timedelta(microseconds=1))
    assert (await operator.get(RECORD)).json()["unverified"][0]["past_its_time"] is False
    assert await is_from_screens(system, operator)
    clock.move(timedelta(microseconds=1))
    assert (await operator.get(RECORD)).json()["unverified"][0]["past_its_time"] is True
    assert await screens.present_some() == 1
    assert (await operator.get(RECORD)).json()["unverified"][0]["past_its_time"] is True
    assert await is_from_screens(system, operator)


async def test_what_another_version_presented_is_not_answered_and_is_presented_anew(
    system: System, screens: Presenting, tools: Tools
) -> None:
    operator = await show(system, updated(a_record()))
    await present_all(screens)
    async with tools.database.reading() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE control.screens SET made_by = 'an older version'")
        await session.commit()
    assert not await is_from_screens(system, operator)
    assert await screens.present_some() == 0, "what others made is looked for once, as control starts"
    started = Presenting(tools)
    assert [await started.present_some(), await started.present_some()] == [1, 0]
    assert await is_from_screens(system, operator)


async def test_where_somebody_needs_help_out_the_record_is_read_with_that(system: System, screens: Presenting) -> None:
    flat = a_shop("999900000014", "14 Quay Street, Wexcombe")
    flat = flat.model_copy(update={"premises": flat.premises.model_copy(update={"parent_id": MARLOWE})})
    operator = await show(system, updated(a_record()), updated(flat))
    await present_all(screens)
    paths = (RECORD, "/api/v1/control/premises/999900000014")
    assert [await is_from_screens(system, operator, path) for path in paths] == [True, True]
    async with system.tools.database.reading() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "INSERT INTO control.needs (premises_id, key_id, changed_at, shown_at, sealed) VALUES "
            '(%s, \'k\', now(), now(), \'{"key_id": "k", "nonce": "bm9uY2U=", "cipher_text": "c2VhbGVk"}\')',
            (MARLOWE,),
        )
        await session.commit()
    assert [await is_from_screens(system, operator, path) for path in paths] == [False, False]


async def test_a_database_that_takes_no_change_answers_the_long_way_and_the_reading_waits(
    system: System, screens: Presenting, database_address: str
) -> None:
    operator = await show(system, updated(a_record()))
    await present_all(screens)
    await mark(system)
    with psycopg.connect(database_address, autocommit=True) as connection:
        name = psycopg.conninfo.conninfo_to_dict(database_address)["dbname"]
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await system.tools.database.close()  # whoever connects from now on may not write
    answer = await operator.get(RECORD)
    assert (answer.status_code, answer.json()["freshness"]["revision"]) == (200, 20)
    spool = system.tools.settings.data_dir / "spool" / "control-reads.jsonl"
    waiting = [json.loads(line) for line in spool.read_bytes().partition(b"\0")[0].splitlines()]
    assert [line["reading"]["purpose"] for line in waiting] == ["look-up"]


async def test_a_connection_that_was_lost_while_nobody_asked_spoils_no_answer(tools: Tools, system: System) -> None:
    await show(system, updated(a_record()))
    connections = Connections(tools.database)
    await present_all(Presenting(tools))
    await connections.open()

    async def backend(connection: Any) -> int:
        return int((await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one())

    try:
        first = await connections.ask(backend)
        assert await connections.ask(backend) == first, "the connection last used is used again"
        async with tools.database.reading() as session:
            await (await session.connection()).exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert await connections.ask(backend) != first
    finally:
        await connections.close()


def moments(record: RiskRecord) -> list[datetime]:
    """Return moments at which something may change, and just before and after each."""
    days = [date(2026, 11, 23), date(2027, 3, 28), date(2027, 10, 31), date(2028, 7, 5), date(2028, 9, 4)]
    at = [NOW, *(each.expires_at for each in record.unverified)]
    at += [
        datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(hours=hours) for day in days for hours in (-1, 0)
    ]
    return [each + timedelta(seconds=by) for each in at for by in (-1, 0, 1)]


@pytest.mark.parametrize(
    "record", [the_fullest(temporary=TEMPORARY), a_record(unverified=(an_addition(),)), a_record(review_due_on=None)]
)
def test_a_screen_reads_the_same_until_the_moment_that_is_named(record: RiskRecord) -> None:
    for now in moments(record):
        screen = present(record, NOW, now)
        until = reads_so_until(record, screen, now)
        assert now < until <= now + timedelta(days=31)
        step = (until - now) / 40
        for moment in [*(now + step * each for each in range(40)), until - timedelta(microseconds=1)]:
            assert present(record, NOW, moment) == screen


async def wrongly_answered(system: System) -> list[str]:
    found = await verified(system.tools)
    return [each.what for each in found.broken if each.where == "control.screens"]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE control.screens SET body = (SELECT body FROM control.screens WHERE premises_id <> '{0}' LIMIT 1) "
        "WHERE premises_id = '{0}'",
        "UPDATE control.screens SET holds_until = holds_until + interval '400 days' WHERE premises_id = '{0}'",
        "UPDATE control.screens SET revision = revision + 1 WHERE premises_id = '{0}'",
        "INSERT INTO control.screens SELECT 'X1', revision, NULL, made_by, holds_until, body FROM control.screens "
        "WHERE premises_id = '{0}'",
    ],
    ids=["other words", "for longer", "another revision", "of nothing"],
)
async def test_a_record_that_is_answered_otherwise_than_it_is_shown_is_named(
    system: System, screens: Presenting, attack: str
) -> None:
    await show(system, updated(the_fullest()), updated(a_shop("100012345678", "14 Quay Street, Wexcombe")))
    await present_all(screens)
    assert await wrongly_answered(system) == []
    async with system.tools.database.reading() as session:
        await (await session.connection()).exec_driver_sql(attack.format(MARLOWE))
        await session.commit()
    assert await wrongly_answered(system) == ["it is not answered as what is shown is presented"]
