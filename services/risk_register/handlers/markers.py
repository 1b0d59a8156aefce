"""Violence markers in the records: kept as they were decided, and gone once nobody has reviewed them in time."""

from collections.abc import Callable, Sequence
from datetime import datetime

from schemas.referrals import MarkerDecided
from services.domain.working_time import local_date
from services.risk_register.handlers.keeping import tell
from services.risk_register.rules.dossiers import Dossier, Version
from services.risk_register.rules.markers import (
    BY_DATE,
    BY_DECIDERS,
    NOT_REVIEWED,
    REVIEWED,
    MarkerDecision,
    as_decided,
    next_version,
    sighted_by,
    without_ended,
)
from services.risk_register.rules.settling import changed
from services.risk_register.store.dossiers import hold, places_of, save
from services.risk_register.store.evidence import note_version
from services.risk_register.store.markers import find_decisions, list_places_with_ended, save_decisions
from services.shared.transactions import Heard, Work

EVERY_S = 600.0


async def keep_decisions(heard: Sequence[Heard[MarkerDecided]], work: Work) -> None:
    """Keep how markers were decided, and let the published records say so."""
    events = [each.event for each in heard]
    await save_decisions(work, [MarkerDecision(one.visit_id, one.stands, one.decided_at) for one in events])
    places = await places_of(work, {one.visit_id for one in events})
    held = await hold(work, places)
    sighted = [sighted_by(one.version) for one in held.values() if one.version]
    decisions = await find_decisions(work, frozenset[str]().union(*sighted))
    await _publish_again(held, lambda version: as_decided(version, decisions), BY_DECIDERS, REVIEWED, work)


async def end_markers(work: Work, now: datetime) -> int:
    """Take out of the records each marker whose day of review has passed; return how many records those were."""
    today = local_date(now)
    held = await hold(work, await list_places_with_ended(work, today))
    return await _publish_again(held, lambda version: without_ended(version, today), BY_DATE, NOT_REVIEWED, work)


async def decided(versions: Sequence[Version], work: Work) -> list[Version]:
    """Return versions that are about to be published with their markers as they were decided before."""
    sighted = frozenset[str]().union(*(sighted_by(version) for version in versions))
    decisions = await find_decisions(work, sighted)
    return [as_decided(version, decisions) for version in versions]


async def _publish_again(
    held: dict[str, Dossier], rule: Callable[[Version], Version], by: str, reason: str, work: Work
) -> int:
    after: dict[str, Dossier] = {}
    for place, dossier in held.items():
        if dossier.version is None or (now_says := rule(dossier.version)) is dossier.version:
            continue
        version = next_version(dossier.version, now_says, by, reason, work.now)
        note_version(work, version)
        after[place] = tell(changed(dossier, version, by, None, work.now), work)
    await save(work, {place: held[place] for place in after}, after)
    return len(after)
