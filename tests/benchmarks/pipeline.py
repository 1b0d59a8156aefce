"""How fast visits travel from their crews to control's screen and to everyone else who must hear of them."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter, process_time

from services.matching import Entry
from services.shared.clock import SystemClock
from services.shared.settings import Settings
from tests.benchmarks.arriving import (
    STEADY_IS,
    TAKEN_FLOOR_IS,
    TAKEN_IS,
    inserted_per_s,
    shown_after_ms,
    taken_per_s,
)
from tests.benchmarks.hops import Line, each_its_own, whole_line
from tests.benchmarks.invented_area import invented_entries, write_area
from tests.benchmarks.invented_visits import alone, visit_body
from tests.benchmarks.kafka_broker import borrowed_topics, reason_against
from tests.benchmarks.pipeline_floor import (
    ALONE_IS,
    BULK_IS,
    consume_insert_commit,
    hops_alone,
    prepare_floor,
)
from tests.benchmarks.report import Measure, Report, percentile, tell
from tests.benchmarks.throwaway import TEMPLATE, ThrowAway, prepare_template, throwaway_server

PREMISES = 2_400
WARM_UP, ALONE = 5, 40
THROUGH = (
    "visits that were taken before (by the visits service's own handler, with sealing), through premises, risk "
    "register, referrals, control, scorecard and back to visits, until every service has heard all"
)
ONE = "from handing the visit to the visits service until control is shown what it brought; nothing else under way"
EMBEDDED, KAFKA = "embedded", "kafka"


@dataclass
class Found:
    """What the runs of one engine gave."""

    rates: list[float] = field(default_factory=list)
    floor_rates: list[float] = field(default_factory=list)
    floor_rates_each: list[float] = field(default_factory=list)
    taken_rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    one: list[list[float]] = field(default_factory=list)
    floor_one: list[list[float]] = field(default_factory=list)
    intake: list[float] = field(default_factory=list)
    floor_intake: list[float] = field(default_factory=list)
    steady: list[list[float]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    deliveries: int = 0


async def measure_pipeline(scale: int, runs: int, settings: Settings) -> Report:
    """Measure `scale` visits in bulk and some one at a time, by the embedded readers and, if one is named, Kafka.

    No more are sent one at a time than in bulk.
    """
    one_at_a_time = min(ALONE, scale)
    report = Report("pipeline", scale, "visits in bulk", runs)
    count = WARM_UP + scale + one_at_a_time
    entries = list(invented_entries(max(PREMISES, count * 2)))
    to_visit = alone(entries, count)
    with throwaway_server() as server:
        tell(f"loading {len(entries):,} invented premises into a throw-away database")
        await prepare_template(server, write_area(entries, server.folder))
        engines = {EMBEDDED: Found()}
        against = await reason_against(settings) if settings.kafka else "RAVI_KAFKA names no broker"
        if not against:
            engines[KAFKA] = Found()
        for engine, found in engines.items():
            for run in range(runs):
                tell(f"{engine}, run {run + 1} of {runs}: {scale:,} visits in bulk, then {one_at_a_time} one by one")
                name = f"{engine}_{run}"
                server.create(name, TEMPLATE)
                if engine == KAFKA:
                    async with borrowed_topics(settings.kafka):
                        await _run(server, name, to_visit, scale, found, settings)
                else:
                    await _run(server, name, to_visit, scale, found, None)
                _floors(server.named(name), scale, one_at_a_time, found)
                server.drop(name)
                if engine == EMBEDDED:
                    await _arriving(server, to_visit[:scale], found)
    for engine, found in engines.items():
        report.measures += _measures(engine, found)
        report.context[f"{engine}_visits_taken_per_s"] = [round(rate, 1) for rate in found.taken_rates]
        report.context[f"{engine}_python_cpu_ms_a_visit"] = [round(spent, 2) for spent in found.cpu_ms]
        report.context[f"{engine}_floor_committing_each_event_visits_per_s"] = [
            round(rate, 1) for rate in found.floor_rates_each
        ]
    report.context["deliveries_a_visit"] = round(engines[EMBEDDED].deliveries / count, 2)
    report.context["premises_in_gazetteer"] = len(entries)
    if against:
        report.context["kafka"] = f"not measured: {against}"
    return report


async def _run(
    server: ThrowAway, name: str, to_visit: list[Entry], scale: int, found: Found, through: Settings | None
) -> None:
    kafka = through.kafka if through else ""
    tools = server.tools(name, kafka, idempotent=through.kafka_idempotence if through else True)
    async with whole_line(tools) as line:
        found.heard = line.heard
        bodies = (visit_body(number, entry, tools.clock.now()) for number, entry in enumerate(to_visit))
        await (_through_kafka if kafka else _embedded)(line, bodies, scale, found)
        shown = await line.shown()
        if shown < len(to_visit):
            raise RuntimeError(f"control was shown {shown} of {len(to_visit)} visits: the figures would mean nothing")


async def _arriving(server: ThrowAway, to_visit: list[Entry], found: Found) -> None:
    """Let the same visits arrive by HTTP: as fast as they are taken, and steadily at half the rate of the bulk."""
    now = SystemClock().now()
    bodies = [visit_body(number, entry, now).decode() for number, entry in enumerate(to_visit)]
    tell(f"{len(bodies):,} visits by HTTP, as fast as they are taken, then at half the rate of the bulk")
    for name in ("intake", "steady"):
        server.create(name, TEMPLATE)
    found.intake.append(await taken_per_s(server, "intake", bodies))
    found.floor_intake.append(inserted_per_s(server.named("intake"), bodies))
    found.steady.append(await shown_after_ms(server, "steady", bodies, found.rates[-1] / 2))
    for name in ("intake", "steady"):
        server.drop(name)


async def _embedded(line: Line, bodies: Iterator[bytes], scale: int, found: Found) -> None:
    """Take visits while no reader runs, start the readers, and time them until all is quiet; then one by one."""
    await line.take([next(bodies) for _ in range(WARM_UP)])
    await line.process.settle()
    await _take(line, bodies, scale, found)
    began, worked = perf_counter(), process_time()
    await line.process.start()
    try:
        await line.until_at_rest()
        found.rates.append(scale / (perf_counter() - began))
        found.cpu_ms.append((process_time() - worked) * 1000 / scale)
        await _one_by_one(line, bodies, found)
    finally:
        await line.process.stop()


async def _through_kafka(line: Line, bodies: Iterator[bytes], scale: int, found: Found) -> None:
    """Start each service as a process of its own; then hold the relay back while visits are taken."""
    ringing = asyncio.create_task(line.tools.bell.run())
    try:
        async with each_its_own(line.tools) as processes:
            async with line.relaying():
                await line.take([next(bodies) for _ in range(WARM_UP)])
                await line.until_at_rest()
            await _take(line, bodies, scale, found)
            began, worked = perf_counter(), sum(each.processor_s() for each in processes)
            async with line.relaying():
                await line.until_at_rest()
                found.rates.append(scale / (perf_counter() - began))
                spent = sum(each.processor_s() for each in processes) - worked
                found.cpu_ms.append(spent * 1000 / scale)
                await _one_by_one(line, bodies, found)
    finally:
        ringing.cancel()
        with suppress(asyncio.CancelledError):
            await ringing


async def _take(line: Line, bodies: Iterator[bytes], scale: int, found: Found) -> None:
    waiting = [next(bodies) for _ in range(scale)]
    began = perf_counter()
    await line.take(waiting)
    found.taken_rates.append(scale / (perf_counter() - began))


async def _one_by_one(line: Line, bodies: Iterator[bytes], found: Found) -> None:
    woken = line.tools.bell.subscribe()
    found.one.append([await line.submit_and_see(body, woken) for body in bodies])


def _floors(address: str, scale: int, one_at_a_time: int, found: Found) -> None:
    """Measure the floor on the same server, on all that this run said: visits alone bring as many events as in bulk."""
    found.deliveries = prepare_floor(address, found.heard)
    visits = WARM_UP + scale + one_at_a_time
    found.floor_rates.append(visits / consume_insert_commit(address))
    found.floor_rates_each.append(visits / consume_insert_commit(address, batch=1))
    found.floor_one.append(hops_alone(address, one_at_a_time))


def _measures(engine: str, found: Found) -> Iterator[Measure]:
    yield Measure(f"{engine}_bulk", "visits/s", THROUGH, BULK_IS, found.rates, found.floor_rates)
    for percent in (50, 95):
        yield Measure(
            f"{engine}_one_p{percent}",
            "ms",
            f"{ONE}; {percent}th percentile of {len(found.one[0])} a run",
            ALONE_IS,
            [percentile(one, percent) for one in found.one],
            [percentile(one, percent) for one in found.floor_one],
        )
    if found.intake:
        yield Measure("intake", "visits/s", TAKEN_IS, TAKEN_FLOOR_IS, found.intake, found.floor_intake)
        yield Measure(
            "steady_p95",
            "ms",
            f"{STEADY_IS}; 95th percentile",
            ALONE_IS,
            [percentile(one, 95) for one in found.steady],
            [percentile(one, 95) for one in found.floor_one],
        )
