"""Photographs of people are for the safeguarding desk alone, which says why it opens the case and is kept by name."""

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest

from schemas.visits import MediaReceived
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.secrets import CannotOpen
from services.shared.service import Tools
from tests.house.test_database_roles import apart, roles_address, signed_in
from tests.services.media_site import (
    CAMERA,
    a_photo,
    a_visit_with,
    address,
    arrive,
    listed,
    prepare_all,
    preparing,
    put,
)
from tests.services.test_media_shown import place
from tests.system import System, a_system

__all__ = ["apart", "roles_address"]

PHOTO = a_photo((800, 600))
LINE = listed(PHOTO, "image/jpeg", contains_people=True, caption="asleep by the heater")
CHILD = {"kind": "SG2", "note": "child alone", "spoken_to": "Duty officer", "spoken_at": "2026-11-22T13:50:00Z"}


@pytest.fixture
async def whole(tools: Tools) -> AsyncIterator[System]:
    system = await a_system(tools)
    yield system
    await system.close()


async def a_case(system: System) -> tuple[str, str]:
    """Send a visit with a photograph of a child and let it arrive; return the ids of the visit and of its case."""
    visit_id = await a_visit_with(system, LINE, referrals=[CHILD])
    await arrive(system, visit_id, LINE, PHOTO)
    await prepare_all(system)
    ((case_id,),) = await system.rows("SELECT id FROM safeguarding.cases")
    return visit_id, str(case_id)


async def opened(system: System, case_id: str, role: Role = Role.SAFEGUARDING) -> httpx.AsyncClient:
    """Return somebody who has opened a case, as far as they may."""
    desk = await system.client(role)
    await desk.post(f"/referrals/{case_id}/open", data={"purpose": "DECIDE"})
    return desk


async def test_the_desk_sees_the_photograph_of_a_case_that_it_has_opened_and_that_is_kept(whole: System) -> None:
    _, case_id = await a_case(whole)
    to = f"/referrals/{case_id}/photographs/{LINE['sha256']}"
    closed = await (await whole.client(Role.SAFEGUARDING)).get(to)
    assert closed.status_code == 404, "the case is opened first, for a purpose"
    desk = await opened(whole, case_id)
    assert f'href="{to}"' in (await desk.get(f"/referrals/{case_id}")).text
    seen = await desk.get(to)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.headers["cache-control"] == "no-store"
    assert CAMERA.encode() not in seen.content
    history = await whole.rows("SELECT action, actor FROM safeguarding.history ORDER BY number DESC LIMIT 1")
    assert history == [("photograph read", "safeguarding")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SAFEGUARDING])
async def test_nobody_else_sees_it_by_any_address(whole: System, role: Role) -> None:
    visit_id, case_id = await a_case(whole)
    other = await opened(whole, case_id, role)
    for to in (
        f"/referrals/{case_id}/photographs/{LINE['sha256']}",
        f"/media/{visit_id}/{LINE['sha256']}",
        f"/media/{visit_id}/{LINE['sha256']}/small",
    ):
        answer = await other.get(to)
        assert answer.status_code in (403, 404), (role, to)
        assert answer.headers["content-type"].startswith("application/problem"), (role, to)


async def test_the_desk_alone_sees_on_a_plan_where_it_was_taken_once_it_has_opened_the_case(whole: System) -> None:
    plan = a_photo((900, 600), seed=5)
    on_the_wall = listed(plan, "image/jpeg", caption="plan by the front door", floor="2")
    pinned = LINE | {"pin": {"plan": on_the_wall["sha256"], "x": 0.25, "y": 0.5}}
    visit_id = await a_visit_with(whole, pinned, on_the_wall, referrals=[CHILD])
    for line, content in ((pinned, PHOTO), (on_the_wall, plan)):
        await arrive(whole, visit_id, line, content)
    await prepare_all(whole)
    ((case_id,),) = await whole.rows("SELECT id FROM safeguarding.cases")
    desk = await whole.client(Role.SAFEGUARDING)
    assert "ravi-pin__dot" not in (await desk.get(f"/referrals/{case_id}")).text, "the case is closed"
    shown = (await (await opened(whole, str(case_id))).get(f"/referrals/{case_id}")).text
    assert f'src="/media/{visit_id}/{on_the_wall["sha256"]}" alt="The plan"' in shown
    assert f'<a class="ravi-pin" href="/referrals/{case_id}/photographs/{LINE["sha256"]}"' in shown
    assert 'cx="25.0%" cy="50.0%"' in shown
    assert (await desk.get(f"/media/{visit_id}/{on_the_wall['sha256']}")).status_code == 200
    other = await opened(whole, str(case_id), Role.RISK_TEAM)
    assert "ravi-pin__dot" not in (await other.get(f"/referrals/{case_id}")).text


async def test_no_address_of_open_photographs_gives_it_to_the_desk_either(whole: System) -> None:
    visit_id, _ = await a_case(whole)
    desk = await whole.client(Role.SAFEGUARDING)
    assert (await desk.get(f"/media/{visit_id}/{LINE['sha256']}")).status_code == 404


async def test_nothing_is_said_of_it_and_no_byte_of_it_lies_open(whole: System) -> None:
    visit_id, case_id = await a_case(whole)
    assert await whole.said(MediaReceived.topic) == []
    assert await whole.rows("SELECT * FROM control.media UNION SELECT * FROM risk_register.media") == []
    seen = (await (await opened(whole, case_id)).get(f"/referrals/{case_id}/photographs/{LINE['sha256']}")).content
    kept = [path for path in whole.tools.settings.media_folder.rglob("*") if path.is_file()]
    assert {path.parent.parent.name for path in kept} == {"sealed"}
    for path in kept:
        on_disk = path.read_bytes()
        assert not any(whole_[at : at + 24] in on_disk for whole_ in (PHOTO, seen) for at in range(0, 4000, 24))
    reviewer = await whole.client(Role.RISK_TEAM)
    await place(whole, visit_id)
    review = await reviewer.get(f"/review/{visit_id}")
    assert review.status_code == 200
    assert "Photos and plans" not in review.text


async def test_once_its_key_is_destroyed_nobody_sees_it(whole: System) -> None:
    _, case_id = await a_case(whole)
    async with whole.tools.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE platform.sealing_keys SET wrapped_key = NULL WHERE key_id LIKE 'concerns/media/%%'"
        )
    desk = await opened(whole, case_id)
    assert (await desk.get(f"/referrals/{case_id}/photographs/{LINE['sha256']}")).status_code == 404


async def test_the_service_that_seals_it_cannot_open_it_again(apart: dict[str, System], roles_address: str) -> None:
    visits = apart["visits"]
    visit_id = await a_visit_with(visits, LINE)
    crew = await visits.client(Role.FIREFIGHTER)
    assert (await put(crew, address(visit_id, LINE), PHOTO)).status_code == 201
    assert await preparing(visits).prepare_one()
    key_id = f"concerns/media/{visit_id}/{LINE['sha256']}"
    for name in ("visits", "risk_register", "control"):
        async with apart[name].tools.database.reading() as session:
            with pytest.raises(CannotOpen):
                await apart[name].tools.vault.key_of_files(session, key_id)
    async with apart["referrals"].tools.database.reading() as session:
        assert len(await apart["referrals"].tools.vault.key_of_files(session, key_id)) == 32
    for user in ("risk_register", "control"):
        with psycopg.connect(signed_in(roles_address, f"ravi_{user}")) as connection:
            rows = connection.execute("SELECT key_id FROM platform.sealing_keys WHERE key_id LIKE '%media%'").fetchall()
        assert rows == []


async def test_the_crew_is_told_that_it_arrived_as_of_any_other(whole: System, clock: SetClock) -> None:
    visit_id, _ = await a_case(whole)
    story = (await (await whole.client(Role.FIREFIGHTER)).get(f"/api/v1/visits/{visit_id}")).json()
    assert story["media"] == {"listed": 1, "arrived": 1, "not_shown": []}
    assert story["missing_media"] == []
