"""The commands of `ravi bench`: how fast the system works, each figure beside the least this machine needs for it."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from services.shared.settings import read_settings
from services.shared.telemetry import configure_logging

if TYPE_CHECKING:
    from tests.benchmarks.report import Report

# What measures is imported where it is asked for: no process that works has any use for it.
Runs = Annotated[int, typer.Option(min=1, help="how often each thing is measured")]
AsJson = Annotated[bool, typer.Option("--json", help="print the result as JSON")]

bench_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Measure on a throw-away database; each figure is printed beside its own floor.",
)


def _print(report: "Report", as_json: bool) -> None:
    typer.echo(report.text(as_json=as_json))


@bench_app.command()
def match(
    scale: Annotated[int, typer.Option(min=100, help="premises in the invented gazetteer")] = 12_000,
    runs: Runs = 3,
    as_json: AsJson = False,
) -> None:
    """Find the building a written address means: one at a time, and in bulk."""
    from tests.benchmarks.match import measure_match

    _print(measure_match(scale, runs), as_json)


@bench_app.command()
def pipeline(
    scale: Annotated[int, typer.Option(min=1, help="visits in bulk")] = 300, runs: Runs = 3, as_json: AsJson = False
) -> None:
    """Carry visits from their crews to control and everyone else; through Kafka too where RAVI_KAFKA names one."""
    configure_logging(level="ERROR")
    from tests.benchmarks.pipeline import measure_pipeline

    _print(asyncio.run(measure_pipeline(scale, runs, read_settings())), as_json)


@bench_app.command()
def control(
    scale: Annotated[int, typer.Option(min=100, help="records shown")] = 20_000, runs: Runs = 3, as_json: AsJson = False
) -> None:
    """Look records up and search among them as control does."""
    configure_logging(level="ERROR")
    from tests.benchmarks.control import measure_control

    _print(asyncio.run(measure_control(scale, runs)), as_json)


@bench_app.command()
def queue(
    scale: Annotated[int, typer.Option(min=400, help="records; each fortieth has a visit that waits")] = 200_000,
    runs: Runs = 3,
    as_json: AsJson = False,
) -> None:
    """Open the risk team's queue, a visit in it, and the lists of oversight, among many records."""
    configure_logging(level="ERROR")
    from tests.benchmarks.queue import measure_queue

    _print(asyncio.run(measure_queue(scale, runs)), as_json)


@bench_app.command()
def start(
    scale: Annotated[int, typer.Option(min=100, help="premises in the gazetteer")] = 12_000,
    runs: Runs = 5,
    as_json: AsJson = False,
) -> None:
    """Start the whole system again on the records it has."""
    from tests.benchmarks.start import measure_start

    _print(measure_start(scale, runs), as_json)
