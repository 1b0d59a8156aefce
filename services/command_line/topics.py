"""`ravi topics` and `ravi contracts`: the map of events, in words, in Kafka, and as documents."""

import asyncio
import json
from functools import partial
from inspect import unwrap
from pathlib import Path
from typing import Annotated

import typer

from schemas.topics import TOPICS
from services.command_line.wiring import SERVICES, assemble
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.messaging.topics import ensure_topics
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import read_settings
from services.shared.web.contracts import asyncapi
from services.shared.web.openapi import openapi_of
from services.visits.rules.declaration import FORM

SCHEMAS = Path(__file__).parents[2] / "schemas"


def _wired() -> Tools:
    """Return tools that reach nothing: enough to see how everything is wired."""
    return Tools(read_settings({}), Database("postgresql+psycopg:///none"), SystemClock(), Vault("none"))


def functions() -> dict[str, dict[str, str]]:
    """Return, by topic and by the service that hears it, the function that is called: its module and its name."""
    tools = _wired()
    found: dict[str, dict[str, str]] = {topic.name: {} for topic in TOPICS}
    for service in (build(tools) for build in SERVICES.values()):
        for topic, handler in service.handlers.items():
            called = unwrap(handler.func if isinstance(handler, partial) else handler)
            found[topic][service.name] = f"{called.__module__}.{called.__qualname__}"
    return found


def documents() -> dict[str, str]:
    """Return the documents of the whole system by file name, as they are committed: APIs, events, the crew's form."""
    application, _ = assemble(_wired(), list(SERVICES), relays=False)
    made = {
        "openapi.json": openapi_of(application),
        "asyncapi.json": asyncapi(),
        "visit-form.json": FORM.document(),
    }
    return {name: json.dumps(document, indent=1, sort_keys=True) + "\n" for name, document in made.items()}


def topics(
    ensure: Annotated[bool, typer.Option("--ensure", help="make the missing ones in Kafka")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print the map of topics: what is said, by whom, and which function of which service hears it."""
    if ensure:
        settings = read_settings()
        if not settings.kafka:
            raise ValueError("RAVI_KAFKA is empty: delivery is embedded and needs no topics")
        for name in asyncio.run(ensure_topics(settings.kafka)):
            typer.echo(f"made {name}", err=True)
    called = functions()
    lines = [
        {
            "topic": topic.name,
            "event": topic.event.__name__,
            "key": topic.key,
            "said_by": topic.said_by,
            "heard_by": list(topic.heard_by),
            "functions": called[topic.name],
            "partitions": topic.partitions,
            "retention_days": topic.retention_days,
            "restricted": topic.restricted,
        }
        for topic in TOPICS
    ]
    if as_json:
        typer.echo(json.dumps(lines, indent=1))
        return
    for topic in TOPICS:
        typer.echo(f"{topic.name}  said by {topic.said_by}{'  (restricted)' if topic.restricted else ''}")
        for service in topic.heard_by:
            typer.echo(f"    heard by {service:<14} {called[topic.name][service]}")


def contracts() -> None:
    """Write schemas/openapi.json, schemas/asyncapi.json and schemas/visit-form.json anew."""
    for name, text in documents().items():
        (SCHEMAS / name).write_text(text)
        typer.echo(f"wrote schemas/{name}")


def register(app: typer.Typer) -> None:
    """Add the commands to `ravi`."""
    app.command()(topics)
    app.command()(contracts)
