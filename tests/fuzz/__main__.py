"""`make fuzz`: many thousand requests as all roles; prints the seed, answers by status, and each failing request."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import SystemRandom

import psycopg

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.database import Database, embedded_server
from services.shared.migrations import migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from services.shared.telemetry import configure_logging
from tests.builders import NOW
from tests.fuzz.sending import Report, Sender
from tests.fuzz.site import FuzzedSite, fill, running

EVERYBODY: tuple[Role | None, ...] = (*Role, None)


def turn(site: FuzzedSite, role: Role | None, number: int, report: Report) -> None:
    """Let somebody of one role send some of everything."""
    sender = Sender(site, role, number, report)
    sender.documented(site.promised(), 3)
    sender.forms(250)
    sender.addresses(400)
    sender.visits(60)
    sender.close()


def turns(seed: int) -> Iterator[tuple[int, Role | None]]:
    """Yield number and role of each turn, for ever: all roles, then all again with another number."""
    for number in count(seed):
        for role in EVERYBODY:
            yield number, role


def say(report: Report, began: float) -> None:
    """Print how far it is."""
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(report.by_status.items()))
    print(f"{report.sent:>7,} requests in {time.monotonic() - began:.0f} s; {statuses}", flush=True)


def main() -> int:
    """Fuzz a system of its own until enough was sent; return 1 if any answer was not promised."""
    words = argparse.ArgumentParser(description="Send requests that nobody would think of, as all roles.")
    words.add_argument("--requests", type=int, default=50_000)
    words.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    words.add_argument("--minutes", type=float, default=24 * 60, help="stop after so long")
    asked = words.parse_args()
    configure_logging(level="ERROR")
    print(f"seed {asked.seed}: the same again with `make fuzz SEED={asked.seed} REQUESTS={asked.requests}`", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="ravi-fuzz-"))
    server = embedded_server(folder / "postgres")
    address = server.get_uri()
    report, began = Report(), time.monotonic()
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE fuzzed")
        address = address.replace("/postgres?", "/fuzzed?", 1)
        migrate(address.replace("postgresql://", "postgresql+psycopg://", 1))
        prepare(address)
        with running(address, folder) as site:
            for number, role in turns(asked.seed):
                turn(site, role, number, report)
                say(report, began)
                if report.sent >= asked.requests or time.monotonic() - began > asked.minutes * 60:
                    break
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"slowest: {report.slowest[0]:.2f} s, {report.slowest[1]}")
    for what, line in sorted(report.failures.items()):
        print(f"NOT PROMISED {what}\n    {line}")
    print(f"{len(report.failures)} kinds of answers that were not promised")
    return 1 if report.failures else 0


def prepare(address: str) -> None:
    """Fill a database with work for every desk."""
    import asyncio

    async def work() -> None:
        database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
        settings = Settings()
        await fill(Tools(settings, database, SetClock(NOW), Vault(settings.master_key)))
        await database.close()

    asyncio.run(work())


if __name__ == "__main__":
    sys.exit(main())
