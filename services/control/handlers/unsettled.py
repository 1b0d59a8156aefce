"""What control does about a danger whose address nobody has settled: shows it at once, until a record shows it."""

from dataclasses import replace

from schemas.control import DangerShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.risk_register import RiskRecord, VisitReviewed
from schemas.visits import OpenVisit, VisitSubmitted
from schemas.vocabulary import ReviewState
from services.control.rules.dangers import dangers_told, stands_on, visits_named
from services.control.rules.search_words import search_text
from services.control.store.shown import find_shown
from services.control.store.unsettled import (
    Unsettled,
    hold_unsettled,
    list_unsettled_on,
    reopen,
    save_unsettled,
    settle,
)
from services.domain.facts import facts_of
from services.shared.transactions import Work

# A person has decided the visit: whatever it told is in the record, or was refused. One that is withdrawn from the
# queue was put back, and its address is open again.
DECIDED = frozenset(
    {
        ReviewState.PUBLISHED,
        ReviewState.PUBLISHED_AMENDED,
        ReviewState.MERGED,
        ReviewState.REJECTED,
        ReviewState.SUPERSEDED,
    }
)


async def show_danger(event: VisitSubmitted | LocationWithdrawn, work: Work) -> None:
    """Show the dangers of a visit from the moment it is submitted, before anybody knows which building it means."""
    visit, facts = event.visit, facts_of(event.visit)
    dangers = dangers_told(facts)
    if not dangers:
        return
    kept = await hold_unsettled(work, event.visit_id)
    if kept.settled_at is not None:
        return
    heard = replace(kept, heard_at=work.now, gravity=dangers[0].gravity, reported_at=visit.submitted_at)
    heard = heard.with_told(
        callsign=visit.callsign,
        station=visit.station,
        written=kept.told.written or _written(visit),
        dangers=tuple(each.summary for each in dangers),
        facts=facts,
        received_at=event.received_at,
    )
    await _keep(heard, work)
    await _settle_if_shown(heard, work)


async def show_danger_again(event: LocationWithdrawn, work: Work) -> None:
    """Show the dangers of a visit that was put back: they stand on no record until somebody says which building."""
    await reopen(work, event.visit_id)
    await show_danger(event, work)


async def note_place(event: PremisesNotLocated, work: Work) -> None:
    """Keep what premises makes of an address that it cannot settle: where it may be, and which buildings fit."""
    kept = await hold_unsettled(work, event.visit_id)
    if kept.settled_at is not None:
        return
    told = kept.with_told(
        written=event.written or kept.told.written,
        place=event.place,
        reason=event.reason,
        candidates=event.candidates,
    )
    await _keep(told, work)


async def note_premises(event: PremisesLocated, work: Work) -> None:
    """Keep which building a visit was placed on: its danger stays here until the record of that building shows it."""
    if not dangers_told(facts_of(event.visit)):
        return
    kept = await hold_unsettled(work, event.visit_id)
    if kept.settled_at is not None:
        return
    premises = event.premises
    placed = replace(kept, building_id=premises.parent_id or premises.premises_id)
    placed = placed.with_told(place=premises.place, address=premises.address, candidates=())
    await _keep(placed, work)
    await _settle_if_shown(placed, work)


async def settle_decided(event: VisitReviewed, work: Work) -> None:
    """Take a danger off once a person has decided the visit that reported it."""
    if event.state not in DECIDED:
        return
    kept = await hold_unsettled(work, event.visit_id)
    await _settle([kept] if kept.is_open else [], {event.visit_id}, event.premises_id, work)


async def settle_shown(record: RiskRecord, because_of_visit: str | None, work: Work) -> None:
    """Take off the dangers that stand on a record from now on; never one that it does not show."""
    because = {because_of_visit} if because_of_visit else set()
    named = visits_named(record) | because
    premises_id = record.premises.premises_id
    candidates = await list_unsettled_on(work, premises_id, named)
    on_record = [
        each for each in candidates if each.visit_id in named or stands_on(record, each.visit_id, each.told.facts)
    ]
    visits = {each.visit_id for each in on_record} | because
    await _settle(on_record, visits, premises_id, work)


async def _keep(kept: Unsettled, work: Work) -> None:
    told = kept.told
    found_by = search_text(" ".join([told.written, told.callsign]), told.address, "", kept.visit_id)
    await save_unsettled(work, kept, set(found_by.split()))
    if kept.is_open:
        work.say(DangerShown(visit_id=kept.visit_id, is_settled=False, shown_at=work.now))


async def _settle_if_shown(kept: Unsettled, work: Work) -> None:
    if not kept.is_open or kept.building_id is None:
        return
    shown = await find_shown(work, kept.building_id)
    if shown is not None and stands_on(RiskRecord.model_validate(shown.record), kept.visit_id, kept.told.facts):
        await _settle([kept], {kept.visit_id}, kept.building_id, work)


async def _settle(shown: list[Unsettled], visits: set[str], premises_id: str, work: Work) -> None:
    await settle(work, visits, premises_id, work.now)
    for each in shown:
        news = DangerShown(
            visit_id=each.visit_id, is_settled=True, premises_id=premises_id, shown_at=work.now
        )  # fmt: skip
        work.say(news)


def _written(visit: OpenVisit) -> str:
    line = visit.address.one_line() if visit.address else ""
    return ", ".join(part for part in (visit.unit_ref, line) if part) or (f"UPRN {visit.uprn}" if visit.uprn else "")
