"""The questions that an inspection after a fire must answer, as a table that a fire and rescue service may change."""

from collections.abc import Mapping
from typing import Any

SHORTEST, LONGEST, MOST = 5, 500, 30


def questions_in(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the questions of a table: `about`, the part of the form, and `asks`; raises `ValueError` if it is wrong.

    Policy: docs/domain/1.5.md, post-incident template; docs/domain/4.1.md: the parts of the form that answer them.
    """
    listed = table.get("questions")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST:
        raise ValueError(f"[[questions]] must hold 1 to {MOST} questions")
    return tuple(_question(number, one) for number, one in enumerate(listed, 1))


def _question(number: int, one: Any) -> str:
    if (
        not isinstance(one, dict)
        or set(one) != {"about", "asks"}
        or not all(isinstance(each, str) for each in one.values())
    ):
        raise ValueError(f"question {number} needs two lines of text: about and asks")
    words = f"{one['about'].strip()}: {one['asks'].strip()}"
    if not one["about"].strip() or not SHORTEST <= len(words) <= LONGEST:
        raise ValueError(f"question {number} must have {SHORTEST} to {LONGEST} characters")
    return words
