"""The rooms of a service hold what they are for: no table leaves its store, and a handler fits on a screen."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import SQLModel

SERVICES = Path("services")
OWNERS = ("visits", "premises", "risk_register", "referrals", "control", "protection", "scorecard")
LONGEST_HANDLER = 25
# What the rooms may not know; the import contracts of pyproject.toml keep the rest.
STRANGERS = {"handlers": "presenters", "pages": "api"}


def modules(owner: str) -> Iterator[Path]:
    """Give every module of a service."""
    yield from sorted((SERVICES / owner).rglob("*.py"))


def room_of(module: Path) -> str:
    """Return the room of a service that a module stands in."""
    return module.relative_to(SERVICES).parts[1].removesuffix(".py")


def imported(module: Path) -> Iterator[tuple[str, str]]:
    """Give what a module imports from this product: module and name."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services."):
            yield from ((str(node.module), alias.name) for alias in node.names)


def is_table(module: str, name: str) -> bool:
    found = getattr(import_module(module), name, None)
    return isinstance(found, type) and issubclass(found, SQLModel) and hasattr(found, "__table__")


@pytest.mark.parametrize("owner", OWNERS)
def test_no_table_is_known_outside_its_store(owner: str) -> None:
    outside = [module for module in modules(owner) if room_of(module) not in ("store", "tables", "app")]
    known = [
        f"{module}: {name}"
        for module in outside
        for source, name in imported(module)
        if source.startswith(f"services.{owner}.") and is_table(source, name)
    ]
    assert known == []


@pytest.mark.parametrize("owner", OWNERS)
def test_a_handler_fits_on_a_screen(owner: str) -> None:
    long = [
        f"{module}: {node.name} has {lines} lines"
        for module in modules(owner)
        if room_of(module) == "handlers"
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_HANDLER
    ]
    assert long == []


@pytest.mark.parametrize("owner", OWNERS)
def test_acting_knows_no_screen_and_a_page_no_api(owner: str) -> None:
    known = [
        f"{module}: {source}"
        for module in modules(owner)
        for source, _ in imported(module)
        if room_of(module) in STRANGERS and source.startswith(f"services.{owner}.{STRANGERS[room_of(module)]}")
    ]
    assert known == []


def test_only_a_table_of_data_is_laid_out_by_hand() -> None:
    by_hand = [
        f"{module}:{number}"
        for package in (SERVICES, Path("schemas"))
        for module in sorted(package.rglob("*.py"))
        for number, line in enumerate(module.read_text().splitlines(), 1)
        if line.endswith("# fmt: skip") and line.startswith(" ")
    ]
    assert by_hand == [], "a table of data stands at the top of its module"


@pytest.mark.parametrize("owner", OWNERS)
def test_which_roles_a_service_means_stands_in_its_rules_alone(owner: str) -> None:
    elsewhere = [
        f"{module}: {ast.unparse(node.targets[0])}"
        for module in modules(owner)
        if room_of(module) != "rules"
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
        if any(ast.unparse(each).startswith("Role.") for each in node.value.elts)
    ]
    assert elsewhere == []
