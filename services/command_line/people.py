"""`ravi token` and `ravi doctor`: who may come in, and whether this installation is safe."""

import asyncio
import json
from typing import Annotated

import psycopg
import typer
from sqlalchemy.exc import ProgrammingError

from services.command_line.demo_database import demonstration_that_serves
from services.command_line.wiring import for_libpq, make_local_users, prepare, vault_of
from services.shared.clock import SystemClock
from services.shared.database import Database, database_address
from services.shared.event_log import Cause
from services.shared.heads import complaint_about_heads
from services.shared.kept_files import FilesAway, kept_files
from services.shared.local_users import find_user
from services.shared.master_key import WrongMasterKey, check_master_key
from services.shared.migrations import newest_revision
from services.shared.service import Tools
from services.shared.settings import (
    OPEN_TO_OTHERS,
    Settings,
    is_open_to_others,
    read_settings,
    unsafe_for_production,
)
from services.shared.sign_ins import TOKEN_DAYS, begin_sign_in, person_of
from services.shared.transactions import transaction


def token(
    user: Annotated[str, typer.Option(help="a local user, named after its role")],
    as_json: Annotated[bool, typer.Option("--json", help="print it as JSON")] = False,
) -> None:
    """Print a bearer token for a local user; never in production."""
    settings = read_settings()
    if settings.is_production:
        raise ValueError("production has no local users: machines are given tokens by the identity provider")
    demonstration = demonstration_that_serves(settings)
    if demonstration is not None:
        typer.echo(f"for the demonstration that serves on port {settings.port}", err=True)
    tools = prepare(demonstration or settings)

    async def make() -> str:
        try:
            await make_local_users(tools)
            return await _token_of(user, tools)
        finally:
            await tools.people.close()

    secret = asyncio.run(make())
    typer.echo(json.dumps({"user": user, "token": secret, "days": TOKEN_DAYS}) if as_json else secret)


async def _token_of(name: str, tools: Tools) -> str:
    async with transaction(tools.people, tools.clock, Cause("platform", "command line", "token")) as work:
        found = await find_user(work, name, tools.stamps)
        if found is None:
            raise ValueError(f"there is no local user {name!r}: they are named after the roles")
        work.note(f"user/{name}", "given a token")
        return await begin_sign_in(work, person_of(found), "token", tools.clock.now(), tools.stamps)


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the installation and say what is unsafe for production."""
    settings = read_settings()
    findings = unsafe_for_production(settings)
    warnings = [OPEN_TO_OTHERS] if is_open_to_others(settings) else []
    address = database_address(settings)
    database = Database(address)
    key_state, key_is_wrong = _state_of_master_key(settings, address)

    async def look() -> str | None:
        async with database.reading() as session:
            await session.connection()
        try:
            return await complaint_about_heads(database, SystemClock().now())
        except ProgrammingError:
            return "cannot be looked for: the database is not at the newest migration"
        finally:
            await database.close()

    complaint = asyncio.run(look())
    report = {
        "environment": settings.environment,
        "database": "answers",
        "signed_heads": complaint or f"in {settings.heads_folder}, the last not two hours old",
        "newest_migration": newest_revision(),
        "master_key": key_state,
        "media": _state_of_media(settings),
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
    if key_is_wrong or (settings.is_production and findings):
        raise typer.Exit(1)


def _state_of_media(settings: Settings) -> str:
    """Return where photographs, plans and scans are kept and whether one can be, in words."""
    files = kept_files(settings)
    if not settings.media_bucket and not settings.media_folder.exists():
        return f"are kept in {files.place}, which is not made yet, or not on this machine"
    try:
        files.try_out()
    except FilesAway as away:
        return (
            f"CANNOT be kept in {files.place} ({away.reason}): they wait in {settings.media_folder} until they can be"
        )
    return f"are kept in {files.place}, which takes them"


def _state_of_master_key(settings: Settings, address: str) -> tuple[str, bool]:
    """Return whether the master key is the database's, in words, and whether it is a wrong one."""
    try:
        known = check_master_key(for_libpq(address), vault_of(settings).master, keep=False)
    except WrongMasterKey as problem:
        return str(problem), True
    except psycopg.errors.UndefinedTable:
        known = False
    not_yet = "is not known to this database yet: the first service that starts and seals lets it be"
    return ("is the one that this database was sealed under" if known else not_yet), False
