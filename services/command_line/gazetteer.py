"""`ravi gazetteer load` and `ravi match`: reference data in, and a file of written addresses matched in bulk."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.command_line.bulk_match import match_file
from services.command_line.wiring import prepare
from services.premises.gateways.reference_files import AreaKind, FileKind
from services.premises.gateways.rows import FileRefused
from services.premises.handlers.load_gazetteer import Loader, LoadReport
from services.shared.settings import read_settings

SHOW_PROGRESS_AFTER_S = 2.0
SHOWN_REFUSALS = 10
AREA_KINDS = {
    "station-grounds": AreaKind.STATION_GROUND,
    "districts": AreaKind.DISTRICT,
    "wards": AreaKind.WARD,
    "service": AreaKind.SERVICE,
    "neighbours": AreaKind.NEIGHBOUR,
}

gazetteer_app = typer.Typer(no_args_is_help=True, help="Load the reference data that addresses are matched against.")


class Tell(Protocol):
    """Told how much is done, and of how much where that is known."""

    def __call__(self, done: int, of: int | None = None) -> None:
        """Show it."""


@contextmanager
def progress_bar(what: str) -> Iterator[Tell]:
    """Give a function to tell (done, of how many) with; a bar appears on stderr once the work has lasted 2 s."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None)
    began, shown = monotonic(), False

    def tell(done: int, of: int | None = None) -> None:
        nonlocal shown
        if not shown and monotonic() - began > SHOW_PROGRESS_AFTER_S:
            bar.start()
            shown = True
        bar.update(task, completed=done, total=of)

    try:
        yield tell
    finally:
        if shown:
            bar.stop()


@gazetteer_app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="CSV (may be gzipped), FHRS XML or JSON, GeoJSON, GeoPackage, GeoParquet")
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            help="premises, postcodes, boundaries or stations; for boundaries also "
            "station-grounds, districts, wards, service or neighbours. Told by the file itself if left out."
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="where the data comes from, kept with each row")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Load a file of premises, postcodes, boundaries or stations; what is there already is brought up to date."""
    file_kind, area_kind = kinds_of(kind)
    began = monotonic()
    tools = prepare(read_settings())

    async def run() -> LoadReport:
        with progress_bar(f"Loading {file.name}") as tell:
            try:
                loader = Loader(tools.database, tools.clock)
                return await loader.load(file, file_kind, area_kind=area_kind, source=source, progress=tell)
            except (FileRefused, PermissionError) as refusal:
                raise ValueError(str(refusal)) from None
            finally:
                await tools.database.close()

    try:
        report = asyncio.run(run())
    except KeyboardInterrupt:
        typer.echo(
            f"ravi: stopped in the middle of {file.name}: nothing of it was kept, and all is as it was before. "
            "Load it again when you are ready",
            err=True,
        )
        raise typer.Exit(130) from None
    seconds = monotonic() - began
    if as_json:
        typer.echo(json.dumps(report.as_json() | {"seconds": round(seconds, 3)}))
        return
    _tell(report, seconds)


def kinds_of(text: str | None) -> tuple[FileKind | None, AreaKind | None]:
    """Return the kind of file, and of area, that a word on the command line means; None to look at the file."""
    if text is None or text in set(FileKind):
        return (FileKind(text) if text else None), None
    if text in AREA_KINDS:
        return FileKind.BOUNDARIES, AREA_KINDS[text]
    known = ", ".join([*FileKind, *AREA_KINDS])
    raise typer.BadParameter(f"there is no kind {text!r}: {known}")


def _tell(report: LoadReport, seconds: float) -> None:
    kept = report.kept
    typer.echo(
        f"{report.file}: {report.kind}: {kept.loaded:,} loaded, {kept.updated:,} updated, "
        f"{kept.unchanged:,} the same as before, {f'{kept.removed:,} taken out, ' if kept.removed else ''}"
        f"{f'{kept.passed_over:,} not in the gazetteer, ' if kept.passed_over else ''}"
        f"{report.refused:,} refused ({seconds:.1f} s)"
    )
    if not report.rows:
        typer.echo("  the file has no rows: nothing has changed")
    if report.moved:
        typer.echo(
            f"  {len(report.moved):,} now stand more than 150 m from before: "
            f"check that the id still means the same premises: {', '.join(report.moved[:SHOWN_REFUSALS])}"
        )
    if report.not_in_file > 0:
        typer.echo(
            f"  {report.not_in_file:,} current premises of this source are not in this file: they stay as they were"
        )
    for why, count in report.reasons.most_common(SHOWN_REFUSALS):
        typer.echo(f"  refused {count:,}: {why}")
    for row in report.refusals[:SHOWN_REFUSALS]:
        where = f"line {row.line}, " if row.line else ""
        typer.echo(f"    {where}{row.field}: {row.why}")
    if report.refused > SHOWN_REFUSALS:
        typer.echo(f"    … and {report.refused - SHOWN_REFUSALS:,} more: --json lists up to 1,000")


def match(
    file: Annotated[Path, typer.Argument(help="CSV with query_id, query and, if known, latitude and longitude")],
    output: Annotated[Path, typer.Option(help="the CSV to write")],
    as_json: Annotated[bool, typer.Option("--json", help="print the counts as JSON")] = False,
) -> None:
    """Match a file of written addresses against the loaded gazetteer."""
    tools = prepare(read_settings())
    with progress_bar(f"Matching {file.name}") as tell:
        try:
            matched = match_file(tools.database.plain_address, file, output, tell)
        except (FileRefused, OSError) as refusal:
            raise ValueError(str(refusal)) from None
    if as_json:
        typer.echo(json.dumps(matched.as_json()))
        return
    for row in matched.bad_rows[:SHOWN_REFUSALS]:
        typer.echo(f"line {row.line}, {row.field}: {row.why}", err=True)
    typer.echo(
        f"{matched.rows:,} addresses: {matched.outcomes['matched']:,} matched, "
        f"{matched.outcomes['review']:,} for review, {matched.outcomes['unmatched']:,} unmatched; "
        f"{len(matched.bad_rows):,} rows with a fault\n"
        f"{matched.premises:,} premises read in {matched.load_s:.1f} s; matched in {matched.match_s:.2f} s: "
        f"{matched.per_second:,.0f} addresses/s"
    )
    if len(matched.bad_rows) > SHOWN_REFUSALS:
        typer.echo(f"… and {len(matched.bad_rows) - SHOWN_REFUSALS:,} more faults: --json lists up to 1,000", err=True)
