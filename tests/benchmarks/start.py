"""How long the whole system takes to be ready when it is started again on the records it has."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from services.premises.handlers.load_gazetteer import Loader
from services.shared.clock import SystemClock
from services.shared.database import Database, embedded_server
from services.shared.settings import EMBEDDED
from tests.benchmarks.child import Child
from tests.benchmarks.invented_area import invented_entries, write_area
from tests.benchmarks.report import Measure, Report, tell
from tests.benchmarks.throwaway import for_sqlalchemy, leaving_nothing

WHAT = (
    "from starting the process `ravi run` until GET /health/ready answers 200, on a data folder that was used before, "
    "with nothing of it running: database, migrations, all six services, gazetteer in memory, readers, web server"
)
FLOOR = (
    "a process that imports the same packages (the collector at rest, as in `ravi`), starts the embedded PostgreSQL "
    "of the same folder and is answered SELECT 1"
)
FLOOR_PROGRAM = """
import gc, sys, pathlib
gc.disable()
import services.command_line.main, psycopg
from services.shared.database import embedded_server
with psycopg.connect(embedded_server(pathlib.Path(sys.argv[1])).get_uri()) as connection:
    connection.execute("SELECT 1")
print("ready", flush=True)
"""
STOPPED_WITHIN_S = 30.0


def measure_start(scale: int, runs: int) -> Report:
    """Measure starting again with a gazetteer of `scale` premises, and the floor in turn with it."""
    report = Report("start", scale, "premises in the gazetteer", runs)
    with leaving_nothing(), TemporaryDirectory(prefix="ravi-bench-", ignore_cleanup_errors=True) as name:
        try:
            _measure(report, Path(name))
        finally:
            _end_server(Path(name))
    return report


def _measure(report: Report, folder: Path) -> None:
    tell("the first start: makes the database")
    report.context["first_start_s"] = round(_start(folder), 2)
    tell(f"loading {report.scale:,} invented premises")
    asyncio.run(_load(folder, write_area(list(invented_entries(report.scale)), folder)))
    _until_stopped(folder)
    starts, floors = [], []
    for run in range(report.runs):
        tell(f"run {run + 1} of {report.runs}")
        floors.append(_floor(folder))
        starts.append(_start(folder))
    report.measures.append(Measure("ready", "s", WHAT, FLOOR, starts, floors))


def _start(folder: Path) -> float:
    child = Child(folder, EMBEDDED, "run")
    try:
        return child.until_ready()
    finally:
        child.stop()
        _until_stopped(folder)


def _floor(folder: Path) -> float:
    began = perf_counter()
    command = [sys.executable, "-c", FLOOR_PROGRAM, str(folder / "data" / "postgres")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        taken = perf_counter() - began
    if line.strip() != "ready" or process.returncode:
        raise RuntimeError("the floor could not be measured: the embedded server did not answer")
    _until_stopped(folder)
    return taken


async def _load(folder: Path, files: Sequence[Path]) -> None:
    """Load reference data into the database of the folder, and stop its server."""
    server = embedded_server(folder / "data" / "postgres")
    try:
        database = Database(for_sqlalchemy(server.get_uri()))
        loader = Loader(database, SystemClock(), actor="bench")
        for file in files:
            await loader.load(file)
        await database.close()
    finally:
        server.cleanup()


def _until_stopped(folder: Path) -> None:
    """Wait until the embedded server of a folder has ended, so that the next start finds nothing running."""
    began = monotonic()
    while _pid_file(folder).exists():
        if monotonic() - began > STOPPED_WITHIN_S:
            raise RuntimeError("the embedded server did not stop: the figures would mean nothing")
        sleep(0.02)


def _end_server(folder: Path) -> None:
    """End the embedded server of the throw-away folder if a run was cut short and left it running."""
    if _pid_file(folder).exists():
        os.kill(int(_pid_file(folder).read_text().splitlines()[0]), signal.SIGINT)
        _until_stopped(folder)


def _pid_file(folder: Path) -> Path:
    return folder / "data" / "postgres" / "postmaster.pid"
