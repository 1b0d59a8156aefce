"""`ravi`: every command that runs, loads, checks or measures the system."""

import sys
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from services.command_line import bench, demo, gazetteer, log, people, score, topics
from services.command_line.wiring import RELAY, SERVICES, Server, assemble, prepare
from services.shared.database import is_out_of_reach
from services.shared.settings import read_settings
from services.shared.stopping import stop_in_order
from services.shared.telemetry import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="RAVI: operational risk information.",
)
ServiceName = Annotated[
    str, typer.Argument(help="visits, premises, risk-register, referrals, control, scorecard or relay")
]


@app.command()
def run() -> None:
    """Run all services in one process on the configured database and broker."""
    _serve(list(SERVICES), relays=True)


@app.command()
def serve(
    service: Annotated[
        str, typer.Argument(help="visits, premises, risk-register, referrals, control, scorecard or relay")
    ],
) -> None:
    """Run one service, as a container does."""
    name = service.replace("-", "_")
    if name == RELAY:
        _serve([], relays=True)
    elif name in SERVICES:
        _serve([name], relays=False)
    else:
        raise typer.BadParameter(f"there is no service {service!r}: {', '.join(SERVICES)} or {RELAY}")


def _serve(names: list[str], *, relays: bool) -> None:
    settings = read_settings()
    configure_logging()
    tools = prepare(settings)
    application, _process = assemble(tools, names, relays=relays)
    Server(application, settings.port, settings.host).run()


@app.command()
def migrate() -> None:
    """Bring the database to the current schema; safe to run twice at once."""
    from services.shared.database import database_address
    from services.shared.migrations import migrate as bring_up

    typer.echo(f"the database is at migration {bring_up(database_address(read_settings()))}")


for commands in (demo, gazetteer, topics, log, people, score, bench):
    commands.register(app)


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
        sys.exit("ravi: the database does not answer: is RAVI_DATABASE right, and is its server running?")


if __name__ == "__main__":
    main()
