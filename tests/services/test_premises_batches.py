"""Visits heard together end as they would one after another, and cost as many statements as one alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import event as engine_event
from sqlalchemy import text

from schemas.envelope import Event
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from schemas.vocabulary import ReviewState
from services.premises.handlers.locate_visits import locate_visits
from services.premises.handlers.put_back import note_reviews
from services.premises.rules.cases import CaseState
from services.premises.store.cases import hold_cases, save_cases
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.event_log import Cause
from services.shared.identifiers import new_id
from services.shared.service import Handler, Tools
from services.shared.transactions import Heard, Work
from tests.conftest import Templates
from tests.services.premises_desk import AT_THE_LIBRARY, DEMOLISHED_TOWER, LIBRARY, TOWN_HALL, know_the_area, send
from tests.system import System, a_system

CERTAIN = {"name": "Town Hall", "street": "Market Place", "town": "Arrelbridge", "postcode": "XQ1 1AJ"}
NOWHERE = "tin shed past where the chip van stops"
ROWS = text("SELECT to_jsonb(d) FROM premises.decisions d ORDER BY visit_id")


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def crews(tools: Tools) -> System:
    """Return visits alone: what crews send waits in the log."""
    return await a_system(tools, ["visits"])


@dataclass(frozen=True)
class Outcome:
    """What some events left: the rows, what was said because of what, and the history."""

    rows: Sequence[Any]
    said: Sequence[tuple[Cause, Event]]
    noted: Sequence[Any]


def heard(*events: Event) -> list[Heard[Any]]:
    return [
        Heard(event, Cause("premises", "premises", f"story-{at}", new_id(event.moved_at), event.moved_at))
        if isinstance(event, VisitReviewed)
        else Heard(event, Cause("premises", "premises", f"story-{at}", new_id(event.received_at), event.received_at))
        for at, event in enumerate(events)
        if isinstance(event, VisitReviewed | VisitSubmitted)
    ]


async def outcome(tools: Tools, parts: Sequence[tuple[Handler, Sequence[Heard[Any]]]]) -> Outcome:
    """Return what comes of events that are handed over so, and keep nothing of it."""
    async with Work(tools.database, tools.clock, Cause("test", "test", "test")) as work:
        for handler, part in parts:
            await handler(part, work)
        rows = list((await work.execute(ROWS)).scalars())
        assert work.by == Cause("test", "test", "test")
        await work.rollback()
        return Outcome(rows, [(cause, event) for cause, event, _ in work.said], work.noted)


@pytest.fixture
async def submitted(crews: System) -> list[VisitSubmitted]:
    """Return what was said of five visits: placed, rough, doubtful, by identifier, and with a tablet far away."""
    await send(crews, CERTAIN)
    await send(crews, NOWHERE, device_point=AT_THE_LIBRARY)
    await send(crews, None, uprn=DEMOLISHED_TOWER)
    await send(crews, None, uprn=LIBRARY)
    await send(crews, CERTAIN, device_point=AT_THE_LIBRARY)
    return [event for event in await crews.said("visits.submitted") if isinstance(event, VisitSubmitted)]


async def locating(tools: Tools) -> Handler:
    keeper = SnapshotKeeper(tools.database)
    await keeper.refresh()

    async def locate(heard: Sequence[Heard[Any]], work: Work) -> None:
        await locate_visits(heard, work, keeper=keeper)

    return locate


async def test_a_batch_ends_as_the_same_events_one_by_one(tools: Tools, submitted: list[VisitSubmitted]) -> None:
    locate = await locating(tools)
    placed, rough, doubtful, by_id, far = submitted
    known_now = rough.model_copy(update={"visit": placed.visit})
    unknown_now = placed.model_copy(update={"visit": rough.visit})
    # One comes again as it was, one with an address that is certain now, and a placed one with one that is not.
    news = heard(placed, rough, doubtful, doubtful, by_id, known_now, far, unknown_now, known_now)
    together = await outcome(tools, [(locate, news)])
    in_turn = await outcome(tools, [(locate, [each]) for each in news])
    assert together == in_turn
    assert len(together.said) == 6
    assert [row["version"] for row in sorted(together.rows, key=lambda row: row["received_at"])].count(2) == 2
    assert {cause.correlation_id for cause, _ in together.said} == {f"story-{at}" for at in (0, 1, 2, 4, 5, 6)}


async def test_a_batch_leaves_alone_what_people_decided_before(tools: Tools, submitted: list[VisitSubmitted]) -> None:
    locate = await locating(tools)
    _, rough, doubtful, *_ = submitted
    async with Work(tools.database, tools.clock, Cause("test", "test", "test")) as work:
        await locate(heard(rough, doubtful), work)
        [case] = (await hold_cases(work, [rough.visit_id])).values()
        await save_cases(work, [replace(case, state=CaseState.RETURNED, note="Which field? Send a point")])
        await work.commit()
    again = heard(*submitted, *submitted)
    together = await outcome(tools, [(locate, again)])
    assert together == await outcome(tools, [(locate, [each]) for each in again])
    states = {row["visit_id"]: (row["state"], row["version"]) for row in together.rows}
    assert states[rough.visit_id] == ("returned", 1)
    assert states[doubtful.visit_id] == ("needs-person", 3)


async def test_reviews_in_a_batch_end_as_one_by_one(tools: Tools, submitted: list[VisitSubmitted]) -> None:
    locate = await locating(tools)
    placed, rough, _, by_id, _ = submitted

    def review(visit: VisitSubmitted, state: ReviewState) -> VisitReviewed:
        return VisitReviewed(
            visit_id=visit.visit_id, premises_id=TOWN_HALL, state=state, moved_at=visit.received_at, decided_by="a"
        )

    decided = [
        review(placed, ReviewState.QUEUED), review(rough, ReviewState.PUBLISHED), review(by_id, ReviewState.MERGED),
        review(placed, ReviewState.PUBLISHED), review(placed, ReviewState.SUPERSEDED),
        review(by_id, ReviewState.CLAIMED),
    ]  # fmt: skip
    visits, reviews = heard(*submitted), heard(*decided)
    together = await outcome(tools, [(locate, visits), (note_reviews, reviews)])
    assert together == await outcome(tools, [(locate, visits), *((note_reviews, [each]) for each in reviews)])
    reviewed = {row["visit_id"]: row["reviewed"] for row in together.rows}
    assert reviewed[placed.visit_id] == ReviewState.SUPERSEDED
    assert (reviewed[rough.visit_id], reviewed[by_id.visit_id]) == (None, ReviewState.MERGED)


async def test_a_long_batch_costs_as_many_statements_as_one_visit(
    tools: Tools, submitted: list[VisitSubmitted]
) -> None:
    locate, statements = await locating(tools), list[str]()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    engine_event.listen(tools.database.engine.sync_engine, "before_cursor_execute", count)
    many = [each.model_copy(update={"visit_id": f"{each.visit_id}-{at}"}) for at in range(10) for each in submitted]
    counted = []
    for batch in (many[:1], many):
        statements.clear()
        await outcome(tools, [(locate, heard(*batch))])
        counted.append(len(statements))
    assert counted[0] == counted[1]
