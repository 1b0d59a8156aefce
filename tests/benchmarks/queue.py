"""How long the risk team waits for its queue, a visit in it, and the lists of oversight, over real HTTP, signed in."""

import http.client
import random
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psycopg

from schemas.vocabulary import Role
from services.command_line.play import bearer_of
from services.shared.identity import Person
from tests.benchmarks.child import Child
from tests.benchmarks.invented_queue import fill_register
from tests.benchmarks.report import Measure, Report, percentile, tell, timed
from tests.benchmarks.throwaway import TEMPLATE, ThrowAway, prepare_template, throwaway_server

RECORDS_FOR_EACH_THAT_WAITS = 40
ASKED, WARM_UP, PAGE = 200, 10, 50
PERCENTS = (95, 50)
HTTP = "by HTTP on loopback, one after another on one kept connection, signed in, by `ravi serve risk_register`"
FLOOR = "one prepared statement on one connection that fetches the same lines in the same order, and nothing else"
API = "/api/v1/risk-register"
OPEN = "state IN ('QUEUED', 'CLAIMED', 'CONFLICT', 'ESCALATED')"
LIST_FLOOR = f"""
    SELECT visit_id, premises_id, state, due_at, base_level FROM risk_register.review_items WHERE {OPEN}
    ORDER BY safety_critical DESC, due_at, coalesce(base_level, 5) DESC, rank DESC, submitted_at, visit_id
    LIMIT {PAGE} OFFSET %s
"""
ITEM_FLOOR = """
    SELECT item.*, records.shown FROM risk_register.review_items AS item JOIN risk_register.records USING (premises_id)
    WHERE visit_id = %s
"""
GAPS_FLOOR = f"""
    SELECT * FROM risk_register.known_premises WHERE rule IS NOT NULL AND NOT has_record
    ORDER BY expected_level DESC, units DESC, premises_id LIMIT {PAGE} OFFSET %s
"""
DUE_FLOOR = f"""
    SELECT * FROM risk_register.review_dates WHERE review_due_on <= current_date + 60
    ORDER BY effective_level DESC NULLS LAST, review_due_on NULLS FIRST, premises_id LIMIT {PAGE} OFFSET %s
"""


@dataclass(frozen=True)
class Question:
    """What is asked of the register, and the floor: a statement that fetches as much, with what is put into it."""

    path: str
    floor: str
    given: Any


async def measure_queue(scale: int, runs: int) -> Report:
    """Measure the desk of a risk team with `scale` records, of which each fortieth has a visit that waits."""
    waiting = scale // RECORDS_FOR_EACH_THAT_WAITS
    report = Report("queue", scale, f"records, {waiting:,} visits that wait", runs)
    with throwaway_server() as server:
        await prepare_template(server)
        token = await _fill(server, scale, waiting, report)
        child = Child(server.folder, server.named(TEMPLATE), "serve", "risk_register")
        try:
            child.until_ready()
            _measure(report, server, _Desk(child.port, token), scale)
        finally:
            child.stop()
    return report


async def _fill(server: ThrowAway, scale: int, waiting: int, report: Report) -> str:
    began, tools = perf_counter(), server.tools(TEMPLATE)
    await fill_register(tools, scale, waiting)
    token: str = (await bearer_of(tools, Person("reviewer", (Role.RISK_TEAM_MANAGER.value,), "S1")))["Authorization"]
    await tools.database.close()
    with psycopg.connect(server.named(TEMPLATE), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    report.context |= {"filled_in_s": round(perf_counter() - began, 1), "database_mb": round(size / 1e6)}
    return token


def _questions(connection: psycopg.Connection[Any], dice: random.Random, scale: int) -> dict[str, list[Question]]:
    """Return what is asked of each kind: any page of the lists, any visit that waits."""
    waiting = [row[0] for row in connection.execute(f"SELECT visit_id FROM risk_register.review_items WHERE {OPEN}")]
    counts = {
        name: connection.execute(f"SELECT count(*) FROM risk_register.{of}").fetchone()[0]  # type: ignore[index]
        for name, of in (
            ("gaps", "known_premises WHERE rule IS NOT NULL AND NOT has_record"),
            ("due", "review_dates WHERE review_due_on <= current_date + 60"),
        )
    }
    counts |= {"list": len(waiting), "page": len(waiting)}
    asked, found = min(ASKED, len(waiting)), dict[str, list[Question]]()
    for name, path, floor in (
        ("list", f"{API}/queue?show=all", LIST_FLOOR),
        ("page", "/review?show=all", LIST_FLOOR),
        ("gaps", f"{API}/gaps?rule=", GAPS_FLOOR),
        ("due", f"{API}/due?station=", DUE_FLOOR),
    ):
        pages = [dice.randrange(max(1, counts[name] // PAGE)) for _ in range(asked)]
        found[name] = [Question(f"{path}&page={page + 1}", floor, page * PAGE) for page in pages]
    found["item"] = [Question(f"/review/{one}", ITEM_FLOOR, one) for one in dice.choices(waiting, k=asked)]
    return found


WHAT = {
    "list": "GET /api/v1/risk-register/queue, any page of all that waits",
    "page": "GET /review, the same page as the reviewer sees it",
    "item": "GET /review/{visit}, one visit beside its record",
    "gaps": "GET /api/v1/risk-register/gaps, any page",
    "due": "GET /api/v1/risk-register/due, any page",
}


def _measure(report: Report, server: ThrowAway, desk: "_Desk", scale: int) -> None:
    dice, taken = random.Random(scale), {name: (list[list[float]](), list[list[float]]()) for name in WHAT}
    with psycopg.connect(server.named(TEMPLATE), autocommit=True, prepare_threshold=0) as connection:

        def floor(one: Question) -> None:
            connection.execute(one.floor.encode(), (one.given,)).fetchall()

        for run in range(report.runs):
            tell(f"run {run + 1} of {report.runs}")
            for name, questions in _questions(connection, dice, scale).items():
                desk.connect()
                for one in questions[:WARM_UP]:
                    floor(one)
                    desk.ask(one)
                taken[name][0].append(timed(desk.ask, questions))
                taken[name][1].append(timed(floor, questions))
    for name, what in WHAT.items():
        for percent in PERCENTS:
            ours, least = ([percentile(run, percent) for run in runs] for runs in taken[name])
            words = f"{what}, {HTTP}; {percent}th percentile"
            report.measures.append(Measure(f"{name}_p{percent}", "ms", words, FLOOR, ours, least))


class _Desk:
    """A reviewer's browser: one connection that is kept."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": token, "Accept-Encoding": "gzip"}

    def connect(self) -> None:
        """Open a connection; the one before was closed while the floor was measured."""
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def ask(self, one: Question) -> None:
        """Ask one question; raises if it is not answered."""
        self._connection.request("GET", one.path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200 or not body:
            raise RuntimeError(f"the register answered {answer.status} to {one.path}")
