"""What a reviewer may do to a computed level: raise it freely, lower it a little, with a second person."""

from dataclasses import dataclass

from services.domain.ris1.policy import DEFAULT_POLICY, HIGHEST_LEVEL, LOWEST_LEVEL, Ris1Policy
from services.domain.ris1.scoring import Score, effective_level

NEEDS_REASON = "say why the level is set by hand"


@dataclass(frozen=True)
class OverrideAnswer:
    """The levels to use; where `reasons_to_refuse` is not empty these are the computed ones."""

    base_level: int
    effective_level: int
    reasons_to_refuse: tuple[str, ...] = ()
    needs_second_approver: bool = False


def answer_override(
    score: Score, wanted_level: int, reason: str | None, policy: Ris1Policy = DEFAULT_POLICY
) -> OverrideAnswer:
    """Return the levels after an override, or why it is refused.

    Policy: docs/domain/4.3.md, step 8: raises freely; lowers by 1 at most, never below the floor of a
    flag, and a second person approves.
    """
    refused = reasons_to_refuse_override(score, wanted_level, reason, policy)
    level = score.base_level if refused else wanted_level
    return OverrideAnswer(
        base_level=level,
        effective_level=effective_level(level, score.open_defects),
        reasons_to_refuse=refused,
        needs_second_approver=level < score.base_level,
    )


def reasons_to_refuse_override(
    score: Score, wanted_level: int, reason: str | None, policy: Ris1Policy = DEFAULT_POLICY
) -> tuple[str, ...]:
    """Return why a level may not be set by hand; empty if it may.

    Policy: docs/domain/4.3.md, step 8.
    """
    reasons: list[str] = []
    if not LOWEST_LEVEL <= wanted_level <= HIGHEST_LEVEL:
        reasons.append(f"a level is {LOWEST_LEVEL} to {HIGHEST_LEVEL}")
    if not (reason or "").strip():
        reasons.append(NEEDS_REASON)
    if wanted_level < score.base_level - policy.override_may_lower_by:
        reasons.append(f"level {score.base_level} may be lowered by {policy.override_may_lower_by} at most")
    if wanted_level < score.flag_floor:
        reasons.append(f"a flag keeps the level at {score.flag_floor} or above")
    return tuple(reasons)
