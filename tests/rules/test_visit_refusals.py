"""A visit is refused for what the crew can mend, and for nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import HazardCode, PremisesClass, ReferralKind, VisitKind, VisitOutcome
from services.visits.rules.refusals import reasons_to_refuse
from services.visits.rules.remarks import Remark, remarks_on
from tests.builders import NOW, a_submission

DWELLINGS = {"DWELLING_HOUSE", "FLATS_LOW", "FLATS_MID", "FLATS_HIGH"}
BATTERY = {
    "capacity_mwh": 20,
    "chemistry": "LFP",
    "containers": 12,
    "separation_m": 3,
    "suppression": "none",
    "gas_detection": True,
    "water_run_off": "to the ditch",
}
MEDIUM = {"mime": "image/jpeg", "contains_people": False}
FIFTEEN_MB = 15 * 1024 * 1024
IN_A_YEAR = (NOW + timedelta(days=365)).date().isoformat()


def refused(**overrides: Any) -> list[str]:
    """Return the pointers of the reasons to refuse a visit to a shop."""
    return [reason.pointer for reason in reasons_to_refuse(a_submission(**overrides), NOW)]


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def hazard(code: str, **more: Any) -> dict[str, Any]:
    return {"none_found": False, "hazards": [{"code": code, **more}]}


def not_completed(**more: Any) -> dict[str, Any]:
    return {"outcome": "PARTIAL", "outcome_note": "alarm sounded, we left", **more}


# What every high-rise answers.
HIGH_RISE: dict[str, Any] = {
    "sib": {"present": False},
    "staircases": 1,
    "assembly_point": "car park",
    "systems": [{"kind": "DRY_RISER", "status": "WORKING"}],
    "external_wall": "UNKNOWN",
    "fraew_rating": "NONE",
}


def test_an_ordinary_visit_is_taken() -> None:
    assert refused() == []


@pytest.mark.parametrize(
    ("overrides", "pointers"),
    [
        ({"submitted_at": at(10)}, []),
        ({"submitted_at": at(10.1)}, ["/submitted_at"]),
        ({"ended_at": at(-1)}, ["/ended_at"]),
        ({"started_at": at(-5)}, []),
        ({"started_at": at(-4)}, ["/started_at"]),
        ({"started_at": at(-5 - 12 * 60)}, []),
        ({"started_at": at(-6 - 12 * 60)}, ["/ended_at"]),
        ({"submitted_at": "2099-01-01T00:00:00Z"}, ["/submitted_at"]),
    ],
)
def test_a_visit_starts_ends_and_is_sent_in_that_order_and_not_in_the_future(
    overrides: dict[str, Any], pointers: list[str]
) -> None:
    assert refused(**overrides) == pointers


@pytest.mark.parametrize("outcome", [outcome for outcome in VisitOutcome if outcome != "COMPLETED"])
def test_a_visit_that_was_not_completed_says_why(outcome: VisitOutcome) -> None:
    assert refused(outcome=outcome) == ["/outcome_note"]
    assert refused(outcome=outcome, outcome_note="   ") == ["/outcome_note"]
    assert refused(outcome=outcome, outcome_note="nobody in") == []


@pytest.mark.parametrize("kind", VisitKind)
def test_the_kind_of_visit_decides_which_numbers_it_needs(kind: VisitKind) -> None:
    needed = {"POST_INCIDENT": ["/incident_no"], "REVIEW": ["/base_record_version"], "CHANGE": ["/base_record_version"]}
    assert refused(visit_kind=kind) == needed.get(kind, [])
    assert refused(visit_kind=kind, incident_no="2026-1", base_record_version=0) == []


@pytest.mark.parametrize("address", [None, {}, {"town": "  "}])
def test_the_premises_must_be_findable(address: dict[str, Any] | None) -> None:
    assert refused(address=address) == ["/address"]
    assert refused(address=address, uprn="14") == []


@pytest.mark.parametrize("premises_class", PremisesClass)
def test_somebody_can_be_rung_about_every_premises_but_a_dwelling(premises_class: PremisesClass) -> None:
    needed = [] if premises_class in DWELLINGS else ["/contacts"]
    assert refused(premises_class=premises_class, contacts=[], **HIGH_RISE) == needed
    assert refused(premises_class=premises_class, contacts=[], **HIGH_RISE, **not_completed()) == []


def test_the_access_is_known_and_what_restricts_it() -> None:
    assert refused(appliance_access=None) == ["/appliance_access"]
    assert refused(appliance_access=None, **not_completed()) == []
    assert refused(appliance_access="RESTRICTED") == ["/access_note"]
    assert refused(appliance_access="RESTRICTED", access_note="low arch") == []
    assert refused(appliance_access="NONE") == []


@pytest.mark.parametrize(
    ("building", "needed"),
    [
        ({"premises_class": "FLATS_HIGH"}, True),
        ({"premises_class": "FLATS_MID", "height_top_storey_m": 18}, True),
        ({"premises_class": "FLATS_MID", "height_top_storey_m": 17.9, "storeys_above": 6}, False),
        ({"premises_class": "STUDENT", "storeys_above": 7}, True),
        ({"premises_class": "OFFICE", "storeys_above": 12}, False),
    ],
)
def test_a_high_rise_says_whether_it_has_a_secure_information_box(building: dict[str, Any], needed: bool) -> None:
    known = {name: value for name, value in HIGH_RISE.items() if name != "sib"} | building
    assert refused(**known) == (["/sib"] if needed else [])
    assert refused(**known, sib={"present": False}) == []


def test_a_box_is_not_checked_and_a_fault_does_not_begin_in_the_future() -> None:
    box = {"present": True, "location": "lobby"}
    assert refused(sib=box | {"last_checked": "2026-11-22"}) == []
    assert refused(sib=box | {"last_checked": "2026-11-23"}) == ["/sib/last_checked"]
    fault = {"kind": "DRY_RISER", "status": "FAULT", "fault_since": at(-60)}
    assert refused(systems=[fault, fault | {"fault_since": at(60)}]) == ["/systems/1/fault_since"]


@pytest.mark.parametrize("sleeping", [False, None])
def test_where_somebody_is_at_night_there_is_sleeping(sleeping: bool | None) -> None:
    assert refused(max_night=1, sleeping=sleeping) == ["/sleeping"]
    assert refused(max_night=1, sleeping=sleeping, **not_completed()) == ["/sleeping"]
    assert refused(max_night=1, sleeping=True) == []


def test_hazards_are_listed_or_there_are_none_but_not_both() -> None:
    assert refused(none_found=False) == ["/hazards"]
    assert refused(none_found=False, **not_completed()) == []
    assert refused(none_found=True, hazards=[{"code": "ASBESTOS"}]) == ["/none_found"]


@pytest.mark.parametrize(
    ("code", "pointer", "given"),
    [
        ("BESS", "/hazards/0/bess", {"bess": BATTERY}),
        ("CYL_ACETYLENE", "/hazards/0/count", {"count": 4}),
        ("COMAH", "/hazards/0/comah_tier", {"comah_tier": "LOWER"}),
    ],
)
def test_a_hazard_carries_the_measurements_of_its_kind(code: str, pointer: str, given: dict[str, Any]) -> None:
    assert refused(**hazard(code)) == [pointer]
    assert refused(**hazard(code, **given)) == []
    assert refused(**hazard(code), **not_completed()) == []


def test_clutter_is_rated_room_by_room_in_a_dwelling_and_not_elsewhere() -> None:
    rated = hazard("CLUTTER", clutter={"bedroom": 7, "kitchen": 5, "living": 8})
    assert refused(premises_class="DWELLING_HOUSE", **hazard("CLUTTER")) == ["/hazards/0/clutter"]
    assert refused(premises_class="DWELLING_HOUSE", **rated) == []
    assert refused(premises_class="WAREHOUSE", **hazard("CLUTTER")) == []


@pytest.mark.parametrize("outcome", [{}, not_completed()])
@pytest.mark.parametrize("on", ["2026-11-21", "2027-11-25"])
def test_a_violence_marker_rests_on_something_and_ends_within_12_months(outcome: dict[str, Any], on: str) -> None:
    assert refused(**hazard("VIOLENCE"), **outcome) == ["/hazards/0/basis", "/hazards/0/review_on"]
    assert refused(**hazard("VIOLENCE", basis="threats", review_on=on), **outcome) == ["/hazards/0/review_on"]
    assert refused(**hazard("VIOLENCE", basis="threats", review_on=IN_A_YEAR), **outcome) == []


def test_a_high_level_needs_its_critical_facts_and_its_reason() -> None:
    raised = {"override": {"level": 3, "reason": "two fires this year"}}
    assert refused(**raised) == ["/critical_facts"]
    assert refused(**raised, critical_facts=[""]) == ["/critical_facts"]
    assert refused(**raised, critical_facts=["Single stair"]) == []
    assert refused(override={"level": 2, "reason": " "}) == ["/override/reason"]


def test_heritage_contents_need_their_priorities() -> None:
    assert refused(**hazard("HERITAGE_SALVAGE")) == ["/salvage_priorities"]
    assert refused(**hazard("HERITAGE_SALVAGE"), salvage_priorities="the east window") == []


def test_a_completed_visit_is_scored() -> None:
    assert refused(likelihood=None, severity=None) == ["/likelihood", "/severity"]
    assert refused(likelihood=None, severity=None, **not_completed()) == []


def test_a_person_is_named_only_with_consent_or_in_a_safeguarding_referral() -> None:
    people = [
        {"assistance": "GUIDE", "consent_state": "GIVEN"},
        {"assistance": "GUIDE", "consent_state": "NOT_PRACTICABLE"},
    ]
    assert refused(people=people) == ["/people/1/consent_state"]
    assert refused(people=people, referrals=[{"kind": "SG2"}]) == []


@pytest.mark.parametrize(
    ("referral", "pointers"),
    [
        ({"kind": "SG10", "consent_state": "REFUSED"}, ["/referrals/1/consent_state"]),
        ({"kind": "SG3", "consent_state": "REFUSED"}, ["/referrals/1/override_ground", "/referrals/1/override_note"]),
        ({"kind": "SG1"}, []),
        ({"kind": "BS1", "spoken_to": "Control", "spoken_at": at(60)}, ["/referrals/1/spoken_at"]),
    ],
)
def test_a_referral_is_refused_on_consent_at_the_place_to_mend(referral: dict[str, Any], pointers: list[str]) -> None:
    assert refused(referrals=[{"kind": "BS3"}, referral]) == pointers


def test_media_are_at_most_60_mb_altogether() -> None:
    four = [{"sha256": str(n) * 64, "bytes": FIFTEEN_MB, **MEDIUM} for n in range(4)]
    assert refused(media=four) == []
    assert refused(media=[*four, {"sha256": "a" * 64, "bytes": 1, **MEDIUM}]) == ["/media"]


@pytest.mark.parametrize("sign_off", [None, {"declaration": False}])
def test_a_visit_is_signed_off(sign_off: dict[str, Any] | None) -> None:
    assert refused(sign_off=sign_off) == ["/sign_off/declaration", "/sign_off/lead_competent"]
    assert refused(sign_off={"declaration": True, "lead_competent": False}) == []


def test_a_reason_says_how_to_mend_and_never_what_was_written() -> None:
    secret = "Mrs Example of Flat 3"
    visit = a_submission(
        none_found=False,
        hazards=[{"code": "VIOLENCE", "note": secret}],
        people=[{"assistance": "GUIDE", "consent_state": "REFUSED", "unit_ref": secret, "sleeps_in": secret}],
        referrals=[{"kind": "RI6", "note": secret}],
    )
    reasons = reasons_to_refuse(visit, NOW)
    assert len(reasons) == 5
    assert not any(secret in reason.reason or reason.reason == "" for reason in reasons)


@pytest.mark.parametrize(
    ("overrides", "remark"),
    [
        ({"started_at": at(-8 * 24 * 60), "ended_at": at(-8 * 24 * 60 + 30)}, Remark.SENT_LATE),
        ({"device_point": {"lat": 51.06, "lon": -3.4, "accuracy_m": 101}}, Remark.POINT_INACCURATE),
        ({"sign_off": {"declaration": True, "lead_competent": False}}, Remark.LEAD_NOT_COMPETENT),
        (
            {"override": {"level": 3, "reason": "a fire last week"}, "critical_facts": ["One stair"]},
            Remark.LEVEL_DIFFERS,
        ),
        ({"likelihood": 5}, Remark.LIKELIHOOD_DOUBTED),
    ],
)
def test_what_is_only_odd_is_remarked_on_and_taken(overrides: dict[str, Any], remark: Remark) -> None:
    assert refused(**overrides) == []
    assert remarks_on(a_submission(**overrides), NOW) == (remark,)


def test_an_ordinary_visit_has_nothing_to_remark_on() -> None:
    exact = {"lat": 51.06, "lon": -3.4, "accuracy_m": 100}
    week: dict[str, Any] = {"started_at": at(-7 * 24 * 60 - 30), "ended_at": at(-7 * 24 * 60)}
    assert remarks_on(a_submission(device_point=exact, **week), NOW) == ()


@given(
    codes=st.lists(st.sampled_from(HazardCode), max_size=5),
    kinds=st.lists(st.sampled_from(ReferralKind), max_size=5),
    outcome=st.sampled_from(VisitOutcome),
    premises_class=st.sampled_from(PremisesClass),
)
def test_every_reason_points_into_the_visit(
    codes: list[HazardCode], kinds: list[ReferralKind], outcome: VisitOutcome, premises_class: PremisesClass
) -> None:
    visit = a_submission(
        hazards=[{"code": code} for code in codes],
        referrals=[{"kind": kind} for kind in kinds],
        outcome=outcome,
        premises_class=premises_class,
    )
    sizes = {"hazards": len(codes), "referrals": len(kinds)}
    for reason in reasons_to_refuse(visit, NOW):
        name, *rest = reason.pointer.removeprefix("/").split("/")
        assert name in type(visit).model_fields
        if rest and name in sizes:
            assert int(rest[0]) < sizes[name]
