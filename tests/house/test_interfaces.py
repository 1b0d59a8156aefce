"""The page of fixed interfaces is true: each command and each path on it is there, or is named as not built yet."""

import json
import re
from pathlib import Path

from typer.main import get_command

from services.command_line.main import app

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "interfaces.md").read_text()
NOT_BUILT = PAGE.partition("**Not built yet**")[2].partition("\n\n")[0]
PATHS = json.loads((HOUSE / "schemas" / "openapi.json").read_text())["paths"]


def section(title: str) -> str:
    """Return one section of the page."""
    return PAGE.partition(f"## {title}")[2].partition("\n## ")[0]


def commands() -> set[str]:
    """Return the commands that the page fixes."""
    return set(re.findall(r"^\| `ravi ([a-z-]+)", section("2."), re.MULTILINE))


def paths() -> set[tuple[str, str]]:
    """Return the methods and paths that the page fixes, a path for each alternative in braces."""
    found = set()
    for methods, path in re.findall(r"`(GET|POST|PUT) (/[^`?]*)", section("4.")):
        choices = re.search(r"\{([a-z]+(?:\\\|[a-z]+)+)\}", path)
        for choice in choices[1].split("\\|") if choices else [""]:
            found.add((methods.lower(), path.replace(choices[0], choice) if choices else path))
    return found


def is_known(method: str, path: str) -> bool:
    """Return whether OpenAPI has a path, whatever its parameters are called."""
    steps = path.strip("/").split("/")
    for each, answers in PATHS.items():
        others = each.removeprefix("/api/v1").strip("/").split("/")
        same = [one == other or other.startswith("{") for one, other in zip(steps, others, strict=False)]
        if method in answers and len(steps) == len(others) and all(same):
            return True
    return False


def test_every_command_on_the_page_is_there_or_named_as_not_built_yet() -> None:
    assert len(commands()) >= 13
    there = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert {each for each in commands() - there if f"`ravi {each}`" not in NOT_BUILT} == set()


def test_every_path_on_the_page_is_there_or_named_as_not_built_yet() -> None:
    assert len(paths()) > 20
    missing = {f"{method.upper()} {path}" for method, path in paths() if not is_known(method, path)}
    assert {each for each in missing if each.partition(" ")[2] not in NOT_BUILT} == set()


def test_what_is_named_as_not_built_yet_is_not_built() -> None:
    named = re.findall(r"`([^`]+)`", NOT_BUILT)
    assert len(named) >= 4
    built = [name for name in named if name.startswith("/") and any(name in path for path in PATHS)]
    assert built == []
