"""The dossier of one building: all that the register holds of it, taken in hand whole and kept whole."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any
from uuid import UUID

from schemas.envelope import Event
from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.risk_register import RiskFacts, RiskScore, UnverifiedAddition
from schemas.vocabulary import ReviewState
from services.domain.fact_keys import SCORE, ScoreInputs, taken_apart
from services.domain.review_dates import review_due_on
from services.domain.ris1.judging import raised_score
from services.domain.safety_critical import AdditionKind
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Known, Seen, seen_as_kept
from services.risk_register.rules.publishing import Dates
from services.risk_register.rules.review_queue import OPEN, UNDECIDED
from services.risk_register.rules.showing import Resolution
from services.risk_register.rules.tactical_plans import TacticalPlan
from services.risk_register.rules.temporary import Altered, TemporaryRisk

NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Record:
    """The record of one building: which version is published, what everybody was last shown, what Protection says."""

    premises_id: str
    version: int
    revision: int
    premises: LocatedPremises
    shown: dict[str, Any] | None
    restoring: dict[str, Any] | None
    changed_at: datetime
    fire_safety: FireSafety | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Version:
    """One publication: never changed, never deleted. `seen` says which visit saw each fact, when, and how."""

    premises_id: str
    version: int
    facts: dict[str, Any]
    inputs: dict[str, Any] | None = None
    seen: dict[str, Any]
    score: dict[str, Any] | None = None
    private: dict[str, Any] | None = None
    visit_id: str | None = None
    restored_from: int | None = None
    published_by: str
    first_approved_by: str | None = None
    reason: str | None = None
    visited_at: datetime | None = None
    reviewed_on: date | None = None
    review_due_on: date | None = None
    at: datetime

    @cached_property
    def risk_facts(self) -> RiskFacts:
        """Return what was published."""
        return RiskFacts.model_validate(self.facts)

    @cached_property
    def risk_score(self) -> RiskScore | None:
        """Return the score that was published."""
        return RiskScore.model_validate(self.score) if self.score else None

    @cached_property
    def sightings(self) -> Mapping[str, Seen]:
        """Return who saw each fact."""
        return seen_as_kept(self.seen)

    @cached_property
    def known(self) -> Known:
        """Return what is known of the premises by this version."""
        inputs = ScoreInputs.model_validate(self.inputs) if self.inputs else None
        return Known(taken_apart(self.risk_facts, inputs), self.sightings)

    @property
    def dates(self) -> Dates:
        """Return when the premises was visited and reviewed, and when the next review is due."""
        return Dates(self.visited_at, self.reviewed_on, self.review_due_on)


@dataclass(frozen=True)
class Unverified:
    """A safety-critical addition shown before review: kept for good, shown until a person has resolved it.

    It has an id from when it is kept.
    """

    premises_id: str
    visit_id: str
    kind: AdditionKind
    summary: str
    fact: str | None
    callsign: str
    reported_at: datetime
    shown_at: datetime
    expires_at: datetime
    id: UUID | None = None
    expired_at: datetime | None = None
    resolution: Resolution | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None

    @property
    def words(self) -> tuple[AdditionKind, str]:
        """Return by what it is known to be the same as another of its visit."""
        return self.kind, self.summary

    def resolved(self, why: Resolution, person: str, at: datetime) -> "Unverified":
        """Return it as no longer shown as unverified, with why and by whom."""
        return replace(self, resolution=why, resolved_by=person, resolved_at=at)

    def as_shown(self) -> UnverifiedAddition:
        """Return it as everybody is shown it."""
        return UnverifiedAddition(**{name: getattr(self, name) for name in UnverifiedAddition.model_fields})


@dataclass(frozen=True)
class Dossier:
    """A building's record, its published version, the visits to it in the queue, and what of them is unverified.

    `items` are the visits that nobody has decided on, and those that were asked for; `others` are visits elsewhere
    that were. `temporary` are the temporary risks that nobody had ended when it was taken in hand, `plan`
    is the tactical plan with its own review. `news` is what must
    be said of the changes made since then, `altered` what of them the history must keep.
    """

    record: Record
    version: Version | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    additions: tuple[Unverified, ...] = ()
    others: Mapping[str, Item] = field(default_factory=dict)
    temporary: tuple[TemporaryRisk, ...] = ()
    plan: TacticalPlan | None = None
    news: tuple[Event, ...] = ()
    altered: tuple[Altered, ...] = ()

    @property
    def known(self) -> Known:
        """Return what is published of the building."""
        return known_of(self.record, self.version)

    @property
    def score(self) -> RiskScore | None:
        """Return the score that is published, with what Protection says on top; None where there is none."""
        return score_now(self.version, self.record.fire_safety)

    @property
    def present_level(self) -> int | None:
        """Return the base level that holds, None where there is none."""
        return self.score.base_level if self.score else None

    @property
    def undecided(self) -> list[Item]:
        """Return the visits that nobody has decided on, in the order of the queue."""
        return sorted((item for item in self.items.values() if item.state in UNDECIDED), key=attrgetter("urgency"))

    @property
    def open_items(self) -> list[Item]:
        """Return the visits that wait in the queue, in its order."""
        return [item for item in self.undecided if item.state in OPEN]

    @property
    def unresolved(self) -> list[Unverified]:
        """Return what is shown as unverified."""
        return [one for one in self.additions if one.resolved_at is None]

    def visit(self, visit_id: str) -> Item | None:
        """Return a visit that is in hand, wherever it stands."""
        return visit_in([self], visit_id)

    def replaced_by(self, visit_id: str) -> list[Item]:
        """Return the returned visits that a crew sent again as this one."""
        again = ReviewState.RESUBMITTED
        return [item for item in self.items.values() if item.decided_with == visit_id and item.state is again]

    def unresolved_with(self, visit_id: str) -> list[Unverified]:
        """Return what is unverified of a visit, and of the returned visits that it took the place of."""
        visits = {visit_id, *(item.visit_id for item in self.replaced_by(visit_id))}
        return [one for one in self.unresolved if one.visit_id in visits]

    def with_items(self, *items: Item) -> "Dossier":
        """Return the dossier with some visits as they are now."""
        return replace(self, items={**self.items, **{item.visit_id: item for item in items}})

    def without(self, item: Item) -> "Dossier":
        """Return the dossier without a visit that stands elsewhere now, or anew."""
        return replace(self, items={name: one for name, one in self.items.items() if name != item.visit_id})

    def resolving(self, these: Collection[Unverified], why: Resolution, person: str, at: datetime) -> "Dossier":
        """Return the dossier with some additions resolved."""
        resolved = (one.resolved(why, person, at) if one in these else one for one in self.additions)
        return replace(self, additions=tuple(resolved))

    def with_temporary(self, risk: TemporaryRisk, action: str, why: str) -> "Dossier":
        """Return the dossier with a temporary risk as it is now, and why, for the history."""
        others = tuple(one for one in self.temporary if one.risk_id != risk.risk_id)
        altered = Altered(risk, action, why, risk.changed_by)
        return replace(self, temporary=(*others, risk), altered=(*self.altered, altered))

    def saying(self, *events: Event) -> "Dossier":
        """Return the dossier with more that must be said."""
        return replace(self, news=(*self.news, *events))

    def decided_now_with(self, visit_id: str, instead_of: str) -> "Dossier":
        """Return the dossier in which what one visit had taken the place of is decided with another from now on."""
        moved = (replace(item, decided_with=visit_id) for item in self.replaced_by(instead_of))
        return self.with_items(*moved)


def known_of(record: Record, version: Version | None) -> Known:
    """Return what a version says of a building, None: nothing, with what Protection says of it now.

    Policy: docs/domain/4.3.md, step 1.
    """
    known = version.known if version else NOTHING_KNOWN
    return replace(known, fire_safety=record.fire_safety) if record.fire_safety else known


def score_now(version: Version | None, fire_safety: FireSafety | None) -> RiskScore | None:
    """Return the score of a version as it holds with what Protection says now; None where nobody has scored it.

    Policy: docs/domain/4.3.md, step 1.
    """
    if version is None or fire_safety is None:
        return version.risk_score if version else None
    return raised_score(version.risk_facts, version.known.facts.get(SCORE), version.risk_score, fire_safety)


def due_now(version: Version | None, score: RiskScore | None) -> date | None:
    """Return when a version must be reviewed by the base level that holds now; None where there is no date.

    Policy: docs/domain/4.3.md, step 8.
    """
    if version is None or version.reviewed_on is None or score is None:
        return version.review_due_on if version else None
    return review_due_on(version.reviewed_on, score.base_level)


def visit_in(dossiers: Collection[Dossier], visit_id: str) -> Item | None:
    """Return a visit that is in hand, wherever it stands.

    Policy: docs/domain/4.4.md: a visit is in the queue once.
    """
    at = (one.items.get(visit_id) for one in dossiers)
    besides = (one.others.get(visit_id) for one in dossiers)
    return next((item for item in (*at, *besides) if item is not None), None)
