"""The pool of connections: one that ended while nobody used it is not handed out."""

import asyncio

import psycopg
from sqlalchemy import text

from services.shared.database import Database
from services.shared.service import Tools

OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'"


async def number_of(database: Database) -> int:
    """Return the number of the server's process that answers."""
    async with database.reading() as session:
        return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def test_after_a_restart_of_the_server_the_first_who_asks_is_answered(tools: Tools) -> None:
    before = {*await asyncio.gather(*[number_of(tools.database) for _ in range(3)])}
    async with await psycopg.AsyncConnection.connect(tools.database.plain_address, autocommit=True) as other:
        await other.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
        async with asyncio.timeout(10):
            while (await (await other.execute(f"SELECT count(*) {OTHERS}")).fetchone()) != (0,):
                await asyncio.sleep(0.01)
    after = {*await asyncio.gather(*[number_of(tools.database) for _ in range(3)])}
    assert before.isdisjoint(after)
