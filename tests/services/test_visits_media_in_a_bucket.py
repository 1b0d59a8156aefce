"""Where files are kept in a bucket, all is as in a folder; while it is away nothing is lost, and it comes right."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from schemas.visits import MediaReceived
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from services.visits.rules.media import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_s
from tests import s3
from tests.s3 import Mood, Server
from tests.services.control_site import running
from tests.services.media_site import (
    a_photo,
    a_visit_with,
    address,
    arrive,
    listed,
    prepare_all,
    preparing,
    problem_of,
    put,
)
from tests.services.test_media_shown import FOUND, place
from tests.services.test_visits_media_of_people import CHILD, LINE, PHOTO, opened
from tests.system import System, a_system

ROOM = a_photo((640, 480), seed=9)
ROOM_LINE = listed(ROOM, "image/jpeg", caption="acetylene store", floor="0")
PART = "photographs and plans"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    s3.let_in(monkeypatch)
    with s3.a_bucket() as server:
        yield server


@pytest.fixture
async def system(tools: Tools, bucket: Server) -> AsyncIterator[System]:
    system = await a_system(replace(tools, settings=replace(tools.settings, **bucket.settings())))
    yield system
    await system.close()


def on_its_way(system: System) -> list[str]:
    return sorted(path.name for path in (system.tools.settings.media_folder / "arriving").glob("*"))


async def degraded(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200, "what still works is not cut off"
    return [one["part"] for one in answer.json()["degraded"]]


async def test_a_visit_with_a_photograph_of_a_room_and_one_of_people_is_seen_by_whom_each_is_for(
    system: System, bucket: Server
) -> None:
    visit_id = await a_visit_with(system, ROOM_LINE, LINE, referrals=[CHILD], **FOUND)
    await arrive(system, visit_id, ROOM_LINE, ROOM)
    await arrive(system, visit_id, LINE, PHOTO)
    await prepare_all(system)
    await place(system, visit_id)

    reviewer = await system.client(Role.RISK_TEAM)
    assert "Photos and plans (1)" in (await reviewer.get(f"/review/{visit_id}")).text
    to = f"/media/{visit_id}/{ROOM_LINE['sha256']}"
    whole, small = await reviewer.get(to), await reviewer.get(f"{to}/small")
    for seen in (whole, small):
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        assert int(seen.headers["content-length"]) == len(seen.content)
    assert whole.headers["content-disposition"] == f'inline; filename="{ROOM_LINE["sha256"][:12]}.jpg"'
    assert (await reviewer.get(f"/media/{visit_id}/{LINE['sha256']}")).status_code == 404

    ((case_id,),) = await system.rows("SELECT id FROM safeguarding.cases")
    desk = await opened(system, str(case_id))
    of_people = await desk.get(f"/referrals/{case_id}/photographs/{LINE['sha256']}")
    assert (of_people.status_code, of_people.headers["content-type"]) == (200, "image/jpeg")

    # Here nothing is left, and there nothing of people lies open.
    assert [path for path in system.tools.settings.media_folder.rglob("*") if path.is_file()] == []
    folders = sorted(key.removeprefix("ravi/media/").split("/")[0] for key in bucket.objects)
    assert folders == ["open"] * 2 + ["sealed"] * 6
    those = {key: kept for key, kept in bucket.objects.items() if LINE["sha256"] in key}
    assert len(those) == 4
    for key, kept in those.items():
        assert key.startswith("ravi/media/sealed/")
        for shown in (PHOTO, of_people.content):
            assert not any(shown[at : at + 24] in kept for at in range(0, 4000, 24))
    assert await system.quarantined() == []


async def test_while_the_bucket_is_away_nothing_is_lost_and_it_comes_right_by_itself(
    system: System, bucket: Server, clock: SetClock
) -> None:
    visit_id = await a_visit_with(system, ROOM_LINE)
    bucket.mood = Mood.AWAY
    async with running(system) as site, await site.machine(Role.CONTROL) as control, asyncio.timeout(120):
        async with await site.machine(Role.FIREFIGHTER) as crew:
            answer = await put(crew, address(visit_id, ROOM_LINE), ROOM)
            assert answer.status_code == 201, "a crew is not kept waiting for a bucket"
        while PART not in await degraded(control):
            await asyncio.sleep(0.02)
        assert on_its_way(system) == [f"{visit_id}.{ROOM_LINE['sha256']}"]
        to = f"/media/{visit_id}/{ROOM_LINE['sha256']}"
        assert (await control.get(to)).status_code == 404, "it is not shown before it is prepared"
        bucket.mood = Mood.WELL
        while (seen := await control.get(to)).status_code == 404:
            clock.move(timedelta(seconds=1))
            await asyncio.sleep(0.02)
        assert seen.status_code == 200
        while PART in await degraded(control):
            await asyncio.sleep(0.02)
        while on_its_way(system):
            await asyncio.sleep(0.02)
    assert len(await system.said(MediaReceived.topic)) == 1


async def test_a_picture_that_cannot_be_read_at_the_moment_says_so_and_operators_are_told_until_it_can(
    system: System, bucket: Server
) -> None:
    visit_id = await a_visit_with(system, ROOM_LINE)
    await arrive(system, visit_id, ROOM_LINE, ROOM)
    await prepare_all(system)
    to = f"/media/{visit_id}/{ROOM_LINE['sha256']}"
    async with running(system) as site, await site.machine(Role.CONTROL) as control, asyncio.timeout(120):
        assert await degraded(control) == []
        bucket.mood = Mood.AWAY
        for address_of in (to, f"{to}/small"):
            answer = await control.get(address_of)
            assert (answer.status_code, problem_of(answer)) == (503, "files-away")
            assert answer.headers["retry-after"] == "30"
            assert "ravi-test" not in answer.text
        assert PART in await degraded(control)
        bucket.mood = Mood.WELL
        assert (await control.get(to)).status_code == 200
        while PART in await degraded(control):
            await asyncio.sleep(0.02)


async def test_a_photograph_of_people_that_cannot_be_read_at_the_moment_says_so(system: System, bucket: Server) -> None:
    visit_id = await a_visit_with(system, LINE, referrals=[CHILD])
    await arrive(system, visit_id, LINE, PHOTO)
    await prepare_all(system)
    ((case_id,),) = await system.rows("SELECT id FROM safeguarding.cases")
    desk = await opened(system, str(case_id))
    to = f"/referrals/{case_id}/photographs/{LINE['sha256']}"
    bucket.mood = Mood.AWAY
    answer = await desk.get(to)
    assert (answer.status_code, problem_of(answer)) == (503, "files-away")
    bucket.mood = Mood.WELL
    assert (await desk.get(to)).status_code == 200


async def test_a_picture_that_is_no_longer_kept_is_not_found(system: System, bucket: Server) -> None:
    visit_id = await a_visit_with(system, ROOM_LINE)
    await arrive(system, visit_id, ROOM_LINE, ROOM)
    await prepare_all(system)
    bucket.objects.clear()
    answer = await (await system.client(Role.CONTROL)).get(f"/media/{visit_id}/{ROOM_LINE['sha256']}")
    assert answer.status_code == 404


@pytest.mark.parametrize("mood", [Mood.AWAY, Mood.BUSY])
async def test_a_file_that_could_not_be_kept_is_tried_again_soon_and_holds_no_other_up(
    system: System, bucket: Server, clock: SetClock, mood: Mood, caplog: pytest.LogCaptureFixture
) -> None:
    visit_id = await a_visit_with(system, LINE, ROOM_LINE, referrals=[CHILD])
    await arrive(system, visit_id, LINE, PHOTO)
    clock.move(timedelta(seconds=1))
    await arrive(system, visit_id, ROOM_LINE, ROOM)
    work, bucket.mood = preparing(system), mood
    assert not await work.prepare_one()
    assert [trouble.part for trouble in await work.troubles()] == [PART]
    assert not any(word in caplog.text for word in (visit_id, LINE["sha256"], s3.SECRET, bucket.endpoint))
    bucket.mood = Mood.WELL
    assert await work.prepare_one()
    assert on_its_way(system) == [f"{visit_id}.{LINE['sha256']}"], "the other one went first"
    assert await work.troubles() == []
    assert not await work.prepare_one()
    clock.move(timedelta(seconds=3))
    assert await work.prepare_one()
    assert on_its_way(system) == []


def test_what_is_out_of_reach_is_tried_again_soon_and_then_less_and_less_often() -> None:
    pauses = [pause_s(failures) for failures in range(2000)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, LONGEST_PAUSE_S)
