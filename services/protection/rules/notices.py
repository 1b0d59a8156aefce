"""Notices: entered, amended, lifted with a reason, put back in force; what speaks against each, and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.vocabulary import NoticeEnd, NoticeKind
from services.domain.working_time import date_words
from services.protection.rules.records import Notice, NoticeChange
from services.shared.errors import FieldReason

SHORTEST_ENFORCEMENT = timedelta(days=28)
FURTHEST_AHEAD = timedelta(days=366)
EARLIEST = date(1990, 1, 1)
LONGEST_RESTRICTION, LONGEST_REFERENCE, SHORTEST_REASON, LONGEST_REASON = 200, 64, 5, 500
NEEDS_TICK = "tick that it is lifted: control and crews no longer see it"
NOT_LISTED = "the gazetteer has no premises of this number: find it under Premises, or correct the number"


@dataclass(frozen=True)
class WantedNotice:
    """A notice as somebody wants it to stand; None: not given, or not readable."""

    premises_id: str
    reference: str
    kind: NoticeKind | None
    from_on: date | None
    until_on: date | None
    restricts: str = ""
    served_on: str = ""


@dataclass(frozen=True)
class Lifting:
    """Why and since when a notice is no longer in force."""

    because: NoticeEnd | None
    ended_on: date | None
    reason: str


def reasons_to_refuse_notice(
    wanted: WantedNotice, today: date, *, is_listed: bool, is_taken: bool = False, by_hand: bool = True
) -> tuple[FieldReason, ...]:
    """Return why a notice cannot stand like this, each with how to mend it.

    `is_taken` says that another notice has the reference. What a feed does not say of a prohibition is taken as all of
    the premises: it is shown, and never left out.

    Policy: docs/domain/1.2.md: art 30 gives at least 28 days; docs/domain/4.8.md.
    """
    return tuple(_reasons(wanted, today, is_listed, is_taken, by_hand))


def _reasons(
    wanted: WantedNotice, today: date, is_listed: bool, is_taken: bool, by_hand: bool
) -> Iterator[FieldReason]:
    if not is_listed:
        yield FieldReason("/premises_id", NOT_LISTED)
    if not 1 <= len(wanted.reference) <= LONGEST_REFERENCE:
        yield FieldReason("/reference", f"give the notice's own number, in 1 to {LONGEST_REFERENCE} characters")
    if is_taken:
        yield FieldReason("/reference", "another notice has this number: open that one, or correct the number")
    if wanted.kind is None:
        kinds = ", ".join(kind.value for kind in NoticeKind)
        yield FieldReason("/kind", f"say which kind of notice it is: {kinds}")
    latest = today + FURTHEST_AHEAD
    if wanted.from_on is None or not EARLIEST <= wanted.from_on <= latest:
        words = f"give the day from which it holds, from {date_words(EARLIEST)} to {date_words(latest)}"
        yield FieldReason("/from_on", words)
    elif reason := _reason_of_the_end(wanted.kind, wanted.from_on, wanted.until_on):
        yield FieldReason("/until_on", reason)
    if len(wanted.restricts) > LONGEST_RESTRICTION:
        yield FieldReason("/restricts", f"say it in {LONGEST_RESTRICTION} characters at most: crews read it")
    elif by_hand and wanted.kind is NoticeKind.PROHIBITION and not wanted.restricts:
        yield FieldReason(
            "/restricts", "say what is prohibited or restricted, such as: No sleeping above the ground floor"
        )
    if len(wanted.served_on) > LONGEST_RESTRICTION:
        yield FieldReason("/served_on", f"say it in {LONGEST_RESTRICTION} characters at most")


def _reason_of_the_end(kind: NoticeKind | None, from_on: date, until_on: date | None) -> str:
    if kind is NoticeKind.ENFORCEMENT:
        first = from_on + SHORTEST_ENFORCEMENT
        if until_on is None or until_on < first:
            return f"an enforcement notice gives at least 28 days: give a day from {date_words(first)} on"
    elif until_on is not None and until_on < from_on:
        return f"give a day from {date_words(from_on)} on, or leave it empty if it holds until it is lifted"
    return ""


def reasons_to_refuse_lifting(notice: Notice, lifting: Lifting, today: date) -> tuple[FieldReason, ...]:
    """Return why a notice cannot be lifted like this, each with how to mend it.

    Policy: docs/domain/4.8.md: complied, or withdrawn; docs/domain/1.6.md: never silently gone.
    """
    found = []
    if lifting.because is None:
        found.append(FieldReason("/because", "say whether it was complied with or withdrawn"))
    first = min(notice.from_on, today)
    if lifting.ended_on is None or not first <= lifting.ended_on <= today:
        words = f"give the day since when it is lifted, from {date_words(first)} to {date_words(today)}"
        found.append(FieldReason("/ended_on", words))
    return (*found, *reasons_to_refuse_words(lifting.reason, "say how you know that it is lifted"))


def reasons_to_refuse_words(reason: str, say: str) -> tuple[FieldReason, ...]:
    """Return why somebody's reason does not do, with how to mend it.

    Policy: docs/domain/1.6.md: changes are logged with reasons.
    """
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return ()
    return (FieldReason("/reason", f"{say}, in {SHORTEST_REASON} to {LONGEST_REASON} characters"),)


def entered(
    wanted: WantedNotice, notice_id: str, source: str, by: str, at: datetime, fed: dict[str, str] | None = None
) -> Notice:
    """Return a notice that nothing speaks against, as it is entered; raises `LookupError` without kind and first day.

    Policy: docs/domain/4.8.md.
    """
    if wanted.kind is None or wanted.from_on is None:
        raise LookupError("a notice has a kind and a first day")
    return Notice(
        notice_id=notice_id,
        source=source,
        reference=wanted.reference,
        premises_id=wanted.premises_id,
        kind=wanted.kind,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        restricts=wanted.restricts,
        served_on=wanted.served_on,
        entered_by=by,
        entered_at=at,
        changed_by=by,
        changed_at=at,
        fed=fed,
    )


def amended(notice: Notice, wanted: WantedNotice, by: str, at: datetime) -> Notice:
    """Return a notice in force as it is from now on.

    Policy: docs/domain/4.8.md.
    """
    values = {name: value for name, value in vars(wanted).items() if name != "reference"}
    return notice.changed(NoticeChange.AMEND, by, at, **values)


def lifted(notice: Notice, lifting: Lifting, by: str, at: datetime) -> Notice:
    """Return a notice that is no longer in force, with why; it is kept.

    Policy: docs/domain/4.8.md and docs/domain/1.4.md.
    """
    values = {"because": lifting.because, "ended_on": lifting.ended_on, "ended_reason": lifting.reason.strip()}
    return notice.changed(NoticeChange.LIFT, by, at, **values)


def reinstated(notice: Notice, by: str, at: datetime) -> Notice:
    """Return a notice that was lifted by mistake, in force again.

    Policy: docs/domain/4.8.md.
    """
    return notice.changed(NoticeChange.REINSTATE, by, at, because=None, ended_on=None, ended_reason=None)
