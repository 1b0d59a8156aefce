"""Any two published versions of a record, compared by fact: one value for the page and for the interface."""

from pydantic import AwareDatetime
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import Part
from services.risk_register.presenters.fact_lines import DIFFERENT, ComparedSection, compared_sections, counted
from services.risk_register.rules.dossiers import Record, Version
from services.risk_register.rules.merging import Known
from services.risk_register.rules.sources import named, unnamed
from services.risk_register.rules.versions_compared import FactChange, as_published, compared
from services.risk_register.store.publications import find_visits
from services.risk_register.store.records import find_record, find_versions, list_versions
from services.shared.errors import NotFound

# The newest versions that stand in the lists to choose from; any other is compared by its number.
MOST_TO_CHOOSE = 100
NOTHING_PUBLISHED = "Nothing is published about these premises yet, so there is nothing to compare."
THE_SAME_TWICE = "That is the same version twice: choose two."
NO_DIFFERENCE = "Both versions say the same of every fact."
NO_RECORD = "there is no such risk record"


class VersionLine(Part):
    """One publication: when and by whom, from which visit, or which earlier version it says again and why.

    Version 0 is before anything was published; all else of it is null.
    """

    version: int
    published_at: AwareDatetime | None = None
    published_by: str | None = None
    first_approved_by: str | None = None
    visit_id: str | None = None
    restored_from: int | None = None
    reason: str | None = None
    base_level: int | None = None
    effective_level: int | None = None


class VersionsCompared(Part):
    """Two versions of a record, the earlier one first, and what is different; `same` are the other facts.

    `versions` are the newest of all, `versions_in_all` says how many there are. `says` puts the result in one sentence.
    """

    premises_id: str
    name: str
    versions: tuple[VersionLine, ...]
    versions_in_all: int
    before: VersionLine
    after: VersionLine
    says: str
    different: tuple[ComparedSection, ...]
    same: tuple[ComparedSection, ...]


async def versions_compared(
    session: AsyncSession, premises_id: str, before: int | None = None, after: int | None = None
) -> VersionsCompared:
    """Return two versions of a record compared, the newest two where none are named; version 0 says nothing.

    They are compared in the order they were published. Raises `NotFound` if there is no such record or version.
    """
    record = await record_of(session, premises_id)
    after = record.version if after is None else after
    first, second = sorted((max(0, after - 1) if before is None else before, after))
    for number in (first, second):
        if number > record.version or number < 0:
            newest = f"the newest is version {record.version}" if record.version else "nothing is published"
            raise NotFound(f"there is no version {number} of this record: {newest}")
    found = await find_versions(session, {(premises_id, number) for number in (first, second) if number})
    old, new = found.get((premises_id, first)), found.get((premises_id, second))
    facts = compared(await told_by(session, old), await told_by(session, new))
    changes = [one for one in facts if one.change in DIFFERENT]
    return VersionsCompared(
        premises_id=premises_id,
        name=record.premises.name or record.premises.address,
        versions=tuple(version_line(each) for each in await list_versions(session, premises_id, MOST_TO_CHOOSE)),
        versions_in_all=record.version,
        before=version_line(old),
        after=version_line(new),
        says=_says(first, second, record.version, counted(changes)),
        different=compared_sections(changes),
        same=compared_sections(one for one in facts if one.change in (FactChange.SAME, FactChange.CONFIRMED)),
    )


async def record_of(session: AsyncSession, premises_id: str) -> Record:
    """Return a record; raises `NotFound` if there is none."""
    record = await find_record(session, premises_id)
    if record is None:
        raise NotFound(NO_RECORD)
    return record


async def told_by(session: AsyncSession, version: Version | None) -> Known:
    """Return what a version told, and who saw each fact, by name also where only the visit itself says so."""
    told = as_published(version)
    visits = await find_visits(session, unnamed(told.seen.values()))
    return Known(told.facts, named(told.seen, visits))


def version_line(version: Version | None) -> VersionLine:
    """Return one publication in a line; none is version 0."""
    if version is None:
        return VersionLine(version=0)
    score = version.risk_score
    return VersionLine(
        version=version.version,
        published_at=version.at,
        published_by=version.published_by,
        first_approved_by=version.first_approved_by,
        visit_id=version.visit_id,
        restored_from=version.restored_from,
        reason=version.reason,
        base_level=score.base_level if score else None,
        effective_level=score.effective_level if score else None,
    )


def _says(first: int, second: int, newest: int, changes: str) -> str:
    if newest == 0:
        return NOTHING_PUBLISHED
    if first == second:
        return THE_SAME_TWICE
    if not changes:
        return NO_DIFFERENCE
    before = "Version 0 is before anything was published. " if first == 0 else ""
    return f"{before}From version {first} to version {second}: {changes}."
