"""What a crew's tablet begins a visit from: each premises of the station ground, its facts, and which to ask about."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel

from schemas.risk_register import FactSource, Judgement, RiskFacts, TacticalPlanShown, TemporaryRiskShown
from schemas.visit_parts import Part, Uprn
from schemas.vocabulary import NoticeKind, PremisesClass, ReviewMethod
from services.control.presenters.fire_safety import NoticeLine, fire_safety_changes_on, fire_safety_lines
from services.control.rules.device_pack import PackRecord, ages_change_on, ages_of, to_ask_about
from services.domain.fact_keys import SCORE, hazard_key, plain, system_key, taken_apart
from services.domain.fact_words import label_of, value_words
from services.domain.plans import plan_age_words, plan_is_overdue, plan_reads_otherwise_on
from services.domain.review_dates import Dates, Freshness, freshness
from services.domain.temporary_risks import NOT_SEEN, is_past_its_end, reads_otherwise_on, said_by, shown_words
from services.domain.words import words_for
from services.shared.web.words import as_date

LONGEST_UPRN = 12


class PackFact(Part):
    """One published fact: where it stands in the visit form (a JSON pointer), its value there, and in words.

    `seen_at` is the end of the visit that saw it last; None where nobody kept it. `key` is the same in every version
    of the record, whatever the number of the line in the form.
    """

    key: str
    path: str
    label: str
    value: Any
    words: str
    seen_at: AwareDatetime | None
    seen_by_method: ReviewMethod | None
    freshness: Freshness


class PackTemporary(Part):
    """What holds for a while: `says` until when, in words; past its end it stays until somebody ends or renews it.

    `by_crew` says that a crew reported it and the risk team has not renewed it, `not_seen` that it is the word of the
    responsible person and no crew has seen it.
    """

    what: str
    starts_on: date
    ends_on: date
    past_its_end: bool
    says: str
    by_crew: bool
    not_seen: bool = False


class PackPlan(Part):
    """The age of the tactical plan, by its own review."""

    reviewed_on: date
    review_due_on: date
    overdue: bool
    says: str


class PackNotice(Part):
    """A notice in force: `says` since when and until when, in words; a prohibition is read before all else."""

    words: str
    says: str
    restricts: str
    unit: str
    until_on: date | None
    is_prohibition: bool


class PackPremises(Part):
    """One premises with its record as published and what holds there for a while: no contact, no code, nothing sealed.

    Degrees are WGS 84, metres EPSG:27700. `ask_about` are the keys of the facts to ask about, the stalest first;
    `temporary` is what holds for a while, the first to end first; `plan` is the age of the tactical plan. `notices` are
    those in force, a prohibition first; `audit_summary` are the lines that the last audit wrote for firefighters.
    """

    premises_id: str
    uprn: Uprn | None
    name: str
    address: str
    postcode: str
    longitude: float
    latitude: float
    easting: float
    northing: float
    premises_class: PremisesClass | None
    premises_class_words: str | None
    level: int | None
    base_level: int | None
    record_version: int
    visited_at: AwareDatetime | None
    review_due_on: date | None
    freshness: Freshness
    ask_about: tuple[str, ...]
    temporary: tuple[PackTemporary, ...]
    plan: PackPlan | None
    notices: tuple[PackNotice, ...]
    audit_summary: tuple[str, ...]
    facts: tuple[PackFact, ...]


class DevicePack(Part):
    """What is new for a tablet: `whole` says that it replaces what the tablet holds, else it is added to it.

    `premises_ids` name all that belong to the ground now, so that the tablet drops the others; of `total` so many
    travel. `cursor` is what the tablet asks with next (`since`).
    """

    station: str
    cursor: str
    whole: bool
    made_at: AwareDatetime
    total: int
    premises_ids: tuple[str, ...]
    premises: tuple[PackPremises, ...]


def packed(record: PackRecord, today: date) -> tuple[PackPremises, date]:
    """Return a premises as a tablet is given it, aged as of a day, and the day from which it reads otherwise."""
    premises, base = record.premises, record.score.base_level if record.score else None
    facts = record.facts or RiskFacts()
    found = [*facts_at_paths(facts), *_judged(record.judgement)]
    sources = {key: record.sources.get(SCORE if key in Judgement.model_fields else key) for key, *_ in found}
    seen_on = {key: as_date(source.seen_at) if source else None for key, source in sources.items()}
    ages = ages_of(seen_on, base, today)
    kind = facts.premises_class
    visited_on = as_date(record.visited_at) if record.visited_at else None
    dates = Dates(visited_on, record.review_due_on, base)
    said = fire_safety_lines(record.fire_safety, today)
    told = PackPremises(
        premises_id=premises.premises_id,
        uprn=premises.premises_id if _is_uprn(premises.premises_id) else None,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        longitude=premises.place.longitude,
        latitude=premises.place.latitude,
        easting=premises.place.easting,
        northing=premises.place.northing,
        premises_class=kind,
        premises_class_words=words_for(kind) if kind else None,
        level=record.score.effective_level if record.score else None,
        base_level=base,
        record_version=record.version,
        visited_at=record.visited_at,
        review_due_on=record.review_due_on,
        freshness=freshness(dates, today),
        ask_about=to_ask_about(ages, seen_on),
        temporary=tuple(_temporary(each, today) for each in record.temporary),
        plan=_plan(record.plan, today) if record.plan else None,
        notices=tuple(_notice(each) for each in (*said.prohibitions, *said.notices)) if said else (),
        audit_summary=said.audit.summary if said and said.audit else (),
        facts=tuple(_fact(key, path, value, sources[key], ages[key]) for key, path, value in found),
    )
    changes = (reads_otherwise_on(each.starts_on, each.ends_on, today) for each in record.temporary)
    plan = [plan_reads_otherwise_on(record.plan.review_due_on, today)] if record.plan else []
    by_notices = fire_safety_changes_on(record.fire_safety, today)
    return told, min([ages_change_on(dates, seen_on, today), by_notices, *changes, *plan])


def facts_at_paths(facts: RiskFacts) -> Iterator[tuple[str, str, Any]]:
    """Yield each fact with its key and the JSON pointer of its place in the visit form."""
    for key, value in taken_apart(facts).items():
        if key.partition("/")[0] not in ("systems", "hazards", "isolations") and not key.startswith("water/hydrants/"):
            yield key, f"/{key}", value
    for number, system in enumerate(facts.systems):
        yield system_key(system.kind, system.location), f"/systems/{number}", system
    for number, isolation in enumerate(facts.isolations):
        yield f"isolations/{isolation.kind}", f"/isolations/{number}", isolation
    for number, hazard in enumerate(facts.hazards):
        yield hazard_key(hazard.code, hazard.location), f"/hazards/{number}", hazard
    for number, hydrant in enumerate(facts.water.hydrants if facts.water else ()):
        yield f"water/hydrants/{plain(hydrant.asset_id)}", f"/water/hydrants/{number}", hydrant


def _judged(judgement: Judgement | None) -> Iterator[tuple[str, str, Any]]:
    """Yield what the crew is asked of the score."""
    for name in Judgement.model_fields if judgement else ():
        yield name, f"/{name}", getattr(judgement, name)


def _fact(key: str, path: str, value: Any, source: FactSource | None, age: Freshness) -> PackFact:
    words = value_words(key, value)
    if source and key in Judgement.model_fields:
        words = f"{words}, as {source.callsign} judged"
    return PackFact(
        key=key,
        path=path,
        label=label_of(key),
        value=value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value,
        words=words,
        seen_at=source.seen_at if source else None,
        seen_by_method=source.method if source else None,
        freshness=age,
    )


def _temporary(risk: TemporaryRiskShown, today: date) -> PackTemporary:
    return PackTemporary(
        what=risk.what,
        starts_on=risk.starts_on,
        ends_on=risk.ends_on,
        past_its_end=is_past_its_end(risk.ends_on, today),
        says=shown_words(risk, today),
        by_crew=risk.callsign is not None,
        not_seen=said_by(risk) == NOT_SEEN,
    )


def _plan(plan: TacticalPlanShown, today: date) -> PackPlan:
    return PackPlan(
        reviewed_on=plan.reviewed_on,
        review_due_on=plan.review_due_on,
        overdue=plan_is_overdue(plan.review_due_on, today),
        says=plan_age_words(plan.reviewed_on, plan.review_due_on, today),
    )


def _notice(line: NoticeLine) -> PackNotice:
    return PackNotice(
        words=line.words,
        says=line.says,
        restricts=line.restricts,
        unit=line.unit,
        until_on=line.until_on,
        is_prohibition=line.kind is NoticeKind.PROHIBITION,
    )


def _is_uprn(premises_id: str) -> bool:
    return premises_id.isascii() and premises_id.isdigit() and len(premises_id) <= LONGEST_UPRN
