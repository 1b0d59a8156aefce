"""`ravi replay` and `ravi verify-log`: the event log delivered again, the history checked."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas.topics import BY_NAME
from services.command_line.wiring import SERVICES, prepare
from services.shared.event_log import position_before
from services.shared.history import first_broken_link, may_read, name_of
from services.shared.replay import replay
from services.shared.service import Tools
from services.shared.settings import read_settings
from services.shared.tables import HistoryEntry, HistoryRow


async def _start_of(tools: Tools, where: str) -> int:
    """Return the position just before a position or an RFC 3339 time."""
    if where.isdigit():
        return max(0, int(where) - 1)
    try:
        at = datetime.fromisoformat(where)
    except ValueError:
        raise ValueError(f"--from {where!r} is neither a position nor a time such as 2026-11-22T14:00:00Z") from None
    async with tools.database.reading() as session:
        return await position_before(session, at if at.tzinfo else at.replace(tzinfo=UTC))


def replay_command(
    where: Annotated[str, typer.Option("--from", help="a position in the log, or an RFC 3339 time")],
    topic: Annotated[str | None, typer.Option(help="only this topic")] = None,
    service: Annotated[str | None, typer.Option(help="only this service")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="also what the service has already dealt with: for rebuilding")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Deliver the log again from there; what a service has already dealt with is passed over."""
    if topic is not None and topic not in BY_NAME:
        raise ValueError(f"there is no topic {topic!r}: see ravi topics")
    names = [service.replace("-", "_")] if service else list(SERVICES)
    if unknown := set(names) - set(SERVICES):
        raise ValueError(f"there is no service {', '.join(unknown)}: {', '.join(SERVICES)}")
    tools = prepare(read_settings())

    async def deliver_again() -> list[dict[str, object]]:
        start = await _start_of(tools, where)
        results = []
        for name in names:
            wired = SERVICES[name](tools)
            for make_ready in wired.starting:
                await make_ready()
            done = await replay(
                wired, tools.database, tools.clock, start, topics=[topic] if topic else None, again=again
            )
            results.append(vars(done))
        await tools.database.close()
        return results

    results = asyncio.run(deliver_again())
    if as_json:
        typer.echo(json.dumps(results))
        return
    for done in results:
        typer.echo(
            f"{done['service']:<14} delivered {done['delivered']}, already done {done['already_done']}, "
            f"quarantined {done['quarantined']}"
        )


def verify_log() -> None:
    """Verify the tamper-evident histories, and name the first broken link if there is one."""
    tools = prepare(read_settings())

    histories: list[type[HistoryRow]] = [HistoryEntry]
    histories += [history for build in SERVICES.values() for history in build(tools).histories]

    async def check() -> tuple[list[str], list[str]]:
        whole, unread = [], []
        async with tools.database.reading() as session:
            for history in histories:
                name = name_of(history)
                if not await may_read(session, history):
                    unread.append(name)
                elif (broken := await first_broken_link(session, history)) is not None:
                    raise RuntimeError(f"{name} is broken at entry {broken}: it or an entry before it was altered")
                else:
                    whole.append(name)
        await tools.database.close()
        return whole, unread

    whole, unread = asyncio.run(check())
    for name in whole:
        typer.echo(f"{name} is whole: every entry follows from the one before it")
    for name in unread:
        typer.echo(f"{name} was not looked at: this database user may not read it; run it as that of its service")


def register(app: typer.Typer) -> None:
    """Add the commands to `ravi`."""
    app.command("replay")(replay_command)
    app.command("verify-log")(verify_log)
