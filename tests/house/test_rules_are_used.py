"""A rule that is tested and never called is not built: every public function of the policy is used in production."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
SERVICES = HOUSE / "services"
ROOMS = ("*/rules/**/*.py", "*/rules.py", "domain/**/*.py", "matching/*.py")
POLICY = sorted({file for room in ROOMS for file in SERVICES.glob(room)})
SOURCES = sorted(SERVICES.rglob("*.py"))

# Each with its reason; whoever owns the file takes it off the list by using it or by deleting it.
NOT_USED_YET: dict[str, str] = {}


@dataclass(frozen=True)
class Function:
    """One public function of the policy."""

    file: Path
    name: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(HOUSE)}: {self.name}"


def functions(file: Path, source: str) -> Iterator[Function]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield Function(file, node.name)


def names_used(source: str) -> set[str]:
    """Return every name that some code uses; what a function calls inside itself does not count for that function."""
    used: set[str] = set()
    for top in ast.parse(source).body:
        own = top.name if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef) else ""
        for node in ast.walk(top):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if name and name != own:
                used.add(name)
    return used


def unused(policy: dict[Path, str], sources: list[str]) -> set[str]:
    used = set().union(*(names_used(source) for source in sources))
    return {str(each) for file, source in policy.items() for each in functions(file, source) if each.name not in used}


def test_every_rule_is_used_in_production_and_the_list_of_exceptions_is_true() -> None:
    found = unused({file: file.read_text() for file in POLICY}, [file.read_text() for file in SOURCES])
    assert found == set(NOT_USED_YET)


def test_the_search_finds_a_rule_that_only_calls_itself_or_is_only_imported() -> None:
    file = SERVICES / "anywhere" / "rules.py"
    rule = "def alone(n: int) -> int:\n    return alone(n - 1)\n\ndef called() -> int:\n    return 1\n"
    caller = "from services.anywhere.rules import alone, called\nanswer = called()\n"
    assert unused({file: rule}, [rule, caller]) == {"services/anywhere/rules.py: alone"}
