"""Keep the history of cases and of needs apart from the one that every service reads: it would tell that they exist."""

from services.referrals.tables.cases import CaseHistoryEntry
from services.shared.transactions import Work

HISTORY = CaseHistoryEntry


def note_of_case(work: Work, case_id: object, action: str) -> None:
    """Keep that a case was worked."""
    work.note_apart(HISTORY, f"case/{case_id}", action)


def note_of_need(work: Work, need_id: object, action: str) -> None:
    """Keep what became of the help that the people of a flat agreed to tell of."""
    work.note_apart(HISTORY, f"need/{need_id}", action)
