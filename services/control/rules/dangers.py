"""Which dangers control lists: what crews report and nobody has checked, the gravest first, one line a building."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.risk_register import RiskFacts, RiskRecord
from services.domain.gravity import NO_DANGER, gravity_of
from services.domain.safety_critical import safety_critical_additions


@dataclass(frozen=True)
class Danger:
    """One danger in the words control reads, and how grave it is."""

    summary: str
    gravity: int


@dataclass(frozen=True)
class Gravest:
    """The gravest danger of a record, who reported it and when, and how many more there are."""

    summary: str
    gravity: int
    callsign: str
    reported_at: datetime
    expires_at: datetime
    more: int

    def as_kept(self) -> Mapping[str, Any]:
        """Return what is kept of it beside its gravity and its time."""
        return {
            "summary": self.summary,
            "callsign": self.callsign,
            "expires_at": self.expires_at.isoformat(),
            "more": self.more,
        }


def gravest_of(record: RiskRecord) -> Gravest | None:
    """Return the gravest danger on a record that nobody has checked, the newest of equals; None if there is none.

    Policy: docs/domain/4.4.md and docs/domain/4.5.md; a strategy that is the first anybody told of is no danger.
    """
    found = [(gravity_of(each.kind, each.summary, record.facts), each.reported_at, each) for each in record.unverified]
    dangers = [one for one in found if one[0] > NO_DANGER]
    if not dangers:
        return None
    gravity, reported_at, first = max(dangers, key=lambda one: (one[0], one[1]))
    return Gravest(first.summary, gravity, first.callsign, reported_at, first.expires_at, len(dangers) - 1)


def dangers_reported(facts: RiskFacts) -> tuple[Danger, ...]:
    """Return the dangers that a crew tells of a premises of which nothing else is known, the gravest first.

    Policy: docs/domain/4.4.md, two-speed publication; violence is a neutral caution and nothing more.
    """
    reported = (
        Danger(each.summary, gravity_of(each.kind, each.summary)) for each in safety_critical_additions(facts, None)
    )
    return tuple(sorted((each for each in reported if each.gravity > NO_DANGER), key=lambda each: -each.gravity))


def stands_on(record: RiskRecord, visit_id: str, facts: RiskFacts) -> bool:
    """Return whether a record shows the dangers of a visit: it names the visit, or holds all that the visit tells.

    Policy: docs/domain/4.4.md: what is safety-critical is never out of control's sight.
    """
    if visit_id in visits_named(record):
        return True
    present = {each.summary for each in record.unverified}
    left = [each.summary for each in safety_critical_additions(facts, record.facts)]
    return {each.summary for each in dangers_reported(facts)} & set(left) <= present


def visits_named(record: RiskRecord) -> frozenset[str]:
    """Return the visits that a record rests on or shows: reports, unverified additions, sources of its facts.

    Policy: docs/domain/4.5.md.
    """
    shown: Iterable[str] = (
        *(each.visit_id for each in record.unverified),
        *(each.visit_id for each in record.reports),
        *(each.visit_id for each in record.sources.values()),
    )
    return frozenset(shown)
