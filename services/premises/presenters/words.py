"""Why an address was, or was not, placed: each reason, outcome and precision in words."""

from collections.abc import Mapping

REASON_WORDS: Mapping[str, str] = {
    "identifier": "The crew gave its UPRN.",
    "number-and-street": "Number and street agree.",
    "name-and-street": "Name and street agree.",
    "name-and-place": "Name and town agree.",
    "name-and-postcode": "Name and postcode agree.",
    "name-number-and-street": "Name, number and street agree.",
    "parent-of-unit": "The building of the flat or unit that was written.",
    "former-name": "Written by a former name: check that it is the same building.",
    "identifier-unknown": "The UPRN is not in the gazetteer, and the address alone is not certain.",
    "identifier-not-current": "The UPRN is of an entry that is no longer current: historical or demolished.",
    "identifier-disagrees": "The UPRN is one building, but the address or the unit is surely another.",
    "several-buildings": "Several buildings fit almost equally well.",
    "several-branches": "Several premises answer to this: nothing written says which.",
    "generic-name": "The name is one that many premises have.",
    "number-contradicts": "The number written is not the number of the best fit.",
    "number-not-in-gazetteer": "This number is not in the gazetteer on this street.",
    "unit-not-in-gazetteer": "This flat or unit is not in the gazetteer.",
    "name-contradicts": "The name written is not the name that the best fit has.",
    "street-contradicts": "The street as written is not the one that the best fit is on.",
    "postcode-contradicts": "The postcode written lies elsewhere.",
    "place-contradicts": "The town or village written lies elsewhere.",
    "fix-far-away": "The tablet was more than 150 m from the premises that fits best.",
    "beside-another": "Written as beside, opposite or behind another place.",
    "not-current": "The entry that fits best is no longer current: historical or demolished.",
    "only-a-street": "Only a street was written.",
    "only-a-postcode": "Only a postcode was written.",
    "only-a-place": "Only a town or village was written.",
    "only-a-point": "Only a point was written.",
    "outside-great-britain": "The point that was written is not in Great Britain.",
    "probably-missing": "The premises is probably missing from the gazetteer.",
    "not-sure-enough": "One premises fits best, but not surely enough.",
    "nothing-like-it": "Nothing in the gazetteer is like it.",
    "nothing-written": "No address was written.",
    "no-position": "The premises was found, but nobody knows where it stands.",
    "confirmed-by-person": "A person said which premises it is.",
    "created-by-person": "A person made a place of it.",
    "returned-to-crew": "It could not be placed, and went back to the crew.",
}
OUTCOME_WORDS = {"matched": "Matched", "review": "A person must decide", "unmatched": "Not found"}
PRECISION_WORDS = {
    "premises": "the premises itself", "near": "near the premises", "street": "the street",
    "postcode": "the postcode", "point": "the point given", "none": "not known",
}  # fmt: skip

# What a person is told of the evidence, weightiest first. The matcher's further measures only carry weights.
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
    "any rare word it does not explain": "words that are not its own",
    "nothing names the premises": "nothing names it",
}


def reason_words(reason: str) -> str:
    """Return why, as a sentence; a reason that has no words yet is shown as it is."""
    return REASON_WORDS.get(reason, reason)
