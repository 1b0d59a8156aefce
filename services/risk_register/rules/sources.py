"""Who saw each published fact last, when and how: told beside the fact, so that nothing looks newer than it is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from schemas.risk_register import FactSource, RiskFacts
from schemas.vocabulary import HazardCode
from services.domain.fact_keys import SCORE, hazard_key, taken_apart
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Seen

VIOLENCE = hazard_key(HazardCode.VIOLENCE, None)


def sources_of(shown: RiskFacts, seen: Mapping[str, Seen], *, is_scored: bool) -> dict[str, FactSource]:
    """Return who saw each fact that is shown, by its key; a fact that nobody can be named for has none.

    `shown` are the facts as they leave the register: a violence marker has no place in its key, wherever it was kept.

    Policy: docs/domain/4.5.md: each fact's own age; docs/domain/4.4.md: violence is a neutral caution.
    """
    keys = [*taken_apart(shown), *([SCORE] if is_scored else [])]
    newest = neutral(seen)
    found = {key: source_of(newest.get(key)) for key in keys}
    return {key: source for key, source in found.items() if source is not None}


def source_of(one: Seen | None) -> FactSource | None:
    """Return who saw a fact as it is told; None where nobody kept who it was.

    Policy: docs/domain/4.5.md: each fact's own age.
    """
    if one is None or one.callsign is None or one.method is None:
        return None
    return FactSource(visit_id=one.visit_id, seen_at=one.at, callsign=one.callsign, method=one.method)


def neutral(seen: Mapping[str, Seen]) -> dict[str, Seen]:
    """Return who saw each fact, with all violence markers as one caution that has no place: the newest who saw one.

    Policy: docs/domain/4.4.md: violence is a neutral caution.
    """
    told = {key: one for key, one in seen.items() if not key.startswith(VIOLENCE)}
    cautions = [one for key, one in seen.items() if key.startswith(VIOLENCE)]
    return {**told, VIOLENCE: max(cautions, key=lambda one: one.at)} if cautions else told


def named(seen: Mapping[str, Seen], visits: Mapping[str, Item]) -> dict[str, Seen]:
    """Return who saw each fact; what was kept without a callsign is named by its visit's own item.

    Policy: docs/domain/4.4.md: nothing is deleted, so every visit can be asked.
    """
    return {
        key: replace(one, callsign=item.form.callsign, method=item.form.review_method)
        if (one.callsign is None or one.method is None) and (item := visits.get(one.visit_id))
        else one
        for key, one in seen.items()
    }


def unnamed(seen: Iterable[Seen]) -> frozenset[str]:
    """Return the visits that were kept without callsign or method, to be named by their own review items.

    Policy: docs/domain/4.4.md: nothing is deleted, so every visit can be asked.
    """
    return frozenset(one.visit_id for one in seen if one.callsign is None or one.method is None)
