"""Kafka delivery: each service is one FastStream broker with one subscriber in one consumer group."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import HandlerException, NackMessage
from faststream.kafka import KafkaBroker, KafkaMessage

from schemas.upgrades import Unreadable
from services.shared.clock import Clock
from services.shared.database import Database, is_out_of_reach
from services.shared.event_log import Cause
from services.shared.messaging.delivery import STOP_AFTER, Failing, Failure, deliver, failure_of, pause
from services.shared.messaging.relay import ONLY_FOR_HEADER
from services.shared.quarantine import RawMessage, envelope_of, put_in_quarantine
from services.shared.service import Service
from services.shared.telemetry import STOPPED
from services.shared.transactions import transaction

logger = logging.getLogger(__name__)

# A batch is one transaction. It is what Kafka has at hand, and waits for more no longer than this.
BATCH = 100
BATCH_TIMEOUT_MS = 20


def group_of(service: str) -> str:
    """Return the consumer group of a service."""
    return f"ravi-{service.replace('_', '-')}"


def raw_message(record: Any) -> RawMessage:
    """Return a Kafka record as it came."""
    origin = f"{record.topic}/{record.partition}/{record.offset}"
    return RawMessage(record.topic, origin, record.key, record.value or b"", tuple(record.headers))


class Consumer:
    """One service hearing its topics through Kafka.

    A batch is one transaction; if anything in it fails, that is undone and each message is dealt with alone. It is
    acknowledged only after all its effects, and the copies of what is in quarantine, are committed.
    """

    def __init__(self, service: Service, brokers: str, database: Database, clock: Clock) -> None:
        self.service = service
        self._database = database
        self._clock = clock
        self._failures_in_a_row = 0
        self.stopping = asyncio.Event()
        self.stopped_itself = False
        consumer = self

        class Quarantining(BaseMiddleware):
            """What goes wrong before the handler: each message alone, with a copy to quarantine, then acknowledge."""

            async def after_processed(
                self,
                exc_type: type[BaseException] | None = None,
                exc_val: BaseException | None = None,
                exc_tb: Any = None,
            ) -> bool | None:
                if exc_val is None or isinstance(exc_val, (HandlerException, asyncio.CancelledError)):
                    return False
                if not isinstance(exc_val, Exception):
                    return False
                return await consumer.one_by_one([raw_message(record) for record in self.msg or ()])

        self.broker = KafkaBroker(
            brokers.split(","),
            logger=None,
            allow_auto_create_topics=False,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            middlewares=[Quarantining],
            client_id=group_of(service.name),
            graceful_timeout=10.0,
        )
        self.broker.subscriber(
            *service.handlers,
            group_id=group_of(service.name),
            auto_offset_reset="earliest",
            max_poll_interval_ms=1_800_000,
            fetch_max_wait_ms=100,
            decoder=_left_as_bytes,
            no_reply=True,
            batch=True,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            max_records=BATCH,
        )(self._receive)

    async def _receive(self, _bodies: list[bytes], message: KafkaMessage) -> None:
        batch = [raw_message(record) for record in message.raw_message]
        try:
            await self._with_the_database(lambda: self._deliver_once(batch))
        except NackMessage:
            raise
        except Exception:
            if not await self.one_by_one(batch):
                raise NackMessage from None
        else:
            self._failures_in_a_row = 0

    async def one_by_one(self, batch: Sequence[RawMessage]) -> bool:
        """Deliver each message alone, what fails for good to quarantine; return whether all may be acknowledged."""
        for raw in batch:
            try:
                await self._deliver(raw)
            except NackMessage:
                raise
            except Exception as problem:
                if not await self.give_up(raw, failure_of(problem)):
                    return False
        return True

    def _is_ours(self, raw: RawMessage) -> bool:
        only_for = dict(raw.headers).get(ONLY_FOR_HEADER)
        return only_for is None or only_for.decode(errors="replace") == self.service.name

    async def _deliver(self, raw: RawMessage) -> None:
        """Deliver, with further tries where the failure allows them; raises the last failure."""
        tried = 0
        while True:
            try:
                await self._with_the_database(lambda: self._deliver_once([raw]))
            except NackMessage:
                raise
            except Exception as problem:
                failure = failure_of(problem)
                level = logging.ERROR if failure.cause == Failing.DEFECT else logging.WARNING
                logger.log(level, "%s: message %s: %s", self.service.name, raw.origin, failure.explanation)
                if tried >= len(failure.pauses_s):
                    raise
                await pause(failure.pauses_s[tried], self.stopping)
                tried += 1
                continue
            self._failures_in_a_row = 0
            return

    async def _deliver_once(self, batch: Sequence[RawMessage]) -> None:
        try:
            envelopes = [envelope_of(raw) for raw in batch if self._is_ours(raw)]
        except ValueError as problem:
            raise Unreadable(str(problem)) from None
        if not envelopes:
            return
        cause = Cause(source=self.service.name, actor=self.service.name, correlation_id="consumer")
        async with transaction(self._database, self._clock, cause) as work:
            await deliver(self.service, envelopes, work)

    async def give_up(self, raw: RawMessage, failure: Failure) -> bool:
        """Put a message in quarantine; return whether it may be acknowledged.

        After a run of failures the consumer stops instead, and the message stays where it is.
        """
        try:
            envelope_of(raw)
        except ValueError as problem:  # it may not even have reached the handler
            failure = Failure(Failing.UNREADABLE, str(problem))
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= STOP_AFTER:
            self.stopped_itself = True
            STOPPED.labels(self.service.name).set(1)
            logger.critical("%s: %d messages in a row failed: stopped", self.service.name, self._failures_in_a_row)
            self.stopping.set()
            return False

        async def keep() -> None:
            cause = Cause(source=self.service.name, actor=self.service.name, correlation_id="quarantine")
            async with transaction(self._database, self._clock, cause) as work:
                await put_in_quarantine(work, self.service.name, raw, failure)

        await self._with_the_database(keep)
        return True

    async def _with_the_database(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work, waiting out a database that is away; gives the message back if told to stop meanwhile."""
        away = 0.1
        while True:
            try:
                return await work()
            except Exception as problem:
                if not is_out_of_reach(problem):
                    raise
                logger.warning("%s: the database is out of reach; waiting", self.service.name)
            away = min(away * 2, 10.0)
            await pause(away, self.stopping)
            if self.stopping.is_set():
                raise NackMessage

    async def run(self) -> None:
        """Consume until told to stop, joining again whenever Kafka was away at the start."""
        STOPPED.labels(self.service.name).set(0)
        await self.broker.start()
        try:
            await self.stopping.wait()
        finally:
            await self.broker.stop()


async def _left_as_bytes(message: KafkaMessage) -> list[bytes]:
    return [b""] * len(message.body)  # each is read from its record, once it is known to be ours
