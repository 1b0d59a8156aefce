"""Delivery through Kafka: the same promises as straight from the log, on a real broker."""

import json

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from sqlalchemy import text

from services.shared.event_log import read_after
from services.shared.messaging.kafka import group_of
from services.shared.messaging.relay import kafka_headers
from services.shared.quarantine import list_waiting
from services.shared.service import Tools
from services.shared.tables import QuarantinedMessage
from tests.journeys.toy import AT, Toy, kept, running, say_all, shown, until

pytestmark = pytest.mark.kafka

GOOD_HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_type", b"uk.frs.ravi.control.shown.v1"),
    ("ce_source", b"control"),
    ("ce_time", AT.isoformat().encode()),
    ("ce_subject", b"1"),
]


def headers(number: int, *more: tuple[str, bytes], **changed: bytes) -> list[tuple[str, bytes]]:
    """Return the CloudEvents headers of a message from outside, some of them changed."""
    named = dict(GOOD_HEADERS) | {"ce_id": f"01940000-0000-7000-8000-{number:012}".encode()} | changed
    return [*named.items(), *more]


async def waiting(tools: Tools) -> list[QuarantinedMessage]:
    async with tools.database.reading() as session:
        return list(await list_waiting(session))


async def has_kept(tools: Tools, *ids: str) -> bool:
    return await kept(tools) == sorted(ids)


async def test_each_event_is_dealt_with_once(kafka_tools: Tools) -> None:
    toy = Toy()
    await say_all(kafka_tools, "a", "b")
    async with running(kafka_tools, toy.service()):
        await say_all(kafka_tools, "c")
        await until(lambda: has_kept(kafka_tools, "a", "b", "c"))
    async with running(kafka_tools, toy.service()):
        await say_all(kafka_tools, "d")
        await until(lambda: has_kept(kafka_tools, "a", "b", "c", "d"))
    assert toy.tries == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert await waiting(kafka_tools) == []


async def test_a_message_that_cannot_be_dealt_with_is_kept_and_holds_nobody_up(kafka_tools: Tools) -> None:
    toy = Toy()
    body = json.dumps(shown("x").model_dump(mode="json")).encode()
    bad = [
        ("not JSON", b"{", headers(1)),
        ("not an object", b"[1]", headers(2)),
        ("does not fit its contract", b'{"premises_id": "1"}', headers(3)),
        ("newer than the version", body, headers(4, ce_type=b"uk.frs.ravi.control.shown.v9")),
        ("not UTF-8", body, headers(5, ("note", b"\xff\xfe"))),
        ("lacks the CloudEvents header", body, []),
        ("it may not be so", json.dumps(shown("refuse-1").model_dump(mode="json")).encode(), headers(6)),
        ("ZeroDivisionError", json.dumps(shown("defect-1").model_dump(mode="json")).encode(), headers(7)),
    ]
    producer = AIOKafkaProducer(bootstrap_servers=kafka_tools.settings.kafka, acks="all")
    await producer.start()
    for _, raw, heads in bad:
        await producer.send_and_wait("control.shown", raw, key=b"same", headers=heads)
    good = json.dumps(shown("good").model_dump(mode="json")).encode()
    await producer.send_and_wait("control.shown", good, key=b"same", headers=headers(8))
    await producer.stop()
    async with running(kafka_tools, toy.service()):
        await until(lambda: has_kept(kafka_tools, "good"))
    found = {message.body: message for message in await waiting(kafka_tools)}
    assert len(await waiting(kafka_tools)) == len(bad)
    explanations = " | ".join(message.explanation for message in await waiting(kafka_tools))
    for words, raw, _ in bad:
        assert raw in found
        assert words in explanations
    assert toy.tries["defect-1"] == 3


async def test_what_was_dealt_with_is_committed_in_kafka(kafka_tools: Tools) -> None:
    await say_all(kafka_tools, "a", "b", "refuse-1")
    async with running(kafka_tools, Toy().service()):
        await until(lambda: has_kept(kafka_tools, "a", "b"))
        await until(lambda: has_waiting(kafka_tools, 1))
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka_tools.settings.kafka, group_id=group_of("scorecard"))
    await consumer.start()
    committed = 0
    for partition in range(6):
        committed += await consumer.committed(TopicPartition("control.shown", partition)) or 0
    await consumer.stop()
    assert committed == 3


async def test_what_is_at_hand_together_shares_transactions_and_one_bad_message_spoils_none(kafka_tools: Tools) -> None:
    """Sixty messages one at a time would be sixty transactions; the bad one is kept, and the rest is dealt with."""
    many = [f"{number:02}" for number in range(60)]
    toy = Toy()
    await say_all(kafka_tools, *many)
    async with running(kafka_tools, toy.service()):
        await until(lambda: has_kept(kafka_tools, *many))
        async with kafka_tools.database.reading() as session:
            counted = await session.execute(text("SELECT count(DISTINCT xmin::text) FROM platform.local_users"))
            assert counted.scalar_one() <= 20
        await say_all(kafka_tools, *(f"more-{number}" for number in range(20)), "refuse-1", "late-1")
        every = [*many, *(f"more-{number}" for number in range(20)), "late-1"]
        await until(lambda: has_kept(kafka_tools, *every))
        await until(lambda: has_waiting(kafka_tools, 1))
    assert toy.tries["late-1"] >= 3
    assert {toy.tries[one] for one in many} == {1}


async def has_waiting(tools: Tools, count: int) -> bool:
    return len(await waiting(tools)) == count


async def test_the_headers_are_cloud_events_that_any_tool_can_read(kafka_tools: Tools) -> None:
    await say_all(kafka_tools, "a")
    async with kafka_tools.database.reading() as session:
        event = (await read_after(session, 0))[0]
    heads = dict(kafka_headers(event))
    assert heads["ce_specversion"] == b"1.0"
    assert heads["ce_type"] == b"uk.frs.ravi.control.shown.v1"
    assert heads["ce_source"] == b"control"
    assert heads["ce_partitionkey"] == b"a"
    assert heads["content-type"] == b"application/json"
