"""In which order a reviewer reads the facts of a visit: the level first, then what can kill a crew."""

from collections.abc import Collection, Mapping
from typing import Any

from services.domain.fact_keys import SCORE, put_together
from services.domain.gravity import NO_DANGER, gravity_of
from services.domain.safety_critical import safety_critical_additions
from services.risk_register.presenters.fact_words import order_of
from services.risk_register.rules.dossiers import Unverified
from services.risk_register.rules.sources import VIOLENCE

Order = tuple[bool, int, tuple[int, int, str]]


def gravities(*told: Mapping[str, Any]) -> dict[str, int]:
    """Return how grave each fact is, by its key, in any of several accounts; what is no danger has none."""
    found: dict[str, int] = {}
    for facts in told:
        for one in safety_critical_additions(put_together(facts), None):
            grave = gravity_of(one.kind, one.summary)
            if one.fact is not None and grave > NO_DANGER:
                found[one.fact] = max(grave, found.get(one.fact, NO_DANGER))
    return found


def order_by_danger(key: str, grave: Mapping[str, int]) -> Order:
    """Return where a fact stands: the level, then the gravest, then as on the form."""
    return key != SCORE, -gravity_in(key, grave), order_of(key)


def gravity_in(key: str, grave: Mapping[str, int]) -> int:
    """Return how grave a fact is; a violence marker is the same caution wherever it was seen."""
    return grave.get(VIOLENCE if key.startswith(VIOLENCE) else key, NO_DANGER)


def by_gravity(one: Unverified) -> tuple[int, str]:
    """Return where an unverified addition stands among others: the gravest first."""
    return -gravity_of(one.kind, one.summary), one.summary


def gravest_first(said: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return what is safety-critical in words, the gravest first, of kinds and summaries."""
    ordered = sorted(said, key=lambda one: (-gravity_of(one[0], one[1]), one[1]))
    return tuple(summary for _, summary in ordered)
