"""What a browser sends of the form, and the same as the content of a visit: one field name is one place in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.counting import counted
from services.shared.errors import FieldReason
from services.visits.pages.labels import (
    BEFORE_SENDING,
    LABELS,
    SECTIONS,
    label_of,
    line_number,
    section_of,
    shown_at,
    starred,
)
from services.visits.rules.reading import STAFF_ALLEGATION
from services.visits.rules.remarks import Remark

LONDON = ZoneInfo("Europe/London")
# Reasons that make no sense without the name of the field before them.
SAID_OF_A_FIELD = ("this ", "must ", "give an answer", "use ")
LOCAL_TIME = "%Y-%m-%dT%H:%M"
GROUPS = ("contacts", "systems", "isolations", "hazards", "water/hydrants", "people", "referrals", "critical_facts")
MOST_LINES = 30
FACTS = 5
CHOSEN_FROM_MANY = frozenset({"construction"})
WRITTEN_AS_LIST = frozenset({"crew_ids"})
TIMES = frozenset({"started_at", "ended_at", "systems/*/fault_since", "referrals/*/spoken_at"})
FIELDS = frozenset({*LABELS, "device_point/lat", "device_point/lon", "device_point/accuracy_m"})


@dataclass(frozen=True)
class VisitPage:
    """The form as it is shown: what is filled in, what is wrong and what is odd, each by field name.

    `is_new` is the form as it is opened, into which the tablet may put back a visit that was not sent; `is_in_charge`
    lets another officer be named as the one who led. `received_before` is the number of the visit that these words
    were sent under, where it was received with others.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[FieldReason, ...] = ()
    lines_wanted: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    seen: tuple[str, ...] = ()
    is_new: bool = False
    is_in_charge: bool = False
    received_before: str = ""

    def value(self, path: str) -> str:
        """Return what is filled in at a field."""
        return next(iter(self.values.get(path, ())), "")

    def chosen(self, path: str) -> tuple[str, ...]:
        """Return all that is ticked at a field."""
        return self.values.get(path, ())

    def error(self, path: str) -> str:
        """Return what is wrong at a field, as a sentence; empty if nothing is."""
        words = [reason.reason for reason in self.reasons if shown_at(reason.pointer.removeprefix("/")) == path]
        return _sentence("; ".join(words))

    def lines(self, group: str) -> range:
        """Return the numbers of the lines of a group: those filled in, or one to fill in, or as many as wanted."""
        filled = lines_filled(self.values, group)
        return range(max(filled, self.lines_wanted.get(group, FACTS if group == "critical_facts" else 1)))

    def summary(self) -> list[dict[str, str]]:
        """Return the error summary: each thing to mend, with a link to its field."""
        return [_summary_line(reason) for reason in self.reasons]

    def second_looks(self) -> list[dict[str, str]]:
        """Return what is odd, each with its words and a link to the field to go back to."""
        found = []
        for remark in self.remarks:
            words, path = BEFORE_SENDING[remark]
            where = f"{dict(SECTIONS)[section_of(path)]}, “{label_of(path)}”"
            found.append({"text": words, "href": f"#{element_id(path)}", "where": where})
        return found

    def sections_to_mend(self) -> frozenset[str]:
        """Return the letters of the sections in which something is wrong."""
        return frozenset(section_of(shown_at(reason.pointer.removeprefix("/"))) for reason in self.reasons)


def element_id(path: str) -> str:
    """Return the id of the element of a field: its name without slashes."""
    return path.replace("/", "-")


def local_time(at: datetime) -> str:
    """Return a moment as the browser's time field has it: London, to the minute."""
    return at.astimezone(LONDON).strftime(LOCAL_TIME)


def from_browser(sent: Iterable[tuple[str, object]]) -> dict[str, tuple[str, ...]]:
    """Return what is filled in by field name: blanks left out, blank lines closed up, names of no field ignored."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in sent:
        if isinstance(value, str) and value.strip() and starred(name) in FIELDS:
            values[name] = (*values.get(name, ()), value.strip().replace("\r\n", "\n"))
    for group in GROUPS:
        values = _closed_up(values, group)
    return values


def without_allegations(values: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what is filled in without a word that was written for an allegation about staff: nobody here reads it."""
    lines = [name.rpartition("/")[0] for name, texts in values.items() if texts == (STAFF_ALLEGATION,)]
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


def _typed(name: str, texts: tuple[str, ...]) -> object:
    if name in CHOSEN_FROM_MANY:
        return list(texts)
    if name in WRITTEN_AS_LIST:
        return [part.strip() for part in texts[0].replace("\n", ",").split(",") if part.strip()]
    return _in_utc(texts[0]) if starred(name) in TIMES else texts[0]


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


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _summary_line(reason: FieldReason) -> dict[str, str]:
    pointer = reason.pointer.removeprefix("/")
    path, number = shown_at(pointer), line_number(pointer)
    section = dict(SECTIONS)[section_of(path)]
    place = f"{section}, line {number}" if number else section
    if reason.reason.startswith(SAID_OF_A_FIELD):
        place = f"{place}, {label_of(path).lower()}" if number else label_of(path)
    if place.endswith("?"):
        return {"text": f"{place} {reason.reason[0].upper()}{reason.reason[1:]}", "href": f"#{element_id(path)}"}
    return {"text": f"{place}: {reason.reason}", "href": f"#{element_id(path)}"}
