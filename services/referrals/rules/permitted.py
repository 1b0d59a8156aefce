"""What of the words sent about a flat may be kept: its number and its floor, whatever else was written beside them."""

import re

LONGEST_FLAT, LONGEST_FLOOR = 40, 12
_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_NUMBER = re.compile(r"[a-z]{0,2}\d{1,5}[a-z]?|[a-z]")
_BETWEEN = frozenset(",./-'’")
_NAMES_A_FLAT = re.compile(
    r"flat|apartment|apt|unit|room|suite|studio|maisonette|penthouse|annexe?|bedsit|number|no|block|tower|core|wing|"
    r"level|floor|ground|basement|garden|top|upper|lower|first|second|third|left|right|front|rear|back|middle|"
    r"north|south|east|west"
)
_NAMES_A_FLOOR = {
    "ground": "G",
    "g": "G",
    "lower ground": "LG",
    "lg": "LG",
    "upper ground": "UG",
    "ug": "UG",
    "basement": "B",
    "b": "B",
    "mezzanine": "M",
    "m": "M",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "top": "top",
}
_FLOOR_NUMBER = re.compile(r"-?\d{1,2}|[bl]\d{1,2}")


def flat_only(written: str) -> str:
    """Return of what was written only what says which flat it is: "Flat 12 (Mrs Smith)" is "Flat 12"; empty if nothing.

    A name, a reason or any other word is left out, and all that follows it.

    Policy: SI 2025/797, reg 10; docs/domain/1.2.md: flat number, floor number, help and statement alone are stored.
    """
    kept: list[str] = []
    for word in _WORD.findall(written):
        if _says_which(word.casefold()):
            kept.append(word)
        elif kept and word not in _BETWEEN:
            break
    return " ".join(kept)[:LONGEST_FLAT].strip()


def _says_which(word: str) -> bool:
    return bool(_NAMES_A_FLAT.fullmatch(word) or _NUMBER.fullmatch(word))


def floor_only(written: str | None) -> str | None:
    """Return of what was written only which floor it is: "2nd floor, asleep by nine" is "2"; None if nothing.

    Policy: SI 2025/797, reg 10; docs/domain/1.2.md.
    """
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", (written or "").casefold())
    words = re.sub(r"\b(floor|level|storey|the|on)\b", " ", words)
    found = [word for word in re.findall(r"-?\w+", words)[:2] if word]
    for known in (" ".join(found), *found[:1]):
        if known in _NAMES_A_FLOOR:
            return _NAMES_A_FLOOR[known]
    return found[0].upper() if found and _FLOOR_NUMBER.fullmatch(found[0]) else None
