"""Which temporary risks a visit raises by itself, and which are over because of what a visit saw or never belonged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from schemas.premises import PremisesLocated
from schemas.risk_register import RiskFacts
from schemas.visit_parts import FixedSystem
from schemas.visits import OpenVisit
from schemas.vocabulary import ReferralKind, ReviewState, SystemStatus, TemporarySource
from services.domain.fact_keys import Facts, plain, system_key
from services.domain.faults import OUT_OF_ORDER, fault_words, overdue_faults
from services.domain.safety_critical import is_high_rise_by
from services.domain.temporary_risks import LONGEST
from services.domain.working_time import date_words, local_date
from services.risk_register.rules.dossiers import Dossier, Version
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Seen
from services.risk_register.rules.temporary import (
    LONGEST_WHAT,
    TemporaryEnd,
    TemporaryRisk,
    ended,
    renewed,
)

REGULATION_7 = "Regulation 7: key equipment of a high-rise residential building out of order for over 24 hours"
SEEN_AGAIN = "A crew saw it still out of order"
SAID_OTHERWISE = "Its crew sent the visit again and says it in other words"


@dataclass(frozen=True)
class _Told:
    """What a visit says, when it was received, and since when it stands beside its premises."""

    visit: OpenVisit
    received_at: datetime
    placed_at: datetime


@dataclass(frozen=True)
class Raising:
    """How a kind of referral raises a temporary risk: who sees to it, for how long, and what stands for no words."""

    owner: str
    holds_for: timedelta
    why: str
    without_words: str


RAISINGS = {
    ReferralKind.RI3: Raising(
        "Central risk team",
        timedelta(days=14),
        "The crew referred it as a temporary risk or event",
        "Temporary risk or event: ask the crew",
    ),
    ReferralKind.BS4: Raising(
        "Protection",
        timedelta(days=28),
        "The crew referred it as a fault in fire-fighting equipment",
        "Fault in fire-fighting equipment: ask the crew",
    ),
}


def with_temporary_of(dossier: Dossier, item: Item, event: PremisesLocated, placed_at: datetime) -> Dossier:
    """Return the dossier with the temporary risks that a visit raises, each once, and those that it saw again renewed.

    Policy: docs/domain/4.2.md: RI3 is shown at once, and a fault that makes a BS4 is a temporary risk now.
    """
    dossier = _seen_again(dossier, RiskFacts.model_validate(item.findings.facts), event)
    item = dossier.items[item.visit_id]
    raised = list(_raised_by(event.visit, event.received_at, item, dossier.version, placed_at))
    dossier, overtaken = _sent_again(dossier, item, raised, event.received_at)
    for risk in raised:
        if risk not in overtaken and not _is_there(risk, dossier):
            dossier = dossier.with_temporary(risk, "raised", risk.why)
    return dossier


def with_temporary_again(dossier: Dossier, item: Item, at: datetime) -> Dossier:
    """Return the dossier with what a visit refers that waits again by itself, because what replaced it never belonged.

    Policy: docs/domain/4.4.md: nothing that was reported is lost.
    """
    visit = OpenVisit.model_validate(item.findings.visit)
    for risk in _raised_by(visit, item.received_at, item, dossier.version, at):
        if _is_referred(risk) and not _is_there(risk, dossier):
            dossier = dossier.with_temporary(risk, "raised", risk.why)
    return dossier


def is_repaired(risk: TemporaryRisk, facts: Facts, seen: Mapping[str, Seen]) -> bool:
    """Return whether a record with these facts, and who saw each, says that a fault was repaired since it was seen.

    Policy: docs/domain/2.md, feature 29: a fault is cleared by its repair.
    """
    sighting = seen.get(risk.fact or "")
    if not risk.is_open or sighting is None or risk.seen_at is None or sighting.at <= risk.seen_at:
        return False
    systems: tuple[FixedSystem, ...] = facts.get(risk.fact or "", ())
    return bool(systems) and all(system.status is SystemStatus.WORKING for system in systems)


def without_repaired(dossier: Dossier, version: Version) -> Dossier:
    """Return the dossier in which the faults are over that the version being published says were repaired.

    Policy: docs/domain/2.md, feature 29; docs/domain/4.4.md: only a person lowers a risk.
    """
    for risk in dossier.temporary:
        if is_repaired(risk, version.known.facts, version.sightings):
            seen = version.sightings[risk.fact or ""]
            crew = f"crew {seen.callsign}" if seen.callsign else "a crew"
            day = date_words(local_date(seen.at))
            reason = f"Seen working by {crew} on {day}; published as version {version.version}"
            over = ended(risk, TemporaryEnd.SEEN_WORKING, reason, version.published_by, version.at)
            dossier = dossier.with_temporary(over, "ended", reason)
    return dossier


def rests_on(risk: TemporaryRisk, visit_id: str) -> bool:
    """Return whether a temporary risk is a visit's word alone: nobody has renewed it, no crew has seen it since.

    Policy: docs/domain/4.4.md, REJECTED.
    """
    return risk.is_open and risk.visit_id == visit_id and risk.version == 1


def without_those_of(
    dossier: Dossier, visit_id: str, because: TemporaryEnd, reason: str, person: str, now: datetime
) -> Dossier:
    """Return the dossier in which what a visit alone raised is over: it was rejected, or was to other premises.

    What somebody has renewed or another crew has seen since stands by itself.

    Policy: docs/domain/4.4.md, REJECTED; docs/domain/3.md: a visit stands beside its own premises alone.
    """
    for risk in dossier.temporary:
        if rests_on(risk, visit_id):
            over = ended(risk, because, reason, person, now)
            dossier = dossier.with_temporary(over, "ended", reason)
    return dossier


def _sent_again(
    dossier: Dossier, item: Item, raised: Sequence[TemporaryRisk], at: datetime
) -> tuple[Dossier, Sequence[TemporaryRisk]]:
    """Return the dossier in which what a crew refers otherwise in a visit sent again takes the earlier words' place.

    Each of the newer ones takes the place of one, and what is left over stays until somebody decides. With it come
    those of a visit that a later one stands for already, which are not raised any more.

    Policy: docs/domain/4.4.md, sent again.
    """
    said = {plain(risk.what) for risk in raised}
    new = [risk for risk in raised if _is_referred(risk) and not _is_there(risk, dossier)]
    others = [one for one in dossier.temporary if _is_referred(one) and plain(one.what) not in said]
    if item.state is ReviewState.RESUBMITTED:
        return dossier, new[: sum(rests_on(one, item.decided_with or "") for one in others)]
    earlier = {one.visit_id for one in dossier.replaced_by(item.visit_id)}
    before = [one for one in others if one.visit_id in earlier and rests_on(one, one.visit_id)]
    for one in before[: len(new)]:
        over = ended(one, TemporaryEnd.SENT_AGAIN, SAID_OTHERWISE, item.form.callsign, at)
        dossier = dossier.with_temporary(over, "ended", SAID_OTHERWISE)
    return dossier, ()


def _is_referred(risk: TemporaryRisk) -> bool:
    return risk.source is TemporarySource.REFERRAL


def _is_there(risk: TemporaryRisk, dossier: Dossier) -> bool:
    """Return whether what a visit raises stands there already: the same system, or the same words."""
    there = [one for one in dossier.temporary if one.is_open]
    return any(one.fact == risk.fact if risk.fact else plain(one.what) == plain(risk.what) for one in there)


def _raised_by(
    visit: OpenVisit, received_at: datetime, item: Item, version: Version | None, placed_at: datetime
) -> Iterator[TemporaryRisk]:
    referred = [one for one in visit.referrals if one.kind in RAISINGS]
    by_crew = any(one.kind is ReferralKind.BS4 for one in referred)
    event, told = _Told(visit, received_at, placed_at), RiskFacts.model_validate(item.findings.facts)
    faults = _faults(told, version, event, by_crew=by_crew)
    for system in faults:
        words = RAISINGS[ReferralKind.BS4].why if by_crew else REGULATION_7
        key = system_key(system.kind, system.location)
        yield _risk(item, event, ReferralKind.BS4, fault_words(system), words, key)
    for referral in referred:
        if referral.kind is ReferralKind.BS4 and faults:
            continue
        raising = RAISINGS[referral.kind]
        words = ": ".join(part for part in (referral.unit_ref, referral.note or raising.without_words) if part)
        why = f"{raising.why}: {words}" if len(words) > LONGEST_WHAT else raising.why
        yield _risk(item, event, referral.kind, _short(words), why)


def _faults(told: RiskFacts, version: Version | None, event: "_Told", *, by_crew: bool) -> tuple[FixedSystem, ...]:
    """Return the systems whose fault is a temporary risk: all that the crew refers, else those of regulation 7.

    Not those of which the record has a later sighting.
    """
    if by_crew:
        found = tuple(system for system in told.systems if system.status in OUT_OF_ORDER)
    elif is_high_rise_by(told, version.risk_facts if version else RiskFacts()):
        found = overdue_faults(told.systems, event.received_at)
    else:
        return ()
    seen = version.sightings if version else {}
    latest = {key: one.at for key, one in seen.items()}
    at = event.visit.ended_at
    return tuple(each for each in found if latest.get(system_key(each.kind, each.location), at) <= at)


def _seen_again(dossier: Dossier, told: RiskFacts, event: PremisesLocated) -> Dossier:
    """Return the dossier in which what a crew saw still out of order is known to have been so then, and holds on."""
    seen_at, callsign = event.visit.ended_at, event.visit.callsign
    broken = {system_key(each.kind, each.location) for each in told.systems if each.status in OUT_OF_ORDER}
    for risk in dossier.temporary:
        if risk.is_open and risk.fact in broken and risk.seen_at is not None and seen_at > risk.seen_at:
            until = max(risk.ends_on, local_date(event.received_at) + RAISINGS[ReferralKind.BS4].holds_for)
            again = renewed(_as_seen(risk, seen_at), until, callsign, event.received_at, callsign)
            dossier = dossier.with_temporary(again, "renewed", SEEN_AGAIN)
    return dossier


def _as_seen(risk: TemporaryRisk, seen_at: datetime) -> TemporaryRisk:
    """Return a fault as a crew saw it: from then on it is the crew's word, whoever had reported it."""
    is_from_outside = risk.source is TemporarySource.RESPONSIBLE_PERSON
    return replace(risk, seen_at=seen_at, source=TemporarySource.FAULT if is_from_outside else risk.source)


def _risk(item: Item, event: "_Told", kind: ReferralKind, what: str, why: str, fact: str = "") -> TemporaryRisk:
    visit, raising, starts_on = event.visit, RAISINGS[kind], local_date(event.visit.ended_at)
    name = f"{item.premises_id}/{item.visit_id}/{event.placed_at.isoformat()}/{kind}/{fact or plain(what)}"
    return TemporaryRisk(
        risk_id=str(uuid5(NAMESPACE_OID, name)),
        premises_id=item.premises_id,
        what=what,
        why=why,
        owner=raising.owner,
        source=TemporarySource.FAULT if fact else TemporarySource.REFERRAL,
        starts_on=starts_on,
        ends_on=min(local_date(event.received_at) + raising.holds_for, starts_on + LONGEST),
        raised_by=visit.callsign,
        raised_at=event.received_at,
        changed_by=visit.callsign,
        changed_at=event.received_at,
        callsign=visit.callsign,
        visit_id=item.visit_id,
        fact=fact or None,
        seen_at=visit.ended_at if fact else None,
    )


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_WHAT else f"{words[: LONGEST_WHAT - 1].rstrip()}…"
