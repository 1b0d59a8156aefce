"""What Protection says of a premises as control and crews read it: a prohibition first, other notices, audit, fires."""

from datetime import date

from pydantic import AwareDatetime

from schemas.protection import FireSafety, NoticeInForce
from schemas.visit_parts import Part
from schemas.vocabulary import AuditResult, NoticeKind
from services.domain.fire_safety import is_past_its_date, notice_reads_otherwise_on, reasons_likelier, until_words
from services.domain.words import words_for
from services.domain.working_time import date_words

NOT_SAID = "what it prohibits is not said: take it as the whole premises"


class NoticeLine(Part):
    """A notice in force: `says` since when and until when, `source` where it was heard from, `said_at` when.

    `unit` names the flat or suite if it is on one alone.
    """

    notice_id: str
    kind: NoticeKind
    words: str
    says: str
    restricts: str
    unit: str
    from_on: date
    until_on: date | None
    past_its_date: bool
    source: str
    said_at: AwareDatetime


class AuditLine(Part):
    """The last audit, with its summary for firefighters."""

    audited_on: date
    words: str
    non_compliant: bool
    summary: tuple[str, ...]
    unit: str
    source: str
    said_at: AwareDatetime


class FireSafetyLines(Part):
    """What Protection says; `likelier` says why a fire is likelier than the crew judged, one step for each."""

    prohibitions: tuple[NoticeLine, ...]
    notices: tuple[NoticeLine, ...]
    audit: AuditLine | None
    fires: int
    fires_says: str
    likelier: tuple[str, ...]

    @property
    def more(self) -> bool:
        """Return whether there is anything besides prohibitions."""
        return bool(self.notices or self.audit or self.fires)


def fire_safety_lines(fire_safety: FireSafety | None, today: date) -> FireSafetyLines | None:
    """Return what is read of notices, audit and fires on a day; None where Protection says nothing."""
    if fire_safety is None:
        return None
    lines = [_notice(each, today) for each in fire_safety.notices]
    audit, last = fire_safety.audit, fire_safety.last_fire_on
    count = f"{fire_safety.fires} fire{'' if fire_safety.fires == 1 else 's'} in 36 months"
    return FireSafetyLines(
        prohibitions=tuple(line for line in lines if line.kind is NoticeKind.PROHIBITION),
        notices=tuple(line for line in lines if line.kind is not NoticeKind.PROHIBITION),
        audit=AuditLine(
            audited_on=audit.audited_on,
            words=words_for(audit.result).lower(),
            non_compliant=audit.result is AuditResult.BROADLY_NON_COMPLIANT,
            summary=audit.summary,
            unit=audit.unit,
            source=audit.source,
            said_at=audit.said_at,
        )
        if audit
        else None,
        fires=fire_safety.fires,
        fires_says=f"{count}, the last {date_words(last)}" if last else "",
        likelier=reasons_likelier(fire_safety),
    )


def fire_safety_changes_on(fire_safety: FireSafety | None, today: date) -> date:
    """Return the next day on which that reads otherwise, the last day there is if it never does."""
    notices = fire_safety.notices if fire_safety else ()
    return min((notice_reads_otherwise_on(each, today) for each in notices), default=date.max)


def _notice(notice: NoticeInForce, today: date) -> NoticeLine:
    is_prohibition = notice.kind is NoticeKind.PROHIBITION
    return NoticeLine(
        notice_id=notice.notice_id,
        kind=notice.kind,
        words=words_for(notice.kind),
        says=until_words(notice, today),
        restricts=notice.restricts or (NOT_SAID if is_prohibition else ""),
        unit=notice.unit,
        from_on=notice.from_on,
        until_on=notice.until_on,
        past_its_date=is_past_its_date(notice, today),
        source=notice.source,
        said_at=notice.said_at,
    )
