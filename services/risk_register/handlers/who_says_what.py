"""Who says what of a premises: which crew saw each published fact, and what crews say that nobody has decided on."""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import CrewReport, RiskScore
from schemas.sensitive import Sealed
from services.risk_register.rules.assessing import assess
from services.risk_register.rules.merging import Known, Seen
from services.risk_register.rules.reports import Account, accounts_of, shown_at_most
from services.risk_register.rules.sources import unnamed
from services.risk_register.store.queue import OPEN, ReviewItem, list_items, list_undecided, report_of, visit_of
from services.risk_register.store.records import KeptRecord, KeptVersion, seen_as_kept


async def who_saw(session: AsyncSession, version: KeptVersion | None) -> Mapping[str, Seen]:
    """Return who saw each fact of a version; what was kept without a callsign is named by its visit's own item."""
    seen = seen_as_kept(version.seen) if version else {}
    visits = {name: visit_of(item) for name, item in (await list_items(session, unnamed(seen.values()))).items()}
    return {
        key: replace(one, callsign=visits[one.visit_id].callsign, method=visits[one.visit_id].review_method)
        if one.visit_id in visits
        else one
        for key, one in seen.items()
    }


async def reports_to_show(
    session: AsyncSession, record: KeptRecord, known: Known
) -> tuple[tuple[CrewReport, ...], int]:
    """Return the newest reports that nobody has decided on, and how many there are in all."""
    undecided = await list_undecided(session, record.premises_id)
    items = {item.visit_id: item for item in undecided if item.state in OPEN}
    reports = {visit_id: report_of(item) for visit_id, item in items.items()}
    accounts = accounts_of(reports.values())
    shown = shown_at_most(accounts)
    merged = await list_items(session, {account.seen.visit_id for account in shown} - items.keys())
    scores = {name: assess(known, reports[name]).score for name in {account.decided_with for account in shown}}
    told = [_told(one, (items | merged)[one.seen.visit_id], scores[one.decided_with]) for one in shown]
    return tuple(told), len(accounts)


def _told(account: Account, item: ReviewItem, score: RiskScore | None) -> CrewReport:
    """Return one report as everybody is shown it; the contacts of a flat's household are not the building's."""
    visit = visit_of(item)
    return CrewReport(
        visit_id=item.visit_id,
        callsign=visit.callsign,
        station=visit.station,
        method=visit.review_method,
        seen_at=item.occurred_at,
        reported_at=item.submitted_at,
        unit_ref=item.unit_ref,
        facts=account.facts,
        score=score,
        private=Sealed.model_validate(item.private) if item.unit_id is None else None,
    )
