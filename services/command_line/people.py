"""`ravi token` and `ravi doctor`: who may come in, and whether this installation is safe."""

import asyncio
import json
from typing import Annotated

import typer

from services.command_line.wiring import make_local_users, prepare
from services.shared.database import Database, database_address
from services.shared.event_log import Cause
from services.shared.local_users import find_user
from services.shared.migrations import newest_revision
from services.shared.service import Tools
from services.shared.settings import OPEN_TO_OTHERS, is_open_to_others, read_settings, unsafe_for_production
from services.shared.sign_ins import TOKEN_DAYS, begin_sign_in, person_of
from services.shared.transactions import note, transaction


def token(
    user: Annotated[str, typer.Option(help="a local user, named after its role")],
    as_json: Annotated[bool, typer.Option("--json", help="print it as JSON")] = False,
) -> None:
    """Print a bearer token for a local user; never in production."""
    settings = read_settings()
    if settings.is_production:
        raise ValueError("production has no local users: machines are given tokens by the identity provider")
    tools = prepare(settings)

    async def make() -> str:
        try:
            await make_local_users(tools)
            return await _token_of(user, tools)
        finally:
            await tools.people.close()

    secret = asyncio.run(make())
    typer.echo(json.dumps({"user": user, "token": secret, "days": TOKEN_DAYS}) if as_json else secret)


async def _token_of(name: str, tools: Tools) -> str:
    async with transaction(tools.people, tools.clock, Cause("platform", "command line", "token")) as session:
        found = await find_user(session, name, tools.stamps)
        if found is None:
            raise ValueError(f"there is no local user {name!r}: they are named after the roles")
        note(session, f"user/{name}", "given a token")
        return await begin_sign_in(session, person_of(found), "token", tools.clock.now(), tools.stamps)


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the installation and say what is unsafe for production."""
    settings = read_settings()
    findings = unsafe_for_production(settings)
    warnings = [OPEN_TO_OTHERS] if is_open_to_others(settings) else []
    database = Database(database_address(settings))

    async def look() -> str:
        async with database.reading() as session:
            await session.connection()
        await database.close()
        return "answers"

    report = {
        "environment": settings.environment,
        "database": asyncio.run(look()),
        "newest_migration": newest_revision(),
        "delivery": f"Kafka at {settings.kafka}" if settings.kafka else "embedded: straight from the event log",
        "unsafe_for_production": findings,
        "warnings": warnings,
    }
    if as_json:
        typer.echo(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            if name not in ("unsafe_for_production", "warnings"):
                typer.echo(f"{name.replace('_', ' '):<18} {value}")
        for finding in findings:
            typer.echo(f"unsafe for production: {finding}")
        for warning in warnings:
            typer.echo(f"warning: {warning}")
    if settings.is_production and findings:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands to `ravi`."""
    app.command()(token)
    app.command()(doctor)
