"""What is sealed, opened: for a desk officer who has said why, as long as it lies open to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.visits import Concerns
from schemas.vocabulary import ConsentState, HazardCode, ReferralKind
from services.referrals.handlers.concerns import opened
from services.referrals.rules.records import Filed, OpenedCase
from services.referrals.rules.rights import may_read, may_read_basis, may_read_people
from services.referrals.store.cases import find_open_reading, find_people, get_narrative
from services.referrals.store.desk import find_filed
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

NO_SUCH_REFERRAL = "there is no such referral, or it is not for your desk"
DESTROYED = "[destroyed: it can no longer be read]"


@dataclass(frozen=True)
class Content:
    """What is sealed in a case, opened: the crew's words, what the visit told about people, the words of the desk.

    None where the key was destroyed.
    """

    narrative: Concerns | None
    people: Concerns | None
    said: tuple[str, ...]
    opening: OpenedCase

    def __repr__(self) -> str:
        return "[withheld]"


async def get_known(referral_id: UUID, person: Person, session: AsyncSession) -> Filed:
    """Return a referral or case that somebody may know of; raises `NotFound` for any other, there or not."""
    filed = await find_filed(session, referral_id)
    if filed is None or not may_read(person.roles, person.station, filed):
        raise NotFound(NO_SUCH_REFERRAL)
    return filed


async def content_for(
    filed: Filed, person: Person, words: Sequence[Sealed | None], work: Work, vault: Vault
) -> Content | None:
    """Return what a case says if this person has it open at this moment, else None."""
    opening = await find_open_reading(work, filed.id, person.name, work.now)
    if opening is None:
        return None
    record = f"case/{filed.id}"
    narrative = await _concerns(await get_narrative(work, filed.id), record, work, vault)
    reported = await find_people(work, filed.visit_id) if may_read_people(person.roles) else None
    people = await _concerns(reported[1], f"people/{reported[0]}", work, vault) if reported else Concerns()
    said = [await _words(sealed, record, work, vault) for sealed in words]
    return Content(narrative, people, tuple(said), opening)


async def basis_for(filed: Filed, person: Person, work: Work, vault: Vault) -> Content | None:
    """Return what a violence marker rests on if this person decides it and has it open at this moment, else None."""
    opening = await find_open_reading(work, filed.id, person.name, work.now)
    if opening is None or not may_read_basis(person.roles, filed.kind):
        return None
    reported = await find_people(work, filed.visit_id)
    facts = await _concerns(reported[1], f"people/{reported[0]}", work, vault) if reported else Concerns()
    return Content(facts and _basis_of(facts), Concerns(), (), opening)


def _basis_of(facts: Concerns) -> Concerns:
    """Return of what a visit told about people only what its violence markers rest on."""
    return Concerns(
        referrals=tuple(each for each in facts.referrals if each.kind is ReferralKind.RI9),
        hazards=tuple(hazard for hazard in facts.hazards if hazard.code is HazardCode.VIOLENCE),
    )


async def _concerns(sealed: Sealed, record: str, session: AsyncSession, vault: Vault) -> Concerns | None:
    try:
        return opened(await vault.open(session, sealed, record))
    except CannotOpen:
        return None


async def _words(sealed: Sealed | None, record: str, session: AsyncSession, vault: Vault) -> str:
    try:
        return await vault.open(session, sealed, record) if sealed else ""
    except CannotOpen:
        return DESTROYED


async def consents_of(filed: Filed, session: AsyncSession, vault: Vault) -> list[ConsentState | None]:
    """Return what was answered when the crew asked for consent, read by the machine alone."""
    narrative = await _concerns(await get_narrative(session, filed.id), f"case/{filed.id}", session, vault)
    return [referral.consent_state for referral in narrative.referrals] if narrative else [None]
