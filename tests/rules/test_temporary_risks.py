"""Temporary risks: at most 90 days, renewed with reasons, to be confirmed at their end, and never silently gone."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import TemporarySource
from services.domain.temporary_risks import LONGEST, is_past_its_end
from services.risk_register.rules.dossiers import Dossier, Record
from services.risk_register.rules.temporary import (
    TRANSITIONS,
    TemporaryChange,
    TemporaryEnd,
    TemporaryRisk,
    TemporaryState,
    Wanted,
    ended,
    expired,
    may_change,
    reasons_to_refuse_ending,
    reasons_to_refuse_raising,
    reasons_to_refuse_renewal,
    renewed,
    words_there,
)
from services.risk_register.rules.what_is_shown import record_shown
from tests.builders import NOW, a_premises

TODAY = NOW.date()
DAY = timedelta(days=1)
SCAFFOLD = "Scaffold on the east face"
GOOD = Wanted(SCAFFOLD, "Told by the site manager", "Protection", TODAY, TODAY + LONGEST)


def a_risk(**overrides: Any) -> TemporaryRisk:
    """Return scaffolding that holds from today for ten days."""
    fields: dict[str, Any] = {
        "risk_id": "t-1",
        "premises_id": "100012345678",
        "what": SCAFFOLD,
        "why": "Told by the site manager",
        "owner": "Protection",
        "source": TemporarySource.BY_HAND,
        "starts_on": TODAY,
        "ends_on": TODAY + 10 * DAY,
        "raised_by": "ada",
        "raised_at": NOW,
        "changed_by": "ada",
        "changed_at": NOW,
    }
    return TemporaryRisk(**(fields | overrides))


def pointers(wanted: Wanted) -> list[str]:
    return [each.pointer for each in reasons_to_refuse_raising(wanted, TODAY, {})]


def test_a_temporary_risk_of_ninety_days_with_words_and_an_owner_may_be_raised() -> None:
    assert reasons_to_refuse_raising(GOOD, TODAY, {}) == ()


def test_everything_that_is_wrong_is_said_at_once_with_how_to_mend_it() -> None:
    wrong = Wanted("", "no", "", None, None)
    found = reasons_to_refuse_raising(wrong, TODAY, {})
    assert [each.pointer for each in found] == ["/what", "/why", "/owner", "/starts_on", "/ends_on"]
    assert found[-1].reason == "give its last day, from 22 Nov 2026 to 20 Feb 2027"


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [
        (TODAY, TODAY, []),
        (TODAY, TODAY + LONGEST + DAY, ["/ends_on"]),
        (TODAY, TODAY - DAY, ["/ends_on"]),
        (TODAY + 5 * DAY, TODAY + 4 * DAY, ["/ends_on"]),
        (TODAY + 5 * DAY, TODAY + 5 * DAY + LONGEST, []),
        (TODAY - 30 * DAY, TODAY + 60 * DAY, []),
        (TODAY - 30 * DAY, TODAY + 61 * DAY, ["/ends_on"]),
        (TODAY - LONGEST, TODAY, ["/starts_on"]),
        (TODAY + LONGEST + DAY, TODAY + LONGEST + DAY, ["/starts_on", "/ends_on"]),
    ],
)
def test_its_last_day_is_at_most_ninety_days_after_its_first(starts: date, ends: date, wrong: list[str]) -> None:
    assert pointers(Wanted(SCAFFOLD, "Told by the site", "Protection", starts, ends)) == wrong


def test_what_is_there_already_is_renewed_and_not_raised_twice() -> None:
    there = words_there([a_risk(what="scaffold  on the EAST face")])
    (found,) = reasons_to_refuse_raising(GOOD, TODAY, there)
    assert found.reason == "this premises has it already, until 2 Dec 2026: renew that one"
    over = ended(a_risk(), TemporaryEnd.BY_HAND, "Taken down", "ada", NOW)
    assert words_there([over]) == {}


def test_a_renewal_has_a_reason_and_another_end_within_ninety_days_of_it() -> None:
    risk, later = a_risk(), TODAY + 20 * DAY
    assert reasons_to_refuse_renewal(risk, later + LONGEST, "The works go on", later) == ()
    for ends_on in (None, risk.ends_on, later - DAY, later + LONGEST + DAY):
        assert [each.pointer for each in reasons_to_refuse_renewal(risk, ends_on, "", later)] == ["/reason", "/ends_on"]


def test_an_end_has_a_reason() -> None:
    assert [each.pointer for each in reasons_to_refuse_ending(" no ")] == ["/reason"]
    assert reasons_to_refuse_ending("Taken down today") == ()


def test_it_holds_through_its_last_day_by_the_uk_calendar_and_waits_to_be_confirmed_from_the_next() -> None:
    risk = a_risk(ends_on=date(2026, 7, 1))
    before, after = NOW.replace(month=7, day=1, hour=22, minute=59), NOW.replace(month=7, day=1, hour=23, minute=0)
    assert not is_past_its_end(risk.ends_on, date(2026, 7, 1))
    assert expired(risk, before) is risk
    late = expired(risk, after)
    assert (late.state, late.expired_at, late.version) == (TemporaryState.TO_CONFIRM, after, risk.version)
    assert expired(late, after + DAY) is late, "it is marked once"


@pytest.mark.parametrize("state", TemporaryState)
@pytest.mark.parametrize("change", TemporaryChange)
def test_a_change_that_the_table_does_not_know_is_forbidden(state: TemporaryState, change: TemporaryChange) -> None:
    risk = a_risk(state=state)
    if may_change(state, change):
        assert risk.changed(change).state is TRANSITIONS[state][change]
    else:
        with pytest.raises(ValueError, match="cannot"):
            risk.changed(change)


def test_nothing_leads_out_of_the_end_and_only_a_reason_leads_into_it() -> None:
    assert TRANSITIONS[TemporaryState.ENDED] == {}
    into = {
        change for after in TRANSITIONS.values() for change, state in after.items() if state is TemporaryState.ENDED
    }
    assert into == {TemporaryChange.END}


STEPS = st.lists(st.tuples(st.sampled_from(TemporaryChange), st.integers(0, 120)), max_size=30)


@given(STEPS)
def test_whatever_happens_it_is_never_silently_gone(steps: list[tuple[TemporaryChange, int]]) -> None:
    """Let it be renewed, ended and looked at after many days: it is shown until somebody gave a reason for its end."""
    at, was_ended = NOW, False
    record = Record("100012345678", 0, 0, a_premises("100012345678"), None, None, NOW)
    dossier = Dossier(record).with_temporary(a_risk(), "raised", "Told by the site manager")
    for number, (change, days) in enumerate(steps):
        at += days * DAY
        (risk,) = dossier.temporary
        allowed = may_change(risk.state, change)
        try:
            if change is TemporaryChange.EXPIRE:
                after = expired(risk, at)
            elif change is TemporaryChange.RENEW:
                after = renewed(risk, at.date() + LONGEST, "mel", at)
            else:
                after = ended(risk, TemporaryEnd.BY_HAND, "Taken down", "mel", at)
        except ValueError:
            assert not allowed
            continue
        assert allowed or after is risk
        was_ended = was_ended or change is TemporaryChange.END
        assert (after.ended_reason is not None) is was_ended
        dossier = dossier.with_temporary(after, change.value, f"step {number}")
        assert (after.what, after.starts_on, after.raised_by) == (risk.what, risk.starts_on, risk.raised_by)
        assert [one.risk_id for one in record_shown(dossier).temporary] == ([] if was_ended else ["t-1"])
    assert len(dossier.temporary) == 1
    assert dossier.altered[0].action == "raised", "every change stands in the history, none is overwritten"
