"""What control does when a risk record changes: shows it at once."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import ControlShown
from schemas.risk_register import RiskRecordUpdated
from services.control.rules.search_words import search_text
from services.control.store.shown import save_shown
from services.shared.transactions import moment, say


async def show_record(event: RiskRecordUpdated, session: AsyncSession) -> None:
    """Show a risk record from this moment on, and say so; older news never replaces newer."""
    record, premises, shown_at = event.record, event.record.premises, moment(session)
    words = search_text(premises.name, premises.address, premises.postcode, premises.premises_id)
    if not await save_shown(session, record, words, event.because_of_visit, shown_at):
        return
    say(
        ControlShown(
            premises_id=premises.premises_id,
            revision=record.revision,
            because_of_visit=event.because_of_visit,
            unverified=len(record.unverified),
            shown_at=shown_at,
        ),
        session,
    )
