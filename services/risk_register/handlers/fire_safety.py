"""Keep what Protection says of buildings, and show it at once on the records that there are."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.protection import FireSafety, FireSafetyUpdated
from services.risk_register.handlers.keeping import tell
from services.risk_register.rules.what_is_shown import compared_again, shown
from services.risk_register.store.dossiers import hold, save
from services.risk_register.store.fire_safety import HeardOf, save_heard
from services.shared.transactions import Heard, Work

NOTHING = FireSafety()


async def keep_fire_safety(heard: Sequence[Heard[FireSafetyUpdated]], work: Work) -> None:
    """Keep notices, audits and fires as they were said last; levels are worked out again with them."""
    newest = {each.event.premises_id: each for each in sorted(heard, key=lambda each: each.event.revision)}
    said = {place: each.event.fire_safety for place, each in newest.items()}
    rows = [
        HeardOf(place, each.event.revision, None if said[place] == NOTHING else said[place], work.now)
        for place, each in newest.items()
    ]
    news = await save_heard(work, rows)
    held = await hold(work, news)
    after = dict(held)
    for each in work.in_turn([each for place, each in newest.items() if place in held]):
        place = each.event.premises_id
        holds = None if said[place] == NOTHING else said[place]
        dossier = replace(held[place], record=replace(held[place].record, fire_safety=holds))
        after[place] = tell(shown(compared_again(dossier, work.by.actor, work.now), None, work.now), work)
    await save(work, held, after)
