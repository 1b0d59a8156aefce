"""The fields in which one fact is corrected: each part of its value by what it is, with its unit and its choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from schemas.risk_register import RiskFacts
from schemas.visit_parts import FixedSystem, Hazard, Hydrant, Isolation, Part, Severity, Water
from schemas.vocabulary import HarmCategory, HazardCode
from services.domain.fact_keys import SCORE, ScoreInputs
from services.domain.fact_words import UNITS, label_of
from services.domain.words import words_for
from services.domain.working_time import local_date
from services.risk_register.rules.correcting import HYDRANTS, MANY, WATER

PARTS: Mapping[str, type[Part]] = {"hazards": Hazard, "systems": FixedSystem, "isolations": Isolation}
# What a reviewer never types: a photograph is pinned by the crew, and a level is set by hand with a reason of its own.
NOT_TYPED = frozenset({"photo", "override"})
# Parts that only one kind of hazard has.
ONLY_OF = {"bess": HazardCode.BESS, "clutter": HazardCode.CLUTTER, "comah_tier": HazardCode.COMAH}
LONG = 121
NOT_KNOWN = ("", "Not known")
YES_OR_NO = (("true", "Yes"), ("false", "No"))
PART_WORDS: Mapping[str, str] = {
    "code": "Hazard",
    "kind": "Kind",
    "qty": "How much",
    "un_no": "UN number",
    "eac": "Emergency action code",
    "review_on": "Review on",
    "comah_tier": "COMAH tier",
    "fault_since": "Out of order since",
    "reported_to_frs": "Reported to us",
    "asset_id": "Hydrant number",
    "distance_m": "Distance in m",
    "flow_lpm": "Flow in L/min",
    "main_mm": "Main in mm",
    "w3w": "What3words",
    "present": "There is one",
    "capacity_mwh": "Capacity in MWh",
    "separation_m": "Apart in m",
    "water_run_off": "Run-off",
}


@dataclass(frozen=True)
class Field:
    """One field: `path` is where in the value it stands, `kind` what it takes.

    `kind` is line, text, lines (one to a line), number, whole, day, moment, choice, ticks or yes_no. `is_needed` means
    that it cannot be left empty. `value` is what stands in it now, several for ticks.
    """

    path: str
    label: str
    kind: str
    value: Any
    is_needed: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Editor:
    """The fields of one fact, in groups: a fact of several things has a group for each."""

    fact: str
    groups: tuple[tuple[Field, ...], ...]


def editor_of(fact: str, value: Any) -> Editor:
    """Return the fields in which a fact is corrected, filled with what it says now."""
    name = fact.partition("/")[0]
    if fact == SCORE:
        return Editor(fact, (tuple(_fields(ScoreInputs, value, "")),))
    if fact.startswith(HYDRANTS) or name in MANY:
        of = Hydrant if fact.startswith(HYDRANTS) else PARTS[name]
        return Editor(fact, tuple(tuple(_fields(of, one, f"{number}.")) for number, one in enumerate(value)))
    model, field = (Water, fact.removeprefix(WATER)) if fact.startswith(WATER) else (RiskFacts, name)
    return Editor(fact, (tuple(_field(field, model.model_fields[field], value, "", label_of(fact), fact)),))


def _fields(of: type[Part], value: Part | None, path: str) -> Iterator[Field]:
    for name, info in of.model_fields.items():
        now = getattr(value, name, None)
        wanted = ONLY_OF.get(name)
        if name in NOT_TYPED or (wanted and now is None and getattr(value, "code", None) != wanted):
            continue
        yield from _field(name, info, now, path, _label(of, name), name)


def _field(name: str, info: FieldInfo, value: Any, path: str, label: str, fact: str) -> Iterator[Field]:
    """Give the field for one part of a value, or those of the parts within it."""
    of, is_needed = _type_of(info.annotation)
    if isinstance(of, type) and issubclass(of, Part):
        yield from _fields(of, value, f"{path}{name}.")
        return
    kind, options = _kind(of, info, is_needed)
    unit = UNITS.get(fact)
    yield Field(
        path=f"{path}{name}",
        label=f"{label} in {unit}" if unit else label,
        kind=kind,
        value=_typed(value),
        is_needed=is_needed and path != "",
        options=options,
    )


def _type_of(annotation: Any) -> tuple[Any, bool]:
    """Return what a field holds, and whether it must be given."""
    if get_origin(annotation) in (Union, UnionType):
        within = [one for one in get_args(annotation) if one is not NoneType]
        return _type_of(within[0])[0], False
    if hasattr(annotation, "__metadata__"):
        return _type_of(annotation.__origin__)
    return annotation, True


def _kind(of: Any, info: FieldInfo, is_needed: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    if get_origin(of) is tuple:
        each = get_args(of)[0]
        return ("ticks", _choices(each)) if _is_code(each) else ("lines", ())
    if _is_code(of):
        return "choice", _choices(of) if is_needed else (NOT_KNOWN, *_choices(of))
    if of is bool:
        return "yes_no", YES_OR_NO if is_needed else (NOT_KNOWN, *YES_OR_NO)
    if of in (int, float):
        return ("whole" if of is int else "number"), ()
    if of in (datetime, AwareDatetime):
        return "moment", ()
    if of is date:
        return "day", ()
    return ("text" if _longest(info) >= LONG else "line"), ()


def _longest(info: FieldInfo) -> int:
    """Return how many characters a text may have."""
    within = (info.annotation, *get_args(info.annotation))
    marks = [*info.metadata, *(mark for each in within for mark in getattr(each, "__metadata__", ()))]
    return max((getattr(mark, "max_length", None) or 0 for mark in marks), default=0)


def _is_code(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, StrEnum)


def _choices(of: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((code.value, words_for(code)) for code in of)


def _label(of: type[Part], name: str) -> str:
    if of is Severity:
        return words_for(HarmCategory(name))
    return PART_WORDS.get(name) or label_of(name)


def _typed(value: Any) -> Any:
    """Return a value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return tuple(str(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return local_date(value).isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, date) else str(value)
