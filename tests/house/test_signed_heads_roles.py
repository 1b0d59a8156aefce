"""Heads are signed under the referrals service's own database user, and under nobody else's."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.command_line.wiring import SERVICES
from services.referrals.store.history import HISTORY
from services.shared.event_log import Cause
from services.shared.heads import HeadKeeper, complaint_about_heads
from services.shared.transactions import transaction
from tests.system import System

PUT_IN = "INSERT INTO platform.signed_heads (number, made_at, words) VALUES (7, now(), '')"


async def test_referrals_signs_and_every_service_sees_how_old_the_last_head_is(
    apart: dict[str, System], tmp_path: Path
) -> None:
    tools = apart["referrals"].tools
    async with transaction(tools.database, tools.clock, Cause("referrals", "ada", "c-1")) as session:
        session.note("premises/1", "claimed")
    keeping = replace(tools, settings=replace(tools.settings, heads_dir=tmp_path / "heads"))
    assert await HeadKeeper(keeping, [HISTORY]).step() == 1
    for name in SERVICES:
        assert await complaint_about_heads(apart[name].tools.database, tools.clock.now()) is None


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "referrals"])
async def test_no_other_service_puts_a_head_in(apart: dict[str, System], service: str) -> None:
    async with apart[service].tools.database.reading() as session:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text(PUT_IN))


@pytest.mark.parametrize("wish", ["UPDATE platform.signed_heads SET words = ''", "DELETE FROM platform.signed_heads"])
async def test_nobody_changes_a_head(apart: dict[str, System], wish: str) -> None:
    async with apart["referrals"].tools.database.reading() as session:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text(wish))
