"""What control hears in one batch ends just as if it had been heard event by event, in whatever order it comes."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event as happening
from sqlalchemy import text

from schemas.envelope import Envelope, Event
from schemas.premises import LocationWithdrawn
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from schemas.vocabulary import ReviewState
from services.shared.event_log import Cause
from services.shared.messaging.delivery import deliver
from services.shared.transactions import Work
from tests.builders import NOW
from tests.services.control_records import a_record, a_shop, an_addition, updated
from tests.services.control_unsettled import SHOP, located, not_located, submitted
from tests.system import System

KEPT = (
    "SELECT to_jsonb(kept) FROM control.unsettled AS kept ORDER BY visit_id",
    "SELECT to_jsonb(kept) - 'changed_in' FROM control.shown AS kept ORDER BY premises_id",
    "SELECT to_jsonb(kept) FROM control.shown_history AS kept ORDER BY premises_id, revision",
    "SELECT to_jsonb(kept) FROM control.places AS kept ORDER BY premises_id",
    "SELECT word FROM control.words ORDER BY word",
)


def news() -> list[Event]:
    """Return much news of few visits and premises: placed, taken back, decided, told again, and of no danger at all."""
    visits = [submitted() for _ in range(4)]
    calm = submitted(hazards=[], none_found=True, evac_strategy="SIMULTANEOUS")
    found: list[Event] = [*visits, calm, *map(located, [*visits, calm]), not_located(visits[0]), not_located(calm)]
    addition = an_addition("Acetylene cylinders (2), Rear yard", kind="HAZARD", visit_id=visits[1].visit_id)
    shop = a_shop(SHOP, "14 Quay Street, Wexcombe")
    found += [
        updated(shop),
        updated(shop.model_copy(update={"revision": 2, "unverified": (addition,)}), because_of_visit="another"),
        updated(shop.model_copy(update={"revision": 3}), because_of_visit=visits[2].visit_id),
        updated(a_record(), because_of_visit=calm.visit_id),
        *map(_withdrawn, (visits[0], visits[1], calm)),
        *(
            VisitReviewed(visit_id=each.visit_id, premises_id=SHOP, state=state, moved_at=NOW)
            for each, state in ((visits[3], ReviewState.REJECTED), (visits[0], ReviewState.QUEUED))
        ),
    ]
    return found


def _withdrawn(event: VisitSubmitted) -> LocationWithdrawn:
    return LocationWithdrawn(
        visit_id=event.visit_id, premises_id=SHOP, withdrawn_by="risk-team", received_at=NOW, visit=event.visit
    )  # fmt: skip


async def outcome(system: System, batches: Sequence[Sequence[Envelope]]) -> tuple[list[Any], list[Any], list[int]]:
    """Return what control keeps and says after some batches, and how many statements each took; nothing is kept."""
    (control,) = (service for service in system.services if service.name == "control")
    counts: list[int] = []

    def count(*_: Any) -> None:
        counts[-1] += 1

    engine = system.tools.database.engine.sync_engine
    happening.listen(engine, "before_cursor_execute", count)
    try:
        async with Work(system.tools.database, system.tools.clock, Cause("control", "control", "test")) as work:
            for batch in batches:
                counts.append(0)
                await deliver(control, batch, work)
            took = [*counts]
            rows = [[tuple(row) for row in await work.execute(text(statement))] for statement in KEPT]
            said = [(cause.caused_by, event, at) for cause, event, at in work.said]
            await work.rollback()
    finally:
        happening.remove(engine, "before_cursor_execute", count)
    return rows, said, took


@pytest.mark.parametrize("seed", range(12))
async def test_a_batch_ends_as_its_events_one_after_another(system: System, seed: int) -> None:
    events = news()
    random.Random(seed).shuffle(events)
    await system.say(*events)
    envelopes = [each.envelope for each in await system.log()]
    assert len(envelopes) == len(events)
    rows, said, _ = await outcome(system, [[each] for each in envelopes])
    assert said
    assert all(rows)
    middle = len(envelopes) // 2
    for batches in ([envelopes], [envelopes[:middle], envelopes[middle:]]):
        assert (await outcome(system, batches))[:2] == (rows, said)


async def test_a_batch_costs_a_handful_of_statements_however_long_it_is(system: System) -> None:
    await system.say(*news(), *news(), *(submitted() for _ in range(30)))
    envelopes = [each.envelope for each in await system.log()]
    _, _, (took,) = await outcome(system, [envelopes])
    assert took <= 9  # one of them marks what was heard, three ask watches to read it


async def test_what_was_taken_back_after_its_record_was_shown_is_shown_by_itself_again(system: System) -> None:
    visit = submitted()
    shop = updated(a_shop(SHOP, "14 Quay Street, Wexcombe"), because_of_visit=visit.visit_id)
    await system.say(visit, located(visit), shop, _withdrawn(visit))
    rows, _, _ = await outcome(system, [[each.envelope for each in await system.log()]])
    ((kept,),) = rows[0]
    assert (kept["settled_at"], kept["building_id"]) == (None, None)
