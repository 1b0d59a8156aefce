"""After an incident: who is asked whether the risk information was right, and what an answer must say."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json

from schemas.control import DebriefAnswered, DebriefAsked, DebriefFinding
from schemas.risk_register import RiskRecord
from schemas.vocabulary import DebriefSide, FindingKind, HazardCode
from services.domain.fact_keys import taken_apart
from services.domain.fact_words import value_words
from services.domain.incidents import NOT_A_NUMBER, incident_number
from services.shared.errors import FieldReason

# A crew's unreviewed word about violence is no fact to choose: it stands on the screen as a bare caution.
VIOLENCE = f"hazards/{HazardCode.VIOLENCE}/"
ROWS = 4
LONGEST = 500
SHORTEST = 3
LONGEST_NAME = 20
YES, NO = "yes", "no"
UNKNOWN_PREMISES = "there is no premises of this number: open it in control, its number stands under its name"


@dataclass(frozen=True)
class Asking:
    """Which crew had command of an incident, and at which premises."""

    premises_id: str
    incident_no: str
    callsign: str
    station: str


@dataclass(frozen=True)
class WrongFact:
    """A fact that somebody names as wrong, and how it really is; `row` is its line of the form, from 1."""

    fact: str
    words: str
    row: int


@dataclass(frozen=True)
class Answer:
    """What somebody answers: whether it was right, and what was not."""

    premises_id: str
    incident_no: str
    verdict: str
    callsign: str = ""
    was_right: str = ""
    wrong: tuple[WrongFact, ...] = ()
    missing: str = ""
    danger: str = ""


@dataclass(frozen=True)
class AskedAbout:
    """A premises as it is shown when somebody answers: what it is called, what is said of it, by which version.

    `facts` are in words, by key: what is published, and what crews report that nobody has reviewed.
    """

    called: str
    facts: Mapping[str, str]
    version: int | None = None
    revision: int | None = None


def asked_about(record: RiskRecord) -> AskedAbout:
    """Return a premises of which a record is shown.

    Policy: docs/domain/1.6.md, hot debrief: about what the crew was told.
    """
    reported = [taken_apart(report.facts) for report in reversed(record.reports)]
    calm = [{key: value for key, value in each.items() if not key.startswith(VIOLENCE)} for each in reported]
    facts = {key: value_words(key, value) for each in (*calm, taken_apart(record.facts)) for key, value in each.items()}
    place = record.premises
    return AskedAbout(called(place.name, place.address, place.postcode), facts, record.version, record.revision)


def called(name: str, address: str, postcode: str) -> str:
    """Return a premises as one line.

    Policy: docs/domain/4.5.md.
    """
    first = () if not name or address.startswith(name) else (name,)
    return ", ".join(part for part in (*first, address, postcode) if part)


def debrief_id(premises_id: str, incident: str, side: DebriefSide, station: str | None) -> str:
    """Return by what one question is known: asked again about the same incident, it is the same one.

    Policy: docs/domain/1.6.md: one question for each who was there.
    """
    return _mark(premises_id, incident, side, station or "")


def question_of_control(premises_id: str, incident_no: str, name: str, by: str, at: datetime) -> DebriefAsked | None:
    """Return what control is asked once an incident is closed; None where its number is none.

    Policy: docs/domain/1.6.md: on incident close.
    """
    incident = incident_number(incident_no)
    return _asked(premises_id, incident, name, (DebriefSide.CONTROL, None, None), by, at) if incident else None


def questions(asking: Asking, name: str, by: str, at: datetime) -> tuple[DebriefAsked, DebriefAsked]:
    """Return what is asked after an incident: the crew that had command, and control.

    Policy: docs/domain/1.6.md, hot debrief.
    """
    place, incident, station = (
        asking.premises_id,
        incident_number(asking.incident_no) or "",
        asking.station.strip().upper(),
    )
    crew = (DebriefSide.CREW, station, asking.callsign.strip().upper())
    of_crew = _asked(place, incident, name, crew, by, at)
    return of_crew, _asked(place, incident, name, (DebriefSide.CONTROL, None, None), by, at)


def _asked(
    premises_id: str, incident: str, name: str, of: tuple[DebriefSide, str | None, str | None], by: str, at: datetime
) -> DebriefAsked:
    side, station, callsign = of
    return DebriefAsked(
        debrief_id=debrief_id(premises_id, incident, side, station),
        premises_id=premises_id,
        called=name,
        incident_no=incident,
        asked_of=side,
        station=station,
        callsign=callsign,
        asked_by=by,
        asked_at=at,
    )


def reasons_to_refuse_asking(asking: Asking, *, is_known: bool) -> tuple[FieldReason, ...]:
    """Return why nobody can be asked like this, each with how to mend it.

    Policy: docs/domain/1.6.md, hot debrief.
    """
    found = _of_the_incident(asking.incident_no, is_known=is_known)
    if not 2 <= len(asking.callsign.strip()) <= LONGEST_NAME:
        found.append(FieldReason("/callsign", "give the callsign of the crew that had command, such as K41"))
    if not 1 <= len(asking.station.strip()) <= LONGEST_NAME:
        found.append(FieldReason("/station", "give the number of its station, such as 71 or S1"))
    return tuple(found)


def reasons_to_refuse_answer(answer: Answer, about: AskedAbout | None) -> tuple[FieldReason, ...]:
    """Return why an answer cannot be taken, each with how to mend it; `about` is None where nobody knows the premises.

    Policy: docs/domain/1.6.md: right, or what was wrong or missing.
    """
    found = _of_the_incident(answer.incident_no, is_known=about is not None)
    if len(answer.callsign.strip()) > LONGEST_NAME:
        found.append(FieldReason("/callsign", f"give a callsign of at most {LONGEST_NAME} characters"))
    tells = bool(answer.wrong or answer.missing.strip() or answer.danger.strip())
    if answer.verdict not in (YES, NO):
        found.append(FieldReason("/verdict", "say whether it was right: choose Yes or No"))
    elif answer.verdict == YES and tells:
        found.append(FieldReason("/verdict", "choose No: something is named below that was not right"))
    elif answer.verdict == NO and not tells:
        found.append(FieldReason("/verdict", "say below what was wrong, what was missing or what was dangerous"))
    for one in answer.wrong:
        if about is None or one.fact not in about.facts:
            found.append(FieldReason(f"/fact-{one.row}", "choose what was wrong from the list"))
        found += _of_words(f"/words-{one.row}", one.words, "say how it really is", is_needed=True)
    for name, words in (("was_right", answer.was_right), ("missing", answer.missing), ("danger", answer.danger)):
        found += _of_words(f"/{name}", words, "say it", is_needed=False)
    return tuple(found)


def as_answered(
    answer: Answer, about: AskedAbout, side: DebriefSide, station: str | None, by: str, at: datetime
) -> DebriefAnswered:
    """Return what is said of an answer that nothing speaks against.

    The same words of the same person about one incident are the same answer, however often they are sent.

    Policy: docs/domain/1.6.md, hot debrief.
    """
    incident = incident_number(answer.incident_no) or ""
    findings = _findings(answer, about.facts)
    words = to_json([answer.verdict, answer.was_right.strip(), findings]).decode()
    return DebriefAnswered(
        answer_id=_mark(answer.premises_id, incident, side, by, words),
        premises_id=answer.premises_id,
        called=about.called,
        incident_no=incident,
        asked_of=side,
        station=station,
        callsign=answer.callsign.strip().upper() or None,
        record_version=about.version,
        revision=about.revision,
        is_right=answer.verdict == YES,
        was_right=answer.was_right.strip(),
        findings=findings,
        answered_by=by,
        answered_at=at,
    )


def _findings(answer: Answer, facts: Mapping[str, str]) -> tuple[DebriefFinding, ...]:
    """Return what was not right, a danger first, for it cannot wait."""
    others = ((FindingKind.DANGER, answer.danger), (FindingKind.MISSING, answer.missing))
    told = {kind: DebriefFinding(kind=kind, words=words) for kind, words in others if words.strip()}
    wrong = (
        DebriefFinding(kind=FindingKind.WRONG, words=one.words, fact=one.fact, said=facts[one.fact][:LONGEST])
        for one in answer.wrong
    )
    danger, missing = told.get(FindingKind.DANGER), told.get(FindingKind.MISSING)
    return tuple(one for one in (danger, *wrong, missing) if one is not None)


def _of_the_incident(written: str, *, is_known: bool) -> list[FieldReason]:
    found = [] if is_known else [FieldReason("/premises_id", UNKNOWN_PREMISES)]
    if incident_number(written) is None:
        found.append(FieldReason("/incident_no", NOT_A_NUMBER))
    return found


def _of_words(pointer: str, words: str, say: str, *, is_needed: bool) -> list[FieldReason]:
    length = len(words.strip())
    if (length == 0 and not is_needed) or SHORTEST <= length <= LONGEST:
        return []
    return [FieldReason(pointer, f"{say}, in {SHORTEST} to {LONGEST} characters")]


def _mark(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def side_of(*, in_control: bool) -> DebriefSide:
    """Return for whom somebody answers.

    Policy: docs/domain/4.6.md, debrief.
    """
    return DebriefSide.CONTROL if in_control else DebriefSide.CREW


def answered_by_it(answer: DebriefAnswered, closed: Sequence[str]) -> DebriefAnswered:
    """Return an answer with the questions that it closes.

    Policy: docs/domain/1.6.md: who was asked and has answered is asked no more.
    """
    return answer.model_copy(update={"answers": tuple(sorted(closed))})
