"""The house is as it is drawn: sizes, door signs, rooms, the map of topics, and who may enter each route."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from schemas.topics import TOPICS
from services.command_line.wiring import SERVICES, assemble
from services.shared.identity import Anyone, May
from services.shared.service import Tools
from tests.conftest import BEGIN_WITH, TAKE_LONG

HOUSE = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("services", "schemas", "deploy") for path in (HOUSE / folder).rglob("*.py"))
TESTS = sorted((HOUSE / "tests").rglob("*.py"))
OPEN_TO_ALL = {
    "/",
    "/sign-in",
    "/style-guide",
    "/style-guide/form",
    "/style-guide/problem/{status}",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/api/openapi.json",
    "/api/asyncapi.json",
    "/device/emptied",
}


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_source_file_is_longer_than_300_lines() -> None:
    assert {str(path.relative_to(HOUSE)): lines(path) for path in SOURCES if lines(path) > 300} == {}


def test_no_test_file_is_longer_than_400_lines() -> None:
    assert {str(path.relative_to(HOUSE)): lines(path) for path in TESTS if lines(path) > 400} == {}


def test_every_module_says_in_a_sentence_what_it_is_for() -> None:
    silent = [str(path.relative_to(HOUSE)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_the_matcher_is_entered_by_its_face_alone() -> None:
    strangers = [path for path in SOURCES if not path.is_relative_to(HOUSE / "services" / "matching")]
    inside = {
        f"{path.relative_to(HOUSE)}: {node.module}"
        for path in strangers
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services.matching.")
    }
    assert inside == set()


def heard_by(service: str) -> list[str]:
    """Return the names of the topics a service hears, in the order of the map."""
    return [topic.name for topic in TOPICS if service in topic.heard_by]


@pytest.mark.parametrize("service", SERVICES)
def test_the_door_sign_of_a_service_is_true_to_the_map(service: str) -> None:
    tree = ast.parse((HOUSE / "services" / service / "__init__.py").read_text())
    sign = " ".join((ast.get_docstring(tree) or "").split())
    assert sign.startswith("Owns: ")
    assert f"Hears: {', '.join(heard_by(service)) or 'nothing'}." in sign
    said = [topic.name for topic in TOPICS if topic.said_by == service]
    assert f"Says: {', '.join(said) or 'nothing'}." in sign
    assert "Never: " in sign
    assert len(tree.body) == 1, "a door sign imports nothing"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_what_the_map_says_it_hears(service: str, wired: Tools) -> None:
    assert sorted(SERVICES[service](wired).handlers) == sorted(heard_by(service))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_only_what_the_map_says_it_says(service: str) -> None:
    mine = {topic.event.__name__ for topic in TOPICS if topic.said_by == service}
    events = {topic.event.__name__ for topic in TOPICS}
    trees = [ast.parse(path.read_text()) for path in (HOUSE / "services" / service).rglob("*.py")]
    calls = [node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    said = {call.id for call in calls if isinstance(call, ast.Name)} & events
    assert said == mine


def test_the_map_names_a_topic_after_its_schema_file_and_the_past() -> None:
    for topic in TOPICS:
        file = topic.event.__module__.rpartition(".")[2].replace("_", "-")
        assert topic.name.startswith(f"{file}."), topic.name
        assert topic.key in topic.event.model_fields or topic.key == "premises_id", topic.name
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_each_restricted_topic_is_heard_by_one_service_at_most() -> None:
    assert {topic.name: topic.heard_by for topic in TOPICS if topic.restricted} == {
        "visits.concerns-noted": ("referrals",),
        "referrals.marker-decided": ("risk_register",),
        "referrals.needs-updated": ("control",),
        "control.persons-at-risk-changed": (),
    }


@dataclass(frozen=True)
class Door:
    """One route: where, how, and what it declares of who may use it."""

    path: str
    methods: frozenset[str]
    declared: tuple[May | Anyone, ...]
    unlimited: tuple[str, ...] = ()


def unlimited(field: Any) -> bool:
    """Return whether a part of an address may be a text of any length."""
    return field.field_info.annotation is str and not any(
        getattr(limit, "max_length", None) for limit in field.field_info.metadata
    )


def doors(tools: Tools) -> list[Door]:
    """Return every route of the whole system."""
    app, _ = assemble(tools, list(SERVICES), relays=False)
    found = []
    for route in app.routes:
        if not isinstance(route, APIRoute):
            assert isinstance(route, Mount), f"{route} is a route whose access cannot be told"
            continue
        calls = [dependant.call for dependant in route.dependant.dependencies]
        declared = tuple(call for call in calls if isinstance(call, (May, Anyone)))
        loose = tuple(field.name for field in route.dependant.path_params if unlimited(field))
        found.append(Door(route.path, frozenset(route.methods or ()), declared, loose))
    assert {"/sign-in", "/api/v1/visits", "/control", "/quarantine", "/metrics"} <= {door.path for door in found}
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_of_one_service_serves_the_styles_of_all(service: str, wired: Tools) -> None:
    app, _ = assemble(wired, [service], relays=False)
    mounted = {route.path for route in app.routes if isinstance(route, Mount)}
    assert mounted >= {folder.mount for build in SERVICES.values() for folder in build(wired).static}


def test_every_route_declares_who_may_use_it(wired: Tools) -> None:
    assert [door for door in doors(wired) if len(door.declared) != 1] == []


def test_every_id_in_an_address_is_a_type_with_limits(wired: Tools) -> None:
    assert {door.path: door.unlimited for door in doors(wired) if door.unlimited} == {}, "services/shared/web/asked.py"


def test_a_route_that_changes_something_is_never_open_to_all(wired: Tools) -> None:
    changing = [door for door in doors(wired) if not door.methods <= {"GET", "HEAD"}]
    # Nobody is signed in on a lost tablet any more: that it is empty is taken on its word (docs/decisions/0028).
    open_to_all = [door.path for door in changing if isinstance(door.declared[0], Anyone)]
    assert sorted(open_to_all) == ["/device/emptied", "/sign-in"]


def test_what_is_open_to_all_tells_nothing_of_premises_or_people(wired: Tools) -> None:
    open_to_all = {door.path for door in doors(wired) if isinstance(door.declared[0], Anyone)}
    assert open_to_all <= OPEN_TO_ALL, open_to_all - OPEN_TO_ALL


def test_what_begins_a_run_and_what_ends_it_is_there_and_no_journey_through_kafka_can_be_skipped() -> None:
    named = [*BEGIN_WITH, *TAKE_LONG]
    assert [module for module in named if not (HOUSE / module).is_file()] == []
    assert len(named) == len(set(named))
    journeys = [HOUSE / module for module in TAKE_LONG if module.startswith("tests/journeys/")]
    assert [module.name for module in journeys if "kafka" in module.read_text()] == []
