"""Faults of lifts and fire-fighting equipment that responsible persons report, and their repair."""

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from schemas.vocabulary import SystemKind
from services.domain.fact_keys import plain
from services.domain.working_time import date_words, local_date
from services.shared.errors import FieldReason

# What regulation 7 has checked every month; a switch that fire-fighters use is not among it.
REPORTED_KINDS = tuple(kind for kind in SystemKind if kind is not SystemKind.FF_SWITCH)
CLOCKS_DIFFER_BY = timedelta(minutes=5)
OLDEST = timedelta(days=5 * 365)
LONGEST_WAIT = timedelta(days=2 * 365)
LONGEST_REFERENCE, LONGEST_WHERE, LONGEST_NAME, LONGEST_PHONE = 40, 80, 80, 30
SHORTEST_WHERE, SHORTEST_NAME, SHORTEST_PHONE = 3, 2, 7


class FaultState(StrEnum):
    """Where a reported fault stands, by the word of the responsible person."""

    OPEN = "OPEN"
    REPAIRED = "REPAIRED"


@dataclass(frozen=True)
class FaultWanted:
    """A fault as a responsible person reports it; what could not be read is None."""

    reference: str
    premises_id: str
    kind: SystemKind | None
    location: str
    since: datetime | None
    expected_on: date | None
    contact_name: str
    contact_phone: str

    @property
    def content(self) -> str:
        """Return all that was said but the reference, by which the same report is known again."""
        since = self.since.timestamp() if self.since else ""
        what = (self.premises_id, self.kind or "", plain(self.location), str(since), str(self.expected_on or ""))
        return "\n".join((*what, self.contact_name.strip(), self.contact_phone.strip()))


@dataclass(frozen=True)
class Fault:
    """A fault that was reported: what is out of order, where, since when, and what has become of it.

    `account_key` is who reported it, `content_mark` knows the report again, `contact` is sealed. `risk_id` is the
    temporary risk that it raised, or that was there already. `repaired_at` is when it was repaired, `closed_at` when
    that was reported.
    """

    number: str
    account_key: str
    organisation: str
    reference: str
    premises_id: str
    kind: SystemKind
    location: str
    since: datetime
    expected_on: date | None
    received_at: datetime
    content_mark: str
    contact: Mapping[str, str] = field(default_factory=dict)
    risk_id: str = ""
    repaired_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def state(self) -> FaultState:
        """Return where it stands."""
        return FaultState.OPEN if self.closed_at is None else FaultState.REPAIRED


def reported(wanted: FaultWanted, account_key: str, organisation: str, mark: str, now: datetime) -> Fault:
    """Return a fault that nothing speaks against, as it is received; raises `LookupError` if it is no report.

    Its number follows from who sent it by which reference, so that nobody counts the reports of others by it.

    Policy: docs/domain/1.2.md, regulation 7.
    """
    if wanted.kind is None or wanted.since is None:
        raise LookupError("a fault has a system and a moment since when it is out of order")
    digest = hashlib.sha256(f"{account_key}\n{plain(wanted.reference)}".encode()).digest()
    letters = base64.b32encode(digest)[:10].decode()
    return Fault(
        number=f"R7-{letters[:5]}-{letters[5:]}",
        account_key=account_key,
        organisation=organisation,
        reference=wanted.reference.strip(),
        premises_id=wanted.premises_id,
        kind=wanted.kind,
        location=" ".join(wanted.location.split()),
        since=wanted.since,
        expected_on=wanted.expected_on,
        received_at=now,
        content_mark=mark,
    )


def reasons_to_refuse_report(
    wanted: FaultWanted, answers_for: Collection[str], now: datetime
) -> tuple[FieldReason, ...]:
    """Return why a report cannot be taken, each with how to mend it; `answers_for` are the premises of its sender.

    Policy: Fire Safety (England) Regulations 2022, regulation 7; docs/domain/1.2.md.
    """
    found: list[FieldReason] = []
    if wanted.premises_id not in answers_for:
        found.append(FieldReason("/premises_id", "choose one of the premises that you answer for"))
    if wanted.kind is None or wanted.kind not in REPORTED_KINDS:
        found.append(FieldReason("/kind", "choose what is out of order"))
    found += _of_length("/location", wanted.location, SHORTEST_WHERE, LONGEST_WHERE, "say where it is")
    found += _moment_reasons("/since", wanted.since, now - OLDEST, now, "since when it has been out of order")
    today = local_date(now)
    if wanted.expected_on is not None and not today <= wanted.expected_on <= today + LONGEST_WAIT:
        until = date_words(today + LONGEST_WAIT)
        words = f"give a day from today to {until}, or leave it empty if nobody knows yet"
        found.append(FieldReason("/expected_on", words))
    found += _of_length("/contact_name", wanted.contact_name, SHORTEST_NAME, LONGEST_NAME, "name who can be asked")
    phone = wanted.contact_phone.strip()
    if sum(sign.isdigit() for sign in phone) < SHORTEST_PHONE or len(phone) > LONGEST_PHONE:
        found.append(FieldReason("/contact_phone", f"give a telephone number, in at most {LONGEST_PHONE} characters"))
    found += _of_length("/reference", wanted.reference, 1, LONGEST_REFERENCE, "give your own reference")
    return tuple(found)


def reasons_to_refuse_repair(fault: Fault, repaired_at: datetime | None, now: datetime) -> tuple[FieldReason, ...]:
    """Return why a repair cannot be taken as it was reported, each with how to mend it.

    Policy: Fire Safety (England) Regulations 2022, regulation 7: the repair is reported, too.
    """
    return tuple(_moment_reasons("/repaired_at", repaired_at, fault.since, now, "when it was repaired"))


def repaired(fault: Fault, repaired_at: datetime, now: datetime) -> Fault:
    """Return a fault as it is once its repair was reported.

    Policy: docs/domain/2.md, feature 29.
    """
    return replace(fault, repaired_at=repaired_at, closed_at=now)


def is_overdue(fault: Fault, today: date) -> bool:
    """Return whether a fault is open after the day by which its repair was expected.

    Policy: docs/domain/1.6.md.
    """
    return fault.state is FaultState.OPEN and fault.expected_on is not None and fault.expected_on < today


def _of_length(pointer: str, words: str, shortest: int, longest: int, say: str) -> list[FieldReason]:
    if shortest <= len(words.strip()) <= longest:
        return []
    return [FieldReason(pointer, f"{say}, in {shortest} to {longest} characters")]


def _moment_reasons(
    pointer: str, given: datetime | None, first: datetime, now: datetime, what: str
) -> list[FieldReason]:
    if given is None:
        return [FieldReason(pointer, f"give the day and the time {what}")]
    if not first <= given <= now + CLOCKS_DIFFER_BY:
        since = date_words(local_date(first))
        return [FieldReason(pointer, f"give the day and the time {what}: not before {since}, and not after now")]
    return []
