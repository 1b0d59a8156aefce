"""The facts of a record in words, by the section of the form, each with who saw it: alone, or in two versions."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from schemas.risk_register import FactSource
from schemas.visit_parts import Part
from services.domain.fact_words import label_of, value_words
from services.risk_register.presenters.fact_words import order_of, section_of
from services.risk_register.rules.merging import Known
from services.risk_register.rules.sources import source_of
from services.risk_register.rules.versions_compared import ComparedFact, FactChange, Side

FACT_CHANGE_WORDS = {
    FactChange.ADDED: "Added",
    FactChange.REMOVED: "Taken out",
    FactChange.CHANGED: "Changed",
    FactChange.CONFIRMED: "Seen again",
    FactChange.SAME: "The same",
}
DIFFERENT = (FactChange.ADDED, FactChange.REMOVED, FactChange.CHANGED)


class FactLine(Part):
    """One fact in words; `source` says who saw it last, when, how and on which visit, null where nobody kept it."""

    key: str
    label: str
    value: str
    source: FactSource | None


class FactSection(Part):
    """The facts of one section of the form."""

    title: str
    facts: tuple[FactLine, ...]


class SideLine(Part):
    """What one version says of a fact; null where it says nothing, and then `source` is who saw that it is gone."""

    value: str | None
    source: FactSource | None


class ComparedLine(Part):
    """One fact in two versions."""

    key: str
    label: str
    change: FactChange
    change_words: str
    before: SideLine
    after: SideLine


class ComparedSection(Part):
    """The facts of one section of the form in two versions."""

    title: str
    facts: tuple[ComparedLine, ...]


OneLine = TypeVar("OneLine", FactLine, ComparedLine)


def fact_sections(known: Known) -> tuple[FactSection, ...]:
    """Return what is known, what can hurt a crew first."""
    lines = [
        FactLine(key=key, label=label_of(key), value=value_words(key, value), source=source_of(known.seen.get(key)))
        for key, value in known.facts.items()
    ]
    return tuple(FactSection(title=title, facts=tuple(facts)) for title, facts in _by_section(lines))


def compared_sections(found: Iterable[ComparedFact]) -> tuple[ComparedSection, ...]:
    """Return facts of two versions, what can hurt a crew first."""
    lines = [
        ComparedLine(
            key=one.key,
            label=label_of(one.key),
            change=one.change,
            change_words=FACT_CHANGE_WORDS[one.change],
            before=_side(one.key, one.before),
            after=_side(one.key, one.after),
        )
        for one in found
    ]
    return tuple(ComparedSection(title=title, facts=tuple(facts)) for title, facts in _by_section(lines))


def counted(found: Sequence[ComparedFact]) -> str:
    """Return how many facts were added, changed and taken out, in words."""
    numbers = {one: len([each for each in found if each.change is one]) for one in DIFFERENT}
    return ", ".join(f"{number} {FACT_CHANGE_WORDS[one].lower()}" for one, number in numbers.items() if number)


def _side(key: str, side: Side) -> SideLine:
    words = None if side.value is None else value_words(key, side.value)
    return SideLine(value=words, source=source_of(side.seen))


def _by_section(lines: Iterable[OneLine]) -> Iterator[tuple[str, list[OneLine]]]:
    ordered = sorted(lines, key=lambda line: order_of(line.key))
    for title, facts in groupby(ordered, lambda line: section_of(line.key)):
        yield title, list(facts)
