"""What has a state changes it in one place alone, which asks the table of transitions."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REGISTER = Path("services/risk_register")
# Where a state may be written: of a visit in the queue, a temporary risk, a check of quality, an answer after an
# incident, an action.
ASKS_THE_TABLE = {
    ("rules/items.py", "moved"),
    ("rules/temporary.py", "changed"),
    ("rules/debriefs.py", "moved"),
    ("rules/actions.py", "moved"),
    ("rules/quality.py", "scored"),
    ("rules/quality.py", "reopened"),
}
# Where a visit in the queue is made: as it enters it, and as it is read from its row.
MAKES_ONE = {("rules/taking_up.py", "_new_item"), ("store/rows.py", "item_of")}


def nodes(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Give every node with the innermost function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield inner, node
        yield from nodes(node, inner)


def writes_a_state(node: ast.AST) -> bool:
    """Return whether a node gives something that is there another state."""
    match node:
        case ast.Call(func=ast.Name(id="replace") | ast.Attribute(attr="replace"), keywords=given):
            return any(one.arg in ("state", None) for one in given)
        case ast.Attribute(attr="state", ctx=ast.Store() | ast.Del()):
            return True
        case ast.Call(func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__")):
            return True
        case _:
            return False


def makes_an_item(node: ast.AST) -> bool:
    """Return whether a node makes a visit in the queue from nothing."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Item"


def places(matters: Callable[[ast.AST], bool]) -> set[tuple[str, str]]:
    """Return in which functions of the register something stands."""
    return {
        (path.relative_to(REGISTER).as_posix(), function)
        for path in sorted(REGISTER.rglob("*.py"))
        for function, node in nodes(ast.parse(path.read_text()))
        if matters(node)
    }


def test_a_state_is_changed_where_the_table_of_transitions_is_asked_and_nowhere_else() -> None:
    assert places(writes_a_state) == ASKS_THE_TABLE


def test_a_visit_enters_the_queue_in_one_place() -> None:
    assert places(makes_an_item) == MAKES_ONE


def test_no_statement_writes_a_state_past_the_rules() -> None:
    """Rows are kept whole, as the rules left them: by `updating` and `inserting`, in the store of dossiers."""
    writing = {
        path.relative_to(REGISTER).as_posix()
        for path in sorted(REGISTER.rglob("*.py"))
        if "review_items" in path.read_text()
        and any(word in path.read_text() for word in ("updating(", "inserting(", "UPDATE risk_register.review_items"))
    }
    assert writing == {"store/dossiers.py"}
    assert "UPDATE risk_register.review_items" not in (REGISTER / "store/dossiers.py").read_text()


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("def f(item):\n    return replace(item, state=1)", True),
        ("def f(item):\n    return dataclasses.replace(item, **{'state': 1})", True),
        ("def f(item):\n    item.state = 1", True),
        ("def f(item):\n    object.__setattr__(item, 'state', 1)", True),
        ("def f(item):\n    return replace(item, reason=item.state)", False),
        ("def f(item):\n    return item.moved(1, 'ada', now)", False),
    ],
)
def test_the_search_for_changed_states_finds_them(source: str, is_found: bool) -> None:
    assert any(writes_a_state(node) for node in ast.walk(ast.parse(source))) is is_found
