"""What is recorded of a Safe and Well case, opened: by the machine to add to it, for a person while it lies open."""

from pydantic import TypeAdapter
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.home_visits import NOTHING_RECORDED, HomeVisit
from services.referrals.rules.records import Filed
from services.referrals.store.cases import find_open_reading
from services.referrals.store.home_visits import find_home_visit
from services.shared.identity import Person
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

AS_TEXT: TypeAdapter[HomeVisit] = TypeAdapter(HomeVisit)


async def recorded_of(filed: Filed, session: AsyncSession, vault: Vault) -> HomeVisit:
    """Return all that is recorded of a case; raises `CannotOpen` if its key was destroyed."""
    sealed = await find_home_visit(session, filed)
    if sealed is None:
        return NOTHING_RECORDED
    return AS_TEXT.validate_json(await vault.open(session, sealed, f"case/{filed.id}"))


async def recorded_for(filed: Filed, person: Person, work: Work, vault: Vault) -> HomeVisit | None:
    """Return what is recorded of a case if this person has it open at this moment, and it can be read; else None."""
    if await find_open_reading(work, filed.id, person.name, work.now) is None:
        return None
    try:
        return await recorded_of(filed, work, vault)
    except CannotOpen:
        return None
