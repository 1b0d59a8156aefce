"""A violence marker ends: at the latest on the day by which it must be reviewed, unless those who decide it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.visit_parts import Hazard
from schemas.vocabulary import HazardCode
from services.domain.fact_keys import hazard_key
from services.domain.review_dates import add_months
from services.domain.working_time import local_date
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.merging import Seen

STANDS_MONTHS = 12
REVIEWED = "the caution was reviewed"
NOT_REVIEWED = "the caution was not reviewed in time"
BY_DATE = "its review date"
BY_DECIDERS = "those who decide cautions"


@dataclass(frozen=True)
class MarkerDecision:
    """Whether the marker that a visit reported stands, and when that was decided."""

    visit_id: str
    stands: bool
    decided_at: datetime


def sighted_by(version: Version) -> frozenset[str]:
    """Return the visits that saw a marker of a version.

    Policy: docs/domain/4.2.md, RI9: a marker is decided by the referral of its visit.
    """
    return frozenset(seen.visit_id for hazard in _markers(version) if (seen := _seen(hazard, version)) is not None)


def as_decided(version: Version, decisions: Mapping[str, MarkerDecision]) -> Version:
    """Return a version with each marker as it was decided: for 12 months from then, or not at all.

    `decisions` are by the visit that saw the marker; one from before the sighting says nothing of it.

    Policy: docs/domain/4.2.md, RI9: health and safety with the designated safeguarding officer decide; expires 12 m.
    """

    def decided(hazard: Hazard) -> Hazard | None:
        seen = _seen(hazard, version)
        decision = decisions.get(seen.visit_id) if seen else None
        if seen is None or decision is None or decision.decided_at < seen.at:
            return hazard
        ends_on = add_months(local_date(decision.decided_at), STANDS_MONTHS)
        return hazard.model_copy(update={"review_on": ends_on}) if decision.stands else None

    changed = {id(hazard): decided(hazard) for hazard in _markers(version)}
    return _with(version, changed)


def without_ended(version: Version, today: date) -> Version:
    """Return a version without the markers whose day of review has passed.

    Policy: docs/domain/4.2.md, RI9: reviewed within 12 months, or gone.
    """
    ended: dict[int, Hazard | None] = {id(one): None for one in _markers(version) if _ends_on(one, version) < today}
    return _with(version, ended)


def next_version(version: Version, changed: Version, by: str, reason: str, now: datetime) -> Version:
    """Return what follows a version because its markers changed; all else stays as it was.

    Policy: docs/domain/4.4.md: a version is never changed.
    """
    return replace(
        version,
        version=version.version + 1,
        facts=changed.facts,
        visit_id=None,
        restored_from=None,
        published_by=by,
        first_approved_by=None,
        reason=reason,
        at=now,
    )


def _markers(version: Version) -> Iterator[Hazard]:
    return (hazard for hazard in version.risk_facts.hazards if hazard.code is HazardCode.VIOLENCE)


def _seen(hazard: Hazard, version: Version) -> Seen | None:
    return version.sightings.get(hazard_key(hazard.code, hazard.location))


def _ends_on(hazard: Hazard, version: Version) -> date:
    return hazard.review_on or add_months(local_date(version.at), STANDS_MONTHS)


def _with(version: Version, changed: Mapping[int, Hazard | None]) -> Version:
    """Return a version with some hazards as they are now (None: gone); itself where nothing changes."""
    before = version.risk_facts.hazards
    after = tuple(one for hazard in before if (one := changed.get(id(hazard), hazard)) is not None)
    if after == before:
        return version
    facts = version.risk_facts.model_copy(update={"hazards": after})
    return replace(version, facts=facts.model_dump(mode="json"))
