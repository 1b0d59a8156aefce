"""What a line of a feed does to what is kept: something new, a change, nothing, or a refusal."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.protection.rules.audits import corrected, reasons_to_refuse_audit, recorded
from services.protection.rules.feeds import (
    FeedKind,
    Line,
    Outcome,
    Refusal,
    audit_in,
    incident_in,
    notice_in,
    reasons_to_refuse_incident,
    reference_of,
    unreadable,
)
from services.protection.rules.notices import (
    Lifting,
    WantedNotice,
    entered,
    lifted,
    reasons_to_refuse_lifting,
    reasons_to_refuse_notice,
)
from services.protection.rules.records import Audit, Incident, Notice, NoticeChange, NoticeState
from services.shared.errors import FieldReason

Record = Notice | Audit | Incident
NewId = Callable[[], str]


@dataclass(frozen=True)
class Feeding:
    """Who feeds what, from where, on which day; `listed` are those of the premises named that the gazetteer has."""

    kind: FeedKind
    source: str
    by: str
    at: datetime
    today: date
    listed: Collection[str]


@dataclass(frozen=True)
class Answer:
    """What became of a line: the record as it is now, or why it was refused; `before` is what was kept of it."""

    line: Line
    outcome: Outcome
    record: Record | None = None
    before: Record | None = None
    refusal: Refusal | None = None


def answers_to(feeding: Feeding, lines: Collection[Line], kept: Mapping[str, Record], new_id: NewId) -> list[Answer]:
    """Return what becomes of each line, in order; `kept` is what is known of the source, by its own reference.

    The same line again changes nothing, also where somebody has amended the record since. A good line is taken
    whatever becomes of the others.

    Policy: docs/domain/4.8.md; docs/interfaces.md, section 2.
    """
    now, found = dict(kept), list[Answer]()
    for line in lines:
        reference = reference_of(feeding.kind, line)
        answer = _answer(feeding, line, now.get(reference), new_id)
        if answer.record is not None:
            now[reference] = answer.record
        found.append(answer)
    return found


def _answer(feeding: Feeding, line: Line, before: Record | None, new_id: NewId) -> Answer:
    fed = {name: value for name in sorted(line.fields) if (value := line[name])}
    if before is not None and before.fed == fed:
        return Answer(line, Outcome.SAME, before, before)
    record, found = READ[feeding.kind](feeding, line, before, new_id, fed)
    reasons = (*unreadable(line, feeding.kind), *found)
    if reasons or record is None:
        return Answer(line, Outcome.REFUSED, None, before, Refusal(line, reference_of(feeding.kind, line), reasons))
    return Answer(line, Outcome.NEW if before is None else Outcome.CHANGED, record, before)


Reasons = tuple[FieldReason, ...]
# What the pointers of the forms are called in a file.
COLUMN = {"/from_on": "/from", "/until_on": "/until", "/ended_on": "/complied"}


def _notice(
    feeding: Feeding, line: Line, before: Notice | None, new_id: NewId, fed: dict[str, str]
) -> tuple[Notice | None, Reasons]:
    wanted, lifting = notice_in(line)
    is_listed = wanted.premises_id in feeding.listed
    found = reasons_to_refuse_notice(wanted, feeding.today, is_listed=is_listed, by_hand=False)
    if found:
        return None, tuple(FieldReason(COLUMN.get(one.pointer, one.pointer), one.reason) for one in found)
    notice = before or entered(wanted, new_id(), feeding.source, feeding.by, feeding.at)
    after, found = _as_fed(replace(notice, fed=fed), wanted, lifting, feeding, is_new=before is None)
    return after, tuple(FieldReason(COLUMN.get(one.pointer, one.pointer), one.reason) for one in found)


def _as_fed(
    notice: Notice, wanted: WantedNotice, lifting: Lifting | None, feeding: Feeding, *, is_new: bool
) -> tuple[Notice | None, Reasons]:
    """Return a notice as its source says it now: amended, put back in force or lifted."""
    by, at = feeding.by, feeding.at
    if notice.state is NoticeState.LIFTED:
        notice = notice.changed(NoticeChange.REINSTATE, by, at, because=None, ended_on=None, ended_reason=None)
    if not is_new:
        values = {name: value for name, value in vars(wanted).items() if name != "reference"}
        notice = notice.changed(NoticeChange.AMEND, by, at, **values)
    if lifting is None:
        return notice, ()
    if found := reasons_to_refuse_lifting(notice, lifting, feeding.today):
        return None, found
    return lifted(notice, lifting, by, at), ()


def _audit(
    feeding: Feeding, line: Line, before: Audit | None, new_id: NewId, fed: dict[str, str]
) -> tuple[Audit | None, Reasons]:
    wanted = audit_in(line)
    is_listed = wanted.premises_id in feeding.listed
    if found := reasons_to_refuse_audit(wanted, feeding.today, is_listed=is_listed, by_hand=False):
        return None, found
    if before is None:
        return recorded(wanted, new_id(), feeding.source, feeding.by, feeding.at, fed), ()
    return replace(corrected(before, wanted, feeding.by, feeding.at), fed=fed), ()


def _incident(
    feeding: Feeding, line: Line, before: Incident | None, new_id: NewId, fed: dict[str, str]
) -> tuple[Incident | None, Reasons]:
    wanted = incident_in(line)
    found = reasons_to_refuse_incident(wanted, feeding.today, is_listed=wanted.premises_id in feeding.listed)
    if found or wanted.kind is None or wanted.happened_on is None:
        return None, found
    incident = Incident(
        incident_id=before.incident_id if before else new_id(),
        source=feeding.source,
        reference=wanted.reference,
        premises_id=wanted.premises_id,
        kind=wanted.kind,
        happened_on=wanted.happened_on,
        changed_by=feeding.by,
        changed_at=feeding.at,
        fed=fed,
    )
    return incident, ()


READ: Mapping[FeedKind, Callable[..., tuple[Any, Reasons]]] = {
    FeedKind.NOTICES: _notice,
    FeedKind.AUDITS: _audit,
    FeedKind.INCIDENTS: _incident,
}
