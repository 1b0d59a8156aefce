"""The case of a visit: what may become of it, what a person is answered, and what is kept of the visit."""

from dataclasses import replace

import pytest

from schemas.sensitive import Sealed
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.premises.rules.cases import (
    MAY_BECOME,
    TOO_LATE,
    Case,
    CaseState,
    is_for_the_matcher,
    placed,
    put_back,
    returned,
    why_not_decide,
    why_not_put_back,
)
from tests.builders import NOW, a_premises, a_submission

WAITING = Case(
    visit_id="v",
    state=CaseState.NEEDS_PERSON,
    written="The old mill",
    fix=None,
    station="71",
    received_at=NOW,
    visit=a_submission().open_part(),
    private=Sealed(key_id="k", nonce="n", cipher_text="c"),
    decided_by="matcher",
    decided_at=NOW,
    version=3,
    correlation_id="story",
    event_id=None,
)
HERE = a_premises()
PLACED = placed(WAITING, HERE, LocationPrecision.PREMISES, "confirmed-by-person", "ada", NOW)
RETURNED = returned(WAITING, " Which field? ", "ada", NOW)


def test_every_state_says_what_it_may_become() -> None:
    assert set(MAY_BECOME) == set(CaseState)


@pytest.mark.parametrize("case", [PLACED, RETURNED], ids=["placed", "returned"])
def test_a_person_decides_only_what_waits(case: Case) -> None:
    assert why_not_decide(WAITING, 3) is None
    assert why_not_decide(WAITING, 2) == "this visit has been looked at anew since you opened it: open it again"
    assert why_not_decide(case, 4) == "somebody has already decided about this visit: open the list again"


def test_the_matcher_looks_at_what_is_new_or_waits_and_at_nothing_else() -> None:
    assert [is_for_the_matcher(case) for case in (None, WAITING, PLACED, RETURNED)] == [True, True, False, False]


def test_a_placed_visit_is_kept_and_each_decision_counts() -> None:
    assert (PLACED.premises_id, PLACED.place, PLACED.score) == (HERE.premises_id, HERE.place, 1.0)
    assert (PLACED.outcome, PLACED.decided_by, PLACED.version) == (LocationOutcome.MATCHED, "ada", 4)
    assert PLACED.kept == WAITING.kept
    assert (RETURNED.outcome, RETURNED.note) == (LocationOutcome.UNMATCHED, "Which field?")


def test_what_was_placed_is_put_back_until_the_register_has_decided() -> None:
    assert why_not_put_back(PLACED, 4) is None
    assert why_not_put_back(PLACED, 3) == "somebody has changed this since you opened the page: open the list again"
    assert why_not_put_back(replace(PLACED, visit=None, private=None), 4) == TOO_LATE
    for case in (WAITING, RETURNED):
        assert why_not_put_back(case, case.version) == "this visit is not placed: open the list again"
    back = put_back(PLACED, "ben", NOW)
    assert (back.state, back.premises_id, back.place, back.reviewed) == (CaseState.NEEDS_PERSON, None, None, None)
    assert (back.reason, back.outcome, back.version) == ("put-back", LocationOutcome.REVIEW, 5)
    assert back.kept == PLACED.kept
