"""Remove what ended over 13 months ago: temporary risks, and the faults that responsible persons reported."""

from dataclasses import dataclass
from datetime import datetime

from services.domain.temporary_risks import removed_if_ended_before
from services.risk_register.store.faults import remove_closed
from services.risk_register.store.temporary import remove_ended
from services.shared.secrets import Vault
from services.shared.transactions import Work

EVERY_S = 300.0
MOST_AT_ONCE = 200
REMOVED = "removed, 13 months after its end"


@dataclass(frozen=True)
class Removing:
    """Removes what is kept no longer; the history says what was removed and when, never what it said."""

    vault: Vault

    async def remove(self, work: Work, now: datetime) -> int:
        """Remove temporary risks, and faults with the keys of their contacts; return how many there were."""
        before = removed_if_ended_before(now)
        for risk_id, premises_id in (risks := await remove_ended(work, before, MOST_AT_ONCE)):
            work.note(f"temporary-risk/{risk_id}", REMOVED, premises_id=premises_id)
        faults = await remove_closed(work, before, MOST_AT_ONCE)
        await self.vault.destroy_many(work, [each.key_id for each in faults])
        for each in faults:
            work.note(f"fault/{each.number}", REMOVED, premises_id=each.premises_id)
        return len(risks) + len(faults)
