"""What happens to the help that people agreed to tell of: kept by building, said to control, and gone with consent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.referrals import ConsentedNeeds, NeedsUpdated
from schemas.sensitive import Sealed
from services.referrals.handlers.concerns import KEY_PREFIX, opened, unlinked
from services.referrals.handlers.forgetting import forget_reported
from services.referrals.rules.needs import (
    ONE_SIZE,
    AgreedHelp,
    AgreedNeeds,
    HeldUnit,
    home_of,
    in_order,
    let_out,
    needs_by_unit,
    same_unit,
    unit_of,
)
from services.referrals.rules.needs_kept import (
    Change,
    Kept,
    KeptNeed,
    UnitReport,
    VisitReport,
    changes_between,
    ended_between,
    ever_given,
    held_of,
    kept_after,
    kept_without,
    lapsed,
    withdrawn,
)
from services.referrals.rules.purposes import NeedsPurpose
from services.referrals.rules.records import OpenedCase
from services.referrals.store.cases import save_readings
from services.referrals.store.history import note_of_need
from services.referrals.store.needs import Report, hold, homes_of, list_due, list_kept, list_reports, save_kept
from services.shared.errors import NotFound
from services.shared.identifiers import random_id
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

# Control takes the keys of this prefix, and no other service does.
KEY_OF_NEEDS = "needs"
NOBODY_HELD = "nothing is held here under that id: load the list again"
News = list[NeedsUpdated]


async def take_up_needs(received: dict[str, datetime], work: Work, vault: Vault) -> dict[str, News]:
    """Keep what visits let out, once it is known both what each reported and where; else it waits for the other.

    Each visit is given with when it was received; what is to be said is returned visit by visit.
    """
    await hold(work, received)
    visits = await _reports_of(received, work, vault)
    if not visits:
        return {}
    homes = {visit.home for visit in visits} | await homes_of(work, [visit.visit_id for visit in visits])
    await hold(work, homes)
    course = [await list_kept(work, homes)]
    for visit in visits:
        course.append(kept_after(course[-1], visit, work.now, work.by.source))
    news = await _follow(course, work, vault)
    return {visit.visit_id: said for visit, said in zip(visits, news, strict=True)}


async def _reports_of(received: dict[str, datetime], work: Work, vault: Vault) -> list[VisitReport]:
    """Return the reports of those visits of which it is known both what they report and where they were."""
    known = await list_reports(work, list(received))
    ready = [visit_id for visit_id in received if _is_ready(known.get(visit_id))]
    sealed = [(facts, f"people/{known[visit_id].facts_id}") for visit_id in ready if (facts := known[visit_id].facts)]
    texts = await vault.open_many(work, sealed)
    return [
        _visit_report(visit_id, known[visit_id], plain, received[visit_id], vault)
        for visit_id, plain in zip(ready, texts, strict=True)
    ]


def _is_ready(report: Report | None) -> bool:
    return report is not None and report.facts is not None and bool(home_of(report.where))


def _visit_report(visit_id: str, report: Report, plain: str | None, received_at: datetime, vault: Vault) -> VisitReport:
    taken_by, unit = report.where.callsign, unit_of(report.where)
    units = needs_by_unit(opened(plain).people, unit, received_at, taken_by) if plain else ()
    marked = (UnitReport(random_id(), vault.mark_of(same_unit(each.unit)), each) for each in units)
    return VisitReport(visit_id, home_of(report.where), received_at, tuple(marked))


async def take_needs_back(visit_id: str, work: Work, vault: Vault) -> None:
    """Take what a visit let out off the building it was wrongly placed on; it waits for its own, as at first."""
    await hold(work, [visit_id])
    homes = await homes_of(work, [visit_id])
    await hold(work, homes)
    before = await list_kept(work, homes)
    await keep_and_say([before, kept_without(before, visit_id, max(homes, default=""))], work, vault)


async def keep_and_say(course: Sequence[Kept], work: Work, vault: Vault) -> None:
    """Keep what came of a course of changes, and say what is held now."""
    for news in await _follow(course, work, vault):
        say_needs(news, work)


def say_needs(news: Iterable[NeedsUpdated], work: Work) -> None:
    """Say what is held of buildings now; nothing in it leads to a visit."""
    with unlinked(work):
        for each in news:
            work.say(each)


async def _follow(course: Sequence[Kept], work: Work, vault: Vault) -> list[News]:
    """Keep what came of a course of changes, the first of it being what was kept; return what each has to say."""
    changes = [changes_between(before, after) for before, after in pairwise(course)]
    help_of = await help_in([need for each in changes for change in each for need in change.held], work, vault)
    given = await _sealed(ever_given(course), work, vault)
    before, after = course[0], {key: _closed(need, given) for key, need in course[-1].items()}
    await save_kept(work, before, after)
    gone = _keys_of(before.values()) | {facts.key_id for facts in given.values()}
    await vault.destroy_many(work, sorted(gone - _keys_of(after.values())))
    await forget_reported([need for each in pairwise(course) for need in ended_between(*each)], work, vault)
    sealed = iter(await _seal_changes([change for each in changes for change in each], help_of, work, vault))
    return [
        [NeedsUpdated(premises_id=change.home, needs=next(sealed), changed_at=work.now) for change in each]
        for each in changes
    ]


def _closed(need: KeptNeed, given: dict[UUID, Sealed]) -> KeptNeed:
    return replace(need, facts=given[need.id], help=()) if need.help else need


def _keys_of(kept: Iterable[KeptNeed]) -> set[str]:
    return {need.facts.key_id for need in kept if need.facts}


async def _sealed(given: dict[UUID, KeptNeed], work: Work, vault: Vault) -> dict[UUID, Sealed]:
    texts = [(f"{KEY_PREFIX}need/{need_id}", f"need/{need_id}", _as_text(need.help)) for need_id, need in given.items()]
    return dict(zip(given, await vault.seal_many(work, texts), strict=True))


def _as_text(needs: Iterable[AgreedHelp]) -> str:
    return AgreedNeeds(needs=tuple(needs)).model_dump_json(exclude_defaults=True)


async def _seal_changes(
    changes: Sequence[Change], help_of: dict[UUID, tuple[AgreedHelp, ...]], work: Work, vault: Vault
) -> list[Sealed]:
    """Return what is held of each building now, sealed; older copies are unreadable once somebody has left."""
    left = {change.home: number for number, change in enumerate(changes) if change.somebody_left}
    for home in sorted(left):  # in the log and at control; hardly ever more than one at once
        await vault.destroy_all(work, f"needs/{home}")
    texts = [
        (f"{KEY_OF_NEEDS}/{random_id()}", f"needs/{change.home}", _all_help(change.held, help_of)) for change in changes
    ]
    sealed = await vault.seal_many(work, texts, size=ONE_SIZE)
    numbered = enumerate(zip(changes, sealed, strict=True))
    overtaken = [each.key_id for number, (change, each) in numbered if number < left.get(change.home, 0)]
    await vault.destroy_many(work, overtaken)
    return sealed


def _all_help(held: Iterable[KeptNeed], help_of: dict[UUID, tuple[AgreedHelp, ...]]) -> str:
    """Return all that is held of a building as control may know it."""
    needs = tuple(let_out(each) for need in held for each in help_of.get(need.id, ()))
    return ConsentedNeeds(needs=needs).model_dump_json(exclude_defaults=True)


async def help_in(held: Iterable[KeptNeed], session: AsyncSession, vault: Vault) -> dict[UUID, tuple[AgreedHelp, ...]]:
    """Return what is reported of each flat: as it was just now, or opened; nothing where it cannot be opened."""
    needs = {need.id: need for need in held}
    sealed = {need.id: need.facts for need in needs.values() if need.facts}
    asked = [(facts, f"need/{need_id}") for need_id, facts in sealed.items()]
    texts = zip(sealed, await vault.open_many(session, asked), strict=True)
    found = {need_id: AgreedNeeds.model_validate_json(plain).needs for need_id, plain in texts if plain}
    return found | {need.id: need.help for need in needs.values() if need.help}


async def needs_held(
    premises_id: str, person: Person, work: Work, vault: Vault, purpose: NeedsPurpose = NeedsPurpose.LOOK_AFTER
) -> list[HeldUnit]:
    """Return what is held of a building, flat by flat, to somebody who looks after it; that they read it is kept."""
    held = held_of(await list_kept(work, [premises_id]), premises_id)
    help_of = await help_in(held, work, vault)
    units = [
        HeldUnit(need.id, help_of[need.id], need.review_due_on, need.remove_at) for need in held if need.id in help_of
    ]
    now = work.now
    await save_readings(work, [OpenedCase(unit.id, person.name, purpose.value, now, now) for unit in units])
    return sorted(units, key=lambda unit: in_order(unit.help[0].unit_ref))


async def withdraw(premises_id: str, need_id: UUID, person: Person, work: Work, vault: Vault) -> None:
    """Record that the people of a flat no longer agree: nothing of it can be read from now on, here or elsewhere."""
    await hold(work, [premises_id])
    before = await list_kept(work, [premises_id])
    ended = next((each for each in held_of(before, premises_id) if each.id == need_id), None)
    if ended is None:
        raise NotFound(NOBODY_HELD)
    after = withdrawn(before, premises_id, [ended.unit_mark], work.now, person.name)
    note_of_need(work, need_id, "consent withdrawn")
    await keep_and_say([before, after], work, vault)


async def remove_lapsed_needs(work: Work, now: datetime, *, vault: Vault) -> int:
    """Remove what nobody has confirmed for 14 months, and say so; return how many flats that were."""
    due = await list_due(work, now)
    if not due:
        return 0
    homes = set(due.values())
    await hold(work, homes)
    before = await list_kept(work, homes)
    for need_id in due:
        note_of_need(work, need_id, "removed after 14 months")
    await keep_and_say([before, lapsed(before, due, now, work.by.source)], work, vault)
    return len(due)
