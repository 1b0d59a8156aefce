"""The system as it is deployed: each service a process of its own, that a test may kill and start again."""

import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from services.command_line.wiring import RELAY, SERVICES
from services.shared.database import Database
from tests.benchmarks.child import Started
from tests.journeys.conftest import clear_topics, free_port
from tests.journeys.toy import until
from tests.processes import start

PROCESSES = (*SERVICES, RELAY)
TOGETHER = "together"


class Cluster:
    """Processes of `ravi serve`, or one of `ravi run`, all on one database and, if one is named, one Kafka."""

    def __init__(self, database: Database, folder: Path, kafka: str = "", *, together: bool = False) -> None:
        self.folder = folder
        self.kafka = kafka
        self.environment = {
            **os.environ,
            "RAVI_ENV": "local",
            "RAVI_DATABASE": database.plain_address,
            "RAVI_KAFKA": kafka,
            "RAVI_DATA_DIR": str(folder),
        }
        self.names = [TOGETHER] if together else [name for name in PROCESSES if kafka or name != RELAY]
        self.ports = {name: free_port() for name in self.names}
        self.running: dict[str, Started] = {}

    def start(self, *names: str) -> None:
        """Start processes, all of them unless some are named."""
        for name in names or self.names:
            environment = {**self.environment, "RAVI_PORT": str(self.ports[name])}
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = start(_command(name), environment, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """End a process at once, as a power cut would."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def address(self, name: str) -> str:
        """Return the address a process, or the one that runs all, answers at."""
        return f"http://127.0.0.1:{self.ports.get(name) or self.ports[TOGETHER]}"

    async def until_ready(self, names: Iterable[str] = (), *, patience_s: float = 60) -> None:
        """Wait until processes answer that they are ready; fails with the log of one that ended."""
        async with httpx.AsyncClient() as client:
            for name in names or self.names:
                await until(partial(self._is_ready, client, name), seconds=patience_s, what=f"{name} ready")

    async def _is_ready(self, client: httpx.AsyncClient, name: str) -> bool:
        if self.running[name].poll() is not None:
            raise AssertionError(f"{name} ended: {(self.folder / f'{name}.log').read_text()[-2000:]}")
        try:
            return (await client.get(f"{self.address(name)}/health/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    def logs(self) -> str:
        """Return everything all processes have logged."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """Stop all processes, first asking."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        self.running.clear()


def _command(name: str) -> tuple[str, ...]:
    return ("run",) if name == TOGETHER else ("serve", name.replace("_", "-"))


@asynccontextmanager
async def a_cluster(request: pytest.FixtureRequest, database: Database, folder: Path) -> AsyncIterator[Cluster]:
    """Give every service as a process of its own, hearing straight from the log or, if asked for, through Kafka."""
    kafka = str(request.getfixturevalue("lasting_broker")) if request.param == "kafka" else ""
    if kafka:
        await clear_topics(kafka)
    made = Cluster(database, folder, kafka)
    made.start()
    try:
        yield made
    finally:
        made.stop()
