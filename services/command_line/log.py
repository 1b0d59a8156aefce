"""`ravi replay` and `ravi verify-log`: the event log delivered again, the history checked."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from schemas.topics import BY_NAME
from services.command_line.wiring import SERVICES, prepare
from services.shared.event_log import position_before
from services.shared.replay import replay
from services.shared.service import Tools
from services.shared.settings import read_settings
from services.shared.verification import Verified, verify


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


def verify_log(
    heads: Annotated[Path | None, typer.Option(help="another folder of signed heads, such as a copy of them")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Verify log, histories, kept visits, versions and what was shown; name the first thing that is broken."""
    tools = prepare(read_settings())
    services = [build(tools) for build in SERVICES.values()]
    folder = heads or tools.settings.heads_folder

    async def check() -> Verified:
        async with tools.database.reading() as session:
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # all of one moment
            apart = [history for service in services for history in service.histories]
            kept = [each for service in services for each in service.evidence.items()]
            found = await verify(session, [tools.database.evidence_key], folder, apart, kept, tools.clock.now())
        await tools.database.close()
        return found

    found = asyncio.run(check())
    if as_json:
        typer.echo(json.dumps({"whole": not found.broken, **asdict(found)}, default=str))
    else:
        _tell(found)
    if found.broken:
        raise RuntimeError(f"the first thing that is broken: {found.broken[0]}")


def _tell(found: Verified) -> None:
    broken = {each.where for each in found.broken}
    for name, count in found.lines.items():
        if name not in broken:
            typer.echo(f"{name} is whole: each of {count} entries follows from the one before it")
    for each in found.broken:
        typer.echo(f"BROKEN  {each}")
    for name in found.unread:
        typer.echo(f"{name} was not looked at: this database user may not read it; run it as that of its service")
    if found.until is None:
        typer.echo("no head was ever signed: whether the newest entries were cut off cannot be told")
    else:
        typer.echo(f"{found.heads} signed heads fit, the newest of {found.until.isoformat(timespec='seconds')}")
        typer.echo(f"{found.since} entries are younger: whether newest ones were cut off after that cannot be told")
