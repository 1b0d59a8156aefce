"""Load what a page of the desk shows: the lines of the queue, or one visit with everything a reviewer needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Role
from services.risk_register.handlers.case import Case, case_of
from services.risk_register.presenters.comparison import Comparison, compare, fields_to_name
from services.risk_register.presenters.consequences import (
    Outlook,
    amend_words,
    escalate_words,
    merge_words,
    publish_words,
    reject_words,
    return_words,
)
from services.risk_register.presenters.queue import WARNING_WORDS, Row, Tab, row_of, state_words
from services.risk_register.presenters.score import score_panel
from services.risk_register.rules.assessing import not_in_record
from services.risk_register.rules.decisions import needs_second_approver
from services.risk_register.rules.differences import differences
from services.risk_register.store.additions import KeptAddition, list_of_visit
from services.risk_register.store.queue import (
    OPEN,
    amended_report_of,
    find_item,
    list_decided,
    list_open,
    list_replaced_by,
    list_undecided,
    report_of,
    visit_of,
)
from services.risk_register.store.records import (
    KeptVersion,
    find_record,
    find_version,
    known_of,
    list_records,
    list_versions,
    score_of_version,
)
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.service import Tools


async def rows_of(tools: Tools, tab: Tab = Tab.ALL) -> list[Row]:
    """Return the lines of the queue, or of what was decided lately, in order."""
    async with tools.database.reading() as session:
        items = await (list_decided(session) if tab is Tab.DECIDED else list_open(session))
        records = await list_records(session, [item.premises_id for item in items])
    now = tools.clock.now()
    return [row_of(item, records[item.premises_id].premises, now) for item in items]


async def item_page(session: AsyncSession, visit_id: str, person: Person, now: datetime) -> dict[str, Any]:
    """Return everything the page of one visit shows."""
    item = await find_item(session, visit_id)
    record = await find_record(session, item.premises_id) if item else None
    if item is None or record is None:
        raise NotFound("there is no such visit in the review queue")
    compared_with = record.version if item.published_version is None else item.published_version - 1
    version = await find_version(session, record.premises_id, compared_with)
    case = case_of(record, item, version)
    comparison = await _comparison(session, case)
    additions = await list_of_visit(session, visit_id)
    replaced = await list_replaced_by(session, visit_id)
    row = row_of(item, record.premises, now)
    role = Role.RISK_TEAM_MANAGER if person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM
    return {
        "row": row,
        "item": item,
        "premises": record.premises,
        "visit": visit_of(item),
        "state_words": state_words,
        "warnings": [WARNING_WORDS[warning] for warning in item.warnings],
        "comparison": comparison,
        "additions": [_addition(kept, now) for kept in additions],
        "score": score_panel(case.assessment, score_of_version(version)),
        "mine": row.is_held and row.claimed_by == person.name,
        "is_open": item.state in OPEN,
        "is_author": person.name in case.proposal.authors,
        "may_claim": not row.is_held and (item.escalated_at is None or role is Role.RISK_TEAM_MANAGER),
        "may_free": row.is_held and (row.claimed_by == person.name or role is Role.RISK_TEAM_MANAGER),
        "will_happen": _will_happen(case, comparison, additions, role),
        "fields": fields_to_name([*comparison.to_look_at, *comparison.unchanged]),
        "others": [
            row_of(other, record.premises, now)
            for other in await list_undecided(session, item.premises_id)
            if other.visit_id != visit_id and other.state in OPEN
        ],
        "replaced": [other.visit_id for other in replaced],
        "record": record,
        "versions": [_version(kept) for kept in await list_versions(session, record.premises_id)],
        "amendment": item.amendment or {"facts": {}, "leave_out": [], "inputs": None},
    }


async def _comparison(session: AsyncSession, case: Case) -> Comparison:
    """Return what the crew reported beside the record; a conflict is told from the version they set out with."""
    item, known = case.item, known_of(case.version)
    version = case.version.version if case.version else 0
    set_out: Mapping[str, Any] | None = None
    if item.base_version < version:
        set_out = known_of(await find_version(session, item.premises_id, item.base_version)).facts
    left_out = (item.amendment or {}).get("leave_out", ())
    return compare(differences(known, amended_report_of(item), set_out), left_out)


def _will_happen(case: Case, comparison: Comparison, additions: Sequence[KeptAddition], role: Role) -> dict[str, str]:
    proposal = case.proposal
    missing = {(one.kind, one.summary) for one in not_in_record(case.assessment.facts, report_of(case.item))}
    shown = [kept for kept in additions if kept.resolved_at is None]
    outlook = Outlook(
        next_version=case.record.version + 1,
        changes=len([line for line in comparison.to_decide if not line.left_out]),
        unverified=len(shown),
        dropped=len([kept for kept in shown if (kept.kind, kept.summary) in missing]),
        level=proposal.level,
        present_level=proposal.present_level,
        needs_second=proposal.lowered_by_hand or needs_second_approver(proposal.level, proposal.present_level),
        has_first=proposal.first_approval is not None,
        role=role,
    )
    return {
        "publish": publish_words(outlook),
        "amend": amend_words(outlook),
        "return": return_words(outlook),
        "reject": reject_words(outlook),
        "merge": merge_words(outlook),
        "escalate": escalate_words(outlook),
    }


def _addition(kept: KeptAddition, now: datetime) -> dict[str, Any]:
    return {
        "summary": kept.summary,
        "callsign": kept.callsign,
        "reported_at": kept.reported_at,
        "expires_at": kept.expires_at,
        "is_expired": kept.expires_at <= now,
        "resolution": kept.resolution,
        "resolved_at": kept.resolved_at,
        "resolved_by": kept.resolved_by,
    }


def _version(kept: KeptVersion) -> dict[str, Any]:
    score = kept.score or {}
    return {
        "version": kept.version,
        "at": kept.at,
        "published_by": kept.published_by,
        "first_approved_by": kept.first_approved_by,
        "visit_id": kept.visit_id,
        "restored_from": kept.restored_from,
        "reason": kept.reason,
        "base_level": score.get("base_level"),
        "effective_level": score.get("effective_level"),
    }
