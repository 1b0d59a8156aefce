"""Where each field stands on the page: its section, what it is called, and the order in which it is told of."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.domain.counting import counted
from services.shared.errors import FieldReason
from services.visits.rules.declaration import FORM
from services.visits.rules.fields import Field, Section

_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")


@dataclass(frozen=True)
class Place:
    """One field where it stands: how many stand before it, in which section, and its own path in full."""

    number: int
    path: str
    section: Section
    field: Field


def _places() -> Mapping[str, Place]:
    """Return the place of every field by its path, a star for each line; a group stands where its first field does."""
    found: dict[str, Place] = {}

    def place(section: Section, field: Field, path: str) -> None:
        steps = path.split("/")
        for start in ("/".join(steps[:end]) for end in range(1, len(steps) + 1)):
            found.setdefault(start, Place(len(found), path, section, field))
        for inner in field.fields or ():
            place(section, inner, f"{path}{'/*' if field.kind == 'list' else ''}/{inner.path}")
        if field.kind == "texts":
            found[f"{path}/*"] = Place(len(found), f"{path}/*", section, field)

    for section in FORM.sections:
        for field in section.fields:
            place(section, field, field.path)
    return found


PLACES = _places()


def starred(path: str) -> str:
    """Return a path with a star for each line number: "hazards/*/code" for "hazards/2/code"."""
    return _NUMBER.sub("*", path)


def place_of(path: str) -> Place | None:
    """Return the place of a field or of a group; None for what is no part of the form."""
    return PLACES.get(starred(path))


def in_page_order(reasons: Iterable[FieldReason]) -> tuple[FieldReason, ...]:
    """Return the reasons from the top of the form to its end, the lines of a list by their number.

    What is no field of the form comes last.

    Policy: docs/domain/3.md (vague errors: a sender is told every field and its reason).
    """
    return tuple(sorted(reasons, key=_place))


def _place(reason: FieldReason) -> tuple[int, int, int]:
    path = reason.pointer.removeprefix("/")
    line = _NUMBER.search(path)
    number = counted(line[0]) if line else None
    start = path[: line.start() - 1] if line else path
    return _number_of(start), -1 if number is None else number, _number_of(path)


def _number_of(path: str) -> int:
    place = place_of(path)
    return len(PLACES) if place is None else place.number
