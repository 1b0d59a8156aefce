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
    ConsentStands,
    UnitNeeds,
    home_of,
    needs_by_unit,
    of_one_size,
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
from services.shared.transactions import cause_of, moment, say

# Control takes the keys of this prefix, and no other service does.
KEY_OF_NEEDS = "needs"
NOBODY_HELD = "nothing is held here under that id: load the list again"
TO_WITHDRAW = "WITHDRAWAL"


async def take_in_concerns(event: ConcernsNoted, session: AsyncSession, *, vault: Vault) -> None:
    """Open the sealed concerns of a visit: its cases, and the help that people agreed to tell of."""
    await open_cases(event, session, vault=vault)
    await take_up_needs(event.visit_id, event.received_at, session, vault)


async def take_up_needs(visit_id: str, received_at: datetime, session: AsyncSession, vault: Vault) -> None:
    """Keep and say what a visit lets out, once it is known both what was told and where; else wait for the other."""
    await hold(session, [visit_id])
    where, told = await find_whereabouts(session, visit_id), await find_people(session, visit_id)
    home = home_of(where)
    if told is None or not home:
        return
    (plain,) = await vault.open_many(session, [(told[1], f"people/{told[0]}")])
    units = needs_by_unit(opened(plain).people, unit_of(where), received_at) if plain else ()
    homes = {home, *await homes_of(session, visit_id)}
    await hold(session, homes)
    before = await list_held(session, homes)
    known, marks = await marks_of(session, visit_id), {vault.mark_of(same_unit(each.unit)) for each in units}
    if homes != {home} or known - marks:
        await _destroy(await forget_visit(session, visit_id, home), session, vault)
        known = await marks_of(session, visit_id)
    new = [each for each in units if vault.mark_of(same_unit(each.unit)) not in known]
    await _keep(new, visit_id, home, received_at, session, vault)
    await _say_changes(before, homes, session, vault)


async def take_needs_back(visit_id: str, session: AsyncSession, vault: Vault) -> None:
    """Take what a visit let out off the building it was wrongly placed on; it waits for its own, as at first."""
    await hold(session, [visit_id])
    homes = await homes_of(session, visit_id)
    await hold(session, homes)
    before = await list_held(session, homes)
    for home in sorted(homes):
        await _destroy(await forget_visit(session, visit_id, home), session, vault)
    await _say_changes(before, homes, session, vault)


async def _keep(
    units: Sequence[UnitNeeds], visit_id: str, home: str, received_at: datetime, session: AsyncSession, vault: Vault
) -> None:
    given_up, now, by = await withdrawals(session, home), moment(session), cause_of(session).source
    kept = []
    for unit in units:
        mark, need_id = vault.mark_of(same_unit(unit.unit)), random_id()
        state = stands(unit, received_at, given_up.get(mark), now)
        given = state is ConsentStands.GIVEN
        facts = await _seal(need_id, unit, session, vault) if given else None
        ends = removed_at(unit) if given else None
        kept.append(KeptNeed(need_id, visit_id, home, mark, state, received_at, ends, facts))
    await save_needs(session, kept, now, by)
    refused = [each.unit_mark for each in kept if each.state is ConsentStands.NOT_GIVEN]
    if refused:
        await _destroy(await withdraw_needs(session, home, refused, received_at, by), session, vault)


async def _seal(need_id: UUID, unit: UnitNeeds, session: AsyncSession, vault: Vault) -> Sealed:
    record = f"need/{need_id}"
    plain = ConsentedNeeds(needs=unit.help).model_dump_json(exclude_defaults=True)
    return await vault.seal(session, f"{KEY_PREFIX}{record}", record, plain)


async def _destroy(sealed: Sequence[Sealed], session: AsyncSession, vault: Vault) -> None:
    if sealed:
        await vault.destroy_many(session, [each.key_id for each in sealed])


async def _say_changes(before: Sequence[KeptNeed], homes: Collection[str], session: AsyncSession, vault: Vault) -> None:
    """Say of each building what is held of it now, if that is not what it was."""
    after = await list_held(session, homes)
    for home in sorted(homes):
        was = {each.id: each.unit_mark for each in before if each.premises_id == home}
        held = [each for each in after if each.premises_id == home]
        if was.keys() != {each.id for each in held}:
            left = set(was.values()) - {each.unit_mark for each in held}
            await _say(home, held, session, vault, somebody_left=bool(left))


async def _say(
    home: str, held: Sequence[KeptNeed], session: AsyncSession, vault: Vault, *, somebody_left: bool
) -> None:
    record, now = f"needs/{home}", moment(session)
    if somebody_left:  # older copies, in the log and at control, are unreadable from now on
        await vault.destroy_all(session, record)
    needs = [each for unit in await _opened(held, session, vault) for each in unit.help]
    sealed = await vault.seal(session, f"{KEY_OF_NEEDS}/{random_id()}", record, of_one_size(needs))
    with unlinked(session):
        say(NeedsUpdated(premises_id=home, needs=sealed, changed_at=now), session)


async def _opened(held: Sequence[KeptNeed], session: AsyncSession, vault: Vault) -> list[HeldUnit]:
    sealed = [(each.facts, f"need/{each.id}") for each in held if each.facts]
    texts = dict(zip((record for _, record in sealed), await vault.open_many(session, sealed), strict=True))
    return [
        HeldUnit(each.id, ConsentedNeeds.model_validate_json(plain).needs, each.remove_at)
        for each in held
        if (plain := texts.get(f"need/{each.id}"))
    ]


async def needs_held(premises_id: str, person: Person, session: AsyncSession, vault: Vault) -> list[HeldUnit]:
    """Return what is held of a building, flat by flat, to somebody who may end it; that they read it is kept."""
    units = await _opened(await list_held(session, [premises_id]), session, vault)
    now = moment(session)
    await save_readings(session, [OpenedCase(unit.id, person.name, TO_WITHDRAW, now, now) for unit in units])
    return sorted(units, key=lambda unit: unit.help[0].unit_ref)


async def withdraw(premises_id: str, need_id: UUID, person: Person, session: AsyncSession, vault: Vault) -> None:
    """Record that the people of a flat no longer agree: nothing of it can be read from now on, here or elsewhere."""
    await hold(session, [premises_id])
    before = await list_held(session, [premises_id])
    ended = next((each for each in before if each.id == need_id), None)
    if ended is None:
        raise NotFound(NOBODY_HELD)
    gone = await withdraw_needs(session, premises_id, [ended.unit_mark], moment(session), person.name)
    await _destroy(gone, session, vault)
    note_of_need(session, need_id, "consent withdrawn")
    await _say_changes(before, [premises_id], session, vault)


async def remove_lapsed_needs(session: AsyncSession, now: datetime, *, vault: Vault) -> int:
    """Remove what nobody has confirmed for 14 months, and say so; return how many flats that were."""
    due = await list_due(session, now)
    if not due:
        return 0
    homes = {each.premises_id for each in due}
    await hold(session, homes)
    before = await list_held(session, homes)
    by = cause_of(session).source
    await _destroy(await lapse_needs(session, [each.id for each in due], now, by), session, vault)
    for each in due:
        note_of_need(session, each.id, "removed after 14 months")
    await _say_changes(before, homes, session, vault)
    return len(due)
