"""The feeds of notices, audits and incidents: which columns each has, and what a line of it says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from schemas.vocabulary import AuditResult, IncidentKind, NoticeEnd, NoticeKind
from services.domain.working_time import date_words
from services.domain.written_days import UNREADABLE_DAY, day_in
from services.protection.rules.audits import WantedAudit, lines_in
from services.protection.rules.notices import EARLIEST, LONGEST_REFERENCE, NOT_LISTED, Lifting, WantedNotice
from services.shared.csv_lines import MORE
from services.shared.errors import FieldReason

Code = TypeVar("Code", bound=StrEnum)
LONGEST_FIELD, LONGEST_SOURCE = 1_000, 60


class FeedKind(StrEnum):
    """What a feed tells of."""

    NOTICES = "notices"
    AUDITS = "audits"
    INCIDENTS = "incidents"


class Outcome(StrEnum):
    """What became of a line."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    REFUSED = "REFUSED"


NEEDED: Mapping[FeedKind, tuple[str, ...]] = {
    FeedKind.NOTICES: ("reference", "premises_id", "kind", "from"),
    FeedKind.AUDITS: ("reference", "premises_id", "audited_on", "result"),
    FeedKind.INCIDENTS: ("incident_no", "premises_id", "kind", "call_time"),
}
OTHERS: Mapping[FeedKind, tuple[str, ...]] = {
    FeedKind.NOTICES: ("until", "complied", "withdrawn", "restricts", "served_on"),
    FeedKind.AUDITS: ("kind", "summary"),
    FeedKind.INCIDENTS: (),
}


@dataclass(frozen=True)
class Line:
    """One line of a feed: where it stands, and its fields by the names of the columns."""

    number: int
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()


@dataclass(frozen=True)
class WantedIncident:
    """An incident as a line says it; None: not given, or not readable."""

    premises_id: str
    reference: str
    kind: IncidentKind | None
    happened_on: date | None


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken, whole, with everything that is wrong with it and how to mend it."""

    line: Line
    reference: str
    reasons: tuple[FieldReason, ...]


def kind_of(columns: Collection[str]) -> FeedKind | None:
    """Return what a file tells of by the names of its columns; None if it is none of the three.

    Policy: docs/interfaces.md, section 2.
    """
    names = set(columns)
    return next((kind for kind in FeedKind if names.issuperset(NEEDED[kind])), None)


def passed_over(kind: FeedKind, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns that are none of a feed, such as a misspelt one: whoever sends them is told.

    Policy: docs/interfaces.md, section 2.
    """
    return tuple(sorted(set(columns) - {*NEEDED[kind], *OTHERS[kind], MORE, ""}))


def reference_of(kind: FeedKind, line: Line) -> str:
    """Return the source's own number of what a line tells of.

    Policy: docs/interfaces.md, section 2.
    """
    return line["incident_no" if kind is FeedKind.INCIDENTS else "reference"]


def unreadable(line: Line, kind: FeedKind) -> tuple[FieldReason, ...]:
    """Return the fields of a line that no rule can read at all: a day that is none, one that is far too long.

    Policy: docs/interfaces.md, section 2.
    """
    days = {FeedKind.NOTICES: ("until", "complied", "withdrawn"), FeedKind.AUDITS: (), FeedKind.INCIDENTS: ()}[kind]
    wrong = [FieldReason(f"/{name}", UNREADABLE_DAY) for name in days if line[name] and day_in(line[name]) is None]
    long = [name for name, value in line.fields.items() if len(value) > LONGEST_FIELD]
    words = "is far too long, or no text: look for a quotation mark that is left open"
    found = [*wrong, *(FieldReason(f"/{name}", words) for name in long)]
    if MORE in line.fields:
        found.append(FieldReason("/row", "has more fields than the header: put quotation marks around a comma"))
    return tuple(found)


def notice_in(line: Line) -> tuple[WantedNotice, Lifting | None]:
    """Return the notice that a line tells of, and how it ended if it did.

    Policy: docs/domain/4.8.md: notice kind, from, until, complied.
    """
    wanted = WantedNotice(
        premises_id=line["premises_id"],
        reference=line["reference"],
        kind=_code(NoticeKind, line["kind"]),
        from_on=day_in(line["from"]),
        until_on=day_in(line["until"]),
        restricts=line["restricts"],
        served_on=line["served_on"],
    )
    for name, because in (("complied", NoticeEnd.COMPLIED), ("withdrawn", NoticeEnd.WITHDRAWN)):
        if line[name]:
            return wanted, Lifting(because, day_in(line[name]), "as its source says")
    return wanted, None


def audit_in(line: Line) -> WantedAudit:
    """Return the audit that a line tells of.

    Policy: docs/domain/4.8.md: audit date, kind, result.
    """
    return WantedAudit(
        premises_id=line["premises_id"],
        reference=line["reference"],
        kind=line["kind"],
        audited_on=day_in(line["audited_on"]),
        result=_code(AuditResult, line["result"]),
        summary=lines_in(line["summary"]),
    )


def incident_in(line: Line) -> WantedIncident:
    """Return the incident that a line tells of.

    Policy: docs/domain/4.8.md: incident number, call time, kind, UPRN.
    """
    return WantedIncident(
        premises_id=line["premises_id"],
        reference=line["incident_no"],
        kind=_code(IncidentKind, line["kind"]),
        happened_on=day_in(line["call_time"]),
    )


def reasons_to_refuse_incident(wanted: WantedIncident, today: date, *, is_listed: bool) -> tuple[FieldReason, ...]:
    """Return why an incident cannot be kept like this, each with how to mend it.

    Policy: docs/domain/4.8.md.
    """
    found = [] if is_listed else [FieldReason("/premises_id", NOT_LISTED)]
    if not 1 <= len(wanted.reference) <= LONGEST_REFERENCE:
        found.append(FieldReason("/incident_no", f"give the incident's number, in 1 to {LONGEST_REFERENCE} characters"))
    if wanted.kind is None:
        kinds = ", ".join(kind.value for kind in IncidentKind)
        found.append(FieldReason("/kind", f"say what it turned out to be: {kinds}"))
    if wanted.happened_on is None or not EARLIEST <= wanted.happened_on <= today:
        words = f"give the time of the call, from {date_words(EARLIEST)} to {date_words(today)}: {UNREADABLE_DAY}"
        found.append(FieldReason("/call_time", words))
    return tuple(found)


def _code(codes: type[Code], written: str) -> Code | None:
    wanted = written.strip().upper().replace(" ", "_").replace("-", "_")
    return next((code for code in codes if code.value == wanted), None)


def reasons_to_refuse_source(source: str) -> tuple[FieldReason, ...]:
    """Return why a source cannot be called so, with how to mend it.

    Policy: docs/interfaces.md, section 2: with its own number, the source's name tells what is the same.
    """
    if 1 <= len(source.strip()) <= LONGEST_SOURCE:
        return ()
    words = f"name where it comes from, in 1 to {LONGEST_SOURCE} characters, the same each time"
    return (FieldReason("/source", words),)
