"""`ravi demo`: a whole system from nothing, an area, and visits played through it, each with its story told."""

import asyncio
import socket
import sys
from contextlib import suppress
from math import sqrt
from pathlib import Path
from time import monotonic
from typing import Annotated

import httpx
import typer

from schemas.vocabulary import Role
from services.command_line.demo_database import begin_afresh, look_at, serving, settings_of_the_demo
from services.command_line.gazetteer import kinds_of
from services.command_line.play import Officers, Played, bearer_of, look_again, send
from services.command_line.readers import hear
from services.command_line.sample import Sample, invented_sample, kent_sample, read_concerns
from services.command_line.wiring import Server, prepare, with_readers_apart
from services.premises.handlers.load_gazetteer import Loader
from services.shared.apart import EarlyBird
from services.shared.identity import Person
from services.shared.quarantine import count_waiting
from services.shared.service import Tools
from services.shared.settings import Settings, read_settings
from services.shared.telemetry import configure_logging


def demo(
    exit_after: Annotated[
        bool, typer.Option("--exit", help="stop after the story, status 0 only if all is right")
    ] = False,
    sample: Annotated[Path | None, typer.Option(help="development data of Kent instead of the invented area")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="clear what an earlier demonstration left, unasked")] = False,
) -> None:
    """Start everything afresh in a folder of its own, load the sample area, play the sample visits, tell each story."""
    settings = settings_of_the_demo(read_settings())
    configure_logging(level="ERROR")
    began = monotonic()
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", settings.port)) == 0:
            raise ValueError(f"port {settings.port} is in use: stop what runs there, or set RAVI_PORT")
    clear_the_last(settings, unasked=afresh)
    early = EarlyBird(hear)
    work = settings.data_dir / "sample"
    played = kent_sample(sample, work) if sample else invented_sample(work)
    with serving(settings):
        right = asyncio.run(_run(prepare(settings), early, played, exit_after=exit_after, began=began))
    if exit_after and not right:
        raise typer.Exit(1)


def clear_the_last(settings: Settings, *, unasked: bool) -> None:
    """Clear what the last demonstration left, once somebody has agreed; raises `ValueError` if it was nothing of ours.

    Nobody is asked where there is nothing to clear.
    """
    left = look_at(settings)
    if left is not None and not unasked:
        words = f"The demonstration in {settings.data_dir} holds {left:,} visits: clear it and begin afresh?"
        if not sys.stdin.isatty():
            raise ValueError(f"{words} Give --afresh to say yes")
        typer.confirm(words, abort=True)
    begin_afresh(settings)


async def _run(tools: Tools, early: EarlyBird, sample: Sample, *, exit_after: bool, began: float) -> bool:
    application, apart = with_readers_apart(tools, early, log_level="ERROR")
    await load_area(tools, sample)
    server = Server(application, tools.settings.port)
    serving = asyncio.create_task(server.serve())
    await server.until_ready()
    ready = asyncio.create_task(apart.is_ready.wait())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        ready.cancel()
        return False  # asked to stop before the story
    address = f"http://127.0.0.1:{tools.settings.port}"
    typer.echo(f"\nReady at {address} after {monotonic() - began:.1f} s. Playing {len(sample.visits)} visits:\n")
    try:
        right = await play(tools, sample, address)
    except httpx.TransportError:
        if not server.should_exit:
            raise
        await serving  # asked to stop in the middle of the story
        return False
    typer.echo(f"\nLook around at {address}: sign in as control, risk-team, firefighter, protection, safeguarding,")
    typer.echo("performance or any other role; on this local system the password is the same as the name.")
    typer.echo(f"Other commands reach it with RAVI_DATA_DIR={tools.settings.data_dir}")
    if exit_after:
        server.should_exit = True
    else:
        typer.echo("Ctrl-C stops it.")
    with suppress(asyncio.CancelledError):
        await serving
    return right


async def load_area(tools: Tools, sample: Sample) -> None:
    """Load the reference data of the sample's area, and say what the area is."""
    typer.echo(f"Loading {sample.title}:")
    loader = Loader(tools.database, tools.clock, actor="demo")
    for file, kind in sample.area_files():
        file_kind, area_kind = kinds_of(kind)
        report = await loader.load(file, file_kind, area_kind=area_kind, source=sample.title)
        refused = f", {report.refused:,} refused" if report.refused else ""
        typer.echo(f"  {kind.replace('-', ' '):<16} {report.kept.loaded:>7,}{refused}")


async def bearer(tools: Tools, role: Role) -> dict[str, str]:
    """Return the header by which a machine of a role signs in."""
    return await bearer_of(tools, Person(role.value, (role.value,), "S1"))


async def play(tools: Tools, sample: Sample, address: str) -> bool:
    """Send every visit, tell its story, and return whether each ended where it should and nothing was lost."""
    began = monotonic()
    done: list[Played] = []
    officers = Officers(tools)
    async with httpx.AsyncClient(base_url=address) as device:
        for visit in sample.visits:
            played = await send(device, visit, officers)
            done.append(played)
            tell(played)
        for played in done:
            if played.status == 202:
                await look_again(device, played)
    wrong = [played for played in done if played.faults()]
    for played in wrong:
        typer.echo(f"NOT RIGHT  {played.visit.name}: {'; '.join(played.faults())}")
    misplaced = sum(played.is_at_wrong_place for played in wrong)
    promised = sample.wrong_places_promised * sum(played.end == "located" for played in done)
    allowed = promised + 3 * sqrt(promised)  # so many by chance, if the promise is kept
    waiting = sum((await count_in_quarantine(tools)).values())
    desk = await concerns_reached_their_desk(tools, sample, address)
    typer.echo(
        f"\n{len(done) - len(wrong)} of {len(done)} visits ended where they should, in {monotonic() - began:.1f} s. "
        f"{waiting or 'Nothing'} {'waits' if waiting else 'is'} in quarantine."
    )
    if not desk:
        typer.echo("NOT RIGHT  not every restricted concern has reached its desk")
    if promised and misplaced:
        typer.echo(
            f"{misplaced} located elsewhere than the registers say. Matching promises at most {promised:.1f} of these "
            f"(docs/matching.md), which by chance may be up to {allowed:.0f}."
        )
    return len(wrong) <= misplaced <= allowed and not waiting and desk


async def count_in_quarantine(tools: Tools) -> dict[str, int]:
    """Return how many messages wait in quarantine, by service."""
    async with tools.database.reading() as session:
        return await count_waiting(session)


async def concerns_reached_their_desk(tools: Tools, sample: Sample, address: str) -> bool:
    """Return whether each visit brought as many restricted concerns to the desk as it should; says no number."""
    expected = read_concerns(sample.visits[0].file.parent)
    if not expected:
        return True
    headers = await bearer(tools, Role.SAFEGUARDING)
    async with httpx.AsyncClient(base_url=address, headers=headers) as desk:
        listed = (await desk.get("/api/v1/referrals")).json()["referrals"]
    arrived: dict[str, int] = {}
    for case in listed:
        arrived[case["visit_id"]] = arrived.get(case["visit_id"], 0) + 1
    return all(arrived.get(visit_id, 0) == count for visit_id, count in expected.items())


ENDS = {
    "located": "located",
    "needs_person": "waits for a person to say which premises it is",
    "refused_422": "refused: the tablet is told what to mend",
    "conflict_409": "refused: the same id with another content",
    "duplicate": "the same visit again: the same receipt",
    "in flight": "STILL IN FLIGHT",
}


def tell(played: Played) -> None:
    """Print one line: where a visit ended and how long each step took, in milliseconds after it was received."""
    steps = []
    for state, words in (
        ("LOCATED", "located"),
        ("GEO_REVIEW", "to a person"),
        ("CONTROL_SHOWN", "on control's screen"),
        ("QUEUED", "in review queue"),
        ("CONFLICT", "in review queue (conflict)"),
        ("REFERRAL_RAISED", "+".join(sorted(played.referrals)) + " sent"),
    ):
        after = played.after_s(state)
        if after is not None:
            steps.append(f"{words} {after * 1000:.0f} ms")
    unverified = "; UNVERIFIED on control" if played.is_unverified_on_control else ""
    mark = "✓" if not played.faults() else "✗"
    answered = f"answered {played.answered_s * 1000:.0f} ms"
    where = ENDS[played.end] + (f" at {played.premises_id}" if played.premises_id else "") + unverified
    typer.echo(f"{mark} {played.visit.name:<36} {where} ({', '.join([answered, *steps])})")
