"""Risk records and their versions: one row locked at a time, so that two visits to one premises never cross."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.risk_register import RiskFacts, RiskScore
from schemas.vocabulary import ReviewMethod
from services.domain.fact_keys import ScoreInputs, taken_apart
from services.risk_register.rules.merging import Known, Seen
from services.risk_register.tables import KeptRecord as KeptRecord
from services.risk_register.tables import KeptVersion as KeptVersion


async def lock_record(session: AsyncSession, premises: LocatedPremises, at: datetime) -> KeptRecord:
    """Return the record of a premises, locked until the transaction ends; made if it is the first visit there."""
    await session.execute(
        insert(KeptRecord)
        .values(
            premises_id=premises.premises_id,
            version=0,
            revision=0,
            premises=premises.model_dump(mode="json"),
            changed_at=at,
        )
        .on_conflict_do_nothing()
    )
    return await lock_known_record(session, premises.premises_id)


async def lock_known_record(session: AsyncSession, premises_id: str) -> KeptRecord:
    """Return a record that is there, locked until the transaction ends, as it is now."""
    wanted = select(KeptRecord).where(KeptRecord.premises_id == premises_id).with_for_update()
    return (await session.exec(wanted.execution_options(populate_existing=True))).one()


async def find_record(session: AsyncSession, premises_id: str) -> KeptRecord | None:
    """Return a record for reading, None if nobody has visited the premises."""
    return await session.get(KeptRecord, premises_id)


async def find_version(session: AsyncSession, premises_id: str, version: int) -> KeptVersion | None:
    """Return one publication, None if there is no such version."""
    return await session.get(KeptVersion, (premises_id, version)) if version else None


async def list_versions(session: AsyncSession, premises_id: str, limit: int) -> Sequence[KeptVersion]:
    """Return the newest publications of a premises, newest first; versions are counted from 1 without a gap."""
    wanted = select(KeptVersion).where(KeptVersion.premises_id == premises_id)
    return (await session.exec(wanted.order_by(col(KeptVersion.version).desc()).limit(limit))).all()


def save_version(session: AsyncSession, record: KeptRecord, version: KeptVersion) -> None:
    """Keep a new version and make it the published one."""
    record.version, record.restoring = version.version, None
    session.add(version)
    session.add(record)


def premises_of(record: KeptRecord) -> LocatedPremises:
    """Return the premises of a record, as the gazetteer last told it."""
    return LocatedPremises.model_validate(record.premises)


def facts_of_version(version: KeptVersion) -> RiskFacts:
    """Return what a version published."""
    return RiskFacts.model_validate(version.facts)


def inputs_of_version(version: KeptVersion) -> ScoreInputs | None:
    """Return what went into the score of a version."""
    return ScoreInputs.model_validate(version.inputs) if version.inputs else None


def score_of_version(version: KeptVersion | None) -> RiskScore | None:
    """Return the score that a version published."""
    return RiskScore.model_validate(version.score) if version and version.score else None


def known_of(version: KeptVersion | None) -> Known:
    """Return what is known of a premises by a version; nothing by none."""
    if version is None:
        return Known()
    facts = taken_apart(facts_of_version(version), inputs_of_version(version))
    return Known(facts, seen_as_kept(version.seen))


def seen_to_keep(seen: Mapping[str, Seen]) -> dict[str, Any]:
    """Return who saw each fact as it is kept."""
    return {key: {**asdict(one), "at": one.at.isoformat()} for key, one in seen.items()}


def seen_as_kept(kept: dict[str, Any] | None) -> dict[str, Seen]:
    """Return who saw each fact, from how it is kept; versions from before the callsign was kept have none."""
    return {key: _seen(told) for key, told in (kept or {}).items()}


def _seen(told: dict[str, str]) -> Seen:
    method = ReviewMethod(told["method"]) if told.get("method") else None
    return Seen(told["visit_id"], datetime.fromisoformat(told["at"]), told.get("callsign"), method)
