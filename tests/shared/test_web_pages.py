"""The layout tells who is signed in and what is true now, escapes what it is given, and is strict about its words."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import UndefinedError

from services.shared.clock import SetClock
from services.shared.web.notices import redirect
from services.shared.web.problem_pages import ADVICE
from services.shared.web.security import CONTENT_SECURITY_POLICY, script_hash
from services.shared.web.static_files import HashedFolder, static_files
from services.shared.web.templating import Pages
from tests.shared.web_pages_app import NOW, Somebody, pages_app

PAGE = '{% extends "layout.html" %}{% set title = "Test" %}{% block content %}BODY{% endblock %}'


async def ask(app: FastAPI, path: str, cookies: Mapping[str, str] | None = None) -> httpx.Response:
    """Return the application's answer to a browser."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", cookies=dict(cookies or {})) as client:
        return await client.get(path, headers={"accept": "text/html"})


async def page_of(folder: Path, body: str, person: Somebody | None = None, **context: Any) -> str:
    """Return the page that a template with this content makes."""
    (folder / "page.html").write_text(PAGE.replace("BODY", body))
    pages = Pages(folder)
    app, _ = pages_app(person)

    @app.get("/page")
    async def page(request: Request) -> HTMLResponse:
        return pages.render(request, "page.html", **context)

    return (await ask(app, "/page")).text


async def test_a_page_tells_every_time_from_the_moment_it_is_made(tmp_path: Path) -> None:
    text = await page_of(tmp_path, "{{ sent_at | uk_time }}", sent_at=NOW - timedelta(days=1))
    assert ">14:02 yesterday<" in text


async def test_macros_tell_the_same_time_as_the_page(tmp_path: Path) -> None:
    body = '{% from "components/time.html" import time %}{{ time(sent_at, "age") }}'
    assert ">80 days ago<" in await page_of(tmp_path, body, sent_at=NOW - timedelta(days=80))


async def test_what_a_crew_wrote_cannot_act_on_the_page(tmp_path: Path) -> None:
    wrote = "<script>alert('x')</script>"
    body = """
      {% from "components/unverified_banner.html" import unverified_banner %}
      {% from "components/fact.html" import fact %}
      {% from "components/timeline.html" import timeline %}
      {% from "components/empty_state.html" import empty_state %}
      {{ wrote }}{{ unverified_banner(wrote, now, wrote) }}{{ fact(wrote, wrote, unknown=wrote) }}
      {{ timeline([{"title": wrote, "at": now, "by": wrote, "detail": wrote}]) }}{{ empty_state(wrote, wrote) }}"""
    text = await page_of(tmp_path, body, wrote=wrote)
    assert text.count("&lt;script&gt;") == 10
    assert "<script>alert" not in text


async def test_a_misspelt_name_in_our_own_template_is_an_error_and_not_a_blank(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError, match="evacuaton"):
        await page_of(tmp_path, "{{ record.evacuaton }}", record={"evacuation": "STAY PUT"})


async def test_govuk_macros_may_leave_things_out(tmp_path: Path) -> None:
    body = """{% from "govuk_frontend_jinja/components/input/macro.html" import govukInput %}
      {{ govukInput({"id": "name", "name": "name", "label": {"text": "Name"}}) }}"""
    assert 'id="name"' in await page_of(tmp_path, body)


async def test_a_fact_that_nobody_told_us_is_said_to_be_unknown(tmp_path: Path) -> None:
    body = '{% from "components/fact.html" import fact %}{{ fact("Sprinkler", value, unknown="ask the owner") }}'
    for missing in (None, "", " "):
        assert "UNKNOWN</strong> – ask the owner" in await page_of(tmp_path, body, value=missing)
    assert "UNKNOWN" not in await page_of(tmp_path, body, value=0)


async def test_a_signed_in_person_sees_their_name_their_menu_and_a_way_out() -> None:
    app, _ = pages_app(Somebody())
    text = (await ask(app, "/style-guide")).text
    assert "A. Operator" in text
    assert 'action="/sign-out"' in text
    assert '<input type="hidden" name="csrf_token" value="token-of-this-session">' in text
    assert re.search(r'href="/style-guide"\s+aria-current="true"', text)
    assert 'href="/sign-in"' not in text


async def test_a_signed_out_visitor_is_offered_to_sign_in_and_sees_no_menu() -> None:
    app, _ = pages_app(None)
    text = (await ask(app, "/style-guide")).text
    assert 'href="/sign-in"' in text
    assert "Main menu" not in text
    assert "/sign-out" not in text


async def test_a_local_system_says_so_and_a_production_system_does_not() -> None:
    local, _ = pages_app(Somebody())
    real, _ = pages_app(Somebody(), environment="production")
    assert "not for operational use" in (await ask(local, "/style-guide")).text
    answer = await ask(real, "/style-guide")
    assert answer.status_code == 404
    assert "not for operational use" not in answer.text


async def test_no_cache_keeps_a_page() -> None:
    app, _ = pages_app(Somebody())
    assert (await ask(app, "/style-guide")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", [*ADVICE, 418, 507])
async def test_every_problem_page_says_what_to_do(status: int) -> None:
    app, _ = pages_app(Somebody())
    answer = await ask(app, f"/style-guide/problem/{status}")
    assert answer.status_code == status
    assert "What to do now" in answer.text
    assert "nothing has failed" in answer.text


async def test_a_notice_is_said_on_the_next_page_and_only_there(tmp_path: Path) -> None:
    app, _ = pages_app(Somebody())

    @app.get("/claim")
    async def claim(request: Request) -> RedirectResponse:
        return redirect(request, "/style-guide/form", "You have claimed <this> visit.")

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/claim")
        assert answer.status_code == 303
        assert "You have claimed &lt;this&gt; visit." in (await client.get(answer.headers["location"])).text
        assert "You have claimed" not in (await client.get(answer.headers["location"])).text


@pytest.mark.parametrize("cookie", ["", "x", "e30=", "WzEsMl0=", "WyJ0ZXh0IiwiZXZpbCJd", "é".encode().hex()])
async def test_a_notice_that_we_did_not_write_is_not_said(cookie: str) -> None:
    app, _ = pages_app(Somebody())
    answer = await ask(app, "/style-guide/form", {"ravi_notice": cookie})
    assert answer.status_code == 200
    assert "ravi-notice" not in answer.text


async def test_static_files_are_kept_for_a_year_under_an_address_that_changes_with_them(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = HashedFolder(tmp_path, "/own")
    (tmp_path / "a.css").write_text("b{}")
    after = HashedFolder(tmp_path, "/own")
    assert before.url("a.css") != after.url("a.css")
    app = FastAPI()
    app.mount(after.mount, after)
    assert "immutable" in (await ask(app, after.url("a.css"))).headers["cache-control"]
    assert (await ask(app, before.url("a.css"))).headers["cache-control"] == "no-cache"
    with pytest.raises(FileNotFoundError):
        after.url("b.css")


@pytest.mark.parametrize("path", ["x/../../words.py", "%2e%2e/words.py", "x/%2e%2e/%2e%2e/words.py", "x", ""])
async def test_nothing_outside_the_static_folder_is_served(path: str) -> None:
    app, _ = pages_app()
    assert (await ask(app, f"{static_files.mount}/{path}")).status_code in (404, 405)


async def test_the_only_inline_script_is_the_one_our_policy_names() -> None:
    app, _ = pages_app(Somebody())
    for path in ("/style-guide", "/style-guide?layout=screen", "/style-guide/form", "/style-guide/problem/500"):
        text = (await ask(app, path)).text
        inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", text, re.S)
        assert [script_hash(script) in CONTENT_SECURITY_POLICY for script in inline] == [True]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_a_fragment_for_the_live_stream_has_no_layout(tmp_path: Path) -> None:
    (tmp_path / "part.html").write_text("<p>{{ at | uk_time }}</p>")
    part = Pages(tmp_path).fragment("part.html", now=SetClock(NOW).now(), at=NOW)
    assert part.startswith("<p><time")
    assert "14:02 today" in part
