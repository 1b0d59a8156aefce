"""What was written, read once: words, numbers, postcode, typed place and how it stands to what it names."""

import re
from dataclasses import dataclass

from services.domain.blanks import plain_blanks
from services.domain.grid_references import GridPoint, PointRefusal, typed_point, without_typed_point
from services.matching.normalise import Number, take_apart
from services.matching.notes import Relation, relation_of, without_notes
from services.matching.postcodes import Postcodes, misread, tidy_postcode

_SHAPED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d[A-Za-z]{2})(?![A-Za-z0-9])")
_BROKEN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d)\s+([A-Za-z]{2})(?=[\s.,;)]*$)")
_OUTWARD = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}\d{1,2}[A-Za-z]?)(?![A-Za-z0-9])")
_WORD = re.compile(r"[A-Za-z0-9]+")
_LAST_PIECES = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{1,7})(?:\s+([A-Za-z0-9]{1,4}))?[^A-Za-z0-9]*$")
SURE_FIX_M = 100.0


@dataclass(frozen=True, slots=True)
class Written:
    """An address as somebody wrote it, with what came beside it. The fix is in metres of the National Grid."""

    query: str
    postcode: str | None = None
    name: str | None = None
    fix: tuple[float, float] | None = None
    accuracy_m: float | None = None
    uprn: str | None = None

    @property
    def sure_fix(self) -> tuple[float, float] | None:
        """The fix, None where it may be too far off to speak for or against a building."""
        return self.fix if self.accuracy_m is None or self.accuracy_m <= SURE_FIX_M else None


@dataclass(frozen=True, slots=True)
class PostcodeRead:
    """A postcode as read: whole, or only the district, or a writing that is one slip from known ones."""

    whole: str | None = None
    district: str | None = None
    slipped: str | None = None
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A written address taken apart."""

    words: tuple[str, ...]
    numbers: tuple[Number, ...]
    postcode: PostcodeRead
    relation: Relation
    point: GridPoint | PointRefusal | None


def read(written: Written, postcodes: Postcodes) -> Reading:
    """Return the written address taken apart.

    Policy: docs/matching.md: notes, postcodes (mistyped, split, outward only), typed places, "opposite".
    """
    text = plain_blanks(", ".join(part for part in (written.name, written.query) if part))
    point = typed_point(text)
    if point is not None:
        text = without_typed_point(text)
    text = without_notes(text)
    text, postcode = _take_postcode(text, postcodes)
    if written.postcode and tidy_postcode(written.postcode):
        postcode = PostcodeRead(whole=tidy_postcode(written.postcode))
    relation, text = relation_of(without_notes(text))
    apart = take_apart(text)
    return Reading(apart.words, apart.numbers, postcode, relation, point)


def _take_postcode(text: str, postcodes: Postcodes) -> tuple[str, PostcodeRead]:
    text = _BROKEN.sub(r"\1 \2\3", text)
    found = max(_SHAPED.finditer(text), key=lambda one: one.start(), default=None)
    if found is not None and (not postcodes.areas or _area(found[1]) in postcodes.areas):
        whole = f"{found[1]} {found[2]}".upper()
        rest = _without_word(text[: found.start()], found[1]) + " , " + text[found.end() :]
        if not len(postcodes) or postcodes.knows(whole):
            return rest, PostcodeRead(whole=whole)
        squeezed = whole.replace(" ", "")
        return rest, PostcodeRead(slipped=squeezed, meant=postcodes.one_slip_away(squeezed), whole=None)
    return _take_slipped(text, postcodes)


def _without_word(text: str, word: str) -> str:
    """Return the text with a blank wherever the word stands by itself."""
    return _WORD.sub(lambda found: " " if found[0].upper() == word.upper() else found[0], text)


def _take_slipped(text: str, postcodes: Postcodes) -> tuple[str, PostcodeRead]:
    """Look at the last one or two pieces of the text for a postcode that was cut or mistyped."""
    found = _LAST_PIECES.search(text)
    if found is not None:
        for squeezed, start in _endings(text, found):
            if 5 <= len(squeezed) <= 8 and _like_postcode(squeezed, postcodes):
                meant = postcodes.one_slip_away(squeezed)
                if meant:
                    return text[:start], PostcodeRead(slipped=squeezed, meant=meant)
                seen = misread(squeezed)
                if seen and postcodes.knows(seen):
                    return text[:start], PostcodeRead(slipped=seen.replace(" ", ""), meant=(seen,))
    districts = [
        one
        for one in _OUTWARD.finditer(text)
        if (_area(one[1]) in postcodes.areas or not postcodes.areas)
        and (not len(postcodes) or postcodes.around(one[1].upper()))
    ]
    if districts:
        last = districts[-1]
        rest = text[: last.start()] + " , " + re.sub(r"^\s*\d[A-Za-z]?\b(?=[\s.,;)]*$)", " ", text[last.end() :])
        return rest, PostcodeRead(district=last[1].upper())
    return text, PostcodeRead()


def _endings(text: str, found: re.Match[str]) -> list[tuple[str, int]]:
    endings = []
    if found[2]:
        endings.append(((found[1] + found[2]).upper(), found.start(1)))
        endings.append((found[2].upper(), found.start(2)))
    else:
        endings.append((found[1].upper(), found.start(1)))
        longer = re.search(r"(?<![A-Za-z0-9])([A-Za-z0-9]{2,5})\s+$", text[: found.start(1)])
        if longer:
            endings.insert(0, ((longer[1] + found[1]).upper(), longer.start(1)))
    return endings


def _like_postcode(squeezed: str, postcodes: Postcodes) -> bool:
    digits = sum(mark.isdigit() for mark in squeezed)
    return (
        digits >= 1
        and digits < len(squeezed)
        and squeezed[0].isalpha()
        and squeezed[0] in {area[0] for area in postcodes.areas}
        and bool(re.search(r"\d", squeezed[1:5]))
    )


def _area(outward: str) -> str:
    return re.sub(r"\d.*", "", outward).upper()
