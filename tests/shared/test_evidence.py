"""Whoever owns the database and turns its triggers off is found: each attack, by the table and line that it was on."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from schemas.vocabulary import Role
from services.referrals.store.history import HISTORY
from services.shared.chain import FIRST_LINK, sealed_after
from services.shared.clock import SetClock
from services.shared.event_log import Cause, content_of
from services.shared.heads import EVERY, HeadKeeper
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.builders import a_premises, a_visit
from tests.conftest import Templates
from tests.evidence import verified
from tests.processes import run
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import a_system

Attacker = psycopg.Connection[Any]


async def a_used_system(tools: Tools) -> None:
    """Let crews send, a reviewer publish, control be shown, safeguarding work a case; sign a head before and after."""
    system = await a_system(tools)
    crew = await system.client(Role.FIREFIGHTER)
    for _ in range(3):
        answer = await crew.post("/api/v1/visits", json=a_visit(tools.clock.now()))
        assert answer.status_code == 202, answer.text
    await system.settle()
    keeper = HeadKeeper(replace(tools, settings=replace(tools.settings, heads_dir=Path(mkdtemp()))), [HISTORY])
    assert await keeper.step() == 1
    desk = Desk(system)
    for premises_id in ("999900000014", "999900000015"):
        visit = located(a_premises(premises_id), hazards=[ACETYLENE], none_found=False, roof="Felt")
        await desk.publish(await desk.receive(visit))
    cause = Cause("referrals", "ada", "c-1")
    for action in ("raised", "read"):
        async with transaction(tools.database, tools.clock, cause) as session:
            session.note_apart(HISTORY, "case/1", action)
    assert isinstance(tools.clock, SetClock)
    tools.clock.move(EVERY)
    assert await keeper.step() == 1
    await system.close()


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return the database that each of these tests has a copy of."""
    return await templates.filled("template_evidence", a_used_system)


@pytest.fixture
async def used(tools: Tools) -> Tools:
    """Return a system that was used, its signed heads in their folder, some hours later."""
    async with tools.database.reading() as session:
        rows = (await session.execute(text("SELECT number, words FROM platform.signed_heads"))).all()
    folder = tools.settings.heads_folder
    folder.mkdir()
    for number, words in rows:
        (folder / f"head-{number:07}-x.json").write_text(words)
    assert isinstance(tools.clock, SetClock)
    tools.clock.move(EVERY + timedelta(minutes=5))
    return tools


def by_name(cursor: psycopg.Cursor[Any]) -> Callable[[Any], SimpleNamespace]:
    """Return what makes a row of the database a value with named fields."""
    names = [column.name for column in cursor.description or ()]
    return lambda values: SimpleNamespace(**dict(zip(names, values, strict=True)))


def attack(address: str, *actions: str | Callable[[Attacker], object]) -> None:
    """Do something to the database as its superuser, its triggers turned off."""
    with psycopg.connect(address, autocommit=True) as attacker:
        attacker.execute("SET session_replication_role = replica")
        for action in actions:
            if isinstance(action, str):
                attacker.execute(action)
            else:
                action(attacker)


def chained_anew(attacker: Attacker) -> None:
    """Write the whole chain of the log anew, by all that is known to one who reads our source but has no key."""
    seal = FIRST_LINK
    with attacker.cursor(row_factory=by_name) as cursor:
        for row in cursor.execute("SELECT * FROM platform.event_log ORDER BY position").fetchall():
            seal = sealed_after(seal, content_of(row), None)
            attacker.execute("UPDATE platform.event_log SET seal = %s WHERE position = %s", (seal, row.position))


def forged(attacker: Attacker) -> None:
    """Put a copy of the newest event at the end, with the best seal that can be made without the key."""
    attacker.execute("""
        INSERT INTO platform.event_log
            (topic, key, event_id, type, source, correlation_id, payload, occurred_at, said_at, seal)
        SELECT topic, key, gen_random_uuid(), type, source, correlation_id, payload, occurred_at, said_at, seal
        FROM platform.event_log ORDER BY position DESC LIMIT 1
    """)
    with attacker.cursor(row_factory=by_name) as cursor:
        last, own = cursor.execute("SELECT * FROM platform.event_log ORDER BY position DESC LIMIT 2").fetchall()[::-1]
    seal = sealed_after(last.seal, content_of(own), None)
    attacker.execute("UPDATE platform.event_log SET seal = %s WHERE position = %s", (seal, own.position))


GLASS = '\'{"roof": "glass"}\''
GLASS_ROOF = "jsonb_set(record, '{facts, roof}', '\"glass\"')"
NEWEST = "(SELECT max(position) FROM platform.event_log)"
TWO_OF_A_KIND = """
    (SELECT min(position) FROM platform.event_log WHERE topic = 'visits.submitted'),
    (SELECT max(position) FROM platform.event_log WHERE topic = 'visits.submitted')
"""
ATTACKS: dict[str, tuple[str, str, list[str | Callable[[Attacker], object]]]] = {
    "the newest entries of the log are deleted": (
        "platform.event_log", "cut off", [f"DELETE FROM platform.event_log WHERE position > {NEWEST} - 2"],
    ),
    "one in the middle is deleted": (
        "platform.event_log", "does not follow", [f"DELETE FROM platform.event_log WHERE position = {NEWEST} / 2"],
    ),
    "an event is forged": ("platform.event_log", "does not follow", [forged]),
    "two events change places": (
        "platform.event_log",
        "does not follow",
        [
            "ALTER TABLE platform.event_log ALTER position SET GENERATED BY DEFAULT",
            "UPDATE platform.event_log SET position = -1 WHERE position = 2",
            "UPDATE platform.event_log SET position = 2 WHERE position = 3",
            "UPDATE platform.event_log SET position = 3 WHERE position = -1",
        ],
    ),
    "two events swap what they say": (
        "platform.event_log",
        "does not follow",
        [f"""
            UPDATE platform.event_log AS one SET payload = other.payload
            FROM platform.event_log AS other, (VALUES ({TWO_OF_A_KIND})) AS two (a, b)
            WHERE (one.position, other.position) IN ((two.a, two.b), (two.b, two.a))
        """],
    ),
    "the time of an event is changed": (
        "platform.event_log",
        "does not follow",
        ["UPDATE platform.event_log SET occurred_at = occurred_at - interval '1 day' WHERE position = 2"],
    ),
    "the whole chain is written anew without the key": (
        "platform.event_log",
        "not what was signed",
        ["UPDATE platform.event_log SET source = 'nobody' WHERE position = 2", chained_anew],
    ),
    "a line of the history is altered": (
        "platform.history", "does not follow", ["UPDATE platform.history SET actor = 'nobody' WHERE number = 2"],
    ),
    "the history is emptied": ("platform.history", "cut off", ["TRUNCATE platform.history"]),
    "the end of the history of cases is cut off": (
        "safeguarding.history", "cut off", ["DELETE FROM safeguarding.history WHERE number = 2"],
    ),
    "the history of cases is emptied": ("safeguarding.history", "cut off", ["TRUNCATE safeguarding.history"]),
    "a kept visit is altered": (
        "visits.visits", "its words are not", [f"UPDATE visits.visits SET open_part = open_part || {GLASS}"],
    ),
    "a kept visit is deleted": (
        "visits.visits",
        "no longer kept",
        ["DELETE FROM visits.visits WHERE visit_id = (SELECT min(visit_id) FROM visits.visits)"],
    ),
    "what was sealed of a visit is exchanged": (
        "visits.visits",
        "sealed part",
        ["UPDATE visits.sealed_parts SET concerns = (SELECT min(concerns::text)::jsonb FROM visits.sealed_parts)"],
    ),
    "a version is rewritten": (
        "risk_register.versions",
        "not the version that was published",
        [f"UPDATE risk_register.versions SET facts = facts || {GLASS} WHERE premises_id LIKE '%15'"],
    ),
    "somebody else is said to have published": (
        "risk_register.versions",
        "not the version that was published",
        ["UPDATE risk_register.versions SET published_by = 'nobody' WHERE premises_id LIKE '%15'"],
    ),
    "a version is put in": (
        "risk_register.versions",
        "never published",
        ["""
            INSERT INTO risk_register.versions
            SELECT (jsonb_populate_record(v, '{"version": 2}')).* FROM risk_register.versions AS v
            WHERE premises_id LIKE '%15'
        """],
    ),
    "a version is taken out": (
        "risk_register.versions", "no longer kept", ["DELETE FROM risk_register.versions WHERE premises_id LIKE '%15'"],
    ),
    "what was shown is rewritten": (
        "control.shown_history",
        "not the record that the register told",
        [f"UPDATE control.shown_history SET record = {GLASS_ROOF} WHERE version = 1"],
    ),
    "what was shown is taken out": (
        "control.shown_history", "no longer kept", ["DELETE FROM control.shown_history WHERE revision = 1"],
    ),
    "the screen shows something else": (
        "control.shown", "not the newest", [f"UPDATE control.shown SET record = {GLASS_ROOF}"],
    ),
    "the heads in the database are gone": ("platform.signed_heads", "missing", ["TRUNCATE platform.signed_heads"]),
}  # fmt: skip


async def test_a_system_that_nobody_attacked_is_whole(used: Tools) -> None:
    found = await verified(used)
    assert [str(each) for each in found.broken] == []
    assert (found.heads, found.unread, found.since) == (2, [], 0)
    assert found.lines["platform.event_log"] > 10
    assert found.lines["safeguarding.history"] == 2


@pytest.mark.parametrize("what", ATTACKS)
async def test_an_attack_is_named(used: Tools, database_address: str, what: str) -> None:
    where, how, actions = ATTACKS[what]
    attack(database_address, *actions)
    broken = (await verified(used)).broken
    assert broken, "it went unseen"
    assert broken[0].where == where
    assert how in broken[0].what


async def test_an_altered_event_is_named_by_its_position_and_what_it_concerns(
    used: Tools, database_address: str
) -> None:
    with psycopg.connect(database_address) as connection:
        found = connection.execute(
            "SELECT position, key FROM platform.event_log WHERE topic = 'visits.submitted' ORDER BY position LIMIT 1"
        ).fetchone()
    assert found is not None
    attack(
        database_address,
        f"UPDATE platform.event_log SET payload = payload || '{{}}', source = 'x' WHERE position = {found[0]}",
    )
    first = (await verified(used)).broken[0]
    assert (first.at, first.about) == (found[0], f"visits.submitted of {found[1]}")


async def test_of_what_is_restricted_no_more_is_told_than_the_topic(used: Tools, database_address: str) -> None:
    attack(
        database_address,
        "UPDATE platform.event_log SET source = 'x' WHERE topic = 'visits.concerns-noted'",
        "UPDATE safeguarding.history SET actor = 'x'",
    )
    about = {each.where: each.about for each in (await verified(used)).broken}
    assert about == {"platform.event_log": "visits.concerns-noted", "safeguarding.history": ""}


@pytest.mark.parametrize("number", [1, 2])
async def test_a_head_whose_file_was_removed_is_missed(used: Tools, number: int) -> None:
    next(used.settings.heads_folder.glob(f"head-{number:07}-*")).unlink()
    broken = (await verified(used)).broken
    assert [(each.where, each.at, each.what) for each in broken] == [
        ("the folder of signed heads", number, "this signed head is missing")
    ]


async def test_all_heads_gone_from_everywhere_are_missed_once_the_log_is_older_than_two_hours(
    used: Tools, database_address: str, clock: SetClock
) -> None:
    for path in used.settings.heads_folder.iterdir():
        path.unlink()
    attack(
        database_address, "TRUNCATE platform.signed_heads", f"DELETE FROM platform.event_log WHERE position = {NEWEST}"
    )
    assert (await verified(used)).until is None
    clock.move(timedelta(hours=1))
    assert "there is none" in (await verified(used)).broken[0].what


async def test_a_head_that_was_changed_and_signed_by_nobody_is_found(used: Tools) -> None:
    path = next(used.settings.heads_folder.glob("head-0000002-*"))
    head = json.loads(path.read_text())
    head["reached"]["platform.event_log"]["position"] -= 2
    path.write_text(json.dumps(head))
    assert any("signature is wrong" in each.what for each in (await verified(used)).broken)


async def test_what_is_younger_than_the_last_head_is_counted_as_not_covered(used: Tools) -> None:
    for action in ("claimed", "published"):
        async with transaction(used.database, used.clock, Cause("referrals", "ada", "c-1")) as session:
            session.note("premises/1", action)
    found = await verified(used)
    assert (found.broken, found.since) == ([], 2)


async def test_a_head_is_signed_once_an_hour_never_written_over_and_tells_nothing_of_cases(
    used: Tools, clock: SetClock
) -> None:
    keeper = HeadKeeper(used, [HISTORY])
    clock.move(EVERY)
    assert [await keeper.step(), await keeper.step()] == [1, 0]
    clock.move(EVERY)
    assert await keeper.step() == 1
    paths = sorted(used.settings.heads_folder.glob("head-*"))
    assert [path.name.split("-")[1] for path in paths] == ["0000001", "0000002", "0000003", "0000004"]
    assert paths[-1].stat().st_mode & 0o222 == 0
    third, fourth = (json.loads(path.read_text()) for path in paths[-2:])
    assert "safeguarding" not in paths[-1].read_text()
    assert third["closed"] != fourth["closed"]
    assert len(third["closed"]) == len(fourth["closed"])
    assert (await verified(used)).broken == []


async def test_a_head_that_was_written_but_not_committed_stands(
    used: Tools, database_address: str, clock: SetClock
) -> None:
    keeper = HeadKeeper(used, [HISTORY])
    clock.move(EVERY)
    assert await keeper.step() == 1
    attack(database_address, "DELETE FROM platform.signed_heads WHERE number = 3")
    assert (await verified(used)).broken == [], "it may be committed any moment now"
    assert await keeper.step() == 1
    found = await verified(used)
    assert ([str(each) for each in found.broken], found.heads) == ([], 3)


async def test_a_folder_that_holds_the_heads_of_another_database_is_left_alone(
    used: Tools, database_address: str, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.move(EVERY)
    attack(database_address, "TRUNCATE platform.signed_heads", "TRUNCATE platform.history")
    before = {path: path.read_text() for path in used.settings.heads_folder.iterdir()}
    assert await HeadKeeper(used, [HISTORY]).step() == 0
    assert "holds those of another database" in caplog.text
    assert {path: path.read_text() for path in used.settings.heads_folder.iterdir()} == before


async def test_the_command_names_the_first_broken_link_and_fails(
    used: Tools, database_address: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "RAVI_ENV": "local", "RAVI_DATABASE": database_address, "RAVI_DATA_DIR": str(tmp_path)}

    whole = run(("verify-log", "--json"), environment)
    assert (whole.returncode, json.loads(whole.stdout)["whole"]) == (0, True), whole.stderr
    attack(database_address, "UPDATE platform.event_log SET source = 'x' WHERE position = 2")
    broken = run(("verify-log",), environment)
    assert broken.returncode == 1
    assert "the first thing that is broken: platform.event_log, entry 2" in broken.stderr


async def test_ready_and_the_metrics_tell_when_the_last_head_is_too_old(used: Tools, clock: SetClock) -> None:
    system = await a_system(used)
    anybody = await system.client()
    assert (await anybody.get("/health/ready")).json()["degraded"] == []
    clock.move(timedelta(hours=2))
    ready = await anybody.get("/health/ready")
    assert ready.status_code == 200
    assert "the last signed head of the log is from" in ready.json()["degraded"][0]["what"]
    assert "ravi_signed_head_age_seconds 7500.0" in (await anybody.get("/metrics")).text
    await system.close()
