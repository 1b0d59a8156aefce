"""Keep where each visit was: what the crew wrote, and the premises once it is located; many visits at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause

from services.referrals.rules.records import Whereabouts
from services.referrals.rules.urgency import Appraisal
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

WRITTEN = ("written", "unit_ref", "callsign", "amends", "marker_review_on")
LOCATED = ("premises_id", "premises_name", "address", "postcode", "station_ground", "district", "parent_id")
UNKNOWN = vars(Whereabouts()) | {"located_at": None, "sent_by": ""}
NEWER = "WHERE kept.located_at IS NULL OR kept.located_at <= excluded.located_at"


def _upsert(changes: str, where: str = "") -> TextClause:
    kept = f"ON CONFLICT (visit_id) DO UPDATE SET {changes} {where} RETURNING visit_id, base_level, safety_critical"
    return inserting("referrals.visits", f"ORDER BY visit_id {kept}")


KEEP_WRITTEN = _upsert(replacing(WRITTEN))
KEEP_LOCATED = _upsert(replacing((*WRITTEN, *LOCATED, "located_at")), NEWER)
FORGET_LOCATED = _upsert(replacing((*LOCATED, "located_at")), NEWER)
KEEP_SENDER = _upsert(replacing(["sent_by"]))
KEEP_GRAVEST = _upsert(
    ", ".join(f"{name} = greatest(kept.{name}, excluded.{name})" for name in ("base_level", "safety_critical"))
)


async def save_written(work: Work, written: Mapping[str, Whereabouts]) -> dict[str, Appraisal]:
    """Keep what crews wrote of their visits; return what the risk register made of each so far.

    Whichever is heard first, the place already known stays.
    """
    rows = await _keep(work, KEEP_WRITTEN, {visit_id: vars(where) for visit_id, where in written.items()})
    return {row.visit_id: Appraisal(row.base_level, row.safety_critical) for row in rows}


async def save_located(work: Work, located: Mapping[str, tuple[Whereabouts, datetime]]) -> None:
    """Keep the premises of visits, and with it of their referrals and cases; the answer given last counts."""
    known = {visit_id: vars(where) | {"located_at": at} for visit_id, (where, at) in located.items()}
    await _keep(work, KEEP_LOCATED, known)


async def forget_located(work: Work, visit_id: str, at: datetime) -> None:
    """Forget the premises of a visit that was put back; what the crew wrote stays, and so does a later answer."""
    await _keep(work, FORGET_LOCATED, {visit_id: {"located_at": at}})


async def save_senders(work: Work, senders: Mapping[str, str]) -> None:
    """Keep who sent visits; kept of every visit, so that it tells nothing."""
    await _keep(work, KEEP_SENDER, {visit_id: {"sent_by": name} for visit_id, name in senders.items()})


async def save_appraisals(work: Work, appraisals: Mapping[str, Appraisal]) -> None:
    """Keep what the risk register makes of visits, the gravest that it ever said of each."""
    await _keep(work, KEEP_GRAVEST, {visit_id: vars(appraisal) for visit_id, appraisal in appraisals.items()})


async def _keep(work: Work, statement: TextClause, known: Mapping[str, dict[str, Any]]) -> Any:
    return await keep(work, statement, [{**UNKNOWN, "visit_id": each, **names} for each, names in known.items()])
