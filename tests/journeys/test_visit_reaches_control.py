"""A crew finds acetylene: control sees it, marked unverified, within a second, whichever way messages travel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from statistics import median
from time import monotonic

import pytest

from schemas.vocabulary import Role
from services.shared.clock import SystemClock
from services.shared.quarantine import count_waiting
from services.shared.service import Tools
from tests.journeys.live import Live, a_visit_with_acetylene, live_system, some_premises
from tests.slowness import slowness

WITHIN_S = 1.0


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def either_tools(request: pytest.FixtureRequest) -> Tools:
    """Return tools for hearing straight from the log, and for hearing through Kafka."""
    if request.param == "kafka":
        request.getfixturevalue("lasting_broker")  # how fast the wheel's broker is, is nobody's promise
    tools: Tools = request.getfixturevalue("kafka_tools" if request.param == "kafka" else "tools")
    return replace(tools, clock=SystemClock())


@pytest.fixture
async def live(either_tools: Tools) -> AsyncIterator[Live]:
    """Run the whole system."""
    async with live_system(either_tools) as running:
        yield running


async def until_shown(live: Live, premises_id: str) -> float:
    """Post a visit and return after how many seconds control is told of the cylinders as unverified."""
    async with live.client(Role.FIREFIGHTER) as crew, live.client(Role.CONTROL) as control:
        await control.get("/health/live")
        began = monotonic()
        answer = await crew.post("/api/v1/visits", json=a_visit_with_acetylene(premises_id))
        assert answer.status_code == 202, answer.text
        while monotonic() - began < 30:
            found = await control.get(f"/api/v1/control/premises/{premises_id}")
            if found.status_code == 200 and found.json()["unverified"]:
                shown = found.json()["unverified"][0]
                assert "cetylene" in shown["summary"]
                assert shown["callsign"] == "S1P1"
                return monotonic() - began
            await asyncio.sleep(0.005)
    raise AssertionError(f"control was not told of {premises_id} in 30 s")


async def test_a_new_safety_critical_hazard_is_with_control_within_a_second(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    premises = some_premises(9)
    await until_shown(live, premises[0]["premises_id"])  # the first also waits for the consumers to join
    slow = slowness()
    took = [await until_shown(live, each["premises_id"]) for each in premises[1:]]
    how = "kafka" if live.tools.settings.kafka else "embedded"
    record_property(f"{how}_median_ms", round(median(took) * 1000))
    record_property(f"{how}_longest_ms", round(max(took) * 1000))
    assert median(took) < WITHIN_S * max(slow, slowness())
    async with live.tools.database.reading() as session:
        assert await count_waiting(session) == {}


async def test_the_same_visit_sent_50_times_at_once_is_one_visit(live: Live) -> None:
    premises_id = some_premises(1)[0]["premises_id"]
    referral = {"kind": "RI1", "note": "a workshop nobody knew of"}
    body = a_visit_with_acetylene(premises_id, referrals=[referral])
    async with live.client(Role.FIREFIGHTER) as crew, live.client(Role.CONTROL) as control:
        answers = await asyncio.gather(*(crew.post("/api/v1/visits", json=body) for _ in range(50)))
        assert sorted(answer.status_code for answer in answers) == [200] * 49 + [202]
        assert len({answer.text for answer in answers}) == 1
        story: list[dict[str, str]] = []
        async with asyncio.timeout(30):
            while not {"LOCATED", "QUEUED", "REFERRAL_RAISED", "CONTROL_SHOWN"} <= {line["state"] for line in story}:
                await asyncio.sleep(0.02)
                story = (await crew.get(f"/api/v1/visits/{body['submission_id']}")).json()["story"]
        record = (await control.get(f"/api/v1/control/premises/{premises_id}")).json()
    states = [line["state"] for line in story]
    assert len(states) == len({(line["state"], line["detail"]) for line in story})
    assert states.count("LOCATED") == states.count("QUEUED") == states.count("REFERRAL_RAISED") == 1
    assert sorted(addition["kind"] for addition in record["unverified"]) == ["HAZARD"]
    assert record["freshness"]["revision"] == 1
