"""What every test may ask for: a fresh database on a real PostgreSQL, a clock, a whole system."""

import atexit
import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from sqlalchemy.engine import Dialect
from xdist.scheduler import LoadScopeScheduling

from services.shared.clock import SetClock
from services.shared.database import Database, embedded_server
from services.shared.migrations import migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests import quick_gazetteers, quick_routes
from tests.builders import NOW
from tests.processes import open_nursery
from tests.system import System, a_system

if TYPE_CHECKING:  # most runs need no browser, and it takes long to import
    from playwright.async_api import Browser, Playwright

# The machine may be busy: what is slow is measured by the benchmarks, not by a deadline on each example.
hypothesis.settings.register_profile("ravi", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ravi")

EMPTY = "template_ravi"
BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
# The shell is Chromium without all that only a window needs: the same pages for less than half of the work.
CHROMIUM = next((one for one in BROWSERS if one.exists()), None)
HAS_CHROMIUM = CHROMIUM is not None
KENT = Path(__file__).parents[2] / "shared" / "data" / "kent"
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """Give each process of the run a temporary folder of its own, in memory where there is room.

    Databases are copied and thrown away a thousand times. As embedded servers are started and stopped under a lock in
    the temporary folder, one folder for all processes would also make them wait for each other.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # run in the background: what the tests start must heed it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    os.environ.setdefault(
        "PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir()
    )  # what pytest keeps for looking at stays there
    folder = tempfile.mkdtemp(prefix="ravi-", dir=MEMORY if roomy else os.environ["PYTEST_DEBUG_TEMPROOT"])
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if WITHIN in os.environ:  # the processes of a run share one end
        os.environ.setdefault(NO_MORE_AFTER, str(time.time() + float(os.environ[WITHIN])))
    quick_routes.install()
    quick_gazetteers.install()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # a server's own farewell takes its lock once more
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    # Dozens of processes are started: each would compile all of the product again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if not hasattr(config, "workerinput"):  # the processes of a run share one
        config.add_cleanup(open_nursery(Path(folder)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what waits most, and last what takes long; all others stay in their order between them."""
    ahead = {module: number - len(BEGIN_WITH) for number, module in enumerate(BEGIN_WITH)}
    last = {module: number for number, module in enumerate(TAKE_LONG, start=1)}
    places = ahead | last
    items.sort(key=lambda item: places.get(module_of(item.nodeid), 0))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, and say so, what takes long where the run was given a time (`TESTS_WITHIN_S`) and that is over."""
    if module_of(item.nodeid) in TAKE_LONG and time.time() > float(os.environ.get(NO_MORE_AFTER, "inf")):
        pytest.skip(f"no time was left: {WITHIN}={os.environ.get(WITHIN)} s were over")


def module_of(nodeid: str) -> str:
    """Return the file that a test is in."""
    return nodeid.partition("::")[0]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported, and look less often: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


# Those that wait most for other processes, longest first: they begin while there is other work to fill the time.
BEGIN_WITH = (
    "tests/journeys/test_kafka_delivery.py",
    "tests/services/test_control_browser.py",
    "tests/services/test_device_sending.py",
)
# Half of all the time. They come last, in this order; a run that is given a time skips what of them it does not reach.
TAKE_LONG = (
    "tests/services/test_referral_alarms_browser.py",
    "tests/journeys/test_stopping.py",
    "tests/browser/test_pages.py",
    "tests/services/test_device_known.py",
    "tests/services/test_device_returns.py",
    "tests/services/test_random_weeks.py",
    "tests/services/test_gap_county.py",
    "tests/rules/test_matching_kent.py",
    "tests/services/test_control_search_speed.py",
    "tests/journeys/test_demo_is_apart.py",
    "tests/services/test_review_desk_browser.py",
    "tests/services/test_oversight_browser.py",
    "tests/services/test_quality_browser.py",
    "tests/services/test_evacuation_plans_browser.py",
    "tests/services/test_needs_browser.py",
    "tests/services/test_faults_browser.py",
    "tests/services/test_temporary_risks_browser.py",
    "tests/services/test_protection_browser.py",
    "tests/services/test_visit_plans_browser.py",
    "tests/services/test_media_browser.py",
    "tests/services/test_visits_form_twice.py",
    "tests/services/test_device_pages.py",
    "tests/services/test_device_keyboard.py",
    "tests/services/test_device_map.py",
    "tests/services/test_device_drawing.py",
    "tests/services/test_device_pins.py",
    "tests/services/test_device_usual.py",
    "tests/services/test_device_high_rise.py",
    "tests/services/test_device_walk.py",
    "tests/benchmarks/test_bench.py",
    "tests/journeys/test_fleet.py",
)
WITHIN, NO_MORE_AFTER = "TESTS_WITHIN_S", "TESTS_NO_MORE_AFTER"


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Side by side (`-n 3`), a module is one process's, and all that shares the topics of one Kafka is one's too."""

    def _split_scope(self, nodeid: str) -> str:
        module = module_of(nodeid)
        return "kafka" if "/test_kafka" in module or "[kafka]" in nodeid else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Hand out modules in the order in which they were collected: the long ones come first."""
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a PostgreSQL with a migrated, empty database to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="ravi-test-"))
    server = embedded_server(folder / "postgres")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # Tests need no durability: the machine may lose them.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {EMPTY}")
    migrate(_named(address, EMPTY).replace("postgresql://", "postgresql+psycopg://", 1))
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _named(address: str, database: str) -> str:
    return address.replace("/postgres?", f"/{database}?", 1)


@contextmanager
def fresh_database(postgres: str, template: str = EMPTY) -> Iterator[str]:
    """Give the libpq address of a fresh database, migrated and empty unless another is to be copied; then drop it."""
    name = f"t_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _named(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Templates:
    """Databases that tests copy, each filled once with what many tests begin with: far cheaper than to fill each."""

    def __init__(self, postgres: str) -> None:
        self._postgres = postgres
        self._filled: set[str] = set()

    async def filled(self, name: str, fill: Callable[[Tools], Awaitable[object]]) -> str:
        """Return the name of a database that was filled, now or before."""
        if name not in self._filled:
            with psycopg.connect(self._postgres, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name}")
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {EMPTY} STRATEGY FILE_COPY")
            database = _database(_named(self._postgres, name))
            settings = Settings()
            await fill(Tools(settings, database, SetClock(NOW), Vault(settings.master_key)))
            await database.close()
            self._filled.add(name)
        return name


@pytest.fixture(scope="session")
def templates(postgres: str) -> Templates:
    """Return the databases of this process that tests copy."""
    return Templates(postgres)


@pytest.fixture
def template() -> str:
    """Return the database that this test's own begins as a copy of; a module whose tests begin alike has its own."""
    return EMPTY


@pytest.fixture
def database_address(postgres: str, template: str) -> Iterator[str]:
    """Return the libpq address of a fresh, migrated database of this test's own."""
    with fresh_database(postgres, template) as address:
        yield address


# Each statement is put into words once for all databases of this process: by itself each engine would do it anew.
_DIALECTS: list[Dialect] = []
_COMPILED: dict[Any, Any] = {}


def _database(address: str) -> Database:
    database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
    engine = database.engine.sync_engine
    if not _DIALECTS:
        _DIALECTS.append(engine.dialect)
    engine.dialect = _DIALECTS[0]
    engine._compiled_cache = _COMPILED
    return database


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    """Return the database of this test."""
    database = _database(database_address)
    yield database
    await database.close()


@pytest.fixture
def clock() -> SetClock:
    """Return a clock that stands at 14:02 UTC on Sunday 22 November 2026 until it is moved."""
    return SetClock(NOW)


@pytest.fixture
def tools(database: Database, clock: SetClock, tmp_path: Path) -> Tools:
    """Return the tools of a service."""
    settings = Settings(data_dir=tmp_path)
    return Tools(settings, database, clock, Vault(settings.master_key))


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    """Return all six services on this test's database; nothing moves until `await system.settle()`."""
    whole = await a_system(tools)
    yield whole
    await whole.close()


# The program that drives browsers, while it runs: a tablet whose browser is killed starts one of its own by it.
DRIVER: list["Playwright"] = []
# The browser of the whole run, while it is open: all other tablets are windows of it that know nothing of each other.
BROWSER: list["Browser"] = []


@pytest.fixture(scope="session")
async def driver() -> AsyncIterator["Playwright"]:
    """Return the program that drives browsers, one for the whole run; its tests are skipped where there is none."""
    if not HAS_CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium-headless-shell")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        DRIVER.append(playwright)
        yield playwright
        DRIVER.clear()


@pytest.fixture(scope="session")
async def chromium(driver: "Playwright") -> AsyncIterator["Browser"]:
    """Return the system's Chromium, without a window, one for the whole run."""
    made = await driver.chromium.launch(
        executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
    )
    BROWSER.append(made)
    yield made
    BROWSER.clear()
    await made.close()


@pytest.fixture
async def browser(chromium: "Browser") -> AsyncIterator["Browser"]:
    """Return the browser; what a test leaves open in it is closed, or it would go on asking a site that is gone."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture(scope="session")
def kent() -> Path:
    """Return the folder of the development data of Kent; the test is skipped where it is not."""
    folder = Path(os.environ.get("RAVI_KENT", KENT))
    if not folder.is_dir():
        pytest.skip(f"the development data of Kent is not at {folder}")
    return folder
