"""A database that takes no change: control shows records and opens codes, and who read what is kept once in the end."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from schemas.vocabulary import Role
from services.shared.clock import SystemClock
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.benchmarks.child import Child
from tests.journeys.toy import until
from tests.processes import a_child
from tests.services.control_records import MARLOWE, a_record, updated
from tests.system import signed_in

pytestmark = pytest.mark.slow
READS = "SELECT purpose, count(*) FROM control.reads WHERE who = 'operator-7' GROUP BY purpose"
REVEALS = "SELECT details ->> 'purpose' FROM platform.history WHERE action = 'codes revealed'"
CODES = '{"contacts": [], "entry_code": "C41X"}'


class Site:
    """`ravi run` on a database of this test's own, and whoever looks after that database."""

    def __init__(self, folder: Path, database: str, tools: Tools) -> None:
        self.folder = folder
        self.database = database
        self.tools = tools
        self.children: list[Child] = []
        self.clients = AsyncExitStack()
        self.spool = folder / "data" / "spool" / "control-reads.jsonl"

    def start(self) -> Child:
        self.children.append(a_child(self.folder, self.database, "run"))
        self.children[-1].until_ready()
        return self.children[-1]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    async def is_shown(self) -> bool:
        return bool(self.rows(f"SELECT 1 FROM control.shown WHERE premises_id = '{MARLOWE}'"))

    async def is_all_written(self) -> bool:
        return not self.waiting()

    def takes_changes(self, *, yes: bool) -> None:
        """Set whether the database may be written to, and end all who are connected, as a failover does."""
        name = psycopg.conninfo.conninfo_to_dict(self.database)["dbname"]
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {'off' if yes else 'on'}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def waiting(self) -> list[dict[str, Any]]:
        written = self.spool.read_bytes().partition(b"\0")[0]
        return [json.loads(line) for line in written.decode().split("\n") if line]


@pytest.fixture
async def site(tmp_path: Path, database_address: str, tools: Tools) -> AsyncIterator[Site]:
    made = Site(tmp_path, database_address, tools)
    yield made
    await made.clients.aclose()
    for child in made.children:
        child.process.kill()
        child.process.wait(10)


async def an_operator(site: Site, child: Child) -> httpx.AsyncClient:
    """Let the record be known and an operator be signed in; return what the operator asks with."""
    tools = site.tools
    async with transaction(tools.database, tools.clock, Cause("test", "test", "test")) as session:
        sealed = await tools.vault.seal(session, "private/v-1", "visit/v-1", CODES)
        session.say(updated(a_record(private=sealed)))
    person = Person("operator-7", (Role.CONTROL.value,))
    secret = await signed_in(replace(tools, clock=SystemClock()), person, "token")
    client = httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{child.port}", headers={"Authorization": f"Bearer {secret}"}, timeout=20
    )
    await until(site.is_shown)
    return await site.clients.enter_async_context(client)


async def test_control_answers_from_a_database_that_takes_no_change_and_every_reading_is_kept_once(site: Site) -> None:
    child = site.start()
    operator = await an_operator(site, child)
    record = f"/api/v1/control/premises/{MARLOWE}"
    assert (await operator.get(record)).status_code == 200
    site.takes_changes(yes=False)
    for _ in range(5):
        assert (await operator.get(record)).status_code == 200
    assert (await operator.get(f"/control/premises/{MARLOWE}")).status_code == 200
    revealed = await operator.post(f"{record}/codes/reveal", json={"purpose": "Crew at the door"})
    assert (revealed.status_code, revealed.json().get("entry_code")) == (200, "C41X")
    ready = await operator.get("/health/ready")
    assert ready.status_code == 200
    degraded = ready.json()["degraded"]
    assert [one["part"] for one in degraded] == ["control: who read which record"]
    assert "8 wait" in degraded[0]["what"]
    assert degraded[0]["since"] == site.waiting()[0]["at"]
    assert site.rows(READS) == [("look-up", 1)]

    child.process.kill()
    child.process.wait(10)
    kept = site.spool.read_bytes()
    site.takes_changes(yes=True)
    wanted = {("look-up", 7), ("codes: Crew at the door", 1)}
    again = site.start()
    await until(site.is_all_written)
    assert set(site.rows(READS)) == wanted
    assert site.rows(REVEALS) == [("Crew at the door",)]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{again.port}") as client:
        assert (await client.get("/health/ready")).json() == {"ready": True, "problems": [], "degraded": []}

    again.process.kill()  # after the commit and before the file was emptied
    again.process.wait(10)
    site.spool.write_bytes(kept)
    site.start()
    await until(site.is_all_written)
    assert set(site.rows(READS)) == wanted
    assert site.rows(REVEALS) == [("Crew at the door",)]


async def test_with_no_room_left_records_are_shown_and_codes_stay_shut(site: Site) -> None:
    child = site.start()
    operator = await an_operator(site, child)
    record = f"/api/v1/control/premises/{MARLOWE}"
    site.takes_changes(yes=False)
    line = json.dumps({"id": "x", "at": "2026-11-22T14:02:00+00:00", "cause": {}}).encode() + b"\n"
    full = line * (site.spool.stat().st_size // len(line))
    site.spool.write_bytes(full.ljust(site.spool.stat().st_size, b"\0"))
    assert (await operator.get(record)).status_code == 200
    shut = await operator.post(f"{record}/codes/reveal", json={"purpose": "Crew at the door"})
    assert shut.status_code == 503
    assert "ring the central risk team" in shut.json()["detail"]
    ready = (await operator.get("/health/ready")).json()
    assert any("no room" in one["what"] for one in ready["degraded"])
    assert "ravi_reads_not_kept_total 1.0" in (await operator.get("/metrics")).text
    assert site.spool.read_bytes().startswith(full)
