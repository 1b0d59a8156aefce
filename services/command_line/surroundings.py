"""`ravi water` and `ravi area-plans`: a file of hydrants or of plans in, which replaces what its source said before."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic_core import to_jsonable_python

from services.command_line.wiring import prepare
from services.control.gateways.area_files import read_area_file
from services.control.gateways.hydrant_files import read_hydrant_file
from services.control.handlers.sources import Origin, load_hydrants, load_plans, remove_source
from services.control.rules.area_plans import plans_in
from services.control.rules.hydrants import hydrants_in
from services.control.rules.sources import Refusal, SourceKind
from services.control.store.sources import SourceFile
from services.domain.working_time import local_date
from services.domain.written_days import UNREADABLE_DAY, day_in
from services.shared.clock import SystemClock
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.settings import read_settings
from services.shared.transactions import Work, transaction

SHOWN_REFUSALS, LISTED_REFUSALS = 10, 1_000
LARGEST_FILE = 64 * 1024 * 1024
Done = TypeVar("Done")

water_app = typer.Typer(no_args_is_help=True, help="Load the water undertakers' files of hydrants.")
area_plans_app = typer.Typer(no_args_is_help=True, help="Load the plans for wide-area events.")
Source = Annotated[str, typer.Option(help="whose file it is, the same name each time: it replaces their last one")]
Dated = Annotated[str, typer.Option(help="the day the file tells of, such as 2026-11-03; today if left out")]
ExpectGone = Annotated[bool, typer.Option("--expect-gone", help="take it even if over a tenth of what is held goes")]
AsJson = Annotated[bool, typer.Option("--json", help="print the result as JSON")]


@water_app.command("load")
def load_water(
    file: Annotated[Path, typer.Argument(help="CSV with a header (docs/interfaces.md, section 2)")],
    source: Source,
    dated: Dated = "",
    expect_gone: ExpectGone = False,
    as_json: AsJson = False,
) -> None:
    """Load an undertaker's hydrants: the file is all that is held of theirs; each bad line is told, and kept."""
    content, today = _content(file), _today()
    origin = _origin(file, source, dated, today, expect_gone=expect_gone)
    try:
        read = read_hydrant_file(content)
    except Refused as refused:
        raise ValueError(f"{file.name}: {refused}") from None
    hydrants = hydrants_in(origin.source, read.columns, read.lines, today)
    done = _taken(lambda work: load_hydrants(origin, hydrants, work), hydrants.refused, "line")
    _tell(done, hydrants.refused, "line", as_json=as_json, passed_over=read.passed_over)


@area_plans_app.command("load")
def load_area_plans(
    file: Annotated[Path, typer.Argument(help="GeoJSON in EPSG:4326 (docs/interfaces.md, section 2)")],
    source: Source,
    dated: Dated = "",
    expect_gone: ExpectGone = False,
    as_json: AsJson = False,
) -> None:
    """Load plans for wide-area events with their areas: the file is all that is held of its source."""
    content = _content(file)
    origin = _origin(file, source, dated, _today(), expect_gone=expect_gone)
    try:
        read = plans_in(origin.source, read_area_file(content))
    except Refused as refused:
        raise ValueError(f"{file.name}: {refused}") from None
    done = _taken(lambda work: load_plans(origin, read, work), read.refused, "area")
    _tell(done, read.refused, "area", as_json=as_json)


@water_app.command("remove")
def remove_water(source: Annotated[str, typer.Argument(help="the undertaker, as it was named")]) -> None:
    """Take away all hydrants of an undertaker, such as one that was misspelt; loading its file brings them back."""
    _remove(SourceKind.HYDRANTS, source, "hydrants")


@area_plans_app.command("remove")
def remove_area_plans(source: Annotated[str, typer.Argument(help="the source, as it was named")]) -> None:
    """Take away all plans of a source; loading its file brings them back."""
    _remove(SourceKind.AREA_PLANS, source, "plans")


def _remove(kind: SourceKind, source: str, things: str) -> None:
    try:
        went = _at_work(lambda work: remove_source(kind, source.strip(), work))
    except Refused as refused:
        raise ValueError(str(refused)) from None
    typer.echo(f"{source.strip()}: {went:,} {things} removed")


def _content(file: Path) -> bytes:
    if file.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{file.name}: larger than 64 MB: load it in parts")
    return file.read_bytes()


def _today() -> date:
    return local_date(SystemClock().now())


def _origin(file: Path, source: str, dated: str, today: date, *, expect_gone: bool) -> Origin:
    day = day_in(dated) if dated else today
    if day is None:
        raise ValueError(f"--dated: {UNREADABLE_DAY}")
    return Origin(source.strip(), file.name, day, getpass.getuser(), expect_gone)


def _taken(load: Callable[[Work], Awaitable[SourceFile]], refused: Sequence[Refusal], item: str) -> SourceFile:
    try:
        return _at_work(load)
    except Refused as problem:
        raise ValueError("\n".join([str(problem), *_refusals(refused, item)])) from None


def _at_work(do: Callable[[Work], Awaitable[Done]]) -> Done:
    tools = prepare(read_settings())

    async def run() -> Done:
        try:
            async with transaction(
                tools.database, tools.clock, Cause("control", getpass.getuser(), "command-line")
            ) as work:
                return await do(work)
        finally:
            await tools.database.close()

    return asyncio.run(run())


def _tell(
    done: SourceFile, refused: Sequence[Refusal], item: str, *, as_json: bool, passed_over: Sequence[str] = ()
) -> None:
    if as_json:
        refusals = [
            {item: each.item, "reference": each.reference, "errors": [asdict(one) for one in each.reasons]}
            for each in refused[:LISTED_REFUSALS]
        ]
        told = to_jsonable_python(asdict(done)) | {"refusals": refusals, "passed_over": list(passed_over)}
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"{done.name}, {done.source}: {done.came:,} came, {done.changed:,} changed, {done.went:,} went, "
        f"{done.refused:,} refused; {done.held:,} are held"
    )
    if passed_over:
        typer.echo(f"  no such column, passed over: {', '.join(passed_over)}")
    for line in _refusals(refused, item):
        typer.echo(line)


def _refusals(refused: Sequence[Refusal], item: str) -> list[str]:
    lines = [
        f"  {item} {each.item}, {reason.pointer.removeprefix('/')}: {reason.reason}"
        for each in refused[:SHOWN_REFUSALS]
        for reason in each.reasons
    ]
    if len(refused) > SHOWN_REFUSALS:
        lines.append(f"  … and {len(refused) - SHOWN_REFUSALS:,} more: --json lists up to 1,000")
    return lines
