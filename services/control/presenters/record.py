"""The one-screen record: from a risk record and the time to everything that stands on control's screen."""

from datetime import datetime

from schemas.premises import LocatedPremises
from schemas.risk_register import RiskRecord, RiskScore
from schemas.vocabulary import EvacuationStrategy
from schemas.words import LEVEL_WORDS, words_for
from services.control.presenters.blocks import (
    access_block,
    building_block,
    notices_block,
    people_block,
    tactics_block,
)
from services.control.presenters.dangers import hazards_block, isolations_block, systems_block, water_block
from services.control.presenters.needs import NeedsHelpOut
from services.control.presenters.parts import Age, Block, Evacuation, Level, ScreenRecord, Unverified, WhereItIs
from services.control.rules.freshness import Dates, Freshness, evacuation_is_overdue, freshness
from services.control.rules.places import grid_reference
from services.shared.web.words import as_date

FRESHNESS_WORDS = {
    Freshness.IN_DATE: "In date",
    Freshness.DUE_SOON: "Review due soon",
    Freshness.OVERDUE: "Review overdue",
    Freshness.STALE: "STALE: check before relying on it",
    Freshness.UNKNOWN: "Review date UNKNOWN",
}
NEVER_VISITED = "No visit is published: only what is marked UNVERIFIED is known"
MOST_CRITICAL = 5
NONE_HELD_HERE = NeedsHelpOut()


def present(
    record: RiskRecord, shown_at: datetime, now: datetime, needs: NeedsHelpOut = NONE_HELD_HERE
) -> ScreenRecord:
    """Return the one-screen record of docs/domain/4.5.md, as it reads at a moment."""
    facts, confirmed_at = record.facts, record.visited_at
    blocks = {
        "access": access_block(facts, confirmed_at, record.private is not None),
        "building": building_block(facts, confirmed_at),
        "systems": systems_block(facts, confirmed_at),
        "isolations": isolations_block(facts, confirmed_at),
        "hazards": hazards_block(facts, confirmed_at),
        "water": water_block(facts, confirmed_at),
        "people": people_block(facts, confirmed_at),
        "notices": notices_block(record.score),
        "tactics": tactics_block(facts, confirmed_at),
    }
    evacuation, critical = _evacuation(record, now), facts.critical_facts[:MOST_CRITICAL] if facts else None
    premises = record.premises
    return ScreenRecord(
        premises_id=premises.premises_id,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        premises_class=words_for(facts.premises_class) if facts and facts.premises_class else None,
        occupancy=words_for(facts.occupancy_status) if facts and facts.occupancy_status else None,
        parent_id=premises.parent_id,
        place=_where(premises),
        level=_level(record.score),
        unverified=_unverified(record, now),
        evacuation=evacuation,
        critical_facts=critical,
        access=blocks["access"],
        building=blocks["building"],
        systems=blocks["systems"],
        isolations=blocks["isolations"],
        hazards=blocks["hazards"],
        water=blocks["water"],
        people=blocks["people"],
        needs_help_out=needs,
        notices=blocks["notices"],
        tactics=blocks["tactics"],
        codes_held=record.private is not None,
        freshness=_age(record, shown_at, now),
        unknown=_unknown(record.score, evacuation, critical, needs, tuple(blocks.values())),
    )


def _where(premises: LocatedPremises) -> WhereItIs:
    place = premises.place
    return WhereItIs(
        easting=place.easting,
        northing=place.northing,
        latitude=place.latitude,
        longitude=place.longitude,
        grid_reference=grid_reference(place.easting, place.northing),
        station_ground=place.station_ground,
        district=place.district,
        border_distance_m=place.border_distance_m,
    )


def _level(score: RiskScore | None) -> Level | None:
    if score is None:
        return None
    raised = score.effective_level > score.base_level
    defects = f"{score.open_defects} open defect{'' if score.open_defects == 1 else 's'}"
    says = f"{score.base_level} → {score.effective_level} until repaired: {defects}" if raised else ""
    return Level(
        base=score.base_level,
        effective=score.effective_level,
        words=LEVEL_WORDS[score.effective_level],
        rank=score.rank,
        open_defects=score.open_defects,
        flags=tuple(words_for(flag) for flag in score.flags),
        says=says,
    )


def _unverified(record: RiskRecord, now: datetime) -> tuple[Unverified, ...]:
    newest_first = sorted(record.unverified, key=lambda each: each.reported_at, reverse=True)
    return tuple(
        Unverified(
            kind=each.kind,
            summary=each.summary,
            callsign=each.callsign,
            visit_id=each.visit_id,
            reported_at=each.reported_at,
            expires_at=each.expires_at,
            past_its_time=now >= each.expires_at,
        )
        for each in newest_first
    )


def _evacuation(record: RiskRecord, now: datetime) -> Evacuation:
    strategy = record.facts.evac_strategy if record.facts else None
    if strategy is EvacuationStrategy.UNKNOWN:
        strategy = None
    confirmed_at = record.visited_at if strategy else None
    confirmed_on = as_date(confirmed_at) if confirmed_at else None
    return Evacuation(
        strategy=strategy,
        words=words_for(strategy) if strategy else None,
        confirmed_at=confirmed_at,
        overdue=evacuation_is_overdue(confirmed_on, as_date(now)),
    )


def _age(record: RiskRecord, shown_at: datetime, now: datetime) -> Age:
    visited_on = as_date(record.visited_at) if record.visited_at else None
    base_level = record.score.base_level if record.score else None
    state = freshness(Dates(visited_on, record.review_due_on, base_level), as_date(now))
    return Age(
        state=state,
        says=NEVER_VISITED if record.version == 0 else FRESHNESS_WORDS[state],
        visited_at=record.visited_at,
        published_at=record.published_at,
        review_due_on=record.review_due_on,
        version=record.version,
        revision=record.revision,
        shown_at=shown_at,
    )


def _unknown(
    score: RiskScore | None,
    evacuation: Evacuation,
    critical_facts: tuple[str, ...] | None,
    needs: NeedsHelpOut,
    blocks: tuple[Block, ...],
) -> tuple[str, ...]:
    whole = (
        ("level", score),
        ("evacuation", evacuation.strategy),
        ("critical_facts", critical_facts),
        ("needs_help_out", needs.people or None),
    )
    names = [name for name, value in whole if value is None]
    return (*names, *(f"{block.key}.{fact.key}" for block in blocks for fact in block.missing))
