"""The end of whatever changes a dossier: its news are said, and it is kept."""

from dataclasses import replace

from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.temporary import Altered
from services.risk_register.store.dossiers import save
from services.risk_register.store.temporary import note_change
from services.shared.transactions import Work


def tell(dossier: Dossier, work: Work) -> Dossier:
    """Say the news of a dossier, note what was done to its temporary risks, and return it without them."""
    for event in dossier.news:
        work.say(event)
    for each in dossier.altered:
        note_temporary(each, work)
    return replace(dossier, news=(), altered=())


def note_temporary(altered: Altered, work: Work) -> None:
    """Keep what was done to a temporary risk; the history that is never removed says by whom and when, never why."""
    risk = altered.risk
    note_change(work, altered)
    work.note(f"temporary-risk/{risk.risk_id}", altered.action, premises_id=risk.premises_id, by=altered.by)


async def keep(work: Work, before: Dossier, after: Dossier) -> None:
    """Say what is new of a dossier that was taken in hand, and keep it."""
    place = before.record.premises_id
    await save(work, {place: before}, {place: tell(after, work)})
