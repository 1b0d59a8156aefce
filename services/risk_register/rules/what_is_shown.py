"""What everybody is shown of a building: kept true to its published version, its crews' reports, what is unverified."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from schemas.risk_register import CrewReport, Judgement, RiskRecord, RiskRecordUpdated, RiskScore
from schemas.sensitive import Sealed
from schemas.vocabulary import ReviewState
from services.domain.fact_keys import SCORE, ScoreInputs
from services.domain.safety_critical import Addition, unverified_until
from services.risk_register.rules.assessing import Appraisal
from services.risk_register.rules.dossiers import Dossier, Unverified, due_now
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Seen
from services.risk_register.rules.reports import Account, newest_first, shown_at_most
from services.risk_register.rules.showing import Resolution, each_shown_once, facts_to_show
from services.risk_register.rules.sources import named, sources_of, unnamed
from services.risk_register.rules.temporary import TemporaryRisk


def compared_again(dossier: Dossier, person: str, now: datetime) -> Dossier:
    """Return the dossier with every undecided visit compared with the record as it is now.

    What the record says by now no longer stands there as unverified, and what it no longer says is shown again.

    Policy: docs/domain/4.4.md: lowering is never provisional.
    """
    undecided = {item.visit_id: item for item in dossier.undecided}
    theirs: dict[str, list[Unverified]] = {}
    additions: list[Unverified] = []
    for one in dossier.additions:
        is_theirs = one.resolved_at is None and one.visit_id in undecided
        (theirs.setdefault(one.visit_id, []) if is_theirs else additions).append(one)
    for item in undecided.values():
        appraisal = item.findings.beside(dossier.known)
        additions += _settled(theirs.get(item.visit_id, []), item, appraisal, person, now)
    appraised = [item.appraised(dossier.known, dossier.present_level) for item in undecided.values()]
    return replace(dossier.with_items(*appraised), additions=tuple(additions))


def _settled(
    mine: list[Unverified], item: Item, appraisal: Appraisal, person: str, now: datetime
) -> Iterator[Unverified]:
    missing = {(one.kind, one.summary): one for one in appraisal.missing}
    there = {one.words for one in mine}
    yield from (_beside(one, missing.get(one.words), person, now) for one in mine)
    if item.state is not ReviewState.RESUBMITTED:
        new = (one for one in appraisal.additions if (one.kind, one.summary) not in there)
        yield from (_unverified(item, one, now) for one in new)


def _beside(kept: Unverified, missing: Addition | None, person: str, now: datetime) -> Unverified:
    if missing is None:
        return kept.resolved(Resolution.OVERTAKEN, person, now)
    return kept if kept.fact == missing.fact else replace(kept, fact=missing.fact)


def _unverified(item: Item, addition: Addition, now: datetime) -> Unverified:
    return Unverified(
        premises_id=item.premises_id,
        visit_id=item.visit_id,
        kind=addition.kind,
        summary=addition.summary,
        fact=addition.fact,
        callsign=item.form.callsign,
        reported_at=item.form.submitted_at,
        shown_at=now,
        expires_at=unverified_until(now),
    )


def shown(dossier: Dossier, because_of: str | None, now: datetime) -> Dossier:
    """Return the dossier with the news of what is shown of its building, if it is not what was said last.

    Policy: docs/domain/4.5.md: the revision rises with every change of what is shown.
    """
    record, shows = dossier.record, record_shown(dossier)
    is_empty = shows.version == 0 and not (shows.unverified or shows.reports or shows.temporary or shows.fire_safety)
    after = shows.model_dump(mode="json")
    if (is_empty and record.shown is None) or {**(record.shown or {}), "revision": 0} == {**after, "revision": 0}:
        return dossier
    news = RiskRecordUpdated(premises_id=record.premises_id, record=shows, because_of_visit=because_of, changed_at=now)
    record = replace(record, shown=after, revision=shows.revision, changed_at=now)
    return replace(dossier, record=record).saying(news)


def record_shown(dossier: Dossier) -> RiskRecord:
    """Return what everybody is shown of a building: its published version, what is unverified, and crews' reports.

    Policy: docs/domain/4.5.md.
    """
    record, version = dossier.record, dossier.version
    facts = facts_to_show(version.risk_facts) if version else None
    score = dossier.score
    reports, in_all = _reports_to_show(dossier)
    return RiskRecord(
        premises=record.premises,
        version=record.version,
        revision=record.revision + 1,
        facts=facts,
        score=score,
        judgement=_judgement(dossier) if score else None,
        unverified=each_shown_once(one.as_shown() for one in dossier.unresolved),
        sources=sources_of(facts, _who_saw(dossier), is_scored=score is not None) if facts else {},
        reports=reports,
        reports_in_all=in_all,
        temporary=tuple(one.as_shown() for one in sorted(dossier.temporary, key=_by_its_end) if one.is_open),
        plan=dossier.plan.as_shown() if version and dossier.plan and dossier.plan.is_held else None,
        fire_safety=record.fire_safety,
        visited_at=version.visited_at if version else None,
        published_at=version.at if version else None,
        review_due_on=due_now(version, score),
        private=Sealed.model_validate(version.private) if version and version.private else None,
    )


def _by_its_end(risk: TemporaryRisk) -> tuple[date, str]:
    return risk.ends_on, risk.risk_id


def _judgement(dossier: Dossier) -> Judgement | None:
    """Return what the published score was worked out from; a level that was set by hand has reasons of its own."""
    inputs: ScoreInputs | None = dossier.known.facts.get(SCORE)
    if inputs is None or inputs.override is not None:
        return None
    return Judgement(likelihood=inputs.likelihood, severity=inputs.severity)


def _who_saw(dossier: Dossier) -> Mapping[str, Seen]:
    """Return who saw each published fact; what was kept without a callsign is named by its visit's own item."""
    seen = dossier.version.sightings if dossier.version else {}
    visits = {name: item for name in unnamed(seen.values()) if (item := dossier.visit(name))}
    return named(seen, visits)


def _reports_to_show(dossier: Dossier) -> tuple[tuple[CrewReport, ...], int]:
    """Return the newest reports that nobody has decided on, and how many there are in all."""
    items = {item.visit_id: item for item in dossier.open_items}
    accounts = newest_first(account for item in items.values() for account in item.findings.accounts)
    shown = shown_at_most(accounts)
    scores = {one.decided_with: items[one.decided_with].findings.beside(dossier.known) for one in shown}
    reports = (
        _as_shown(one, dossier.visit(one.seen.visit_id), scores[one.decided_with].assessment.score) for one in shown
    )
    return tuple(reports), len(accounts)


def _as_shown(account: Account, item: Item | None, score: RiskScore | None) -> CrewReport:
    """Return one report as everybody is shown it; the contacts of a flat's household are not the building's."""
    if item is None:
        raise LookupError(f"the visit {account.seen.visit_id} is named in a report and is not in the queue")
    return CrewReport(
        visit_id=item.visit_id,
        callsign=item.form.callsign,
        station=item.form.station,
        method=item.form.review_method,
        seen_at=item.findings.occurred_at,
        reported_at=item.submitted_at,
        unit_ref=item.unit_ref,
        facts=account.facts,
        score=score,
        private=Sealed.model_validate(item.private) if item.unit_id is None else None,
    )
