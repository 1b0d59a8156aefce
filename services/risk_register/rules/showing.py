"""What everybody is shown of a record: the published facts, and each unverified addition once."""

from collections.abc import Iterable
from enum import StrEnum

from schemas.risk_register import RiskFacts, UnverifiedAddition
from schemas.visit_parts import Hazard
from schemas.vocabulary import HazardCode
from services.domain.safety_critical import Addition, AdditionKind, still_to_show


class Resolution(StrEnum):
    """Why an addition is no longer shown as unverified."""

    PUBLISHED = "PUBLISHED"
    LEFT_OUT = "LEFT_OUT"
    REJECTED = "REJECTED"
    OVERTAKEN = "OVERTAKEN"


def each_shown_once(additions: Iterable[UnverifiedAddition]) -> tuple[UnverifiedAddition, ...]:
    """Return the additions as control reads them: of two crews who say the same, the later one.

    An addition past its 72 hours stays: it is shown as expired, to be confirmed, and is never silently gone.

    Policy: docs/domain/4.4.md and docs/domain/4.5.md.
    """
    kept: list[UnverifiedAddition] = []
    there: list[Addition] = []
    for addition in sorted(additions, key=lambda one: (one.reported_at, one.visit_id), reverse=True):
        if new := still_to_show([_as_reported(addition)], there):
            kept.append(addition)
            there += new
    order = list(AdditionKind)
    return tuple(sorted(kept, key=lambda one: (order.index(AdditionKind(one.kind)), one.summary)))


def facts_to_show(facts: RiskFacts) -> RiskFacts:
    """Return the facts as they may leave the register: a violence marker says no more than that it is there.

    Policy: docs/domain/4.4.md: violence goes out only as a neutral "caution on approach".
    """
    hazards: list[Hazard] = []
    for hazard in facts.hazards:
        if hazard.code is HazardCode.VIOLENCE:
            hazard = Hazard(code=hazard.code, review_on=hazard.review_on)
        if hazard not in hazards:
            hazards.append(hazard)
    return facts.model_copy(update={"hazards": tuple(hazards)})


def _as_reported(shown: UnverifiedAddition) -> Addition:
    return Addition(AdditionKind(shown.kind), shown.summary, shown.fact)
