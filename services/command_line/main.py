"""`ravi`: every command that runs, loads, checks or measures the system."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from fastapi import FastAPI
from psycopg import OperationalError
from sqlalchemy.exc import DBAPIError

from services.command_line.bench import AS_IT_STANDS, bench
from services.command_line.demo import demo
from services.command_line.gazetteer import gazetteer_app, match
from services.command_line.log import replay_command, verify_log
from services.command_line.master_key import rotate_master_key
from services.command_line.people import doctor, token
from services.command_line.protection import protection_app
from services.command_line.readers import hear, readers
from services.command_line.score import score
from services.command_line.topics import contracts, topics
from services.command_line.users import user_app
from services.command_line.wiring import (
    RELAY,
    SERVICES,
    Server,
    assemble,
    prepare,
    refuse_local_users,
    with_readers_apart,
)
from services.shared.apart import COMMAND, EarlyBird
from services.shared.database import is_out_of_reach
from services.shared.service import Tools
from services.shared.settings import OPEN_TO_OTHERS, Settings, is_open_to_others, read_settings
from services.shared.stopping import stop_in_order
from services.shared.telemetry import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="RAVI: operational risk information.",
)
ServiceName = Annotated[
    str, typer.Argument(help="visits, premises, risk-register, referrals, control, protection, scorecard or relay")
]


@app.command()
def run() -> None:
    """Run all services on the configured database and broker: one process answers, and one of its own hears."""
    settings = read_settings()
    early = EarlyBird(hear)
    tools = _prepare(settings)
    application, _ = with_readers_apart(tools, early)
    _server_of(application, tools).run()


@app.command()
def serve(service: ServiceName) -> None:
    """Run one service, as a container does."""
    name = service.replace("-", "_")
    if name == RELAY:
        _serve([], relays=True)
    elif name in SERVICES:
        _serve([name], relays=False)
    else:
        raise typer.BadParameter(f"there is no service {service!r}: {', '.join(SERVICES)} or {RELAY}")


def _serve(names: list[str], *, relays: bool) -> None:
    tools = _prepare(read_settings())
    application, _process = assemble(tools, names, relays=relays)
    _server_of(application, tools).run()


def _prepare(settings: Settings) -> Tools:
    configure_logging()
    tools = prepare(settings)
    asyncio.run(_look_at_users(tools))
    if is_open_to_others(settings):
        typer.echo(f"ravi: warning: {OPEN_TO_OTHERS}", err=True)
    return tools


def _server_of(application: FastAPI, tools: Tools) -> Server:
    return Server(application, tools.settings.port, tools.settings.host, tools.settings.trusted_proxy)


async def _look_at_users(tools: Tools) -> None:
    """Refuse to start in production where local users are left; the connection is of this loop, and ends with it."""
    try:
        await refuse_local_users(tools)
    finally:
        await tools.people.close()


@app.command()
def migrate(as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False) -> None:
    """Bring the database to the current schema; safe to run twice at once."""
    from services.shared.database import database_address
    from services.shared.migrations import migrate as bring_up

    revision = bring_up(database_address(read_settings()))
    typer.echo(json.dumps({"migration": revision}) if as_json else f"the database is at migration {revision}")


for command in (demo, match, topics, contracts, verify_log, rotate_master_key, token, doctor, score):
    app.command()(command)
app.command("replay")(replay_command)
app.command(context_settings=AS_IT_STANDS)(bench)
app.add_typer(gazetteer_app, name="gazetteer")
app.command(COMMAND, hidden=True)(readers)
app.add_typer(protection_app, name="protection")
app.add_typer(user_app, name="user")

NO_DATABASE = "ravi: the database does not answer: is RAVI_DATABASE right, and is its server running?"


def main() -> None:
    """Run the command line: a failure is one clear line on stderr and a non-zero exit."""
    stop_in_order()
    try:
        app()
    except (ValueError, RuntimeError, FileNotFoundError, KafkaError) as problem:
        sys.exit(f"ravi: {problem}")
    except OSError as problem:
        if problem.filename is None:
            raise
        sys.exit(f"ravi: {problem.filename}: {(problem.strerror or type(problem).__name__).lower()}")
    except DBAPIError as problem:
        if not is_out_of_reach(problem):
            raise
        sys.exit(NO_DATABASE)
    except OperationalError:  # what asks without SQLAlchemy: the master key, before anything else is started
        sys.exit(NO_DATABASE)
