"""`ravi run` is two processes, one that answers and one that hears, and to whoever runs it they are one."""

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from schemas.vocabulary import Role
from services.command_line.demo import bearer, load_area
from services.shared.clock import SystemClock
from services.shared.messaging.delivery import STOP_AFTER
from services.shared.service import Tools
from tests.journeys.cluster import TOGETHER, Cluster
from tests.journeys.live import INVENTED, a_visit_with_acetylene, some_premises
from tests.journeys.toy import until
from tests.processes import run

pytestmark = pytest.mark.slow
SHOWN = "SELECT count(*) FROM control.shown WHERE premises_id = %s"
HANDLED = 'ravi_messages_handled_total{service="control",topic="visits.submitted"}'
UNREADABLE = """
    INSERT INTO platform.event_log
        (topic, key, event_id, type, source, correlation_id, payload, occurred_at, said_at, seal)
    SELECT 'control.shown', 'k', gen_random_uuid(), 'nonsense', 'control', 'c', '{}', now(), now(), 'x'
    FROM generate_series(1, %s)
"""


def readers_of(process: int) -> int | None:
    """Return the number of the readers' process that a process has started, None if there is none."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            named = (folder / "comm").read_text().strip() == "ravi readers"  # forked; one that was started has words
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if parent == process and (named or b"readers" in words):
            return int(folder.name)
    return None


def is_forked(readers: int) -> bool:
    """Return whether a readers' process was forked from the one that answers; one that was started is a Python."""
    return Path(f"/proc/{readers}/comm").read_text().strip() == "ravi readers"


def runs(process: int) -> bool:
    """Return whether a process runs (one that only waits to be reaped does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Together:
    """A running `ravi run`, its database, and somebody who sends visits to it."""

    def __init__(self, cluster: Cluster, database: str, device: httpx.AsyncClient) -> None:
        self.cluster = cluster
        self.database = database
        self.device = device

    @property
    def number(self) -> int:
        return self.cluster.running[TOGETHER].pid

    def readers(self) -> int:
        found = readers_of(self.number)
        assert found is not None, self.cluster.logs()
        return found

    async def health(self) -> dict[str, Any]:
        answer = await self.device.get("/health/ready")
        assert answer.status_code == (200 if answer.json()["ready"] else 503)
        return dict(answer.json())

    async def send(self, number: int) -> str:
        """Send a visit that tells of a danger; return its premises."""
        premises = some_premises(number + 1)[number]["premises_id"]
        answer = await self.device.post("/api/v1/visits", json=a_visit_with_acetylene(premises))
        assert answer.status_code == 202, answer.text
        return premises

    async def until_shown(self, premises: str) -> None:
        async def is_shown() -> bool:
            async with await psycopg.AsyncConnection.connect(self.database) as connection:
                return await (await connection.execute(SHOWN, (premises,))).fetchone() == (1,)

        await until(is_shown, seconds=60, what="control being shown it")

    async def figure(self, name: str) -> float:
        lines = (await self.device.get("/metrics")).text.splitlines()
        assert len({line.rpartition(" ")[0] for line in lines}) == len(lines), "each figure once"
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@pytest.fixture
async def together(tools: Tools, database_address: str, tmp_path: Path) -> AsyncIterator[Together]:
    """Return a `ravi run` on the invented area."""
    now = replace(tools, clock=SystemClock())
    await load_area(now, INVENTED)
    cluster = Cluster(tools.database, tmp_path, together=True)
    cluster.start()
    try:
        await cluster.until_ready()
        headers = await bearer(now, Role.FIREFIGHTER)
        async with httpx.AsyncClient(base_url=cluster.address(TOGETHER), headers=headers, timeout=30) as device:
            yield Together(cluster, database_address, device)
    finally:
        cluster.stop()


async def test_what_one_process_takes_the_other_hears_and_the_figures_of_both_are_at_one_address(
    together: Together,
) -> None:
    for number in range(3):
        await together.until_shown(await together.send(number))

    async def is_counted() -> bool:
        return await together.figure(HANDLED) == 3

    await until(is_counted, what="three visits heard by control")
    assert await together.figure("ravi_consumer_stopped") == 0
    readers = together.readers()
    assert is_forked(readers), "it imports all of the product a second time"
    together.cluster.running[TOGETHER].terminate()
    assert together.cluster.running[TOGETHER].wait(20) == 143
    assert not runs(readers), "it waits for its readers"
    assert "Traceback" not in together.cluster.logs()


async def test_readers_that_die_are_seen_and_started_again_and_nothing_is_lost(together: Together) -> None:
    killed = together.readers()
    os.kill(killed, signal.SIGKILL)

    async def is_seen() -> bool:
        return not (await together.health())["ready"]

    await until(is_seen, what="word that the readers are away")
    assert "the readers' process" in (await together.health())["problems"][0]
    premises = await together.send(0)  # it is taken all the same
    await together.cluster.until_ready()
    await together.until_shown(premises)
    assert together.readers() != killed
    assert "the readers' process has ended (-9); starting it again" in together.cluster.logs()


async def test_readers_end_by_themselves_when_the_process_that_started_them_is_killed(together: Together) -> None:
    readers = together.readers()
    together.cluster.kill(TOGETHER)

    async def is_gone() -> bool:
        return not runs(readers)

    await until(is_gone, what="the end of the readers")


async def test_a_consumer_that_stopped_itself_is_seen_from_the_process_that_answers(together: Together) -> None:
    with psycopg.connect(together.database) as connection:
        connection.execute(UNREADABLE, (STOP_AFTER,))

    async def is_seen() -> bool:
        return "consumer scorecard stopped after a run of failures" in (await together.health())["problems"]

    await until(is_seen, what="word of the consumer that stopped")
    assert await together.figure('ravi_consumer_stopped{service="scorecard"}') == 1


def test_the_readers_are_not_for_people_to_start() -> None:
    done = run(("readers",), os.environ)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["ravi: `ravi run` starts this by itself: run that"]
