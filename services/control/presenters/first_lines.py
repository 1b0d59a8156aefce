"""What is read first: the evacuation strategy, the level, critical facts, and what crews report that is urgent."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.risk_register import RiskRecord, RiskScore, UnverifiedAddition
from schemas.vocabulary import EvacuationStrategy
from services.control.presenters.accounts import CAUTION, VIOLENCE, Account, Accounts, said_of, without_place
from services.control.presenters.parts import CrewVoice, Evacuation, Fact, Level, ReportedLevel, Said, Unverified
from services.control.rules.comparing import VITAL, line_order
from services.domain.fact_keys import plain
from services.domain.review_dates import evacuation_is_overdue
from services.domain.safety_critical import AdditionKind
from services.domain.words import LEVEL_WORDS, words_for
from services.shared.web.words import as_date

MOST_CRITICAL = 5
# Where an urgent report belongs whose fact is not named: what was kept before reports named theirs.
BLOCK_OF_KIND: Mapping[str, str] = {
    AdditionKind.ACCESS: "access",
    AdditionKind.HAZARD: "hazards",
    AdditionKind.SYSTEM: "systems",
    AdditionKind.EXTERNAL_WALL: "building",
    AdditionKind.EVACUATION: "evacuation",
}
FIELD_OF_KIND: Mapping[str, str] = {
    AdditionKind.ACCESS: "appliance_access",
    AdditionKind.HAZARD: "hazards",
    AdditionKind.SYSTEM: "systems",
    AdditionKind.EXTERNAL_WALL: "external_wall",
    AdditionKind.EVACUATION: "evac_strategy",
}


def evacuation_of(accounts: Accounts, now: datetime) -> Evacuation:
    """Return the evacuation strategy, overdue 12 months after somebody last stated it, however it was told."""
    fact = accounts.fact("evacuation", "Evacuation", ("evac_strategy",), _strategy)
    confirmed_at = fact.sources[0].seen_at if fact.sources else None
    strategy = accounts.published.apart.get("evac_strategy")
    return Evacuation(
        **dict(fact),
        strategy=strategy,
        confirmed_at=confirmed_at,
        overdue=evacuation_is_overdue(as_date(confirmed_at) if confirmed_at else None, as_date(now)),
    )


def level_of(score: RiskScore | None) -> Level | None:
    """Return the published level."""
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


def levels_reported(record: RiskRecord) -> tuple[ReportedLevel, ...]:
    """Return the level that publishing each report would give, the highest first, then the newest."""
    found = [
        ReportedLevel(
            level=report.score.effective_level,
            words=LEVEL_WORDS[report.score.effective_level],
            callsign=report.callsign,
            seen_at=report.seen_at,
            visit_id=report.visit_id,
            unit_ref=report.unit_ref,
        )
        for report in record.reports
        if report.score is not None
    ]
    return tuple(sorted(found, key=lambda each: each.level, reverse=True))


def critical_reported(accounts: Accounts) -> tuple[Said, ...]:
    """Return the critical facts that reports tell and the record does not, each once, the newest report first."""
    seen = {plain(each) for each in accounts.published.facts.critical_facts}
    found = []
    for account in accounts.reports:
        for sentence in account.facts.critical_facts[:MOST_CRITICAL]:
            if plain(sentence) not in seen and account.report is not None:
                seen.add(plain(sentence))
                found.append(
                    Said(
                        value=sentence,
                        alert=False,
                        stands="adds",
                        callsign=account.report.callsign,
                        seen_at=account.report.seen_at,
                        method=account.report.method,
                        visit_id=account.report.visit_id,
                        unit_ref=account.report.unit_ref,
                    )
                )
    return tuple(found)


def first_lines(facts: Iterable[Fact], record: RiskRecord, accounts: Accounts, now: datetime) -> tuple[Fact, ...]:
    """Return the lines to read first, one a fact, the most grave first.

    They are what is urgent and not reviewed, and what accounts contradict each other about where a crew's life hangs
    on it. An urgent report that names no fact, or one that no line is about, has a line of its own.
    """
    every = list(facts)
    lines = [fact for fact in every if fact.urgent or (fact.conflict and _name(fact) in VITAL)]
    alone = accounts.not_placed(every)
    alone += [_unnamed(each, now) for each in _by_time(record) if each.fact is None]
    return tuple(sorted([*lines, *alone], key=_order))


def unverified(record: RiskRecord, now: datetime) -> tuple[Unverified, ...]:
    """Return every urgent report that nobody has reviewed, newest first."""
    return tuple(
        Unverified(**dict(each) | {"fact": _open_key(each.fact), "past_its_time": now >= each.expires_at})
        for each in _by_time(record)
    )


def crews_of(record: RiskRecord) -> tuple[CrewVoice, ...]:
    """Return the crews whose reports nobody has reviewed, newest first."""
    return tuple(
        CrewVoice(
            callsign=each.callsign,
            station=each.station,
            visit_id=each.visit_id,
            seen_at=each.seen_at,
            reported_at=each.reported_at,
            method=each.method,
            unit_ref=each.unit_ref,
            codes_held=each.private is not None,
        )
        for each in record.reports
    )


def _strategy(account: Account) -> str | None:
    strategy = account.apart.get("evac_strategy")
    return words_for(strategy) if isinstance(strategy, EvacuationStrategy) else None


def _by_time(record: RiskRecord) -> list[UnverifiedAddition]:
    return sorted(record.unverified, key=lambda each: each.reported_at, reverse=True)


def _unnamed(addition: UnverifiedAddition, now: datetime) -> Fact:
    return Fact(key=addition.kind, label="", value=None, alert=True, reports=(said_of(addition, now),))


def _name(fact: Fact) -> str:
    return "hazards" if fact.key == CAUTION else fact.facts[0].partition("/")[0]


def _order(fact: Fact) -> tuple[int, int, bool]:
    if not fact.facts:
        return (*line_order((FIELD_OF_KIND.get(fact.key, ""),)), not fact.alert)
    return (*line_order((VIOLENCE,) if fact.key == CAUTION else fact.facts), not fact.alert)


def _open_key(key: str | None) -> str | None:
    return CAUTION if key is not None and without_place(key) == VIOLENCE else key
