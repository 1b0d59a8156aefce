"""The form of a visit as it is declared: its sections, fields and rules, read once from the files of `form/`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.visits.rules.conditions import Condition, condition, of_the_visit
from services.visits.rules.fields import Choice, Field, Form, Rule, Section
from services.visits.rules.wire import SCHEMA, wire_of, words_of

FOLDER = Path(__file__).parent / "form"
# What a file may say of a field beside what the field itself holds, and of a rule; a word misspelt stops the start.
OF_CHOICES = ("words", "numbers", "groups", "by_words", "not_taken")
OF_A_FIELD = frozenset({*(each.name for each in fields(Field)), *OF_CHOICES, "needed", "needed_when"})
OF_A_RULE = frozenset(each.name for each in fields(Rule))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _understood(said: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    """Return what is said of a field or a rule; raises `ValueError` for a word that nobody understands."""
    if strange := said.keys() - known:
        raise ValueError(f"the form says {sorted(strange)} of {said.get('path')}: docs/visit-form.md has the words")
    return said


def _long(said: Any) -> Any:
    """Return a condition with every call by name written in full, as devices read it."""
    if isinstance(said, str):
        return {"named": said}
    if said is None:
        return None
    long = {word: _long(said[word]) for word in ("not", "where") if word in said}
    long |= {word: [_long(part) for part in said[word]] for word in ("all", "any") if word in said}
    return {**said, **long}


def _choices(said: Mapping[str, Any], wire: Mapping[str, Any]) -> tuple[Choice, ...] | None:
    if "numbers" in said:
        return tuple(Choice(int(words.split()[0]), words) for words in said["numbers"])
    if wire["codes"] is None:
        return None
    words, groups = said.get("words", {}), said.get("groups", {})
    found = [
        Choice(code, words.get(code) or words_of(code, wire["vocabulary"]), groups.get(code.rstrip("0123456789")))
        for code in wire["codes"]
    ]
    if said.get("by_words"):
        found.sort(key=lambda choice: choice.words.lower())
    if extra := said.get("not_taken"):
        found.append(Choice(extra["code"], extra["words"], extra["group"], extra["reason"]))
    return tuple(found)


def declared_field(said: Mapping[str, Any], group: Mapping[str, Any]) -> Field:
    """Return a field as a file declares it, with what the wire model says of it in its group.

    Raises `KeyError` for a field that the model has not, `ValueError` for a word that nobody understands.

    Policy: docs/decisions/0024-one-form-as-data.md: the wire model is the law.
    """
    wire = wire_of(said["path"], group)
    told = {**wire, **_understood(said, OF_A_FIELD)}
    made = {
        **{each.name: told[each.name] for each in fields(Field) if each.name in told},
        "kind": said.get("kind") or ("choice" if "numbers" in said else wire["kind"]),
        "choices": _choices(said, wire),
        "sealed_when": _long(said.get("sealed_when")),
        "shown_when": _long(said.get("shown_when")),
        "asked_of": tuple(said["asked_of"]) if "asked_of" in said else None,
        "notices": tuple({**each, "when": _long(each["when"])} for each in said.get("notices", ())),
        "unanswered": said.get("unanswered") or (said.get("needed") if wire["required"] else None),
        "fields": tuple(declared_field(each, wire["fields"]) for each in said.get("fields", ())) or None,
    }
    return Field(**made)


def _rules_of(said: Mapping[str, Any], each: str | None = None) -> Iterator[Rule]:
    """Give the rules of a field that says when it is needed, and of the fields of its lines."""
    if "needed" in said:
        blank = {"not": {"given": said["path"]}}
        when = {"all": [_long(said["needed_when"]), blank]} if "needed_when" in said else blank
        yield Rule(_code(each, said["path"], "needed"), said["path"], when, said["needed"], each)
    for inner in said.get("fields", ()):
        yield from _rules_of(inner, said["path"])


def _rule(said: Mapping[str, Any]) -> Rule:
    code = _understood(said, OF_A_RULE).get("code") or _code(said.get("each"), said["path"], "wrong")
    when, only_warns = _long(said.get("when")), said.get("only_warns", False)
    return Rule(code, said["path"], when, said["words"], said.get("each"), only_warns)


def _code(each: str | None, path: str, fault: str) -> str:
    return "-".join(filter(None, (each, path, fault))).replace("/", "-").replace("_", "-")


def _form() -> Form:
    read = [_read(path.stem) for path in sorted(FOLDER.glob("?_*.toml"))]
    return Form(
        sections=tuple(
            Section(
                said["letter"],
                said["title"],
                said.get("hint"),
                said.get("sealed", False),
                tuple(declared_field(each, SCHEMA) for each in said["fields"]),
            )
            for said in read
        ),
        rules=tuple(
            rule
            for said in read
            for rule in (
                *(one for each in said["fields"] for one in _rules_of(each)),
                *map(_rule, said.get("rules", ())),
            )
        ),
        conditions=MappingProxyType({name: _long(said) for name, said in _read("conditions").items()}),
        words=MappingProxyType(_read("words")),
    )


def _reads_a_line(said: Any) -> bool:
    """Return whether a condition reads the line it is asked of, by itself or by a condition it calls by name."""
    if "named" in said:
        return _reads_a_line(FORM.conditions[said["named"]])
    if "all" in said or "any" in said or "not" in said:
        parts = said.get("all") or said.get("any") or [said["not"]]
        return any(_reads_a_line(part) for part in parts)
    return not str(said.get("path") or said.get("given")).startswith("/")


FORM = _form()
NAMED: dict[str, Condition] = {}
for _name, _said in FORM.conditions.items():
    _holds = condition(_said, NAMED)
    NAMED[_name] = _holds if _reads_a_line(_said) else of_the_visit(_holds, _name)
