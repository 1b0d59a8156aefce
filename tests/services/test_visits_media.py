"""Photographs, plans and scans arrive in parts, once and whole, however often the line is cut."""

import asyncio
import hashlib
import random
import tracemalloc
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from schemas.vocabulary import Role
from tests.builders import a_visit
from tests.services.control_site import running
from tests.services.media_site import VISITS, a_visit_with, address, cut_off, listed, problem_of, put, some_bytes
from tests.system import System

PLAN = some_bytes(3_000)
LINE = listed(PLAN, caption="ground floor")


async def test_a_file_sent_in_one_piece_is_held_whole_and_the_same_again_is_said_to_be(system: System) -> None:
    crew, visit_id = await system.client(Role.FIREFIGHTER), await a_visit_with(system, LINE)
    to = address(visit_id, LINE)
    before = await crew.head(to)
    assert (before.status_code, before.headers["upload-offset"]) == (200, "0")
    assert "upload-complete" not in before.headers
    first = await put(crew, to, PLAN)
    assert (first.status_code, first.headers["upload-offset"], first.headers["upload-complete"]) == (
        201,
        "3000",
        "true",
    )
    assert first.json() == {"sha256": LINE["sha256"], "offset": 3000, "complete": True}
    again = await put(crew, to, PLAN)
    assert (again.status_code, again.headers["upload-complete"]) == (200, "true")
    after = await crew.head(to)
    assert (after.status_code, after.headers["upload-offset"], after.headers["upload-complete"]) == (
        200,
        "3000",
        "true",
    )


async def test_parts_follow_one_another_and_one_out_of_order_is_told_where_to_go_on(system: System) -> None:
    crew, to = await system.client(Role.FIREFIGHTER), address(await a_visit_with(system, LINE), LINE)
    first = await put(crew, to, PLAN[:1000], 0, 3000)
    assert (first.status_code, first.headers["upload-offset"]) == (202, "1000")
    for begins in (0, 999, 1001, 2000):
        wrong = await put(crew, to, PLAN[begins : begins + 500], begins, 3000)
        assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "1000")
        assert problem_of(wrong) == "wrong-offset"
    assert (await put(crew, to, PLAN[1000:2999], 1000, 3000)).headers["upload-offset"] == "2999"
    last = await put(crew, to, PLAN[2999:], 2999, 3000)
    assert (last.status_code, last.headers["upload-complete"]) == (201, "true")


async def test_a_whole_body_after_a_part_passes_over_what_is_held(system: System) -> None:
    crew, to = await system.client(Role.FIREFIGHTER), address(await a_visit_with(system, LINE), LINE)
    assert (await put(crew, to, PLAN[:1000], 0, 3000)).status_code == 202
    assert (await put(crew, to, PLAN)).status_code == 201


async def test_a_file_of_another_content_is_thrown_away_whole(system: System) -> None:
    crew, to = await system.client(Role.FIREFIGHTER), address(await a_visit_with(system, LINE), LINE)
    wrong = await put(crew, to, PLAN[:-1] + b"x")
    assert wrong.status_code == 422
    assert "send it again from the start" in wrong.json()["detail"]
    assert (await crew.head(to)).headers["upload-offset"] == "0"
    assert (await put(crew, to, PLAN)).status_code == 201


async def test_what_cannot_be_taken_is_refused_with_why(system: System) -> None:
    photo = some_bytes(2_000, b"\x89PNG\r\n\x1a\n")
    posing = listed(photo, "image/jpeg")
    crew, visit_id = await system.client(Role.FIREFIGHTER), await a_visit_with(system, LINE, posing)
    to = address(visit_id, LINE)
    refusals = {
        "another kind by its name": (415, await put(crew, to, PLAN, headers={"Content-Type": "image/gif"})),
        "another kind by its bytes": (415, await put(crew, address(visit_id, posing), photo)),
        "a form": (415, await put(crew, to, PLAN, headers={"Content-Type": "multipart/form-data; boundary=x"})),
        "a strange range": (400, await crew.put(to, content=PLAN, headers={"Content-Range": "bytes 1-"})),
        "a range of another length": (400, await put(crew, to, PLAN, headers={"Content-Range": "bytes 0-9/3000"})),
        "another size": (422, await put(crew, to, PLAN[:10], 0, 2999)),
        "a whole of another size": (422, await put(crew, to, PLAN[:10])),
        "too large": (413, await put(crew, to, PLAN[:10], 0, 15 * 1024 * 1024 + 1)),
        "too large as a whole": (413, await put(crew, to, b"%PDF-" + bytes(15 * 1024 * 1024))),
        "not in the list": (422, await put(crew, address(visit_id, listed(b"%PDF- another")), PLAN)),
        "no hash": (422, await put(crew, f"{VISITS}/{visit_id}/media/x", PLAN)),
    }
    assert {what: answer.status_code for what, (_, answer) in refusals.items()} == {
        what: status for what, (status, _) in refusals.items()
    }
    assert (await crew.head(to)).headers["upload-offset"] == "0"


@pytest.mark.parametrize("whose", ["another crew's", "nobody's"])
async def test_only_the_sender_and_the_crew_send_and_nobody_else_learns_that_there_is_a_visit(
    system: System, whose: str
) -> None:
    visit_id = await a_visit_with(system, LINE)
    stranger = await system.client(Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE, name="ff-99")
    asked = address(visit_id if whose == "another crew's" else a_visit()["submission_id"], LINE)
    answers = [await stranger.head(asked), await put(stranger, asked, PLAN)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "not yours to send" in answers[1].json()["detail"]
    mate = await system.client(Role.FIREFIGHTER, name="ff-31")
    assert (await put(mate, address(visit_id, LINE), PLAN)).status_code == 201


async def test_the_receipt_and_the_story_count_what_has_arrived(system: System) -> None:
    other = listed(some_bytes(500, seed=8))
    visit = a_visit(media=[LINE, other])
    crew = await system.client(Role.FIREFIGHTER)
    first = (await crew.post(VISITS, json=visit)).json()
    assert first["missing_media"] == [LINE["sha256"], other["sha256"]]
    await put(crew, address(visit["submission_id"], LINE), PLAN)
    again = await crew.post(VISITS, json=visit)
    assert (again.status_code, again.json()["missing_media"]) == (200, [other["sha256"]])
    story = (await crew.get(f"{VISITS}/{visit['submission_id']}")).json()
    assert story["missing_media"] == [other["sha256"]]
    assert story["media"] == {"listed": 2, "arrived": 1, "not_shown": []}
    page = (await crew.get(f"/device/visits/{visit['submission_id']}")).text
    assert "Photographs and plans: 1 of 2 arrived." in page


async def test_a_photo_cut_off_200_times_arrives_once_and_whole(
    system: System, record_property: Callable[[str, object], None]
) -> None:
    """Each line is lost after a random number of bytes; what came before stays, and hardly a byte is sent twice."""
    photo = some_bytes(12_000_000, b"\xff\xd8\xff")
    line, chance = listed(photo, "image/jpeg"), random.Random(9)
    visit_id = await a_visit_with(system, line)
    sent = twice = 0
    ends = sorted(chance.sample(range(1, len(photo)), 200))
    async with running(system) as site, await site.machine(Role.FIREFIGHTER) as crew:
        token = crew.headers["authorization"]
        held = 0
        for end in [*ends, len(photo)]:
            await asyncio.to_thread(
                cut_off, site.address, address(visit_id, line), token, photo, held, max(0, end - held)
            )
            sent, reached = sent + max(0, end - held), max(end, held)
            held = await _settled(crew, address(visit_id, line), reached)
            twice += reached - held
        while held < len(photo):
            answer = await put(crew, address(visit_id, line), photo[held:], held, len(photo))
            sent += len(photo) - held
            held = int(answer.headers["upload-offset"])
        answer = await crew.head(address(visit_id, line))
        assert answer.headers["upload-complete"] == "true"
        again = await put(crew, address(visit_id, line), photo)
        assert again.status_code == 200
    record_property("bytes sent twice", twice)
    assert twice < len(photo) / 100, f"{twice} of {sent} bytes were sent twice"
    rows = await system.rows("SELECT sha256, size FROM visits.media")
    assert rows == [(hashlib.sha256(photo).hexdigest(), len(photo))]


async def _settled(crew: httpx.AsyncClient, to: str, reached: int) -> int:
    """Return how much is held once it is all that came, or grows no more."""
    held, same = -1, 0
    while same < 20:
        now = int((await crew.head(to)).headers["upload-offset"])
        if now >= reached:
            return now
        same = same + 1 if now == held else 0
        held = now
        await asyncio.sleep(0.01)
    return held


async def test_of_two_who_send_the_same_at_once_one_wins_and_neither_corrupts(system: System) -> None:
    photo = some_bytes(2_000_000, b"\xff\xd8\xff")
    line = listed(photo, "image/jpeg")
    to = address(await a_visit_with(system, line), line)
    async with running(system) as site, await site.machine(Role.FIREFIGHTER) as crew:
        for begins in range(0, len(photo), 500_000):
            part = photo[begins : begins + 500_000]
            answers = await asyncio.gather(*(put(crew, to, part, begins, len(photo)) for _ in range(4)))
            held = int((await crew.head(to)).headers["upload-offset"])
            assert {answer.status_code for answer in answers} <= {200, 201, 202, 409}
            if held < begins + 500_000:  # one made room for another, which began elsewhere
                rest = await put(crew, to, photo[held : begins + 500_000], held, len(photo))
                assert rest.status_code in (201, 202), rest.text
        assert (await crew.head(to)).headers["upload-complete"] == "true"


async def test_a_line_that_hangs_makes_room_for_the_tablet_that_comes_again(system: System) -> None:
    to = address(await a_visit_with(system, LINE), LINE)

    async def begun_and_silent() -> AsyncIterator[bytes]:
        yield PLAN[:700]
        silent.set()
        await asyncio.Event().wait()

    silent = asyncio.Event()
    async with running(system) as site, await site.machine(Role.FIREFIGHTER) as crew:
        headers = {"Content-Range": "bytes 0-2999/3000", "Content-Length": "3000"}
        hanging = asyncio.create_task(crew.put(to, content=begun_and_silent(), headers=headers))
        await asyncio.wait_for(silent.wait(), 10)
        while (held := int((await crew.head(to)).headers["upload-offset"])) < 700:
            await asyncio.sleep(0.01)
        answer = await put(crew, to, PLAN[held:], held, 3000)
        assert answer.status_code == 201, answer.text
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)


async def test_however_large_a_file_is_little_of_it_is_in_memory_at_once(system: System) -> None:
    size, piece = 14_000_000, 50_000
    photo = some_bytes(size, b"\xff\xd8\xff")
    line = listed(photo, "image/jpeg")
    to = address(await a_visit_with(system, line), line)

    async def piece_by_piece() -> AsyncIterator[bytes]:
        for begins in range(0, size, piece):
            yield photo[begins : begins + piece]

    async with running(system) as site, await site.machine(Role.FIREFIGHTER) as crew:
        await crew.head(to)
        tracemalloc.start()
        answer = await crew.put(to, content=piece_by_piece(), headers={"Content-Length": str(size)})
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert answer.status_code == 201, answer.text
    assert most < 4_000_000, f"{most} bytes"


async def test_what_lies_on_the_disk_of_a_file_on_its_way_is_closed(system: System) -> None:
    crew, to = await system.client(Role.FIREFIGHTER), address(await a_visit_with(system, LINE), LINE)
    await put(crew, to, PLAN[:2500], 0, 3000)
    (kept,) = (system.tools.settings.data_dir / "media" / "arriving").iterdir()
    on_disk = kept.read_bytes()
    assert len(on_disk) == 2500 + 32
    assert not any(PLAN[at : at + 16] in on_disk for at in range(2484))


async def test_what_came_whole_and_was_not_checked_before_a_crash_is_found_by_who_asks(system: System) -> None:
    visit_id = await a_visit_with(system, LINE)
    crew, to = await system.client(Role.FIREFIGHTER), address(visit_id, LINE)
    await put(crew, to, PLAN)
    async with system.tools.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM visits.media")  # as if we had been stopped just before
    found = await crew.head(to)
    assert (found.headers["upload-offset"], found.headers["upload-complete"]) == ("3000", "true")
    assert await system.rows("SELECT count(*) FROM visits.media") == [(1,)]
