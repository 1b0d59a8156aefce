"""Why an address was, or was not, placed: each outcome, precision and piece of evidence in words."""

from collections.abc import Mapping

from schemas.location_words import location_reason_words

FIGURES = 10  # a point is printed to the metre: it is typed back where a place is made of it
OUTCOME_WORDS = {"matched": "Matched", "review": "A person must decide", "unmatched": "Not found"}
PRECISION_WORDS = {
    "premises": "the premises itself", "near": "near the premises", "street": "the street",
    "postcode": "the postcode", "point": "the point given", "none": "not known",
}  # fmt: skip

# What a person reads of the evidence, weightiest first. The matcher's further measures only carry weights.
SPEAKS_FOR: Mapping[str, str] = {
    "the name in full": "name",
    "the building's name in full": "building",
    "number: same": "number",
    "number: within-its-range": "number within its range",
    "unit: same": "unit",
    "the street in full": "street",
    "postcode: same": "postcode",
    "postcode: one-slip-away": "postcode, but for one slip",
    "postcode: district-only-and-same": "postcode district",
    "place: same": "town",
    "place: lies-inside": "lies in the town",
}
SPEAKS_AGAINST: Mapping[str, str] = {
    "number: different": "another number",
    "number: letter-differs": "another letter to the number",
    "number: range-differs": "another range of numbers",
    "number: entry-has-none": "it has no number",
    "unit: different": "another unit",
    "unit: entry-has-none": "it has no such unit",
    "another street is written": "another street",
    "another name is written": "another name",
    "another name than the entry's": "another name",
    "another kind of premises is written": "another kind of premises",
    "place: lies-elsewhere": "the town lies elsewhere",
    "a place it does not lie in": "the town lies elsewhere",
    "postcode: different": "another postcode",
    "postcode: different-in-the-district": "another postcode of the district",
    "another building explains all of it too": "another building fits as well",
    "any rare word it does not explain": "words that its address does not have",
    "nothing names the premises": "nothing names it",
}


def reason_words(reason: str) -> str:
    """Return why, as a sentence."""
    return location_reason_words(reason)
