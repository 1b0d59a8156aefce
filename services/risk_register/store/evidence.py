"""The published versions, held against the history, which has the digest of each, and against what was said."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskFacts, RiskRecord
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.showing import facts_to_show
from services.risk_register.store.rows import row_of_version
from services.risk_register.tables.records import KeptRecord, KeptVersion
from services.shared.chain import digest
from services.shared.evidence import MOST_NAMED, Broken
from services.shared.transactions import Work

KEPT = "version kept"
WHERE = "risk_register.versions"
NOTED = text("""
    SELECT record, details FROM platform.history WHERE service = 'risk_register' AND action = :action ORDER BY number
""")
SAID = text("""
    SELECT DISTINCT ON (1, 2) payload->>'premises_id' AS premises_id,
        CAST(payload->'record'->>'version' AS integer) AS version, payload->'record' AS record
    FROM platform.event_log WHERE topic = 'risk-register.updated' AND only_for IS NULL ORDER BY 1, 2, position
""")
Id = tuple[str, int]


def note_version(work: Work, version: Version) -> None:
    """Note the digest of a version in the history, so that it can be proved for ever that no word of it changed."""
    content = digest(row_of_version(version).model_dump(mode="json"))
    work.note(f"record/{version.premises_id}", KEPT, version=version.version, content=content)


async def compare_with_log(session: AsyncSession) -> list[Broken]:
    """Return the versions that are not as they were published, are gone, or were never published."""
    noted: dict[Id, str] = {}
    for row in await session.execute(NOTED, {"action": KEPT}):
        noted[row.record.removeprefix("record/"), row.details["version"]] = row.details["content"]
    said = {(row.premises_id, row.version): row.record for row in await session.execute(SAID) if row.version}
    gone = noted.keys() | said.keys()
    broken = []
    rows = await session.stream(select(KeptVersion).order_by(col(KeptVersion.premises_id), col(KeptVersion.version)))
    async for version in rows.scalars():
        key = (version.premises_id, version.version)
        gone.discard(key)
        if what := _fault(version, noted.get(key), said.get(key)):
            broken.append(_broken(key, what))
    broken += [_broken(key, "it was published, and is no longer kept") for key in sorted(gone)]
    present = select(KeptRecord.premises_id, KeptRecord.version).where(col(KeptRecord.version) > 0)
    newest: dict[str, int] = {}
    for premises_id, number in noted.keys() | said.keys():
        newest[premises_id] = max(number, newest.get(premises_id, 0))
    for premises_id, number in (await session.exec(present)).all():
        if newest.get(premises_id) != number:
            broken.append(_broken((premises_id, number), "the record does not show the newest version"))
    return broken[:MOST_NAMED]


def _broken(key: Id, what: str) -> Broken:
    return Broken(WHERE, key[1], f"premises {key[0]}", what)


def _fault(version: KeptVersion, noted: str | None, said: Mapping[str, Any] | None) -> str | None:
    """Return what is wrong with a version; one from before digests were noted is held against what was said of it."""
    if noted is not None:
        content = digest(version.model_dump(mode="json"))
        return None if content == noted else "it is not the version that was published"
    if said is None:
        return "it is kept, and was never published"
    record = RiskRecord.model_validate(said)
    facts = facts_to_show(RiskFacts.model_validate(version.facts))
    same = facts == record.facts and version.at == record.published_at
    return None if same else "it is not the version that was published"
