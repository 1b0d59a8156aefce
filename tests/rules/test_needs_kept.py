"""What is kept of people's needs follows their consent, whatever is heard of them and in whatever order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from schemas.vocabulary import Assistance, ConsentState
from services.referrals.rules.needs import AgreedHelp, ConsentStands, UnitNeeds
from services.referrals.rules.needs_kept import (
    Kept,
    UnitReport,
    VisitReport,
    changes_between,
    ended_between,
    entered,
    ever_given,
    held_of,
    kept_after,
    kept_without,
    lapsed,
    withdrawn,
    withdrawn_at,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUSE, OTHER = "a building", "another building"


def reported(
    visit_id: str, home: str = HOUSE, minutes: int = 0, *, agreed: bool = True, unit: str = "12"
) -> VisitReport:
    at = NOW + timedelta(minutes=minutes)
    help_needed = AgreedHelp(
        unit_ref=unit, assistance=Assistance.GUIDE, consent_state=ConsentState.GIVEN, consented_at=at
    )
    needs = UnitNeeds(unit, (help_needed,) if agreed else ())
    return VisitReport(visit_id, home, at, (UnitReport(uuid4(), unit, needs),))


def after(kept: Kept, *visits: VisitReport) -> Kept:
    for visit in visits:
        kept = kept_after(kept, visit, NOW + timedelta(hours=1), "referrals")
    return kept


def ids(kept: Kept, home: str = HOUSE) -> list[UUID]:
    return [need.id for need in held_of(kept, home)]


def test_the_newest_report_of_a_flat_is_held_in_whichever_order_it_is_heard() -> None:
    older, newer = reported("a"), reported("b", minutes=5)
    assert ids(after({}, older, newer)) == ids(after({}, newer, older)) == [newer.units[0].id]


def test_hearing_a_visit_again_changes_nothing() -> None:
    kept = after({}, reported("a"))
    assert changes_between(kept, after(kept, reported("a"))) == ()
    assert after(kept, reported("a")) == kept


def test_a_later_visit_without_consent_withdraws_and_an_earlier_one_does_not() -> None:
    kept = after({}, reported("a", minutes=5))
    refused = after(kept, reported("b", minutes=9, agreed=False))
    assert ids(refused) == []
    assert [change.somebody_left for change in changes_between(kept, refused)] == [True]
    assert refused["a", "12"].state is ConsentStands.WITHDRAWN
    assert (refused["a", "12"].facts, refused["a", "12"].help) == (None, ())
    assert len(ids(after(kept, reported("b", minutes=1, agreed=False)))) == 1


def test_what_was_withdrawn_does_not_come_back_with_an_older_visit() -> None:
    kept = withdrawn(after({}, reported("a")), HOUSE, ["12"], NOW + timedelta(minutes=9), "elm")
    assert ids(after(kept, reported("b", minutes=5))) == []
    assert len(ids(after(kept, reported("c", minutes=10)))) == 1


def test_a_visit_placed_anew_takes_its_needs_along_and_its_withdrawals() -> None:
    stood, moving = reported("a"), reported("b", minutes=5)
    kept = after({}, stood, moving)
    moved = after(kept, reported("b", OTHER, minutes=5))
    assert ids(moved) == [stood.units[0].id]
    assert len(ids(moved, OTHER)) == 1
    assert {change.home: change.somebody_left for change in changes_between(kept, moved)} == {
        HOUSE: False,
        OTHER: False,
    }
    given_up = withdrawn(kept, HOUSE, ["12"], NOW + timedelta(minutes=9), "elm")
    assert {need.premises_id for need in kept_without(given_up, "b", OTHER).values()} == {HOUSE, OTHER}
    assert ids(after(given_up, reported("b", OTHER, minutes=5)), OTHER) == []


def test_what_has_had_its_time_is_gone_and_the_rest_stays() -> None:
    kept = after({}, reported("a"), reported("b", unit="7"))
    gone = lapsed(kept, [kept["a", "12"].id], NOW, "referrals")
    assert ids(gone) == [kept["b", "7"].id]
    assert gone["a", "12"].state is ConsentStands.LAPSED


def test_all_that_was_ever_reported_with_consent_is_to_be_sealed_even_if_it_ended_at_once() -> None:
    first = after({}, reported("a"))
    course: list[Kept] = [{}, first, after(first, reported("b", minutes=5, agreed=False))]
    assert list(ever_given(course)) == [first["a", "12"].id]


def test_what_is_entered_takes_the_place_of_all_that_was_kept_of_the_flat_even_at_the_same_moment() -> None:
    older, newer = reported("a"), reported("b", minutes=5)
    entry = reported("entry/c", minutes=5)
    kept = after({}, older, newer)
    now = entered(kept, entry, [], "elm")
    assert ids(now) == [entry.units[0].id]
    assert {need.state for key, need in now.items() if key[0] != "entry/c"} == {ConsentStands.REPLACED}
    assert {need.visit_id for need in ended_between(kept, now)} == {"a", "b"}
    assert [change.somebody_left for change in changes_between(kept, now)] == [False]
    assert after(now, older, newer) == now, "hearing the visits again brings nothing back"
    moved = entered(now, reported("entry/d", minutes=6, unit="14"), ["12"], "elm")
    assert [change.somebody_left for change in changes_between(now, moved)] == [True]
    assert ids(after(moved, reported("e", minutes=9, unit="14", agreed=False))) == []
    gone = withdrawn(now, HOUSE, ["12"], NOW + timedelta(minutes=9), "elm")
    assert withdrawn_at(gone, HOUSE, "12") == NOW + timedelta(minutes=9)
    assert ids(gone) == []
