"""The form of one fact as it comes back: what was typed into each field becomes the value that is checked."""

from collections.abc import Iterator
from datetime import datetime, time
from math import isfinite, nan
from typing import Any

from starlette.datastructures import FormData

from services.domain.fact_keys import SCORE
from services.domain.working_time import UK, local_date
from services.risk_register.presenters.editors import NOT_TYPED, Editor, Field
from services.shared.errors import FieldReason, Refused

LONGEST = 500
NOT_A_NUMBER = "give a number"
NOT_KEPT = "it holds a character that cannot be kept: type it again"
NUMBERS = frozenset({"number", "whole"})


class CorrectingForm:
    """What was typed about one fact; `problems` gathers what could not be read of it."""

    def __init__(self, typed: FormData, editor: Editor, now: Any) -> None:
        self.typed = typed
        self.problems: list[FieldReason] = []
        self._editor = editor
        self._now = now

    def value(self) -> Any:
        """Return what the fields say, in the shape of the fact; what was left empty is left out."""
        found: dict[str, Any] = {}
        for field in self._fields():
            read = self._read(field)
            if read is not None:
                _put(found, field.path.split("."), read)
        return _shaped(found, self._editor, self._now)

    def reason(self) -> str:
        """Return why it is corrected; nothing, and a problem, for what cannot be kept."""
        words = str(self.typed.get("reason", "")).strip()
        if "\0" not in words:
            return words
        self.problems.append(FieldReason("/reason", NOT_KEPT))
        return ""

    def _fields(self) -> Iterator[Field]:
        for group in self._editor.groups:
            yield from group

    def _read(self, field: Field) -> Any:
        name = f"value-{field.path}"
        if field.kind == "ticks":
            return [str(one)[:LONGEST] for one in self.typed.getlist(name)] or None
        words = str(self.typed.get(name, "")).strip()
        if "\0" in words:
            self.problems.append(_at(field, NOT_KEPT))
            return None
        if not words:
            return None
        if field.kind == "lines":
            return [line.strip() for line in words.splitlines() if line.strip()]
        if field.kind == "yes_no":
            return words == "true"
        if field.kind in NUMBERS:
            return self._number(field, words)
        return self._moment(field, words) if field.kind == "moment" else words

    def _number(self, field: Field, words: str) -> float | int | None:
        try:
            number = float(words.replace(",", ""))
        except ValueError:
            number = nan
        if not isfinite(number):
            self.problems.append(_at(field, NOT_A_NUMBER))
            return None
        return int(number) if field.kind == "whole" and number == int(number) else number

    def _moment(self, field: Field, words: str) -> str | None:
        """Return a day as a moment: the one that stands there if its day is left as it is, else its midnight."""
        before = _within(self._now, field.path.split("."))
        if isinstance(before, datetime) and local_date(before).isoformat() == words:
            return before.isoformat()
        try:
            return datetime.combine(datetime.fromisoformat(words).date(), time(), UK).isoformat()
        except ValueError:
            self.problems.append(_at(field, "give a day"))
            return None


def _at(field: Field, words: str) -> FieldReason:
    return FieldReason("/value/" + field.path.replace(".", "/"), words)


def _put(into: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        into = into.setdefault(step, {})
    into[steps[-1]] = value


def _within(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value[int(step)] if step.isdigit() else getattr(value, step, None)
    return value


def _shaped(found: dict[str, Any], editor: Editor, now: Any) -> Any:
    """Return what was read as the fact has it: several things, one of parts, or one plain value."""
    if editor.fact == SCORE:
        return {**_kept(now), **found}
    if editor.groups[0][0].path[0].isdigit():
        return [{**_kept(one), **found.get(str(number), {})} for number, one in enumerate(now)]
    return found.get(editor.groups[0][0].path.split(".")[0])


def _kept(part: Any) -> dict[str, Any]:
    """Return what of a thing nobody types."""
    typed = part.model_dump(mode="json", include=NOT_TYPED)
    return {name: value for name, value in typed.items() if value is not None}


def errors_of_correction(refused: Refused, editor: Editor) -> list[dict[str, str]]:
    """Return each thing to mend of a correction once, with the field in which it is mended."""
    reasons = refused.reasons or (FieldReason("/version", str(refused)),)
    lines = {_place_of(one.pointer, editor): one.reason for one in reversed(reasons)}
    return [{"text": words[:1].upper() + words[1:], "href": f"#{place}"} for place, words in reversed(lines.items())]


def _place_of(pointer: str, editor: Editor) -> str:
    if pointer == "/reason":
        return "correct-reason"
    if not pointer.startswith("/value"):
        return "what-to-do"
    paths = [field.path for group in editor.groups for field in group]
    meant = pointer.removeprefix("/value").strip("/").replace("/", ".")
    exact = [path for path in paths if meant and (path == meant or path.endswith(f".{meant}"))]
    within = [path for path in paths if meant and path.startswith(f"{meant}.")]
    return f"value-{(*exact, *within, *paths)[0]}"
