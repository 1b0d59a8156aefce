"""What is said of a building: notices in force, the last audit, relevant fires, and when that changes by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from schemas.protection import FireSafety, FireSafetyUpdated, LastAudit, NoticeInForce
from schemas.vocabulary import AuditResult, NoticeKind
from services.domain.fire_safety import GRAVEST_FIRST, counts_until, is_relevant
from services.protection.rules.records import Audit, Incident, KnownPremises, Notice, NoticeState

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What was last said of a building; `changes_on` is the day on which something else is to be said of it."""

    premises_id: str
    revision: int = 0
    fire_safety: FireSafety = field(default_factory=FireSafety)
    changes_on: date | None = None


@dataclass(frozen=True)
class Building:
    """All that is held of a building and its parts, with the premises of each."""

    premises_id: str
    premises: Mapping[str, KnownPremises] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    audits: tuple[Audit, ...] = ()
    fires: tuple[Incident, ...] = ()

    def unit(self, premises_id: str) -> str:
        """Return the address of a part of it, nothing for the building itself."""
        known = self.premises.get(premises_id)
        return known.address if known and known.is_part else ""


def fire_safety_of(building: Building, today: date) -> FireSafety:
    """Return what is to be said of a building on a day.

    A notice is in force from its first day until it is lifted. Of audits each part's last one counts, of those one that
    found it non-compliant, then the latest.

    Policy: docs/domain/4.3.md, step 1; docs/domain/4.8.md.
    """
    notices = [each for each in building.notices if each.state is NoticeState.IN_FORCE and each.from_on <= today]
    audit = _last_audit(building.audits)
    fires = [fire for fire in building.fires if is_relevant(fire.kind, fire.happened_on, today)]
    newest = max(fires, key=lambda fire: (fire.happened_on, fire.changed_at), default=None)
    return FireSafety(
        notices=tuple(_notice(each, building) for each in sorted(notices, key=_order)),
        audit=_audit(audit, building) if audit else None,
        fires=len(fires),
        last_fire_on=newest.happened_on if newest else None,
        fires_source=newest.source if newest else "",
        fires_said_at=newest.changed_at if newest else None,
    )


def changes_on(building: Building, today: date) -> date | None:
    """Return the next day on which something else is to be said of a building, if nobody says anything until then.

    Policy: docs/domain/4.3.md, step 1 a: 36 months.
    """
    begins = (each.from_on for each in building.notices if each.state is NoticeState.IN_FORCE)
    ends = (counts_until(each.happened_on) + ONE_DAY for each in building.fires)
    return min((day for day in (*begins, *ends) if day > today), default=None)


def said_now(said: Said, building: Building, today: date, at: datetime) -> tuple[Said, FireSafetyUpdated | None]:
    """Return what is said of a building from now on, and the news of it; None where it is what was said last.

    Policy: docs/domain/4.8.md.
    """
    holds, on = fire_safety_of(building, today), changes_on(building, today)
    if holds == said.fire_safety:
        return Said(said.premises_id, said.revision, holds, on), None
    after = Said(said.premises_id, said.revision + 1, holds, on)
    event = FireSafetyUpdated(premises_id=said.premises_id, revision=after.revision, fire_safety=holds, changed_at=at)
    return after, event


def cannot_wait(before: FireSafety, now: FireSafety) -> bool:
    """Return whether crews must hear of it before all else: a prohibition that was not said before.

    Policy: docs/domain/1.2.md, art 31: risk so serious that use ought to stop.
    """
    known = {notice.notice_id for notice in before.notices}
    return any(one.kind is NoticeKind.PROHIBITION and one.notice_id not in known for one in now.notices)


def _order(notice: Notice) -> tuple[int, date, str]:
    return GRAVEST_FIRST.index(notice.kind), notice.from_on, notice.notice_id


def _last_audit(audits: Iterable[Audit]) -> Audit | None:
    last: dict[str, Audit] = {}
    standing = (each for each in audits if each.withdrawn_reason is None)
    for audit in sorted(standing, key=lambda each: (each.audited_on, each.entered_at, each.audit_id)):
        last[audit.premises_id] = audit

    def gravity(audit: Audit) -> tuple[bool, date, str]:
        return audit.result is AuditResult.BROADLY_NON_COMPLIANT, audit.audited_on, audit.audit_id

    return max(last.values(), key=gravity, default=None)


def _notice(notice: Notice, building: Building) -> NoticeInForce:
    return NoticeInForce(
        notice_id=notice.notice_id,
        reference=notice.reference,
        kind=notice.kind,
        from_on=notice.from_on,
        until_on=notice.until_on,
        restricts=notice.restricts,
        unit=building.unit(notice.premises_id),
        source=notice.source,
        said_by=notice.changed_by,
        said_at=notice.changed_at,
    )


def _audit(audit: Audit, building: Building) -> LastAudit:
    return LastAudit(
        audit_id=audit.audit_id,
        reference=audit.reference,
        kind=audit.kind,
        audited_on=audit.audited_on,
        result=audit.result,
        summary=audit.summary,
        unit=building.unit(audit.premises_id),
        source=audit.source,
        said_by=audit.changed_by,
        said_at=audit.changed_at,
    )
