"""The one-screen record: from a risk record and the time to everything that stands on control's screen."""

from datetime import date, datetime, time, timedelta

from schemas.premises import LocatedPremises
from schemas.risk_register import RiskRecord, TacticalPlanShown
from services.control.presenters.accounts import Accounts
from services.control.presenters.blocks import (
    CLASS,
    CRITICAL,
    OCCUPANCY,
    access_block,
    building_block,
    people_block,
    row_fact,
    tactics_block,
)
from services.control.presenters.dangers import hazards_block, isolations_block, systems_block, water_block
from services.control.presenters.fire_safety import fire_safety_changes_on, fire_safety_lines
from services.control.presenters.first_lines import (
    BLOCK_OF_KIND,
    MOST_CRITICAL,
    crews_of,
    critical_reported,
    evacuation_of,
    first_lines,
    level_of,
    levels_reported,
    unverified,
)
from services.control.presenters.needs import NeedsHelpOut
from services.control.presenters.parts import Block, EvacuationPlans, PlanAge, TemporaryLine
from services.control.presenters.screen import Age, ScreenRecord, WhereItIs
from services.control.rules.places import grid_reference
from services.domain.evacuation_plans import building_of, plans_scope, scope_in_short, scope_words
from services.domain.plans import plan_age_words, plan_is_overdue, plan_reads_otherwise_on
from services.domain.review_dates import Dates, Freshness, evacuation_is_overdue, freshness
from services.domain.temporary_risks import is_past_its_end, reads_otherwise_on, said_by, shown_words
from services.shared.web.words import LONDON, as_date

FRESHNESS_WORDS = {
    Freshness.IN_DATE: "In date",
    Freshness.DUE_SOON: "Review due soon",
    Freshness.OVERDUE: "Review overdue",
    Freshness.STALE: "STALE: check before relying on it",
    Freshness.UNKNOWN: "Review date UNKNOWN",
}
NEVER_PUBLISHED = "No visit is published: all that is known is crew reports, not reviewed"
NONE_HELD_HERE = NeedsHelpOut()
MOST_DAYS = 30


def present(
    record: RiskRecord, shown_at: datetime, now: datetime, needs: NeedsHelpOut = NONE_HELD_HERE
) -> ScreenRecord:
    """Return the one-screen record of docs/domain/4.5.md, as it reads at a moment."""
    accounts = Accounts(record, now)
    codes_held = record.private is not None or any(report.private is not None for report in record.reports)
    evacuation = evacuation_of(accounts, now)
    blocks = _blocks(record, accounts, codes_held)
    shown = [fact for block in blocks.values() for fact in block.facts]
    published = record.facts
    critical = published.critical_facts[:MOST_CRITICAL] if published else None
    critical_by_crews = critical_reported(accounts)
    known = {
        "level": record.score is not None or any(report.score for report in record.reports),
        "evacuation": evacuation.known,
        "critical_facts": critical is not None or bool(critical_by_crews),
        "needs_help_out": bool(needs.people),
    }
    premises = record.premises
    return ScreenRecord(
        premises_id=premises.premises_id,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        premises_class=row_fact(CLASS, accounts),
        occupancy=row_fact(OCCUPANCY, accounts),
        parent_id=premises.parent_id,
        place=_where(premises),
        level=level_of(record.score),
        levels_reported=levels_reported(record),
        unverified=unverified(record, now),
        first=first_lines([evacuation, *shown], record, accounts, now),
        crews=crews_of(record),
        temporary=_temporary(record, as_date(now)),
        fire_safety=fire_safety_lines(record.fire_safety, as_date(now)),
        evacuation=evacuation,
        evacuation_plans=_evacuation_plans(record, as_date(now)),
        critical_facts=critical,
        critical=row_fact(CRITICAL, accounts),
        critical_reported=critical_by_crews,
        **blocks,
        plan=_plan(record.plan, as_date(now)) if record.plan else None,
        needs_help_out=needs,
        codes_held=codes_held,
        freshness=_age(record, shown_at, now),
        unknown=(
            *(name for name, is_known in known.items() if not is_known),
            *(f"{block.key}.{fact.key}" for block in blocks.values() for fact in block.missing),
        ),
    )


def reads_so_until(record: RiskRecord, screen: ScreenRecord, now: datetime) -> datetime:
    """Return the moment until which a screen made now reads just as it does, a month from now at the latest.

    It reads otherwise once an urgent report is past its time, and from the day on which the record is of another age,
    the evacuation strategy or the tactical plan overdue, a temporary risk begins or is past its end, or the date of a
    notice has passed.
    """
    today, confirmed_at = as_date(now), screen.evacuation.confirmed_at
    confirmed_on = as_date(confirmed_at) if confirmed_at else None

    def ages(day: date) -> tuple[Freshness, bool]:
        return freshness(_dates(record), day), evacuation_is_overdue(confirmed_on, day)

    days = (today + timedelta(days=each) for each in range(1, MOST_DAYS))
    changes = next((day for day in days if ages(day) != ages(today)), today + timedelta(days=MOST_DAYS))
    changes = min(changes, fire_safety_changes_on(record.fire_safety, today))
    changes = min([changes, *(reads_otherwise_on(each.starts_on, each.ends_on, today) for each in record.temporary)])
    if record.plan:
        changes = min(changes, plan_reads_otherwise_on(record.plan.review_due_on, today))
    midnight = datetime.combine(changes, time(), LONDON)
    return min([midnight, *(each.expires_at for each in record.unverified if each.expires_at > now)])


def _blocks(record: RiskRecord, accounts: Accounts, codes_held: bool) -> dict[str, Block]:
    """Return every block by its key; an urgent report that names no fact marks the block it belongs to."""
    blocks = (
        access_block(accounts, codes_held),
        building_block(accounts),
        systems_block(accounts),
        isolations_block(accounts),
        hazards_block(accounts),
        water_block(accounts),
        people_block(accounts),
        tactics_block(accounts),
    )
    marked = {BLOCK_OF_KIND.get(each.kind) for each in record.unverified if each.fact is None}
    return {
        block.key: block.model_copy(update={"reported": True}) if block.key in marked else block for block in blocks
    }


def _temporary(record: RiskRecord, today: date) -> tuple[TemporaryLine, ...]:
    """Return what holds for a while, that which is past its end last."""
    lines = [
        TemporaryLine(
            risk_id=each.risk_id,
            what=each.what,
            owner=each.owner,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            past_its_end=is_past_its_end(each.ends_on, today),
            says=shown_words(each, today),
            callsign=each.callsign,
            said_by=said_by(each),
        )
        for each in record.temporary
    ]
    return tuple(sorted(lines, key=lambda line: line.past_its_end))


def _plan(plan: TacticalPlanShown, today: date) -> PlanAge:
    return PlanAge(
        written_on=plan.written_on,
        reviewed_on=plan.reviewed_on,
        review_due_on=plan.review_due_on,
        overdue=plan_is_overdue(plan.review_due_on, today),
        says=plan_age_words(plan.reviewed_on, plan.review_due_on, today),
    )


def _evacuation_plans(record: RiskRecord, today: date) -> EvacuationPlans:
    """Return whether evacuation plans apply: by what is published, else by the newest report of the whole premises."""
    whole = next((each.facts for each in record.reports if each.unit_ref is None), None)
    building = building_of(record.facts or whole, record.premises.classification)
    scope = plans_scope(building, today)
    return EvacuationPlans(
        applies=scope.applies,
        because=scope.because,
        missing=scope.missing,
        reported=record.facts is None and whole is not None,
        says=scope_words(scope, building),
        in_short=scope_in_short(scope, building),
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


def _age(record: RiskRecord, shown_at: datetime, now: datetime) -> Age:
    state = freshness(_dates(record), as_date(now))
    return Age(
        state=state,
        says=NEVER_PUBLISHED if record.version == 0 else FRESHNESS_WORDS[state],
        visited_at=record.visited_at,
        published_at=record.published_at,
        review_due_on=record.review_due_on,
        version=record.version,
        revision=record.revision,
        shown_at=shown_at,
    )


def _dates(record: RiskRecord) -> Dates:
    visited_on = as_date(record.visited_at) if record.visited_at else None
    return Dates(visited_on, record.review_due_on, record.score.base_level if record.score else None)
