"""What control does with the help that people agreed to tell of: keeps it sealed, and opens it as a record is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.referrals import ConsentedNeeds, HelpNeeded, NeedsUpdated
from schemas.risk_register import RiskRecord
from services.control.handlers.keeping import Access
from services.control.handlers.reading import NOTHING_SHOWN
from services.control.store.needs import KeptNeeds, list_needs, save_needs
from services.control.store.shown import find_shown
from services.shared.errors import NotFound
from services.shared.secrets import Vault
from services.shared.transactions import Work

READ_NEEDS = "needs help out"


@dataclass(frozen=True)
class ReadNeeds:
    """The help that people agreed to tell of, opened; `withdrawn` where what was shown then can no longer be.

    `edition` changes whenever what is held does, and tells nothing of it; `home` is the building.
    """

    needs: tuple[HelpNeeded, ...]
    withdrawn: bool
    edition: str
    home: str

    def __repr__(self) -> str:
        return "[withheld]"


async def show_needs(event: NeedsUpdated, work: Work) -> None:
    """Show from this moment on who needs help to get out of a building; what was shown before is superseded."""
    await save_needs(work, event.premises_id, event.needs, event.changed_at, work.now)


async def read_needs(record: RiskRecord, access: Access, vault: Vault, as_of: datetime | None = None) -> ReadNeeds:
    """Return who needs help to get out, of these premises and the building they are in; that they were read is kept.

    What was shown at a moment before somebody withdrew can no longer be opened, and is told as withdrawn.
    """
    kept = await list_needs(access.work, _homes(record), as_of)
    texts = await vault.open_many(access.work, [(each.sealed, f"needs/{each.premises_id}") for each in kept])
    needs = tuple(each for text in texts for each in _read(text))
    if needs:
        then = f", as it was at {as_of.isoformat(timespec='seconds')}" if as_of else ""
        access.note(record.premises.premises_id, record.revision, READ_NEEDS + then)
    return ReadNeeds(needs, as_of is not None and bool(kept) and not needs, _edition(kept), _homes(record)[-1])


async def edition_of_needs(premises_id: str, session: AsyncSession) -> str:
    """Return the edition of what is held of a premises now, for a screen to see whether it shows the newest."""
    return _edition(await list_needs(session, _homes(await _record(premises_id, session))))


async def needs_now(premises_id: str, access: Access, vault: Vault) -> ReadNeeds:
    """Return who needs help to get out of a premises now, for a screen on which that has changed."""
    return await read_needs(await _record(premises_id, access.work), access, vault)


async def _record(premises_id: str, session: AsyncSession) -> RiskRecord:
    found = await find_shown(session, premises_id)
    if found is None:
        raise NotFound(NOTHING_SHOWN)
    return found.record


def _homes(record: RiskRecord) -> list[str]:
    return [each for each in (record.premises.premises_id, record.premises.parent_id) if each]


def _edition(kept: Sequence[KeptNeeds]) -> str:
    return " ".join(str(each.number) for each in kept)


def _read(text: str | None) -> tuple[HelpNeeded, ...]:
    if text is None:
        return ()
    try:
        return ConsentedNeeds.model_validate_json(text).needs
    except ValidationError:
        return ()
