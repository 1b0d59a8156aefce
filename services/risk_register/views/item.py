"""One visit with everything a reviewer needs to decide on it: report beside record, score, what will happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import FactSource
from schemas.vocabulary import Role
from services.domain.fact_keys import Facts
from services.domain.fact_words import label_of
from services.domain.media import Medium, Plan, plans_in
from services.domain.working_time import local_date
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
from services.risk_register.presenters.danger import by_gravity, gravities
from services.risk_register.presenters.queue import WARNING_WORDS, Row, row_of
from services.risk_register.presenters.score import ScorePanel, score_panel
from services.risk_register.presenters.since import happened
from services.risk_register.rules.assessing import not_in_record
from services.risk_register.rules.decisions import is_author, needs_second_approver
from services.risk_register.rules.differences import Change, Difference, differences
from services.risk_register.rules.dossiers import Record, Unverified, Version, score_now
from services.risk_register.rules.items import Item
from services.risk_register.rules.leaning import Leaning, faults_closed, texts_that_lean
from services.risk_register.rules.merging import Seen, merge
from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.notes import Happened, Note, done_since
from services.risk_register.rules.review_queue import OPEN
from services.risk_register.rules.sources import named, source_of, unnamed
from services.risk_register.rules.temporary import TemporaryRisk
from services.risk_register.rules.temporary_of_visits import is_repaired, rests_on
from services.risk_register.store.additions import list_of_visit
from services.risk_register.store.media import list_media
from services.risk_register.store.own import (
    list_notes,
    looked_at,
)
from services.risk_register.store.publications import find_visits
from services.risk_register.store.queue import find_item, list_others, list_replaced_by
from services.risk_register.store.records import find_record, find_version, list_versions
from services.risk_register.store.temporary import list_open_at
from services.risk_register.views.temporary import TemporaryRow
from services.risk_register.views.temporary import row_of as row_of_temporary
from services.shared.errors import NotFound
from services.shared.history import list_history
from services.shared.identity import Person

# The newest versions stand on the page; the record says how many there are.
MOST_VERSIONS = 20


@dataclass(frozen=True)
class LeaningText:
    """A text of the record that leans on a fault which publishing closes, and what its field is called."""

    key: str
    text: str
    label: str


@dataclass(frozen=True)
class ItemPage:
    """Everything the page of one visit shows.

    `dropped` are the leaning texts that a reviewer took out, `closed` the faults that publishing closes; `others` wait
    at the same premises, `replaced` were sent again as this one; `drafted` is the level that a reviewer set by hand.
    `notes` are the reviewers' own, `since` what others did since this one looked at it.
    `values` are what each fact says now, with what a reviewer changed of it.
    `present_sources` say who saw each published fact, `merged_sources` who reported what a merged visit brought.
    """

    row: Row
    item: Item
    record: Record
    versions: list[Version]
    comparison: Comparison
    additions: list[Unverified]
    score: ScorePanel
    warnings: list[str]
    leaning: list[LeaningText]
    dropped: list[str]
    closed: list[str]
    will_happen: dict[str, str]
    fields: list[dict[str, Any]]
    values: Mapping[str, Any]
    others: list[Row]
    others_in_all: int
    replaced: list[str]
    mine: bool
    is_open: bool
    is_author: bool
    is_named: bool
    is_manager: bool
    may_claim: bool
    may_free: bool
    sent_by: str | None
    amended_by: str | None
    drafted: dict[str, Any]
    media: tuple[Medium, ...]
    plans: tuple[Plan, ...]
    present_sources: Mapping[str, FactSource]
    merged_sources: Mapping[str, FactSource]
    temporary: tuple[TemporaryRow, ...]
    notes: tuple[Note, ...]
    looked_at: datetime | None
    since: tuple[Happened, ...]


async def item_page(session: AsyncSession, visit_id: str, person: Person, now: datetime) -> ItemPage:
    """Return everything the page of one visit shows."""
    item = await find_item(session, visit_id)
    record = await find_record(session, item.premises_id) if item else None
    if item is None or record is None:
        raise NotFound("there is no such visit in the review queue")
    compared_with = record.version if item.published_version is None else item.published_version - 1
    versions = await list_versions(session, record.premises_id, MOST_VERSIONS)
    version = await _version(session, record, versions, compared_with)
    case = case_of(record, item, version)
    comparison = await _comparison(session, case, versions)
    additions = sorted(await list_of_visit(session, visit_id), key=by_gravity)
    row = row_of(item.line, record.premises, record.version, now)
    leaning, dropped = _leaning(case)
    role = Role.RISK_TEAM_MANAGER if person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM
    media = await list_media(session, _visits_in(item))
    others, others_in_all = await list_others(session, item)
    temporary = await list_open_at(session, record.premises_id)
    notes, looked = await list_notes(session, visit_id), await looked_at(session, person.name, visit_id)
    done = happened(await list_history(session, REGISTER, f"visit/{visit_id}"), notes, versions)
    mine, is_manager = row.is_held and row.claimed_by == person.name, role is Role.RISK_TEAM_MANAGER
    return ItemPage(
        row=row,
        item=item,
        record=record,
        versions=versions,
        comparison=comparison,
        additions=additions,
        score=score_panel(case.assessment, score_now(version, record.fire_safety)),
        warnings=[WARNING_WORDS[warning] for warning in item.warnings],
        leaning=[LeaningText(one.key, one.text, label_of(one.key)) for one in leaning],
        dropped=dropped,
        closed=[f"{label_of(key)}{_place(key)}" for key in _closed(case)],
        will_happen=_will_happen(case, comparison, additions, role, len(leaning) - len(dropped), temporary),
        values={**case.known.facts, **item.report.facts, **item.amended_report.facts},
        fields=fields_to_name([*comparison.to_look_at, *comparison.unchanged]),
        others=[row_of(other.line, record.premises, record.version, now) for other in others],
        others_in_all=others_in_all,
        replaced=await list_replaced_by(session, item),
        mine=mine,
        is_open=item.state in OPEN,
        is_author=is_author(person.name, case.proposal.authors),
        is_named=is_author(person.name, case.proposal.named),
        is_manager=is_manager,
        may_claim=not row.is_held and (item.escalated_at is None or is_manager),
        may_free=mine or (row.is_held and is_manager),
        sent_by=(item.sent_by or {}).get("name"),
        amended_by=_amended_by(item),
        drafted=_drafted_level(item),
        media=media,
        plans=plans_in(media),
        present_sources=await _sources(session, case.known.seen),
        merged_sources=await _sources(session, item.report.seen),
        temporary=tuple(row_of_temporary(risk, record.premises, local_date(now)) for risk in temporary),
        notes=tuple(notes),
        looked_at=looked,
        since=tuple(done_since(looked, person.name, done)),
    )


async def _sources(session: AsyncSession, seen: Mapping[str, Seen]) -> dict[str, FactSource]:
    found = named(seen, await find_visits(session, unnamed(seen.values())))
    return {key: source for key, one in found.items() if (source := source_of(one)) is not None}


def _visits_in(item: Item) -> set[str]:
    """Return the visit and those that were merged into it."""
    return {item.visit_id, *(one["visit_id"] for one in (item.findings.seen or {}).values())}


async def _version(session: AsyncSession, record: Record, newest: Sequence[Version], number: int) -> Version | None:
    """Return a version of a record, which is most often one of the newest, and those are at hand."""
    at_hand = next((one for one in newest if one.version == number), None)
    return at_hand or await find_version(session, record.premises_id, number)


async def _comparison(session: AsyncSession, case: Case, newest: Sequence[Version]) -> Comparison:
    """Return what the crew reported beside the record; a conflict is told from the version they set out with."""
    item, known, version = case.item, case.known, case.record.version if case.version else 0
    set_out: Mapping[str, Any] | None = None
    if item.base_version < version:
        before = await _version(session, case.record, newest, item.base_version)
        set_out = before.known.facts if before else {}
    left_out = (item.amendment or {}).get("leave_out", ())
    own, amended = item.report.facts, item.amended_report
    found = differences(known, amended, set_out)
    gone = own.keys() - {one.key for one in found}
    every = [*found, *(Difference(key, Change.NOT_REPORTED) for key in gone)]
    return compare(every, left_out, own, gravities(own, known.facts), item.corrections)


def _leaning(case: Case) -> tuple[tuple[Leaning, ...], list[str]]:
    """Return the texts that lean on a fault which publishing closes, and which of them a reviewer took out."""
    taken_out = (case.item.amendment or {}).get("take_out", [])
    before, after = _before_and_after(case)
    found = texts_that_lean(before, after)
    return found, [text.key for text in found if text.key in taken_out]


def _closed(case: Case) -> tuple[str, ...]:
    return faults_closed(*_before_and_after(case))


def _before_and_after(case: Case) -> tuple[Facts, Facts]:
    left_out = (case.item.amendment or {}).get("leave_out", ())
    return case.known.facts, merge(case.known, case.item.amended_report, left_out).facts


def _place(key: str) -> str:
    place = key.split("/", 2)[2]
    return f", {place}" if place else ""


def _amended_by(item: Item) -> str | None:
    """Return who changed what the crew reported; amendments from before names were kept are the first approver's."""
    if item.amendment is None:
        return None
    approver = (item.first_approval or {}).get("by") or item.decided_by
    name: str | None = item.amendment.get("by") or approver
    return name or "a reviewer"


def _drafted_level(item: Item) -> dict[str, Any]:
    """Return the level that a reviewer set by hand, to stand in the form again."""
    drafted = ((item.amendment or {}).get("inputs") or {}).get("override")
    own = (item.findings.inputs or {}).get("override")
    return drafted if drafted and drafted != own else {"level": "", "reason": ""}


def _will_happen(
    case: Case,
    comparison: Comparison,
    additions: Sequence[Unverified],
    role: Role,
    leaning: int,
    temporary: Sequence[TemporaryRisk],
) -> dict[str, str]:
    proposal, merged = case.proposal, case.assessment.merged
    missing = {(one.kind, one.summary) for one in not_in_record(case.assessment.facts, case.item.report)}
    shown = [kept for kept in additions if kept.resolved_at is None]
    outlook = Outlook(
        next_version=case.record.version + 1,
        changes=len([line for line in comparison.to_decide if not line.left_out]),
        unverified=len(shown),
        dropped=len([kept for kept in shown if kept.words in missing]),
        level=proposal.level,
        present_level=proposal.present_level,
        needs_second=proposal.lowered_by_hand or needs_second_approver(proposal.level, proposal.present_level),
        has_first=proposal.first_approval is not None,
        role=role,
        leaning=leaning,
        raised=len([risk for risk in temporary if rests_on(risk, case.item.visit_id)]),
        repaired=len([risk for risk in temporary if is_repaired(risk, merged.facts, merged.seen)]),
    )
    return {
        "publish": publish_words(outlook),
        "amend": amend_words(outlook),
        "return": return_words(outlook),
        "reject": reject_words(outlook),
        "merge": merge_words(outlook),
        "escalate": escalate_words(outlook),
    }
