"""How reports become a record: fact by fact, the newer sighting wins, and silence erases nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.risk_register import RiskFacts, UnverifiedAddition
from schemas.vocabulary import PremisesClass, ReviewMethod, VisitKind, VisitOutcome
from services.domain.fact_keys import put_together, taken_apart
from services.risk_register.rules.buildings import building_of, facts_of_the_building
from services.risk_register.rules.differences import Change, differences
from services.risk_register.rules.merging import Known, Report, Seen, is_full_visit, merge
from services.risk_register.rules.publishing import Dates, dates_after
from services.risk_register.rules.reports import accounts_in, newest_first, shown_at_most
from services.risk_register.rules.showing import each_shown_once, facts_to_show
from services.risk_register.rules.sources import sources_of
from tests.builders import NOW, a_premises, a_submission

HOUR = timedelta(hours=1)


def facts(**fields: Any) -> RiskFacts:
    return RiskFacts.model_validate(fields)


def report(at: datetime = NOW, is_full: bool = False, **fields: Any) -> Report:
    return Report(f"visit-{at:%d%H%M}", at, taken_apart(facts(**fields)), is_full)


def after(*reports: Report) -> Known:
    known = Known()
    for reported in reports:
        merged = merge(known, reported)
        known = Known(merged.facts, merged.seen)
    return known


def riser(status: str, location: str = "NW stair") -> dict[str, str]:
    return {"kind": "DRY_RISER", "status": status, "location": location}


def hazard(code: str, location: str = "Yard") -> dict[str, str]:
    return {"code": code, "location": location}


SOME_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "roof": st.sampled_from(["Felt", "Slate", "", None]),
        "max_night": st.one_of(st.none(), st.integers(0, 500)),
        "evac_strategy": st.sampled_from(["STAY_PUT", "SIMULTANEOUS", "UNKNOWN", None]),
        "systems": st.lists(st.builds(riser, st.sampled_from(["WORKING", "FAULT", "NOT_TESTED"])), max_size=1),
        "hazards": st.lists(
            st.builds(hazard, st.sampled_from(["BESS", "EXPLOSIVE"]), st.sampled_from(["Yard", "yard ", "Roof"])),
            max_size=3,
        ),
        "water": st.sampled_from([None, {"adequate": True}, {"hydrants": [], "none_within_100m": True}]),
    },
)


@given(SOME_FACTS)
def test_facts_taken_apart_and_put_together_are_the_same_facts(fields: dict[str, Any]) -> None:
    apart = taken_apart(facts(**fields))
    assert taken_apart(put_together(apart)) == apart


@given(SOME_FACTS, SOME_FACTS)
def test_a_report_that_is_not_full_erases_no_fact(first: dict[str, Any], second: dict[str, Any]) -> None:
    known = after(report(**first))
    merged = merge(known, report(NOW + HOUR, **second))
    assert known.facts.keys() - {"none_found"} <= merged.facts.keys()
    assert merged.cleared == ()


@given(st.lists(SOME_FACTS, min_size=2, max_size=3))
def test_the_order_of_arrival_does_not_matter_where_every_report_says_everything(
    reported: list[dict[str, Any]],
) -> None:
    base: dict[str, Any] = {"roof": "Felt", "max_night": 1, "evac_strategy": "STAY_PUT", "water": {"adequate": True}}
    silent = (None, "", "UNKNOWN")
    whole = [base | {name: fields[name] for name in base if fields.get(name) not in silent} for fields in reported]
    reports = [report(NOW + number * HOUR, **fields) for number, fields in enumerate(whole)]
    results = [put_together(after(*order).facts) for order in permutations(reports)]
    assert all(result == results[0] for result in results)


@given(SOME_FACTS)
def test_the_same_report_again_changes_nothing(fields: dict[str, Any]) -> None:
    known = after(report(**fields))
    again = merge(known, report(**fields))
    assert (again.changed, again.cleared, again.facts) == ((), (), known.facts)


def test_what_nobody_tested_keeps_the_state_that_somebody_did_test() -> None:
    known = after(report(systems=[riser("FAULT")]), report(NOW + HOUR, systems=[riser("NOT_TESTED")]))
    assert put_together(known.facts).systems[0].status == "FAULT"


def test_no_appliance_access_is_a_fact_though_no_appraisal_is_none() -> None:
    assert set(taken_apart(facts(appliance_access="NONE", fraew_rating="NONE"))) == {"appliance_access"}


def test_a_full_visit_clears_the_hazards_it_no_longer_found_but_nothing_seen_after_it() -> None:
    known = after(report(hazards=[hazard("BESS")]), report(NOW + 3 * HOUR, hazards=[hazard("EXPLOSIVE")]))
    merged = merge(known, report(NOW + 2 * HOUR, is_full=True, none_found=True))
    assert merged.cleared == ("hazards/BESS/yard",)
    assert [found.code for found in put_together(merged.facts).hazards] == ["EXPLOSIVE"]


def test_a_full_visit_that_says_nothing_of_hazards_clears_none() -> None:
    known = after(report(hazards=[hazard("BESS")]))
    assert merge(known, report(NOW + HOUR, is_full=True, roof="Felt")).cleared == ()


def test_a_hazard_that_a_later_visit_found_gone_is_not_brought_back_by_an_older_report() -> None:
    known = after(report(hazards=[hazard("BESS")]), report(NOW + 2 * HOUR, is_full=True, none_found=True))
    merged = merge(known, report(NOW + HOUR, hazards=[hazard("BESS")]))
    assert merged.kept_newer == ("hazards/BESS/yard",)
    assert put_together(merged.facts).hazards == ()


def test_what_a_reviewer_leaves_out_stays_as_it_is() -> None:
    known = after(report(roof="Felt", hazards=[hazard("BESS")]))
    reported = report(NOW + HOUR, is_full=True, roof="Slate", none_found=True)
    merged = merge(known, reported, leave_out=("roof", "hazards/BESS/yard"))
    assert merged.facts == known.facts


@pytest.mark.parametrize(
    ("kind", "method", "outcome", "is_full"),
    [
        ("NEW_SSRI", "PHYSICAL", "COMPLETED", True),
        ("REVIEW", "PHYSICAL", "COMPLETED", True),
        ("REVIEW", "TELEPHONE", "COMPLETED", False),
        ("REVIEW", "PHYSICAL", "PARTIAL", False),
        ("CHANGE", "PHYSICAL", "COMPLETED", False),
        ("INTELLIGENCE_ONLY", "PHYSICAL", "COMPLETED", False),
    ],
)
def test_only_a_completed_physical_visit_to_the_whole_premises_is_full(
    kind: VisitKind, method: ReviewMethod, outcome: VisitOutcome, is_full: bool
) -> None:
    visit = a_submission(visit_kind=kind, review_method=method, outcome=outcome)
    assert is_full_visit(visit) is is_full


def test_a_difference_is_in_conflict_only_where_somebody_changed_it_meanwhile() -> None:
    set_out = after(report(roof="Felt", max_day=3))
    known = after(report(roof="Felt", max_day=3), report(NOW + HOUR, roof="Slate"))
    found = {one.key: one for one in differences(known, report(NOW + 2 * HOUR, roof="Tin", max_day=4), set_out.facts)}
    assert (found["roof"].change, found["roof"].in_conflict) == (Change.CHANGED, True)
    assert (found["max_day"].change, found["max_day"].in_conflict) == (Change.CHANGED, False)


def test_a_flat_tells_its_hazards_with_its_number_and_never_the_size_of_the_building() -> None:
    reported = facts(premises_class="DWELLING_HOUSE", max_night=2, hazards=[hazard("OXYGEN_HOME", "Bedroom")])
    kept = facts_of_the_building(reported, "Flat 12", of_the_unit_alone=True)
    assert (kept.premises_class, kept.max_night, kept.hazards[0].location) == (None, None, "Flat 12, Bedroom")
    block = facts(premises_class="FLATS_HIGH", max_night=120, systems=[riser("FAULT")], hazards=[hazard("PV", "Roof")])
    assert facts_of_the_building(block, "Flat 12", of_the_unit_alone=False) == block
    assert PremisesClass.FLATS_HIGH is block.premises_class


def test_whose_door_a_caution_is_about_stays_out_of_the_record() -> None:
    reported = facts(premises_class="DWELLING_HOUSE", hazards=[{"code": "VIOLENCE"}])
    assert facts_of_the_building(reported, "Flat 12", of_the_unit_alone=True).hazards == reported.hazards


def test_a_building_is_not_called_by_the_name_of_its_flat() -> None:
    flat = a_premises("12", parent_id="1", name="Flat 12", address="Flat 12, Marlowe House, King Street")
    building = building_of(flat)
    assert (building.premises_id, building.name, building.address) == ("1", "", "Marlowe House, King Street")


def test_an_older_visit_takes_no_date_back_and_a_refused_one_moves_none() -> None:
    present = dates_after(a_submission(NOW), Dates(), 3)
    assert str(present.review_due_on) == "2029-11-22"
    assert dates_after(a_submission(NOW - timedelta(days=90)), present, 3) == present
    refused = a_submission(NOW + timedelta(days=9), outcome="REFUSED", outcome_note="No entry")
    heard = a_submission(NOW + timedelta(days=9), visit_kind="INTELLIGENCE_ONLY")
    assert dates_after(refused, present, 3) == dates_after(heard, present, 3) == present


def test_a_desk_check_moves_the_review_of_a_level_1_and_never_the_visit_clock() -> None:
    desk = a_submission(NOW, review_method="DESKTOP")
    assert dates_after(desk, Dates(), 1).visited_at is None
    assert str(dates_after(desk, Dates(), 1).review_due_on) == "2031-11-22"
    assert dates_after(desk, Dates(), 2) == Dates()


def test_a_violence_marker_is_shown_without_its_basis_or_place() -> None:
    reported = facts(
        hazards=[{**hazard("VIOLENCE", "Flat 3"), "basis": "Threats", "note": "Big dog", "review_on": "2027-01-01"}]
    )
    [shown] = facts_to_show(reported).hazards
    assert (shown.location, shown.basis, shown.note) == (None, None, None)
    assert str(shown.review_on) == "2027-01-01"


def test_the_source_of_a_caution_has_no_place_wherever_it_was_kept() -> None:
    reported = facts(hazards=[hazard("VIOLENCE", "Flat 3"), hazard("BESS")])
    seen = {key: Seen("v", NOW, "S1P1", ReviewMethod.PHYSICAL) for key in taken_apart(reported)}
    assert "hazards/VIOLENCE/flat 3" in seen
    assert set(sources_of(facts_to_show(reported), seen, is_scored=False)) == {"hazards/VIOLENCE/", "hazards/BESS/yard"}


def test_a_fact_of_a_crew_that_nobody_can_name_has_no_source() -> None:
    assert sources_of(facts(roof="Felt"), {"roof": Seen("v", NOW)}, is_scored=True) == {}


def test_very_long_reports_travel_one_at_a_time() -> None:
    many = [{**hazard("BESS", f"Bay {number}"), "note": "n" * 500} for number in range(100)]
    reports = [replace(report(NOW + number * HOUR, hazards=many), callsign=f"K{number}") for number in range(12)]
    short = [report(NOW + number * HOUR, roof="Felt") for number in range(12)]
    assert len(shown_at_most(newest_first(one for report in short for one in accounts_in(report)))) == 10
    long = shown_at_most(newest_first(one for report in reports for one in accounts_in(report)))
    assert 1 <= len(long) < 10
    assert long[0].seen.callsign == "K11"
    assert sum(len(one.facts.model_dump_json()) for one in long) < 1_000_000


def test_an_expired_addition_is_still_shown() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    old = UnverifiedAddition(
        visit_id="v", kind="ACCESS", summary="Blocked", reported_at=at, callsign="S1P1", expires_at=at + 72 * HOUR
    )
    assert each_shown_once([old]) == (old,)
