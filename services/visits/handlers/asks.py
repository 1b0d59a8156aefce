"""Keep which visits the risk team asks a crew for, until a crew has been there or it is withdrawn."""

from collections.abc import Sequence

from schemas.risk_register import VisitAsked, VisitAskEnded
from services.shared.transactions import Heard, Work
from services.visits.store.asks import save_asked, save_asks_ended


async def note_asks(heard: Sequence[Heard[VisitAsked | VisitAskEnded]], work: Work) -> None:
    """Keep what is asked for and what no longer is, whichever of the two is heard first."""
    asked = {each.event.ask_id: each.event for each in heard if isinstance(each.event, VisitAsked)}
    ended = {each.event.ask_id: each.event for each in heard if isinstance(each.event, VisitAskEnded)}
    if asked:
        await save_asked(work, list(asked.values()))
    if ended:
        await save_asks_ended(work, list(ended.values()))
