"""Two published versions of a record, fact by fact: what was added, taken out or changed, and who saw either side."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.fact_keys import SCORE, Facts, put_together, taken_apart
from services.risk_register.rules.dossiers import NOTHING_KNOWN, Version
from services.risk_register.rules.merging import Known, Seen
from services.risk_register.rules.showing import facts_to_show
from services.risk_register.rules.sources import neutral


class FactChange(StrEnum):
    """How a fact of the later version stands to the earlier one."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    CONFIRMED = "CONFIRMED"
    SAME = "SAME"


@dataclass(frozen=True)
class Side:
    """What one version says of a fact, None if nothing, and who saw it, or saw that it is gone."""

    value: Any = None
    seen: Seen | None = None


@dataclass(frozen=True)
class ComparedFact:
    """One fact in two versions."""

    key: str
    change: FactChange
    before: Side
    after: Side


def as_published(version: Version | None) -> Known:
    """Return what a version told everybody, and who saw it; nothing where there is no version.

    Policy: docs/domain/4.4.md: violence goes out only as a neutral caution, and is compared as no more.
    """
    if version is None:
        return NOTHING_KNOWN
    return as_told(version.known)


def as_told(known: Known) -> Known:
    """Return what is known as it may be told.

    Policy: docs/domain/4.4.md: violence goes out only as a neutral caution.
    """
    told = taken_apart(facts_to_show(put_together(known.facts)), known.facts.get(SCORE))
    return Known(told, neutral(known.seen))


def compared(before: Known, after: Known) -> tuple[ComparedFact, ...]:
    """Return every fact that either version has.

    Policy: docs/domain/4.4.md: a difference is shown by field.
    """
    keys = dict.fromkeys([*before.facts, *after.facts])
    return tuple(
        ComparedFact(
            key, _change(key, before, after), _side(key, before.facts, before.seen), _after(key, before, after)
        )
        for key in keys
    )


def _side(key: str, facts: Facts, seen: Mapping[str, Seen]) -> Side:
    return Side(facts[key], seen.get(key)) if key in facts else Side()


def _after(key: str, before: Known, after: Known) -> Side:
    """Return the later side; what went without a new sighting, by a reviewer or by its date, nobody saw gone."""
    if key not in after.facts and after.seen.get(key) == before.seen.get(key):
        return Side()
    return Side(after.facts.get(key), after.seen.get(key))


def _change(key: str, before: Known, after: Known) -> FactChange:
    if key not in before.facts:
        return FactChange.ADDED
    if key not in after.facts:
        return FactChange.REMOVED
    if before.facts[key] != after.facts[key]:
        return FactChange.CHANGED
    return FactChange.SAME if before.seen.get(key) == after.seen.get(key) else FactChange.CONFIRMED
