"""Who saw each published fact last, when and how: told beside the fact, so that nothing looks newer than it is."""

from collections.abc import Iterable, Mapping

from schemas.risk_register import FactSource, RiskFacts
from schemas.vocabulary import HazardCode
from services.domain.fact_keys import SCORE, hazard_key, taken_apart
from services.risk_register.rules.merging import Seen

VIOLENCE = hazard_key(HazardCode.VIOLENCE, None)


def sources_of(shown: RiskFacts, seen: Mapping[str, Seen], *, is_scored: bool) -> dict[str, FactSource]:
    """Return who saw each fact that is shown, by its key; a fact that nobody can be named for has none.

    `shown` are the facts as they leave the register: a violence marker has no place in its key, wherever it was kept.

    Policy: docs/domain/4.5.md: each fact's own age; docs/domain/4.4.md: violence is a neutral caution.
    """
    keys = [*taken_apart(shown), *([SCORE] if is_scored else [])]
    newest = {key: _newest_caution(seen) if key == VIOLENCE else seen.get(key) for key in keys}
    return {
        key: FactSource(visit_id=one.visit_id, seen_at=one.at, callsign=one.callsign, method=one.method)
        for key, one in newest.items()
        if one is not None and one.callsign is not None and one.method is not None
    }


def unnamed(seen: Iterable[Seen]) -> frozenset[str]:
    """Return the visits that were kept without callsign or method, to be named by their own review items.

    Policy: docs/domain/4.4.md: nothing is deleted, so every visit can be asked.
    """
    return frozenset(one.visit_id for one in seen if one.callsign is None or one.method is None)


def _newest_caution(seen: Mapping[str, Seen]) -> Seen | None:
    found = [one for key, one in seen.items() if key.startswith(VIOLENCE)]
    return max(found, key=lambda one: one.at, default=None)
