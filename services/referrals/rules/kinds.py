"""The table of referral kinds, and how urgent one referral of a kind is."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas.vocabulary import Priority, ReferralKind
from services.referrals.rules.kind_policy import KindPolicy
from services.referrals.rules.kinds_building_safety import BUILDING_SAFETY_KINDS
from services.referrals.rules.kinds_risk_intelligence import RISK_INTELLIGENCE_KINDS
from services.referrals.rules.kinds_safeguarding import SAFEGUARDING_KINDS

KINDS: Mapping[ReferralKind, KindPolicy] = MappingProxyType(
    {line.kind: line for line in (*BUILDING_SAFETY_KINDS, *RISK_INTELLIGENCE_KINDS, *SAFEGUARDING_KINDS)}
)

WATER_MATTERS_MORE_FROM_LEVEL = 4
RISK_PRIORITY_BY_LEVEL = {5: Priority.P1, 4: Priority.P2}


def priority_of(
    kind: ReferralKind, *, level: int | None = None, safety_critical: bool = False, urgent: bool = True
) -> Priority:
    """Return how urgent a referral is.

    `level` is the base risk level, where known, and `safety_critical` says that control sees something at once. The
    kinds that policy leaves open (RI6, SG5, SG8) take their higher priority unless a person said it is not urgent.

    Policy: docs/domain/4.2.md.
    """
    open_to = KINDS[kind].priorities
    if kind is ReferralKind.RI1:
        return RISK_PRIORITY_BY_LEVEL.get(level or 0, Priority.P3)
    if kind is ReferralKind.RI2:
        return Priority.P2 if safety_critical else Priority.P3
    if kind is ReferralKind.RI4:
        return Priority.P2 if (level or 0) >= WATER_MATTERS_MORE_FROM_LEVEL else Priority.P3
    return open_to[0] if urgent else open_to[-1]
