"""`ravi protection load`: a file of notices, audits or incidents in, each line answered."""

import asyncio
import getpass
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python

from services.command_line.wiring import prepare
from services.protection.gateways.csv_files import read_feed_file
from services.protection.handlers.feeding import Fed, cause_of_feed, feed
from services.protection.rules.feeds import FeedKind, reasons_to_refuse_source
from services.protection.rules.taking import Answer
from services.protection.store.loads import Load
from services.shared.errors import Refused
from services.shared.settings import read_settings

SHOWN_REFUSALS, LISTED_REFUSALS = 10, 1_000
LARGEST_FILE = 64 * 1024 * 1024

protection_app = typer.Typer(no_args_is_help=True, help="Load notices, audits and incidents.")


@protection_app.callback()
def protection() -> None:
    """Load notices, audits and incidents."""


@protection_app.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV with a header (docs/interfaces.md, section 2)")],
    source: Annotated[str, typer.Option(help="where the data comes from, the same name each time")],
    kind: Annotated[FeedKind | None, typer.Option(help="told by the header of the file if left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Load a file of notices, audits or incidents: good lines are kept, each bad one is told, and kept to be mended."""
    if file.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{file.name}: larger than 64 MB: load it in parts")
    try:
        read = read_feed_file(file.read_bytes(), kind)
        if found := reasons_to_refuse_source(source):
            raise Refused(found[0].reason, found)
    except Refused as refused:
        raise ValueError(f"{file.name}: {refused}") from None
    tools = prepare(read_settings())

    async def run() -> tuple[Load, list[Answer]]:
        try:
            by = getpass.getuser()
            fed = Fed(read.kind, source.strip(), file.name, by)
            return await feed(tools.database, tools.clock, fed, read.lines, cause_of_feed(by, "command-line"))
        finally:
            await tools.database.close()

    done, answers = asyncio.run(run())
    refused_lines = [each.refusal for each in answers if each.refusal]
    if as_json:
        refusals = [
            {"line": each.line.number, "reference": each.reference, "errors": [asdict(one) for one in each.reasons]}
            for each in refused_lines[:LISTED_REFUSALS]
        ]
        typer.echo(
            json.dumps(to_jsonable_python(asdict(done)) | {"refusals": refusals, "passed_over": read.passed_over})
        )
        return
    typer.echo(
        f"{done.name}: {done.kind}: {done.new:,} new, {done.changed:,} changed, {done.same:,} the same as before, "
        f"{done.refused:,} refused"
    )
    if read.passed_over:
        typer.echo(f"  no such column, passed over: {', '.join(read.passed_over)}")
    for each in refused_lines[:SHOWN_REFUSALS]:
        for reason in each.reasons:
            typer.echo(f"  line {each.line.number}, {reason.pointer.removeprefix('/')}: {reason.reason}")
    if len(refused_lines) > SHOWN_REFUSALS:
        typer.echo(f"  … and {len(refused_lines) - SHOWN_REFUSALS:,} more lines: --json lists up to 1,000")
