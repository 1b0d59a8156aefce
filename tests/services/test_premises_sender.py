"""Who sent a visit goes along with it to its premises: straight, by way of a person, and after being tried again."""

import pytest

from schemas.visits import Sender
from schemas.vocabulary import Role
from services.premises.handlers.try_again import try_again
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.event_log import Cause
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import LIBRARY, know_the_area, located, send
from tests.system import System, a_system

SENT_BY = Sender(name="firefighter", station="71", roles=(Role.FIREFIGHTER,))
UNKNOWN_NAME = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}
KEPT = "SELECT sent_by ->> 'name', visit IS NULL FROM premises.decisions"


@pytest.fixture
async def template(templates: Templates) -> str:
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return visits and premises, with the sample area loaded."""
    return await a_system(
        tools,
        (
            "visits",
            "premises",
        ),
    )


async def test_a_visit_that_is_placed_at_once_says_who_sent_it(desk: System) -> None:
    await send(desk, None, uprn=LIBRARY)
    (event,) = await located(desk)
    assert event.sent_by == SENT_BY
    assert await desk.rows(KEPT) == [(None, True)]


async def test_a_visit_that_a_person_places_says_who_sent_it(desk: System) -> None:
    visit_id = await send(desk, UNKNOWN_NAME)
    assert await desk.rows(KEPT) == [("firefighter", False)]
    person = await desk.client(Role.RISK_TEAM)
    body = {"premises_id": LIBRARY, "version": 1}
    answer = await person.post(f"/api/v1/premises/needs-person/{visit_id}/confirm", json=body)
    assert answer.status_code == 200, answer.text
    (event,) = await located(desk)
    assert event.sent_by == SENT_BY
    assert await desk.rows(KEPT) == [("firefighter", False)], "kept until the register has decided: it may be put back"


async def test_a_visit_that_is_tried_again_still_knows_who_sent_it(desk: System) -> None:
    await send(desk, UNKNOWN_NAME)
    tools = desk.tools
    await try_again(tools.database, tools.clock, Cause("premises", "test", "test"), SnapshotKeeper(tools.database))
    assert await desk.rows(KEPT) == [("firefighter", False)]
