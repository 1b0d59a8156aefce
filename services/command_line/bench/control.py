"""How long control waits for a record and for a search, over real HTTP, signed in, among many thousand records."""

import http.client
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import quote, urlencode

import psycopg

from schemas.vocabulary import Role
from services.command_line.bench.child import Child
from services.command_line.bench.invented_area import invented_entries
from services.command_line.bench.invented_records import invented_record
from services.command_line.bench.report import Measure, Progress, Report, percentile, tell
from services.command_line.bench.throwaway import TEMPLATE, ThrowAway, prepare_template, throwaway_server
from services.command_line.demo import bearer
from services.control.rules.search_words import read_words
from services.control.rules.showing import showing_of
from services.control.store.shown import save_shown
from services.matching import Entry
from services.shared.event_log import Cause
from services.shared.transactions import transaction

BLOCK = 500
LOOK_UPS, SEARCHES, WARM_UP = 500, 300, 30
PERCENTS = (50, 95, 99)
BY_ID = "SELECT record, shown_at FROM control.shown WHERE premises_id = %s"
BY_WORDS = (
    "SELECT premises_id, name, address, postcode, level, unverified FROM control.places "
    "WHERE words @@ CAST(%s AS tsquery) "
    "ORDER BY level DESC NULLS LAST, address LIMIT 20"
)
HTTP = "by HTTP on loopback, one after another on one kept connection, signed in by token, against `ravi serve control`"
LOOK_UP_FLOOR = "one prepared statement on one connection that fetches the same record by its id"
SEARCH_FLOOR = (
    "one prepared statement on one connection that asks the same index of words for the same question, rightly spelt, "
    "and fetches 20 lines: no forgiving, no ranking"
)


@dataclass(frozen=True)
class Asked:
    """A search as typed, and the same rightly spelt for the floor."""

    typed: str
    meant: str


async def measure_control(scale: int, runs: int) -> Report:
    """Measure looking records up and searching among `scale` shown records; among few, no more often than there are."""
    look_ups, searches = min(LOOK_UPS, scale), min(SEARCHES, scale)
    report = Report("control", scale, "records shown", runs)
    entries = list(invented_entries(scale))
    with throwaway_server() as server:
        await prepare_template(server)
        token = await _fill(server, entries, report)
        child = Child(server.folder, server.named(TEMPLATE), "serve", "control")
        try:
            child.until_ready()
            desk = _Desk(child.port, token)
            dice = random.Random(scale)
            ids = [entry.premises_id for entry in entries]
            words = [_asked(entry, dice) for entry in entries if entry.name] or [_asked(entries[0], dice)]
            _measure(report, server, desk, dice, ids, words, (look_ups, searches))
        finally:
            child.stop()
    return report


def _measure(
    report: Report, server: ThrowAway, desk: "_Desk", dice: random.Random, ids: list[str], words: list[Asked],
    counts: tuple[int, int],
) -> None:  # fmt: skip
    look_ups, searches = counts
    taken: dict[str, list[list[float]]] = {"look_up": [], "look_up_floor": [], "search": [], "search_floor": []}
    with psycopg.connect(server.named(TEMPLATE), autocommit=True, prepare_threshold=0) as connection:
        for one in dice.choices(ids, k=WARM_UP):
            desk.look_up(one)
            desk.search(dice.choice(words).typed)
            _rows(connection, BY_ID, one)
            _rows(connection, BY_WORDS, dice.choice(words).meant)
        for run in range(report.runs):
            tell(f"run {run + 1} of {report.runs}: {look_ups:,} look-ups and {searches:,} searches")
            asked_ids, asked = dice.choices(ids, k=look_ups), dice.choices(words, k=searches)
            taken["look_up"].append(_timed(desk.look_up, asked_ids))
            taken["look_up_floor"].append(_timed(lambda one: _rows(connection, BY_ID, one), asked_ids))
            taken["search"].append(_timed(desk.search, [one.typed for one in asked]))
            taken["search_floor"].append(
                _timed(lambda meant: _rows(connection, BY_WORDS, meant), [one.meant for one in asked])
            )
    for name, what, floor in (
        ("look_up", "GET /api/v1/control/premises/{id}", LOOK_UP_FLOOR),
        ("search", "GET /api/v1/control/search: name, number and street, postcode; one in four misspelt", SEARCH_FLOOR),
    ):
        for percent in PERCENTS:
            of, least = taken[name], taken[f"{name}_floor"]
            report.measures.append(
                Measure(
                    f"{name}_p{percent}", "ms", f"{what}, {HTTP}; {percent}th percentile", floor,
                    [percentile(one, percent) for one in of], [percentile(one, percent) for one in least],
                )
            )  # fmt: skip


async def _fill(server: ThrowAway, entries: Sequence[Entry], report: Report) -> str:
    """Show a record of every premises, as control's own store keeps it, and return the bearer header of an operator."""
    tools = server.tools(TEMPLATE)
    progress, began = Progress("records shown", len(entries)), perf_counter()
    tell(f"showing {len(entries):,} invented records on a throw-away database")
    for start in range(0, len(entries), BLOCK):
        progress(start)
        async with transaction(tools.database, tools.clock, Cause("control", "bench", "bench")) as work:
            now = work.now
            records = (
                invented_record(number, entry, now)
                for number, entry in enumerate(entries[start : start + BLOCK], start)
            )
            await save_shown(work, [showing_of(record, None, now) for record in records])
    report.context["shown_per_s_when_filling"] = round(len(entries) / (perf_counter() - began), 1)
    header = await bearer(tools, Role.CONTROL)
    await tools.database.close()
    with psycopg.connect(server.named(TEMPLATE), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return header["Authorization"]


class _Desk:
    """An operator's terminal: one connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": token, "Accept-Encoding": "gzip"}

    def look_up(self, premises_id: str) -> None:
        self._get(f"/api/v1/control/premises/{quote(premises_id)}")

    def search(self, typed: str) -> None:
        self._get(f"/api/v1/control/search?{urlencode({'q': typed})}")

    def _get(self, path: str) -> None:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200 or not body:
            raise RuntimeError(f"control answered {answer.status} to {path}")


def _asked(entry: Entry, dice: random.Random) -> Asked:
    """Return a search for a premises: by name, by number and street, by postcode, or by its name misspelt."""
    line = entry.address.split(", ")[0]
    kind = dice.randrange(4)
    meant = (entry.name, line, entry.postcode, entry.name)[kind]
    typed = meant
    if kind == 3:
        at = min(3, len(meant) - 2)
        typed = meant[:at] + meant[at + 1] + meant[at] + meant[at + 2 :]
    return Asked(typed, read_words(meant).for_index())


def _rows(connection: psycopg.Connection[tuple[object, ...]], statement: str, value: str) -> None:
    connection.execute(statement.encode(), (value,)).fetchall()


def _timed(ask: Callable[[str], None], each: Sequence[str]) -> list[float]:
    """Return the milliseconds of each call."""
    taken = []
    for one in each:
        began = perf_counter()
        ask(one)
        taken.append((perf_counter() - began) * 1000)
    return taken
