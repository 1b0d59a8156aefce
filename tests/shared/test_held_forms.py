"""A form that comes after its sign-in has run out is not thrown away: its owner sees it again, and nobody else."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from services.shared.clock import SetClock
from services.shared.service import Tools
from services.shared.web.held_forms import HeldForm, closed, opened
from tests.builders import NOW
from tests.conftest import Templates
from tests.local_users import make_cheap_local_users
from tests.system import System, a_system

HTML = {"accept": "text/html"}
WORDS = "zebra crossing marmalade"


async def signed_in(system: System, name: str) -> httpx.AsyncClient:
    """Return a browser in which somebody has signed in by the page."""
    client = await system.client()
    client.headers.update(HTML)
    await sign_in(client, await client.get("/sign-in"), name)
    return client


async def sign_in(client: httpx.AsyncClient, page: httpx.Response, name: str) -> httpx.Response:
    """Return the answer to a name and its password, given on a page that asks for them."""
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return await client.post("/sign-in", data={**hidden, "name": name, "password": name})


async def token_of(client: httpx.AsyncClient) -> str:
    """Return the token of the form of a visit as it is open now."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await client.get("/device/form")).text)
    assert found is not None
    return found[1]


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that has the local users."""
    return await templates.filled("local_users", make_cheap_local_users)


@pytest.fixture
async def people(tools: Tools) -> AsyncIterator[System]:
    """Return visits, with the local users."""
    system = await a_system(tools, ["visits"])
    yield system
    await system.close()


def written(token: str, **more: str) -> dict[str, str]:
    return {"csrf_token": token, "can_show_again": "yes", "outcome_note": WORDS, "submission_id": "x", **more}


async def test_what_was_written_is_shown_again_after_signing_in_and_sent_at_ones_word(
    people: System, clock: SetClock
) -> None:
    crew = await signed_in(people, "firefighter")
    form = written(await token_of(crew))
    clock.move(timedelta(hours=13))
    asked = await crew.post("/device/form", data=form)
    assert asked.status_code == 401
    assert "What you wrote is not lost." in asked.text
    assert WORDS not in asked.text
    again = await sign_in(crew, asked, "firefighter")
    assert again.status_code == 200
    assert f"{WORDS}</dd>" in re.sub(r"\s+</dd>", "</dd>", again.text)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', again.text))
    assert hidden["outcome_note"] == WORDS
    assert hidden["csrf_token"] != form["csrf_token"]
    shown = await crew.post("/device/form", data={**hidden, "show_again": "yes"})
    assert shown.status_code == 200
    assert f">{WORDS}</textarea>" in shown.text
    assert (await crew.post("/device/form", data=hidden)).status_code == 422, "sent, and the rest is to be mended"


async def test_another_person_who_signs_in_sees_nothing_of_it(people: System, clock: SetClock) -> None:
    crew = await signed_in(people, "firefighter")
    form = written(await token_of(crew))
    clock.move(timedelta(hours=13))
    asked = await crew.post("/device/form", data=form)
    other = await sign_in(crew, asked, "officer-in-charge")
    assert other.status_code == 303
    page = await crew.get(other.headers["location"])
    assert "another person" in page.text
    assert WORDS not in page.text


async def test_a_wrong_password_loses_nothing(people: System, clock: SetClock) -> None:
    crew = await signed_in(people, "firefighter")
    form = written(await token_of(crew))
    clock.move(timedelta(hours=13))
    asked = await crew.post("/device/form", data=form)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    wrong = await crew.post("/sign-in", data={**hidden, "name": "firefighter", "password": "guess"})
    assert wrong.status_code == 422
    assert WORDS in (await sign_in(crew, wrong, "firefighter")).text


async def test_a_form_from_an_earlier_sign_in_of_the_same_person_is_shown_at_once(people: System) -> None:
    crew = await signed_in(people, "firefighter")
    old = await token_of(crew)
    await crew.post("/sign-out", data={"csrf_token": old})
    await sign_in(crew, await crew.get("/sign-in"), "firefighter")
    answer = await crew.post("/device/form", data=written(old))
    assert answer.status_code == 403
    assert "Nothing is lost" in answer.text
    assert WORDS in answer.text
    assert await people.log() == []


async def test_a_form_that_a_stranger_made_is_never_shown(people: System) -> None:
    crew = await signed_in(people, "firefighter")
    for client in (crew, await people.client()):
        answer = await client.post("/device/form", data=written("made-up"), headers=HTML)
        assert answer.status_code in (401, 403)
        assert WORDS not in answer.text
        assert "held_form" not in answer.text


async def test_a_machine_is_told_as_before(people: System) -> None:
    client = await people.client()
    answer = await client.post("/device/form", data=written("x"), headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_held_form_opens_for_its_owner_alone_and_for_half_a_day(tools: Tools) -> None:
    held = HeldForm("firefighter", "/device/form?x=1", NOW, (("outcome_note", WORDS), ("outcome_note", "and more")))
    text = closed(held, tools.vault)
    assert WORDS not in text
    assert len(text) == len(closed(HeldForm("firefighter", "/", NOW, ()), tools.vault)), "its length tells nothing"
    assert opened(text, "firefighter", tools.vault, NOW) == held
    assert opened(text, "officer-in-charge", tools.vault, NOW) is None
    assert opened(text[:-4] + "AAAA", "firefighter", tools.vault, NOW) is None
    assert opened("no base64", "firefighter", tools.vault, NOW) is None
    assert opened(text, "firefighter", tools.vault, NOW + timedelta(hours=13)) is None
