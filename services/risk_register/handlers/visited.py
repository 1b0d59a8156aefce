"""See that what was wanted of crews at a premises, asked for or planned, is done when they have been there."""

from collections.abc import Sequence

from schemas.premises import PremisesLocated
from schemas.vocabulary import AskEnd
from services.risk_register.handlers.asks import tell_ended
from services.risk_register.rules.asks import ended, is_answered
from services.risk_register.rules.buildings import building_of
from services.risk_register.rules.plan_asks import done, is_made
from services.risk_register.store.asks import hold_open_asks, save_asks
from services.risk_register.store.plan_visits import save_visited
from services.risk_register.store.plans import hold_open_lines
from services.shared.transactions import Heard, Work


async def note_visited(heard: Sequence[Heard[PremisesLocated]], work: Work) -> None:
    """End what was asked for at the premises that crews have been to, and mark it in every plan."""
    there = {building_of(each.event.premises).premises_id for each in heard}
    asks, lines = await hold_open_asks(work, there), await hold_open_lines(work, there)
    if not asks and not lines:
        return
    answered, made = [], []
    for each in work.in_turn(heard):
        now = [
            ended(ask, AskEnd.VISITED, work.now, visit=each.event.visit_id)
            for ask in asks
            if is_answered(ask, each.event)
        ]
        tell_ended(now, work)
        asks = [ask for ask in asks if not is_answered(ask, each.event)]
        answered += now
        made += [done(line, each.event) for line in lines if is_made(line, each.event)]
        lines = [line for line in lines if not is_made(line, each.event)]
    await save_asks(work, answered)
    await save_visited(work, made)
