"""The form of a visit as it is declared: its sections, fields and rules, read once from the files of `form/`."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.visits.rules.conditions import Condition, condition
from services.visits.rules.wire import SCHEMA, wire_of, words_of

FOLDER = Path(__file__).parent / "form"


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen; `refused` is why it is offered and never taken."""

    code: str | int
    words: str
    group: str | None = None
    refused: str | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """Return the code as a browser sends it, and its words."""
        return str(self.code), self.words


@dataclass(frozen=True)
class Field:
    """One field of the form, or a list of lines with `fields` of their own. Each name is explained in
    docs/visit-form.md.
    """

    path: str
    label: str
    kind: str
    required: bool
    hint: str | None = None
    heading: str | None = None
    add: str | None = None
    tick: str | None = None
    unit: str | None = None
    width: int | None = None
    input: str | None = None
    choices: tuple[Choice, ...] | None = None
    min: float | None = None
    max: float | None = None
    above: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    most: int | None = None
    sealed: bool = False
    sealed_when: Any = None
    shown_when: Any = None
    asked_of: tuple[str, ...] | None = None
    notices: tuple[Mapping[str, Any], ...] = ()
    unanswered: str | None = None
    wrong: str | None = None
    fields: "tuple[Field, ...] | None" = None


@dataclass(frozen=True)
class Rule:
    """What stands against a field (or only warns of it) when a condition holds.

    The path of a rule of each line of a list is relative to the line. `when` is None where only the server can tell.
    """

    code: str
    path: str
    when: Any
    words: str
    each: str | None = None
    only_warns: bool = False


@dataclass(frozen=True)
class Section:
    """One section of the form."""

    letter: str
    title: str
    hint: str | None
    sealed: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """The whole form. `words` are said of an answer that does not fit, by the kind of mistake."""

    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    conditions: Mapping[str, Any]
    words: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        """Return the form as a device holds it: plain JSON, with a version that changes when it does."""
        content = {
            "sections": [asdict(section) for section in self.sections],
            "rules": [asdict(rule) for rule in self.rules],
            "conditions": dict(self.conditions),
            "words": dict(self.words),
        }
        version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
        return {"version": version, **content}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


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


def _field(said: Mapping[str, Any], group: Mapping[str, Any]) -> Field:
    wire = wire_of(said["path"], group)
    inner = [_field(each, wire["fields"]) for each in said.get("fields", ())]
    known = {each.name for each in fields(Field)}
    choices = _choices(said, wire)
    unanswered = said.get("unanswered") or (said.get("needed") if wire["required"] else None)
    made = {
        **{name: value for name, value in {**wire, **said}.items() if name in known},
        "kind": said.get("kind") or ("choice" if "numbers" in said else wire["kind"]),
        "choices": choices,
        "sealed_when": _long(said.get("sealed_when")),
        "shown_when": _long(said.get("shown_when")),
        "asked_of": tuple(said["asked_of"]) if "asked_of" in said else None,
        "notices": tuple({**each, "when": _long(each["when"])} for each in said.get("notices", ())),
        "unanswered": unanswered,
        "fields": tuple(inner) or None,
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
    code = said.get("code") or _code(said.get("each"), said["path"], "wrong")
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
                tuple(_field(each, SCHEMA) for each in said["fields"]),
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


FORM = _form()
NAMED: dict[str, Condition] = {}
NAMED.update((name, condition(said, NAMED)) for name, said in FORM.conditions.items())
