"""What changes is on every open stream at once, and whoever was away misses nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from schemas.control import ControlShown
from schemas.vocabulary import Role
from services.control.api import stream
from services.control.api.live import LiveFeed
from services.shared.database import Database
from services.shared.event_log import Cause
from services.shared.messaging.bell import Bell
from services.shared.sign_ins import end_sign_in
from services.shared.transactions import transaction
from tests.builders import NOW
from tests.services.control_records import MARLOWE, a_record, updated
from tests.services.control_site import Site, running
from tests.system import System

STREAM = "/api/v1/control/stream"


@dataclass
class Message:
    """One server-sent event."""

    event: str
    data: Any
    id: str = ""


async def messages(answer: httpx.Response) -> AsyncIterator[Message]:
    """Return the events of a stream as they come."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            data = fields["data"]
            yield Message(fields["event"], json.loads(data) if data.startswith("{") else data, fields.get("id", ""))
            fields = {}


async def next_change(stream: AsyncIterator[Message]) -> Message:
    """Return the next change, whatever heartbeats come between; fails after three seconds."""
    async with asyncio.timeout(3):
        async for message in stream:
            if message.event != "heartbeat":
                return message
    raise AssertionError("the stream ended")


@pytest.fixture
async def site(system: System) -> AsyncIterator[Site]:
    async with running(system) as site:
        yield site


@asynccontextmanager
async def listening(site: Site, role: Role = Role.CONTROL, **asked: Any) -> AsyncIterator[AsyncIterator[Message]]:
    """Open the stream and wait for its first heartbeat."""
    async with await site.machine(role) as client, client.stream("GET", STREAM, **asked) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = messages(answer)
        assert (await anext(heard)).event == "heartbeat"
        yield heard


async def test_a_change_is_on_the_stream_as_soon_as_it_is_shown(site: Site) -> None:
    async with listening(site) as heard:
        await site.system.say(updated(a_record(), because_of_visit="v-1"))
        change = await next_change(heard)
    assert change.event == "changed"
    assert (change.data["premises_id"], change.data["revision"], change.data["because_of_visit"]) == (
        MARLOWE,
        20,
        "v-1",
    )


async def test_whoever_comes_back_is_told_what_was_missed_and_nothing_twice(site: Site) -> None:
    async with listening(site) as heard:
        await site.system.say(updated(a_record(revision=1)))
        last = (await next_change(heard)).id
    for revision in (2, 3):
        await site.system.say(updated(a_record(revision=revision)))
    async with listening(site) as watching:
        await site.system.say(updated(a_record(revision=4)))
        while (await next_change(watching)).data["revision"] != 4:
            pass
    async with listening(site, headers={"Last-Event-ID": last}) as heard:
        await site.system.say(updated(a_record(revision=5)))
        revisions = [(await next_change(heard)).data["revision"] for _ in range(4)]
    assert revisions == [2, 3, 4, 5]


async def test_everybody_who_listens_hears_every_change_in_order(site: Site) -> None:
    async with listening(site) as one, listening(site, Role.FIREFIGHTER) as two:
        await site.system.say(*(updated(a_record(revision=revision)) for revision in range(1, 31)))
        for heard in (one, two):
            assert [(await next_change(heard)).data["revision"] for _ in range(30)] == list(range(1, 31))


async def test_the_stream_ends_for_whoever_has_signed_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    tools = site.system.tools
    secret = await site.secret(Role.CONTROL, "token")
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        httpx.AsyncClient(base_url=site.address, headers=headers) as client,
        client.stream("GET", STREAM) as answer,
    ):
        heard = messages(answer)
        assert [(await anext(heard)).event for _ in range(3)] == ["heartbeat"] * 3
        async with transaction(tools.database, tools.clock, Cause("test", "test", "test")) as work:
            await end_sign_in(work, secret, tools.clock.now(), tools.stamps)
        async with asyncio.timeout(3):
            async for message in heard:
                assert message.event == "heartbeat"


async def test_the_stream_is_only_for_those_who_may_read(site: Site) -> None:
    async with await site.machine(Role.PERFORMANCE) as client:
        assert (await client.get(STREAM)).status_code == 403
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        assert (await nobody.get(STREAM)).status_code == 401


async def test_a_watcher_that_lags_is_cut_off_and_holds_nobody_up(system: System, database: Database) -> None:
    feed = LiveFeed(database, Bell(database.plain_address))
    await feed.step()
    slow = feed.watch()
    shown = (ControlShown(premises_id=MARLOWE, revision=n, unverified=0, shown_at=NOW) for n in range(1, 502))
    await system.say(*shown)
    while await feed.step():
        pass
    assert slow.cut_off
    assert slow.waiting.qsize() == 500
