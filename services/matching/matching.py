"""Find which premises a written address means, or say honestly that a person must look."""

import math
from dataclasses import dataclass, replace

from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.domain.grid_references import PointRefusal
from services.matching.buildings import Building, buildings_of, note_families, note_rivals, same_building
from services.matching.candidates import propose
from services.matching.decision import decide
from services.matching.doors import Numbers
from services.matching.evidence import FIX_NEAR, Evidence, evidence_of, lift, weigh
from services.matching.findings import Findings, compare
from services.matching.gazetteer import Entry, Gazetteer, Ref
from services.matching.placing import place
from services.matching.question import Question, put
from services.matching.reading import Reading, Written, read
from services.matching.reasons import MatchReason

__all__ = ["Candidate", "Match", "Written", "match"]

SHOWN = 8
_BESIDE_FIX_M = 50.0
_CLEAR_LEAD = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One premises that may be meant. `score` is the belief in its building, 0 to 1."""

    premises_id: str
    name: str
    address: str
    postcode: str
    easting: float | None
    northing: float | None
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a written address was found to mean. Coordinates in metres (EPSG:27700); `score` 0 to 1."""

    outcome: LocationOutcome
    premises_id: str | None
    precision: LocationPrecision
    score: float
    reason: MatchReason
    easting: float | None
    northing: float | None
    candidates: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]


def match(gazetteer: Gazetteer, written: Written, *, explained: bool = True) -> Match:
    """Return what a written address means, and why; the evidence may be left out where thousands are asked at once.

    Policy: docs/domain/4.1.md, Geocode rule, and docs/matching.md: never dropped, never guessed.
    """
    reading = read(written, gazetteer.postcodes)
    questions, found = look(gazetteer, reading)
    if written.sure_fix:
        _lift_by_fix(found, written.sure_fix)
    answer = _answer(gazetteer, written, questions[0], found, explained)
    if not written.uprn:
        return answer
    return _by_identifier(gazetteer, written.uprn, answer, found)


def _by_identifier(gazetteer: Gazetteer, uprn: str, answer: Match, found: list[Findings]) -> Match:
    """Return the premises of a UPRN, or why a person must look at it.

    Policy: docs/domain/4.1.md, Geocode rule: a current identifier is accepted; a historical
    one, or one whose written address is surely another building, goes to a person; an unknown one is
    matched on its address.
    """
    entry = gazetteer.get(uprn)
    if entry is None:
        unsure = answer.outcome is not LocationOutcome.MATCHED
        return replace(answer, reason=MatchReason.IDENTIFIER_UNKNOWN) if unsure else answer
    shown = Candidate(
        entry.premises_id, entry.name, entry.address, entry.postcode, entry.easting, entry.northing, 1.0, ()
    )
    candidates = (shown, *(one for one in answer.candidates if one.premises_id != entry.premises_id))[:SHOWN]
    near = LocationPrecision.NONE if entry.easting is None else LocationPrecision.NEAR
    doubt = Match(
        LocationOutcome.REVIEW,
        None,
        near,
        answer.score,
        MatchReason.IDENTIFIER_NOT_CURRENT,
        entry.easting,
        entry.northing,
        candidates,
        answer.evidence,
    )
    if entry.logical_status not in (1, 6):
        return doubt
    if answer.outcome is LocationOutcome.MATCHED and answer.premises_id != entry.premises_id:
        home = next((one for one in found if one.entry.premises_id == entry.premises_id), None)
        if entry.parent_id != answer.premises_id and not _is_meant_too(home, found[0]):
            return replace(doubt, reason=MatchReason.IDENTIFIER_DISAGREES)
    return replace(
        doubt,
        outcome=LocationOutcome.MATCHED,
        premises_id=entry.premises_id,
        score=1.0,
        precision=LocationPrecision.PREMISES,
        reason=MatchReason.IDENTIFIER,
    )


def _is_meant_too(home: Findings | None, first: Findings) -> bool:
    """Return whether an entry stands at the building that was found and is not another unit of it."""
    return home is not None and same_building(first, home) and home.units is not Numbers.CONFLICT


def look(gazetteer: Gazetteer, reading: Reading) -> tuple[list[Question], list[Findings]]:
    """Return the question as put to each block of the gazetteer, and the entries compared, best first."""
    questions: list[Question] = []
    found: list[Findings] = []
    for at, segment in enumerate(gazetteer.segments):
        question = put(reading, segment)
        questions.append(question)
        for row in propose(question, segment):
            if gazetteer.shows(Ref(at, row)):
                found.append(compare(question, segment, row))
    found.extend(_blocks_of(found, gazetteer, questions))
    note_families(found)
    note_rivals(found)
    for one in found:
        weigh(one)
    found.sort(key=lambda one: -one.score)
    return questions, found


def _blocks_of(found: list[Findings], gazetteer: Gazetteer, questions: list[Question]) -> list[Findings]:
    """Return the blocks of proposed units that were not proposed themselves, compared with the writing."""
    known = {one.entry.premises_id for one in found}
    wanted = {one.entry.parent_id for one in found if one.entry.parent_id} - known
    refs = [ref for parent in sorted(wanted) if (ref := gazetteer.find(parent)) is not None]
    return [compare(questions[ref.segment], gazetteer.segments[ref.segment], ref.row) for ref in refs]


def _lift_by_fix(found: list[Findings], fix: tuple[float, float]) -> None:
    """Let a fix beside the one building that fits best speak for it a little; it never decides between two.

    Policy: docs/domain/4.1.md, Geocode rule: a fix confirms an address, an address is never
    made from a fix.
    """
    if not found:
        return
    first = found[0]
    rival = next((one for one in found if not same_building(one, first)), None)
    near = math.hypot(first.easting - fix[0], first.northing - fix[1]) <= _BESIDE_FIX_M
    if near and (rival is None or rival.score < first.score - _CLEAR_LEAD):
        lift(first, FIX_NEAR)


def _answer(
    gazetteer: Gazetteer, written: Written, question: Question, found: list[Findings], explained: bool
) -> Match:
    buildings = buildings_of(found)
    reading = question.reading
    outcome, reason = decide(question, buildings, written.sure_fix)
    first = buildings[0] if buildings else None
    belief = first.belief if first else 0.0
    candidates = _candidates(buildings, explained)
    evidence = evidence_of(first.best) if first and explained else ()
    if outcome is LocationOutcome.MATCHED and first is not None:
        best = first.best
        return Match(
            outcome,
            best.entry.premises_id,
            LocationPrecision.PREMISES,
            belief,
            reason,
            *_point(best),
            candidates,
            evidence,
        )
    precision, easting, northing = place(question, found, belief, gazetteer.postcodes, written.fix)
    if reading.point is PointRefusal.OUTSIDE_GREAT_BRITAIN and precision is LocationPrecision.NONE:
        reason = MatchReason.OUTSIDE_GREAT_BRITAIN
    return Match(outcome, None, precision, belief, reason, easting, northing, candidates, evidence)


def _point(best: Findings) -> tuple[float | None, float | None]:
    return (None, None) if math.isnan(best.easting) else (best.easting, best.northing)


def _candidates(buildings: list[Building], explained: bool) -> tuple[Candidate, ...]:
    """Return the best entry of each building first, then further entries of those buildings."""
    leading = [(building.best, building.belief) for building in buildings]
    further = [
        (one, building.belief)
        for building in buildings[:2]
        for one in [other for other in building.entries if other is not building.best][:2]
    ]
    shown = [*leading[:5], *further, *leading[5:]][:SHOWN]
    return tuple(_candidate(one, belief, explained) for one, belief in shown)


def _candidate(found: Findings, belief: float, explained: bool) -> Candidate:
    entry: Entry = found.entry
    return Candidate(
        entry.premises_id,
        entry.name,
        entry.address,
        entry.postcode,
        entry.easting,
        entry.northing,
        round(belief, 4),
        evidence_of(found) if explained else (),
    )
