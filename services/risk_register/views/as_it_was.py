"""One record as it was at a moment, by when its facts were seen or by when they were shown: for page and interface."""

from datetime import datetime

from pydantic import AwareDatetime
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import UnverifiedAddition
from schemas.visit_parts import Part
from services.risk_register.presenters.fact_lines import FactSection, fact_sections
from services.risk_register.rules.as_it_was import ByWhen, seen_by, unverified_at
from services.risk_register.rules.merging import Known
from services.risk_register.rules.sources import named
from services.risk_register.rules.versions_compared import as_told
from services.risk_register.store.publications import additions_at, every_version, find_version_at, visits_published
from services.risk_register.views.versions import VersionLine, record_of, told_by, version_line
from services.shared.errors import FieldReason, Refused

# What each of the two times means: one sentence each, on the page and in the interface.
MEANING = {
    ByWhen.SHOWN: "What we knew and showed by then: the version that was published at that moment, and what stood "
    "beside it unverified, even where a crew had already seen more.",
    ByWhen.SEEN: "What had been seen by then: each fact from the moment a crew saw it, even where we published it "
    "later.",
}
NOT_YET = "nobody knows what will be: give a time in the past"


class AsItWas(Part):
    """A record at a moment. `version` and `unverified` are told by when they were shown, and of no use by when seen."""

    premises_id: str
    name: str
    as_of: AwareDatetime
    by: ByWhen
    says: str
    version: VersionLine | None
    facts: tuple[FactSection, ...]
    unverified: tuple[UnverifiedAddition, ...]


async def as_it_was(session: AsyncSession, premises_id: str, as_of: datetime, by: ByWhen, now: datetime) -> AsItWas:
    """Return a record as it was at a moment; raises `NotFound` if there is none, `Refused` for a time to come."""
    record = await record_of(session, premises_id)
    if as_of > now:
        raise Refused(NOT_YET, (FieldReason("/as_of", NOT_YET),))
    version: VersionLine | None = None
    additions: tuple[UnverifiedAddition, ...] = ()
    if by is ByWhen.SHOWN:
        found = await find_version_at(session, premises_id, as_of)
        version, told = version_line(found), await told_by(session, found)
        additions = unverified_at(await additions_at(session, premises_id, as_of), as_of)
    else:
        visits = await visits_published(session, premises_id)
        told = as_told(seen_by(await every_version(session, premises_id), visits, as_of))
        told = Known(told.facts, named(told.seen, visits))
    return AsItWas(
        premises_id=premises_id,
        name=record.premises.name or record.premises.address,
        as_of=as_of,
        by=by,
        says=MEANING[by],
        version=version,
        facts=fact_sections(told),
        unverified=additions,
    )
