"""What control does when a risk record changes: shows it at once."""

from schemas.control import ControlShown
from schemas.risk_register import RiskRecordUpdated
from services.control.handlers.unsettled import settle_shown
from services.control.store.shown import save_shown
from services.shared.transactions import Work


async def show_record(event: RiskRecordUpdated, work: Work) -> None:
    """Show a risk record from this moment on, and say so; older news never replaces newer."""
    record, shown_at = event.record, work.now
    is_shown = await save_shown(work, record, event.because_of_visit, shown_at)
    await settle_shown(record, event.because_of_visit, work)
    if not is_shown:
        return
    work.say(
        ControlShown(
            premises_id=record.premises.premises_id,
            revision=record.revision,
            because_of_visit=event.because_of_visit,
            unverified=len(record.unverified),
            unverified_of_visit=sum(each.visit_id == event.because_of_visit for each in record.unverified),
            shown_at=shown_at,
        ),
    )
