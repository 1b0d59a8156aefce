"""By what a visit is known again: a mark of its content, under a key that is not in the database."""

from services.shared.event_log import Cause
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.visits.store.visits import mark_unmarked

AT_ONCE = 1000


def mark_of_content(vault: Vault, visit_id: str, content_sha256: str) -> str:
    """Return the mark of what was sent as a visit."""
    return vault.mark_of(f"visit/{visit_id}/{content_sha256}")


async def mark_old_visits(tools: Tools) -> None:
    """Mark the visits that were received before there were marks; a bit at a time, so that nothing waits long."""

    def mark_of(visit_id: str, content_sha256: str) -> str:
        return mark_of_content(tools.vault, visit_id, content_sha256)

    marked = AT_ONCE
    while marked == AT_ONCE:
        async with transaction(tools.database, tools.clock, Cause("visits", "visits", "marking")) as work:
            marked = await mark_unmarked(work, mark_of, AT_ONCE)
