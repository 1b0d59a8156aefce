"""A record at an earlier moment, by either of two times: when a crew saw each fact, or when we published it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.risk_register import UnverifiedAddition
from services.domain.fact_keys import NONE_FOUND
from services.risk_register.rules.dossiers import NOTHING_KNOWN, Unverified, Version
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Known, Seen
from services.risk_register.rules.showing import each_shown_once


class ByWhen(StrEnum):
    """Which of the two times is asked for."""

    SEEN = "seen"
    SHOWN = "shown"


@dataclass(frozen=True)
class Word:
    """What was found of one fact at a moment (None: it is gone), and who saw it."""

    at: datetime
    key: str
    value: Any
    seen: Seen | None


def seen_by(versions: Sequence[Version], visits: Mapping[str, Item], moment: datetime) -> Known:
    """Return what crews had seen of a building by a moment, of all that has been published since, by when it was seen.

    A publication that was undone does not count: somebody found it wrong. `visits` are those that were published, by
    their id; of each also counts what was published beside something newer, and so never stood in a version.

    Policy: docs/domain/3.md: what arrives late is not therefore newer.
    """
    facts: dict[str, Any] = {}
    seen: dict[str, Seen] = {}
    for word in sorted(_words(_not_undone(versions), visits), key=lambda one: one.at):
        if word.at > moment:
            break
        facts.pop(word.key, None)
        seen.pop(word.key, None)
        if word.value is not None:
            facts[word.key] = word.value
        if word.seen is not None:
            seen[word.key] = word.seen
    if any(key.startswith("hazards/") for key in facts):
        facts.pop(NONE_FOUND, None)
    return Known(facts, seen)


def unverified_at(additions: Iterable[Unverified], moment: datetime) -> tuple[UnverifiedAddition, ...]:
    """Return what stood unverified at a moment.

    Policy: docs/domain/4.4.md, two-speed publication: it is shown until a person has resolved it.
    """
    there = (
        one for one in additions if one.shown_at <= moment and (one.resolved_at is None or one.resolved_at > moment)
    )
    return each_shown_once(one.as_shown() for one in there)


def _not_undone(versions: Sequence[Version]) -> list[Version]:
    """Return the publications that nobody has undone, oldest first."""
    left: list[Version] = []
    for version in sorted(versions, key=lambda one: one.version):
        if version.restored_from is not None:
            left = [one for one in left if one.version <= version.restored_from]
        left.append(version)
    return left


def _words(versions: Iterable[Version], visits: Mapping[str, Item]) -> Iterator[Word]:
    """Return what each publication says that the one before did not, in the order they were published."""
    before = NOTHING_KNOWN
    for version in versions:
        visit = visits.get(version.visit_id or "")
        if visit is not None:
            yield from _overtaken(visit, version.sightings)
        decided_on = visit.findings.occurred_at if visit else version.at
        known = version.known
        for key in {**before.facts, **known.facts, **known.seen}:
            value, seen = known.facts.get(key), known.seen.get(key)
            if seen != before.seen.get(key):
                yield Word(seen.at if seen else decided_on, key, value, seen)
            elif value != before.facts.get(key):  # a reviewer's own change: it counts from the visit it was decided on
                yield Word(max(decided_on, seen.at) if seen else decided_on, key, value, seen)
        before = known


def _overtaken(visit: Item, published: Mapping[str, Seen]) -> Iterator[Word]:
    """Return what a visit saw that something newer had overtaken by the time it was published."""
    report, left_out = visit.amended_report, (visit.amendment or {}).get("leave_out", ())
    for key, value in report.facts.items():
        own, newer = report.sighting(key), published.get(key)
        if newer is not None and newer.at > own.at and key not in left_out and not report.left_as_it_was(key):
            yield Word(own.at, key, value, own)
