"""The shapes of the declared form: choices, fields, rules, sections, and the form itself."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


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
    picked: bool = False
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
