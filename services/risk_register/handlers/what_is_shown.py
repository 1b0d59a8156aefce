"""Keep what everybody is shown of a premises true to its published version and its unverified additions."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord, RiskRecordUpdated
from schemas.sensitive import Sealed
from schemas.vocabulary import ReviewState
from services.domain.fact_keys import put_together
from services.risk_register.handlers.who_says_what import reports_to_show, who_saw
from services.risk_register.rules.assessing import additions_of, assess, not_in_record, warnings_of
from services.risk_register.rules.merging import Known
from services.risk_register.rules.showing import Resolution, each_shown_once, facts_to_show
from services.risk_register.rules.sources import sources_of
from services.risk_register.store.additions import as_shown, list_unresolved, resolve, save_addition
from services.risk_register.store.queue import ReviewItem, list_undecided, report_of, save_item, visit_of
from services.risk_register.store.records import (
    KeptRecord,
    facts_of_version,
    find_version,
    known_of,
    premises_of,
    score_of_version,
)
from services.shared.transactions import Work


async def compare_again(work: Work, record: KeptRecord, person: str) -> None:
    """Compare every undecided visit to a premises with its record as it is now.

    What the record says by now no longer stands there as unverified, and what it no longer says is shown again.
    """
    version = await find_version(work, record.premises_id, record.version)
    known, present = known_of(version), score_of_version(version)
    shown = await list_unresolved(work, record.premises_id)
    now = work.now
    for item in await list_undecided(work, record.premises_id):
        appraise(item, known, present.base_level if present else None)
        save_item(work, item)
        report = report_of(item)
        missing = {(one.kind, one.summary): one for one in not_in_record(put_together(known.facts), report)}
        mine = {(kept.kind, kept.summary): kept for kept in shown if kept.visit_id == item.visit_id}
        for told in mine.keys() - missing.keys():
            resolve(work, mine[told], Resolution.OVERTAKEN, person, now)
        for told in mine.keys() & missing.keys():
            mine[told].fact = missing[told].fact
        if item.state is ReviewState.RESUBMITTED:
            continue
        for addition in additions_of(known, report):
            if (addition.kind, addition.summary) not in mine:
                save_addition(work, item, addition, now)
    await work.flush()


def appraise(item: ReviewItem, known: Known, present_level: int | None) -> None:
    """Work out the level that publishing a visit would give, and what its reviewer must notice."""
    assessment = assess(known, report_of(item))
    item.base_level = assessment.level
    item.effective_level = assessment.score.effective_level if assessment.score else None
    item.rank = assessment.score.rank if assessment.score else 0
    item.warnings = list(
        warnings_of(
            visit_of(item),
            assessment,
            present_level,
            is_unit=item.unit_id is not None,
            is_exact=item.location["precision"] == "premises",
        )
    )


async def show(work: Work, record: KeptRecord, because_of: str | None = None) -> None:
    """Say what is shown of a premises if it is not what was said last; its revision rises with it."""
    told, now = await _as_it_is(work, record), work.now
    is_empty = told.version == 0 and not told.unverified and not told.reports
    if (is_empty and record.shown is None) or not _differs(told, record):
        return
    _keep_shown(work, record, told, now)
    work.say(
        RiskRecordUpdated(premises_id=record.premises_id, record=told, because_of_visit=because_of, changed_at=now),
    )


async def _as_it_is(session: AsyncSession, record: KeptRecord) -> RiskRecord:
    version = await find_version(session, record.premises_id, record.version)
    facts = facts_to_show(facts_of_version(version)) if version else None
    score = score_of_version(version)
    reports, in_all = await reports_to_show(session, record, known_of(version))
    return RiskRecord(
        premises=premises_of(record),
        version=record.version,
        revision=record.revision + 1,
        facts=facts,
        score=score,
        unverified=each_shown_once(as_shown(kept) for kept in await list_unresolved(session, record.premises_id)),
        sources=sources_of(facts, await who_saw(session, version), is_scored=score is not None) if facts else {},
        reports=reports,
        reports_in_all=in_all,
        visited_at=version.visited_at if version else None,
        published_at=version.at if version else None,
        review_due_on=version.review_due_on if version else None,
        private=Sealed.model_validate(version.private) if version and version.private else None,
    )


def _differs(told: RiskRecord, record: KeptRecord) -> bool:
    before = record.shown or {}
    after = told.model_dump(mode="json")
    return {**before, "revision": 0} != {**after, "revision": 0}


def _keep_shown(session: AsyncSession, record: KeptRecord, told: RiskRecord, now: datetime) -> None:
    record.shown, record.revision, record.changed_at = told.model_dump(mode="json"), told.revision, now
    session.add(record)
