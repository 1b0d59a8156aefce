"""What a weak signal, a hand that lets go or an attacker does to a connection: it ends, in time, and is no defect."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from schemas.vocabulary import Role
from services.shared.telemetry import DEFECTS
from services.shared.web.middleware import Gate
from services.shared.web.punctual import PunctualProtocol
from tests.lasting import lasting_system
from tests.services.control_site import Site, running

SHORT_S = 0.5
VISIT = "POST /api/v1/visits HTTP/1.1\r\nHost: ravi.test\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
async def site(postgres: str) -> AsyncIterator[Site]:
    """Return a site that waits for half a second where a real one waits for twenty; nothing here is ever taken in."""
    async with lasting_system(postgres, ("visits", "control")) as system:
        for layer in system.app.user_middleware:
            if getattr(layer.cls, "__name__", "") == Gate.__name__:
                layer.kwargs["silence_s"] = SHORT_S
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PunctualProtocol, "patience_s", SHORT_S)
            async with running(system) as site:
                yield site


async def said_to(site: Site, *parts: bytes, then_leave: bool = False) -> bytes:
    """Send parts on a connection of one's own and return all that comes until the other side closes it."""
    host, _, port = site.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for part in parts:
        writer.write(part)
        await writer.drain()
    if then_leave:
        writer.transport.abort()
        return b""
    try:
        async with asyncio.timeout(15):
            return await reader.read()
    finally:
        writer.close()


async def token(site: Site) -> str:
    return f"Authorization: Bearer {await site.secret(Role.FIREFIGHTER, 'token')}\r\n"


def defects() -> float:
    return sum(
        sample.value for metric in DEFECTS.collect() for sample in metric.samples if sample.name.endswith("_total")
    )


async def test_a_body_that_stops_coming_is_a_408_and_the_end(site: Site) -> None:
    head = f"{VISIT}{await token(site)}Content-Length: 5000\r\n\r\n"
    answer = await said_to(site, head.encode(), b'{"submission_id": ')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:ravi:problem:too-slow" in answer
    assert b"connection: close" in answer.lower()
    assert await site.system.log() == []


async def test_a_chunked_body_that_stops_coming_is_a_408_too(site: Site) -> None:
    head = f"{VISIT}{await token(site)}Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n"
    assert (await said_to(site, head.encode())).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", ["", "GET / HTTP/1.1\r\nHost: ra", VISIT])
async def test_the_head_of_a_request_that_stops_coming_is_the_end(site: Site, head: str) -> None:
    assert await said_to(site, head.encode()) == b""


async def test_what_is_announced_too_large_is_refused_before_any_of_it_is_read(site: Site) -> None:
    head = f"{VISIT}{await token(site)}Content-Length: 50000000\r\n\r\n"
    answer = await said_to(site, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"urn:ravi:problem:too-large" in answer


async def test_what_turns_out_too_large_is_refused_before_it_is_whole(site: Site) -> None:
    head = f"{VISIT}{await token(site)}Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"1" * 0x100000 + b"\r\n"
    assert (await said_to(site, head.encode(), chunk, chunk, chunk)).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/api/v1/visits", "/device/form"])
async def test_a_tablet_that_loses_its_signal_is_no_defect(
    site: Site, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.INFO)
    before = defects()
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: ravi.test\r\nAccept: text/html\r\n{await token(site)}"
        f"Content-Type: {kind}\r\nContent-Length: 900\r\n\r\n"
    )
    for _ in range(5):
        await said_to(site, head.encode(), b"callsign=S1P1", then_leave=True)
    async with asyncio.timeout(10):
        while sum("went away" in record.getMessage() for record in caplog.records) < 5:
            await asyncio.sleep(0.02)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert defects() == before


async def test_a_reader_of_a_long_answer_who_leaves_is_no_defect(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    before = defects()
    secret = await site.secret(Role.CONTROL, "token")
    head = f"GET /api/v1/control/stream HTTP/1.1\r\nHost: ravi.test\r\nAuthorization: Bearer {secret}\r\n\r\n"
    await said_to(site, head.encode(), then_leave=True)
    async with asyncio.timeout(10):
        while site.server.server_state.tasks:
            await asyncio.sleep(0.02)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert defects() == before


@pytest.mark.parametrize(
    "line",
    ["Host: [\r\n", "Host: a b\r\n", "Host: a\r\nHost: b\r\n", "Host: a\r\nX: \x00\r\n", "Host: a\r\nX y: z\r\n", ""],
)
async def test_headers_that_are_none_are_a_400_without_a_traceback(
    site: Site, caplog: pytest.LogCaptureFixture, line: str
) -> None:
    answer = await said_to(
        site, f"GET /control HTTP/1.1\r\nAccept: text/html\r\nConnection: close\r\n{line}\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []
