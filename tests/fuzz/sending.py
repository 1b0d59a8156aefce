"""Sending requests of four kinds as every role, and looking at each answer: is it one that was promised?"""

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas.vocabulary import Role
from tests.builders import a_visit
from tests.fuzz import nasty
from tests.fuzz.pages import Page
from tests.fuzz.site import FuzzedSite

PROMISED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# A page may answer so; the pages are not in OpenAPI.
OF_A_PAGE = {200, 204, 303, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429}
NEVER_ENDS = "/api/v1/control/stream"
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
SECRET_NAMES = ("authorization", "cookie", "x-csrf-token")
PATIENCE_S = 20
ASKED = ("page", "q", "as_of", "next", "show", "whose", "limit", "stream", "version")
LONGEST_PATH = 2000


@dataclass
class Report:
    """How many requests were sent, what was answered, and each answer that was not promised."""

    by_status: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def sent(self) -> int:
        """Return how many requests were answered."""
        return self.by_status.total()

    def fail(self, answer: httpx.Response, why: str) -> None:
        """Note an answer that was not promised, once for each kind of request that leads to it."""
        request = answer.request
        steps = [step if step.replace("-", "").isalpha() else "…" for step in request.url.path.split("/")[:9]]
        self.failures.setdefault(f"{request.method} {'/'.join(steps)} {answer.status_code}: {why}", curl(request))

    def note(self, answer: httpx.Response) -> None:
        """Count an answer; any 5xx is a failure."""
        self.by_status[answer.status_code] += 1
        took = answer.elapsed.total_seconds()
        self.slowest = max(self.slowest, (took, f"{answer.request.method} {answer.request.url.path[:60]}"))
        if answer.status_code >= 500:
            self.fail(answer, "a failure of ours")


def curl(request: httpx.Request) -> str:
    """Return a request as a line to send it again with, without the secrets of a sign-in."""
    words = ["curl", "-X", request.method, str(request.url)[:LONGEST_PATH]]
    for name, value in request.headers.items():
        if name in ("accept", "content-type", *SECRET_NAMES):
            words += ["-H", f"{name}: {'…' if name in SECRET_NAMES else value}"]
    if request.content:
        words += ["--data-binary", request.content[:LONGEST_PATH].decode("utf-8", "backslashreplace")]
    return " ".join(map(shlex.quote, words))


class Sender:
    """One role at one site: its clients with a token and with a cookie, and the chance that decides what is sent."""

    def __init__(self, site: FuzzedSite, role: Role | None, number: int, report: Report) -> None:
        self.site = site
        self.role = role
        self.number = number
        self.chance = Random(f"{number} {role}")
        self.report = report
        how = {"base_url": site.address, "timeout": PATIENCE_S, "follow_redirects": False}
        headers = site.sign_in(role) if role else {}
        self.machine = httpx.Client(headers=headers, **how)  # type: ignore[arg-type]  # one dict for three arguments
        self.browser = httpx.Client(headers={"accept": "text/html"}, **how)  # type: ignore[arg-type]  # as above
        if role:
            self.browser.cookies.update(site.cookie(role))

    def close(self) -> None:
        """Close both clients."""
        self.machine.close()
        self.browser.close()

    def send(self, client: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response | None:
        """Send a request and count its answer; None where the client itself would not send it."""
        headers = {name: value.encode() for name, value in more.pop("headers", {}).items()}
        try:
            with client.stream(method, url, headers=headers, **more) as answer:
                if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                    answer.read()
        except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError):
            return None
        if not answer.is_closed or answer.is_stream_consumed:
            self.report.note(answer)
        return answer

    def id_or(self, other: str) -> str:
        """Return the id of something that is there, mostly."""
        return self.chance.choice(self.site.ids) if self.site.ids and self.chance.random() < 0.6 else other

    # Documented requests, as OpenAPI describes them and as it forbids them.

    def documented(self, document: dict[str, Any], each: int, share: float = 1.0) -> None:
        """Send what schemathesis makes of the OpenAPI document: `each` requests, right and wrong, to each operation.

        `share` is how many of the operations are asked for, those that chance picks.
        """
        schema = schemathesis.openapi.from_dict(document)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), "the document describes an operation that cannot be read"
            operation = result.ok()
            if operation.path == NEVER_ENDS or self.chance.random() > share:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._send_cases(operation.as_strategy(generation_mode=mode), each)

    def _send_cases(self, strategy: Any, each: int) -> None:
        @seed(self.number)
        @settings(
            max_examples=each,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def run(case: Any) -> None:
            self._send_case(case)

        try:
            run()
        except Unsatisfiable:
            return  # there is no wrong way to ask for this

    def _send_case(self, case: Any) -> None:
        for name, value in (case.path_parameters or {}).items():
            case.path_parameters[name] = self.id_or(value) if name != "move" else value
        asked = case.as_transport_kwargs(base_url=self.site.address)
        headers = {name: str(value) for name, value in asked["headers"].items() if name != "Accept-Encoding"}
        more = {"params": asked["params"]} if asked.get("params") else {}
        if asked.get("json") is not None:
            more["content"] = json.dumps(asked["json"]).encode()
        elif asked.get("data") is not None:
            data = asked["data"]
            more["content"] = data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogateescape")
        answer = self.send(self.machine, asked["method"], asked["url"], headers=headers, **more)
        if answer is not None:
            self._check(case, answer)

    def _check(self, case: Any, answer: httpx.Response) -> None:
        if answer.status_code == 405:
            return  # what was made of a path led to another one
        try:
            case.validate_response(schemathesis.Response.from_httpx(answer, verify=False), checks=PROMISED)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.report.fail(answer, f"{type(failure).__name__}: {str(failure).splitlines()[0]}")

    # Visits: the largest of the bodies, true but for a few leaves.

    def visits(self, many: int) -> None:
        """Send visits as a tablet does, with some leaves of each changed."""
        for _ in range(many):
            visit = nasty.changed(a_visit(), self.chance)
            if isinstance(visit, dict) and self.chance.random() < 0.5:
                visit["people"] = [nasty.changed({"assistance": "PHYSICAL_1", "consent_state": "GIVEN"}, self.chance)]
            body = json.dumps(visit).encode()
            kind = {"content-type": "application/json"} | nasty.headers(self.chance)
            self.send(self.machine, "POST", "/api/v1/visits", content=body, headers=kind)

    # Addresses: every route of the product, pages too.

    def addresses(self, many: int) -> None:
        """Ask for every route of the product with anything in its address, its headers and its body."""
        routes = sorted(all_routes(self.site))
        for _ in range(many):
            method, template = self.chance.choice(routes)
            path = "/".join(self._step(step) for step in template.split("/"))
            if self.chance.random() < 0.3:
                path += f"?{self.chance.choice(ASKED)}={self._piece()}"
            more: dict[str, Any] = {}
            if method == "POST":
                other = json.dumps(nasty.json_value(self.chance)).encode()
                more["content"] = self.chance.choice((b"", b"{}", b"a=b&why=%00", other))
            if self.chance.random() < 0.05:
                method = self.chance.choice(("PUT", "DELETE", "HEAD", "OPTIONS", "FOO"))
            client = self.chance.choice((self.machine, self.browser))
            answer = self.send(client, method, path, headers=nasty.headers(self.chance), **more)
            if answer is not None and answer.status_code == 405 and "allow" not in answer.headers:
                self.report.fail(answer, "a 405 without Allow")

    def _step(self, step: str) -> str:
        return self.id_or(self._piece()) if step.startswith("{") else step

    def _piece(self) -> str:
        picked = self.chance.choice((nasty.RAW, nasty.TEXTS))
        value = self.chance.choice(picked)[:LONGEST_PATH]
        return value if picked is nasty.RAW else quote(value, safe="")

    # Forms: those that a signed-in person is shown.

    def forms(self, many: int, most_pages: int = 40) -> None:
        """Read the pages of a role from its home on, and send each form filled in with what breaks programs."""
        pages: set[str] = set()
        waiting, left = ["/", "/sign-in"], many
        while left > 0:
            if not waiting:
                waiting = sorted(pages)
                pages = set()
            path = waiting.pop(self.chance.randrange(len(waiting)))
            pages.add(path)
            answer = self.send(self.browser, "GET", path)
            left -= 1
            if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = Page(answer.text)
            news = [link.partition("#")[0] for link in page.links if link.partition("#")[0] not in pages]
            if len(pages) + len(waiting) < most_pages:
                waiting += sorted(set(news) - set(waiting))[:most_pages]
            for form in page.forms:
                left -= self._fill(form.action or path, form.method, form.filled(self.chance))

    def _fill(self, action: str, method: str, body: str) -> int:
        if action == "/sign-out" or not action.startswith("/"):
            return 0
        if method == "get":
            answer = self.send(self.browser, "GET", f"{action}?{body}")
        else:
            answer = self.send(self.browser, "POST", action, content=body.encode(), headers=FORM)
        if answer is not None:
            if answer.status_code not in OF_A_PAGE:
                self.report.fail(answer, "not an answer of a page")
            kind = answer.headers.get("content-type", "")
            if answer.status_code in (200, 404, 422) and not kind.startswith(("text/html", "application/problem+json")):
                self.report.fail(answer, f"a page of the kind {kind}")
        return 1


def all_routes(site: FuzzedSite) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route of the product, but for the stream and the end of a sign-in."""
    for route in site.app.routes:
        if isinstance(route, APIRoute) and route.path not in (NEVER_ENDS, "/sign-out"):
            for method in sorted(route.methods or ()):
                yield method, route.path
