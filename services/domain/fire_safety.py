"""Notices, audits and fires: which of them make a fire more likely, and how a notice reads on a day."""

from datetime import date, timedelta

from schemas.protection import FireSafety, NoticeInForce
from schemas.vocabulary import AuditResult, IncidentKind, NoticeKind
from services.domain.review_dates import add_months
from services.domain.words import words_for
from services.domain.working_time import date_words

FIRES_COUNT_FOR_MONTHS = 36
RAISED_FROM_FIRES = 2
# The most stringent first.
GRAVEST_FIRST = (NoticeKind.PROHIBITION, NoticeKind.ENFORCEMENT, NoticeKind.ALTERATIONS, NoticeKind.INFORMAL)
RAISING = frozenset({NoticeKind.PROHIBITION, NoticeKind.ENFORCEMENT})


def is_relevant(kind: IncidentKind, happened_on: date, today: date) -> bool:
    """Return whether an incident at a premises counts towards its likelihood: a fire, to the day 36 months after it.

    A false alarm and a special service are no fire, whatever was feared.

    Policy: docs/domain/4.3.md, step 1 a, and docs/domain/4.8.md.
    """
    return kind is IncidentKind.FIRE and happened_on <= today <= counts_until(happened_on)


def counts_until(happened_on: date) -> date:
    """Return the last day on which a fire counts.

    Policy: docs/domain/4.3.md, step 1 a: 36 months.
    """
    return add_months(happened_on, FIRES_COUNT_FOR_MONTHS)


def likelihood_steps(fire_safety: FireSafety) -> int:
    """Return by how much fires, notices and the last audit raise the likelihood of a fire: 0, 1 or 2.

    Policy: docs/domain/4.3.md, step 1 a and b.
    """
    return len(reasons_likelier(fire_safety))


def reasons_likelier(fire_safety: FireSafety) -> tuple[str, ...]:
    """Return why a fire is likelier than the class of premises says, one step of likelihood for each.

    Policy: docs/domain/4.3.md, step 1: a for fires, b for a notice or an audit, which count once together.
    """
    found = []
    if fire_safety.fires >= RAISED_FROM_FIRES:
        found.append(f"{fire_safety.fires} fires in {FIRES_COUNT_FOR_MONTHS} months")
    raising = [notice for notice in fire_safety.notices if notice.kind in RAISING]
    audit = fire_safety.audit
    if raising:
        found.append(f"{words_for(raising[0].kind)}, in force")
    elif audit is not None and audit.result is AuditResult.BROADLY_NON_COMPLIANT:
        found.append("last audit broadly non-compliant")
    return tuple(found)


def is_prohibited(fire_safety: FireSafety) -> bool:
    """Return whether the use of a premises, or of a part of it, is prohibited or restricted.

    Policy: docs/domain/4.3.md, step 5, PROHIBITION_NOTICE.
    """
    return any(notice.kind is NoticeKind.PROHIBITION for notice in fire_safety.notices)


def is_past_its_date(notice: NoticeInForce, today: date) -> bool:
    """Return whether the date of a notice has passed and nobody has lifted it.

    Policy: docs/domain/4.8.md: it is in force until that is said.
    """
    return notice.until_on is not None and today > notice.until_on


def until_words(notice: NoticeInForce, today: date) -> str:
    """Return since when and until when a notice holds, as it reads on a day.

    A date that has passed lifts nothing: that what it asked for was done must be said.

    Policy: docs/domain/1.2.md, and docs/domain/4.5.md: "to 14 Jan 2027".
    """
    since = f"since {date_words(notice.from_on)}"
    if notice.until_on is None:
        return f"{since}, until it is lifted"
    if is_past_its_date(notice, today):
        return f"{since}, its date {date_words(notice.until_on)} has passed: not lifted"
    return f"{since}, to {date_words(notice.until_on)}"


def notice_reads_otherwise_on(notice: NoticeInForce, today: date) -> date:
    """Return the next day on which that reads otherwise, the last day there is if it never does.

    Policy: docs/domain/4.5.md.
    """
    over_on = notice.until_on + timedelta(days=1) if notice.until_on else date.max
    return over_on if over_on > today else date.max
