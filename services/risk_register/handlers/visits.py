"""Keep the queue true to where visits are placed: taken up where their premises is known, taken out if put back."""

from collections.abc import Mapping, Sequence

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.vocabulary import ReviewState
from services.risk_register.handlers.keeping import tell
from services.risk_register.handlers.visited import note_visited
from services.risk_register.rules.buildings import building_of
from services.risk_register.rules.dossiers import Dossier, Version, visit_in
from services.risk_register.rules.items import Item
from services.risk_register.rules.settling import taken_out
from services.risk_register.rules.taking_up import Placing, can_be_put_back, placing_of, taken_up
from services.risk_register.store.dossiers import begin, hold, places_of, save
from services.risk_register.store.plan_visits import reopen_lines
from services.risk_register.store.records import find_versions
from services.shared.errors import NotYet, Refused
from services.shared.transactions import Heard, Work

Placed = PremisesLocated | LocationWithdrawn
Bases = Mapping[tuple[str, int], Version]


async def take_up_visits(heard: Sequence[Heard[Placed]], work: Work) -> None:
    """Queue visits for review and show what cannot wait as unverified now; take those put back out of the queue."""
    placed = [Heard(each.event, each.cause) for each in heard if isinstance(each.event, PremisesLocated)]
    buildings = [building_of(each.event.premises) for each in placed]
    await begin(work, buildings, work.now)
    put_back = {each.event.visit_id for each in heard if isinstance(each.event, LocationWithdrawn)}
    places = {one.premises_id for one in buildings} | await places_of(work, put_back)
    versions = [each.event.visit.base_record_version for each in placed]
    held = await hold(work, places, {each.event.visit_id for each in heard})
    bases = await find_versions(
        work, {(one.premises_id, version) for one, version in zip(buildings, versions, strict=True) if version}
    )
    dossiers = dict(held)
    for each in work.in_turn(heard):
        item = visit_in(dossiers.values(), each.event.visit_id)
        if isinstance(each.event, PremisesLocated):
            _take_up(each.event, item, dossiers, bases, work)
        else:
            _take_out(each.event, item, dossiers, work)
    await save(work, held, dossiers)
    await reopen_lines(work, put_back)
    await note_visited(placed, work)


def _take_up(event: PremisesLocated, item: Item | None, dossiers: dict[str, Dossier], bases: Bases, work: Work) -> None:
    place, at = building_of(event.premises).premises_id, work.happened_at
    placing = placing_of(item, place, at)
    if placing is Placing.ELSEWHERE:
        raise NotYet(f"visit {event.visit_id} is in the review queue for another premises until it is put back there")
    if placing is Placing.KNOWN:
        return
    if placing is Placing.AGAIN and item is not None:
        dossiers[place] = taken_out(dossiers[place], item, event.located_by, at, work.now)
        work.note(f"visit/{item.visit_id}", "placed anew: it had been put back", premises_id=place)
        item = dossiers[place].items[item.visit_id]
    if item is not None and item.premises_id in dossiers:
        dossiers[item.premises_id] = dossiers[item.premises_id].without(item)
    base = bases.get((place, event.visit.base_record_version or 0))
    dossier = taken_up(dossiers[place], event, item, at, work.now, base)
    work.note(
        f"visit/{event.visit_id}", "queued for review", premises_id=place, state=dossier.items[event.visit_id].state
    )
    dossiers[place] = tell(dossier, work)


def _take_out(event: LocationWithdrawn, item: Item | None, dossiers: dict[str, Dossier], work: Work) -> None:
    if item is None:
        raise NotYet("the visit has not reached the review queue yet")
    place, at = item.premises_id, work.happened_at
    if item.state is ReviewState.WITHDRAWN or at < item.placed_at:
        return  # heard late: it has been placed anew since
    if not can_be_put_back(item):
        raise Refused("the visit was decided before it was put back: correct the record by restoring a version")
    dossier = taken_out(dossiers[place], item, event.withdrawn_by, at, work.now)
    work.note(f"visit/{item.visit_id}", "put back: taken out of the queue", premises_id=place)
    dossiers[place] = tell(dossier, work)
