"""Of what is sent about people who need help out, four facts are kept and nothing else, whatever it is."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.referrals import HelpNeeded
from schemas.visit_parts import PersonNeed
from schemas.vocabulary import Assistance, ConsentHow, ConsentState, NeedsSource
from services.referrals.rules.buildings import Review, review_limits, review_state
from services.referrals.rules.entering import (
    NeedWanted,
    PersonWanted,
    confirmed,
    needs_entered,
    reasons_to_refuse_entering,
)
from services.referrals.rules.needs import AgreedHelp, let_out, needs_by_unit, remove_at, review_due_on
from services.referrals.rules.permitted import LONGEST_FLAT, LONGEST_FLOOR, flat_only, floor_only
from tests.cases import table

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)
TABLE = table("permitted_facts")
SENTENCES = st.text(max_size=120) | st.sampled_from(["Flat 3 Mrs Smith", "dementia", "2nd floor, bedbound", "top"])
PERMITTED = {"unit_ref", "floor", "assistance", "ees_exists", "consent_state", "consented_at", "source", "confirmed_at"}
WANTED = NeedWanted(
    "Flat 12",
    (PersonWanted(Assistance.GUIDE, "2", True),),
    NeedsSource.RESPONSIBLE_PERSON,
    True,
    "A. Bell, managing agent",
    ConsentHow.IN_WRITING,
    TODAY,
)


@pytest.mark.parametrize("case", TABLE["flats"], ids=lambda case: repr(case["sent"]))
def test_of_a_flat_only_which_it_is(case: dict[str, Any]) -> None:
    assert flat_only(case["sent"]) == case["kept"]


@pytest.mark.parametrize("case", TABLE["floors"], ids=lambda case: repr(case["sent"]))
def test_of_a_floor_only_which_it_is(case: dict[str, Any]) -> None:
    assert floor_only(case["sent"]) == case["kept"]


@given(SENTENCES)
def test_what_is_kept_is_short_and_stays_as_it_is_when_limited_again(sent: str) -> None:
    flat, floor = flat_only(sent), floor_only(sent)
    assert len(flat) <= LONGEST_FLAT
    assert flat_only(flat) == flat
    assert floor is None or (len(floor) <= LONGEST_FLOOR and floor_only(floor) == floor)


@given(SENTENCES, SENTENCES, SENTENCES, st.sampled_from(Assistance), st.none() | st.booleans())
def test_whatever_a_crew_sends_only_the_permitted_facts_reach_control(
    unit: str, floor: str, sleeps_in: str, assistance: Assistance, ees_exists: bool | None
) -> None:
    person = PersonNeed(
        unit_ref=unit.replace("\0", ""),
        floor=floor.replace("\0", ""),
        sleeps_in=f"secret-{sleeps_in}".replace("\0", "")[:120],
        assistance=assistance,
        ees_exists=ees_exists,
        consent_state=ConsentState.GIVEN,
    )
    for needs in needs_by_unit([person], "", NOW, "K41 who asked"):
        for each in needs.help:
            told = json.loads(let_out(each).model_dump_json())
            assert told.keys() == PERMITTED == set(HelpNeeded.model_fields)
            assert (told["unit_ref"], told["floor"]) == (flat_only(person.unit_ref or ""), floor_only(person.floor))
            assert not {word for word in ("secret-", "who asked") if word in str(told)}


def test_what_was_kept_before_words_were_limited_is_limited_on_its_way_out() -> None:
    old = AgreedHelp(
        unit_ref="Flat 12 (Mrs Smith)",
        floor="2, asleep by nine",
        assistance=Assistance.GUIDE,
        consent_state=ConsentState.GIVEN,
        consented_at=NOW,
    )
    assert (let_out(old).unit_ref, let_out(old).floor) == ("Flat 12", "2")


@pytest.mark.parametrize(
    ("change", "pointer", "words"),
    [
        ({"unit_ref": ""}, "/unit_ref", "such as 12 or 12A"),
        ({"unit_ref": "Flat 12 Mrs Smith"}, "/unit_ref", "no name and no reason"),
        ({"people": ()}, "/assistance-1", "choose the help"),
        ({"people": (PersonWanted(Assistance.NONE),)}, "/assistance-1", "choose the help"),
        ({"people": (PersonWanted(Assistance.GUIDE, "bedbound"),)}, "/floor-1", "only the floor"),
        ({"people": (PersonWanted(Assistance.GUIDE),) * 11}, "/assistance-1", "at most 10"),
        ({"source": None}, "/source", "who gave us this"),
        ({"source": NeedsSource.CREW_VISIT}, "/source", "who gave us this"),
        ({"explicit": False}, "/explicit", "agreed explicitly"),
        ({"taken_by": " "}, "/taken_by", "name or role"),
        ({"how": None}, "/how", "how they agreed"),
        ({"consented_on": None}, "/consented_on", "day on which they agreed"),
        ({"consented_on": TODAY + timedelta(days=1)}, "/consented_on", "a day that has been"),
        ({"consented_on": date(2025, 9, 30)}, "/consented_on", "over 14 months ago"),
    ],
)
def test_each_field_that_is_wrong_is_named_with_how_to_mend_it(change: Any, pointer: str, words: str) -> None:
    (reason,) = reasons_to_refuse_entering(replace(WANTED, **change), NOW, None, is_held=False)
    assert reason.pointer == pointer
    assert words in reason.reason


def test_consent_must_be_given_after_it_was_withdrawn_and_a_flat_is_entered_once() -> None:
    assert reasons_to_refuse_entering(WANTED, NOW, None, is_held=False) == ()
    (held,) = reasons_to_refuse_entering(WANTED, NOW, None, is_held=True)
    assert "held of this flat already" in held.reason
    earlier = replace(WANTED, consented_on=TODAY - timedelta(days=3))
    assert reasons_to_refuse_entering(earlier, NOW, NOW - timedelta(days=3), is_held=False) == ()
    (late,) = reasons_to_refuse_entering(earlier, NOW, NOW - timedelta(days=2), is_held=False)
    assert "they withdrew on 29 Nov 2026" in late.reason


@given(st.dates(date(2025, 10, 3), TODAY))
def test_a_review_is_due_twelve_months_after_they_agreed_or_confirmed_and_removal_is_at_fourteen(day: date) -> None:
    needs = needs_entered(replace(WANTED, consented_on=day), NOW)
    due, removed = review_due_on(needs), remove_at(needs)
    assert due is not None
    assert removed is not None
    assert (due.year, due.month) == (day.year + 1, day.month)
    assert timedelta(days=55) < removed.date() - due < timedelta(days=65)
    again = confirmed(needs, NOW)
    assert review_due_on(again) == date(2027, 12, 1)
    assert {each.consented_at for each in again.help} == {each.consented_at for each in needs.help}


@pytest.mark.parametrize(
    ("days", "review"),
    [
        (-1, Review.OVERDUE),
        (0, Review.DUE),
        (28, Review.DUE),
        (29, Review.DUE_SOON),
        (60, Review.DUE_SOON),
        (61, Review.IN_DATE),
    ],
)
def test_each_band_of_the_review_begins_where_the_last_ends(days: int, review: Review) -> None:
    due = TODAY + timedelta(days=days)
    assert review_state(due, TODAY) is review
    first, last = review_limits(review, TODAY)
    assert first <= due <= last
    assert [each for each in Review if review_limits(each, TODAY)[0] <= due <= review_limits(each, TODAY)[1]] == [
        review
    ]
