"""Sealed text opens only for its record and its key; the history shows if a line of it was altered."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.shared.event_log import Cause
from services.shared.history import list_history
from services.shared.one_size import BLOCK, fits, padded, unpadded
from services.shared.secrets import CannotOpen, Vault
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.evidence import first_broken_link

CAUSE = Cause("referrals", "test", "c-1")


async def test_what_was_sealed_opens_for_its_own_record_alone(tools: Tools) -> None:
    async with transaction(tools.database, tools.clock, CAUSE) as session:
        sealed = await tools.vault.seal(session, "concerns/1", "visit/1", "zephyrquill")
        await session.flush()
        assert "zephyrquill" not in sealed.model_dump_json()
        assert await tools.vault.open(session, sealed, "visit/1") == "zephyrquill"
        with pytest.raises(CannotOpen):
            await tools.vault.open(session, sealed, "visit/2")


async def test_destroying_the_key_makes_every_copy_unreadable(tools: Tools) -> None:
    async with transaction(tools.database, tools.clock, CAUSE) as session:
        sealed = await tools.vault.seal(session, "concerns/1", "visit/1", "zephyrquill")
        await session.flush()
        await tools.vault.destroy(session, "concerns/1")
        with pytest.raises(CannotOpen, match="destroyed"):
            await tools.vault.open(session, sealed, "visit/1")


async def test_another_master_key_opens_nothing_and_says_nothing(tools: Tools) -> None:
    async with transaction(tools.database, tools.clock, CAUSE) as session:
        sealed = await tools.vault.seal(session, "concerns/1", "visit/1", "zephyrquill")
        await session.flush()
        with pytest.raises(CannotOpen) as refusal:
            await Vault("another").open(session, sealed, "visit/1")
    assert "zephyrquill" not in str(refusal.value)


@given(st.binary(max_size=3 * BLOCK))
def test_padding_comes_off_as_it_went_on_and_hides_the_length(plain: bytes) -> None:
    framed = padded(plain)
    assert unpadded(framed) == plain
    assert len(framed) % BLOCK == 0


@given(st.text(max_size=500), st.integers(min_value=1, max_value=100))
def test_what_fits_into_one_size_takes_exactly_that(words: str, times: int) -> None:
    plain = (words * times).encode()
    framed = padded(plain, 8 * BLOCK)
    assert unpadded(framed) == plain
    assert fits(plain, 8 * BLOCK) == (len(framed) == 8 * BLOCK)


def test_nothing_and_a_short_concern_are_of_one_length() -> None:
    assert len(padded(b"")) == len(padded(b"a short concern"))


async def test_the_history_is_whole_until_a_line_of_it_is_altered(tools: Tools, database_address: str) -> None:
    for action in ("claimed", "published", "withdrawn"):
        async with transaction(tools.database, tools.clock, CAUSE) as session:
            session.note("premises/1", action, version=1)
    async with tools.database.reading() as session:
        assert await first_broken_link(session) is None
        assert [entry.action for entry in await list_history(session, "referrals", "premises/1")] == [
            "claimed",
            "published",
            "withdrawn",
        ]
    with psycopg.connect(database_address, autocommit=True) as connection:
        connection.execute("ALTER TABLE platform.history DISABLE TRIGGER ALL")
        connection.execute("UPDATE platform.history SET actor = 'somebody else' WHERE action = 'published'")
    async with tools.database.reading() as session:
        assert await first_broken_link(session) == 2


@pytest.mark.parametrize("statement", ["UPDATE platform.{} SET correlation_id = ''", "DELETE FROM platform.{}"])
@pytest.mark.parametrize("table", ["event_log", "history"])
async def test_the_database_itself_refuses_to_alter_the_evidence(tools: Tools, table: str, statement: str) -> None:
    async with tools.database.reading() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(text(statement.format(table)))
