"""The master key: another one is noticed before it does harm, and a new one takes over and loses nothing."""

import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from schemas.vocabulary import Role
from services.command_line.wiring import key_tables
from services.shared.event_log import Cause
from services.shared.master_key import WrongMasterKey, check_master_key
from services.shared.secrets import CannotOpen, Vault
from services.shared.service import Tools
from services.shared.settings import Settings, unsafe_for_production
from services.shared.transactions import transaction
from tests.benchmarks.child import Started
from tests.builders import a_visit
from tests.processes import run, start
from tests.system import System, a_system

FIRST = "the first master key, 5f1c9a7be2d04836"
SECOND = "the second master key, 0b7d3e61fa9c2485"
THIRD = "a key of another installation, 77aa88bb"
CAUSE = Cause("referrals", "test", "c-1")
CHILD = {"kind": "SG2", "note": "child alone", "spoken_to": "Duty officer", "spoken_at": "2026-11-22T13:50:00Z"}
BATCHES = 3


ROTATE = ("rotate-master-key",)


def keyed(address: str, key: str, old: str = "") -> dict[str, str]:
    """Return the environment of a command of ours on the test's database with a master key."""
    return os.environ | {"RAVI_DATABASE": address, "RAVI_MASTER_KEY": key, "RAVI_MASTER_KEY_OLD": old}


def ravi(address: str, *words: str, key: str, old: str = "") -> tuple[int, str]:
    """Run a command of ours on the test's database with a master key; return how it ended and what it printed."""
    done = run(words, keyed(address, key, old))
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def first(tools: Tools, database_address: str) -> AsyncIterator[System]:
    """Return visits and referrals on a database that knows the first master key."""
    vault = Vault(FIRST)
    check_master_key(database_address, vault.master, keep=True)
    whole = await a_system(replace(tools, vault=vault), ("visits", "referrals"))
    yield whole
    await whole.close()


async def send(system: System, visit: dict[str, object]) -> int:
    """Send a visit and return how it was answered."""
    crew = await system.client(Role.FIREFIGHTER)
    sent = await crew.post("/api/v1/visits", json=visit)
    await system.settle()
    return sent.status_code


async def titles(system: System) -> str:
    """Return what the safeguarding desk reads when it opens its first case."""
    officer = await system.client(Role.SAFEGUARDING)
    (case, *_) = (await officer.get("/api/v1/referrals")).json()["referrals"]
    await officer.post(f"/referrals/{case['id']}/open", data={"purpose": "DECIDE"})
    return (await officer.get(f"/referrals/{case['id']}")).text


async def seal_many(system: System, count: int) -> None:
    """Seal so many texts, the keys of which are in the order of their numbers before all others."""
    async with transaction(system.tools.database, system.tools.clock, CAUSE) as session:
        for number in range(count):
            await system.tools.vault.seal(session, f"a/{number:06}", "r", "x")
        await session.flush()
        await system.tools.vault.destroy(session, "a/000003")


def opens_with(address: str, *keys: str) -> int:
    """Return how many of the kept data keys open with some master keys."""
    master, opened = Vault(keys[0], keys[1:]).master, 0
    with psycopg.connect(address) as connection:
        for table in key_tables():
            kept = connection.execute(f"SELECT wrapped_key FROM {table} WHERE wrapped_key IS NOT NULL").fetchall()
            for (wrapped,) in kept:
                try:
                    master.unwrap(wrapped)
                except Exception:
                    continue
                opened += 1
    return opened


@pytest.mark.parametrize("words", [["doctor"], ["serve", "visits"], ["serve", "relay"], ["rotate-master-key"]])
async def test_another_master_key_is_refused_with_what_to_do(
    first: System, database_address: str, words: Sequence[str]
) -> None:
    ended, printed = ravi(database_address, *words, key=THIRD)
    assert ended != 0
    assert "RAVI_MASTER_KEY is not the key that this database was sealed under" in printed
    assert "RAVI_MASTER_KEY_OLD" in printed
    assert "Traceback" not in printed
    assert THIRD not in printed


async def test_the_right_master_key_is_found_right(first: System, database_address: str) -> None:
    ended, printed = ravi(database_address, "doctor", key=FIRST)
    assert (ended, "is the one that this database was sealed under" in printed) == (0, True)


async def test_a_rotation_that_is_killed_goes_on_and_loses_nothing(
    first: System, tools: Tools, database_address: str, tmp_path: Path
) -> None:
    log = tmp_path / "rotation.log"
    visit = a_visit(referrals=[CHILD])
    assert await send(first, visit) == 202
    await seal_many(first, 500 * BATCHES)
    held = first.tools.vault.close("held-form/ff-31", "what was written")
    kept = opens_with(database_address, FIRST)

    with psycopg.connect(database_address) as connection:  # the last batch waits for this row, and is killed waiting
        connection.execute(f"SELECT 1 FROM platform.sealing_keys WHERE key_id = 'a/{500 * BATCHES - 1:06}' FOR UPDATE")
        with log.open("wb") as said:
            rotation = start(ROTATE, keyed(database_address, SECOND, FIRST), stdout=said, stderr=said)
        until_it_waits(database_address, rotation, log)
        rotation.send_signal(signal.SIGKILL)
        assert rotation.wait(60) == -signal.SIGKILL
    anew = opens_with(database_address, SECOND)
    assert 0 < anew < kept
    assert opens_with(database_address, SECOND, FIRST) == kept

    ended, printed = ravi(database_address, *ROTATE, key=SECOND, old=FIRST)
    assert (ended, f"{kept - anew} keys are wrapped anew, {anew} were so already" in printed) == (0, True), printed
    assert opens_with(database_address, SECOND) == kept
    with pytest.raises(WrongMasterKey):
        check_master_key(database_address, Vault(FIRST).master, keep=False)

    vault = Vault(SECOND)  # the old key is no longer given
    check_master_key(database_address, vault.master, keep=False)
    after = await a_system(replace(tools, vault=vault), ("visits", "referrals"))
    assert await send(after, visit) == 200, "a visit from before is known again"
    assert await send(after, visit | {"callsign": "S1P2"}) == 409
    assert "child alone" in await titles(after)
    assert Vault(SECOND, [FIRST]).open_closed("held-form/ff-31", held) == "what was written"
    assert vault.mark_of("12") == first.tools.vault.mark_of("12"), "the mark of a flat is what it was"
    gone = "SELECT count(*) FROM platform.sealing_keys WHERE destroyed_at IS NOT NULL AND wrapped_key IS NULL"
    assert await after.rows(gone) == [(1,)]
    await after.close()


def until_it_waits(address: str, process: Started, log: Path) -> None:
    """Wait until another connection waits for a lock."""
    until = time.monotonic() + 60
    with psycopg.connect(address, autocommit=True) as connection:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while connection.execute(waiting).fetchone() is None:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until
            time.sleep(0.02)


async def test_a_key_that_opens_with_neither_is_said_and_left_as_it_is(first: System, database_address: str) -> None:
    await seal_many(first, 5)
    with psycopg.connect(database_address) as connection:
        wrapped = Vault(THIRD).master.wrap(b"0" * 32)
        connection.execute("UPDATE platform.sealing_keys SET wrapped_key = %s WHERE key_id = 'a/000001'", (wrapped,))
    ended, printed = ravi(database_address, *ROTATE, key=SECOND, old=FIRST)
    assert ended != 0
    assert "1 keys open with neither" in printed
    ended, printed = ravi(database_address, *ROTATE, key=SECOND, old=THIRD)
    assert (ended, "1 keys are wrapped anew" in printed) == (0, True), printed
    assert opens_with(database_address, SECOND) == opens_with(database_address, SECOND, FIRST, THIRD)


async def test_a_database_that_holds_sealed_text_takes_no_first_key_that_does_not_open_it(
    system: System, database_address: str
) -> None:
    await send(system, a_visit(referrals=[CHILD]))
    with pytest.raises(WrongMasterKey):
        check_master_key(database_address, Vault(THIRD).master, keep=True)
    assert check_master_key(database_address, system.tools.vault.master, keep=True)


async def test_a_held_form_of_another_key_stays_closed() -> None:
    with pytest.raises(CannotOpen):
        Vault(SECOND).open_closed("held-form/ff-31", Vault(FIRST).close("held-form/ff-31", "x"))


@pytest.mark.parametrize("key", [" " * 32, "x" * 64, "ab" * 20, "\t" * 40, "short", " " * 40 + "0123456789abc"])
def test_a_key_that_is_none_is_refused_in_production(key: str) -> None:
    settings = Settings("production", "postgresql://ravi@db/ravi", master_key=key, oidc_issuer="https://id.example")
    (finding,) = unsafe_for_production(settings)
    assert "RAVI_MASTER_KEY" in finding
