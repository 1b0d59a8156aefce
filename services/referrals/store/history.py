"""Keep the history of cases and of needs apart from the one that every service reads: it would tell that they exist."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.tables import CaseHistoryEntry
from services.shared.transactions import note_apart

HISTORY = CaseHistoryEntry


def note_of_case(session: AsyncSession, case_id: object, action: str) -> None:
    """Keep that a case was worked."""
    note_apart(session, HISTORY, f"case/{case_id}", action)


def note_of_need(session: AsyncSession, need_id: object, action: str) -> None:
    """Keep what became of the help that the people of a flat agreed to tell of."""
    note_apart(session, HISTORY, f"need/{need_id}", action)
