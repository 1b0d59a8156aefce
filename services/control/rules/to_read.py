"""Which change of a record each watch is asked to have read, and what counts as having read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.risk_register import RiskFacts
from schemas.visit_parts import Part
from schemas.vocabulary import Role, Watch
from services.control.rules.showing import Showing
from services.control.rules.watches import Watches
from services.domain.fact_keys import field_of, taken_apart
from services.domain.gravity import LIVES_DEPEND_ON
from services.domain.working_time import local_date

ASKED_FROM_LEVEL = 4
# What of a system or hazard says nothing about its danger.
ASIDE = frozenset({"photo", "basis", "review_on", "reported_to_frs"})


class Why(StrEnum):
    """Why a watch is asked to read."""

    FIRST = "FIRST"
    GROUND = "GROUND"
    LEVEL = "LEVEL"
    EVACUATION = "EVACUATION"
    CRITICAL_FACTS = "CRITICAL_FACTS"
    SYSTEMS = "SYSTEMS"
    HAZARDS = "HAZARDS"
    ACCESS = "ACCESS"
    WALL = "WALL"


class AskEnded(StrEnum):
    """Why nobody is asked any more."""

    NEWER = "NEWER"
    NOT_NEEDED = "NOT_NEEDED"


OF_FIELD: Mapping[str, Why] = {
    "evac_strategy": Why.EVACUATION,
    "critical_facts": Why.CRITICAL_FACTS,
    "systems": Why.SYSTEMS,
    "hazards": Why.HAZARDS,
    "none_found": Why.HAZARDS,
    "appliance_access": Why.ACCESS,
    "external_wall": Why.WALL,
}


@dataclass(frozen=True)
class LastAsked:
    """What the watches of a premises were last asked to read; `is_open` until a newer ask or none took its place."""

    revision: int
    level: int
    station: str
    is_open: bool
    facts: RiskFacts | None


@dataclass(frozen=True)
class Ground:
    """A premises, whose ground it lies in (None: nobody's), and what was asked last; None where nothing ever was."""

    premises_id: str
    station: str | None
    last: LastAsked | None


@dataclass(frozen=True)
class Owed:
    """One watch that is asked to have read one revision of a record."""

    premises_id: str
    revision: int
    station: str
    watch: Watch
    version: int
    level: int
    because: tuple[Why, ...]
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Ending:
    """All that was asked about a premises before a revision is asked no more."""

    premises_id: str
    revision: int
    because: AskEnded


def why_asked(last: LastAsked | None, station: str, level: int, facts: RiskFacts | None) -> tuple[Why, ...]:
    """Return why a published record of level 4 or 5 is to be read, empty if nothing of it matters since the last ask.

    Policy: docs/domain/1.5.md, proof of reading: the first time, a higher level, and what lives depend on.
    """
    if last is None or not last.is_open:
        return (Why.FIRST,)
    before, now = _said(last.facts), _said(facts)
    changed = {field_of(key) for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    found = {OF_FIELD[name] for name in changed & LIVES_DEPEND_ON}
    found |= {Why.LEVEL} if level > last.level else set()
    found |= {Why.GROUND} if station != last.station else set()
    return tuple(each for each in Why if each in found)


def asked_because_of(
    showings: Iterable[Showing], grounds: Mapping[str, Ground], watches: Watches, at: datetime
) -> tuple[list[Owed], list[Ending]]:
    """Return which watches are asked to read what is shown now, and what is asked no more, revision by revision.

    Policy: docs/domain/1.5.md, proof of reading; docs/decisions/0045: a newer ask takes the place of an older.
    """
    owed: list[Owed] = []
    ended: list[Ending] = []
    standing = dict(grounds)
    for showing in sorted(showings, key=lambda each: each.revision):
        ground = standing[showing.premises_id]
        last, level, station = ground.last, showing.level or 0, ground.station
        if showing.version < 1 or level < ASKED_FROM_LEVEL:
            if last is not None and last.is_open:
                ended.append(Ending(showing.premises_id, showing.revision, AskEnded.NOT_NEEDED))
                standing[showing.premises_id] = replace(ground, last=replace(last, is_open=False))
            continue
        if station is None or not (because := why_asked(last, station, level, showing.record.facts)):
            continue
        if last is not None and last.is_open:
            ended.append(Ending(showing.premises_id, showing.revision, AskEnded.NEWER))
        owed += _of_watches(showing, station, because, watches, at)
        asked = LastAsked(showing.revision, level, station, True, showing.record.facts)
        standing[showing.premises_id] = replace(ground, last=asked)
    return owed, ended


def _of_watches(
    showing: Showing, station: str, because: Sequence[Why], watches: Watches, at: datetime
) -> Iterable[Owed]:
    of_record = (showing.premises_id, showing.revision, station)
    for watch in watches.of(station):
        yield Owed(*of_record, watch, showing.version, showing.level or 0, tuple(because), at, at + watches.within)


def watches_to_choose(watches: Iterable[Watch], own: str | None) -> tuple[Watch, ...]:
    """Return the watches that somebody may answer for: their own where the sign-in says it, else any of the station.

    Policy: docs/domain/4.6.md: where their sign-in says no watch, the station alone decides.
    """
    listed = tuple(watches)
    return tuple(watch for watch in listed if watch == own) if own else listed


def may_take_back(by: str | None, at: datetime | None, who: str, roles: Iterable[str], now: datetime) -> bool:
    """Return whether somebody may take an acknowledgement back: who gave it, or an officer in charge, on the same day.

    Policy: docs/decisions/0045.
    """
    if by is None or at is None or local_date(at) != local_date(now):
        return False
    return by == who or Role.OFFICER_IN_CHARGE in roles


def _said(facts: RiskFacts | None) -> Mapping[str, Any]:
    return {
        key: _without_asides(value) for key, value in taken_apart(facts).items() if field_of(key) in LIVES_DEPEND_ON
    }


def _without_asides(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_without_asides(each) for each in value)
    return value.model_dump(exclude=set(ASIDE)) if isinstance(value, Part) else value
