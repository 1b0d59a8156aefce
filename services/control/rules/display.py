"""What control shows of the premises and visits that some news is about, and how the news changes it, step by step."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.control import ControlShown, DangerShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.risk_register import RiskRecord, RiskRecordUpdated, VisitReviewed
from schemas.visits import VisitSubmitted
from services.control.rules.dangers import dangers_reported, stands_on, visits_named
from services.control.rules.showing import Showing, showing_of
from services.control.rules.unsettled import (
    DECIDED,
    Unsettled,
    building_of,
    with_building,
    with_dangers,
    with_place,
)
from services.domain.facts import facts_of

OfVisit = VisitSubmitted | PremisesLocated | PremisesNotLocated | LocationWithdrawn | VisitReviewed
News = OfVisit | RiskRecordUpdated
Said = DangerShown | ControlShown


@dataclass(frozen=True)
class RecordShown:
    """The revision of a record that is shown now, and the record itself where a danger may stand on it."""

    revision: int
    record: RiskRecord | None = None


@dataclass(frozen=True)
class About:
    """What some news is about: the visits to begin with, those to look for, and the premises, by their ids.

    `named` are visits that a changed record names: only their open dangers matter.
    """

    begun: frozenset[str]
    visits: frozenset[str]
    named: frozenset[str]
    updated: frozenset[str]
    buildings: frozenset[str]


def about(news: Iterable[News]) -> About:
    """Return which visits and premises must be known to take this news up.

    Policy: docs/domain/4.4.md: every danger is shown until a record shows it.
    """
    begun: set[str] = set()
    visits: set[str] = set()
    named: set[str] = set()
    updated: set[str] = set()
    buildings: set[str] = set()
    for each in news:
        if isinstance(each, RiskRecordUpdated):
            updated.add(each.record.premises.premises_id)
            named |= visits_named(each.record)
            begun |= {each.because_of_visit} if each.because_of_visit else set()
            continue
        if isinstance(each, LocationWithdrawn):
            visits.add(each.visit_id)
        if matters(each):
            begun.add(each.visit_id)
            buildings |= {building_of(each)} if isinstance(each, PremisesLocated) else set()
    return About(*map(frozenset, (begun, visits | begun, named, updated, buildings)))


def matters(news: OfVisit) -> bool:
    """Return whether news of a visit is about a danger that control may have to show by itself.

    Policy: docs/domain/4.4.md, two-speed publication.
    """
    if isinstance(news, PremisesNotLocated):
        return True
    if isinstance(news, VisitReviewed):
        return news.state in DECIDED
    return bool(dangers_reported(facts_of(news.visit)))


@dataclass
class Display:
    """What control shows of some premises and visits; `showings` and `changed` are what news added to it."""

    records: dict[str, RecordShown]
    dangers: dict[str, Unsettled]
    showings: list[Showing] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def take_up(self, news: News, at: datetime) -> list[Said]:
        """Change what is shown because of news, and return what is to be said of it.

        Policy: docs/domain/4.4.md: a danger is shown by itself until a record shows it, and never in neither place.
        """
        match news:
            case RiskRecordUpdated():
                return self._show_record(news, at)
            case VisitReviewed():
                return self._settle_decided(news, at)
            case PremisesLocated():
                return self._place(news, at)
            case PremisesNotLocated():
                return self._note_place(news, at)
            case _:
                return self._show_danger(news, at)

    def _show_danger(self, news: VisitSubmitted | LocationWithdrawn, at: datetime) -> list[Said]:
        kept = self.dangers.get(news.visit_id)
        if isinstance(news, LocationWithdrawn) and kept is not None:
            kept = self._keep(replace(kept, settled_at=None, building_id=None))
        if kept is None or kept.settled_at is not None:
            return []
        facts = facts_of(news.visit)
        dangers = dangers_reported(facts)
        return self._show(with_dangers(kept, news, dangers, facts, at), at) if dangers else []

    def _place(self, news: PremisesLocated, at: datetime) -> list[Said]:
        kept = self.dangers.get(news.visit_id)
        if kept is None or kept.settled_at is not None or not matters(news):
            return []
        return self._show(with_building(kept, news), at)

    def _note_place(self, news: PremisesNotLocated, at: datetime) -> list[Said]:
        kept = self.dangers[news.visit_id]
        if kept.settled_at is not None:
            return []
        return _shown(self._keep(with_place(kept, news)), at)

    def _settle_decided(self, news: VisitReviewed, at: datetime) -> list[Said]:
        return self._settle([news.visit_id], news.premises_id, at) if news.state in DECIDED else []

    def _show_record(self, news: RiskRecordUpdated, at: datetime) -> list[Said]:
        record, because_of = news.record, news.because_of_visit
        premises_id = record.premises.premises_id
        before = self.records.get(premises_id)
        is_shown = before is None or record.revision > before.revision
        if is_shown:
            self.records[premises_id] = RecordShown(record.revision, record)
            self.showings.append(showing_of(record, because_of, at))
        named = visits_named(record)
        on_record = [
            each.visit_id
            for each in self.dangers.values()
            if each.visit_id == because_of
            or (each.is_open and each.visit_id in named)
            or (each.is_open and each.building_id == premises_id and stands_on(record, each.visit_id, each.told.facts))
        ]
        settled = self._settle(on_record, premises_id, at)
        return [*settled, _news_of(news, at)] if is_shown else settled

    def _show(self, kept: Unsettled, at: datetime) -> list[Said]:
        """Show a danger by itself and, if it stands on the record of its building already, take it off again."""
        said = _shown(self._keep(kept), at)
        shown = self.records.get(kept.building_id or "")
        record = shown.record if shown is not None and kept.is_open else None
        if record is not None and kept.building_id and stands_on(record, kept.visit_id, kept.told.facts):
            said += self._settle([kept.visit_id], kept.building_id, at)
        return said

    def _settle(self, visits: Iterable[str], premises_id: str, at: datetime) -> list[Said]:
        """Take dangers off because a record shows them; only those that were shown by themselves are told of."""
        said: list[Said] = []
        for kept in [self.dangers[visit_id] for visit_id in sorted(visits)]:
            self._keep(kept.settled(premises_id, at))
            if kept.is_open:
                said.append(DangerShown(visit_id=kept.visit_id, is_settled=True, premises_id=premises_id, shown_at=at))
        return said

    def _keep(self, kept: Unsettled) -> Unsettled:
        self.dangers[kept.visit_id] = kept
        self.changed.add(kept.visit_id)
        return kept


def _shown(kept: Unsettled, at: datetime) -> list[Said]:
    return [DangerShown(visit_id=kept.visit_id, is_settled=False, shown_at=at)] if kept.is_open else []


def _news_of(news: RiskRecordUpdated, at: datetime) -> ControlShown:
    record, because_of = news.record, news.because_of_visit
    return ControlShown(
        premises_id=record.premises.premises_id,
        revision=record.revision,
        because_of_visit=because_of,
        unverified=len(record.unverified),
        unverified_of_visit=sum(each.visit_id == because_of for each in record.unverified),
        shown_at=at,
    )
