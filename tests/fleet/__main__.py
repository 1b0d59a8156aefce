"""`make fleet`: tablets that were without signal send all that waits at once, by the app's own sending module."""

import argparse
import asyncio
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import psycopg
from PIL import Image

from schemas.vocabulary import Role
from services.command_line.play import bearer_of
from services.shared.clock import SystemClock
from services.shared.identity import Person
from tests.benchmarks.child import Child
from tests.benchmarks.invented_area import invented_entries, write_area
from tests.benchmarks.invented_visits import alone, visit_body
from tests.benchmarks.report import percentile
from tests.benchmarks.throwaway import TEMPLATE, ThrowAway, prepare_template, throwaway_server

SENDING = Path(__file__).parent / "tablets.mjs"
PATIENCE_S = 3_600.0
LOOK_EVERY_S = 1.0
STILL_TO_PREPARE = "SELECT count(*) FROM visits.media WHERE state = 'ARRIVED'"
COUNTED = """
SELECT (SELECT count(*) FROM visits.visits),
    (SELECT count(*) FROM platform.event_log WHERE topic = 'visits.submitted'),
    (SELECT count(DISTINCT payload ->> 'visit_id') FROM platform.event_log WHERE topic = 'visits.submitted'),
    (SELECT count(*) FROM visits.media), (SELECT count(*) FROM visits.media WHERE state = 'READY'),
    (SELECT count(*) FROM platform.quarantine)
"""


@dataclass(frozen=True)
class Fleet:
    """How many tablets, how many visits each, how many photographs a visit, and the size of one in pixels a side."""

    tablets: int
    visits: int
    photographs: int
    side: int


@dataclass
class Memory:
    """What the server's processes held while the tablets sent, in MB, each second."""

    held_mb: list[float] = field(default_factory=list)

    @contextmanager
    def watched(self, pid: int) -> Iterator[None]:
        """Look at a process and its children every second while the block runs."""
        over = Event()

        def look() -> None:
            while not over.wait(LOOK_EVERY_S):
                self.held_mb.append(_resident_mb(pid))

        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(look)
            try:
                yield
            finally:
                over.set()
                looking.result()

    def summary(self) -> dict[str, float]:
        """Return the most that was held in the second quarter of the run, in the last one, and in all of it."""
        quarter = max(1, len(self.held_mb) // 4)
        second, last = self.held_mb[quarter : 2 * quarter] or self.held_mb, self.held_mb[-quarter:]
        return {"second_quarter_mb": max(second), "last_quarter_mb": max(last), "most_mb": max(self.held_mb)}


def main() -> None:
    """Let a fleet send, print what became of it as JSON, and fail unless all of it arrived once and whole."""
    options = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    options.add_argument("--tablets", type=int, default=500)
    options.add_argument("--visits", type=int, default=20)
    options.add_argument("--photographs", type=int, default=2)
    options.add_argument("--side", type=int, default=640, help="pixels")
    fleet = Fleet(**vars(options.parse_args()))
    if shutil.which("node") is None:
        sys.exit("make fleet: the tablets' own sending module runs in node, which is not installed")
    found = asyncio.run(let_send(fleet))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    faults = faults_of(found, fleet)
    sys.exit("\n".join(faults) if faults else 0)


async def let_send(fleet: Fleet) -> dict[str, Any]:
    """Start a server on a throw-away database, let the fleet send to it, and return what was counted."""
    count = fleet.tablets * fleet.visits
    entries = list(invented_entries(max(2_400, count * 2)))
    with throwaway_server() as server:
        await prepare_template(server, write_area(entries, server.folder))
        server.create("fleet", TEMPLATE)
        tablets = await _tablets(server, fleet, [visit for visit in alone(entries, count)])
        child = Child(server.folder, server.named("fleet"), "run")
        memory = Memory()
        try:
            await asyncio.to_thread(child.until_ready)
            plan = {
                "base": f"http://127.0.0.1:{child.port}",
                "photo": str(_photograph(server.folder, fleet.side)),
                "photographs": fleet.photographs,
                "tablets": tablets,
            }
            with memory.watched(child.process.pid):
                sent = await asyncio.to_thread(_send, plan)
                after = await asyncio.to_thread(_until_prepared, server.named("fleet"))
        finally:
            child.stop()
        counted = _counted(server.named("fleet"))
    receipts = sorted(sent.pop("receipts_ms"))
    if not receipts:
        raise RuntimeError(f"no visit was taken: {sent}")
    ended, waited = sorted(sent.pop("tablets_ms")), sorted(sent.pop("waited_ms"))
    receipts_s = sent.pop("receipts_end_ms") / 1000
    return {
        "fleet": vars(fleet),
        **sent,
        "receipt_ms": {f"p{percent}": round(percentile(receipts, percent), 1) for percent in (50, 95, 99)},
        "receipts_within_2_s": round(sum(each <= 2_000 for each in receipts) / len(receipts), 4),
        "first_try_to_receipt_s": {f"p{percent}": round(percentile(waited, percent) / 1000, 1) for percent in (50, 95)},
        "last_receipt_s": round(receipts_s, 1),
        "receipts_a_second": round(len(receipts) / receipts_s, 1),
        "last_tablet_done_s": round(ended[-1] / 1000, 1),
        "prepared_after_s": round(after, 1),
        "sent_twice": round(max(0, sent["bytes_sent"] - sent["bytes_of_photos"]) / max(1, sent["bytes_of_photos"]), 4),
        "memory": memory.summary(),
        "kept": counted,
    }


def faults_of(found: dict[str, Any], fleet: Fleet) -> list[str]:
    """Return what is not as it must be; empty if all that was sent arrived once and whole."""
    visits = fleet.tablets * fleet.visits
    photographs = visits * fleet.photographs
    must = {"visits": visits, "said": visits, "said_of_different_visits": visits, "photographs": photographs}
    must |= {"photographs_ready": photographs, "quarantined": 0}
    faults = [
        f"{name}: {found['kept'][name]}, not {number}" for name, number in must.items() if found["kept"][name] != number
    ]
    if found["refused"]:
        faults.append(f"{found['refused']} visits were refused: {found['first_refused']}")
    if found["outcomes"] != {"all-sent": fleet.tablets}:
        faults.append(f"tablets ended otherwise than with all sent: {found['outcomes']}")
    return faults


async def _tablets(server: ThrowAway, fleet: Fleet, entries: list[Any]) -> list[dict[str, Any]]:
    """Return each tablet: who writes on it, their token, and the visits that wait."""
    tools, made, now = server.tools("fleet"), [], SystemClock().now()
    for number in range(fleet.tablets):
        name = f"crew-{number}"
        token = (await bearer_of(tools, Person(name, (Role.FIREFIGHTER.value,), "S1")))["Authorization"]
        mine = range(number * fleet.visits, (number + 1) * fleet.visits)
        visits = [json.loads(visit_body(each, entries[each], now)) | {"lead_officer_id": name} for each in mine]
        made.append({"name": name, "token": token, "visits": visits})
    await tools.database.close()
    return made


def _photograph(folder: Path, side: int) -> Path:
    """Write a photograph of noise on a gradient, which is about as large as one of a wall."""
    dice = random.Random(side)
    gradient = Image.linear_gradient("L").resize((side, side))
    noise = Image.frombytes("L", (side // 4, side // 4), dice.randbytes((side // 4) ** 2)).resize((side, side))
    Image.blend(gradient, noise, 0.3).convert("RGB").save(folder / "photo.jpg", quality=85)
    return folder / "photo.jpg"


def _send(plan: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        ["node", str(SENDING)], input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True, timeout=PATIENCE_S
    )
    sent: dict[str, Any] = json.loads(done.stdout)
    return sent


def _until_prepared(address: str) -> float:
    """Wait until every photograph that arrived is prepared, and return the seconds."""
    began, over = monotonic(), Event()
    with psycopg.connect(address, autocommit=True) as connection:
        while (connection.execute(STILL_TO_PREPARE).fetchone() or (0,))[0]:
            if monotonic() - began > PATIENCE_S:
                raise RuntimeError("photographs that arrived are not prepared")
            over.wait(LOOK_EVERY_S)
    return monotonic() - began


def _counted(address: str) -> dict[str, int]:
    names = ("visits", "said", "said_of_different_visits", "photographs", "photographs_ready", "quarantined")
    with psycopg.connect(address) as connection:
        return dict(zip(names, connection.execute(COUNTED).fetchone() or (), strict=True))


def _resident_mb(pid: int) -> float:
    """Return what a process and its children hold, in MB; nothing of one that has ended."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text()
            waiting += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
        total += int(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0
    return round(total, 1)


if __name__ == "__main__":
    main()
