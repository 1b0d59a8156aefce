"""Who may come in: sign-in by a page, tokens by a machine, and forms that another site cannot send."""

import re
from datetime import timedelta

import httpx
import pytest

from schemas.vocabulary import Role
from services.command_line.wiring import make_local_users
from services.shared.clock import SetClock
from services.shared.service import Tools
from services.shared.settings import Settings, read_settings, refuse_unsafe, unsafe_for_production
from services.shared.web.sign_in import local_path
from tests.local_users import make_cheap_local_users
from tests.system import System

HTML = {"accept": "text/html"}


async def sign_in(client: httpx.AsyncClient, name: str, password: str, next_page: str = "/") -> httpx.Response:
    page = await client.get("/sign-in")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    form = {"name": name, "password": password, "form_token": token[1], "next_page": next_page}
    return await client.post("/sign-in", data=form)


async def test_each_role_has_a_local_user_who_can_sign_in_and_out(system: System, tools: Tools) -> None:
    await make_local_users(tools)
    client = await system.client()
    answer = await sign_in(client, Role.CONTROL.value, Role.CONTROL.value)
    assert answer.status_code == 303
    home = await client.get("/")
    assert "Control" in home.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', home.text)
    assert token is not None
    out = await client.post("/sign-out", data={"csrf_token": token[1]})
    assert out.status_code == 303
    assert (await client.get("/", headers=HTML)).headers["location"] == "/sign-in"


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(system: System, tools: Tools) -> None:
    await make_cheap_local_users(tools)
    client = await system.client()
    wrong = await sign_in(client, "control", "guess")
    unknown = await sign_in(client, "nobody", "guess")
    assert wrong.status_code == unknown.status_code == 422
    words = "The name or the password is wrong."
    assert words in wrong.text
    assert words in unknown.text


async def test_a_form_without_the_token_of_its_session_changes_nothing(system: System, tools: Tools) -> None:
    await make_cheap_local_users(tools)
    client = await system.client()
    await sign_in(client, "control", "control")
    assert (await client.post("/sign-out", data={"csrf_token": "another"})).status_code == 403
    assert (await client.post("/sign-out", data={})).status_code == 403
    assert (await client.get("/")).status_code == 200


async def test_a_session_ends_by_itself_after_twelve_hours(system: System, tools: Tools, clock: SetClock) -> None:
    await make_cheap_local_users(tools)
    client = await system.client()
    await sign_in(client, "control", "control")
    clock.move(timedelta(hours=11, minutes=59))
    assert (await client.get("/")).status_code == 200
    clock.move(timedelta(minutes=2))
    assert (await client.get("/", headers=HTML)).headers["location"] == "/sign-in"


async def test_who_is_not_signed_in_is_told_so_in_the_form_they_understand(system: System) -> None:
    client = await system.client()
    machine = await client.get("/api/v1/visits")
    assert machine.status_code == 401
    assert machine.headers["content-type"] == "application/problem+json"
    assert machine.json()["type"] == "urn:ravi:problem:not-signed-in"
    person = await client.get("/review", headers=HTML)
    assert person.headers["location"] == "/sign-in?next=/review"


async def test_the_wrong_role_is_told_nothing_but_that_it_may_not(system: System) -> None:
    client = await system.client(Role.NEIGHBOUR)
    answer = await client.get("/api/v1/risk-register/queue")
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ravi:problem:not-allowed"


async def test_a_machine_may_send_its_token_as_a_basic_password(system: System) -> None:
    bearer = (await system.client(Role.CONTROL)).headers["authorization"].removeprefix("Bearer ")
    client = await system.client()
    answer = await client.get("/api/v1/control/search", params={"q": "x"}, auth=("gis", bearer))
    assert answer.status_code == 200


async def test_every_answer_carries_a_correlation_id(system: System) -> None:
    client = await system.client()
    given = await client.get("/health/live", headers={"x-correlation-id": "tablet-07-0001"})
    assert given.headers["x-correlation-id"] == "tablet-07-0001"
    made = await client.get("/health/live", headers={"x-correlation-id": "<script>"})
    assert re.fullmatch(r"[0-9a-f-]{36}", made.headers["x-correlation-id"])


async def test_a_body_of_50_megabytes_is_refused_with_what_to_do(system: System) -> None:
    client = await system.client(Role.FIREFIGHTER)
    answer = await client.post("/api/v1/visits", content=b"x" * 50_000_000)
    assert answer.status_code == 413
    assert "photographs" in answer.json()["detail"]


@pytest.mark.parametrize("asked", ["https://elsewhere.test/", "//elsewhere.test/", "/\\elsewhere.test", "", "x"])
def test_sign_in_never_leads_to_another_site(asked: str) -> None:
    assert local_path(asked) == "/"


def test_production_refuses_to_start_on_unsafe_settings() -> None:
    settings = read_settings({"RAVI_ENV": "production"})
    with pytest.raises(ValueError, match="refusing to start in production") as refusal:
        refuse_unsafe(settings)
    for variable in ("RAVI_DATABASE", "RAVI_MASTER_KEY", "RAVI_OIDC_ISSUER"):
        assert variable in str(refusal.value)


def test_production_starts_on_safe_settings() -> None:
    settings = Settings(
        environment="production",
        database="postgresql://ravi@db/ravi",
        master_key="0123456789abcdef" * 2,
        oidc_issuer="https://id.example",
    )
    assert unsafe_for_production(settings) == []
    refuse_unsafe(settings)


@pytest.mark.parametrize(
    ("variable", "value"), [("RAVI_ENV", "test"), ("RAVI_PORT", "99999"), ("RAVI_PORT", "x"), ("RAVI_DATABASE", "my")]
)
def test_a_setting_that_cannot_be_is_named(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=variable):
        read_settings({variable: value})
