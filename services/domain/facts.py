"""What a visit says about a premises, without who went, when and why."""

from schemas.risk_register import RiskFacts
from schemas.visits import VisitForm


def facts_of(visit: VisitForm) -> RiskFacts:
    """Return sections B to I of a visit as facts about the premises; what the crew left out stays unknown.

    Policy: docs/domain/1.1.md and docs/domain/4.1.md.
    """
    return RiskFacts.model_construct(**{name: getattr(visit, name) for name in RiskFacts.model_fields})
