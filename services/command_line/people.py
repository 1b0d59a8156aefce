"""`ravi token` and `ravi doctor`: who may come in, and whether this installation is safe."""

import asyncio
import json
from typing import Annotated

import typer

from services.command_line.demo_database import demonstration_that_serves
from services.command_line.wiring import make_local_users, prepare
from services.shared.database import Database, database_address
from services.shared.event_log import Cause
from services.shared.identity import Person, begin_sign_in
from services.shared.migrations import newest_revision
from services.shared.settings import read_settings, unsafe_for_production
from services.shared.tables import LocalUser
from services.shared.transactions import note, transaction


def token(user: Annotated[str, typer.Option(help="a local user, named after its role")]) -> None:
    """Print a bearer token for a local user; never in production."""
    settings = read_settings()
    if settings.is_production:
        raise ValueError("production has no local users: machines are given tokens by the identity provider")
    demonstration = demonstration_that_serves(settings)
    if demonstration is not None:
        typer.echo(f"for the demonstration that serves on port {settings.port}", err=True)
    tools = prepare(demonstration or settings)

    async def make() -> str:
        await make_local_users(tools)
        async with transaction(tools.database, tools.clock, Cause("platform", "command line", "token")) as session:
            found = await session.get(LocalUser, user)
            if found is None:
                raise ValueError(f"there is no local user {user!r}: they are named after the roles")
            person = Person(found.name, tuple(found.roles), found.station, found.watch)
            secret = await begin_sign_in(session, person, "token", tools.clock.now())
            note(session, f"user/{user}", "given a token")
        await tools.database.close()
        return secret

    typer.echo(asyncio.run(make()))


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the installation and say what is unsafe for production."""
    settings = read_settings()
    findings = unsafe_for_production(settings)
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
    }
    if as_json:
        typer.echo(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            if name != "unsafe_for_production":
                typer.echo(f"{name.replace('_', ' '):<18} {value}")
        for finding in findings:
            typer.echo(f"unsafe for production: {finding}")
    if settings.is_production and findings:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands to `ravi`."""
    app.command()(token)
    app.command()(doctor)
