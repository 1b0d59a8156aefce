"""What a responsible person reports: a fault, which control sees at once, and its repair; each once."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.working_time import date_words, local_date
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.competence import key_of
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.faults import (
    Fault,
    FaultWanted,
    reasons_to_refuse_repair,
    reasons_to_refuse_report,
    repaired,
    reported,
)
from services.risk_register.rules.temporary_of_faults import with_fault, without_fault
from services.risk_register.rules.what_is_shown import shown
from services.risk_register.store.answering import list_answering_of
from services.risk_register.store.dossiers import hold_one
from services.risk_register.store.faults import (
    close_fault,
    find_by_reference,
    find_own_fault,
    hold_fault,
    list_others_open,
    save_fault,
)
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

NO_SUCH_FAULT = "there is no report of this number among yours"
USED = "you have used this reference for another report, number {number}: give another reference"

REPAIRED_ALREADY = "its repair is reported already, of {when}: if it is out of order again, report it anew"


@dataclass(frozen=True)
class ReportCommand:
    """Who reports which fault."""

    person: Person
    wanted: FaultWanted


@dataclass(frozen=True)
class RepairCommand:
    """Who reports that which fault was repaired, and when."""

    person: Person
    number: str
    repaired_at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """A fault as it is kept, and whether it was sent for the first time."""

    fault: Fault
    is_new: bool


async def report_fault(command: ReportCommand, work: Work, vault: Vault) -> Receipt:
    """Take a fault, and raise its temporary risk; the same report sent again is the one that is kept."""
    wanted, account = command.wanted, key_of(command.person.name)
    given = {row.answering.premises_id: row.answering for row in await list_answering_of(work, account)}
    if found := reasons_to_refuse_report(wanted, given, work.now):
        raise Refused("; ".join(one.reason for one in found), found)
    dossier, mark = await hold_one(work, wanted.premises_id), vault.mark_of(wanted.content)
    known = await find_by_reference(work, account, wanted.reference)
    if known is not None:
        return _sent_again(known, mark)
    if dossier is None:
        raise LookupError("whoever answers for premises does so for premises that have a record")
    fault = reported(wanted, account, given[wanted.premises_id].organisation, mark, work.now)
    raised = with_fault(dossier, fault)
    fault = replace(fault, contact=await _sealed_contact(wanted, fault.number, work, vault), risk_id=raised.risk_id)
    if not await save_fault(work, fault):
        raise Conflict("this reference came twice at the same time: send it again")
    await keep(work, dossier, shown(raised.dossier, None, work.now))
    work.note(f"fault/{fault.number}", "reported", premises_id=fault.premises_id)
    return Receipt(fault, is_new=True)


async def report_repair(command: RepairCommand, work: Work) -> Receipt:
    """Take that a fault was repaired, and end the temporary risk that it raised; sent again, it is once."""
    dossier, fault = await _take(command, work)
    if fault.closed_at is not None:
        return _closed_again(fault, command.repaired_at)
    found = reasons_to_refuse_repair(fault, command.repaired_at, work.now)
    if found or command.repaired_at is None:
        raise Refused("; ".join(one.reason for one in found), found)
    closed = repaired(fault, command.repaired_at, work.now)
    await close_fault(work, closed)
    after = without_fault(dossier, closed, await list_others_open(work, closed), work.now)
    await keep(work, dossier, shown(after, None, work.now))
    work.note(f"fault/{fault.number}", "reported as repaired", premises_id=fault.premises_id)
    return Receipt(closed, is_new=True)


async def _take(command: RepairCommand, work: Work) -> tuple[Dossier, Fault]:
    """Return a fault of one's own in hand, with the dossier of its building; raises `NotFound` for anybody else's."""
    account = key_of(command.person.name)
    own = await find_own_fault(work, account, command.number)
    dossier = await hold_one(work, own.fault.premises_id) if own else None
    fault = await hold_fault(work, account, command.number) if own else None
    if dossier is None or fault is None:
        raise NotFound(NO_SUCH_FAULT)
    return dossier, fault


async def _sealed_contact(wanted: FaultWanted, number: str, work: Work, vault: Vault) -> dict[str, str]:
    contact = json.dumps({"name": wanted.contact_name.strip(), "phone": wanted.contact_phone.strip()})
    sealed = await vault.seal(work, f"fault/{new_id(work.now)}", f"fault/{number}", contact)
    return sealed.model_dump()


def _sent_again(known: Fault, mark: str) -> Receipt:
    if known.content_mark != mark:
        raise Conflict(USED.format(number=known.number))
    return Receipt(known, is_new=False)


def _closed_again(fault: Fault, repaired_at: datetime | None) -> Receipt:
    if fault.repaired_at is not None and fault.repaired_at != repaired_at:
        raise Conflict(REPAIRED_ALREADY.format(when=date_words(local_date(fault.repaired_at))))
    return Receipt(fault, is_new=False)
