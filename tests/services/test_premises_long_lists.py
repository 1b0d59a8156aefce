"""Every list of the desk is in the order of its purpose and paged: what cannot wait is first, and none is cut."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import LIBRARY, know_the_area, send
from tests.system import System, a_system

API = "/api/v1/premises/needs-person"
SHED = "tin shed past where the chip van stops"
ACETYLENE = {
    "none_found": None,
    "hazards": [{"code": "CYL_ACETYLENE", "count": 4, "location": "ground floor workshop"}],
}
# More visits that wait, alike but for their ids and times, and more that were decided.
COPIES = """
    INSERT INTO premises.decisions
    SELECT (jsonb_populate_record(d, jsonb_build_object(
        'visit_id', 'copy-' || lpad(n::text, 4, '0'), 'received_at', d.received_at + n * interval '1 second'))).*
    FROM premises.decisions d, generate_series(1, :many) n WHERE d.visit_id = :visit_id
"""


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


async def change(desk: System, sql: str, **values: object) -> None:
    """Change what is kept, as months of use would have."""
    async with desk.tools.database.reading() as session:
        await session.execute(text(sql), values)
        await session.commit()


async def copied(desk: System, visit_id: str, many: int) -> None:
    """Keep so many more visits like one that waits, each sent a second later."""
    await change(desk, COPIES, many=many, visit_id=visit_id)


async def test_a_visit_that_cannot_wait_is_first_although_205_came_before_it(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await copied(desk, await send(desk, SHED), 204)
    clock.move(timedelta(hours=1))
    grave = await send(desk, "another shed that nobody knows", **ACETYLENE)
    answer = await person.get(API)
    assert answer.headers["X-Total-Count"] == "206"
    assert 'page=2>; rel="next"' in answer.headers["Link"]
    assert answer.json()[0]["visit_id"] == grave
    assert answer.json()[0]["cannot_wait"] == ["Acetylene cylinders"]
    page = (await person.get("/premises")).text
    assert re.search(r"1 to 50 of 206", page)
    assert page.index(grave) < page.index("copy-0001")


async def test_the_pages_of_the_desk_together_hold_every_visit_once(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await copied(desk, await send(desk, SHED), 120)
    seen = [case["visit_id"] for page in (1, 2, 3) for case in (await person.get(API, params={"page": page})).json()]
    assert len(seen) == len(set(seen)) == 121
    second = (await person.get("/premises?page=2")).text
    assert "51 to 100 of 121" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' in second


async def test_leaving_a_visit_leads_on_through_all_of_them(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await copied(desk, await send(desk, SHED), 60)
    [last] = [case["visit_id"] for case in (await person.get(API, params={"page": 2})).json()][-1:]
    onward = await person.get("/premises/cases/copy-0055/next")
    assert onward.headers["location"] == "/premises/cases/copy-0056"
    first = (await person.get(API)).json()[0]["visit_id"]
    assert (await person.get(f"/premises/cases/{last}/next")).headers["location"] == f"/premises/cases/{first}"


async def test_trying_again_reaches_the_last_visit_that_waits(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await copied(desk, await send(desk, SHED), 205)
    answer = await person.post("/premises/again")
    assert answer.status_code == 303
    [(tried, seldom)] = await desk.rows("SELECT count(*), min(version) FROM premises.decisions")
    assert (tried, seldom) == (206, 2)


async def test_what_people_decided_is_paged_too(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, SHED)
    await person.post(f"/premises/cases/{visit_id}/confirm", data={"premises_id": LIBRARY, "version": 1, "sure": "yes"})
    await copied(desk, visit_id, 70)
    assert "1 to 50 of 71" in (await person.get("/premises")).text
    assert "51 to 71 of 71" in (await person.get("/premises?decided=2")).text


async def test_learnt_names_and_loads_are_paged(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    await change(
        desk,
        "INSERT INTO premises.aliases "
        "(alias_id, premises_id, name, former, visit_id, learnt_by, learnt_at, generation) "
        "SELECT gen_random_uuid(), :library, 'Name ' || n, false, 'visit-' || n, 'risk-team', now(), 1 "
        "FROM generate_series(1, 60) n",
        library=LIBRARY,
    )
    await change(
        desk,
        "INSERT INTO premises.loads (kind, file, source, loaded, updated, unchanged, refused, refusals, loaded_by, "
        "loaded_at) SELECT 'premises', 'part-' || n || '.csv', 'test', 1, 0, 0, 0, '[]', 'test', now() "
        "FROM generate_series(1, 20) n",
    )
    page = (await person.get("/premises/learnt")).text
    assert "1 to 50 of 60" in page
    assert re.search(r"1 to 12 of 2\d", page)
    assert "51 to 60 of 60" in (await person.get("/premises/learnt?page=2")).text
    assert "part-1.csv" in (await person.get("/premises/learnt?loads=2")).text


async def test_a_learnt_name_says_how_many_visits_it_has_placed_and_that_only_the_newest_are_listed(
    desk: System,
) -> None:
    person = await desk.client(Role.RISK_TEAM)
    name = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}
    first = await send(desk, name)
    answer = await person.post(f"{API}/{first}/confirm", json={"premises_id": LIBRARY, "version": 1, "learn": True})
    assert answer.json()["learnt"] == "The Snickelway Rooms"
    await copied(desk, await send(desk, name), 60)
    page = (await person.get("/premises/learnt")).text
    assert "61 visits, the newest 50 listed" in page
