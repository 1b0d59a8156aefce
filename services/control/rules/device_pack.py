"""What a crew's tablet is given: whose ground a premises lies in, and which facts nobody has seen for too long."""

from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.risk_register import (
    FactSource,
    Judgement,
    RiskFacts,
    RiskRecord,
    RiskScore,
    TacticalPlanShown,
    TemporaryRiskShown,
)
from schemas.vocabulary import Role
from services.control.rules.comparing import VITAL
from services.domain.review_dates import (
    EVACUATION_MONTHS,
    Dates,
    Freshness,
    add_months,
    dates_of_fact,
    evacuation_is_overdue,
    fact_freshness,
    freshness_changes_on,
)

EVACUATION = "evac_strategy"
MOST_ASKED = 10
# What stands before what: what nobody kept the age of may be as old as anything.
_ORDER = (Freshness.STALE, Freshness.OVERDUE, Freshness.UNKNOWN, Freshness.DUE_SOON)
# Who is given the pack of any station; everybody else is given that of their own.
ANY_STATION = frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER})


class PackRecord(BaseModel):
    """What of a record a tablet may hold: what is published, who saw each fact last, what holds now."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    premises: LocatedPremises
    version: int
    facts: RiskFacts | None = None
    score: RiskScore | None = None
    judgement: Judgement | None = None
    sources: dict[str, FactSource] = Field(default_factory=dict)
    temporary: tuple[TemporaryRiskShown, ...] = ()
    plan: TacticalPlanShown | None = None
    fire_safety: FireSafety | None = None
    visited_at: AwareDatetime | None = None
    review_due_on: date | None = None


def ground_of(record: RiskRecord) -> str | None:
    """Return the station whose ground a premises lies in, or whose crew reported it where no grounds are loaded.

    None where neither is known: then it stays with the station that it was given to before.

    Policy: docs/domain/1.7.md; docs/interfaces.md, section 4.
    """
    return record.premises.place.station_ground or next((each.station for each in record.reports), None)


def may_have_pack_of(station: str, own: str | None, roles: tuple[str, ...]) -> bool:
    """Return whether somebody may have the pack of a station: their own; the risk team any.

    Policy: docs/domain/4.6.md.
    """
    return station == own or not ANY_STATION.isdisjoint(roles)


def ages_of(seen_on: Mapping[str, date | None], base_level: int | None, today: date) -> dict[str, Freshness]:
    """Return how fresh each fact is, by the day on which it was last seen (None: nobody kept it).

    The evacuation strategy is overdue after 12 months, at any level.

    Policy: docs/domain/4.3.md, step 8.
    """
    by_day = {day: fact_freshness(day, base_level, today) for day in set(seen_on.values())}
    ages = {key: by_day[day] for key, day in seen_on.items()}
    is_in_date = ages.get(EVACUATION) in (Freshness.IN_DATE, Freshness.DUE_SOON)
    if is_in_date and evacuation_is_overdue(seen_on[EVACUATION], today):
        ages[EVACUATION] = Freshness.OVERDUE
    return ages


def ages_change_on(record: Dates, seen_on: Mapping[str, date | None], today: date) -> date:
    """Return the next day on which a record or one of its facts is of another age.

    Policy: docs/domain/4.3.md, step 8.
    """
    facts = (dates_of_fact(day, record.base_level) for day in set(seen_on.values()) if day is not None)
    days = [freshness_changes_on(each, today) for each in (record, *facts)]
    confirmed_on = seen_on.get(EVACUATION)
    if confirmed_on is not None:
        overdue_on = add_months(confirmed_on, EVACUATION_MONTHS) + timedelta(days=1)
        days.append(overdue_on if overdue_on > today else date.max)
    return min(days)


def to_ask_about(ages: Mapping[str, Freshness], seen_on: Mapping[str, date | None]) -> tuple[str, ...]:
    """Return the facts to ask about, at most 10: the stalest first, of those what lives hang on, then the oldest.

    Policy: docs/domain/4.3.md, step 8; docs/domain/4.5.md: what is read first.
    """
    asked = [key for key, age in ages.items() if age in _ORDER]

    def place(key: str) -> tuple[int, bool, date, str]:
        return _ORDER.index(ages[key]), key.partition("/")[0] not in VITAL, seen_on[key] or date.min, key

    return tuple(sorted(asked, key=place)[:MOST_ASKED])
