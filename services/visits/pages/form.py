"""What a browser sends of the form, and the same as the content of a visit: one field name is one place in it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.counting import counted
from services.visits.rules.declaration import FORM
from services.visits.rules.fields import Field
from services.visits.rules.order import PLACES, starred

LONDON = ZoneInfo("Europe/London")
LOCAL_TIME = "%Y-%m-%dT%H:%M"
MOST_LINES = 30
# Few texts are written each on a line of its own, many as one list with commas.
FACTS = 5
NOT_ON_THIS_PAGE = frozenset({"polygon", "photo", "pin", "set_by_device"})


def is_drawn(field: Field) -> bool:
    """Return whether this page can ask a field: it sends no photographs, and draws no outlines."""
    return field.kind not in NOT_ON_THIS_PAGE and field.path != "media"


def _is_in_lines(field: Field) -> bool:
    return is_drawn(field) and (field.kind == "list" or (field.kind == "texts" and field.most == FACTS))


GROUPS = tuple(field.path for section in FORM.sections for field in section.fields if _is_in_lines(field))
FIELDS = {
    place.path: place.field
    for place in PLACES.values()
    if is_drawn(place.field) and place.field.kind not in ("list", "point") and not place.path.startswith("media/")
}


def local_time(at: datetime) -> str:
    """Return a moment as the browser's time field has it: London, to the minute."""
    return at.astimezone(LONDON).strftime(LOCAL_TIME)


def from_browser(sent: Iterable[tuple[str, object]]) -> dict[str, tuple[str, ...]]:
    """Return what is filled in by field name: blanks left out, blank lines closed up, names of no field ignored."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in sent:
        if isinstance(value, str) and value.strip() and (starred(name) in FIELDS or name == "submission_id"):
            values[name] = (*values.get(name, ()), value.strip().replace("\r\n", "\n"))
    for group in GROUPS:
        values = _closed_up(values, group)
    return values


def without_allegations(values: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what is filled in without a word that was written for an allegation about staff: nobody here reads it."""
    lines = [name.rpartition("/")[0] for name, texts in values.items() if _is_refused(name, texts[0])]
    return {
        name: texts
        for name, texts in values.items()
        if name.endswith("/kind") or not any(name.startswith(f"{line}/") for line in lines)
    }


def lines_filled(values: Mapping[str, object], group: str) -> int:
    """Return how many lines of a group are filled in."""
    return len(_numbers(values, group))


def content_of(values: Mapping[str, tuple[str, ...]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a visit: what is filled in, and what is given by who is signed in and by the clock."""
    content: dict[str, Any] = {}
    for name, texts in values.items():
        _put(content, name.split("/"), _typed(name, texts))
    return {**_with_lists(content), **given}


def _is_refused(name: str, code: str) -> bool:
    field = FIELDS.get(starred(name))
    return any(choice.refused and choice.code == code for choice in (field.choices if field else None) or ())


def _typed(name: str, texts: tuple[str, ...]) -> object:
    field = FIELDS.get(starred(name))
    kind = field.kind if field else "text"
    if kind == "choices":
        return list(texts)
    if kind == "texts" and name in FIELDS:
        return [part.strip() for part in texts[0].replace("\n", ",").split(",") if part.strip()]
    return _in_utc(texts[0]) if kind == "time" else texts[0]


def _in_utc(text: str) -> str:
    """Return a London time in UTC; what is no such time is left as it is, for the form to refuse."""
    try:
        local = datetime.strptime(text[:16], LOCAL_TIME).replace(tzinfo=LONDON)
    except ValueError:
        return text
    return local.astimezone(UTC).isoformat()


def _put(content: dict[str, Any], steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        inner = content.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        content = inner
    content.setdefault(steps[-1], value)


def _with_lists(content: dict[str, Any]) -> dict[str, Any]:
    return {name: _listed(value) for name, value in content.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(counted(name) is not None for name in value):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return _with_lists(value)


def _line(name: str, group: str) -> int | None:
    """Return the number of the line of a group that a field stands in; None for a field of none."""
    if not name.startswith(f"{group}/"):
        return None
    number = name.removeprefix(f"{group}/").partition("/")[0]
    return counted(number)


def _numbers(values: Mapping[str, object], group: str) -> list[int]:
    found = {_line(name, group) for name in values}
    return sorted(number for number in found if number is not None)[:MOST_LINES]


def _closed_up(values: dict[str, tuple[str, ...]], group: str) -> dict[str, tuple[str, ...]]:
    order = {old: new for new, old in enumerate(_numbers(values, group))}
    closed: dict[str, tuple[str, ...]] = {}
    for name, texts in values.items():
        if not name.startswith(f"{group}/") or (group == "water/hydrants" and name.count("/") < 2):
            closed[name] = texts
            continue
        line = _line(name, group)
        _number, slash, rest = name.removeprefix(f"{group}/").partition("/")
        if line in order:
            closed[f"{group}/{order[line]}{slash}{rest}"] = texts
    return closed
