"""A referral about a person leaves on consent, on a lawful ground, or without waiting for either."""

import pytest

from schemas.vocabulary import ConsentState, OverrideGround, ReferralKind
from services.visits.rules.refusals import reasons_to_refuse
from tests.builders import NOW, a_submission


def refused(kind: ReferralKind, consent: ConsentState | None, ground: OverrideGround | None = None) -> list[str]:
    """Return what stands against a visit with one referral, whose ground is said in words."""
    referral = {"kind": kind, "consent_state": consent, "override_ground": ground, "override_note": "in words"}
    return [reason.pointer for reason in reasons_to_refuse(a_submission(referrals=[referral]), NOW)]


@pytest.mark.parametrize("kind", [ReferralKind.SG1, ReferralKind.SG2, ReferralKind.SG8])
@pytest.mark.parametrize("consent", [None, *ConsentState])
def test_what_cannot_wait_is_never_refused_on_consent(kind: ReferralKind, consent: ConsentState | None) -> None:
    assert refused(kind, consent) == []


@pytest.mark.parametrize("ground", [None, *OverrideGround])
@pytest.mark.parametrize("consent", [None, *(state for state in ConsentState if state is not ConsentState.GIVEN)])
@pytest.mark.parametrize("kind", [ReferralKind.SG10, ReferralKind.SG11])
def test_nothing_but_consent_lets_sg10_and_sg11_leave(
    kind: ReferralKind, consent: ConsentState | None, ground: OverrideGround | None
) -> None:
    assert refused(kind, consent, ground) == ["/referrals/0/consent_state"]


@pytest.mark.parametrize("kind", [kind for kind in ReferralKind if kind.startswith("BS")])
def test_a_building_has_nobody_to_ask(kind: ReferralKind) -> None:
    assert refused(kind, None) == []
