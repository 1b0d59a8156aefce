"""What the crew reported beside the present record: fact by fact, in words, with what would change marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from services.domain.fact_keys import field_of
from services.domain.fact_words import label_of, value_words
from services.risk_register.presenters.danger import gravity_in, order_by_danger
from services.risk_register.presenters.fact_words import SECTIONS, section_of
from services.risk_register.rules.correcting import Correction, facts_in
from services.risk_register.rules.differences import TO_DECIDE, Change, Difference

CHANGE_WORDS = {
    Change.NEW: "New",
    Change.CHANGED: "Changed",
    Change.CLEARED: "No longer found",
    Change.OVERTAKEN: "Newer known",
    Change.SAME: "Confirmed",
    Change.NOT_REPORTED: "Not mentioned",
}
# Plain text that a reviewer may put into better words before publishing.
TEXT_FIELDS = frozenset(
    {
        *("access_note", "entry_point", "key_safe", "roof", "voids", "assembly_point"),
        *("tactics_note", "pda_suggestion", "sector_note", "salvage_priorities"),
    }
)


@dataclass(frozen=True)
class Words:
    """Some words of a fact, and whether the other side does not have them."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Line:
    """One fact: what the crew says, what is published, and what would become of it.

    `amended` is what a reviewer made of it, None where nobody changed it; `text` is what the crew wrote and `draft`
    what stands in the form to be put into better words, both None for what is not plain text.
    """

    key: str
    field: str
    section: str
    label: str
    reported: tuple[Words, ...]
    present: tuple[Words, ...]
    at_setting_out: str
    change: Change
    change_words: str
    to_decide: bool
    in_conflict: bool
    left_out: bool
    text: str | None
    amended: tuple[Words, ...] | None = None
    draft: str | None = None
    is_grave: bool = False
    correction: Correction | None = None

    @property
    def place(self) -> str:
        """Return what the row is called in an address: it tells nobody what the fact is."""
        return place_of(self.key)


@dataclass(frozen=True)
class Comparison:
    """The facts that a reviewer decides on, and the others, each by the section of the form."""

    to_look_at: tuple[Line, ...]
    unchanged: tuple[Line, ...]

    @property
    def to_decide(self) -> tuple[Line, ...]:
        """Return the facts that publishing would change."""
        return tuple(line for line in self.to_look_at if line.to_decide)

    @property
    def every(self) -> tuple[Line, ...]:
        """Return all rows, those to look at first."""
        return (*self.to_look_at, *self.unchanged)

    def at(self, place: str | None) -> Line | None:
        """Return the row of a place, None if there is none."""
        return next((line for line in self.every if place and line.place == place), None)

    @property
    def conflicts(self) -> tuple[Line, ...]:
        """Return the facts that somebody else changed since the crew set out."""
        return tuple(line for line in self.to_look_at if line.in_conflict)


def compare(
    found: Iterable[Difference],
    left_out: Sequence[str] = (),
    own: Mapping[str, Any] | None = None,
    grave: Mapping[str, int] = MappingProxyType({}),
    corrections: Sequence[Correction] = (),
) -> Comparison:
    """Return a report beside its record, the level first, then what can kill a crew, the gravest by `grave` first.

    `own` are the crew's facts where a reviewer has changed some of them: each side stands under its right name.
    """
    at = {key: one for one in corrections for key in (one.fact, *facts_in(one.fact, one.value))}
    lines = [
        replace(_line(one, left_out, own), is_grave=gravity_in(one.key, grave) > 0, correction=at.get(one.key))
        for one in sorted(found, key=lambda one: order_by_danger(one.key, grave))
    ]
    looked_at = tuple(
        line for line in lines if line.to_decide or line.amended is not None or line.change is Change.OVERTAKEN
    )
    return Comparison(looked_at, tuple(line for line in lines if line not in looked_at))


def place_of(key: str) -> str:
    """Return what the row of a fact is called in an address: always the same, and it tells nobody what the fact is."""
    return sha256(key.encode()).hexdigest()[:12]


def fields_to_name(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the fields of the form that a return may be about: what the crew changed first, then all others."""
    changed = dict.fromkeys(line.field for line in lines if line.to_decide)
    every = [field_of(name) for section in SECTIONS.values() for name in section if name != "none_found"]
    return [
        {"value": name, "text": _field_words(name), "changed": name in changed}
        for name in dict.fromkeys([*changed, *every])
    ]


def _field_words(name: str) -> str:
    named = {
        "severity": "Likelihood and severity",
        "hazards": "Hazards",
        "systems": "Fixed systems",
        "isolations": "Isolations",
        "water": "Water",
        "none_found": "Hazards",
    }
    return named.get(name) or label_of(name)


def _line(one: Difference, left_out: Sequence[str], own: Mapping[str, Any] | None) -> Line:
    crew = one.reported if own is None else own.get(one.key)
    reported = value_words(one.key, crew) if crew is not None else ""
    draft = value_words(one.key, one.reported) if one.reported is not None else ""
    present = value_words(one.key, one.present) if one.present is not None else ""
    marked = one.change in (Change.CHANGED, Change.OVERTAKEN)
    return Line(
        key=one.key,
        field=field_of(one.key),
        section=section_of(one.key),
        label=label_of(one.key),
        reported=_marked(reported, present) if marked else _plain(reported),
        present=_marked(present, reported) if marked else _plain(present),
        at_setting_out=value_words(one.key, one.at_setting_out) if one.at_setting_out is not None else "",
        change=one.change,
        change_words=CHANGE_WORDS[one.change],
        to_decide=one.change in TO_DECIDE,
        in_conflict=one.in_conflict,
        left_out=one.key in left_out,
        text=reported if one.key in TEXT_FIELDS and draft else None,
        amended=_marked(draft, reported) or (Words("nothing", differs=True),) if crew != one.reported else None,
        draft=draft if one.key in TEXT_FIELDS and draft else None,
    )


def _plain(words: str) -> tuple[Words, ...]:
    return (Words(words),) if words else ()


def _marked(words: str, other: str) -> tuple[Words, ...]:
    mine = words.split()
    parts = []
    matcher = SequenceMatcher(None, [_bare(word) for word in mine], [_bare(word) for word in other.split()], False)
    for tag, start, end, _, _ in matcher.get_opcodes():
        if start < end:
            parts.append(Words(" ".join(mine[start:end]), tag != "equal"))
    return tuple(parts)


def _bare(word: str) -> str:
    """Return a word without the comma or full stop beside it, which changes nothing."""
    return word.rstrip(".,;:")
