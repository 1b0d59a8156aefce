"""What may never change a match, whatever is written: the promises of docs/matching.md."""

import math
import re
from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.vocabulary import LocationOutcome
from services.matching.buildings import buildings_of
from services.matching.matching import Written, look, match
from services.matching.notes import Relation
from services.matching.reading import read
from tests.rules.test_matching_cases import TABLE, the_gazetteer
from tests.rules.writing import NUMBER, Writing, entries, postcode_written, sample_gazetteer, writings

WRITTEN = [case["written"] for case in TABLE["addresses"] if re.search(r"[A-Za-z]{4}", case["written"])]
RIGHT = [case for case in TABLE["addresses"] if case["outcome"] == "matched"]
NUMBERED = [entry for entry in entries() if entry.postcode and NUMBER.search(entry.address)]
SAMPLE_CODES = sorted({entry.postcode for entry in entries() if entry.postcode})


@cache
def outcome_of(text: str) -> tuple[LocationOutcome, str | None]:
    found = match(the_gazetteer(), Written(text))
    return found.outcome, found.premises_id


@cache
def outcome_in_the_sample(text: str) -> tuple[LocationOutcome, str | None]:
    found = match(sample_gazetteer(), Written(text))
    return found.outcome, found.premises_id


def holds_number(address: str, number: int) -> bool:
    """Return whether a number is one of an address, or lies within its range."""
    own = [int(one) for one in re.findall(r"\d+", address)]
    return bool(own) and min(own) <= number <= max(own)


# Ways of parting and ending that say nothing; a mark straight after a postcode misread as letters is left to a person.
PARTED = [", ", ",", "; ", ". ", "\n", " , ", " - ", " / ", ",,", ", \u200b"]
BLANKS = [" ", "  ", "\t", " \t", "\xa0", "\n", " \r\n", "\u2003"]
ENDS = ["", ".", ",", " .", "!", "?", ";", " -", ")", '"', "\n\n"]


@given(st.sampled_from(WRITTEN), st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
@settings(max_examples=150)
def test_case_never_changes_an_outcome(text: str, change: Callable[[str], str]) -> None:
    assert outcome_of(change(text).replace("'S", "'s")) == outcome_of(text)


@pytest.mark.slow
@given(writings(postcode=("none", "whole", "joined", "outward", "misread")), st.randoms(use_true_random=False))
@settings(max_examples=250)
def test_case_letter_by_letter_never_changes_an_outcome(written: Writing, chance: Random) -> None:
    changed = "".join(chance.choice((letter.upper(), letter.lower())) for letter in written.text)
    assert outcome_in_the_sample(changed) == outcome_in_the_sample(written.text)


@given(st.sampled_from(WRITTEN), st.sampled_from(["  ", " \t", "\xa0", "\n"]))
@settings(max_examples=150)
def test_spacing_never_changes_an_outcome(text: str, blank: str) -> None:
    assert outcome_of(text.replace(", ", f",{blank}")) == outcome_of(text)
    assert outcome_of(f" {text} ") == outcome_of(text)


@pytest.mark.slow
@given(writings(postcode=("none", "whole", "outward", "misread")), st.randoms(use_true_random=False))
@settings(max_examples=250)
def test_any_blank_for_any_blank_never_changes_an_outcome(written: Writing, chance: Random) -> None:
    changed = re.sub(" ", lambda _: chance.choice(BLANKS), written.text)
    assert outcome_in_the_sample(f"\n {changed}\t") == outcome_in_the_sample(written.text)


# Blanks that may stand inside a phrase; what has no width may stand beside a blank or within a word.
WIDE = ["  ", "\t", " \t ", "\xa0", "\xa0 ", "\n", " \r\n", "\u2003", "\u200b", " \u200b", "\u2060 ", "\ufeff ", "\x1f"]
NEIGHBOURLY = [
    "next to", "next door to", "opposite to", "opposite", "adjacent to", "rear of", "the rear of", "to the rear of",
    "back of", "in front of", "across from", "across the road from", "corner of", "junction of", "close to",
    "over from", "land at", "land adj", "near to", "formerly", "formerly known as", "used to be", "was called",
]  # fmt: skip
OF_A_HOUSE = ["ground floor flat", "first floor flat", "top floor flat", "basement flat", "flat 2", "flat 2a"]


@given(writings(), st.sampled_from(NEIGHBOURLY), st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_blanks_inside_a_phrase_never_make_the_neighbour_the_building(
    written: Writing, phrase: str, chance: Random
) -> None:
    plain = f"{phrase} {written.text}"
    spaced = re.sub(" ", lambda _: chance.choice(WIDE), f"{phrase} ") + written.text
    relation = read(Written(plain), sample_gazetteer().postcodes).relation
    assert relation is not Relation.ITSELF
    assert read(Written(spaced), sample_gazetteer().postcodes).relation is relation
    assert outcome_in_the_sample(spaced) == outcome_in_the_sample(plain)
    assert outcome_in_the_sample(spaced)[1] is None


@given(writings(), st.sampled_from(OF_A_HOUSE), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_blanks_inside_the_words_for_a_flat_never_change_an_outcome(
    written: Writing, phrase: str, chance: Random
) -> None:
    spaced = re.sub(" ", lambda _: chance.choice(WIDE), f"{phrase}, ") + written.text
    assert outcome_in_the_sample(spaced) == outcome_in_the_sample(f"{phrase}, {written.text}")


@pytest.mark.parametrize(
    "phrase", ["next  to", "rear  of", "next\tto", "rear\xa0of", "next\nto", "next\u200bto", "rear-of"]
)
def test_next_to_a_building_is_not_the_building_however_it_is_spaced(phrase: str) -> None:
    found = RIGHT[0]["written"]
    assert outcome_of(found)[0] is LocationOutcome.MATCHED
    assert outcome_of(f"{phrase} {found}") == (LocationOutcome.REVIEW, None)


@given(st.sampled_from(WRITTEN), st.sampled_from([". ", "; ", ",", " , ", "\n"]))
@settings(max_examples=150)
def test_punctuation_between_parts_never_changes_an_outcome(text: str, mark: str) -> None:
    assert outcome_of(text.replace(", ", mark)) == outcome_of(text)


@pytest.mark.slow
@given(writings(postcode=("none", "whole", "joined")), st.sampled_from(PARTED), st.sampled_from(ENDS), st.booleans())
@settings(max_examples=250)
def test_marks_between_behind_and_around_never_change_an_outcome(
    written: Writing, parted: str, end: str, quoted: bool
) -> None:
    assume(parted.strip() not in ("-", "/") or not re.search(r"\d[A-Za-z]?, \d", written.text))  # that would be a range
    changed = written.text.replace(", ", parted).replace("'", "") + end
    assert outcome_in_the_sample(f'"{changed}"' if quoted else changed) == outcome_in_the_sample(written.text)


@given(st.sampled_from(RIGHT))
@settings(max_examples=len(RIGHT))
def test_adding_the_right_postcode_never_loses_a_right_match(case: dict[str, str]) -> None:
    entry = the_gazetteer().get(case["premises"])
    assert entry is not None
    with_code = match(the_gazetteer(), Written(case["written"], postcode=entry.postcode))
    assert (with_code.outcome, with_code.premises_id) == (LocationOutcome.MATCHED, case["premises"])


@pytest.mark.slow
@given(writings(), st.sampled_from(["whole", "joined", "small"]))
@settings(max_examples=300)
def test_a_right_postcode_however_it_is_added_never_loses_a_right_match(written: Writing, how: str) -> None:
    right = (LocationOutcome.MATCHED, written.entry.premises_id)
    assume(written.entry.postcode and outcome_in_the_sample(written.text) == right)
    code = postcode_written(written.entry.postcode, how)
    assert outcome_in_the_sample(f"{written.text}, {code}") == right
    assert outcome_in_the_sample(f"{written.text} {code}") == right
    assert outcome_in_the_sample(f"{code} {written.text}") == right
    found = match(sample_gazetteer(), Written(written.text, postcode=code))
    assert (found.outcome, found.premises_id) == right


@pytest.mark.slow
@given(
    writings(of=st.sampled_from(NUMBERED)),
    st.sampled_from(SAMPLE_CODES),
    st.integers(1, 260),
    st.sampled_from(["", " ", "field"]),
)
@settings(max_examples=400)
def test_another_district_never_wins_against_a_contradicting_postcode_and_number(
    written: Writing, code: str, number: int, how: str
) -> None:
    assume(NUMBER.search(written.text) and not holds_number(written.entry.address, number))
    assume(code.split(" ")[0] != written.entry.postcode.split(" ")[0])
    text = NUMBER.sub(str(number), written.text)
    asked = Written(text, postcode=code) if how == "field" else Written(f"{text}, {code.replace(' ', how)}")
    found = match(sample_gazetteer(), asked)
    if found.premises_id is not None:
        won = sample_gazetteer().get(found.premises_id)
        assert won is not None
        assert won.postcode.split(" ")[0] == code.split(" ")[0] or holds_number(won.address, number), won


def test_the_writings_search_what_crews_write() -> None:
    texts = [one.address for one in entries()]
    for shape in (r"(?i)\bflat \d", r"(?i)\bunit \d", r"\d-\d", r"\d[A-Za-z]\b"):
        assert sum(bool(re.search(shape, text)) for text in texts) >= 15, shape
    assert any(one.parent_id for one in entries())
    assert any(one.logical_status == 8 for one in entries())
    matched = sum(outcome_in_the_sample(one.address)[0] is LocationOutcome.MATCHED for one in entries()[::23])
    assert matched >= 100


@given(st.text(max_size=120))
@settings(max_examples=200)
def test_nothing_that_can_be_typed_breaks_the_matcher(text: str) -> None:
    found = match(the_gazetteer(), Written(text))
    assert (found.premises_id is not None) == (found.outcome is LocationOutcome.MATCHED)
    assert 0.0 <= found.score <= 1.0


@given(st.sampled_from(WRITTEN))
@settings(max_examples=100)
def test_beliefs_of_all_buildings_leave_room_for_none_of_them(text: str) -> None:
    _, found = look(the_gazetteer(), read(Written(text), the_gazetteer().postcodes))
    beliefs = [building.belief for building in buildings_of(found)]
    assert sum(beliefs) <= 1.0 + 1e-9
    assert beliefs == sorted(beliefs, reverse=True)
    assert all(math.isfinite(one) for one in beliefs)
