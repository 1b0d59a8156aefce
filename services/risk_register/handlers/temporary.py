"""Raise a temporary risk by hand, renew it, end it, and note the day on which one waits to be confirmed."""

from dataclasses import dataclass
from datetime import date, datetime

from services.domain.working_time import local_date
from services.risk_register.handlers.keeping import keep, note_temporary
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.temporary import (
    Altered,
    TemporaryChange,
    TemporaryEnd,
    TemporaryRisk,
    Wanted,
    ended,
    expired,
    may_change,
    raised_by_hand,
    reasons_to_refuse_ending,
    reasons_to_refuse_raising,
    reasons_to_refuse_renewal,
    renewed,
    words_there,
)
from services.risk_register.rules.what_is_shown import shown
from services.risk_register.store.dossiers import hold_one
from services.risk_register.store.temporary import find_temporary, hold_expiring, save_temporary
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work
from services.shared.web.words import full_time

MOST_AT_ONCE = 200
NO_RECORD = "there is no risk record of this number: open the record in control, its number stands under its name"


@dataclass(frozen=True)
class RaiseCommand:
    """Who raises which temporary risk at which premises."""

    premises_id: str
    person: Person
    wanted: Wanted


@dataclass(frozen=True)
class RenewCommand:
    """Who renews a temporary risk as it was in which version, until when, and why."""

    risk_id: str
    version: int
    person: Person
    reason: str
    ends_on: date | None


@dataclass(frozen=True)
class EndCommand:
    """Who ends a temporary risk as it was in which version, and why; `problems` is what their page found wrong."""

    risk_id: str
    version: int
    person: Person
    reason: str
    problems: tuple[FieldReason, ...] = ()


async def raise_temporary(command: RaiseCommand, work: Work) -> TemporaryRisk:
    """Raise a temporary risk at a premises that has a record; raises with everything that is wrong."""
    wanted, today = command.wanted, local_date(work.now)
    dossier = await hold_one(work, command.premises_id)
    no_record = () if dossier else (FieldReason("/premises_id", NO_RECORD),)
    there = words_there(dossier.temporary) if dossier else {}
    found = (*no_record, *reasons_to_refuse_raising(wanted, today, there))
    if found or dossier is None:
        raise Refused("; ".join(one.reason for one in found), found)
    risk = raised_by_hand(str(new_id(work.now)), command.premises_id, wanted, command.person.name, work.now)
    await keep(work, dossier, shown(dossier.with_temporary(risk, "raised", risk.why), None, work.now))
    return risk


async def renew_temporary(command: RenewCommand, work: Work) -> TemporaryRisk:
    """Let a temporary risk hold until another day, with a reason."""
    dossier, risk = await _take(command, TemporaryChange.RENEW, work)
    found = reasons_to_refuse_renewal(risk, command.ends_on, command.reason, local_date(work.now))
    if found or command.ends_on is None:
        raise Refused("; ".join(one.reason for one in found), found)
    after = renewed(risk, command.ends_on, command.person.name, work.now)
    await keep(work, dossier, shown(dossier.with_temporary(after, "renewed", command.reason.strip()), None, work.now))
    return after


async def end_temporary(command: EndCommand, work: Work) -> TemporaryRisk:
    """End a temporary risk because it is over, with a reason; it is kept, and shown no more."""
    dossier, risk = await _take(command, TemporaryChange.END, work)
    if found := (*reasons_to_refuse_ending(command.reason), *command.problems):
        raise Refused("; ".join(one.reason for one in found), found)
    reason = command.reason.strip()
    after = ended(risk, TemporaryEnd.BY_HAND, reason, command.person.name, work.now)
    await keep(work, dossier, shown(dossier.with_temporary(after, "ended", reason), None, work.now))
    return after


async def expire_temporary(work: Work, now: datetime) -> int:
    """Mark what is past its last day, in the row and in the history; return how many.

    Nothing more is said: everybody was told its last day, shows it greyed from then on, and keeps it.
    """
    risks = [expired(risk, now) for risk in await hold_expiring(work, local_date(now), MOST_AT_ONCE)]
    await save_temporary(work, risks)
    for risk in risks:
        note_temporary(Altered(risk, "expired, to be confirmed", "its last day is over"), work)
    return len(risks)


async def _take(
    command: RenewCommand | EndCommand, change: TemporaryChange, work: Work
) -> tuple[Dossier, TemporaryRisk]:
    """Return a temporary risk in hand, with the dossier of its building; raises if it is not what it was any more."""
    found = await find_temporary(work, command.risk_id)
    dossier = await hold_one(work, found.risk.premises_id) if found else None
    if found is None or dossier is None:
        raise NotFound("there is no such temporary risk")
    risk = next((one for one in dossier.temporary if one.risk_id == command.risk_id), None)
    if risk is None or not may_change(risk.state, change):
        raise Conflict("it has ended already: look at it again")
    if risk.version != command.version:
        raise Conflict(f"{risk.changed_by} changed it at {full_time(risk.changed_at)}: look at it again")
    return dossier, risk
