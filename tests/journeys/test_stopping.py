"""Asked to stop, at whatever moment, a process goes promptly and takes its embedded database with it."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pytest

from services.command_line.main import NO_DATABASE
from services.shared.settings import EMBEDDED
from tests.benchmarks.child import Child, Start, start_python
from tests.journeys.conftest import free_port
from tests.processes import run, start_forked

pytestmark = pytest.mark.slow
PROMPTLY_S = 15.0
# Who shares the database of a folder with others: what matters there is the same for one service as for all.
ONE_SERVICE = ("serve", "control")


class Installation:
    """A data folder of this test's own, and the processes started on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = folder / "data" / "postgres"
        self.children: list[Child] = []
        self.servers: set[int] = set()

    def start(self, *command: str, how: Start = start_forked) -> Child:
        """Start a process on the folder."""
        child = Child(self.folder, EMBEDDED, *(command or ("run",)), start=how)
        self.children.append(child)
        return child

    def running(self, *command: str, how: Start = start_forked) -> Child:
        """Start `ravi run`, or what is named, and wait until it can do its work."""
        child = self.start(*command, how=how)
        child.until_ready()
        self.note_server()
        return child

    def note_server(self) -> int | None:
        """Return the process id of the folder's server, if it has one, and remember it."""
        try:
            number = int((self.postgres / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        self.servers.add(number)
        return number

    def left_running(self) -> list[int]:
        """Return those of the folder's servers that still run."""
        self.note_server()
        return [number for number in self.servers if is_alive(number)]

    def users(self) -> list[int]:
        """Return the processes that are listed as users of the server."""
        return list(json.loads((self.postgres / ".handle_pids.json").read_text()))

    def clear(self) -> None:
        """End whatever a failed test has left."""
        for child in self.children:
            child.process.kill()
            child.process.wait(10)
        for number in self.left_running():
            os.kill(number, signal.SIGINT)


def is_alive(number: int) -> bool:
    """Return whether a process runs (one that only waits to be reaped does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
async def empty() -> AsyncIterator[Installation]:
    """Return an installation on which nothing was ever started."""
    with TemporaryDirectory(prefix="rs-", ignore_cleanup_errors=True) as name:
        made = Installation(Path(name))
        yield made
        made.clear()


@pytest.fixture(scope="module")
async def used() -> AsyncIterator[Path]:
    """Return the data folder of an installation that was started once and stopped as it should be."""
    with TemporaryDirectory(prefix="rs-", ignore_cleanup_errors=True) as name:
        made = Installation(Path(name))
        try:
            made.running().stop()
            await nothing_left(made)
            yield made.folder / "data"
        finally:
            made.clear()


@pytest.fixture
def installation(empty: Installation, used: Path) -> Installation:
    """Return an installation that was used before: where the first start is not what is tested, it only costs time."""
    subprocess.run(["cp", "-a", str(used), str(empty.folder)], check=True)
    return empty


async def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def ended(child: Child) -> int:
    """Wait until a process that was asked to stop has ended; return its status."""
    began = monotonic()
    await until(lambda: child.process.poll() is not None)
    assert monotonic() - began < PROMPTLY_S
    return child.process.wait(0)


async def nothing_left(installation: Installation) -> None:
    """Hold that no server is left; it takes its file away a moment before it is gone."""
    await until(lambda: not installation.left_running(), seconds=3)


async def test_sigterm_takes_the_embedded_database_along_and_the_next_start_is_right(empty: Installation) -> None:
    for how in (start_forked, start_python):
        child = empty.running(how=how)
        assert empty.left_running()
        child.process.terminate()
        assert await ended(child) == 143
        await nothing_left(empty)
        assert empty.users() == []


async def test_asking_again_and_again_changes_nothing(installation: Installation) -> None:
    child = installation.running()
    while child.process.poll() is None:
        child.process.terminate()
        await asyncio.sleep(0.02)
    await nothing_left(installation)
    installation.running()


@pytest.mark.parametrize("moment", ["PG_VERSION", "postmaster.pid", ".handle_pids.json"])
async def test_a_start_may_be_stopped_at_any_moment(empty: Installation, moment: str) -> None:
    """While the folder is made, while the server starts, and while it is migrated."""
    child = empty.start()
    await until((empty.postgres / moment).exists)
    child.process.terminate()
    assert await ended(child) == 143
    await nothing_left(empty)
    empty.running()


async def test_the_last_of_two_takes_it_along_though_the_other_was_killed(installation: Installation) -> None:
    killed, last = installation.running(*ONE_SERVICE), installation.running(*ONE_SERVICE)
    killed.process.kill()
    await ended(killed)
    assert killed.process.pid in installation.users()
    last.process.terminate()
    await ended(last)
    await nothing_left(installation)


async def test_the_first_of_two_leaves_it_to_the_other(installation: Installation) -> None:
    first, last = installation.running(*ONE_SERVICE), installation.running(*ONE_SERVICE)
    first.process.terminate()
    await ended(first)
    assert installation.left_running()
    last.process.terminate()
    await ended(last)
    await nothing_left(installation)


async def test_a_list_of_users_that_was_cut_off_does_not_prevent_the_start(installation: Installation) -> None:
    killed = installation.running(*ONE_SERVICE)
    killed.process.kill()
    await ended(killed)
    (installation.postgres / ".handle_pids.json").write_text("[12")
    again = installation.running(*ONE_SERVICE)
    again.process.terminate()
    await ended(again)
    await nothing_left(installation)


async def test_the_demo_may_be_stopped_in_the_middle_of_its_story(empty: Installation) -> None:
    installation = empty
    installation.postgres = empty.folder / "data" / "demo" / "postgres"
    child = installation.start("demo")
    log = installation.folder / "child.log"
    await until(lambda: "✓" in log.read_text(), seconds=60)
    child.process.terminate()
    assert await ended(child) == 143
    assert "Traceback" not in log.read_text()
    await nothing_left(installation)


async def test_a_killed_embedded_server_is_started_again_and_work_goes_on(installation: Installation) -> None:
    child = installation.running(*ONE_SERVICE)
    [server] = installation.left_running()
    os.kill(server, signal.SIGKILL)
    await until(lambda: [number for number in installation.left_running() if number != server], seconds=90)
    child.until_ready()
    log = (installation.folder / "child.log").read_text()
    assert "has ended unasked: starting it again" in log
    child.process.terminate()
    assert await ended(child) == 143
    await nothing_left(installation)


async def test_a_data_folder_may_be_called_what_its_owner_likes(empty: Installation) -> None:
    named = Installation(empty.folder / """Ravi's "data" $(date) `x` & ü""")
    named.folder.mkdir()
    empty.children = named.children
    child = named.running(*ONE_SERVICE)
    assert named.left_running()
    child.process.terminate()
    assert await ended(child) == 143
    await nothing_left(named)
    named.running(*ONE_SERVICE)


@pytest.mark.parametrize(("command", "how"), [(("run",), start_forked), (("token", "--user", "control"), start_python)])
async def test_what_the_system_refuses_is_told_in_a_line(
    empty: Installation, command: tuple[str, ...], how: Start
) -> None:
    """A file stands where the data folder should be: nobody, not even root, may make a folder of it."""
    (empty.folder / "data").write_text("")
    child = empty.start(*command, how=how)
    await until(lambda: child.process.poll() is not None, seconds=60)
    assert child.process.returncode == 1
    log = (empty.folder / "child.log").read_text()
    assert "Traceback" not in log
    assert log.startswith("ravi: ")
    assert str(empty.folder / "data") in log
    assert len(log.splitlines()) == 1


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_database_that_does_not_answer_is_told_in_a_line(command: str) -> None:
    nobody = f"postgresql://127.0.0.1:{free_port()}/none"
    done = run((command,), os.environ | {"RAVI_DATABASE": nobody})
    assert done.returncode == 1
    assert done.stderr.splitlines() == [NO_DATABASE]
