"""What cannot be read (half characters, NUL, times beyond all clocks) is a 4xx with a plain sentence, never a 500."""

import json
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from schemas.vocabulary import Role
from services.shared.identity import COOKIE, Person
from tests.builders import a_visit
from tests.services.referrals_desk import LOCKED_EXIT, raised, send
from tests.system import System, signed_in

HTML = {"accept": "text/html"}
NUL = "%00"
HALF = "%ff%fe"
HALF_SURROGATE = "%ed%a0%80"


def is_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert len(told["detail"]) > 20, "it says in a sentence what is wrong"


PATHS = [
    (Role.FIREFIGHTER, "/api/v1/visits/{}"),
    (Role.FIREFIGHTER, "/device/visits/{}"),
    (Role.FIREFIGHTER, "/device/visits/{}/story"),
    (Role.RISK_TEAM, "/premises/{}"),
    (Role.RISK_TEAM, "/review/{}"),
    (Role.RISK_TEAM, "/api/v1/risk-register/records/{}"),
    (Role.CONTROL, "/api/v1/control/premises/{}"),
    (Role.CONTROL, "/control/premises/{}"),
    (Role.CONTROL, "/control/premises/{}/screen"),
    (Role.SAFEGUARDING, "/api/v1/referrals/needs/{}"),
    (Role.FIREFIGHTER, "/api/v1/referrals/of-visit/{}"),
    (Role.CONTROL, "/nowhere/{}"),
]


async def test_an_id_that_is_no_text_is_a_400(system: System) -> None:
    for role, path in PATHS:
        client = await system.client(role)
        for sent in (NUL, f"a{NUL}b", HALF, HALF_SURROGATE):
            is_problem(await client.get(path.format(sent)), 400)


async def test_a_question_that_is_no_text_is_a_400(system: System) -> None:
    control = await system.client(Role.CONTROL)
    for path in ("/api/v1/control/search", "/control", "/premises/find", "/sign-in"):
        for sent in (NUL, HALF, HALF_SURROGATE):
            for query in (f"q={sent}", f"next={sent}", f"{sent}=1"):
                is_problem(await control.get(f"{path}?{query}"), 400)


@pytest.mark.parametrize("sent", [f"ada{NUL}", HALF])
async def test_a_name_that_is_no_text_does_not_sign_in(system: System, sent: str) -> None:
    visitor = await system.client()
    await visitor.get("/sign-in")
    body = f"name={sent}&password=x&form_token={visitor.cookies['ravi_form']}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await visitor.post("/sign-in", content=body, headers=form)
    is_problem(answer, 422)
    assert answer.json()["errors"] == [
        {"pointer": "/name", "reason": "this holds a character that cannot be kept; write it again"}
    ]
    page = await visitor.post("/sign-in", content=body, headers=form | HTML)
    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")


async def test_a_token_of_a_form_that_no_page_gave_is_refused(system: System) -> None:
    visitor = await system.client()
    await visitor.get("/sign-in")
    for token in ("é", "🔥", "a" * 100, ""):
        asked = await visitor.post("/sign-in", data={"name": "x", "password": "x", "form_token": token}, headers=HTML)
        assert asked.status_code == 422


async def browser_of(system: System, role: Role) -> httpx.AsyncClient:
    """Return a client signed in by a cookie, as a browser is."""
    secret = await signed_in(system.tools, Person(role.value, (role.value,), "S1"), "session")
    client = await system.client()
    client.cookies.set(COOKIE, secret)
    return client


async def test_a_form_with_a_token_that_is_not_ascii_is_refused(system: System) -> None:
    manager = await browser_of(system, Role.RISK_TEAM_MANAGER)
    for token in ("é", "🔥", ""):
        form = {"csrf_token": token, "why": "not ours at all"}
        is_problem(await manager.post(f"/quarantine/{uuid4()}/set-aside", data=form), 403)
        sent = [(b"x-csrf-token", token.encode())] if token else []
        is_problem(await manager.post("/sign-out", headers=sent), 403)


async def test_a_reason_that_holds_nul_does_not_set_a_message_aside(system: System) -> None:
    manager = await system.client(Role.RISK_TEAM_MANAGER)
    answer = await manager.post(f"/quarantine/{uuid4()}/set-aside", data={"why": "it is \0 ours"})
    is_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"] == "/why"


BEYOND = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]


async def test_a_time_beyond_all_clocks_is_a_422(system: System) -> None:
    control = await system.client(Role.CONTROL)
    for path in ("/api/v1/control/premises/1", "/control/premises/1"):
        for at in BEYOND:
            answer = await control.get(path, params={"as_of": at})
            is_problem(answer, 422)
            assert answer.json()["errors"] == [
                {"pointer": "/as_of", "reason": "must be a time from 1900 to 2099, with its time zone"}
            ]


async def test_a_visit_beyond_all_clocks_is_a_422(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    for at in (*BEYOND, "0001-01-01T00:00", "9999-12-31T23:59"):
        riser = {"kind": "DRY_RISER", "status": "FAULT", "location": "stair", "fault_since": at}
        for changed in ({"started_at": at}, {"ended_at": at}, {"submitted_at": at}, {"systems": [riser]}):
            is_problem(await crew.post("/api/v1/visits", json=a_visit(**changed)), 422)


async def test_a_contact_beyond_all_clocks_is_a_422(system: System) -> None:
    await send(system, LOCKED_EXIT)
    (referral,) = await raised(system)
    desk, control = await system.client(Role.PROTECTION), await system.client(Role.CONTROL)
    for at in (*BEYOND, "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-22T14:02:00+99:00"):
        body = {"version": 1, "spoken_to": "Duty officer", "at": at}
        is_problem(await desk.post(f"/api/v1/referrals/{referral.referral_id}/contact", json=body), 422)
        form = {"version": "1", "words": "Duty officer", "at": at}
        page = await desk.post(f"/referrals/{referral.referral_id}/contact", data=form, headers=HTML)
        assert page.status_code == 422
        rung = {"spoken_to": "Duty officer", "at": at, "incident_number": "1"}
        # No alarm stands: what matters is that its time breaks nothing before that is found.
        assert (await control.post(f"/api/v1/referrals/alarms/{uuid4()}/contact", json=rung)).status_code in (404, 422)


JSON_FAULTS = {
    "nul": b'{"query": "a\\u0000b"}',
    "nul in a name": b'{"a\\u0000b": 1}',
    "half a character": b'{"query": "\\ud83d"}',
    "raw nul": b'{"query": "a\x00b"}',
    "latin-1": '{"query": "café"}'.encode("latin-1"),
    "utf-16": json.dumps({"query": "a"}).encode("utf-16"),
    "no number": b'{"query": NaN}',
    "beyond all numbers": b'{"query": 1e999}',
    "a very long number": b'{"query": ' + b"9" * 5000 + b"}",
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 3000 + b'"\\u0041"' + b"]" * 3000,
    "cut off": b'{"query": "a',
}


async def test_json_that_is_no_text_is_a_4xx(system: System) -> None:
    who = await system.client(Role.RISK_TEAM)
    for path in ("/api/v1/premises/match", "/api/v1/visits", "/api/v1/risk-register/queue/x/amend"):
        for fault, body in JSON_FAULTS.items():
            answer = await who.post(path, content=body, headers={"content-type": "application/json"})
            assert answer.status_code in (400, 422), fault
            is_problem(answer, answer.status_code)


async def test_facts_of_an_amended_visit_may_hold_no_half_characters(system: System) -> None:
    reviewer = await system.client(Role.RISK_TEAM)
    body = b'{"version": 1, "facts": {"a": {"b": ["\\ud800"]}}}'
    answer = await reviewer.post(
        "/api/v1/risk-register/queue/x/amend", content=body, headers={"content-type": "application/json"}
    )
    is_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"] == "/facts/a/b/0"


async def test_what_is_not_json_is_a_415_of_the_api(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        is_problem(await crew.post("/api/v1/visits", content=b"a=b", headers={"content-type": kind}), 415)


async def test_the_style_guide_shows_no_page_for_a_problem_that_there_is_not(system: System) -> None:
    visitor = await system.client()
    for status in ("1", "99", "204", "304", "600", "999999999999", "-1"):
        is_problem(await visitor.get(f"/style-guide/problem/{status}"), 404)


async def test_a_notice_that_we_did_not_give_is_not_shown_and_breaks_nothing(system: System) -> None:
    visitor = await system.client()
    for cookie in ("W1sxLDJdLFtdXQ==", "WyJcdWQ4MDAiLCAic3VjY2VzcyJd", "W1tb" * 900, "bnVsbA==", "é"):
        sent = [(b"cookie", f"ravi_notice={cookie}".encode("latin-1")), (b"accept", b"text/html")]
        assert (await visitor.get("/sign-in", headers=sent)).status_code == 200


async def test_a_host_that_is_none_is_a_400(system: System) -> None:
    visitor = await system.client()
    for host in ("[", "a b", "[::1", "ravi:99999", "ravi:x", "é", "a/b", "ravi:80:80", "[zz]", "ravi:0"):
        for accept in (b"text/html", b"application/json"):
            sent = [(b"host", host.encode("latin-1")), (b"accept", accept)]
            assert (await visitor.get("/control", headers=sent)).status_code == 400, host


async def test_an_address_keeps_what_is_text_in_any_language(system: System) -> None:
    control = await system.client(Role.CONTROL)
    for text in ("Llanfair PG, Ynys Môn", "東京", "🔥", "100%", "a+b&c", "\ufffd"):
        assert (await control.get("/api/v1/control/search", params={"q": text})).status_code == 200
        is_problem(await control.get(f"/api/v1/control/premises/{quote(text, safe='')}"), 404)


async def test_a_method_that_is_not_taken_is_told_which_are(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    for method, path, takes in (
        ("PUT", "/api/v1/visits", "GET, POST"),
        ("DELETE", "/api/v1/visits/1", "GET"),
        ("GET", "/api/v1/premises/match", "POST"),
        ("PATCH", "/sign-in", "GET, POST"),
        ("POST", "/health/live", "GET"),
        ("GARBLED", "/device/form", "GET, POST"),
    ):
        answer = await crew.request(method, path)
        is_problem(answer, 405)
        assert answer.headers["allow"] == takes


async def test_no_answer_of_the_api_is_kept_by_a_cache(system: System) -> None:
    control = await system.client(Role.CONTROL)
    for path in ("/api/v1/control/search?q=a", "/api/v1/control/premises/1", "/api/v1/nowhere", "/api/openapi.json"):
        assert (await control.get(path)).headers["cache-control"] == "no-store"
    assert (await (await system.client()).get("/api/v1/visits")).headers["cache-control"] == "no-store"
