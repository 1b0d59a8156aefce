"""What people's decisions teach the matcher, and how a lesson is taken back."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.rules.gazetteer import Entry
from services.premises.rules.learning import NameToLearn, name_to_learn
from services.premises.store.decisions import Decision, list_placed_by_matcher
from services.premises.store.generations import announce, count_change
from services.premises.store.learnt import LearntName, find_learnt_name, get_learnt_name, save_learnt_name
from services.shared.identifiers import new_id
from services.shared.transactions import cause_of, moment, note


async def learn_name(session: AsyncSession, case: Decision, entry: Entry, written: str) -> NameToLearn | None:
    """Keep the name that a crew used for a premises, and return it; None if there was nothing new to learn."""
    found = name_to_learn(written, entry.name, entry.address)
    if found is None or await find_learnt_name(session, entry.premises_id, found.name):
        return None
    learnt = LearntName(
        alias_id=new_id(moment(session)),
        premises_id=entry.premises_id,
        name=found.name,
        former=found.former,
        visit_id=case.visit_id,
        learnt_by=cause_of(session).actor,
        learnt_at=moment(session),
        generation=await count_change(session),
    )
    await save_learnt_name(session, learnt)
    await announce(session)
    note(session, f"premises/{entry.premises_id}", "name learnt", name=found.name, alias_id=str(learnt.alias_id))
    return found


async def visits_placed_by(session: AsyncSession, names: Sequence[LearntName]) -> dict[UUID, list[Decision]]:
    """Return for each learnt name the visits written with it that the matcher placed while it was known."""
    if not names:
        return {}
    since = min(name.learnt_at for name in names)
    placed = await list_placed_by_matcher(session, {name.premises_id for name in names}, since)
    return {
        name.alias_id: [
            one
            for one in placed
            if one.premises_id == name.premises_id
            and name.learnt_at <= one.decided_at <= (name.undone_at or one.decided_at)
            and _bare(name.name) in _bare(one.written)
        ]
        for name in names
    }


def _bare(text: str) -> str:
    """Return the letters and numbers of a text alone, so that writing it another way does not hide it."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


async def undo_confirmation(session: AsyncSession, alias_id: UUID) -> LearntName:
    """Take back a learnt name, so that it places no further visit.

    Visits that were placed stay where they are: the register has their facts, and a correction there is a review.
    """
    learnt = await get_learnt_name(session, alias_id)
    learnt.undone_by, learnt.undone_at = cause_of(session).actor, moment(session)
    learnt.generation = await count_change(session)
    await save_learnt_name(session, learnt)
    await announce(session)
    note(session, f"premises/{learnt.premises_id}", "name taken back", name=learnt.name, alias_id=str(alias_id))
    return learnt
