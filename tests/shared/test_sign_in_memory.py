"""Who is signed in is remembered for half a minute, and forgotten the moment somebody is shut out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.event_log import CHANNEL, Cause
from services.shared.service import Tools
from services.shared.sign_ins import Person, begin_sign_in, end_all_sign_ins, let_in
from services.shared.transactions import transaction
from tests.system import System

SEARCH = "/api/v1/control/search?q=x"


@pytest.fixture
async def ringing(tools: Tools) -> AsyncIterator[Tools]:
    """Give the tools while their bell listens."""
    running = asyncio.create_task(tools.bell.run())
    async with asyncio.timeout(10):
        while not tools.bell.is_listening:
            await asyncio.sleep(0.01)
    yield tools
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def sign_in_and_be_remembered(system: System, tools: Tools, name: str) -> AsyncClient:
    """Sign a control operator in and be remembered: searched once after the bell has fallen silent.

    Making an account rings the bell too, and what the database answers while that is on its way is not
    kept. Notices arrive in order: once our own has, nothing older can follow.
    """
    client = await system.client(Role.CONTROL, name=name)
    silent = tools.bell.subscribe(("silent",))
    silent.clear()
    async with tools.database.engine.begin() as connection:
        await connection.execute(RING_SILENT)
    await asyncio.wait_for(silent.wait(), 10)
    assert (await client.get(SEARCH)).status_code == 200
    assert len(tools.sign_ins) == 1
    return client


async def shut_out(tools: Tools, name: str) -> None:
    async with transaction(tools.database, tools.clock, Cause("platform", "test", "test")) as work:
        await end_all_sign_ins(work, name, tools.clock.now())


RING_SILENT = text("SELECT pg_notify(:channel, 'silent')").bindparams(channel=CHANNEL)
END_SILENTLY = text("UPDATE platform.sign_ins SET ended_at = made_at")


async def test_somebody_shut_out_elsewhere_is_out_as_soon_as_the_bell_rings(system: System, ringing: Tools) -> None:
    client = await sign_in_and_be_remembered(system, ringing, "op-1")
    await shut_out(ringing, "op-1")
    async with asyncio.timeout(10):
        while (await client.get(SEARCH)).status_code != 401:
            await asyncio.sleep(0.01)


async def test_who_is_remembered_goes_after_half_a_minute_though_no_bell_rang(
    system: System, ringing: Tools, clock: SetClock
) -> None:
    client = await sign_in_and_be_remembered(system, ringing, "op-2")
    async with transaction(ringing.database, ringing.clock, Cause("platform", "test", "test")) as work:
        await work.execute(END_SILENTLY)
    assert (await client.get(SEARCH)).status_code == 200
    clock.move(timedelta(seconds=31))
    assert (await client.get(SEARCH)).status_code == 401


async def test_nothing_is_remembered_while_the_bell_does_not_listen(system: System, tools: Tools) -> None:
    client = await system.client(Role.CONTROL, name="op-3")
    assert (await client.get(SEARCH)).status_code == 200
    assert len(tools.sign_ins) == 0
    await shut_out(tools, "op-3")
    assert (await client.get(SEARCH)).status_code == 401


async def test_of_many_looked_up_at_once_each_is_told_who_they_are(tools: Tools) -> None:
    async with transaction(tools.database, tools.clock, Cause("platform", "test", "test")) as work:
        secrets = {
            name: await let_in(work, Person(name, ("control",)), "token", tools.clock.now(), tools.stamps)
            for name in ("ash", "birch", "gone")
        }
        await begin_sign_in(work, Person("nobody", ("control",)), "token", tools.clock.now(), tools.stamps)
    await shut_out(tools, "gone")
    hashes = {name: tools.stamps.of("secret", secret) for name, secret in secrets.items()}
    asked = [("ash", "token"), ("birch", "token"), ("gone", "token"), ("ash", "session"), ("ash", "token")]
    found = await asyncio.gather(*[tools.looking_up((hashes[name], kind)) for name, kind in asked])
    assert [each and each.person.name for each in found] == ["ash", "birch", None, None, "ash"]
