"""Every code can be said in words, and no word on a screen gives away what must stay unsaid."""

from enum import StrEnum

import pytest

from schemas import casework, vocabulary
from schemas.location_words import LOCATION_REASON_WORDS, location_reason_words
from schemas.vocabulary import EvacuationStrategy, HazardCode, PremisesClass, RiskFlag, SystemKind
from services.domain.words import (
    EVACUATION_STRATEGY_WORDS,
    HAZARD_WORDS,
    PREMISES_CLASS_WORDS,
    SYSTEM_KIND_WORDS,
    words_for,
)
from services.matching.reasons import MatchReason
from services.premises.rules.cases import BY_PERSON, CREATED, NO_POSITION, RETURNED

ENUMS = [found for found in vars(vocabulary).values() if isinstance(found, type) and issubclass(found, StrEnum)]
CODES = [code for enum in ENUMS if enum is not StrEnum for code in enum]


def test_everybody_finds_every_code_in_one_place() -> None:
    desks = [found for found in vars(casework).values() if isinstance(found, type) and issubclass(found, StrEnum)]
    assert set(desks) <= set(ENUMS)


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_a_code_has_words_without_underscores(code: StrEnum) -> None:
    assert words_for(code)
    assert "_" not in words_for(code)


def test_what_control_reads_has_words_of_its_own_for_every_code() -> None:
    assert set(EVACUATION_STRATEGY_WORDS) == set(EvacuationStrategy)
    assert set(HAZARD_WORDS) == set(HazardCode)
    assert set(PREMISES_CLASS_WORDS) == set(PremisesClass)
    assert set(SYSTEM_KIND_WORDS) == set(SystemKind)


def test_codes_that_share_a_text_keep_their_own_words() -> None:
    assert words_for(HazardCode.BESS) != words_for(RiskFlag.BESS)


def test_no_screen_says_violence() -> None:
    assert words_for(HazardCode.VIOLENCE) == "Caution on approach"


@pytest.mark.parametrize("reason", [*MatchReason, NO_POSITION, BY_PERSON, CREATED, RETURNED])
def test_every_reason_why_a_visit_was_or_was_not_placed_is_a_sentence(reason: str) -> None:
    words = location_reason_words(str(reason))
    assert words == LOCATION_REASON_WORDS[str(reason)]
    assert words.endswith(".")
    assert "-" not in words


def test_what_a_person_added_to_a_reason_is_read_after_it() -> None:
    assert location_reason_words("returned-to-crew: which Church Lane?") == (
        "It could not be placed, and went back to the crew: which Church Lane?"
    )


def test_a_reason_that_is_not_known_yet_is_spelt_out() -> None:
    assert location_reason_words("POSTCODE_AND_NUMBER") == "Postcode and number."
