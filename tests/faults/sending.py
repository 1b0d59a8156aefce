"""Devices that send until each has its receipt, and somebody who kills what runs meanwhile."""

import asyncio
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from tests.faults.invented import Planned, Sending
from tests.journeys.cluster import Cluster

DEVICES = 8
KAFKA_SH = Path(__file__).parents[2] / "deploy" / "kafka" / "kafka.sh"
DATABASE, KAFKA = "database", "kafka"
BUSY = (429, 500, 502, 503, 504)
POISON = (b"not json at all", b"[1, 2, 3]", b'{"visit_id": "\\u0000"}', b"\xff\xfe\x00", b'{"visit_id": 7}')


@dataclass
class Sent:
    """What the devices saw: receipts by visit, and everything that was not as promised."""

    receipts: dict[str, dict[str, object]] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    wrong: list[str] = field(default_factory=list)

    def keep(self, visit: Planned, receipt: dict[str, object]) -> None:
        """Keep a receipt; a second one for the same visit must be the same, to the letter."""
        known = self.receipts.setdefault(visit.visit_id, receipt)
        if known != receipt:
            self.wrong.append(f"{visit.visit_id}: two receipts that differ")


class Devices:
    """Tablets of the crews: each sends again, under the same id, until it has a receipt."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.sent = Sent()
        self._address = f"{address}/api/v1/visits"
        self._headers = {**headers, "content-type": "application/json"}

    async def send_all(self, visits: Sequence[Planned]) -> Sent:
        """Send all visits from several devices at once."""
        waiting = iter(visits)
        async with httpx.AsyncClient(headers=self._headers, timeout=30) as client, asyncio.TaskGroup() as group:
            for _ in range(DEVICES):
                group.create_task(self._device(client, waiting))
        return self.sent

    async def _device(self, client: httpx.AsyncClient, waiting: Iterable[Planned]) -> None:
        for visit in waiting:
            times = 3 if visit.sending is Sending.RACE else 1
            answers = await asyncio.gather(*(self._until_answered(client, visit.content()) for _ in range(times)))
            for answer in answers:
                self._judge(visit, answer)
            if visit.sending is Sending.AGAIN:
                self._judge(visit, again := await self._until_answered(client, visit.content()))
                if again.status_code != 200:
                    self.sent.wrong.append(f"{visit.visit_id}: sent again after its receipt, {again.status_code}")
            if visit.sending is Sending.OTHER_WORDS:
                other = await self._until_answered(client, visit.other_content())
                if other.status_code != 409:
                    self.sent.wrong.append(f"{visit.visit_id}: other words under its id, {other.status_code}")

    def _judge(self, visit: Planned, answer: httpx.Response) -> None:
        if answer.status_code in (200, 202):
            self.sent.keep(visit, answer.json())
        else:
            self.sent.wrong.append(f"{visit.visit_id}: {answer.status_code} {answer.text[:200]}")

    async def _until_answered(self, client: httpx.AsyncClient, content: bytes) -> httpx.Response:
        while True:
            try:
                answer = await client.post(self._address, content=content)
            except httpx.HTTPError:
                self.sent.unanswered += 1
                await asyncio.sleep(0.5)
                continue
            self.sent.answers[answer.status_code] += 1
            if answer.status_code not in BUSY:
                return answer
            await asyncio.sleep(float(answer.headers.get("retry-after", 0.2)))


@dataclass(frozen=True)
class Kill:
    """Who is killed once so many receipts are out, and how long until it is started again."""

    after_receipts: int
    who: str
    away_s: float


def kills_of(seed: int, count: int, visits: int, processes: Sequence[str]) -> list[Kill]:
    """Return the kills of a run; the same seed gives the same. The database and Kafka are killed more rarely."""
    random = Random(seed + 1)
    victims = [*processes, DATABASE, *([KAFKA] if len(processes) > 1 else [])]
    weights = [max(1.0, 6 / len(processes))] * len(processes) + [0.7] * (len(victims) - len(processes))
    moments = sorted(random.sample(range(visits // 50, max(visits * 95 // 100, count + visits // 50)), count))
    who = random.choices(victims, weights, k=count)
    return [Kill(moment, name, random.uniform(0, 1.5)) for moment, name in zip(moments, who, strict=True)]


class Killer:
    """Ends what runs, at once, as a power cut would, and starts it again."""

    def __init__(self, cluster: Cluster, database: str, kafka_node: dict[str, str]) -> None:
        self.done: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self._cluster, self._database, self._kafka_node = cluster, database, kafka_node

    async def kill_while_sending(self, kills: Sequence[Kill], sent: Sent) -> None:
        """Kill each in its moment; those whose moment never comes are killed when all is sent."""
        for kill in kills:
            while len(sent.receipts) < kill.after_receipts:
                await asyncio.sleep(0.01)
            await self._kill(kill)
            self.done[kill.who] += 1

    async def start_what_ended(self) -> None:
        """Start again what ended by itself, as whatever supervises an installation does (the database was away)."""
        while True:
            for name, process in list(self._cluster.running.items()):
                if process.poll() is not None:
                    self.ended[name] += 1
                    self._cluster.start(name)
            await asyncio.sleep(0.5)

    async def _kill(self, kill: Kill) -> None:
        if kill.who == DATABASE:
            await asyncio.to_thread(self._kill_a_backend)
        elif kill.who == KAFKA:
            await asyncio.to_thread(self._kafka, "kill")
            await asyncio.sleep(kill.away_s)
            await asyncio.to_thread(self._kafka, "start")
        else:
            self._cluster.kill(kill.who)
            await asyncio.sleep(kill.away_s)
            self._cluster.start(kill.who)

    def _kill_a_backend(self) -> None:
        """Kill one process of PostgreSQL: it ends all the others, and recovers as after a power cut."""
        listed = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with psycopg.connect(self._database, autocommit=True) as connection:
            found = connection.execute(f"{listed} ORDER BY state = 'active' DESC LIMIT 1").fetchone()
        if found:
            os.kill(found[0], signal.SIGKILL)

    def _kafka(self, how: str) -> None:
        subprocess.run([str(KAFKA_SH), how], env=self._kafka_node, check=True, timeout=180, capture_output=True)


async def poison(kafka: str, topics: Sequence[str], sent: Sent, visits: int) -> int:
    """Put messages that nobody can read on open topics all through the run; return how many Kafka has kept."""
    kept = 0
    for number, body in enumerate(POISON):
        while len(sent.receipts) < visits * (number + 1) // (len(POISON) + 2):
            await asyncio.sleep(0.05)
        for topic in topics:
            while not await _put(kafka, topic, body):
                await asyncio.sleep(0.5)
            kept += 1
    return kept


async def _put(kafka: str, topic: str, body: bytes) -> bool:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", request_timeout_ms=10_000)
    try:
        await producer.start()
        await producer.send_and_wait(topic, body, key=b"poison")
    except (KafkaError, OSError):
        return False
    finally:
        await producer.stop()
    return True
