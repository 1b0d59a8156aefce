"""What happens to the help that people agreed to tell of: kept by building, said to control, and gone with consent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.referrals import ConsentedNeeds, NeedsUpdated
from schemas.sensitive import Sealed
from schemas.visits import ConcernsNoted
from services.referrals.handlers.concerns import KEY_PREFIX, open_cases, opened, unlinked
from services.referrals.rules.needs import (
    ONE_SIZE,
    ConsentStands,
    UnitNeeds,
    home_of,
    needs_by_unit,
    same_unit,
    stands,
    unit_of,
)
from services.referrals.rules.needs import remove_at as removed_at
from services.referrals.rules.records import HeldUnit, OpenedCase
from services.referrals.store.cases import find_people, save_readings
from services.referrals.store.history import note_of_need
from services.referrals.store.needs import (
    KeptNeed,
    forget_visit,
    hold,
    homes_of,
    lapse_needs,
    list_due,
    list_held,
    marks_of,
    save_needs,
    withdraw_needs,
    withdrawals,
)
from services.referrals.store.visits import find_whereabouts
from services.shared.errors import NotFound
from services.shared.identifiers import random_id
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

# Control takes the keys of this prefix, and no other service does.
KEY_OF_NEEDS = "needs"
NOBODY_HELD = "nothing is held here under that id: load the list again"
TO_WITHDRAW = "WITHDRAWAL"


async def take_in_concerns(event: ConcernsNoted, work: Work, *, vault: Vault) -> None:
    """Open the sealed concerns of a visit: its cases, and the help that people agreed to tell of."""
    await open_cases(event, work, vault=vault)
    await take_up_needs(event.visit_id, event.received_at, work, vault)


async def take_up_needs(visit_id: str, received_at: datetime, work: Work, vault: Vault) -> None:
    """Keep and say what a visit lets out, once it is known both what was told and where; else wait for the other."""
    await hold(work, [visit_id])
    where, told = await find_whereabouts(work, visit_id), await find_people(work, visit_id)
    home = home_of(where)
    if told is None or not home:
        return
    (plain,) = await vault.open_many(work, [(told[1], f"people/{told[0]}")])
    units = needs_by_unit(opened(plain).people, unit_of(where), received_at) if plain else ()
    homes = {home, *await homes_of(work, visit_id)}
    await hold(work, homes)
    before = await list_held(work, homes)
    known, marks = await marks_of(work, visit_id), {vault.mark_of(same_unit(each.unit)) for each in units}
    if homes != {home} or known - marks:
        await _destroy(await forget_visit(work, visit_id, home), work, vault)
        known = await marks_of(work, visit_id)
    new = [each for each in units if vault.mark_of(same_unit(each.unit)) not in known]
    await _keep(new, visit_id, home, received_at, work, vault)
    await _say_changes(before, homes, work, vault)


async def take_needs_back(visit_id: str, work: Work, vault: Vault) -> None:
    """Take what a visit let out off the building it was wrongly placed on; it waits for its own, as at first."""
    await hold(work, [visit_id])
    homes = await homes_of(work, visit_id)
    await hold(work, homes)
    before = await list_held(work, homes)
    for home in sorted(homes):
        await _destroy(await forget_visit(work, visit_id, home), work, vault)
    await _say_changes(before, homes, work, vault)


async def _keep(
    units: Sequence[UnitNeeds], visit_id: str, home: str, received_at: datetime, work: Work, vault: Vault
) -> None:
    given_up, now, by = await withdrawals(work, home), work.now, work.by.source
    kept = []
    for unit in units:
        mark, need_id = vault.mark_of(same_unit(unit.unit)), random_id()
        state = stands(unit, received_at, given_up.get(mark), now)
        given = state is ConsentStands.GIVEN
        facts = await _seal(need_id, unit, work, vault) if given else None
        ends = removed_at(unit) if given else None
        kept.append(KeptNeed(need_id, visit_id, home, mark, state, received_at, ends, facts))
    await save_needs(work, kept, now, by)
    refused = [each.unit_mark for each in kept if each.state is ConsentStands.NOT_GIVEN]
    if refused:
        await _destroy(await withdraw_needs(work, home, refused, received_at, by), work, vault)


async def _seal(need_id: UUID, unit: UnitNeeds, work: Work, vault: Vault) -> Sealed:
    record = f"need/{need_id}"
    plain = ConsentedNeeds(needs=unit.help).model_dump_json(exclude_defaults=True)
    return await vault.seal(work, f"{KEY_PREFIX}{record}", record, plain)


async def _destroy(sealed: Sequence[Sealed], work: Work, vault: Vault) -> None:
    if sealed:
        await vault.destroy_many(work, [each.key_id for each in sealed])


async def _say_changes(before: Sequence[KeptNeed], homes: Collection[str], work: Work, vault: Vault) -> None:
    """Say of each building what is held of it now, if that is not what it was."""
    after = await list_held(work, homes)
    for home in sorted(homes):
        was = {each.id: each.unit_mark for each in before if each.premises_id == home}
        held = [each for each in after if each.premises_id == home]
        if was.keys() != {each.id for each in held}:
            left = set(was.values()) - {each.unit_mark for each in held}
            await _say(home, held, work, vault, somebody_left=bool(left))


async def _say(home: str, held: Sequence[KeptNeed], work: Work, vault: Vault, *, somebody_left: bool) -> None:
    record, now = f"needs/{home}", work.now
    if somebody_left:  # older copies, in the log and at control, are unreadable from now on
        await vault.destroy_all(work, record)
    needs = [each for unit in await _opened(held, work, vault) for each in unit.help]
    plain = ConsentedNeeds(needs=tuple(needs)).model_dump_json(exclude_defaults=True)
    sealed = await vault.seal(work, f"{KEY_OF_NEEDS}/{random_id()}", record, plain, size=ONE_SIZE)
    with unlinked(work):
        work.say(NeedsUpdated(premises_id=home, needs=sealed, changed_at=now))


async def _opened(held: Sequence[KeptNeed], session: AsyncSession, vault: Vault) -> list[HeldUnit]:
    sealed = [(each.facts, f"need/{each.id}") for each in held if each.facts]
    texts = dict(zip((record for _, record in sealed), await vault.open_many(session, sealed), strict=True))
    return [
        HeldUnit(each.id, ConsentedNeeds.model_validate_json(plain).needs, each.remove_at)
        for each in held
        if (plain := texts.get(f"need/{each.id}"))
    ]


async def needs_held(premises_id: str, person: Person, work: Work, vault: Vault) -> list[HeldUnit]:
    """Return what is held of a building, flat by flat, to somebody who may end it; that they read it is kept."""
    units = await _opened(await list_held(work, [premises_id]), work, vault)
    now = work.now
    await save_readings(work, [OpenedCase(unit.id, person.name, TO_WITHDRAW, now, now) for unit in units])
    return sorted(units, key=lambda unit: unit.help[0].unit_ref)


async def withdraw(premises_id: str, need_id: UUID, person: Person, work: Work, vault: Vault) -> None:
    """Record that the people of a flat no longer agree: nothing of it can be read from now on, here or elsewhere."""
    await hold(work, [premises_id])
    before = await list_held(work, [premises_id])
    ended = next((each for each in before if each.id == need_id), None)
    if ended is None:
        raise NotFound(NOBODY_HELD)
    gone = await withdraw_needs(work, premises_id, [ended.unit_mark], work.now, person.name)
    await _destroy(gone, work, vault)
    note_of_need(work, need_id, "consent withdrawn")
    await _say_changes(before, [premises_id], work, vault)


async def remove_lapsed_needs(work: Work, now: datetime, *, vault: Vault) -> int:
    """Remove what nobody has confirmed for 14 months, and say so; return how many flats that were."""
    due = await list_due(work, now)
    if not due:
        return 0
    homes = {each.premises_id for each in due}
    await hold(work, homes)
    before = await list_held(work, homes)
    by = work.by.source
    await _destroy(await lapse_needs(work, [each.id for each in due], now, by), work, vault)
    for each in due:
        note_of_need(work, each.id, "removed after 14 months")
    await _say_changes(before, homes, work, vault)
    return len(due)
