"""Visits that are handed in at the same moment: taken together, and each answered as if it had come alone."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.event import listen

from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.transactions import Heard, transaction
from services.visits.handlers.submission import take_visits
from services.visits.rules.authors import Author
from services.visits.rules.intake import HandedIn, handed_in
from services.visits.rules.reading import read_content
from services.visits.rules.story import Taken
from tests.builders import NOW, a_visit
from tests.system import System

VISITS = "/api/v1/visits"
Answer = Taken | Exception


def sent(visit: dict[str, Any], name: str = "firefighter", seen: tuple[str, ...] | None = None) -> Heard[HandedIn]:
    """Return a visit as the intake hands it on; its correlation id is that of its sender."""
    reading = read_content(visit)
    assert reading.submission is not None
    author = Author(name, "S1", None, (Role.FIREFIGHTER,))
    given = handed_in(
        reading.submission, author, reading.content_sha256, f"mark of {reading.content_sha256}", NOW, seen
    )
    return Heard(given, Cause("visits", name, f"correlation-{name}"))


async def take(system: System, *visits: Heard[HandedIn]) -> list[Answer]:
    """Take visits in one transaction."""
    tools = system.tools
    async with transaction(tools.database, tools.clock, Cause("visits", "visits", "test")) as work:
        return await take_visits(visits, work, tools.vault)


def in_short(answers: list[Answer]) -> list[str]:
    return [f"{'new' if a.is_new else 'again'}" if isinstance(a, Taken) else type(a).__name__ for a in answers]


def of_every_kind(known: dict[str, Any]) -> list[Heard[HandedIn]]:
    """Return visits that meet every answer there is: the first two are new, the rest are not taken."""
    new, late = a_visit(), a_visit(lead_officer_id="ff-elm", sign_off={"declaration": True, "lead_competent": False})
    bad = a_visit(isolations=[])
    return [
        sent(new),
        sent(late, "ff-elm", seen=("LEAD_NOT_COMPETENT",)),
        sent(new),
        sent(new, name="stranger"),
        sent(new | {"callsign": "S1P2"}),
        sent(known),
        sent(known | {"callsign": "S1P2"}),
        sent(bad | {"started_at": (NOW - timedelta(days=3)).isoformat()}),
        sent(a_visit(sign_off={"declaration": True, "lead_competent": False}), seen=()),
    ]


EXPECTED = ["new", "new", "again", "Conflict", "Conflict", "again", "Conflict", "Refused", "WorthASecondLook"]
KEPT = """
    SELECT topic, source, correlation_id, caused_by, payload - 'visit_id' - 'private' - 'concerns' - 'visit'
    FROM platform.event_log ORDER BY position
"""
NOTED = "SELECT action, actor, correlation_id, details ->> 'station' FROM platform.history ORDER BY number"


async def test_each_of_many_is_answered_as_if_it_had_come_alone(system: System) -> None:
    known = a_visit()
    await take(system, sent(known))
    before = len(await system.rows(KEPT))
    together = of_every_kind(known)
    assert in_short(await take(system, *together)) == EXPECTED
    kept = (await system.rows(KEPT))[before:]
    noted = (await system.rows(NOTED))[-2:]
    assert [line[0] for line in kept] == ["visits.submitted", "visits.concerns-noted"] * 2
    assert [line[2] for line in kept] == ["correlation-firefighter"] * 2 + ["correlation-ff-elm"] * 2
    assert [line[1] for line in noted] == ["firefighter", "ff-elm"]
    apart = [(await take(system, each))[0] for each in of_every_kind(known)]
    assert in_short(apart) == EXPECTED
    assert (await system.rows(KEPT))[before + 4 :] == kept
    assert (await system.rows(NOTED))[-2:] == noted


async def test_however_many_come_together_no_more_is_asked_of_the_database(system: System) -> None:
    asked: list[str] = []
    listen(
        system.tools.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    await take(system, sent(a_visit()))
    alone = len(asked)
    answers = await take(system, *(sent(a_visit()) for _ in range(20)))
    assert in_short(answers) == ["new"] * 20
    assert len(asked) == 2 * alone


async def test_those_who_send_at_the_same_moment_share_transactions_and_nothing_else(system: System) -> None:
    names = [f"ff-{number}" for number in range(12)]
    crews = [await system.client(Role.FIREFIGHTER, name=name) for name in names]
    visits = [a_visit(lead_officer_id=name) for name in names]
    visits[5]["isolations"] = []
    answers = await asyncio.gather(*(crew.post(VISITS, json=v) for crew, v in zip(crews, visits, strict=True)))
    assert [answer.status_code for answer in answers] == [202] * 5 + [422] + [202] * 6
    taken = [(visit, answer) for visit, answer in zip(visits, answers, strict=True) if answer.status_code == 202]
    assert [answer.json()["submission_id"] for _, answer in taken] == [visit["submission_id"] for visit, _ in taken]
    ids = {answer.headers["x-correlation-id"]: visit["submission_id"] for visit, answer in taken}
    said = await system.rows("SELECT DISTINCT correlation_id, key FROM platform.event_log")
    assert set(said) == set(ids.items())
    senders = await system.rows("SELECT record, actor FROM platform.history WHERE action = 'received'")
    assert set(senders) == {(f"visit/{visit['submission_id']}", visit["lead_officer_id"]) for visit, _ in taken}
    ((transactions,),) = await system.rows("SELECT count(DISTINCT transaction_id::text) FROM platform.event_log")
    assert isinstance(transactions, int)
    assert transactions < len(taken)


async def test_a_visit_that_spoils_the_transaction_is_the_only_one_that_is_not_taken(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visits = [a_visit() for _ in range(8)]
    async with system.tools.database.reading() as session:
        key = {"key": f"private/{visits[3]['submission_id']}"}
        taken = "INSERT INTO platform.sealing_keys (key_id, record, wrapped_key, made_at) VALUES (:key, '', '', now())"
        await session.execute(text(taken), key)
        await session.commit()
    answers = await asyncio.gather(*(crew.post(VISITS, json=visit) for visit in visits))
    assert [answer.status_code for answer in answers] == [202] * 3 + [500] + [202] * 4
    kept = await system.rows("SELECT visit_id FROM visits.visits")
    assert {str(visit_id) for (visit_id,) in kept} == {v["submission_id"] for n, v in enumerate(visits) if n != 3}
    assert len(await system.log()) == 14
