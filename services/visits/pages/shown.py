"""The form as a page shows it: what is filled in, what is wrong and what is odd, each at its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.shared.errors import FieldReason
from services.visits.pages.form import FACTS, lines_filled
from services.visits.rules.declaration import FORM
from services.visits.rules.fields import Field
from services.visits.rules.order import place_of
from services.visits.rules.remarks import Remark

# Reasons that make no sense without the name of the field before them.
SAID_OF_A_FIELD = ("this ", "must ", "give an answer", "use ")
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
_WARNINGS = {rule.code: rule for rule in FORM.rules if rule.only_warns}


@dataclass(frozen=True)
class VisitPage:
    """The form as it is shown: what is filled in, what is wrong and what is odd, each by field name.

    `is_new` is the form as it is opened, into which the tablet may put back a visit that was not sent; `roles` are of
    whoever fills it in. `received_before` is the number of the visit that these words were sent under, where it was
    received with others.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[FieldReason, ...] = ()
    lines_wanted: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    seen: tuple[str, ...] = ()
    is_new: bool = False
    roles: tuple[str, ...] = ()
    received_before: str = ""

    def asks(self, asked: Field) -> bool:
        """Return whether this page asks a field of whoever fills it in."""
        return asked.asked_of is None or not set(asked.asked_of).isdisjoint(self.roles)

    def value(self, path: str) -> str:
        """Return what is filled in at a field."""
        return next(iter(self.values.get(path, ())), "")

    def chosen(self, path: str) -> tuple[str, ...]:
        """Return all that is ticked at a field."""
        return self.values.get(path, ())

    def error(self, path: str) -> str:
        """Return what is wrong at a field, as a sentence; empty if nothing is."""
        words = "; ".join(reason.reason for reason in self.reasons if shown_at(reason.pointer[1:]) == path)
        return words[:1].upper() + words[1:]

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
        for rule in (_WARNINGS[remark] for remark in self.remarks):
            where = f"{section_of(rule.path)}, “{label_of(rule.path)}”"
            found.append({"text": rule.words, "href": f"#{element_id(shown_at(rule.path))}", "where": where})
        return found

    def sections_to_mend(self) -> frozenset[str]:
        """Return the letters of the sections in which something is wrong."""
        places = [place_of(reason.pointer[1:]) for reason in self.reasons]
        return frozenset(place.section.letter if place else "A" for place in places)


def element_id(path: str) -> str:
    """Return the id of the element of a field: its name without slashes."""
    return path.replace("/", "-")


def shown_at(path: str) -> str:
    """Return the field on the page at which a reason about a path is shown: the first of a group or of a list."""
    place = place_of(path) or place_of(_NUMBER.split(path)[0].rstrip("/"))
    if place is None:
        return path
    if place.field.kind in ("texts", "choices", "point"):
        counted = place.field.kind == "texts" and place.field.most == FACTS
        return f"{place.field.path}/{(*_NUMBER.findall(path), 0)[0]}" if counted else place.field.path
    first = f"{place.path}/*/{place.field.fields[0].path}" if place.field.fields else place.path
    numbers = iter(_NUMBER.findall(path))
    return re.sub(r"\*", lambda _star: next(numbers, "0"), first)


def label_of(path: str) -> str:
    """Return what a field is called."""
    place = place_of(path)
    return place.field.label if place else path.replace("_", " ").replace("/", ", ")


def section_of(path: str) -> str:
    """Return the title of the section that a field is in; that of the first for one that is on no page."""
    place = place_of(path)
    return (place.section if place else FORM.sections[0]).title


def _summary_line(reason: FieldReason) -> dict[str, str]:
    path = reason.pointer[1:]
    at, line = shown_at(path), _NUMBER.search(path)
    place = f"{section_of(path)}, line {int(line[0]) + 1}" if line else section_of(path)
    if reason.reason.startswith(SAID_OF_A_FIELD):
        place = f"{place}, {label_of(at).lower()}" if line else label_of(at)
    asks = place.endswith("?")
    words = f"{place} {reason.reason[0].upper()}{reason.reason[1:]}" if asks else f"{place}: {reason.reason}"
    return {"text": words, "href": f"#{element_id(at)}"}
