"""Every account of a premises side by side, fact by fact: what is published, and what each unreviewed report says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from schemas.risk_register import CrewReport, FactSource, RiskFacts, RiskRecord, UnverifiedAddition
from schemas.visit_parts import Hazard
from schemas.vocabulary import HazardCode
from services.control.presenters.parts import Block, BlockAge, Fact, Said, Source
from services.control.rules.comparing import claim, gravity
from services.domain.fact_keys import Facts, taken_apart

VIOLENCE = f"hazards/{HazardCode.VIOLENCE}"
CAUTION = "CAUTION"


@dataclass(frozen=True)
class Account:
    """What the published record, or one report, says of the premises, as a whole and taken apart."""

    facts: RiskFacts
    apart: Facts
    report: CrewReport | None = None

    @property
    def speaks_of_all(self) -> bool:
        """Return whether it speaks of the premises, and not of one flat or suite alone."""
        return self.report is None or self.report.unit_ref is None


Words = Callable[[Account], str | None]
Alert = Callable[[Account], bool]


class Accounts:
    """All accounts of one premises, and from them each fact with its sources, reports and contradictions."""

    def __init__(self, record: RiskRecord, now: datetime) -> None:
        self._now = now
        every = [(record.facts, None), *((report.facts, report) for report in record.reports)]
        accounts = [Account(facts or RiskFacts(), neutral(taken_apart(facts)), report) for facts, report in every]
        self._same_system = same_system(each.apart for each in accounts if each.speaks_of_all)
        self.published, *self.reports = (
            Account(each.facts, self._renamed(each.apart), each.report) if each.speaks_of_all else each
            for each in accounts
        )
        self.all = (self.published, *self.reports)
        self.of_the_whole = [each.apart for each in self.all if each.speaks_of_all]
        self._sources = self._renamed(record.sources)
        self._urgent = {
            (each.visit_id, self.key_of(each.fact)): each for each in record.unverified if each.fact is not None
        }
        spoken_of = {(each.report.visit_id, key) for each in self.reports if each.report for key in each.apart}
        self._alone: dict[str, list[UnverifiedAddition]] = {}
        for (visit_id, key), addition in self._urgent.items():
            if (visit_id, key) not in spoken_of:
                self._alone.setdefault(key, []).append(addition)

    def key_of(self, key: str) -> str:
        """Return the key that a fact has here: a marker's place is not in it, and one system has one key."""
        return self._same_system.get(key, without_place(key))

    def keys(self, beginning: str) -> tuple[str, ...]:
        """Return the keys of every thing of a kind that any account tells of, the published ones first."""
        return tuple(dict.fromkeys(key for each in self.all for key in each.apart if key.startswith(beginning)))

    def fact(
        self, key: str, label: str, keys: Sequence[str], words: Words, alert: Alert = lambda account: False
    ) -> Fact:
        """Return one line of the screen, made of the single facts under `keys`, in words from each account."""
        value, disputed = words(self.published), self._disputed(keys)
        reporting = [(each, said) for each in self.reports if (said := words(each)) is not None]
        reporting.sort(key=lambda pair: (pair[0].speaks_of_all, _gravities(keys, pair[0].apart)), reverse=True)
        reports = [self._said(each, said, keys, disputed, alert(each)) for each, said in reporting]
        reports += [said_of(each, self._now) for one in keys for each in self._alone.get(one, ())]
        known = [one for one in keys if one in self.published.apart] if value is not None else []
        return Fact(
            key=CAUTION if keys[0] == VIOLENCE else key,
            label=label,
            value=value,
            alert=alert(self.published) or any(said.alert for said in reports),
            facts=(CAUTION,) if keys[0] == VIOLENCE else tuple(keys),
            sources=self.sources_of(known),
            not_recorded=any(one not in self._sources and one != VIOLENCE for one in known),
            reports=tuple(reports),
            report_first=value is not None and any(self._is_graver(keys, each) for each, _ in reporting),
            conflict=bool(disputed),
        )

    def sources_of(self, keys: Iterable[str]) -> tuple[Source, ...]:
        """Return who saw some facts last, each visit once, the oldest first."""
        by_visit: dict[str, list[str]] = {}
        for key in keys:
            if key in self._sources:
                by_visit.setdefault(self._sources[key].visit_id, []).append(key)
        found = [_source(self._sources[keys[0]], keys) for keys in by_visit.values()]
        return tuple(sorted(found, key=lambda source: source.seen_at))

    def not_placed(self, facts: Iterable[Fact]) -> list[Fact]:
        """Return, as lines of their own, the urgent reports about a fact that none of these lines is about."""
        placed = {key for fact in facts for key in fact.facts} | {VIOLENCE for fact in facts if fact.key == CAUTION}
        return [
            Fact(
                key=without_place(key),
                label="",
                value=None,
                alert=True,
                facts=(without_place(key),),
                reports=tuple(said_of(each, self._now) for each in additions),
            )
            for key, additions in self._alone.items()
            if key not in placed
        ]

    def _renamed(self, apart: Mapping[str, Any]) -> dict[str, Any]:
        return {self._same_system.get(key, key): value for key, value in apart.items()}

    def _disputed(self, keys: Sequence[str]) -> set[str]:
        if len(self.of_the_whole) == 1:
            return set()
        found = set()
        for key in keys:
            claims = {claim(key, apart[key]) for apart in self.of_the_whole if key in apart}
            if len(claims - {None}) > 1:
                found.add(key)
        return found

    def _is_graver(self, keys: Sequence[str], account: Account) -> bool:
        mine, theirs = self.published.apart, account.apart
        both = [key for key in keys if key in mine and key in theirs]
        return account.speaks_of_all and any(gravity(key, theirs[key]) > gravity(key, mine[key]) for key in both)

    def _said(self, account: Account, words: str, keys: Sequence[str], disputed: set[str], alert: bool) -> Said:
        report = account.report
        assert report is not None
        spoken = [key for key in keys if key in account.apart]
        urgent = [each for key in spoken if (each := self._urgent.get((report.visit_id, key))) is not None]
        return Said(
            value=words,
            alert=alert,
            stands=self._stands(account, spoken, disputed),
            callsign=report.callsign,
            seen_at=report.seen_at,
            method=report.method,
            visit_id=report.visit_id,
            unit_ref=report.unit_ref,
            urgent=bool(urgent),
            past_its_time=any(self._now >= each.expires_at for each in urgent),
        )

    def _stands(
        self, account: Account, spoken: Sequence[str], disputed: set[str]
    ) -> Literal["same", "adds", "contradicts"]:
        if account.speaks_of_all and any(claim(key, account.apart[key]) is not None for key in disputed & set(spoken)):
            return "contradicts"
        return "same" if all(account.apart[key] == self.published.apart.get(key) for key in spoken) else "adds"


def said_of(addition: UnverifiedAddition, now: datetime) -> Said:
    """Return a safety-critical addition that nobody has reviewed, as the crew's word."""
    return Said(
        value=addition.summary,
        alert=True,
        stands="adds",
        callsign=addition.callsign,
        seen_at=addition.reported_at,
        method=None,
        visit_id=addition.visit_id,
        urgent=True,
        past_its_time=now >= addition.expires_at,
    )


def block(key: str, title: str, facts: Iterable[Fact], matter: frozenset[str] | None = None) -> Block:
    """Return facts as a block as old as the oldest that matters: those whose key is in `matter`, or all."""
    shown = tuple(facts)
    aged = [fact for fact in shown if fact.value is not None and (matter is None or fact.key in matter)]
    sources = [source for fact in aged for source in fact.sources]
    oldest = min(sources, key=lambda source: source.seen_at, default=None)
    age = BlockAge(
        oldest=oldest,
        several=oldest is not None and any(source.seen_at > oldest.seen_at for source in sources),
        not_recorded=any(fact.not_recorded for fact in aged),
    )
    return Block(key=key, title=title, age=age, facts=shown)


def neutral(apart: Facts) -> Facts:
    """Return the facts with any violence marker as a bare caution: no place, no reason, no number of them."""
    calm = {key: value for key, value in apart.items() if not key.startswith(VIOLENCE)}
    return calm if len(calm) == len(apart) else {**calm, VIOLENCE: (Hazard(code=HazardCode.VIOLENCE),)}


def without_place(key: str) -> str:
    """Return the key of a fact; that of a violence marker without its place."""
    return VIOLENCE if key.startswith(VIOLENCE) else key


def same_system(accounts: Iterable[Facts]) -> dict[str, str]:
    """Return, for a system told of without its place, the key of the only one of its kind that has one.

    "The riser" and "the riser in the inlet" are one where there is one, unless a single account tells of both.
    """
    places: dict[str, set[str]] = {}
    apart_in_one: set[str] = set()
    for facts in accounts:
        mine: dict[str, set[str]] = {}
        for key in facts:
            if key.startswith("systems/"):
                _, kind, place = key.split("/", 2)
                mine.setdefault(kind, set()).add(place)
        for kind, found in mine.items():
            places.setdefault(kind, set()).update(found)
            if len(found) > 1:
                apart_in_one.add(kind)
    return {
        f"systems/{kind}/": f"systems/{kind}/{(found - {''}).pop()}"
        for kind, found in places.items()
        if "" in found and len(found) == 2 and kind not in apart_in_one
    }


def _gravities(keys: Sequence[str], apart: Facts) -> tuple[float, ...]:
    return tuple(gravity(key, apart.get(key)) for key in keys)


def _source(source: FactSource, keys: Sequence[str]) -> Source:
    return Source(
        callsign=source.callsign,
        seen_at=source.seen_at,
        method=source.method,
        visit_id=source.visit_id,
        facts=tuple(keys),
    )
