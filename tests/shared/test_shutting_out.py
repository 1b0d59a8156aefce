"""Somebody shut out is out at once, and what a local system kept lets nobody into production."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from schemas.vocabulary import Role
from services.command_line.main import app
from services.command_line.wiring import make_local_users, refuse_local_users
from services.shared.event_log import Cause
from services.shared.identity import COOKIE, Person
from services.shared.service import Tools
from services.shared.sign_ins import begin_sign_in
from services.shared.transactions import transaction
from tests import s3
from tests.journeys.conftest import free_port
from tests.processes import run
from tests.system import System, a_system, signed_in

DESK = "/api/v1/referrals"
MASTER_KEY = "a-master-key-of-forty-characters-or-more"


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    exit_code: int
    printed: str
    error: str

    def json(self) -> Any:
        """Return what was printed; fails with the error if the command did."""
        assert self.exit_code == 0, self.error
        return json.loads(self.printed)


def _environment(tools: Tools, more: dict[str, str]) -> dict[str, str]:
    address = {"RAVI_DATABASE": tools.database.plain_address, "RAVI_MASTER_KEY": tools.settings.master_key}
    return address | {"RAVI_DATA_DIR": str(tools.settings.data_dir), "RAVI_PORT": str(free_port())} | more


async def ravi(tools: Tools, *command: str, **more: str) -> Done:
    """Run a command of `ravi` as an operator does, on this test's database, with a loop of its own."""
    invoke = partial(CliRunner().invoke, app, list(command), env=_environment(tools, more))
    result = await asyncio.to_thread(invoke)
    return Done(result.exit_code, result.stdout, result.stderr + str(result.exception or ""))


def started(tools: Tools, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Start `ravi` as a container does, and wait until it ends."""
    return run(command, os.environ | _environment(tools, more))


def in_production() -> dict[str, str]:
    return {"RAVI_ENV": "production", "RAVI_OIDC_ISSUER": "https://id.example", "RAVI_MASTER_KEY": MASTER_KEY}


@pytest.fixture
async def desk(system: System) -> httpx.AsyncClient:
    """Return a client with a token of somebody at the safeguarding desk who is a firefighter too."""
    return await system.client(Role.SAFEGUARDING, Role.FIREFIGHTER, name="dso")


async def test_a_role_taken_away_is_gone_with_the_next_request(system: System) -> None:
    client = await system.client(Role.CONTROL, Role.PERFORMANCE, name="ff-1")
    search = "/api/v1/control/search?q=x"
    assert (await client.get(search)).status_code == 200
    taken = (await ravi(system.tools, "user", "take-role", "ff-1", "control", "--json")).json()
    assert taken == {"name": "ff-1", "role_taken_away": "control"}
    assert (await client.get(search)).status_code == 403
    assert (await client.get("/api/v1/scorecard")).status_code == 200  # the other role is still theirs
    assert ("role taken away",) in await system.rows("SELECT action FROM platform.history WHERE record = 'user/ff-1'")


@pytest.mark.parametrize(("command", "action"), [("remove", "removed"), ("end-sign-ins", "sign-ins ended")])
async def test_a_person_who_is_shut_out_is_out_with_the_next_request_everywhere(
    system: System, desk: httpx.AsyncClient, command: str, action: str
) -> None:
    browser = await system.client()
    browser.cookies.set(COOKIE, await signed_in(system.tools, Person("dso", ("safeguarding",)), "session"))
    assert (await desk.get(DESK)).status_code == (await browser.get(DESK)).status_code == 200
    assert (await ravi(system.tools, "user", command, "dso", "--json")).json()["sign_ins_ended"] == 2
    assert (await desk.get(DESK)).status_code == (await browser.get(DESK)).status_code == 401
    kept = await system.rows("SELECT action FROM platform.history WHERE record = 'user/dso' ORDER BY number")
    assert (action,) in kept


async def test_a_local_user_who_was_removed_is_not_made_anew_at_the_next_start(system: System, tools: Tools) -> None:
    await make_local_users(tools)
    assert (await ravi(tools, "user", "remove", "safeguarding")).exit_code == 0
    await make_local_users(tools)
    names = [user["name"] for user in (await ravi(tools, "user", "list", "--json")).json()["users"]]
    assert "control" in names
    assert "safeguarding" not in names
    refused = await ravi(tools, "token", "--user", "safeguarding")
    assert refused.exit_code != 0
    assert "there is no local user 'safeguarding'" in refused.error


async def test_a_user_written_into_the_table_by_hand_gets_no_token_and_is_marked(system: System, tools: Tools) -> None:
    await system.client(Role.CONTROL)
    with psycopg.connect(tools.database.plain_address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO platform.local_users SELECT 'mallory', password_hash, roles, station, watch, NULL, stamp "
            "FROM platform.local_users WHERE name = 'control'"
        )
    assert "there is no local user 'mallory'" in (await ravi(tools, "token", "--user", "mallory")).error
    listed = (await ravi(tools, "user", "list", "--json")).json()["users"]
    assert {user["name"]: user["ours"] for user in listed}["mallory"] is False


@asynccontextmanager
async def production_on(tools: Tools) -> AsyncIterator[System]:
    """Give the same services on the same database under the same master key, in production."""
    settings = replace(tools.settings, environment="production")
    real = await a_system(replace(tools, settings=settings))
    yield real
    await real.close()


@pytest.mark.parametrize("role", [Role.CONTROL, Role.SAFEGUARDING, Role.ADMINISTRATOR])
@pytest.mark.parametrize("kind", ["token", "session"])
async def test_a_database_once_used_locally_lets_nobody_into_production(
    system: System, tools: Tools, role: Role, kind: str
) -> None:
    await make_local_users(tools)
    async with transaction(tools.database, tools.clock, Cause("platform", "test", "test")) as session:
        person = Person(role.value, (role.value,))
        secret = await begin_sign_in(session, person, kind, tools.clock.now(), tools.stamps)
    sent = {"headers": {"authorization": f"Bearer {secret}"}} if kind == "token" else {"cookies": {COOKIE: secret}}
    paths = ("/api/v1/control/search?q=x", DESK, "/quarantine")
    async with production_on(tools) as real:
        for whole, expected in ((system, {200, 403}), (real, {401})):
            client = await whole.client()
            client.headers.update(sent.get("headers", {}))
            client.cookies.update(sent.get("cookies", {}))
            assert {(await client.get(path)).status_code for path in paths} <= expected


async def test_production_does_not_start_while_local_users_are_left_and_starts_without(
    system: System, tools: Tools
) -> None:
    await make_local_users(tools)
    settings = in_production()
    refused = await asyncio.to_thread(started, tools, "serve", "scorecard", **settings)
    assert refused.returncode != 0
    assert "refusing to start in production: the database has" in refused.stderr
    assert "ravi user remove --all" in refused.stderr
    assert "Traceback" not in refused.stderr
    removed = (await ravi(tools, "user", "remove", "--all", "--json", **settings)).json()
    assert set(removed["removed"]) == {role.value for role in Role}
    assert (await ravi(tools, "user", "list", "--json", **settings)).json() == {"users": []}
    await refuse_local_users(replace(tools, settings=replace(tools.settings, environment="production")))


async def test_every_command_that_prints_a_result_prints_it_as_json(tools: Tools) -> None:
    assert (await ravi(tools, "migrate", "--json")).json()["migration"]
    made = (await ravi(tools, "token", "--user", "control", "--json")).json()
    assert made["user"] == "control"
    assert len(made["token"]) > 30
    assert (await ravi(tools, "verify-log", "--json")).json()["whole"] is True


async def test_a_local_system_that_others_can_reach_says_so(tools: Tools) -> None:
    for host, warned in (("0.0.0.0", True), ("127.0.0.1", False)):
        found = (await ravi(tools, "doctor", "--json", RAVI_HOST=host)).json()["warnings"]
        assert any("RAVI_HOST" in warning for warning in found) is warned


async def test_the_doctor_says_where_photographs_are_kept_and_whether_they_can_be(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(**given: str) -> str:
        return str((await ravi(tools, "doctor", "--json", **given)).json()["media"])

    folder = tmp_path / "pictures"
    assert "not made yet" in await said(RAVI_MEDIA_DIR=str(folder))
    folder.mkdir()
    assert "takes them" in await said(RAVI_MEDIA_DIR=str(folder))
    assert list(folder.iterdir()) == []
    s3.let_in(monkeypatch)
    with s3.a_bucket() as server:
        named = {"RAVI_MEDIA_BUCKET": f"s3://{s3.BUCKET}/ravi", "RAVI_MEDIA_ENDPOINT": server.endpoint}
        assert "takes them" in await said(**named)
        server.mood = s3.Mood.AWAY
        assert "CANNOT" in await said(**named)
