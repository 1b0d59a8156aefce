"""Take up visits whose premises is known: show at once what cannot wait, and queue the rest for a reviewer."""

from collections.abc import Sequence

from schemas.premises import PremisesLocated
from services.risk_register.handlers.keeping import tell
from services.risk_register.rules.buildings import building_of
from services.risk_register.rules.dossiers import visits_in
from services.risk_register.rules.taking_up import Placing, placing_of, taken_up
from services.risk_register.store.dossiers import begin, hold, save
from services.shared.errors import NotYet
from services.shared.transactions import Heard, Work


async def take_up_visits(heard: Sequence[Heard[PremisesLocated]], work: Work) -> None:
    """Queue visits for review, and show what they add that is safety-critical as unverified now."""
    buildings = [building_of(each.event.premises) for each in heard]
    await begin(work, buildings, work.now)
    held = await hold(work, {one.premises_id for one in buildings}, {each.event.visit_id for each in heard})
    visits, dossiers = visits_in(held.values()), dict(held)
    for each, building in zip(work.in_turn(heard), buildings, strict=True):
        event, place, before = each.event, building.premises_id, visits.get(each.event.visit_id)
        placing = placing_of(before, place, each.happened_at)
        if placing is Placing.KNOWN:
            continue
        if placing is Placing.ELSEWHERE:
            raise NotYet(
                f"visit {event.visit_id} is in the review queue for another premises until it is put back there"
            )
        dossiers[place] = taken_up(dossiers[place], event, before, each.happened_at, work.now)
        item = visits[event.visit_id] = dossiers[place].items[event.visit_id]
        work.note(f"visit/{item.visit_id}", "queued for review", premises_id=place, state=item.state)
        dossiers[place] = tell(dossiers[place], work)
    await save(work, held, dossiers)
