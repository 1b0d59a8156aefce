"""The demonstration clears what a demonstration left, and nothing else: attacked as an operator in a hurry would."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from services.command_line.sample import invented_sample
from services.shared.settings import EMBEDDED
from tests.benchmarks.throwaway import free_port
from tests.processes import a_child, run, start

pytestmark = pytest.mark.slow
# Done by a process of its own, as the server of a folder stops with the last process that uses it.
ASK = """
import sys, psycopg
from pathlib import Path
from services.shared.database import embedded_server
address = embedded_server(Path(sys.argv[1]) / "postgres").get_uri()
with psycopg.connect(address) as connection:
    rows = connection.execute(sys.argv[2])
    print(*[row[0] for row in rows] if rows.description else "")
"""
VISITS = "SELECT visit_id FROM visits.visits ORDER BY 1"


def ask(data: Path, sql: str) -> list[str]:
    """Return the first column of what the database of a data folder answers."""
    done = subprocess.run([sys.executable, "-c", ASK, str(data), sql], capture_output=True, text=True, check=True)
    return done.stdout.split()


class Folder:
    """A data folder, and the commands given on it from outside."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.data = place / "data"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("RAVI_")}
        self.environment |= {"RAVI_DATA_DIR": str(self.data), "RAVI_PORT": "0"}

    def ravi(self, port: int, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with no terminal."""
        return run(command, self.environment | {"RAVI_PORT": str(port)})

    def send_a_visit(self) -> None:
        """Run the system as an operator does and send it a visit, which is receipted."""
        child = a_child(self.place, EMBEDDED, "run")
        try:
            child.until_ready()
            body = json.loads(invented_sample(self.place / "made").visits[0].body())
            body |= {"lead_officer_id": "firefighter", "station": "71"}
            token = self.ravi(child.port, "token", "--user", "firefighter").stdout.strip()
            answer = httpx.post(
                f"http://127.0.0.1:{child.port}/api/v1/visits", json=body, headers={"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code == 202, answer.text
        finally:
            child.stop()


@pytest.fixture
def folder() -> Iterator[Folder]:
    """Return a data folder on which nothing was ever started."""
    with TemporaryDirectory(prefix="rd-", ignore_cleanup_errors=True) as name:
        yield Folder(Path(name))


def test_a_receipted_visit_outlives_every_demo_on_its_folder(folder: Folder) -> None:
    folder.send_a_visit()
    before = ask(folder.data, VISITS)
    assert len(before) == 1
    demo = a_child(folder.place, EMBEDDED, "demo")
    try:
        demo.until_ready()
        told = folder.ravi(demo.port, "token", "--user", "control")
        assert "demonstration" in told.stderr
        answer = httpx.get(
            f"http://127.0.0.1:{demo.port}/api/v1/control/search",
            params={"q": "house"}, headers={"Authorization": f"Bearer {told.stdout.strip()}"},
        )  # fmt: skip
        assert answer.status_code == 200
        busy = folder.ravi(demo.port + 1, "demo", "--exit", "--afresh")
        assert (busy.returncode, "stop it first" in busy.stderr) == (1, True)
    finally:
        demo.stop()
    assert ask(folder.data, VISITS) == before


def test_an_earlier_demo_is_cleared_only_when_somebody_says_so(folder: Folder) -> None:
    assert folder.ravi(free_port(), "demo", "--exit").returncode == 0
    left = ask(folder.data / "demo", VISITS)
    assert len(left) > 30
    unasked = folder.ravi(free_port(), "demo", "--exit")
    assert (unasked.returncode, "--afresh" in unasked.stderr) == (1, True)
    asked = answer_at_a_terminal(folder, "n")
    assert "begin afresh?" in asked
    assert ask(folder.data / "demo", VISITS) == left


def answer_at_a_terminal(folder: Folder, word: str) -> str:
    """Return what `ravi demo` says at a terminal where somebody types a word."""
    ours, theirs = pty.openpty()
    log = folder.place / "asked.log"
    environment = folder.environment | {"RAVI_PORT": str(free_port())}
    with log.open("wb") as said:
        child = start(("demo", "--exit"), environment, stdin=theirs, stdout=said, stderr=said)
    os.close(theirs)
    os.write(ours, f"{word}\n".encode())
    assert child.wait(180) == 1
    os.close(ours)
    return log.read_text()


def test_a_database_in_its_place_without_its_mark_is_left_as_it_is(folder: Folder) -> None:
    demo = folder.data / "demo"
    ask(demo, "CREATE TABLE mine AS SELECT 7 AS number")
    done = folder.ravi(free_port(), "demo", "--exit", "--afresh")
    assert done.returncode == 1
    assert "not marked as a demonstration" in done.stderr
    assert "Traceback" not in done.stderr
    assert ask(demo, "SELECT number FROM mine") == ["7"]
