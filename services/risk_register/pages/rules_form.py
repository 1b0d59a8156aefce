"""The form of the rules: each rule a line of fields, a blank line for a new one, and the rules that somebody typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.risk_register.rules.gap_rules import MOST_RULES, GapRule, code_for

BETWEEN = ";"
FIELDS = ("code", "words", "classes", "least", "level", "source")
Line = dict[str, str]
BLANK: Line = {**dict.fromkeys(FIELDS, ""), "least": "1", "level": "3"}


def lines_of(rules: Sequence[GapRule]) -> list[Line]:
    """Return the lines of the form for some rules, a blank one at the end."""
    return [
        *({**{name: str(getattr(rule, name)) for name in FIELDS}, "classes": _joined(rule)} for rule in rules),
        BLANK,
    ]


def typed_lines(form: Mapping[str, Any]) -> list[Line]:
    """Return the lines that were typed; those taken out or left blank are left out."""
    found = []
    for at in range(MOST_RULES + 2):
        line = {name: str(form.get(f"{name}-{at}", "")).replace("\x00", "").strip()[:1000] for name in FIELDS}
        if (line["words"] or line["classes"] or line["source"]) and f"out-{at}" not in form:
            found.append(line)
    return found


def rules_typed(lines: Sequence[Line]) -> tuple[GapRule, ...]:
    """Return the rules in some lines; a number that is none is 0, which no rule may have."""
    rules: list[GapRule] = []
    for line in lines:
        taken = [rule.code for rule in rules]
        code = line["code"] if line["code"] and line["code"] not in taken else code_for(line["words"], taken)
        classes = tuple(one for each in line["classes"].split(BETWEEN) if (one := each.strip()))
        rules.append(
            GapRule(code, line["words"], classes, _number(line["least"]), _number(line["level"]), line["source"])
        )
    return tuple(rules)


def _joined(rule: GapRule) -> str:
    return f"{BETWEEN} ".join(rule.classes)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
