"""The matcher: which premises a written address means. A library with this one face: it knows no service and no I/O."""

from services.matching.decision import FIX_AGREES_M
from services.matching.evidence import Evidence
from services.matching.gazetteer import Alias, Entry, Gazetteer
from services.matching.learning import NameToLearn, name_to_learn, words_that_tell
from services.matching.matching import Candidate, Match, match
from services.matching.oddness import NOT_CURRENT, Fix, Proposed, what_is_odd
from services.matching.postcodes import Postcodes, tidy_postcode
from services.matching.reading import Written
from services.matching.reasons import MatchReason

__all__ = [
    "FIX_AGREES_M",
    "NOT_CURRENT",
    "Alias",
    "Candidate",
    "Entry",
    "Evidence",
    "Fix",
    "Gazetteer",
    "Match",
    "MatchReason",
    "NameToLearn",
    "Postcodes",
    "Proposed",
    "Written",
    "match",
    "name_to_learn",
    "tidy_postcode",
    "what_is_odd",
    "words_that_tell",
]
