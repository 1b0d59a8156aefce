"""Whether a referral may leave, given what the person said when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.vocabulary import ConsentState, OverrideGround, ReferralKind


class ConsentRule(StrEnum):
    """What must be known of a person's consent before a referral leaves."""

    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_NEEDED = "NOT_NEEDED"
    GROUND_REQUIRED = "GROUND_REQUIRED"
    INFORM_UNLESS_UNSAFE = "INFORM_UNLESS_UNSAFE"
    SEEK_OR_OVERRIDE = "SEEK_OR_OVERRIDE"
    OVERRIDE = "OVERRIDE"
    SEEK_ONLY_IF_ALONE = "SEEK_ONLY_IF_ALONE"
    PARENT_OR_OVERRIDE = "PARENT_OR_OVERRIDE"
    VITAL_INTEREST = "VITAL_INTEREST"
    MUST_BE_GIVEN = "MUST_BE_GIVEN"


# The last column of the table in docs/domain/4.2.md; building safety and the rest concern no person.
CONSENT: Mapping[ReferralKind, ConsentRule] = MappingProxyType(
    {
        **dict.fromkeys(ReferralKind, ConsentRule.NOT_APPLICABLE),
        ReferralKind.RI6: ConsentRule.GROUND_REQUIRED,
        ReferralKind.RI9: ConsentRule.INFORM_UNLESS_UNSAFE,
        ReferralKind.SG1: ConsentRule.NOT_NEEDED,
        ReferralKind.SG2: ConsentRule.NOT_NEEDED,
        ReferralKind.SG3: ConsentRule.SEEK_OR_OVERRIDE,
        ReferralKind.SG4: ConsentRule.SEEK_ONLY_IF_ALONE,
        ReferralKind.SG5: ConsentRule.SEEK_OR_OVERRIDE,
        ReferralKind.SG6: ConsentRule.OVERRIDE,
        ReferralKind.SG7: ConsentRule.OVERRIDE,
        ReferralKind.SG8: ConsentRule.VITAL_INTEREST,
        ReferralKind.SG9: ConsentRule.PARENT_OR_OVERRIDE,
        ReferralKind.SG10: ConsentRule.MUST_BE_GIVEN,
        ReferralKind.SG11: ConsentRule.MUST_BE_GIVEN,
    }
)

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

    Policy: docs/domain/1.3.md and docs/domain/4.2.md.
    """
    rule = CONSENT[kind]
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


def _faults_of_ground(ground: OverrideGround | None, note: str | None) -> tuple[ConsentFault, ...]:
    faults: list[ConsentFault] = []
    if ground is None:
        faults.append(ConsentFault("override_ground", "name the lawful ground for sharing without consent"))
    if not (note or "").strip():
        faults.append(ConsentFault("override_note", "say in a few words why the ground applies"))
    return tuple(faults)
