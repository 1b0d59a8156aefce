"""The OpenAPI document promises every answer that a route may give."""

from typing import Any

import pytest

from services.command_line.wiring import SERVICES, assemble
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from services.shared.web.openapi import openapi_of

OPEN = {"/health/live", "/health/ready", "/metrics"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the document of all services, made from the code."""
    settings = Settings()
    tools = Tools(settings, Database("postgresql+psycopg:///nowhere"), SystemClock(), Vault(settings.master_key))
    application, _ = assemble(tools, list(SERVICES), relays=False)
    return openapi_of(application)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, each in document["paths"].items() for method, found in each.items()]


def test_every_operation_promises_what_every_route_may_answer(document: dict[str, Any]) -> None:
    assert len(operations(document)) > 30
    for path, method, operation in operations(document):
        promised = set(operation["responses"])
        assert {"400", "429", "503"} <= promised, path
        assert path in OPEN or {"401", "403", "404"} <= promised, path
        assert method in ("get", "head") or {"408", "409", "413", "415"} <= promised, path
        assert "{" not in path or "422" in promised, path


def test_every_problem_has_its_content_type_and_its_types(document: dict[str, Any]) -> None:
    made = document["components"]["responses"]
    for path, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            answer = made[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            types = answer["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["type"]["enum"]
            assert all(each.startswith("urn:ravi:problem:") for each in types), path
    assert made["method-not-allowed"]["headers"]["Allow"]["required"] is True


def test_pages_are_not_in_the_document(document: dict[str, Any]) -> None:
    assert all(path.startswith("/api/v1/") or path in OPEN for path in document["paths"])
