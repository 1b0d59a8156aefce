"""Opening what is sealed: for a desk officer who says why, for a quarter of an hour, and never unnoticed."""

from uuid import UUID

from schemas.visit_parts import is_closed
from services.referrals.rules.purposes import STAYS_OPEN, Purpose
from services.referrals.rules.records import OpenedCase
from services.referrals.rules.rights import may_read_basis
from services.referrals.store.cases import end_readings, save_reading
from services.referrals.store.history import note_of_case
from services.referrals.views.reading import NO_SUCH_REFERRAL, get_known
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.transactions import Work


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
