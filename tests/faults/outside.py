"""What became of the visits, asked from outside: by HTTP as their readers do, and in the tables at the very end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx
import psycopg

from schemas.topics import TOPICS
from services.command_line.play import GEO_REVIEW, NEEDS_PERSON
from tests.faults.invented import Planned

AT_ONCE = 6
PATIENCE_S = 180.0
IN_REVIEW = {"QUEUED", "CONFLICT", "CLAIMED", "ESCALATED", "MERGED", "SUPERSEDED", "PUBLISHED"}
BY_ITS_PLACE = "RI8"  # raised where a neighbouring service is near, whatever the crew told
HEARD = [(topic.name, service) for topic in TOPICS for service in topic.heard_by]
STILL_TO_HEAR = """
    SELECT count(*) FROM platform.event_log AS log
    JOIN unnest(%s::text[], %s::text[]) AS heard (topic, service) USING (topic)
    WHERE NOT EXISTS (SELECT FROM platform.inbox WHERE inbox.service = heard.service AND inbox.event_id = log.event_id)
"""
# What may be said once only, by topic: the words that make a line of the log one of its kind.
SAID_ONCE = {
    "visits.submitted": "payload->>'visit_id'",
    "visits.concerns-noted": "payload->>'visit_id'",
    "premises.located": "payload->>'visit_id'",
    "premises.not-located": "payload->>'visit_id'",
    "referrals.raised": "payload->>'visit_id' || ' ' || (payload->>'kind')",
    "risk-register.updated": "payload->>'premises_id' || ' ' || (payload->'record'->>'revision')",
    "risk-register.reviewed": "payload->>'visit_id' || ' ' || (payload->>'state')",
    "control.shown": "payload->>'premises_id' || ' ' || (payload->>'revision')",
}


@dataclass
class Found:
    """What was found: each list names the visits of which it is so."""

    ends: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    in_limbo: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    quarantined: int = 0
    poison_expected: int = 0
    searched: int = 0

    @property
    def faults(self) -> int:
        """Return how many things are not as promised."""
        at_fault = len(self.lost) + len(self.doubled) + len(self.in_limbo) + len(self.leaked) + len(self.broken)
        return at_fault + abs(self.quarantined - self.poison_expected)


async def until_all_is_heard(database: str) -> int:
    """Wait until every service has heard all that was said for it, or nothing moves any more; return what is left."""
    topics, services = zip(*HEARD, strict=True)
    left, moved = -1, monotonic()
    while left and monotonic() - moved < PATIENCE_S:
        with psycopg.connect(database) as connection:
            found = connection.execute(STILL_TO_HEAR, (list(topics), list(services))).fetchone()
        now_left = int(found[0]) if found else 0
        if now_left != left:
            left, moved = now_left, monotonic()
        await asyncio.sleep(1.0 if left else 0.0)
    return left


async def _each(things: Sequence[Any], ask: Callable[[Any], Awaitable[None]]) -> None:
    waiting = iter(things)

    async def some() -> None:
        for thing in waiting:
            await ask(thing)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(some())


class Outside:
    """Somebody who knows what was sent and has receipts, and asks the running system what became of it."""

    def __init__(self, addresses: dict[str, str], headers: dict[str, dict[str, str]], quarantined: str) -> None:
        self.found = Found()
        self._addresses, self._headers = addresses, headers
        self._quarantined = quarantined
        self._at: dict[str, list[Planned]] = {}

    async def ask_all(self, visits: Sequence[Planned], receipts: dict[str, Any]) -> None:
        """Ask the crew's story, control's screen and the restricted desk after every visit."""
        for visit in visits:
            if visit.visit_id not in receipts:
                self.found.lost.append(f"{visit.visit_id}: no receipt")
        async with httpx.AsyncClient(timeout=60) as client:
            await _each(visits, lambda visit: self._ask_story(client, visit))
            await _each(list(self._at), lambda premises_id: self._ask_control(client, premises_id))
            await self._ask_desk(client, visits)

    async def _get(self, client: httpx.AsyncClient, service: str, role: str, path: str) -> httpx.Response:
        return await client.get(f"{self._addresses[service]}/api/v1/{path}", headers=self._headers[role])

    async def _ask_story(self, client: httpx.AsyncClient, visit: Planned) -> None:
        answer = await self._get(client, "visits", "firefighter", f"visits/{visit.visit_id}")
        if answer.status_code != 200:
            self.found.lost.append(f"{visit.visit_id}: it has a receipt, and its story is {answer.status_code}")
            return
        story = answer.json()["story"]
        states = {line["state"] for line in story}
        raised = Counter(line["detail"].split(",")[0] for line in story if line["state"] == "REFERRAL_RAISED")
        if set(raised) - {BY_ITS_PLACE} != visit.referrals:
            self.found.lost.append(f"{visit.visit_id}: raised {sorted(raised)}, should be {sorted(visit.referrals)}")
        self.found.doubled += [f"{visit.visit_id}: {kind} raised {n} times" for kind, n in raised.items() if n > 1]
        end = self._end(visit, states)
        self.found.ends[end] += 1
        if end == "in limbo":
            self.found.in_limbo.append(f"{visit.visit_id}: {sorted(states)}")
        located = [line["detail"] for line in story if line["state"] == "LOCATED"]
        if located:
            premises_id = located[-1].rpartition("(")[2].rstrip(")")
            self._at.setdefault(premises_id, []).append(visit)
            if visit.premises_id not in (None, premises_id):
                self.found.lost.append(f"{visit.visit_id}: at {premises_id}, not {visit.premises_id}")

    def _end(self, visit: Planned, states: set[str]) -> str:
        if "LOCATED" in states and states & IN_REVIEW and visit.may_be_located:
            return "in review"
        if states & {NEEDS_PERSON, GEO_REVIEW} and visit.premises_id is None and "LOCATED" not in states:
            return "waits for a person to place it"
        return "in quarantine" if visit.visit_id in self._quarantined else "in limbo"

    async def _ask_control(self, client: httpx.AsyncClient, premises_id: str) -> None:
        visits = [visit for visit in self._at[premises_id] if visit.danger]
        if not visits:
            return
        answer = await self._get(client, "control", "control", f"control/premises/{premises_id}")
        words = answer.json()["unverified"] if answer.status_code == 200 else []
        for visit in visits:
            times = sum(str(visit.danger) in str(each) for each in words)
            if not times:
                self.found.lost.append(f"{visit.visit_id}: its danger is not before control ({answer.status_code})")
            elif times > 1:
                self.found.doubled.append(f"{visit.visit_id}: its danger stands {times} times before control")

    async def _ask_desk(self, client: httpx.AsyncClient, visits: Sequence[Planned]) -> None:
        """Count the cases of each visit, as the safeguarding officer finds them, page by page."""
        cases: dict[str, Counter[str]] = {}
        number, pages = 1, 1
        while number <= pages:
            path = f"referrals?limit=200&page={number}"
            answer = (await self._get(client, "referrals", "safeguarding", path)).json()
            for case in answer["referrals"]:
                cases.setdefault(case["visit_id"], Counter())[case["kind"]] += 1
            number, pages = number + 1, answer["pages"]
        for visit in visits:
            wanted, have = Counter(kind for kind in visit.cases), cases.get(visit.visit_id, Counter())
            missing, more = wanted - have, have - wanted
            if missing:
                self.found.lost.append(f"{visit.visit_id}: {sum(missing.values())} of its cases are on no desk")
            if sum(more[kind] for kind in wanted):
                self.found.doubled.append(f"{visit.visit_id}: a case stands twice")


def count_in_the_tables(database: str, visits: Sequence[Planned], receipts: dict[str, Any], found: Found) -> None:
    """Count in the tables that everything receipted is kept, was said and was taken up exactly once."""
    with psycopg.connect(database) as connection:
        kept = {str(row[0]) for row in connection.execute("SELECT visit_id FROM visits.visits")}
        found.lost += [f"{visit_id}: it has a receipt and is not kept" for visit_id in receipts.keys() - kept]
        found.doubled += [f"{visit_id}: kept, and nobody sent it" for visit_id in kept - receipts.keys()]
        for topic, words in SAID_ONCE.items():
            twice = f"SELECT {words} FROM platform.event_log WHERE topic = %s GROUP BY 1 HAVING count(*) > 1"
            found.doubled += [f"{topic}: {row[0]}" for row in connection.execute(twice, (topic,))]
        said = "SELECT payload->>'visit_id' FROM platform.event_log WHERE topic = %s"
        for topic in ("visits.submitted", "visits.concerns-noted"):
            spoken = {str(row[0]) for row in connection.execute(said, (topic,))}
            found.lost += [f"{visit_id}: no {topic}" for visit_id in receipts.keys() - spoken]
        found.quarantined = _number(connection, "SELECT count(*) FROM platform.quarantine WHERE octet_length(body) > 0")
        cases = _number(connection, "SELECT count(*) FROM safeguarding.cases")
        wanted = sum(len(visit.cases) for visit in visits)
        if cases > wanted:
            found.doubled.append(f"{cases - wanted} cases more than visits asked for")
        if cases < wanted:
            found.lost.append(f"{wanted - cases} cases fewer than visits asked for")


def _number(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def every_text_in_the_tables(database: str) -> dict[str, str]:
    """Return the text of every table, bytes shown as text too: what is planted stands in none, sealed as it is."""
    listed = (
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    )
    texts = {}
    with psycopg.connect(database) as connection:
        for schema, table in connection.execute(listed).fetchall():
            rows = connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall()
            texts[f"{schema}.{table}"] = "\n".join(
                " ".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row)
                for row in rows
            )
    return texts


async def answers_to_others(addresses: dict[str, str], headers: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return what others than safeguarding are answered where lists are read, and the numbers of every process."""
    texts = {}
    lists = (
        "referrals/api/v1/referrals?limit=200",
        "risk_register/api/v1/risk-register/queue",
        "scorecard/api/v1/scorecard",
    )
    async with httpx.AsyncClient(timeout=60) as client:
        for where in lists:
            service, _, path = where.partition("/")
            for role, header in headers.items():
                if role != "safeguarding":
                    texts[f"{role} {path}"] = (await client.get(f"{addresses[service]}/{path}", headers=header)).text
        for name, address in addresses.items():
            texts[f"metrics of {name}"] = (await client.get(f"{address}/metrics")).text
    return texts


def look_for_planted(visits: Sequence[Planned], texts: dict[str, str], found: Found) -> None:
    """Look for every planted word in every text, and for a visit's id where it must stand: the search itself works."""
    planted = [visit.planted for visit in visits if visit.planted]
    found.searched = len(planted) * len(texts)
    if not any(visits[0].visit_id in words for words in texts.values()):
        raise RuntimeError("the search finds not even what lies open: it proves nothing")
    for where, words in texts.items():
        found.leaked += [f"{where}: a planted word" for word in planted if word in words]
