"""Whether a referral may leave, given what the person said when asked."""

from dataclasses import dataclass

from schemas.vocabulary import ConsentState, OverrideGround, ReferralKind
from services.referrals.rules.kind_policy import ConsentRule
from services.referrals.rules.kinds import KINDS

# States that need no further ground to share.
ENOUGH = frozenset({ConsentState.GIVEN, ConsentState.NOT_REQUIRED_CHILD})
ASKED_FOR = frozenset({ConsentRule.SEEK_OR_OVERRIDE, ConsentRule.SEEK_ONLY_IF_ALONE, ConsentRule.PARENT_OR_OVERRIDE})
GROUND_WILL_DO = frozenset({ConsentRule.OVERRIDE, ConsentRule.GROUND_REQUIRED})


@dataclass(frozen=True)
class ConsentFault:
    """What is wrong, and in which field of the referral."""

    field: str
    words: str


def reasons_to_refuse_consent(
    kind: ReferralKind,
    consent_state: ConsentState | None,
    override_ground: OverrideGround | None = None,
    override_note: str | None = None,
) -> tuple[ConsentFault, ...]:
    """Return why a referral may not leave on consent; empty if it may.

    A kind that cannot wait for consent (immediate danger, a child, a life at stake) is never refused.

    Policy: the domain reference, sections 1.3 and 4.2.
    """
    rule = KINDS[kind].consent
    if rule is ConsentRule.MUST_BE_GIVEN:
        given = consent_state is ConsentState.GIVEN
        return () if given else (ConsentFault("consent_state", "this kind leaves only with consent given"),)
    if rule in ASKED_FOR:
        if consent_state is None:
            return (ConsentFault("consent_state", "say what the person answered, or why they were not asked"),)
        return () if consent_state in ENOUGH else _faults_of_ground(override_ground, override_note)
    if rule in GROUND_WILL_DO:
        enough = rule is ConsentRule.OVERRIDE and consent_state in ENOUGH
        return () if enough else _faults_of_ground(override_ground, override_note)
    return ()


def ground_is_needed(kind: ReferralKind, consent_state: ConsentState | None) -> bool:
    """Return whether a lawful ground must be named for this kind and this answer.

    Policy: the domain reference, section 4.2.
    """
    return any(fault.field == "override_ground" for fault in reasons_to_refuse_consent(kind, consent_state))


def _faults_of_ground(ground: OverrideGround | None, note: str | None) -> tuple[ConsentFault, ...]:
    faults: list[ConsentFault] = []
    if ground is None:
        faults.append(ConsentFault("override_ground", "name the lawful ground for sharing without consent"))
    if not (note or "").strip():
        faults.append(ConsentFault("override_note", "say in a few words why the ground applies"))
    return tuple(faults)
