"""`make faults`: send visits while processes, the database and Kafka are killed; then prove that nothing was lost."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import SystemRandom
from time import monotonic
from typing import Any

from schemas.topics import BY_NAME
from schemas.vocabulary import Role
from services.command_line.demo import bearer, load_area
from services.command_line.wiring import SERVICES
from services.shared.messaging.topics import ensure_topics
from services.shared.service import Tools
from tests.benchmarks.throwaway import ThrowAway, free_port, prepare_template, throwaway_server
from tests.faults import outside
from tests.faults.invented import planned
from tests.faults.sending import KAFKA_SH, Devices, Killer, Sent, kills_of, poison
from tests.journeys.cluster import Cluster
from tests.journeys.live import INVENTED

READERS = (Role.FIREFIGHTER, Role.CONTROL, Role.SAFEGUARDING, Role.RISK_TEAM, Role.PROTECTION, Role.ADMINISTRATOR)
POISONED = ("visits.submitted", "premises.located", "risk-register.updated")
PATIENCE_S = 300.0
KEPT = Path("var") / "faults"


@dataclass(frozen=True)
class Run:
    """What is asked for: so many visits, so many kills, which engine, and the seed that all of it is drawn from."""

    visits: int
    kills: int
    seed: int
    engine: str


@contextmanager
def a_kafka_node(folder: Path, engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of a Kafka node of this run's own, or nothing where the log alone is used."""
    if engine != "kafka":
        yield {}
        return
    environment = {**os.environ, "KAFKA_PORT": str(free_port()), "KAFKA_DIR": str(folder / "kafka")}
    subprocess.run([str(KAFKA_SH), "start"], env=environment, check=True, timeout=300)
    try:
        yield environment
    finally:
        subprocess.run([str(KAFKA_SH), "stop"], env=environment, check=False, timeout=60)


async def whole_run(run: Run, server: ThrowAway, node: dict[str, str]) -> dict[str, Any]:
    """Send, kill, wait until all is quiet, and ask from outside; return the figures."""
    kafka = f"127.0.0.1:{node['KAFKA_PORT']}" if node else ""
    tools = server.tools("faults", kafka)
    await load_area(tools, INVENTED)
    if kafka:
        await ensure_topics(kafka)
    headers = {role.value: await bearer(tools, role) for role in READERS}
    cluster = Cluster(tools.database, server.folder, kafka, together=not kafka)
    cluster.start()
    try:
        await cluster.until_ready(patience_s=PATIENCE_S)
        return await _send_and_ask(run, cluster, tools, headers, node)
    finally:
        cluster.stop()
        await tools.database.close()


async def _send_and_ask(
    run: Run, cluster: Cluster, tools: Tools, headers: dict[str, dict[str, str]], node: dict[str, str]
) -> dict[str, Any]:
    database, visits = tools.database.plain_address, planned(run.seed, run.visits)
    devices = Devices(cluster.address("visits"), headers["firefighter"])
    killer = Killer(cluster, database, node)
    began = monotonic()
    watching = asyncio.create_task(killer.start_what_ended())
    telling = asyncio.create_task(_tell(devices.sent, run, killer))
    async with asyncio.TaskGroup() as group:
        group.create_task(devices.send_all(visits))
        group.create_task(
            killer.kill_while_sending(kills_of(run.seed, run.kills, run.visits, cluster.names), devices.sent)
        )
        poisoned = group.create_task(poison(cluster.kafka, POISONED, devices.sent, run.visits)) if node else None
    sending_s = monotonic() - began
    await cluster.until_ready(patience_s=PATIENCE_S)
    left = await outside.until_all_is_heard(database)
    for task in (watching, telling):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    addresses = {name: cluster.address(name) for name in SERVICES}
    texts = outside.every_text_in_the_tables(database)
    asking = outside.Outside(addresses, headers, texts["platform.quarantine"])
    hearers = sum(len(BY_NAME[topic].heard_by) for topic in POISONED)
    asking.found.poison_expected = (poisoned.result() // len(POISONED)) * hearers if poisoned else 0
    await asking.ask_all(visits, devices.sent.receipts)
    outside.count_in_the_tables(database, visits, devices.sent.receipts, asking.found)
    texts |= {"the logs": cluster.logs()} | await outside.answers_to_others(addresses, headers)
    if node:
        from tests.journeys.test_kafka_concerns_stay_sealed import every_byte_in_kafka

        texts |= {f"Kafka {name}": words for name, words in (await every_byte_in_kafka(cluster.kafka)).items()}
    outside.look_for_planted(visits, texts, asking.found)
    asking.found.broken = await asyncio.to_thread(verify_log, cluster)
    return _figures(run, devices.sent, killer, asking.found, left, sending_s) | {"seconds": round(monotonic() - began)}


def verify_log(cluster: Cluster) -> list[str]:
    """Return what `ravi verify-log` finds broken, after all that was killed."""
    command = [sys.executable, "-m", "services", "verify-log", "--json"]
    done = subprocess.run(command, env=cluster.environment, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return [done.stderr[-300:]]
    return [str(each) for each in found["broken"]] or ([] if found["whole"] else ["it is not whole"])


async def _tell(sent: Sent, run: Run, killer: Killer) -> None:
    """Say every ten seconds how far it is."""
    while True:
        await asyncio.sleep(10)
        print(f"  {len(sent.receipts)} of {run.visits} have receipts, {killer.done.total()} kills", flush=True)


def _figures(run: Run, sent: Sent, killer: Killer, found: outside.Found, left: int, sending_s: float) -> dict[str, Any]:
    return {
        **asdict(run),
        "receipts": len(sent.receipts),
        "answers": dict(sent.answers),
        "without an answer": sent.unanswered,
        "killed": dict(killer.done),
        "ended by themselves": dict(killer.ended),
        "visits a second while sending": round(len(sent.receipts) / sending_s, 1),
        "not heard": left,
        "ends": dict(found.ends),
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "in limbo": len(found.in_limbo),
        "leaked": len(found.leaked),
        "broken links": len(found.broken),
        "searched for planted words": found.searched,
        "in quarantine": found.quarantined,
        "poison that belongs there": found.poison_expected,
        "answered otherwise than promised": len(sent.wrong),
        "faults": found.faults + len(sent.wrong) + left,
        "examples": [
            *found.lost[:5],
            *found.doubled[:5],
            *found.in_limbo[:5],
            *found.leaked[:5],
            *found.broken[:5],
            *sent.wrong[:5],
        ],
    }


def run_and_keep(run: Run) -> dict[str, Any]:
    """Do a whole run on a database and a Kafka of its own; the logs are kept where something is at fault."""
    with throwaway_server() as server, a_kafka_node(server.folder, run.engine) as node:
        asyncio.run(prepare_template(server))
        server.create("faults", "ravi_template")
        figures: dict[str, Any] = {"faults": -1}
        try:
            figures = asyncio.run(whole_run(run, server, node))
        finally:
            kept = KEPT / f"{run.engine}-{run.visits}-{run.kills}-{run.seed}"
            kept.mkdir(parents=True, exist_ok=True)
            (kept / "figures.json").write_text(json.dumps(figures, indent=2))
            if figures["faults"]:
                for log in server.folder.glob("*.log"):
                    shutil.copy(log, kept)
    return figures


def main() -> None:
    """Read what is asked for, run it, print the figures; status 0 only if nothing is at fault."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--visits", type=int, default=500)
    asked.add_argument("--kills", type=int, default=5)
    asked.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    asked.add_argument("--engine", choices=["log", "kafka"], default="log")
    run = Run(**vars(asked.parse_args()))
    print(f"{run.visits} visits, {run.kills} kills, engine {run.engine}, SEED={run.seed}", flush=True)
    figures = run_and_keep(run)
    for name, value in figures.items():
        print(f"  {name:<34} {value}")
    sys.exit("something is at fault" if figures["faults"] else 0)


if __name__ == "__main__":
    main()
