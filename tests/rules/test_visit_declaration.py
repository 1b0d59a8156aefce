"""The declared form and the wire model say the same: every field, its limits, its choices; and nothing unknown."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.visits import VisitSubmission
from schemas.vocabulary import PremisesClass, ReferralKind, VisitKind, VisitOutcome
from services.domain.high_rise import is_high_rise_residential
from services.domain.visit_scope import WHOLE_KINDS
from services.visits.rules.conditions import asked_of, condition
from services.visits.rules.declaration import FORM, NAMED, declared_field
from services.visits.rules.fields import Field
from services.visits.rules.order import PLACES, place_of
from services.visits.rules.refusals import warnings_on
from services.visits.rules.remarks import Remark
from services.visits.rules.wire import SCHEMA
from tests.builders import NOW, a_submission, a_visit

FIELDS = {place.path: place.field for place in PLACES.values() if not place.path.endswith("/*")}
LEAVES = {path: field for path, field in FIELDS.items() if field.kind not in ("list", "point", "pin")}
WRONG: dict[str, list[tuple[object, bool]]] = {
    "choice": [("NO_SUCH_CODE", True)],
    "number": [("a word", True)],
    "integer": [("a word", True), (1.5, True)],
    "yes_no": [("perhaps", True), (True, False), (False, False)],
    "time": [("2026-11-22T14:02:00", True), ("soon", True), ("2026-11-22T14:02:00Z", False)],
    "date": [("22/11/2026", True), ("2026-11-22", False)],
}
GOOD_ANSWERS: dict[str, object] = {
    "sha256": "a" * 64,
    "mime": "image/png",
    "bytes": 1,
    "number": 1,
    "text": "x",
    "texts": "x",
    "yes_no": True,
}


def leaves(group: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """Give the path of every answer of the wire model, a star for each line of a list."""
    for name, part in group["properties"].items():
        inner = next((one for one in part.get("anyOf", ()) if one.get("type") != "null"), part)
        star = "/*" if inner.get("type") == "array" else ""
        known = SCHEMA["$defs"].get(inner.get("items", inner).get("$ref", "").rpartition("/")[2], {})
        if "properties" in known:
            yield from leaves(known, f"{start}{name}{star}/")
        else:
            yield f"{start}{name}"


def refused(path: str, value: object) -> bool:
    """Return whether the wire model refuses a value at a path, whatever else stands there."""
    content = a_visit()
    at: Any = content
    steps = path.split("/")
    for step in steps[:-1]:
        at[step] = {}
        at = at[step]
    at[steps[-1]] = value
    try:
        VisitSubmission.model_validate(lists(content))
    except ValidationError as problem:
        wanted = tuple(0 if step == "*" else step for step in steps)
        return any(error["loc"][: len(wanted)] == wanted for error in problem.errors())
    return False


def lists(value: Any) -> Any:
    """Return a content with each group under a star as the one line of a list."""
    if not isinstance(value, dict):
        return value
    return [lists(value["*"])] if "*" in value else {name: lists(inner) for name, inner in value.items()}


def limits(field: Field) -> Iterator[tuple[object, bool]]:
    """Give answers at the limits of one field and just beyond, and whether the form refuses each."""
    for choice in field.choices or ():
        yield choice.code, choice.refused is not None
    for bound, step in ((field.min, -1), (field.max, 1)):
        if bound is not None:
            yield from ((bound, False), (bound + step, True))
    if field.above is not None:
        yield from ((field.above, True), (field.above + 1, False))
    if field.max_length is not None:
        yield from (("x" * field.max_length, False), ("x" * (field.max_length + 1), True))
    if field.min_length is not None:
        yield " ", True
    for kind in (field.kind, "choice" if field.choices else ""):
        yield from WRONG.get(kind, ())


def a_line(field: Field) -> object:
    """Return an answer to a field that fits, for a line of a list its required ones."""
    if field.fields:
        made: dict[str, Any] = {}
        for inner in field.fields:
            if inner.required and "/" not in inner.path:
                made[inner.path] = a_line(inner)
        return made
    if field.choices:
        return field.choices[0].code
    return GOOD_ANSWERS.get(field.path) or GOOD_ANSWERS[field.kind]


def test_every_field_of_the_wire_model_is_declared_and_no_other() -> None:
    assert set(LEAVES) == set(leaves(SCHEMA))


def test_every_field_stands_in_one_section_from_a_to_n_and_is_called_something() -> None:
    assert "".join(section.letter for section in FORM.sections) == "ABCDEFGHIJKLMN"
    assert [path for path, field in FIELDS.items() if not field.label] == []
    top = [field.path for section in FORM.sections for field in section.fields]
    assert len(top) == len(set(top))


@pytest.mark.parametrize("path", [path for path, field in LEAVES.items() if field.kind != "polygon"])
def test_the_limits_and_choices_of_a_field_are_those_of_the_wire_model(path: str) -> None:
    field = LEAVES[path]
    for value, is_refused in limits(field):
        assert refused(path, [value] if field.kind in ("texts", "choices") else value) is is_refused, value


@pytest.mark.parametrize("path", [path for path, field in FIELDS.items() if field.most and field.kind != "polygon"])
def test_the_wire_model_takes_as_many_of_each_as_the_form_offers(path: str) -> None:
    field = FIELDS[path]
    assert field.most is not None
    assert not refused(path, [a_line(field)] * field.most)
    assert refused(path, [a_line(field)] * (field.most + 1))


def test_a_field_is_required_where_the_wire_model_requires_it() -> None:
    for path, field in FIELDS.items():
        if "/" not in path:
            assert field.required is VisitSubmission.model_fields[path].is_required(), path


def test_every_rule_names_a_field_of_the_form_and_has_a_code_of_its_own() -> None:
    codes = [rule.code for rule in FORM.rules]
    assert len(codes) == len(set(codes))
    for rule in FORM.rules:
        path = f"{rule.each}/*/{rule.path}" if rule.each else rule.path
        assert place_of(path) is not None, rule
        assert rule.words, rule


def paths_in(said: Any) -> Iterator[str]:
    """Give every path that a condition reads of the visit itself, or of the line it is asked of."""
    if isinstance(said, str) or said is None:
        return
    for word in ("path", "given", "later", "than"):
        if said.get(word) not in (None, "", "now", "today"):
            yield said[word]
    for part in (*said.get("all", ()), *said.get("any", ()), said.get("not")):
        yield from paths_in(part)


def test_every_path_in_a_rule_and_every_condition_called_by_name_is_there() -> None:
    for rule in FORM.rules:
        start = f"{rule.each}/*/" if rule.each else ""
        for path in paths_in(rule.when):
            assert place_of(path[1:] if path.startswith("/") else f"{start}{path}"), (rule.code, path)
    calls = str(FORM.document()).split("'named': '")[1:]
    assert {call.partition("'")[0] for call in calls} == set(FORM.conditions)


def test_a_word_that_is_misspelt_in_a_file_stops_the_start() -> None:
    with pytest.raises(ValueError, match="shown_wen"):
        declared_field({"path": "roof", "label": "Roof", "shown_wen": "is_high_rise"}, SCHEMA)
    with pytest.raises(KeyError):
        declared_field({"path": "rooof", "label": "Roof"}, SCHEMA)


def test_what_only_warns_is_known_to_whoever_reads_the_story() -> None:
    assert {rule.code for rule in FORM.rules if rule.only_warns} == set(Remark) - {Remark.CRITICAL_FACTS_MISSING}
    assert warnings_on(a_submission(), NOW) == ()


@given(
    st.sampled_from(PremisesClass),
    st.none() | st.floats(0, 60).map(lambda height: round(height, 1)) | st.just(18.0),
    st.none() | st.integers(0, 20),
)
def test_the_form_and_the_law_mean_the_same_by_a_high_rise(
    premises_class: PremisesClass, height: float | None, storeys: int | None
) -> None:
    visit = a_submission(premises_class=premises_class, height_top_storey_m=height, storeys_above=storeys)
    assert NAMED["is_high_rise"](asked_of(visit, NOW)) is is_high_rise_residential(premises_class, height, storeys)


@pytest.mark.parametrize("outcome", VisitOutcome)
@pytest.mark.parametrize("kind", VisitKind)
def test_the_form_and_the_domain_mean_the_same_by_telling_the_whole(kind: VisitKind, outcome: VisitOutcome) -> None:
    visit = a_submission(visit_kind=kind, outcome=outcome)
    assert NAMED["tells_the_whole"](asked_of(visit, NOW)) is (outcome == "COMPLETED" and kind in WHOLE_KINDS)


@pytest.mark.parametrize("kind", ReferralKind)
def test_every_safeguarding_referral_is_about_a_person(kind: ReferralKind) -> None:
    visit = a_submission(
        referrals=[{"kind": kind}], people=[{"assistance": "GUIDE", "consent_state": "NOT_PRACTICABLE"}]
    )
    about = condition({"some": "referrals", "where": "is_about_a_person"}, NAMED)(asked_of(visit, NOW))
    assert about is (kind.startswith("SG") or kind in ("RI6", "RI9"))
