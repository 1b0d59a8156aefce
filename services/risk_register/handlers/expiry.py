"""What has stood unverified for 72 hours is noted, so that somebody confirms it."""

from datetime import datetime

from services.risk_register.store.additions import mark_expired
from services.shared.transactions import Work

EVERY_S = 30.0


async def expire_additions(work: Work, now: datetime) -> int:
    """Mark what has expired, in the row and in the history; return how many.

    Nothing more is said: everybody was told when it expires, shows it greyed from then on, and keeps it.
    """
    marked = await mark_expired(work, now)
    for visit_id, summary in marked:
        work.note(f"visit/{visit_id}", "unverified addition expired, to be confirmed", summary=summary)
    return len(marked)
