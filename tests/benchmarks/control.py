"""How long control waits for a record and for a search, over real HTTP, signed in, among many thousand records."""

import http.client
import random
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, sleep
from urllib.parse import quote, urlencode

import psycopg

from schemas.vocabulary import Role
from services.command_line.play import bearer_of
from services.control.rules.search_words import read_words
from services.control.rules.showing import showing_of
from services.control.store.shown import save_shown
from services.matching import Entry
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.transactions import transaction
from tests.benchmarks.child import Child
from tests.benchmarks.crowd import Crowd, answers_per_s
from tests.benchmarks.invented_area import invented_entries
from tests.benchmarks.invented_records import invented_record
from tests.benchmarks.report import Measure, Progress, Report, percentile, tell, timed
from tests.benchmarks.throwaway import TEMPLATE, ThrowAway, prepare_template, throwaway_server

BLOCK = 500
LOOK_UPS, SEARCHES, WARM_UP = 500, 300, 30
CLIENTS, LOOK_UPS_AT_ONCE, SEARCHES_AT_ONCE = 32, 3_000, 1_200
FEW_RECORDS = 500
PERCENTS = (50, 95, 99)
PATIENCE_S = 1_800.0
NOT_PRESENTED = "SELECT count(*) FROM control.screens WHERE body IS NULL"
BY_ID = "SELECT record, shown_at FROM control.shown WHERE premises_id = %s"
BY_WORDS = (
    "SELECT premises_id, name, address, postcode, level, unverified FROM control.places "
    "WHERE words @@ CAST(%s AS tsquery) "
    "ORDER BY level DESC NULLS LAST, address LIMIT 20"
)
HTTP = "by HTTP on loopback, one after another on one kept connection, signed in by token, against `ravi serve control`"
AT_ONCE = (
    f"by HTTP on loopback, {CLIENTS} clients at once in a process of their own, each signed in by a token of its own"
)
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
        tokens = await _fill(server, entries, report)
        child = Child(server.folder, server.named(TEMPLATE), "serve", "control")
        try:
            child.until_ready()
            _wait_until_presented(server)
            desk = _Desk(child.port, tokens[0])
            dice = random.Random(scale)
            ids = [entry.premises_id for entry in entries]
            words = [_asked(entry, dice) for entry in entries if entry.name] or [_asked(entries[0], dice)]
            _measure(report, server, desk, dice, ids, words, (look_ups, searches))
            _measure_crowd(report, child.port, tokens, dice, ids, words)
        finally:
            child.stop()
    return report


def _measure(
    report: Report,
    server: ThrowAway,
    desk: "_Desk",
    dice: random.Random,
    ids: list[str],
    words: list[Asked],
    counts: tuple[int, int],
) -> None:
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
            taken["look_up"].append(timed(desk.look_up, asked_ids))
            taken["look_up_floor"].append(timed(lambda one: _rows(connection, BY_ID, one), asked_ids))
            taken["search"].append(timed(desk.search, [one.typed for one in asked]))
            taken["search_floor"].append(
                timed(lambda meant: _rows(connection, BY_WORDS, meant), [one.meant for one in asked])
            )
    for name, what, floor in (
        ("look_up", "GET /api/v1/control/premises/{id}", LOOK_UP_FLOOR),
        ("search", "GET /api/v1/control/search: name, number and street, postcode; one in four misspelt", SEARCH_FLOOR),
    ):
        for percent in PERCENTS:
            of, least = taken[name], taken[f"{name}_floor"]
            report.measures.append(
                Measure(
                    f"{name}_p{percent}",
                    "ms",
                    f"{what}, {HTTP}; {percent}th percentile",
                    floor,
                    [percentile(one, percent) for one in of],
                    [percentile(one, percent) for one in least],
                )
            )


def _measure_crowd(
    report: Report, port: int, tokens: Sequence[str], dice: random.Random, ids: list[str], words: list[Asked]
) -> None:
    """Add how many are answered a second when many ask at once; the floors are those of one after another.

    Among few records each is asked for no more than a few times.
    """
    floors = {measure.name: measure for measure in report.measures}
    often = min(1.0, report.scale / FEW_RECORDS)
    records = [_record_path(dice.choice(ids)) for _ in range(int(LOOK_UPS_AT_ONCE * often))]
    searches = [_search_path(dice.choice(words).typed) for _ in range(int(SEARCHES_AT_ONCE * often))]
    for name, unit, paths, floor, floor_is in (
        ("look_ups_at_once", "records/s", records, floors["look_up_p50"], LOOK_UP_FLOOR),
        ("searches_at_once", "searches/s", searches, floors["search_p50"], SEARCH_FLOOR),
    ):
        tell(f"{report.runs} runs of {len(paths):,} {name} by {CLIENTS} clients")
        rates = [answers_per_s(Crowd(port, tokens, paths)) for _ in range(report.runs)]
        what = f"{unit.partition('/')[0]} answered a second, {AT_ONCE}"
        report.measures.append(Measure(name, unit, what, floor_is, rates, [1000 / one for one in floor.floor_of_runs]))


def _wait_until_presented(server: ThrowAway) -> None:
    """Wait until control has presented every record, as it does by itself once one has changed."""
    tell("waiting until every record is presented")
    began = perf_counter()
    with psycopg.connect(server.named(TEMPLATE), autocommit=True) as connection:
        while (connection.execute(NOT_PRESENTED).fetchone() or (0,))[0]:
            if perf_counter() - began > PATIENCE_S:
                raise RuntimeError("control does not present what it is to show")
            sleep(0.2)
        connection.execute("VACUUM ANALYZE control.screens")


async def _fill(server: ThrowAway, entries: Sequence[Entry], report: Report) -> list[str]:
    """Show a record of every premises, as control's own store keeps it, and return the bearer headers of operators."""
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
    people = [Person(f"operator-{number}", (Role.CONTROL.value,), "S1") for number in range(CLIENTS)]
    tokens = [(await bearer_of(tools, person))["Authorization"] for person in people]
    await tools.database.close()
    with psycopg.connect(server.named(TEMPLATE), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return tokens


class _Desk:
    """An operator's terminal: one connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": token, "Accept-Encoding": "gzip"}

    def look_up(self, premises_id: str) -> None:
        self._get(_record_path(premises_id))

    def search(self, typed: str) -> None:
        self._get(_search_path(typed))

    def _get(self, path: str) -> None:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200 or not body:
            raise RuntimeError(f"control answered {answer.status} to {path}")


def _record_path(premises_id: str) -> str:
    return f"/api/v1/control/premises/{quote(premises_id)}"


def _search_path(typed: str) -> str:
    return f"/api/v1/control/search?{urlencode({'q': typed})}"


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
