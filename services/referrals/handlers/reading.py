"""Opening what is sealed: for a desk officer who says why, for a quarter of an hour, and never unnoticed."""

from dataclasses import dataclass, field
from uuid import UUID

from schemas.visit_parts import is_closed
from services.referrals.rules.purposes import STAYS_OPEN, Purpose
from services.referrals.rules.records import OpenedCase
from services.referrals.rules.rights import may_read_basis
from services.referrals.store.cases import end_readings, save_reading
from services.referrals.store.history import note_of_case
from services.referrals.views.reading import NO_SUCH_REFERRAL, content_for, get_known
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

# Under which the service of visits seals photographs of people: it can seal with them, and never open.
KEY_PREFIX = "concerns/media"
NOT_HERE = "there is no such photograph, it has not arrived yet, or the case is not open to you: open it and look again"


@dataclass(frozen=True)
class OpenedPhotograph:
    """A photograph of people that somebody may look at now: of which visit, of what kind, and what opens it."""

    visit_id: str
    mime: str
    data_key: bytes = field(repr=False)


async def open_case(referral_id: UUID, purpose: Purpose, person: Person, work: Work) -> None:
    """Let somebody read a case for a while, and keep who, why and when."""
    filed = await get_known(referral_id, person, work)
    if not is_closed(filed.kind) and not may_read_basis(person.roles, filed.kind):
        raise NotFound(NO_SUCH_REFERRAL)
    now = work.now
    await save_reading(work, OpenedCase(filed.id, person.name, purpose.value, now, now + STAYS_OPEN))
    if is_closed(filed.kind):
        note_of_case(work, filed.id, "read")
    else:
        work.note(f"referral/{filed.id}", "basis read", purpose=purpose.value)


async def shut_case(referral_id: UUID, person: Person, work: Work) -> None:
    """Close a case again for somebody."""
    filed = await get_known(referral_id, person, work)
    await end_readings(work, filed.id, person.name, work.now)


async def open_photograph(referral_id: UUID, sha256: str, person: Person, work: Work, vault: Vault) -> OpenedPhotograph:
    """Return what opens a photograph of a case that lies open to somebody, and keep that they looked at it."""
    filed = await get_known(referral_id, person, work)
    content = await content_for(filed, person, (), work, vault) if is_closed(filed.kind) else None
    people = content.people if content else None
    medium = next((each for each in people.media if each.sha256 == sha256), None) if people else None
    if medium is None:
        raise NotFound(NOT_HERE)
    try:
        data_key = await vault.key_of_files(work, f"{KEY_PREFIX}/{filed.visit_id}/{sha256}")
    except CannotOpen:
        raise NotFound(NOT_HERE) from None
    note_of_case(work, filed.id, "photograph read")
    return OpenedPhotograph(filed.visit_id, medium.mime, data_key)
