"""The end of whatever changes a dossier: its news are said, and it is kept."""

from dataclasses import replace

from services.risk_register.rules.dossiers import Dossier
from services.risk_register.store.dossiers import save
from services.shared.transactions import Work


def tell(dossier: Dossier, work: Work) -> Dossier:
    """Say the news of a dossier, and return it without them."""
    for event in dossier.news:
        work.say(event)
    return replace(dossier, news=())


async def keep(work: Work, before: Dossier, after: Dossier) -> None:
    """Say what is new of a dossier that was taken in hand, and keep it."""
    place = before.record.premises_id
    await save(work, {place: before}, {place: tell(after, work)})
