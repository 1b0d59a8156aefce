"""Audits: what was found of a premises, and at most five lines of it for firefighters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.protection import MOST_LINES
from schemas.vocabulary import AuditResult
from services.domain.working_time import date_words
from services.protection.rules.notices import EARLIEST, LONGEST_REFERENCE, NOT_LISTED
from services.protection.rules.records import Audit
from services.shared.errors import FieldReason

LONGEST_LINE, LONGEST_KIND = 120, 40


@dataclass(frozen=True)
class WantedAudit:
    """An audit as somebody wants it to stand; None: not given, or not readable."""

    premises_id: str
    reference: str
    kind: str
    audited_on: date | None
    result: AuditResult | None
    summary: tuple[str, ...] = ()


def lines_in(written: str) -> tuple[str, ...]:
    """Return the lines of a summary as they were written: one a line, or parted by upright strokes in a file.

    Policy: docs/domain/4.8.md.
    """
    return tuple(line.strip() for line in written.replace("|", "\n").splitlines() if line.strip())


def reasons_to_refuse_audit(
    wanted: WantedAudit, today: date, *, is_listed: bool, is_taken: bool = False, by_hand: bool = True
) -> tuple[FieldReason, ...]:
    """Return why an audit cannot stand like this, each with how to mend it.

    What a feed gives without a summary is taken all the same, and listed until somebody writes one.

    Policy: docs/domain/4.8.md: a summary of at most 5 lines after every audit.
    """
    return tuple(_reasons(wanted, today, is_listed, is_taken, by_hand))


def _reasons(wanted: WantedAudit, today: date, is_listed: bool, is_taken: bool, by_hand: bool) -> Iterator[FieldReason]:
    if not is_listed:
        yield FieldReason("/premises_id", NOT_LISTED)
    if not 1 <= len(wanted.reference) <= LONGEST_REFERENCE:
        yield FieldReason("/reference", f"give the audit's own number, in 1 to {LONGEST_REFERENCE} characters")
    if is_taken:
        yield FieldReason("/reference", "another audit has this number: open that one, or correct the number")
    if len(wanted.kind) > LONGEST_KIND:
        yield FieldReason("/kind", f"say it in {LONGEST_KIND} characters at most, such as: full")
    if wanted.audited_on is None or not EARLIEST <= wanted.audited_on <= today:
        words = f"give the day of the audit, from {date_words(EARLIEST)} to {date_words(today)}"
        yield FieldReason("/audited_on", words)
    if wanted.result is None:
        results = " or ".join(result.value for result in AuditResult)
        yield FieldReason("/result", f"say what was found: {results}")
    if by_hand and not wanted.summary:
        yield FieldReason("/summary", f"write for firefighters what they must know, in 1 to {MOST_LINES} lines")
    if len(wanted.summary) > MOST_LINES or any(len(line) > LONGEST_LINE for line in wanted.summary):
        yield FieldReason("/summary", f"write at most {MOST_LINES} lines of at most {LONGEST_LINE} characters")


def recorded(
    wanted: WantedAudit, audit_id: str, source: str, by: str, at: datetime, fed: dict[str, str] | None = None
) -> Audit:
    """Return an audit that nothing speaks against, as it is kept; raises `LookupError` without its day and result.

    Policy: docs/domain/4.8.md.
    """
    if wanted.audited_on is None or wanted.result is None:
        raise LookupError("an audit has a day and a result")
    return Audit(
        audit_id=audit_id,
        source=source,
        reference=wanted.reference,
        premises_id=wanted.premises_id,
        kind=wanted.kind,
        audited_on=wanted.audited_on,
        result=wanted.result,
        summary=wanted.summary,
        entered_by=by,
        entered_at=at,
        changed_by=by,
        changed_at=at,
        fed=fed,
    )


def corrected(audit: Audit, wanted: WantedAudit, by: str, at: datetime) -> Audit:
    """Return an audit as it is from now on, standing; a summary that was written is not lost to one that gives none.

    Policy: docs/domain/4.8.md.
    """
    values = {name: value for name, value in vars(wanted).items() if name != "reference"}
    summary = wanted.summary or audit.summary
    values |= {"summary": summary, "withdrawn_reason": None}
    return replace(audit, **values, version=audit.version + 1, changed_by=by, changed_at=at)


def withdrawn(audit: Audit, reason: str, by: str, at: datetime) -> Audit:
    """Return an audit that was entered by mistake: it is kept, and counts no more.

    Policy: docs/domain/1.4.md: nothing is deleted.
    """
    return replace(audit, withdrawn_reason=reason, version=audit.version + 1, changed_by=by, changed_at=at)
