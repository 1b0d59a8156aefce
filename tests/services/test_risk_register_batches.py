"""Visits taken up together come to just what they would have come to one after another."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from schemas.envelope import Envelope, Event
from schemas.premises import LocatedPremises, LocationWithdrawn, PremisesLocated
from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Handler, Service, Tools
from services.shared.settings import Settings
from services.shared.transactions import Heard, Work
from tests.builders import NOW, a_premises
from tests.conftest import fresh_database
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

KEPT = {
    "review_items": "visit_id",
    "records": "premises_id",
    "versions": "premises_id, version",
    "temporary_risks": "premises_id, what, version",
    "unverified_additions": "premises_id, visit_id, kind, summary, resolved_at",
}
SHOP, TOWER, HALL, BARN = (a_premises(name) for name in ("1", "2", "3", "4"))
FLAT = a_premises("12", parent_id="2", address="Flat 12, Marlowe House, King Street", name="")
DANGER: dict[str, Any] = {"hazards": [ACETYLENE], "none_found": False}


def alone(handle: Handler) -> Handler:
    """Return a handler that is given everything one at a time, each as a batch of its own."""

    async def handle_alone(heard: Sequence[Heard[Any]], work: Work) -> None:
        for each in heard:
            await handle([each], work)
            await work.flush()

    return handle_alone


def counted(handle: Handler, sizes: list[int]) -> Handler:
    """Return a handler that keeps how many were dealt with together."""

    async def handle_counted(heard: Sequence[Heard[Any]], work: Work) -> None:
        sizes.append(len(heard))
        await handle(heard, work)

    return handle_counted


def handling(service: Service, by: Callable[[Handler], Handler]) -> Service:
    handlers = {handle: by(handle) for handle in set(service.handlers.values())}
    return replace(service, handlers={topic: handlers[handle] for topic, handle in service.handlers.items()})


@pytest.fixture
async def desks(postgres: str) -> AsyncIterator[tuple[Desk, ...]]:
    """Return two desks that begin alike: one takes up what comes together, the other one after another."""
    with fresh_database(postgres) as together, fresh_database(postgres) as singly:
        made = []
        for address in (together, singly):
            settings = Settings()
            database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
            made.append(Tools(settings, database, SetClock(NOW), Vault(settings.master_key)))
        sizes: list[int] = []
        services = handling(build(made[0]), partial(counted, sizes=sizes)), handling(build(made[1]), alone)
        yield tuple(Desk(System(tools, [service])) for tools, service in zip(made, services, strict=True))
        assert max(sizes) > 1, "nothing was taken up together"
        for tools in made:
            await tools.database.close()


def put_back(event: PremisesLocated) -> LocationWithdrawn:
    return LocationWithdrawn(
        visit_id=event.visit_id,
        premises_id=event.premises.premises_id,
        withdrawn_by="ada",
        received_at=event.received_at,
        visit=event.visit,
    )


def elsewhere(event: PremisesLocated, premises: LocatedPremises) -> PremisesLocated:
    return event.model_copy(update={"premises": premises})


async def everything(desk: Desk) -> dict[str, Any]:
    """Return all that is kept, noted and said, each with the number of the event that led to it instead of its id."""
    log = await desk.system.log()
    number = {logged.envelope.id: place for place, logged in enumerate(log)}
    found: dict[str, Any] = {
        "said": [(one.envelope.topic, one.key, _cause(one.envelope, number), one.envelope.data) for one in log],
        "noted": await desk.system.rows(
            "SELECT record, action, actor, at, details FROM platform.history "
            "WHERE service = 'risk_register' ORDER BY number"
        ),
    }
    for table, order in KEPT.items():
        sql = f"SELECT to_jsonb(kept) - 'id' FROM risk_register.{table} AS kept ORDER BY {order}"
        found[table] = await desk.system.rows(sql)
    return found


def _cause(envelope: Envelope, number: dict[UUID, int]) -> int | None:
    return number[envelope.caused_by] if envelope.caused_by else None


async def same_of_both(desks: tuple[Desk, Desk], *events: Event) -> dict[str, Any]:
    """Let the same things come to both desks at once, and return what both come to."""
    for desk in desks:
        await desk.system.say(*events, source="premises")
        await desk.system.settle()
    together, singly = [await everything(desk) for desk in desks]
    for name, kept in singly.items():
        assert together[name] == kept, name
    return together


async def published(desks: tuple[Desk, Desk], event: PremisesLocated, hours: int) -> None:
    """Let a visit be published at both desks, and hours go by."""
    for desk in desks:
        await desk.receive(event)
        await desk.publish(event.visit_id)
        desk.system.tools.clock.move(timedelta(hours=hours))  # type: ignore[attr-defined]  # a clock that is set


async def test_visits_to_one_building_act_on_one_another_in_their_order(desks: tuple[Desk, Desk]) -> None:
    first, second = located(SHOP, **DANGER), located(SHOP, systems=[RISER_FAULT], callsign="K42")
    kept = await same_of_both(
        desks,
        first,
        located(FLAT, premises_class="DWELLING_HOUSE", unit_ref="Flat 12", **DANGER),
        second,
        first,
        located(TOWER, hazards=[{**ACETYLENE, "count": 5}], none_found=False),
        located(SHOP, systems=[RISER_WORKING], callsign="K43", **DANGER),
    )
    assert len(kept["review_items"]) == 5
    assert [event[1] for event in kept["said"] if event[0] == "risk-register.updated"] == ["1", "2", "1", "2", "1"]
    assert {cause for _, _, cause, _ in kept["said"]} == {None, 0, 1, 2, 4, 5}


async def test_visits_beside_a_published_record_are_compared_with_it(desks: tuple[Desk, Desk]) -> None:
    await published(desks, located(SHOP, roof="Felt", systems=[RISER_WORKING]), hours=24)
    now = NOW + timedelta(hours=24)
    kept = await same_of_both(
        desks,
        located(SHOP, at=now, base_record_version=0, roof="Slate", **DANGER),
        located(SHOP, at=now - timedelta(hours=30), systems=[RISER_FAULT]),
        located(HALL, at=now, **DANGER),
        located(SHOP, at=now, base_record_version=1, systems=[RISER_FAULT], **DANGER),
    )
    assert sorted(row[0]["state"] for row in kept["review_items"]) == ["CONFLICT", "PUBLISHED", *["QUEUED"] * 3]


async def test_a_visit_sent_again_twice_takes_the_place_of_a_returned_one_once(desks: tuple[Desk, Desk]) -> None:
    returned = located(SHOP, **DANGER)
    for desk in desks:
        await desk.receive(returned)
        ada = await desk.reviewer("ada", Role.RISK_TEAM)
        await desk.decide(ada, returned.visit_id, "claim")
        await desk.decide(ada, returned.visit_id, "return", reason="Is it oxygen?", fields=["hazards"])
    again = [located(SHOP, hazards=[{"code": "CYL_OTHER"}], none_found=False) for _ in range(2)]
    kept = await same_of_both(desks, *again)
    [first] = [row[0] for row in kept["review_items"] if row[0]["visit_id"] == returned.visit_id]
    assert (first["state"], first["decided_with"]) == ("RESUBMITTED", again[0].visit_id)


async def test_what_several_visits_raise_for_a_while_is_raised_once_and_ended_with_the_one_that_is_put_back(
    desks: tuple[Desk, Desk],
) -> None:
    fair: dict[str, Any] = {"kind": "RI3", "note": "Funfair in the yard"}
    high: dict[str, Any] = {"premises_class": "FLATS_HIGH"}
    wrong = located(HALL, referrals=[fair])
    kept = await same_of_both(
        desks,
        located(SHOP, referrals=[fair]),
        located(TOWER, systems=[RISER_FAULT], **high),
        wrong,
        located(SHOP, referrals=[fair, {"kind": "BS4", "note": "Riser inlet broken"}], callsign="K42"),
        located(TOWER, at=NOW + timedelta(hours=1), systems=[RISER_FAULT], callsign="K43", **high),
        put_back(wrong),
    )
    found = [(row[0]["what"], row[0]["callsign"], row[0]["because"]) for row in kept["temporary_risks"]]
    assert found == [
        ("Funfair in the yard", "S1P1", None), ("Riser inlet broken", "K42", None),
        ("Dry riser FAULT, NW stair", "K43", None), ("Funfair in the yard", "S1P1", "VISIT_PUT_BACK"),
    ]  # fmt: skip


@pytest.mark.parametrize("anew", [SHOP, HALL])
async def test_a_visit_is_put_back_and_placed_anew_within_one_batch(
    desks: tuple[Desk, Desk], anew: LocatedPremises
) -> None:
    visit = located(SHOP, **DANGER)
    kept = await same_of_both(desks, visit, located(SHOP), put_back(visit), elsewhere(visit, anew), located(BARN))
    [item] = [row[0] for row in kept["review_items"] if row[0]["visit_id"] == visit.visit_id]
    assert (item["state"], item["premises_id"], item["version"]) == ("QUEUED", anew.premises_id, 4), (
        "put back, placed, waiting"
    )
    assert [row[0]["resolution"] for row in kept["unverified_additions"]] in (["REJECTED", None], [None, "REJECTED"])


async def test_what_was_placed_before_is_put_back_and_placed_anew_in_the_next_batch(desks: tuple[Desk, Desk]) -> None:
    visit = located(SHOP, **DANGER)
    await same_of_both(desks, visit, located(SHOP))
    kept = await same_of_both(desks, put_back(visit), elsewhere(visit, HALL), put_back(elsewhere(visit, HALL)))
    assert [event[1] for event in kept["said"] if event[0] == "risk-register.updated"] == ["1", "1", "1", "3", "3"]
    await same_of_both(desks, elsewhere(visit, SHOP), located(HALL))


async def test_one_that_cannot_be_taken_up_yet_leaves_the_others_as_they_are(desks: tuple[Desk, Desk]) -> None:
    visit = located(SHOP, **DANGER)
    kept = await same_of_both(desks, located(SHOP), visit, elsewhere(visit, HALL), located(HALL, **DANGER))
    assert len(kept["review_items"]) == 3
    for desk in desks:
        assert len(await desk.system.quarantined()) == 1
