"""Many tablets that send at the same moment, each waiting as long as it is told to and sending again."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psycopg

from services.matching import Entry
from tests.benchmarks.invented_visits import visit_body

ACETYLENE = "CYL_ACETYLENE"
# When each visit's danger, and the record it changed, were on control's screen: seconds of the machine's own clock.
SHOWN = """
SELECT coalesce(payload ->> 'visit_id', payload ->> 'because_of_visit'), topic, extract(epoch FROM min(said_at))
FROM platform.event_log WHERE topic IN ('control.shown', 'control.danger-shown') GROUP BY 1, 2
"""


@dataclass
class Tablet:
    """One tablet with one visit to send, and what it met."""

    body: bytes
    visit_id: str
    critical: bool
    answers: list[int] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    taken_s: float = 0.0


def tablets(entries: list[Entry], critical_every: int) -> list[Tablet]:
    """Return a tablet for each premises; one in so many has found acetylene, the others nothing that is urgent."""
    made = []
    for number, entry in enumerate(entries):
        visit: dict[str, Any] = json.loads(visit_body(1, entry, datetime.now(UTC)))
        critical = number % critical_every == critical_every - 1
        if not critical:
            visit["hazards"] = [each for each in visit["hazards"] if each["code"] != ACETYLENE]
        made.append(Tablet(json.dumps(visit).encode(), visit["submission_id"], critical))
    return made


async def send(tablet: Tablet, port: int, token: str, began: float, *, longest_s: float = 300.0) -> None:
    """Send one visit until it is taken, waiting as long as each 503 says."""
    while monotonic() - began < longest_s:
        status, retry_after = await _post(tablet.body, port, token)
        tablet.answers.append(status)
        if status != 503:
            tablet.taken_s = monotonic() - began
            return
        tablet.advice.append(retry_after)
        await asyncio.sleep(float(retry_after or 1))


async def _post(body: bytes, port: int, token: str) -> tuple[int, str]:
    reading, writing = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"POST /api/v1/visits HTTP/1.1\r\nHost: ravi\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writing.write(head.encode() + body)
        await writing.drain()
        answer = (await reading.read()).decode()
    finally:
        writing.close()
    lines = answer.partition("\r\n\r\n")[0].split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return int(lines[0].split()[1]), headers.get("retry-after", "")


async def all_at_once(sent: list[Tablet], port: int, token: str) -> float:
    """Let all tablets send at the same moment; return that moment by the machine's own clock."""
    began_at, began = datetime.now(UTC).timestamp(), monotonic()
    await asyncio.gather(*[send(tablet, port, token, began) for tablet in sent])
    return began_at


def shown_s(database: str, sent: list[Tablet], began_at: float, topic: str) -> list[float]:
    """Return how long after the burst began each critical visit that is shown was on control's screen, in order."""
    critical = {tablet.visit_id for tablet in sent if tablet.critical}
    with psycopg.connect(database) as connection:
        rows = connection.execute(SHOWN).fetchall()
    return sorted(float(at) - began_at for visit_id, of, at in rows if visit_id in critical and of == topic)


def answered(sent: list[Tablet]) -> Counter[int]:
    """Return how often each status was answered."""
    return Counter(status for tablet in sent for status in tablet.answers)
