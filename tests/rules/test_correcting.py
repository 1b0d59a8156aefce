"""Every fact of a record can be corrected: what stands in its fields, sent back untouched, is the fact as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ReviewMethod
from services.domain.fact_keys import Facts, ScoreInputs, taken_apart
from services.risk_register.pages.correcting_form import CorrectingForm
from services.risk_register.presenters.editors import Editor, editor_of
from services.risk_register.rules.bulk import Ticked, ticked_in
from services.risk_register.rules.correcting import (
    Correction,
    checked_value,
    corrected,
    corrections_in,
    facts_in,
    lowers_the_crews_level,
    value_to_keep,
    with_correction,
    without_correction,
)
from services.risk_register.rules.merging import Report, SetOut
from services.risk_register.rules.notes import Happened, done_since
from services.risk_register.rules.queue_filter import QueueWanted, wanted_of
from tests.services.test_risk_register_correcting import EVERYTHING

AT = datetime(2026, 11, 22, 14, tzinfo=UTC)
FAULT = {"kind": "SPRINKLER", "status": "FAULT", "fault_since": "2026-11-20T09:41:00Z", "reported_to_frs": True}
MARKER = {"code": "VIOLENCE", "location": "Flat 2", "basis": "Told by the landlord", "review_on": "2027-01-05"}
CLUTTER = {"code": "CLUTTER", "clutter": {"bedroom": 5, "kitchen": 6, "living": 7}, "photo": "a" * 64}
SEVERITY = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 3)
INPUTS = ScoreInputs.model_validate(
    {"likelihood": 3, "severity": SEVERITY, "override": {"level": 4, "reason": "Two fires"}}
)


def every_fact() -> Facts:
    """Return a value for each kind of fact that a record can have."""
    told = {name: value for name, value in EVERYTHING.items() if name in RiskFacts.model_fields}
    told |= {"premises_class": "SHOP", "occupancy_status": "IN_USE", "storeys_above": 2}
    told["systems"] = [*told["systems"], FAULT, FAULT]
    told["hazards"] = [*told["hazards"], MARKER, CLUTTER]
    found = taken_apart(RiskFacts.model_validate(told), INPUTS)
    nothing = {"water": {"none_within_100m": True}, "none_found": True}
    return found | taken_apart(RiskFacts.model_validate(nothing))


def untouched(editor: Editor) -> FormData:
    """Return the form as a browser sends it when nothing was typed."""
    sent: list[tuple[str, str | UploadFile]] = []
    for field in (field for group in editor.groups for field in group):
        if field.kind == "ticks":
            sent += [(f"value-{field.path}", one) for one in field.value]
        else:
            sent.append((f"value-{field.path}", "\n".join(field.value) if field.kind == "lines" else field.value))
    return FormData(sent)


def test_every_field_of_a_record_is_among_the_facts_that_are_tried() -> None:
    tried = {key.partition("/")[0] for key in every_fact()}
    assert tried >= set(RiskFacts.model_fields) | {"score"}


@pytest.mark.parametrize("fact", every_fact())
def test_what_stands_in_the_fields_is_the_fact(fact: str) -> None:
    value = every_fact()[fact]
    form = CorrectingForm(untouched(editor_of(fact, value)), editor_of(fact, value), value)
    typed = form.value()
    assert form.problems == []
    assert checked_value(fact, typed) == ()
    assert facts_in(fact, typed) == {fact: value}
    assert facts_in(fact, value_to_keep(fact, value)) == {fact: value}, "and so it is read again where it is kept"


def a_correction(fact: str = "roof", value: Any = "Slate", by: str = "ada") -> Correction:
    return Correction(fact, value, "Felt", "By the plan", by, AT, AT - timedelta(days=1))


def test_corrections_are_kept_one_for_a_fact_and_taken_back_one_by_one() -> None:
    first = with_correction(None, a_correction(), None)
    both = with_correction(first, a_correction("voids", "None"), None)
    again = with_correction(both, a_correction(value="Tin", by="ben"), None)
    assert [(one.fact, one.value, one.by) for one in corrections_in(again)] == [
        ("voids", "None", "ada"),
        ("roof", "Tin", "ben"),
    ]
    one = without_correction(again, "voids", None)
    assert one is not None
    assert without_correction(one, "roof", None) is None
    left_out = {**one, "leave_out": ["max_day"]}
    assert without_correction(left_out, "roof", None) is not None, "what else a reviewer changed stays"


def test_a_corrected_fact_is_a_desk_check_and_moves_to_the_place_that_it_names() -> None:
    before = taken_apart(RiskFacts.model_validate({"hazards": [{"code": "PV", "location": "Roof"}], "roof": "Felt"}))
    set_out = SetOut(frozenset(before), frozenset(before))
    report = Report("v", AT, before, True, "K1", ReviewMethod.PHYSICAL, {}, set_out)
    moved = a_correction("hazards/PV/roof", [{"code": "PV", "location": "South wall"}])
    after = corrected(report, [moved])
    assert set(after.facts) == {"roof", "hazards/PV/south wall"}
    assert after.sighting("hazards/PV/south wall").method is ReviewMethod.DESKTOP
    assert after.sighting("roof").method is ReviewMethod.PHYSICAL
    assert not after.left_as_it_was("hazards/PV/roof")
    assert after.left_as_it_was("roof")


@pytest.mark.parametrize(
    ("level", "reported", "lowers"), [(2, 4, True), (None, 1, True), (4, 4, False), (5, 4, False), (1, None, False)]
)
def test_a_level_below_the_crews_own_is_lowered_by_a_correction(
    level: int | None, reported: int | None, lowers: bool
) -> None:
    assert lowers_the_crews_level([a_correction()], level, reported) is lowers
    assert lowers_the_crews_level([], level, reported) is False


def test_an_address_says_how_the_queue_is_narrowed_and_what_it_cannot_mean_narrows_nothing() -> None:
    asked = {
        "show": "all",
        "station": " S1 ",
        "kind": "CHANGE",
        "priority": "low",
        "words": " a\0b  c ",
        "since": "yes",
    }
    wanted = wanted_of(asked)
    assert wanted_of({name: value for name, value in wanted.as_asked().items() if value}) == wanted
    assert (wanted.station, wanted.each_word) == ("S1", ("a", "b", "c"))
    assert wanted_of({"show": "x", "kind": "y", "priority": "z", "since": "no"}) == QueueWanted()
    assert wanted_of({"words": "w " * 500}).is_narrowed
    assert len(wanted_of({"words": "w " * 500}).each_word) == 6


def test_what_others_did_since_one_looked_is_told_oldest_first_and_nothing_to_who_never_looked() -> None:
    done = [
        Happened(AT + timedelta(minutes=n), by, str(n)) for n, by in ((3, "ben"), (1, "cy"), (2, "ada"), (-1, "ben"))
    ]
    assert [one.what for one in done_since(AT, "ada", done)] == ["1", "3"]
    assert done_since(None, "ada", done) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["a.1", "b.2", "a.3"], (Ticked("a", 3), Ticked("b", 2))),
        (["a", "a.", ".1", "a.x", "a.²", "a\0.1", "a.-1"], ()),
        ([f"{n}.1" for n in range(60)], tuple(Ticked(str(n), 1) for n in range(50))),
    ],
)
def test_what_was_ticked_is_read_once_each_and_at_most_fifty(typed: list[str], found: tuple[Ticked, ...]) -> None:
    assert ticked_in(typed) == found
