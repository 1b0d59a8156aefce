"""Enter a notice by hand, amend it, lift it, and put back in force one that was lifted by mistake."""

from dataclasses import dataclass

from services.domain.working_time import local_date
from services.protection.handlers.telling import tell_of
from services.protection.rules.feeds import FeedKind
from services.protection.rules.notices import (
    Lifting,
    WantedNotice,
    amended,
    entered,
    lifted,
    reasons_to_refuse_lifting,
    reasons_to_refuse_notice,
    reasons_to_refuse_words,
    reinstated,
)
from services.protection.rules.records import BY_HAND, Notice, NoticeChange, may_change
from services.protection.store.premises import list_known
from services.protection.store.records import hold_record, is_taken, save_records
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work
from services.shared.web.words import full_time


@dataclass(frozen=True)
class EnterNotice:
    """Who enters which notice."""

    person: Person
    wanted: WantedNotice


@dataclass(frozen=True)
class AmendNotice:
    """Who amends a notice as it was in which version, to what, and why."""

    notice_id: str
    version: int
    person: Person
    wanted: WantedNotice
    reason: str


@dataclass(frozen=True)
class LiftNotice:
    """Who lifts a notice as it was in which version; `problems` is what their page found wrong."""

    notice_id: str
    version: int
    person: Person
    lifting: Lifting
    problems: tuple[FieldReason, ...] = ()


@dataclass(frozen=True)
class ReinstateNotice:
    """Who puts a notice back in force, as it was in which version, and why."""

    notice_id: str
    version: int
    person: Person
    reason: str


async def enter_notice(command: EnterNotice, work: Work) -> Notice:
    """Enter a notice; raises with everything that is wrong."""
    wanted = command.wanted
    found = await _reasons(wanted, work)
    if found:
        raise _refused(found)
    notice = entered(wanted, str(new_id(work.now)), BY_HAND, command.person.name, work.now)
    await _keep(notice, "entered", "", {notice.premises_id}, work)
    return notice


async def amend_notice(command: AmendNotice, work: Work) -> Notice:
    """Amend a notice that is in force; what it was stays in the history."""
    notice = await _take(command.notice_id, command.version, NoticeChange.AMEND, work)
    found = await _reasons(command.wanted, work, notice)
    found += reasons_to_refuse_words(command.reason, "say why it is amended")
    if found:
        raise _refused(found)
    after = amended(notice, command.wanted, command.person.name, work.now)
    await _keep(after, "amended", command.reason.strip(), {notice.premises_id, after.premises_id}, work)
    return after


async def lift_notice(command: LiftNotice, work: Work) -> Notice:
    """Lift a notice, with why; it is kept, and shown to crews no more."""
    notice = await _take(command.notice_id, command.version, NoticeChange.LIFT, work)
    found = (*reasons_to_refuse_lifting(notice, command.lifting, local_date(work.now)), *command.problems)
    if found:
        raise _refused(found)
    after = lifted(notice, command.lifting, command.person.name, work.now)
    await _keep(after, "lifted", command.lifting.reason.strip(), {notice.premises_id}, work)
    return after


async def reinstate_notice(command: ReinstateNotice, work: Work) -> Notice:
    """Put a notice back in force that was lifted by mistake, with why."""
    notice = await _take(command.notice_id, command.version, NoticeChange.REINSTATE, work)
    if found := reasons_to_refuse_words(command.reason, "say why it is in force after all"):
        raise _refused(found)
    after = reinstated(notice, command.person.name, work.now)
    await _keep(after, "put back in force", command.reason.strip(), {notice.premises_id}, work)
    return after


async def _reasons(wanted: WantedNotice, work: Work, notice: Notice | None = None) -> tuple[FieldReason, ...]:
    is_listed = wanted.premises_id in await list_known(work, [wanted.premises_id])
    is_new = notice is None and await is_taken(work, FeedKind.NOTICES, BY_HAND, wanted.reference)
    return reasons_to_refuse_notice(wanted, local_date(work.now), is_listed=is_listed, is_taken=is_new)


async def _take(notice_id: str, version: int, change: NoticeChange, work: Work) -> Notice:
    """Return a notice in hand; raises if there is none, or if it is not what it was any more."""
    notice = await hold_record(work, Notice, notice_id)
    if notice is None:
        raise NotFound("there is no such notice")
    if not may_change(notice.state, change):
        raise Conflict("it has been lifted or put back in force already: look at it again")
    if notice.version != version:
        raise Conflict(f"{notice.changed_by} changed it at {full_time(notice.changed_at)}: look at it again")
    return notice


async def _keep(notice: Notice, action: str, why: str, premises_ids: set[str], work: Work) -> None:
    await save_records(work, FeedKind.NOTICES, [notice])
    stands = {"kind": notice.kind.value, "from": notice.from_on.isoformat(), "restricts": notice.restricts}
    until = notice.until_on.isoformat() if notice.until_on else ""
    work.note(f"notice/{notice.notice_id}", action, by=notice.changed_by, why=why, until=until, **stands)
    await tell_of(work, premises_ids)


def _refused(found: tuple[FieldReason, ...]) -> Refused:
    return Refused("; ".join(one.reason for one in found), found)
