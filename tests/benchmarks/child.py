"""A process of the product, started as an operator starts it, awaited until it is ready, and stopped."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, sleep
from types import MappingProxyType
from typing import IO, Protocol

from tests.benchmarks.throwaway import free_port

PATIENCE_S = 120.0
LOOK_EVERY_S = 0.03  # each look costs the process that starts some milliseconds
LOCAL_ONLY = {"RAVI_ENV": "local", "RAVI_KAFKA": "", "RAVI_HOST": "127.0.0.1"}


class Started(Protocol):
    """What is asked of a process that was started; `subprocess.Popen` is one."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """How it ended, None until that was noticed."""

    def poll(self) -> int | None:
        """Return how it ended, None if it has not."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends and return how; raises `subprocess.TimeoutExpired`."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""

    def terminate(self) -> None:
        """Ask it to stop."""

    def kill(self) -> None:
        """End it at once."""


# Words, environment and the file that takes what it prints.
Start = Callable[[tuple[str, ...], Mapping[str, str], IO[bytes]], Started]


def start_python(words: tuple[str, ...], environment: Mapping[str, str], log: IO[bytes]) -> Started:
    """Start `ravi` with some words, as an operator does."""
    return subprocess.Popen([sys.executable, "-m", "services", *words], env=environment, stdout=log, stderr=log)


class Child:
    """One running `ravi …`; nothing of the caller's own settings reaches it but what is given as `settings`."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *command: str,
        start: Start = start_python,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.port = free_port()
        self._log = folder / "child.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAVI_")}
        environment |= LOCAL_ONLY | {
            "RAVI_DATABASE": database,
            "RAVI_DATA_DIR": str(folder / "data"),
            "RAVI_PORT": str(self.port),
        }
        environment |= settings
        self._began = perf_counter()
        with self._log.open("ab") as log:
            self.process = start(command, environment, log)

    def until_ready(self) -> float:
        """Wait until it says that it can do its work and return the seconds since it was started."""
        while perf_counter() - self._began < PATIENCE_S:
            if self.process.poll() is not None:
                raise RuntimeError(f"it ended before it was ready: {self._log.read_text()[-500:]}")
            if self._is_ready():
                return perf_counter() - self._began
            sleep(LOOK_EVERY_S)
        raise RuntimeError(f"it was not ready within {PATIENCE_S:.0f} s: {self._log.read_text()[-500:]}")

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def processor_s(self) -> float:
        """Return the seconds of processor time that it has used."""
        used = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Ask it to stop as Ctrl-C does, so that it takes its embedded database with it; end it if it does not."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
