"""Visits as they arrive by HTTP: how many a second are taken, and how soon control is shown them while more arrive."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

import psycopg

from schemas.control import ControlShown
from schemas.visits import VisitSubmitted
from services.command_line.play import bearer_of
from services.visits.api.visits import PATH
from tests.benchmarks.child import Child
from tests.benchmarks.crowd import Crowd, answers_per_s
from tests.benchmarks.hops import CREW
from tests.benchmarks.throwaway import ThrowAway

CLIENTS = 32
TOGETHER = 32
PATIENCE_S = 120.0
TAKEN_IS = f"POST {PATH} by {CLIENTS} clients at once in a process of their own, against `ravi serve visits`"
TAKEN_FLOOR_IS = (
    f"one connection inserts as many rows with the same bodies, each by a prepared statement, and commits {TOGETHER} "
    "at a time: nothing is read, checked, sealed or answered"
)
STEADY_IS = (
    f"from the receipt of a visit until control is shown it, while visits arrive by {CLIENTS} clients at half the rate "
    "of the bulk, against `ravi run`"
)
# From what was said: the moment at which a visit was taken, and the first at which control was shown something of it.
TOOK = """
SELECT extract(epoch FROM min(shown.said_at) - taken.said_at) * 1000 FROM platform.event_log AS taken
LEFT JOIN platform.event_log AS shown
    ON shown.topic = %s AND shown.payload ->> 'because_of_visit' = taken.payload ->> 'visit_id'
WHERE taken.topic = %s GROUP BY taken.position, taken.said_at ORDER BY taken.position
"""


async def crew_tokens(server: ThrowAway, name: str) -> list[str]:
    """Return the bearer headers of as many tablets of one crew as there are clients."""
    tools = server.tools(name)
    tokens = [(await bearer_of(tools, CREW))["Authorization"] for _ in range(CLIENTS)]
    await tools.database.close()
    return tokens


async def taken_per_s(server: ThrowAway, name: str, bodies: Sequence[str]) -> float:
    """Return how many visits a second the visits service takes from many clients at once."""
    tokens = await crew_tokens(server, name)
    child = Child(server.folder, server.named(name), "serve", "visits")
    try:
        await asyncio.to_thread(child.until_ready)
        return await asyncio.to_thread(answers_per_s, Crowd(child.port, tokens, [PATH] * len(bodies), bodies))
    finally:
        child.stop()


def inserted_per_s(address: str, bodies: Sequence[str]) -> float:
    """Return how many of the same bodies a second the database keeps for one who asks nothing else of it."""
    with psycopg.connect(address, prepare_threshold=0) as connection:
        connection.execute("CREATE TABLE public.floor_taken (number bigint PRIMARY KEY, body jsonb)")
        connection.commit()
        began = perf_counter()
        for number, body in enumerate(bodies):
            connection.execute("INSERT INTO public.floor_taken VALUES (%s, %s)", (number, body))
            if number % TOGETHER == TOGETHER - 1:
                connection.commit()
        connection.commit()
        return len(bodies) / (perf_counter() - began)


async def shown_after_ms(server: ThrowAway, name: str, bodies: Sequence[str], rate: float) -> list[float]:
    """Return, of each of some visits that arrive at a rate, the milliseconds until control was shown it."""
    tokens = await crew_tokens(server, name)
    child = Child(server.folder, server.named(name), "run")
    try:
        await asyncio.to_thread(child.until_ready)
        crowd = Crowd(child.port, tokens, [PATH] * len(bodies), bodies, each_s=1 / rate)
        await asyncio.to_thread(answers_per_s, crowd)
        return await _all_shown(server.named(name), len(bodies))
    finally:
        child.stop()


async def _all_shown(address: str, count: int) -> list[float]:
    ends = perf_counter() + PATIENCE_S
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        while perf_counter() < ends:
            rows = await (await connection.execute(TOOK, (ControlShown.topic, VisitSubmitted.topic))).fetchall()
            took = [float(row[0]) for row in rows if row[0] is not None]
            if len(took) == count:
                return took
            await asyncio.sleep(0.2)
    raise RuntimeError(f"control was shown {len(took)} of {count} visits: the figures would mean nothing")
