"""What is heard in one batch comes to just what it comes to one after another: the same rows, history and news."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen, remove

from schemas.referrals import NeedsUpdated
from schemas.risk_register import VisitReviewed
from schemas.upgrades import read
from schemas.visits import VisitSubmitted
from schemas.vocabulary import ReviewState
from services.shared.clock import SetClock
from services.shared.event_log import Cause, LoggedEvent
from services.shared.messaging.delivery import deliver
from services.shared.secrets import CannotOpen
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.builders import a_premises
from tests.conftest import Templates
from tests.lasting import lasting_tools
from tests.services.control_records import MARLOWE
from tests.services.needs_site import A_MINUTE, GUIDE, HELP, REFUSED, located_at, submit_visit
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, SPOKEN
from tests.system import System, a_system

OTHER = "999900000014"
CONCERN = {"kind": "SG3", "note": "x", "consent_state": "REFUSED", "override_ground": "CRIME", "override_note": "y"}
# Ids are random, and so is all that is sealed: the rest must be alike.
ROWS = (
    "SELECT to_jsonb(v) FROM referrals.visits v ORDER BY visit_id",
    "SELECT to_jsonb(r) - 'id' FROM referrals.referrals r ORDER BY visit_id, raised_as, unit_key",
    "SELECT visit_id, r.kind, to_jsonb(s) - 'id' - 'about' FROM referrals.steps s "
    "JOIN referrals.referrals r ON about = r.id ORDER BY 1, 2, s.at, s.words",
    "SELECT visit_id, r.kind, to_jsonb(e) - 'id' - 'about' FROM referrals.escalations e "
    "JOIN referrals.referrals r ON about = r.id ORDER BY 1, 2, reason, due_at, settled_at",
    "SELECT to_jsonb(c) - 'id' - 'narrative' FROM safeguarding.cases c ORDER BY visit_id, raised_as, number",
    "SELECT visit_id, c.number, to_jsonb(e) - 'id' - 'about' FROM safeguarding.escalations e "
    "JOIN safeguarding.cases c ON about = c.id ORDER BY 1, 2, reason, due_at",
    "SELECT visit_id FROM safeguarding.people ORDER BY visit_id",
    "SELECT to_jsonb(n) - 'id' - 'facts', facts IS NULL FROM safeguarding.needs n ORDER BY visit_id, unit_mark",
    "SELECT split_part(record, '/', 1), destroyed_at, wrapped_key IS NULL, count(*) FROM safeguarding.sealing_keys "
    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "SELECT record, destroyed_at, wrapped_key IS NULL, count(*) FROM platform.sealing_keys "
    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "SELECT number, split_part(record, '/', 1), action, actor, at, correlation_id FROM safeguarding.history "
    "ORDER BY number",
    "SELECT number, split_part(record, '/', 1), action, actor, at, details, correlation_id FROM platform.history "
    "WHERE service = 'referrals' ORDER BY number",
)


async def fill(tools: Tools) -> None:
    """Say of some visits to two buildings all that referrals hears, much of it twice or about one another."""
    site, clock = await a_system(tools, ("visits",)), tools.clock
    assert isinstance(clock, SetClock)

    async def sent(*people: dict[str, Any], **overrides: Any) -> VisitSubmitted:
        clock.move(A_MINUTE)
        return await submit_visit(site, *people, **overrides)

    async def placed(visit: VisitSubmitted, premises_id: str = MARLOWE, **place: Any) -> None:
        premises = a_premises(premises_id)
        premises = premises.model_copy(update={"place": premises.place.model_copy(update=place)})
        await site.say(located_at(visit, premises), source="premises")

    async def reviewed(visit: VisitSubmitted, level: int | None, critical: bool | None = None) -> None:
        content = {"visit_id": visit.visit_id, "premises_id": MARLOWE, "state": ReviewState.QUEUED}
        news = VisitReviewed(**content, moved_at=clock.now(), base_level=level, safety_critical=critical)
        await site.say(news, source="risk_register")

    first = await sent(HELP, GUIDE, referrals=[LOCKED_EXIT | SPOKEN, {"kind": "RI1"}])
    await placed(first)
    child = await sent(GUIDE, referrals=[CHILD, CHILD | {"unit_ref": "Flat 4"} | SPOKEN, {"kind": "BS3"}])
    await placed(child)
    refused = await sent(REFUSED, referrals=[CONCERN])
    await placed(refused)
    moved = await sent(HELP | {"assistance": "EQUIPMENT"}, GUIDE | {"unit_ref": "Flat 7"})
    for building in (MARLOWE, OTHER, OTHER):
        clock.move(A_MINUTE)
        await placed(moved, building)
    again = await sent(HELP, HELP | {"unit_ref": "Flat 2", "assistance": "GUIDE"}, referrals=[{"kind": "RI4"}])
    clock.move(A_MINUTE)
    await placed(again, border_distance_m=3100.0)
    clock.move(timedelta(minutes=-2))
    await placed(again, OTHER, border_distance_m=3100.0)
    clock.move(timedelta(minutes=2))
    for level, critical in ((4, None), (None, None), (2, False), (5, True)):
        await reviewed(again, level, critical)
        await reviewed(first, level)
    await site.say(first, *[each for each in await site.said("visits.concerns-noted") if each.key() != first.visit_id])
    await site.close()


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return the database that both begin with."""
    return await templates.filled("referrals_batches", fill)


@pytest.fixture
async def together(tools: Tools) -> AsyncIterator[System]:
    """Return referrals alone, and a log of what it has not heard yet."""
    whole = await a_system(tools, ("referrals",))
    yield whole
    await whole.close()


@pytest.fixture
async def apart(postgres: str, template: str) -> AsyncIterator[System]:
    """Return the same once more."""
    async with lasting_tools(postgres, template) as tools:
        whole = await a_system(tools, ("referrals",))
        yield whole
        await whole.close()


async def to_hear(desk: System) -> list[LoggedEvent]:
    """Return what there is to hear, in the order in which the handlers of one batch hear it."""
    topics = list(desk.services[0].handlers)
    heard = [logged for logged in await desk.log() if logged.envelope.topic in topics]
    return sorted(heard, key=lambda logged: topics.index(logged.envelope.topic))


async def hand(desk: System, *events: LoggedEvent) -> None:
    """Let referrals hear events as one batch, an hour later."""
    clock = SetClock(desk.tools.clock.now() + timedelta(hours=1))
    async with transaction(desk.tools.database, clock, Cause("referrals", "referrals", "reader")) as work:
        assert await deliver(desk.services[0], [event.envelope for event in events], work) == len(events)


async def said(desk: System) -> list[tuple[Any, ...]]:
    """Return what referrals said, because of what, and what is sealed in it; "gone" if nobody can open it any more."""
    found = []
    for logged in await desk.log():
        envelope, event = logged.envelope, read(logged.envelope)
        if envelope.source == "referrals":
            content = event.model_dump(exclude={"referral_id", "needs"})
            cause = (envelope.correlation_id, envelope.caused_by, envelope.time, envelope.urgent)
            found.append((envelope.topic, content, *cause, await opened(desk, event)))
    return found


async def opened(desk: System, event: Any) -> str:
    if not isinstance(event, NeedsUpdated):
        return ""
    async with desk.tools.database.reading() as session:
        try:
            return await desk.tools.vault.open(session, event.needs, f"needs/{event.premises_id}")
        except CannotOpen:
            return "gone"


async def test_one_batch_comes_to_what_its_events_come_to_one_by_one(together: System, apart: System) -> None:
    heard = await to_hear(together)
    await hand(together, *heard)
    for event in heard:
        await hand(apart, event)
    for query in ROWS:
        kept = await together.rows(query)
        assert kept, query
        assert kept == await apart.rows(query), query
    news = await said(together)
    assert news == await said(apart)
    assert {topic for topic, *_ in news} == {"referrals.raised", "referrals.needs-updated"}
    sealed = [content for topic, *_, content in news if topic == "referrals.needs-updated"]
    assert sealed.count("gone") > 1
    assert len(set(sealed)) > 3


@contextmanager
def statements(desk: System) -> Iterator[list[str]]:
    """Give a list that is filled with each statement that is sent to the database meanwhile."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(" ".join(statement.split()))

    engine = desk.tools.database.engine.sync_engine
    listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        remove(engine, "before_cursor_execute", keep)


async def events_of(tools: Tools, how_many: int, *people: dict[str, Any], **overrides: Any) -> list[LoggedEvent]:
    """Return what there is to hear of so many visits, each of another building."""
    site = await a_system(tools, ("visits", "referrals"))
    known = len(await site.log())
    for number in range(how_many):
        submitted = await submit_visit(site, *people, **overrides)
        premises = a_premises(f"9999000010{number:02}")
        premises = premises.model_copy(update={"place": premises.place.model_copy(update={"border_distance_m": 900.0})})
        await site.say(located_at(submitted, premises), source="premises")
        content = {"visit_id": submitted.visit_id, "premises_id": premises.premises_id, "state": ReviewState.QUEUED}
        await site.say(VisitReviewed(**content, moved_at=tools.clock.now(), base_level=5), source="risk_register")
    await site.close()
    topics = site.services[1].handlers
    return [logged for logged in (await site.log())[known:] if logged.envelope.topic in topics]


async def test_a_batch_costs_as_many_statements_however_long_it_is(together: System) -> None:
    referrals = [CHILD | SPOKEN, LOCKED_EXIT | SPOKEN, {"kind": "RI1"}]
    costs = []
    for how_many in (2, 12):
        events = await events_of(together.tools, how_many, HELP, referrals=referrals)
        with statements(together) as sent:
            await hand(together, *events)
        costs.append([each for each in sent if "INTO platform.event_log" not in each])
    assert len(costs[0]) == len(costs[1]) < 45


async def test_that_a_visit_holds_concerns_does_not_show_in_what_is_asked_of_open_tables(together: System) -> None:
    asked = []
    for referrals in ([{"kind": "BS3"}], [{"kind": "BS3"}, CHILD]):
        events = await events_of(together.tools, 3, referrals=referrals)
        with statements(together) as sent:
            await hand(together, *events)
        always = ("FROM safeguarding.cases WHERE", "LEFT JOIN safeguarding.people")
        asked.append([each for each in sent if "safeguarding." not in each or any(part in each for part in always)])
    assert asked[0] == asked[1]
    assert any("FROM safeguarding.cases WHERE" in each for each in asked[0])
