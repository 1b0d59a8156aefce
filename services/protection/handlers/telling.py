"""Everybody who must know is told what holds at a building, whenever that has changed."""

from collections.abc import Collection
from datetime import datetime

from services.domain.working_time import local_date
from services.protection.rules.said import cannot_wait, said_now
from services.protection.store.buildings import hold_said, list_buildings, list_changing, save_said
from services.protection.store.premises import list_known
from services.shared.transactions import Work

EVERY_S, MOST_AT_ONCE = 60.0, 200


async def tell(work: Work, building_ids: Collection[str]) -> None:
    """Say what holds at some buildings now, of those where it is not what was said last."""
    if not building_ids:
        return
    said, today = await hold_said(work, building_ids), local_date(work.now)
    after = []
    for place, building in (await list_buildings(work, building_ids)).items():
        now, event = said_now(said[place], building, today, work.now)
        if event is not None:
            work.say(event, urgent=cannot_wait(said[place].fire_safety, now.fire_safety))
        if now != said[place]:
            after.append(now)
    await save_said(work, after)


async def tell_of(work: Work, premises_ids: Collection[str]) -> None:
    """Say what holds at the buildings that some premises are, or are parts of."""
    known = await list_known(work, premises_ids)
    await tell(work, {each.building_id for each in known.values()})


async def tell_by_day(work: Work, now: datetime) -> int:
    """Say what changes by the calendar alone: a notice begins, a fire is older than 36 months; return how many."""
    places = await list_changing(work, local_date(now), MOST_AT_ONCE)
    await tell(work, places)
    return len(places)
