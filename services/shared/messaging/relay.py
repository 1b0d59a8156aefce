"""The relay: one cursor that sends the event log to Kafka, in order, and moves on when Kafka has kept it."""

import asyncio
import logging

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.topics import BY_NAME
from services.shared.clock import Clock
from services.shared.cursors import move_cursor, take_cursor
from services.shared.database import Database, is_out_of_reach
from services.shared.event_log import RELAY, Cause, LoggedEvent, read_after
from services.shared.messaging.delivery import Failing, Failure, pause
from services.shared.quarantine import put_in_quarantine, raw_copy
from services.shared.transactions import transaction

logger = logging.getLogger(__name__)

BATCH = 200
POLL_S = 1.0
NO_TOPIC = "its topic is not on the map: nobody hears it"
ONLY_FOR_HEADER = "ravi_onlyfor"


def kafka_headers(event: LoggedEvent) -> list[tuple[str, bytes]]:
    """Return the Kafka headers of a logged event: CloudEvents, and where it stands in the log."""
    headers = [(name, value.encode()) for name, value in event.envelope.headers().items()]
    headers.append(("ravi_position", str(event.position).encode()))
    if event.only_for:
        headers.append((ONLY_FOR_HEADER, event.only_for.encode()))
    return headers


class Relay:
    """Sends the log to Kafka. Only one relay works at a time: the cursor's row lock sees to that."""

    def __init__(
        self, brokers: str, database: Database, clock: Clock, woken: asyncio.Event, *, idempotent: bool = True
    ) -> None:
        self._brokers = brokers
        self._database = database
        self._clock = clock
        self._woken = woken
        self._idempotent = idempotent
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Send until told to stop; while Kafka is away the log grows and nothing is lost."""
        away = 0.2
        while not self.stopping.is_set():
            producer = AIOKafkaProducer(
                bootstrap_servers=self._brokers.split(","),
                acks="all",
                enable_idempotence=self._idempotent,
                request_timeout_ms=10_000,
                client_id="ravi-relay",
            )
            try:
                await producer.start()
                away = 0.2
                await self._send_on(producer)
            except (KafkaError, OSError) as problem:
                logger.warning("the relay cannot reach Kafka (%s); trying again", type(problem).__name__)
            except Exception as problem:
                if not is_out_of_reach(problem):
                    logger.exception("the relay failed; trying again")
            finally:
                await _stop(producer)
            away = min(away * 2, 5.0)
            await pause(away, self.stopping)

    async def _send_on(self, producer: AIOKafkaProducer) -> None:
        while not self.stopping.is_set():
            self._woken.clear()
            if not await self.step(producer):
                try:
                    await asyncio.wait_for(self._woken.wait(), POLL_S)
                except TimeoutError:
                    continue

    async def step(self, producer: AIOKafkaProducer) -> int:
        """Send one batch and move the cursor once Kafka has kept all of it; return how many were sent."""
        cause = Cause(source=RELAY, actor=RELAY, correlation_id="relay")
        async with transaction(self._database, self._clock, cause) as work:
            position = await take_cursor(work, RELAY, self._clock.now())
            if position is None:
                return 0
            events = await read_after(work, position, limit=BATCH)
            for event in events:
                if event.envelope.topic not in BY_NAME:
                    raw = raw_copy(event.envelope, f"event log {event.position}")
                    await put_in_quarantine(work, RELAY, raw, Failure(Failing.UNREADABLE, NO_TOPIC))
            sending = [
                await producer.send(
                    event.envelope.topic,
                    event.envelope.body,
                    key=event.key.encode(),
                    headers=kafka_headers(event),
                )
                for event in events
                if event.envelope.topic in BY_NAME
            ]
            await asyncio.gather(*sending)
            if events:
                await move_cursor(work, RELAY, events[-1].position, self._clock.now())
        return len(events)


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await producer.stop()
    except (KafkaError, OSError):
        logger.warning("the relay's producer did not stop cleanly")
