"""A referral about a person leaves on consent, on a lawful ground, or without waiting for either."""

from typing import Any

import pytest

from schemas.vocabulary import ConsentState, OverrideGround, ReferralKind
from services.visits.rules.consent import reasons_to_refuse_consent
from tests.cases import table


@pytest.mark.parametrize("case", table("consent")["consent"], ids=lambda case: case["case"])
def test_a_referral_leaves_or_is_refused_on_consent_as_the_table_says(case: dict[str, Any]) -> None:
    faults = reasons_to_refuse_consent(
        ReferralKind(case["kind"]),
        ConsentState(case["consent"]) if "consent" in case else None,
        OverrideGround(case["ground"]) if "ground" in case else None,
        case.get("note"),
    )
    assert [fault.field for fault in faults] == case["refused"]


@pytest.mark.parametrize("kind", [ReferralKind.SG1, ReferralKind.SG2, ReferralKind.SG8])
@pytest.mark.parametrize("consent", [None, *ConsentState])
def test_what_cannot_wait_is_never_refused_on_consent(kind: ReferralKind, consent: ConsentState | None) -> None:
    assert reasons_to_refuse_consent(kind, consent) == ()


@pytest.mark.parametrize("ground", [None, *OverrideGround])
@pytest.mark.parametrize("consent", [None, *(state for state in ConsentState if state is not ConsentState.GIVEN)])
def test_nothing_but_consent_lets_sg10_and_sg11_leave(
    consent: ConsentState | None, ground: OverrideGround | None
) -> None:
    assert reasons_to_refuse_consent(ReferralKind.SG10, consent, ground, "in words")
    assert reasons_to_refuse_consent(ReferralKind.SG11, consent, ground, "in words")


@pytest.mark.parametrize("kind", [kind for kind in ReferralKind if kind.startswith("BS")])
def test_a_building_has_nobody_to_ask(kind: ReferralKind) -> None:
    assert reasons_to_refuse_consent(kind, None) == ()
