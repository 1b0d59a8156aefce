"""What the nursery forks is a process like one that `python -m services` starts: as it prints, and as it ends."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from services.shared.migrations import MIGRATION_LOCK
from tests.benchmarks.child import start_python
from tests.journeys.toy import until
from tests.processes import NONE, PLACE, Forked, run, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get(PLACE) == NONE, reason="this run is asked to do without a nursery"),
]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def test_it_prints_and_ends_as_one_that_was_started(tmp_path: Path) -> None:
    words, log = ("serve", "nothing"), tmp_path / "started.log"
    with log.open("wb") as said:
        ended = start_python(words, os.environ, said).wait(60)
    forked = run(words, os.environ)
    assert (forked.returncode, forked.stdout + forked.stderr) == (ended, log.read_text())
    assert ended == 2


@pytest.mark.parametrize(
    ("number", "ends"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
async def test_it_heeds_signals_and_is_waited_for(
    database_address: str, tmp_path: Path, number: signal.Signals, ends: int
) -> None:
    """Held by the lock of migrations, which the test has: it would wait for ever."""
    log = tmp_path / "log"
    with psycopg.connect(database_address, autocommit=True) as holding:
        holding.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))

        async def waits() -> bool:
            assert process.poll() is None, log.read_text()
            return holding.execute(WAITING).fetchone() == (1,)

        with log.open("wb") as said:
            process = start(("migrate",), os.environ | {"RAVI_DATABASE": database_address}, stdout=said, stderr=said)
        assert isinstance(process, Forked)
        await until(waits, seconds=60, what="waiting for the lock")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.send_signal(number)
        assert process.wait(60) == ends
        assert process.poll() == process.returncode == ends
        process.kill()  # it has ended: nothing is sent, and to nobody else
    assert "Traceback" not in log.read_text()


def test_it_has_the_environment_that_was_asked_for(database_address: str) -> None:
    environment = {"RAVI_DATABASE": database_address}
    assert run(("token", "--user", "control"), environment).returncode == 0
    assert run(("token", "--user", "control"), environment | {"RAVI_ENV": "nowhere"}).returncode == 1
