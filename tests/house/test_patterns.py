"""No pattern is made from what somebody sends, and none takes long over any text that somebody may send."""

import ast
import re
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

HOUSE = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("services", "schemas") for path in (HOUSE / folder).rglob("*.py"))
TAKES_A_PATTERN = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer", "template"}
# Functions that put patterns together from our own constants alone: the file, and the function.
FROM_CONSTANTS = {("services/matching/notes.py", "_phrase")}

# Twice the longest text of any field; what is longer is refused before a pattern sees it.
LONGEST = 1000
LONGEST_TAKES_S = 0.2
REPEATED = (
    " ", "\t", "\n", "\x85", "a", "A", "1", "-", "(", "/", ".", "'", "é", "1 ", "a ", "a1", "1/", " - ", "a,", "1,",
    "1.", "at ", "opp ", "SO ", "flat ", "call ", "tel ", "1 2 3 ", "lat ", "E ", "n/a ", "(a", "a-1 ",
)  # fmt: skip
ENDS = ("", "!")


def is_constant(node: ast.expr) -> bool:
    """Return whether an expression is made of literals and of names written as constants are."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.BinOp(left=left, right=right):
            return is_constant(left) and is_constant(right)
        case ast.JoinedStr(values=parts):
            return all(is_constant(part) for part in parts)
        case ast.FormattedValue(value=value):
            return is_constant(value) or is_of_constants(value)
        case _:
            return is_of_constants(node)


def is_of_constants(node: ast.expr) -> bool:
    """Return whether an expression joins, repeats or replaces in constants alone."""
    if isinstance(node, ast.Call):
        of = node.func.value if isinstance(node.func, ast.Attribute) else ast.Constant("")
        return is_constant(of) and all(is_constant(argument) for argument in node.args)
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return all(is_constant(generator.iter) for generator in node.generators)
    if isinstance(node, ast.Tuple):
        return all(is_constant(item) for item in node.elts)
    return False


def patterns_from_elsewhere(source: str, file: str) -> Iterator[str]:
    """Yield each call inside a function that takes a pattern which is not put together from constants."""
    tree = ast.parse(source)
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        if (file, function.name) in FROM_CONSTANTS:
            continue
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args):
            called = call.func
            if not isinstance(called, ast.Attribute):
                continue
            by_re = isinstance(called.value, ast.Name) and called.value.id in ("re", "regex")
            by_re = by_re and called.attr in TAKES_A_PATTERN
            if (by_re or called.attr in ("regexp_match", "regexp_replace")) and not is_constant(call.args[0]):
                yield f"{file}:{call.lineno} {function.name}"


def test_no_pattern_is_made_from_what_somebody_sends() -> None:
    found = [
        each
        for path in SOURCES
        for each in patterns_from_elsewhere(path.read_text(), path.relative_to(HOUSE).as_posix())
    ]
    assert found == [], "look for text by plain comparison, or with a pattern of ours"


def test_re_is_used_by_its_name_so_that_its_patterns_are_seen() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.module in ("re", "regex")), path


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('def f(sent):\n    return re.compile(rf"^{sent}/")', True),
        ("def f(sent):\n    return re.search(sent, 'text')", True),
        ("def f(sent):\n    return re.compile(re.escape(sent) + '.+')", True),
        ("def f(sent):\n    return column.regexp_match(sent)", True),
        ('def f(sent):\n    return re.search(r"a+", sent)', False),
        ('def f(sent):\n    return re.search(rf"{LETTERS}+", sent)', False),
    ],
)
def test_the_search_for_patterns_finds_them(source: str, is_found: bool) -> None:
    assert bool(list(patterns_from_elsewhere(source, "a.py"))) is is_found


def modules() -> list[ModuleType]:
    names = [".".join(path.relative_to(HOUSE).with_suffix("").parts) for path in SOURCES if path.stem != "__init__"]
    return [import_module(name) for name in names if "command_line" not in name and not name.endswith("__main__")]


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from patterns_in(item)


def all_patterns() -> dict[tuple[str, int], str]:
    """Return every pattern of the product with where it stands: those kept in a module, and those written in a call."""
    found: dict[tuple[str, int], str] = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                found[pattern.pattern, pattern.flags] = f"{module.__name__}.{name}"
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(text)), *_]):
                    found.setdefault((text, 0), f"{module.__name__}:{node.lineno}")
    return found


def seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.thread_time()
    pattern.sub("", text)
    pattern.fullmatch(text)
    return time.thread_time() - began


def test_no_pattern_takes_long_over_any_text() -> None:
    patterns = all_patterns()
    assert len(patterns) > 60, "the patterns of the product are looked at"
    texts = [(part * LONGEST)[:LONGEST] + end for part in REPEATED for end in ENDS]
    slow = {}
    for (written, flags), where in patterns.items():
        pattern = re.compile(written, flags)
        for text in texts:
            if (
                seconds(pattern, text) > LONGEST_TAKES_S
                and min(seconds(pattern, text) for _ in range(2)) > LONGEST_TAKES_S
            ):
                slow[where] = text[:8] + "…" + text[-1:]
                break
    assert slow == {}


def test_no_pattern_of_an_input_takes_the_digits_of_another_script() -> None:
    """Stand for `\\d`, which takes ٣ for a 3: what PostgreSQL and the tablet take for a number is 0 to 9."""
    asked = re.compile(r"""\bpattern\s*=\s*[rR]?["'][^"']*\\[dw]""")
    found = [f"{path.relative_to(HOUSE)}" for path in SOURCES if asked.search(path.read_text(encoding="utf-8"))]
    assert found == [], "write [0-9]"
