"""What a page promises, code keeps: every sentence that promises something is listed with the test that holds it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cases import table

HOUSE = Path(__file__).parents[2]
LISTED: dict[str, Any] = table("promises")
WORDS = re.compile("|".join(LISTED["words"]), re.IGNORECASE)
PROMISES: list[dict[str, str]] = LISTED["promises"]
SENTENCE = re.compile(r"[^.?!]+[.?!]?")
COMMENTS = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r'"([^"\n]*)"|`([^`]*)`')
COMMENTS_AND_TAGS = re.compile(r"\{#.*?#\}|<[^>{}]*>", re.DOTALL)


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def strings(path: Path) -> Iterator[str]:
    """Return the texts of a file of code, its docstrings left out: they are for us."""
    tree = ast.parse(path.read_text())
    ours = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in ours:
            yield node.value


def values(said: Any) -> Iterator[str]:
    """Return the texts of the declared form: questions, hints and what warns; what is to be mended promises nothing."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict):
        yield from (text for name, each in said.items() if name != "needed" for text in values(each))
    elif isinstance(said, list):
        yield from (text for each in said for text in values(each) if not is_to_mend(each))


def is_to_mend(said: Any) -> bool:
    """Return whether something is a rule that refuses."""
    return isinstance(said, dict) and "when" in said and "words" in said and not said.get("only_warns")


@cache
def shown() -> dict[str, list[str]]:
    """Return every sentence that a page may show, by file."""
    texts: dict[str, list[str]] = {}
    for path in (HOUSE / "services").rglob("*.html"):
        if "style_guide" not in path.name:
            texts[str(path.relative_to(HOUSE))] = [COMMENTS_AND_TAGS.sub("\n", path.read_text())]
    for path in (HOUSE / "services").rglob("*.toml"):
        texts[str(path.relative_to(HOUSE))] = list(values(tomllib.loads(path.read_text())))
    for path in (HOUSE / "services").rglob("*.py"):
        if {"pages", "presenters"} & set(path.parts) or path.name == "presenters.py" or "/shared/web/" in str(path):
            texts[str(path.relative_to(HOUSE))] = list(strings(path))
    for path in (HOUSE / "services").rglob("static/device/*.js"):
        found = QUOTED.findall(COMMENTS.sub("", path.read_text()))
        texts[str(path.relative_to(HOUSE))] = [words for each in found if " " in (words := "".join(each))]
    return texts


def promised(texts: list[str]) -> list[str]:
    """Return the texts, line by line, in which something is promised."""
    return [line.strip() for text in texts for line in text.splitlines() if WORDS.search(line)]


def is_listed(sentence: str, line: str) -> bool:
    """Return whether a promise is on the list, by itself or as part of its line."""
    return any(sentence.strip(" .") in each["sentence"] or each["sentence"] in line for each in PROMISES)


def test_every_sentence_that_promises_something_is_listed() -> None:
    found = {name: promised(texts) for name, texts in shown().items()}
    assert sum(map(len, found.values())) >= 15
    unlisted = {
        (name, sentence.strip())
        for name, lines in found.items()
        for line in lines
        for sentence in SENTENCE.findall(line)
        if WORDS.search(sentence) and not is_listed(sentence, line)
    }
    assert unlisted == set()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise["sentence"][:40])
def test_a_listed_promise_stands_on_a_page_and_its_test_is_there(promise: dict[str, str]) -> None:
    everything = "\n".join(text for texts in shown().values() for text in texts)
    assert promise["sentence"] in everything, "no page says so any more: take it off the list"
    file, _, test = promise["kept_by"].partition("::")
    assert re.search(rf"def {re.escape(test)}\(", (HOUSE / file).read_text()), "the test that kept it is gone"
