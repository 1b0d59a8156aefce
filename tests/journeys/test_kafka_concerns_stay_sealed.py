"""What is restricted stays sealed: a marker planted in sections J and SG is found nowhere that others can read."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text

from schemas.topics import TOPICS
from schemas.vocabulary import Role
from services.command_line.demo import bearer, load_area
from services.shared.clock import SystemClock
from services.shared.service import Tools
from tests.journeys.cluster import Cluster, a_cluster
from tests.journeys.live import INVENTED, a_visit_with_acetylene, some_premises
from tests.journeys.toy import until

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
MARKER = "zephyrquill"
OTHERS_READ = (
    "/api/v1/control/premises/{premises_id}",
    "/api/v1/control/search?q={premises_id}",
    "/api/v1/risk-register/queue",
    "/api/v1/visits/{visit_id}",
    "/api/v1/scorecard",
    "/api/v1/referrals",
    "/metrics",
)
NOT_SAFEGUARDING = [role for role in Role if role is not Role.SAFEGUARDING]


def a_visit_with_concerns(premises_id: str) -> dict[str, Any]:
    """Return a visit with the marker in everything of sections J and SG that takes words, and in what is private."""
    concern = {
        "kind": "SG3",
        "note": f"neighbour says {MARKER} happened",
        "unit_ref": f"flat {MARKER}",
        "consent_state": "NOT_SAFE_TO_ASK",
        "override_ground": "COERCION",
        "override_note": f"because of {MARKER}",
        "spoken_to": f"{MARKER} duty desk",
        "spoken_at": datetime.now(UTC).isoformat(),
    }
    crime = {"kind": "RI6", "note": f"{MARKER} in the yard", "consent_state": "NOT_SAFE_TO_ASK"}
    crime |= {"override_ground": "CRIME", "override_note": f"{MARKER} again"}
    person = {
        # Flat and floor are what consent lets out to control (docs/decisions/0007): no marker there.
        "unit_ref": "flat 7",
        "floor": "2",
        "assistance": "PHYSICAL_1",
        "sleeps_in": f"{MARKER} room",
        "consent_state": "GIVEN",
        "consent_at": datetime.now(UTC).isoformat(),
    }
    return a_visit_with_acetylene(
        premises_id,
        people=[person],
        referrals=[concern, crime, {"kind": "RI1", "note": "a workshop nobody knew of"}],
        contacts=[{"role": "KEYHOLDER", "name": f"{MARKER} Example", "phone": "01632 960001"}],
        entry_code=f"{MARKER} 4711",
    )


@pytest.fixture(params=["embedded", "kafka"])
async def cluster(request: pytest.FixtureRequest, tools: Tools, tmp_path: Path) -> AsyncIterator[Cluster]:
    """Return every service as a process of its own, whose logs can be read."""
    async with a_cluster(request, tools.database, tmp_path) as made:
        yield made


async def every_text_in_the_database(tools: Tools) -> dict[str, str]:
    """Return the text of every table of every schema of ours, bytes shown as text too."""
    found = {}
    async with tools.database.reading() as session:
        tables = text(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in (await session.execute(tables)).all():
            rows = (await session.execute(text(f'SELECT * FROM "{schema}"."{table}"'))).all()
            found[f"{schema}.{table}"] = "\n".join(
                " ".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row)
                for row in rows
            )
    return found


async def every_byte_in_kafka(kafka: str) -> dict[str, str]:
    """Return the keys, headers and bodies of every message on every topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition(topic.name, number) for topic in TOPICS for number in range(topic.partitions)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends = await consumer.end_offsets(partitions)
    found: dict[str, list[str]] = {}
    while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
        for partition, records in (await consumer.getmany(timeout_ms=500)).items():
            for record in records:
                words = b" ".join([record.key or b"", record.value or b"", *(value for _, value in record.headers)])
                found.setdefault(partition.topic, []).append(words.decode("latin-1"))
    await consumer.stop()
    return {topic: "\n".join(texts) for topic, texts in found.items()}


async def test_no_word_of_sections_j_or_sg_can_be_found_anywhere(cluster: Cluster, tools: Tools) -> None:
    real = replace(tools, clock=SystemClock())
    await load_area(real, INVENTED)
    await cluster.until_ready()
    premises_id = some_premises(1)[0]["premises_id"]
    visit = a_visit_with_concerns(premises_id)
    answers: dict[str, str] = {}
    async with httpx.AsyncClient(headers=await bearer(real, Role.FIREFIGHTER)) as crew:
        visits = f"{cluster.address('visits')}/api/v1/visits"
        refused = await crew.post(visits, json=visit | {"likelihood": 9})
        assert refused.status_code == 422
        taken = await crew.post(visits, json=visit)
        assert taken.status_code == 202, taken.text
        answers |= {"refusal": refused.text, "receipt": taken.text}
        await until(lambda: has_been_shown(crew, f"{visits}/{visit['submission_id']}"), seconds=60)
    await until(lambda: cases_are_kept(real), seconds=30, what="a case on the restricted desk")
    for role in NOT_SAFEGUARDING:
        async with httpx.AsyncClient(headers=await bearer(real, role)) as client:
            for name in cluster.names:
                for path in OTHERS_READ:
                    asked = path.format(premises_id=premises_id, visit_id=visit["submission_id"])
                    answers[f"{role} {name} {asked}"] = (await client.get(cluster.address(name) + asked)).text
    places = await every_text_in_the_database(real) | {"the logs": cluster.logs()} | answers
    if cluster.kafka:
        in_kafka = await every_byte_in_kafka(cluster.kafka)
        assert {"visits.submitted", "visits.concerns-noted", "premises.located"} <= set(in_kafka)
        places |= {f"Kafka {topic}": words for topic, words in in_kafka.items()}
    assert "platform.event_log" in places
    assert visit["submission_id"] in places["platform.event_log"], "the search itself works"
    assert [place for place, words in places.items() if MARKER in words] == []


async def has_been_shown(crew: httpx.AsyncClient, story: str) -> bool:
    answer = await crew.get(story)
    return "CONTROL_SHOWN" in answer.text


async def cases_are_kept(tools: Tools) -> bool:
    async with tools.database.reading() as session:
        return int((await session.execute(text("SELECT count(*) FROM safeguarding.cases"))).scalar_one()) >= 2
