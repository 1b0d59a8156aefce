"""Lay one gazetteer entry beside what was written and note, plainly, what agrees and what does not."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from rapidfuzz.distance import OSA

from services.matching.abbreviations import GENERIC_WORDS, KINDS, STOP_WORDS
from services.matching.doors import Numbers, agree, is_met
from services.matching.gazetteer_parts import BUILDING, LOCALITY, NAME, STREET
from services.matching.index import CODE, GENERIC, KIND, STOP, UNIT
from services.matching.normalise import Number
from services.matching.postcodes import tidy_postcode
from services.matching.question import STOP_WEIGHT, Question
from services.matching.segment import Entry, Segment


class Code(StrEnum):
    """How the written postcode stands to the entry's."""

    SILENT = "none-written"
    SAME = "same"
    SLIP = "one-slip-away"
    OTHER_SLIP = "one-slip-away-yet-another"
    DISTRICT = "district-only-and-same"
    NEIGHBOUR = "different-in-the-district"
    CONFLICT = "different"
    LACKING = "entry-has-none"


class Where(StrEnum):
    """How the written town or village stands to the entry's."""

    SILENT = "none-written"
    AGREES = "same"
    INSIDE = "lies-inside"
    NEARBY = "lies-nearby"
    FAR = "lies-elsewhere"


_UNIT_TELLS = 8.0
_BUILDING_WRITTEN = 0.85


@dataclass
class Findings:
    """What was found in comparing one entry with the writing. Masses are rarities (natural logs) summed."""

    segment: Segment
    row: int
    entry: Entry
    mass: list[float] = field(default_factory=lambda: [0.0] * 4)
    total: list[float] = field(default_factory=lambda: [0.0] * 4)
    own_mass: float = 0.0
    own_total: float = 0.0
    building: float = 0.0
    building_mass: float = 0.0
    unexplained: float = 0.0
    unexplained_kind: float = 0.0
    located: float = 0.0
    explained: float = 0.0
    named: float = 0.0
    unplaced: float = 0.0
    other_street: bool = False
    other_kind: bool = False
    shares_kind: bool = False
    other_code: bool = False
    same_code: bool = False
    marks: int = 0
    homed: bool = False
    sole: bool = False
    rivalled: bool = False
    numbers: Numbers = Numbers.SILENT
    units: Numbers = Numbers.SILENT
    code: Code = Code.SILENT
    where: Where = Where.SILENT
    namesakes: int = 1
    is_parent: bool = False
    has_units: bool = False
    family: str = ""
    is_whole: bool = False
    houses: list[Number] = field(default_factory=list)
    units_at: list[Number] = field(default_factory=list)
    easting: float = math.nan
    northing: float = math.nan
    score: float = 0.0
    amounts: tuple[tuple[str, float], ...] = ()
    kinds: set[int] = field(default_factory=set)

    @cached_property
    def site_names(self) -> frozenset[tuple[str, ...]]:
        """The names by which this building goes, its own and its address's."""
        index = self.segment.index
        names: dict[int, list[str]] = {}
        for word, tag in zip(*index.words_of(self.row), strict=True):
            if tag & 7 <= BUILDING and not index.marks[word] & STOP:
                names.setdefault(tag >> 3, []).append(index.spelt[word])
        return frozenset(tuple(name) for name in names.values())

    @property
    def covered(self) -> float:
        """How much of what was written, by rarity, this entry accounts for; 0 where it accounts for nothing."""
        missing = self.unexplained + self.unexplained_kind
        return self.explained / (self.explained + missing) if self.explained else 0.0

    @property
    def set_apart_by(self) -> float:
        """How surely the writing tells this entry from the others of its building: its unit first, then words."""
        met = (Numbers.EXACT, Numbers.WITHIN)
        return _UNIT_TELLS * ((self.units in met) + (self.numbers in met)) + self.explained

    def share(self, role: int) -> float:
        """Return how much of the entry's words in this role were written, by rarity."""
        return self.mass[role] / self.total[role] if self.total[role] else 0.0


def compare(question: Question, segment: Segment, row: int) -> Findings:
    """Return what agrees and disagrees between the writing and one entry.

    Policy: docs/matching.md: rarity-weighted words, number agreement, conflicts, position.
    """
    found = Findings(segment, row, segment.entry(row))
    found.easting, found.northing = segment.points[row].tolist()
    found.namesakes = segment.namesakes(row)
    found.has_units = segment.has_units(found.entry.premises_id)
    found.is_parent = found.has_units or (found.entry.classification or "").startswith("PP")
    found.family = found.entry.premises_id
    explained, by_role = _weigh_words(question, segment, row, found)
    _leftovers(question, found, explained, by_role)
    has = segment.index.numbers_of(row)
    found.houses = [number for number, in_name in has if not in_name and not number.unit]
    found.units_at = [number for number, in_name in has if not in_name and number.unit]
    _weigh_numbers(question, found, has, by_role)
    found.code = _code(question, found.entry)
    found.where = _where(question, found, explained, by_role)
    return found


def _weigh_words(question: Question, segment: Segment, row: int, found: Findings) -> tuple[list[float], list[int]]:
    """Add up the words of an entry that were written, by role; return how each written word is met, and where."""
    explained = [0.0] * len(question.asked)
    by_role = [0] * len(question.asked)
    parts: dict[int, list[float]] = {}
    index, hears, mass, total = segment.index, question.hears, found.mass, found.total
    weights, marks = index.weight, index.marks
    for word, tag in zip(*index.words_of(row), strict=True):
        role, mark = tag & 7, marks[word]
        weight = STOP_WEIGHT if mark & STOP else weights[word]
        likeness = 0.0
        for at, alike in hears.get(word, ()):
            likeness = max(likeness, alike)
            explained[at] = max(explained[at], alike)
            by_role[at] |= 1 << role
        total[role] += weight
        mass[role] += weight * likeness
        found.marks |= mark
        if role <= BUILDING and mark & KIND:
            found.kinds.add(KINDS[index.spelt[word]])
        if role == BUILDING:
            found.homed = found.homed or not mark & (UNIT | STOP)
            part = parts.setdefault(tag >> 3, [0.0, 0.0])
            part[0] += weight * likeness
            part[1] += weight
        elif role == NAME and not mark & (GENERIC | STOP):
            found.own_total += weight
            found.own_mass += weight * likeness
    for written, whole in parts.values():
        if written > found.building_mass:
            found.building_mass, found.building = written, written / whole
    return explained, by_role


def _leftovers(question: Question, found: Findings, explained: list[float], by_role: list[int]) -> None:
    """Note what was written that this entry does not account for, and what only its name or building does."""
    premises_roles = 1 << NAME | 1 << BUILDING
    elsewhere = 1 << STREET | 1 << LOCALITY
    for asked, likeness, roles in zip(question.asked, explained, by_role, strict=True):
        if asked.is_code:
            found.other_code = found.other_code or (likeness < 0.5 and bool(found.marks & CODE))
            found.same_code = found.same_code or (likeness > 0.97 and bool(roles & 1 << BUILDING))
        if likeness < 0.5 and not asked.in_place:
            if asked.word in GENERIC_WORDS:
                found.unexplained_kind += asked.weight
            else:
                found.unexplained += asked.weight
            continue
        found.explained += asked.weight * likeness
        if roles & premises_roles and not roles & elsewhere:
            found.named += asked.weight * likeness
        elif roles == 1 << LOCALITY:
            found.located += asked.weight * likeness
    if question.kinds:
        found.shares_kind = bool(found.kinds & question.kinds)
        found.other_kind = not found.shares_kind
    for end in question.street_ends:
        before = end - 1
        if explained[before] < 0.5 and question.asked[before].word not in STOP_WORDS:
            found.other_street = True


def _weigh_numbers(question: Question, found: Findings, has: list[tuple[Number, bool]], by_role: list[int]) -> None:
    """Note how written house and unit numbers stand to the entry's.

    A number of the name counts as a word of it; one before a building's name ("4 Rowan House") may be its flat.
    """
    own_houses, own_units = found.houses, [number for number, _ in has if number.unit]
    if not question.reading.numbers:
        found.is_whole = not (own_houses or own_units)
        return
    houses = [number for number in question.reading.numbers if not number.unit]
    units = [number for number in question.reading.numbers if number.unit]
    in_names = [number for number, in_name in has if not number.unit and in_name]
    rest = houses
    if in_names:
        rest = [one for one in houses if not any(one.is_exactly(other) for other in in_names)]
    if rest != houses and not rest and own_houses:
        rest = [one for one in houses if any(one.meets(other) for other in own_houses)]
    if not units:
        role = STREET if not found.homed and not own_houses else BUILDING
        written = found.share(STREET) if role == STREET else found.building
        doors = own_units if written >= _BUILDING_WRITTEN else []
        units = [one for one in rest if _leads(one, role, by_role) and any(one.is_exactly(own) for own in doors)]
        rest = [one for one in rest if one not in units]
    found.numbers = agree(rest, own_houses)
    if found.numbers is Numbers.LACKING and own_units and agree(rest, own_units) is Numbers.EXACT:
        found.numbers = Numbers.WITHIN
    found.units = agree(units, own_units)
    found.is_whole = is_met(found.numbers, own_houses) and is_met(found.units, own_units)
    if found.units in (Numbers.LACKING, Numbers.CONFLICT) and agree(units, own_houses) is Numbers.EXACT:
        found.units = Numbers.WITHIN


def _leads(number: Number, role: int, by_role: list[int]) -> bool:
    return number.at < len(by_role) and bool(by_role[number.at] & (1 << role))


def _code(question: Question, entry: Entry) -> Code:
    read = question.reading.postcode
    if not (read.whole or read.slipped or read.district):
        return Code.SILENT
    own = tidy_postcode(entry.postcode)
    if own is None:
        return Code.LACKING
    if read.whole == own:
        return Code.SAME
    if read.district:
        return Code.DISTRICT if own.split(" ")[0] == read.district else Code.CONFLICT
    written = (read.slipped or read.whole or "").replace(" ", "")
    if OSA.distance(written, own.replace(" ", ""), score_cutoff=1) <= 1:
        return Code.SLIP if read.slipped else Code.OTHER_SLIP
    if read.whole and read.whole.split(" ")[0] == own.split(" ")[0]:
        return Code.NEIGHBOUR
    return Code.CONFLICT


_JUST_OUTSIDE_M = 300.0


def _where(question: Question, found: Findings, explained: list[float], by_role: list[int]) -> Where:
    """Return how the written places stand to the entry; the worst unexplained one decides.

    A place that begins the writing may be part of a name, so it never speaks against an entry. Where one
    place agrees, another can at most lie nearby: registers leave out the post town of a village.
    """
    worst = Where.SILENT
    agrees = False
    for start, end, place in question.places:
        if all(likeness >= 0.5 for likeness in explained[start:end]):
            in_locality = all(by_role[at] & (1 << LOCALITY) for at in range(start, end))
            agrees = agrees or in_locality
            continue
        if found.entry.postcode.partition(" ")[0] in place.districts:
            beyond = 0.0
        else:
            beyond = 0.0 if math.isnan(found.easting) else place.beyond_m(found.easting, found.northing)
        if start == 0 and end < len(explained):
            continue
        if beyond > _JUST_OUTSIDE_M:
            found.unplaced += sum(question.asked[at].weight for at in range(start, end) if explained[at] < 0.5)
        said = Where.INSIDE if beyond < 1_000 else Where.NEARBY if beyond < 4_000 else Where.FAR
        if _ORDER[said] > _ORDER[worst]:
            worst = said
    if agrees:
        return Where.AGREES if worst in (Where.SILENT, Where.INSIDE) else Where.NEARBY
    return worst


_ORDER = {Where.SILENT: 0, Where.AGREES: 1, Where.INSIDE: 2, Where.NEARBY: 3, Where.FAR: 4}
