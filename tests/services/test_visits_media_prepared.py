"""What has arrived is made fit to be seen, and says nothing that only the camera knew."""

import asyncio
import hashlib
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from schemas.visits import MediaReceived
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.visits.gateways.media_folder import Form
from services.visits.handlers.preparing import AT_ONCE
from services.visits.store.media import compare_media_with_log
from tests.services.control_site import running
from tests.services.media_site import (
    CAMERA,
    VISITS,
    WORDS,
    a_photo,
    a_visit_with,
    address,
    arrive,
    listed,
    media_of,
    prepare_all,
    preparing,
    put,
    some_bytes,
)
from tests.system import System

# Each long enough not to stand in a picture by chance.
SECRETS = (CAMERA, WORDS, "2026:11:22 13:31:07", "Exif\0\0")


def photo_of(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png"])
async def test_a_photo_is_shown_upright_reduced_and_without_what_the_camera_wrote(system: System, mime: str) -> None:
    photo = a_photo(mime=mime, turned=6)
    assert WORDS.encode() in photo
    line = listed(photo, mime, caption="acetylene store", floor="0")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, photo)
    control = await system.client(Role.CONTROL)
    to = f"/media/{visit_id}/{line['sha256']}"
    assert (await control.get(to)).status_code == 404, "it is not shown before it is prepared"
    await prepare_all(system)
    whole, small = await control.get(to), await control.get(f"{to}/small")
    assert (whole.status_code, whole.headers["content-type"]) == (200, mime)
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    shown, thumbnail = photo_of(whole.content), photo_of(small.content)
    assert shown.size == (1920, 2560)  # turned, and no longer than a screen
    assert max(thumbnail.size) == 320
    # The red quarter was upper left before it was turned.
    red, other = shown.convert("RGB").getpixel((1900, 20)), shown.convert("RGB").getpixel((20, 20))
    assert isinstance(red, tuple)
    assert isinstance(other, tuple)
    assert red[0] > 150 > red[1] + 60
    assert abs(other[0] - other[1]) < 40
    for content in (whole.content, small.content):
        assert not photo_of(content).getexif()
        assert [word for word in SECRETS if word.encode() in content] == []


async def test_what_was_cut_out_lies_nowhere_in_the_open_and_the_original_is_kept_word_for_word(system: System) -> None:
    photo = a_photo()
    line = listed(photo, "image/jpeg")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, photo)
    await prepare_all(system)
    files = [path for path in system.tools.settings.media_folder.rglob("*") if path.is_file()]
    assert len(files) == 4  # shown, small; original and details sealed; nothing on its way any more
    for path in files:
        kept = path.read_bytes()
        assert [word for word in SECRETS if word.encode() in kept] == [], path
    async with system.tools.database.reading() as session:
        key = await system.tools.vault.key_of_files(session, f"media/{visit_id}/{line['sha256']}")
    folder = media_of(system.tools)
    original = b"".join(folder.opened(visit_id, line["sha256"], Form.ORIGINAL, key))
    assert hashlib.sha256(original).hexdigest() == line["sha256"]
    details = b"".join(folder.opened(visit_id, line["sha256"], Form.DETAILS, key)).decode()
    assert "51.0, 3.0, 36.77" in details
    assert CAMERA in details


async def test_where_the_service_runs_a_photo_is_seen_soon_after_it_arrived(system: System) -> None:
    photo = a_photo((800, 600))
    line = listed(photo, "image/jpeg")
    visit_id = await a_visit_with(system, line)
    async with running(system) as site, await site.machine(Role.CONTROL) as control, asyncio.timeout(120):
        async with await site.machine(Role.FIREFIGHTER) as crew:
            answer = await put(crew, address(visit_id, line), photo)
        assert answer.status_code == 201, answer.text
        while (seen := await control.get(f"/media/{visit_id}/{line['sha256']}")).status_code == 404:
            await asyncio.sleep(0.02)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")


async def test_of_many_some_are_prepared_at_once_each_is_said_once_and_a_bad_one_holds_up_none(system: System) -> None:
    photos = [a_photo((300, 200), seed=seed) for seed in range(6)]
    photos.insert(2, some_bytes(5_000, b"\xff\xd8\xff\xe0"))
    lines = [listed(photo, "image/jpeg") for photo in photos]
    visit_id = await a_visit_with(system, *lines)
    for line, photo in zip(lines, photos, strict=True):
        await arrive(system, visit_id, line, photo)
    work = preparing(system)
    under_way = most = 0
    one = work.prepare_one

    async def counted() -> bool:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await one()
        finally:
            under_way -= 1

    work.prepare_one = counted  # type: ignore[method-assign]
    running_it = asyncio.create_task(work.run())
    async with asyncio.timeout(60):
        while len(said := await system.said(MediaReceived.topic)) < 6:
            await asyncio.sleep(0.02)
    running_it.cancel()
    with suppress(asyncio.CancelledError):
        await running_it
    assert most == AT_ONCE
    assert {one.sha256 for one in said if isinstance(one, MediaReceived)} == {
        line["sha256"] for line in (*lines[:2], *lines[3:])
    }
    assert len(said) == 6


async def test_it_is_said_once_that_a_photo_may_be_seen(system: System) -> None:
    photo = a_photo((800, 600))
    line = listed(photo, "image/jpeg", caption="acetylene store", floor="0")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, photo)
    await prepare_all(system)
    await prepare_all(system)
    (said,) = await system.said(MediaReceived.topic)
    assert isinstance(said, MediaReceived)
    assert (said.key(), said.sha256, said.width, said.height) == (visit_id, line["sha256"], 800, 600)
    assert (said.caption, said.floor, said.scanned) == ("acetylene store", "0", False)
    assert await system.quarantined() == []


async def test_a_file_that_is_kept_otherwise_than_it_was_said_is_named(system: System) -> None:
    plan = some_bytes(4_000)
    line = listed(plan)
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, plan)
    await prepare_all(system)
    async with system.tools.database.reading() as session:
        assert await compare_media_with_log(session) == []
    for change, words in {
        "SET mime = 'image/png'": "kept as something else",
        "SET state = 'INFECTED'": "no longer kept",
    }.items():
        async with system.tools.database.engine.begin() as connection:
            await connection.exec_driver_sql(f"UPDATE visits.media {change}")
        async with system.tools.database.reading() as session:
            (broken,) = await compare_media_with_log(session)
        assert words in str(broken)
        assert visit_id in str(broken)


async def test_a_plan_is_kept_as_it_is_and_handed_out_as_a_file(system: System) -> None:
    plan = some_bytes(40_000)
    line = listed(plan, caption="basement")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, plan)
    await prepare_all(system)
    control = await system.client(Role.CONTROL)
    answer = await control.get(f"/media/{visit_id}/{line['sha256']}")
    assert answer.content == plan
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (await control.get(f"/media/{visit_id}/{line['sha256']}/small")).status_code == 404


def a_bomb() -> bytes:
    """Return a PNG of 60 kB that unpacks to 40,000 by 40,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(5001) * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("what", "content", "mime"),
    [
        ("a decompression bomb", a_bomb(), "image/png"),
        ("noise that calls itself a photograph", some_bytes(5_000, b"\xff\xd8\xff\xe0"), "image/jpeg"),
        ("half a photograph's head", a_photo((400, 300))[:300], "image/jpeg"),
    ],
)
async def test_what_cannot_be_shown_is_said_to_the_crew_and_shown_to_nobody(
    system: System, what: str, content: bytes, mime: str
) -> None:
    line = listed(content, mime)
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, content)
    await prepare_all(system)
    assert await system.said(MediaReceived.topic) == []
    control, crew = await system.client(Role.CONTROL), await system.client(Role.FIREFIGHTER)
    assert (await control.get(f"/media/{visit_id}/{line['sha256']}")).status_code == 404
    story = (await crew.get(f"{VISITS}/{visit_id}")).json()
    assert story["media"] == {"listed": 1, "arrived": 1, "not_shown": [line["sha256"]]}, what
    assert "shown to nobody" in (await crew.get(f"/device/visits/{visit_id}")).text


async def test_a_crash_between_whole_and_prepared_loses_nothing(
    system: System, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process takes the file and dies, another dies with all its files written; a third finishes."""
    photo = a_photo((800, 600))
    line = listed(photo, "image/jpeg")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, photo)

    class Died(BaseException):
        pass

    for at in ("_prepared", "_settle"):
        dying = preparing(system)

        async def die(*_asked: object) -> None:
            raise Died

        monkeypatch.setattr(dying, at, die)
        with pytest.raises(Died):
            await dying.prepare_one()
        assert not await preparing(system).prepare_one(), "it is still the first one's"
        clock.move(timedelta(minutes=6))
    await prepare_all(system)
    assert len(await system.said(MediaReceived.topic)) == 1
    control = await system.client(Role.CONTROL)
    answer = await control.get(f"/media/{visit_id}/{line['sha256']}")
    assert answer.status_code == 200
    assert not list((system.tools.settings.media_folder / "arriving").iterdir())


async def test_what_a_crash_left_on_its_way_is_thrown_away_when_the_service_starts(system: System) -> None:
    plan = some_bytes(4_000)
    line, other = listed(plan), listed(some_bytes(3_000, seed=8))
    visit_id = await a_visit_with(system, line, other)
    await arrive(system, visit_id, line, plan)
    await prepare_all(system)
    folder = media_of(system.tools)
    for left in (line, other):
        with folder.arriving(visit_id, left["sha256"]).append() as file:
            file.write(b"%PDF-")
    await preparing(system).tidy()
    assert folder.list_arriving() == [(visit_id, other["sha256"])]


@asynccontextmanager
async def a_scanner(says: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Run a scanner that speaks as ClamAV's daemon does; give its address and what it was sent."""
    looked_at: list[bytes] = []

    async def scan(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
        looked_at.append(content)
        writer.write(says + b"\0")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(scan, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"127.0.0.1:{port}", looked_at


async def test_a_file_is_looked_at_for_viruses_where_there_is_a_scanner(system: System) -> None:
    photo = a_photo((800, 600))
    line = listed(photo, "image/jpeg")
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, photo)
    async with a_scanner(b"stream: OK") as (clamd, looked_at):
        assert await preparing(system, clamd=clamd).prepare_one()
    assert looked_at == [photo]
    (said,) = await system.said(MediaReceived.topic)
    assert isinstance(said, MediaReceived)
    assert said.scanned


async def test_an_infected_file_is_never_shown_and_the_crew_is_told(system: System) -> None:
    plan = some_bytes(4_000)
    line = listed(plan)
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, plan)
    async with a_scanner(b"stream: Eicar-Test-Signature FOUND") as (clamd, _):
        assert await preparing(system, clamd=clamd).prepare_one()
    assert await system.said(MediaReceived.topic) == []
    control, crew = await system.client(Role.CONTROL), await system.client(Role.FIREFIGHTER)
    assert (await control.get(f"/media/{visit_id}/{line['sha256']}")).status_code == 404
    assert "may hold a virus" in (await crew.get(f"/device/visits/{visit_id}")).text
    assert not (system.tools.settings.media_folder / "open").exists()


async def test_while_the_scanner_is_away_files_wait_and_operators_are_told(system: System, clock: SetClock) -> None:
    plan = some_bytes(4_000)
    line = listed(plan)
    visit_id = await a_visit_with(system, line)
    await arrive(system, visit_id, line, plan)
    async with a_scanner(b"stream: OK") as (clamd, _):
        pass  # it is gone
    work = preparing(system, clamd=clamd)
    assert not await work.prepare_one()
    assert [trouble.part for trouble in await work.troubles()] == ["virus scanner"]
    async with a_scanner(b"INSTREAM size limit exceeded. ERROR") as (clamd, _):
        clock.move(timedelta(minutes=6))
        assert not await preparing(system, clamd=clamd).prepare_one()
    async with a_scanner(b"stream: OK") as (clamd, _):
        clock.move(timedelta(minutes=6))
        assert await preparing(system, clamd=clamd).prepare_one()
    assert len(await system.said(MediaReceived.topic)) == 1
