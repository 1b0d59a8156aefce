"""What in a visit is urgent for control: what it adds, before anyone has reviewed it, to an empty record."""

from collections.abc import Mapping
from typing import Any

from schemas.risk_register import RiskFacts
from services.domain.safety_critical import Addition, safety_critical_additions


def urgent_facts(open_part: Mapping[str, Any]) -> tuple[Addition, ...]:
    """Return what of a visit control must be shown at once, as if nothing were known of the premises.

    Policy: docs/domain/4.4.md, two-speed publication.
    """
    facts = {name: open_part[name] for name in RiskFacts.model_fields if name in open_part}
    return safety_critical_additions(RiskFacts.model_validate(facts), None)
