"""What people's decisions teach the matcher, and how a lesson is taken back."""

import asyncio
import math
from dataclasses import replace
from uuid import UUID

from services.matching import Entry, NameToLearn, Written, match, name_to_learn, words_that_tell
from services.premises.rules.cases import Case
from services.premises.rules.places import point_of
from services.premises.rules.snapshots import Snapshot
from services.premises.store.generations import announce, count_change
from services.premises.store.learnt import (
    LearntName,
    add_learnt_name,
    get_learnt_name,
    knows_name,
    list_learnt_from,
    save_taken_back,
)
from services.premises.store.listing import touch_premises
from services.premises.store.reference import HISTORICAL
from services.shared.identifiers import new_id
from services.shared.transactions import Work

NEARBY_M = 5_000.0


async def learn_name(work: Work, snapshot: Snapshot, case: Case, entry: Entry, written: str) -> NameToLearn | None:
    """Keep the name that a crew used for a premises, and return it; None if there was nothing new to learn.

    A name that another premises nearby bears is not learnt: it would send the next visit to that one astray.
    """
    found = name_to_learn(written, entry.name, entry.address)
    if found is None or await knows_name(work, entry.premises_id, found.name):
        return None
    if await asyncio.to_thread(_is_of_another, snapshot, entry, found.name):
        return None
    learnt = LearntName(
        alias_id=new_id(work.now),
        premises_id=entry.premises_id,
        name=found.name,
        former=found.former,
        visit_id=case.visit_id,
        learnt_by=work.by.actor,
        learnt_at=work.now,
        generation=await count_change(work),
    )
    await add_learnt_name(work, learnt)
    await touch_premises(work, learnt.premises_id, learnt.generation)
    await announce(work)
    work.note(f"premises/{entry.premises_id}", "name learnt", name=found.name, alias_id=str(learnt.alias_id))
    return found


def _is_of_another(snapshot: Snapshot, entry: Entry, name: str) -> bool:
    """Return whether another current entry within 5 km, which is not of the same building, has this name already."""
    town = entry.address.rpartition(", ")[2]
    for one in match(snapshot.gazetteer, Written(f"{name}, {town}")).candidates:
        other = snapshot.gazetteer.get(one.premises_id)
        if other is None or other.logical_status == HISTORICAL or not _bears(other, name):
            continue
        here = {entry.premises_id, entry.parent_id} - {None}
        if here & {other.premises_id, other.parent_id}:
            continue
        ours, theirs = point_of(snapshot, entry), point_of(snapshot, other)
        if ours is None or theirs is None or math.dist(ours, theirs) <= NEARBY_M:
            return True
    return False


def _bears(entry: Entry, name: str) -> bool:
    """Return whether an entry, or the building that its address begins with, is called so, give or take an article."""
    wanted = words_that_tell(name)
    return wanted in (words_that_tell(entry.name), words_that_tell(entry.address.partition(",")[0]))


async def undo_confirmation(work: Work, alias_id: UUID) -> LearntName:
    """Take back a learnt name, so that it places no further visit.

    Visits that were placed stay where they are: the register has their facts, and a correction there is a review.
    """
    learnt = await get_learnt_name(work, alias_id)
    await _take_back(work, learnt)
    return learnt


async def forget_names_of(work: Work, visit_id: str) -> None:
    """Take back what placing a visit taught, because it was placed wrongly."""
    for learnt in await list_learnt_from(work, visit_id):
        await _take_back(work, learnt)


async def _take_back(work: Work, learnt: LearntName) -> None:
    learnt = replace(learnt, undone_by=work.by.actor, undone_at=work.now, generation=await count_change(work))
    await save_taken_back(work, learnt)
    await touch_premises(work, learnt.premises_id, learnt.generation)
    await announce(work)
    work.note(f"premises/{learnt.premises_id}", "name taken back", name=learnt.name, alias_id=str(learnt.alias_id))
