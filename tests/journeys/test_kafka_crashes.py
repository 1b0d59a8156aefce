"""Kill any process, stop Kafka: in the middle of the sample nothing is lost and nothing is done twice."""

import asyncio
import os
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import httpx
import pytest
from sqlalchemy import text

from services.command_line.demo import load_area
from services.command_line.play import Officers, Played
from services.command_line.play import post as post_once
from services.command_line.sample import Sample, SampleVisit, invented_sample
from services.shared.clock import SystemClock
from services.shared.quarantine import count_waiting
from services.shared.service import Tools
from tests.journeys.cluster import Cluster, a_cluster
from tests.journeys.conftest import clear_topics, free_port
from tests.journeys.live import all_rest
from tests.journeys.toy import until

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
KAFKA_SH = Path(__file__).parents[2] / "deploy" / "kafka" / "kafka.sh"
OUTAGE_S = 30.0

# What may be in the log once only, by topic: the words that make a line of it one of its kind.
SAID_ONCE = {
    "visits.submitted": "payload->>'visit_id'",
    "visits.concerns-noted": "payload->>'visit_id'",
    "premises.located": "payload->>'visit_id'",
    "premises.not-located": "payload->>'visit_id'",
    "premises.location-withdrawn": "payload->>'visit_id' || ' ' || (payload->>'premises_id')",
    "referrals.raised": "payload->>'visit_id' || ' ' || (payload->>'kind')",
    "risk-register.updated": "payload->>'premises_id' || ' ' || (payload->'record'->>'revision')",
    "risk-register.reviewed": "payload->>'visit_id' || ' ' || (payload->>'state')",
    "control.shown": "payload->>'premises_id' || ' ' || (payload->>'revision')",
}


# The visits whose safety-critical additions control is shown now, as the register last said them.
WITH_CONTROL = text("""
    SELECT DISTINCT kept.visit_id FROM risk_register.unverified_additions AS kept
    JOIN risk_register.records AS record USING (premises_id)
    JOIN control.shown AS shown USING (premises_id)
    WHERE shown.record->'unverified' = record.shown->'unverified'
""")


@pytest.fixture
def real_tools(tools: Tools) -> Tools:
    """Return tools on the machine's own clock, as processes of their own go by it."""
    return replace(tools, clock=SystemClock())


@pytest.fixture
async def sample(real_tools: Tools, tmp_path: Path) -> Sample:
    """Return the invented sample, its area loaded."""
    made = invented_sample(tmp_path / "sample")
    await load_area(real_tools, made)
    return made


def without_an_order(visits: tuple[SampleVisit, ...]) -> tuple[SampleVisit, ...]:
    """Return visits, of each premises visited twice without what their own stories must tell of control.

    Nobody promises an order between two visits: they are two keys. Where the later is taken up first, what the
    earlier adds is with control already, in the later's name, and nothing more is shown because of the earlier.
    """
    times = Counter(premises_id for visit in visits for premises_id in visit.premises_ids)
    return tuple(
        replace(visit, unverified=None) if any(times[each] > 1 for each in visit.premises_ids) else visit
        for visit in visits
    )


async def post(address: str, tools: Tools, visits: tuple[SampleVisit, ...], pause_s: float = 0.0) -> list[Played]:
    """Send visits without waiting for what comes of them; a device sends again until it has a receipt."""
    sent, officers = [], Officers(tools)
    async with httpx.AsyncClient(base_url=address) as device:
        for visit in visits:
            sent.append(await until_it_has_a_receipt(device, visit, officers))
            await asyncio.sleep(pause_s)
    return sent


async def until_it_has_a_receipt(device: httpx.AsyncClient, visit: SampleVisit, officers: Officers) -> Played:
    """Send one visit again and again until it is answered.

    A process killed between keeping a visit and answering for it leaves a device without a receipt: what it sends
    again is answered "already here" (200), and the visit is one that was taken, as if its 202 had come back.
    """
    lost = 0
    while True:
        try:
            played = await post_once(device, visit, officers)
        except httpx.HTTPError:
            played = None
        if played is None or played.status == 503:
            lost += 1
            await asyncio.sleep(0.1)
            continue
        if lost and played.status == 200 and "duplicate" not in visit.ends:
            played.status = 202
        return played


async def with_control(tools: Tools) -> set[str]:
    """Return the visits of which all that is safety-critical is with control."""
    async with tools.database.reading() as session:
        return set((await session.execute(WITH_CONTROL)).scalars())


async def nothing_was_lost_or_doubled(tools: Tools, sent: list[Played], sample: Sample) -> None:
    """Compare where each visit ended with where it should, and look for anything kept twice."""
    assert {played.visit.name: played.faults() for played in sent if played.faults()} == {}
    said = {visit.name: visit.unverified for visit in sample.visits}
    came = {played.visit_id: said[played.visit.name] for played in sent if played.status == 202}
    wanted = {visit_id for visit_id, unverified in came.items() if unverified}
    assert wanted

    async def is_with_control() -> bool:
        return wanted <= await with_control(tools)

    await until(is_with_control, what="all that is safety-critical with control")
    assert {visit_id for visit_id in await with_control(tools) if came.get(visit_id) is False} == set()
    async with tools.database.reading() as session:
        assert await count_waiting(session) == {}
        for topic, words in SAID_ONCE.items():
            counted = text(f"SELECT count(*), count(DISTINCT {words}) FROM platform.event_log WHERE topic = :topic")
            said, different = (await session.execute(counted, {"topic": topic})).one()
            assert said == different, f"{topic}: something was said twice"
        submitted = text("SELECT count(*) FROM platform.event_log WHERE topic = 'visits.submitted'")
        taken = sum(played.status == 202 for played in sent)
        assert (await session.execute(submitted)).scalar_one() == taken


@pytest.fixture(params=["embedded", "kafka"])
async def cluster(request: pytest.FixtureRequest, real_tools: Tools, tmp_path: Path) -> AsyncIterator[Cluster]:
    """Return every service as a process of its own, hearing straight from the log, or through Kafka."""
    async with a_cluster(request, real_tools.database, tmp_path) as made:
        yield made


async def test_killing_any_process_in_the_middle_of_the_sample_loses_and_doubles_nothing(
    cluster: Cluster, real_tools: Tools, sample: Sample
) -> None:
    await cluster.until_ready()
    address = cluster.address("visits")
    posting = asyncio.create_task(post(address, real_tools, without_an_order(sample.visits), pause_s=0.25))
    for name in cluster.names:
        await asyncio.sleep(1.0)
        cluster.kill(name)
        cluster.start(name)
    await cluster.until_ready()
    sent = await posting
    await all_rest(address, sent)
    await nothing_was_lost_or_doubled(real_tools, sent, sample)


@pytest.fixture
def kafka_node(lasting_broker: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a Kafka node of this test's own, which it may stop and start, where one is named."""
    environment = {**os.environ, "KAFKA_PORT": str(free_port()), "KAFKA_DIR": str(tmp_path / "kafka")}
    subprocess.run([str(KAFKA_SH), "start"], env=environment, check=True, timeout=120)
    yield environment
    subprocess.run([str(KAFKA_SH), "stop"], env=environment, check=False, timeout=60)


async def test_a_kafka_outage_of_30_seconds_loses_and_doubles_nothing(
    kafka_node: dict[str, str], real_tools: Tools, tmp_path: Path, sample: Sample
) -> None:
    address = f"127.0.0.1:{kafka_node['KAFKA_PORT']}"
    await clear_topics(address)
    cluster = Cluster(real_tools.database, tmp_path, address)
    cluster.start()
    try:
        await cluster.until_ready()
        visits = cluster.address("visits")
        to_send = without_an_order(sample.visits)
        half = len(to_send) // 2
        sent = await post(visits, real_tools, to_send[:half], pause_s=0.05)
        await asyncio.to_thread(subprocess.run, [str(KAFKA_SH), "kill"], env=kafka_node, check=True, timeout=60)
        stopped = monotonic()
        sent += await post(visits, real_tools, to_send[half:], pause_s=0.05)
        await asyncio.sleep(max(0.0, OUTAGE_S - (monotonic() - stopped)))
        await asyncio.to_thread(subprocess.run, [str(KAFKA_SH), "start"], env=kafka_node, check=True, timeout=120)
        await all_rest(visits, sent)
        await nothing_was_lost_or_doubled(real_tools, sent, sample)
    finally:
        cluster.stop()
