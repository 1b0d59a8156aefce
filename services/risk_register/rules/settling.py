"""What a decision on a visit does to the dossier of its building; nothing that was reported is lost by it."""

from dataclasses import replace
from datetime import datetime

from schemas.vocabulary import ReviewState
from services.risk_register.rules.assessing import not_in_record
from services.risk_register.rules.dossiers import Dossier, Unverified, Version
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import overlaid, without_overtaken
from services.risk_register.rules.news import news_of
from services.risk_register.rules.showing import Resolution
from services.risk_register.rules.standing_in import waiting_again
from services.risk_register.rules.tactical_plan_versions import plan_after
from services.risk_register.rules.taking_up import PUT_BACK
from services.risk_register.rules.temporary import TemporaryEnd
from services.risk_register.rules.temporary_of_visits import with_temporary_again, without_repaired, without_those_of
from services.risk_register.rules.what_is_shown import compared_again, shown


def rejected(dossier: Dossier, item: Item, person: str, now: datetime) -> Dossier:
    """Return the dossier without anything unverified of a visit that was rejected, and what it alone raised ended.

    Policy: docs/domain/4.4.md, REJECTED.
    """
    dossier = dossier.with_items(item)
    theirs = dossier.unresolved_with(item.visit_id)
    why = f"The visit that reported it was rejected: {item.reason}"
    for one in (item, *dossier.replaced_by(item.visit_id)):
        dossier = without_those_of(dossier, one.visit_id, TemporaryEnd.VISIT_REJECTED, why, person, now)
    return shown(dossier.resolving(theirs, Resolution.REJECTED, person, now), None, now)


def merged(dossier: Dossier, item: Item, target: Item, person: str, now: datetime) -> Dossier:
    """Return the dossier with what one visit reported added to another, which is then decided for both.

    Policy: docs/domain/4.4.md, MERGED.
    """
    both = overlaid(target.report, without_overtaken(dossier.known, item.report))
    target = replace(
        target,
        findings=target.findings.saying(both),
        authors_merged=tuple(sorted({*(target.authors_merged or ()), *item.authors})),
        crew_merged=tuple(sorted({*(target.crew_merged or ()), *item.named})),
        safety_critical=target.safety_critical or item.safety_critical,
        due_at=min(target.due_at, item.due_at),
        first_approval=None,
    ).moved(target.state, person, now)
    dossier = dossier.with_items(target, replace(item, decided_with=target.visit_id))
    dossier = dossier.decided_now_with(target.visit_id, item.visit_id)
    dossier = _with_moved_additions(dossier, item.visit_id, target.visit_id, person, now)
    dossier = shown(compared_again(dossier, person, now), target.visit_id, now)
    return dossier.saying(news_of(dossier.items[target.visit_id], now))


def published(dossier: Dossier, item: Item, version: Version, now: datetime) -> Dossier:
    """Return the dossier with a new version made from a visit, and what was unverified of it settled.

    It is in the record now, was left out by the reviewer, or was seen otherwise since.

    Policy: docs/domain/4.4.md, PUBLISHED.
    """
    item = replace(item, first_approval=None, published_version=version.version)
    dossier, person = dossier.with_items(item), item.changed_by
    out = {(one.kind, one.summary) for one in not_in_record(version.risk_facts, item.report)}
    theirs = dossier.unresolved_with(item.visit_id)
    gone = [one for one in theirs if one.visit_id != item.visit_id or one.words in out]
    by_hand = (item.amendment or {}).get("leave_out") or item.corrections
    why = Resolution.LEFT_OUT if by_hand else Resolution.OVERTAKEN
    dossier = dossier.resolving(gone, why, person, now)
    dossier = dossier.resolving([one for one in theirs if one not in gone], Resolution.PUBLISHED, person, now)
    dossier = without_repaired(dossier, version)
    return changed(dossier, version, person, item.visit_id, now)


def restored(dossier: Dossier, version: Version, undone: list[Item], now: datetime) -> Dossier:
    """Return the dossier with a version that says again what an earlier one said; later publications are withdrawn.

    Policy: docs/domain/4.4.md, WITHDRAWN: nothing is deleted.
    """
    for item in undone:
        item = replace(item, reason=version.reason).moved(ReviewState.WITHDRAWN, version.published_by, now)
        dossier = dossier.with_items(item).saying(news_of(item, now))
    return changed(dossier, version, version.published_by, None, now)


def changed(dossier: Dossier, version: Version, person: str, because_of: str | None, now: datetime) -> Dossier:
    """Return the dossier with a new version: every undecided visit is compared with it, and what is true now is shown.

    Policy: docs/domain/4.4.md: nobody decides on an old record.
    """
    record = replace(dossier.record, version=version.version, restoring=None)
    visit = dossier.visit(version.visit_id) if version.visit_id else None
    plan = plan_after(
        dossier.plan, version, visit.form.lead_officer_id if visit else version.first_approved_by or person
    )
    dossier = replace(dossier, record=record, version=version, plan=plan)
    for item in dossier.open_items:
        is_behind = item.state is ReviewState.QUEUED and item.base_version < version.version
        after = item.moved(ReviewState.CONFLICT if is_behind else item.state, person, now)
        dossier = dossier.with_items(after).saying(*([news_of(after, now)] if is_behind else []))
    return shown(compared_again(dossier, person, now), because_of, now)


def taken_out(dossier: Dossier, item: Item, person: str, at: datetime, now: datetime) -> Dossier:
    """Return the dossier without a visit that never belonged there, put back at a moment.

    What it had taken the place of is again what its own crew said, and undecided.

    Policy: docs/domain/3.md: a visit stands beside its own premises alone.
    """
    gone = replace(
        item.freed(),
        first_approval=None,
        amendment=None,
        escalated_at=None,
        escalated_why=None,
        decided_by=person,
        decided_at=at,
        reason=PUT_BACK,
    ).moved(ReviewState.WITHDRAWN, person, at)
    again = dossier.replaced_by(item.visit_id)
    returned = [waiting_again(one, dossier.record.version, person, at) for one in again]
    dossier = dossier.with_items(gone, *returned).saying(*(news_of(one, now) for one in returned))
    theirs = [one for one in dossier.unresolved if one.visit_id == item.visit_id]
    dossier = dossier.resolving(theirs, Resolution.REJECTED, person, now)
    dossier = without_those_of(dossier, item.visit_id, TemporaryEnd.VISIT_PUT_BACK, PUT_BACK, person, now)
    for one in again:
        dossier = with_temporary_again(dossier, one, at)
    return shown(compared_again(dossier, person, now), None, now)


def _with_moved_additions(dossier: Dossier, visit_id: str, into: str, person: str, now: datetime) -> Dossier:
    """Let another visit stand for what a merged one reported; callsign and time stay those of who reported it."""
    theirs = {one.words for one in dossier.unresolved if one.visit_id == into}

    def moved(one: Unverified) -> Unverified:
        if one.visit_id != visit_id or one.resolved_at is not None:
            return one
        return one.resolved(Resolution.OVERTAKEN, person, now) if one.words in theirs else replace(one, visit_id=into)

    return replace(dossier, additions=tuple(map(moved, dossier.additions)))
