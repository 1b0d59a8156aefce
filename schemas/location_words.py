"""Why a visit was, or was not, placed on a premises: each reason code as the sentence that a person reads."""

from collections.abc import Mapping

LOCATION_REASON_WORDS: Mapping[str, str] = {
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
    "number-contradicts": "The best fit has another number than the one written.",
    "number-not-in-gazetteer": "This number is not in the gazetteer on this street.",
    "unit-not-in-gazetteer": "This flat or unit is not in the gazetteer.",
    "name-contradicts": "The best fit has another name than the one written.",
    "street-contradicts": "The best fit is on another street than the one written.",
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
    "put-back": "A person had placed it and put it back: its address is not settled.",
    "returned-to-crew": "It could not be placed, and went back to the crew.",
}


def location_reason_words(reason: str) -> str:
    """Return why, as a sentence; "code: words" is what a person added, and a code without words is spelt out."""
    code, _, added = reason.partition(": ")
    words = LOCATION_REASON_WORDS.get(code, f"{code.replace('-', ' ').replace('_', ' ').capitalize()}.")
    return f"{words.removesuffix('.')}: {added}" if added else words
