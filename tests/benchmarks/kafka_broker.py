"""Measuring through somebody's Kafka without troubling anybody: only where it is empty, and left as it was found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.topics import BY_NAME
from services.command_line.wiring import SERVICES
from services.shared.messaging.kafka import group_of
from services.shared.messaging.topics import ensure_topics
from services.shared.settings import Settings

PATIENCE_S = 60


async def reason_against(settings: Settings) -> str:
    """Return why visits that nobody made may not be sent to the broker that is named; empty if they may.

    A topic that holds or has held messages, or a consumer group with members, belongs to somebody's installation.
    """
    if settings.is_production:
        return "RAVI_ENV is production"
    try:
        async with _admin(settings.kafka) as admin:
            known = sorted(set(await admin.list_topics()) & BY_NAME.keys())
            busy = await _groups_with_members(admin)
        held = await _messages_held(settings.kafka, known)
    except (KafkaError, OSError) as problem:
        return f"the broker at {settings.kafka} does not answer ({type(problem).__name__})"
    if busy:
        return f"somebody listens on the broker at {settings.kafka} ({', '.join(busy)}): name one of its own"
    if held:
        return f"the topics of the broker at {settings.kafka} hold or held {held:,} messages: name one never used"
    return ""


@asynccontextmanager
async def borrowed_topics(brokers: str) -> AsyncIterator[None]:
    """Give empty topics for the length of a block; afterwards those that were there are there again, empty."""
    async with _admin(brokers) as admin:
        before = set(await admin.list_topics()) & BY_NAME.keys()
    await _remake(brokers)
    try:
        yield
    finally:
        async with _admin(brokers) as admin:
            await _delete(admin)
        if before:
            await _remake(brokers)


async def _remake(brokers: str) -> None:
    """Make every topic anew, asking again while the broker still forgets the old ones."""
    async with asyncio.timeout(PATIENCE_S):
        async with _admin(brokers) as admin:
            await _delete(admin)
        made: list[str] = []
        while len(made) < len(BY_NAME):
            made += await ensure_topics(brokers)


async def _delete(admin: AIOKafkaAdminClient) -> None:
    known = set(await admin.list_topics()) & BY_NAME.keys()
    if known:
        await admin.delete_topics(sorted(known))
    while known:
        await asyncio.sleep(0.05)
        known = set(await admin.list_topics()) & BY_NAME.keys()


async def _groups_with_members(admin: AIOKafkaAdminClient) -> list[str]:
    ours = {group_of(service) for service in SERVICES}
    known = sorted(ours & {group for group, _ in await admin.list_consumer_groups()})
    # One group a question: aiokafka 0.14 reads an answer about several groups wrongly.
    answers = [answer for group in known for answer in await admin.describe_consumer_groups([group])]
    return [group[1] for answer in answers for group in answer.groups if group[5]]


async def _messages_held(brokers: str, topics: list[str]) -> int:
    """Return how many messages some topics hold or have held."""
    if not topics:
        return 0
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers.split(","))
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for topic in topics for number in range(BY_NAME[topic].partitions)]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


@asynccontextmanager
async def _admin(brokers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers.split(","), client_id="ravi-bench")
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()
