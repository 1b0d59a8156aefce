"""What is kept of the people of some buildings, flat by flat, and how what is heard of them changes it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.sensitive import Sealed
from services.referrals.rules.needs import AgreedHelp, ConsentStands, UnitNeeds, remove_at, review_due_on, stands


@dataclass(frozen=True)
class KeptNeed:
    """What one visit reported of one flat, or a person entered, kept while consent is given; then only that it was.

    `facts` are sealed; `help` is what they say, where it was reported just now and is still to be sealed. `visit_id`
    is an entry's own id where no visit reported it. `review_noted_at` is when it was noted that they must be asked.
    """

    id: UUID
    visit_id: str
    premises_id: str
    unit_mark: str
    state: ConsentStands
    as_of: datetime
    remove_at: datetime | None
    changed_at: datetime
    changed_by: str
    facts: Sealed | None = None
    review_due_on: date | None = None
    review_noted_at: datetime | None = None
    help: tuple[AgreedHelp, ...] = ()

    def __repr__(self) -> str:
        return "[withheld]"


_OVER = frozenset({ConsentStands.WITHDRAWN, ConsentStands.LAPSED, ConsentStands.REPLACED})
# All that is kept of some buildings, by the visit that reported it and the mark of the flat.
Kept = Mapping[tuple[str, str], KeptNeed]


@dataclass(frozen=True)
class UnitReport:
    """What a visit reports of one flat: the flat's mark, and the id under which it is kept if it is new."""

    id: UUID
    mark: str
    needs: UnitNeeds


@dataclass(frozen=True)
class VisitReport:
    """What a visit reports of the flats of one building, and when it was received."""

    visit_id: str
    home: str
    received_at: datetime
    units: tuple[UnitReport, ...]


@dataclass(frozen=True)
class Change:
    """What is held of one building from now on; whether nobody of some flat agrees any more."""

    home: str
    held: tuple[KeptNeed, ...]
    somebody_left: bool


def kept_after(kept: Kept, report: VisitReport, now: datetime, by: str) -> Kept:
    """Return what is kept once a visit is heard of: what it reported before stays, unless it is placed anew.

    Policy: docs/domain/1.4.md and 4.5.md; docs/decisions/0007.
    """
    theirs = {mark: need for (visit_id, mark), need in kept.items() if visit_id == report.visit_id}
    elsewhere = any(need.premises_id != report.home for need in theirs.values())
    # What has ended is no longer in the report, either (services/referrals/handlers/forgetting.py).
    still = {mark for mark, need in theirs.items() if need.state in (ConsentStands.GIVEN, ConsentStands.NOT_GIVEN)}
    if elsewhere or still - {unit.mark for unit in report.units}:
        kept = kept_without(kept, report.visit_id, report.home)
    given_up = _withdrawals(kept, report.home)
    new = {
        (report.visit_id, unit.mark): _new(unit, report, given_up.get(unit.mark), now, by)
        for unit in report.units
        if (report.visit_id, unit.mark) not in kept
    }
    refused = {need.unit_mark for need in new.values() if need.state is ConsentStands.NOT_GIVEN}
    return withdrawn({**kept, **new}, report.home, refused, report.received_at, by)


def _new(unit: UnitReport, report: VisitReport, withdrawn_at: datetime | None, now: datetime, by: str) -> KeptNeed:
    state = stands(unit.needs, report.received_at, withdrawn_at, now)
    given = state is ConsentStands.GIVEN
    return KeptNeed(
        id=unit.id,
        visit_id=report.visit_id,
        premises_id=report.home,
        unit_mark=unit.mark,
        state=state,
        as_of=report.received_at,
        remove_at=remove_at(unit.needs) if given else None,
        review_due_on=review_due_on(unit.needs) if given else None,
        changed_at=now,
        changed_by=by,
        help=unit.needs.help if given else (),
    )


def _withdrawals(kept: Kept, home: str) -> dict[str, datetime]:
    """Return when consent was last withdrawn in a building, by the mark of the flat."""
    last: dict[str, datetime] = {}
    for need in kept.values():
        if need.premises_id == home and need.state is ConsentStands.WITHDRAWN:
            last[need.unit_mark] = max(need.changed_at, last.get(need.unit_mark, need.changed_at))
    return last


def kept_without(kept: Kept, visit_id: str, home: str) -> Kept:
    """Return what is kept without what a visit reported; only that consent was withdrawn stays, under its new building.

    Policy: docs/decisions/0007.
    """
    return {
        key: replace(need, premises_id=home) if need.visit_id == visit_id else need
        for key, need in kept.items()
        if need.visit_id != visit_id or need.state is ConsentStands.WITHDRAWN
    }


def withdrawn(kept: Kept, home: str, marks: Collection[str], reported_until: datetime, by: str) -> Kept:
    """Return what is kept once the people of some flats no longer agree to what was reported until a moment.

    Policy: docs/domain/1.4.md: removed on withdrawal.
    """

    def theirs(need: KeptNeed) -> bool:
        return need.premises_id == home and need.unit_mark in marks and need.as_of <= reported_until

    return _ended(kept, theirs, ConsentStands.WITHDRAWN, reported_until, by)


def lapsed(kept: Kept, ids: Collection[UUID], at: datetime, by: str) -> Kept:
    """Return what is kept once the time of some of it is up.

    Policy: docs/domain/1.4.md: removed at 14 months without reconfirmation.
    """
    return _ended(kept, lambda need: need.id in ids, ConsentStands.LAPSED, at, by)


def _ended(kept: Kept, which: Callable[[KeptNeed], bool], state: ConsentStands, at: datetime, by: str) -> Kept:
    return {key: _over(need, state, at, by) if _given(need) and which(need) else need for key, need in kept.items()}


def _given(need: KeptNeed) -> bool:
    return need.state is ConsentStands.GIVEN


def _over(need: KeptNeed, state: ConsentStands, at: datetime, by: str) -> KeptNeed:
    return replace(
        need, state=state, remove_at=None, review_due_on=None, changed_at=at, changed_by=by, facts=None, help=()
    )


def entered(kept: Kept, report: VisitReport, instead_of: Collection[str], by: str) -> Kept:
    """Return what is kept once a person has entered what was agreed in a flat, in place of what is kept of some flats.

    What it takes the place of ends for good: it was wrong, or it is older.

    Policy: docs/decisions/0037.
    """

    def overtaken(need: KeptNeed) -> bool:
        return need.premises_id == report.home and need.unit_mark in {
            *instead_of,
            *(each.mark for each in report.units),
        }

    after = _ended(kept, overtaken, ConsentStands.REPLACED, report.received_at, by)
    new = (_new(unit, report, None, report.received_at, by) for unit in report.units)
    return {**after, **{(need.visit_id, need.unit_mark): need for need in new}}


def withdrawn_at(kept: Kept, home: str, mark: str) -> datetime | None:
    """Return when consent was last withdrawn in a flat, None if never.

    Policy: docs/domain/1.4.md.
    """
    return _withdrawals(kept, home).get(mark)


def ended_between(before: Kept, after: Kept) -> tuple[KeptNeed, ...]:
    """Return what was agreed to and is over: nobody may read any copy of it any more.

    Policy: docs/domain/1.4.md: removed on withdrawal.
    """
    return tuple(
        need for key, need in after.items() if need.state in _OVER and (key not in before or _given(before[key]))
    )


def held_of(kept: Kept, home: str) -> tuple[KeptNeed, ...]:
    """Return what consent lets out in a building now: of each flat what was reported last, if that was agreed.

    Policy: docs/domain/4.5.md.
    """
    newest: dict[str, KeptNeed] = {}
    for need in kept.values():
        if need.premises_id == home and need.state is not ConsentStands.REPLACED:
            known = newest.get(need.unit_mark)
            if known is None or (need.as_of, need.id) > (known.as_of, known.id):
                newest[need.unit_mark] = need
    return tuple(newest[mark] for mark in sorted(newest) if _given(newest[mark]))


def changes_between(before: Kept, after: Kept) -> tuple[Change, ...]:
    """Return of which buildings something else is held than before.

    Policy: docs/decisions/0007: said whenever it changes; older copies are unreadable once somebody has withdrawn.
    """
    touched = {key for key in before.keys() | after.keys() if before.get(key) is not after.get(key)}
    homes = {kept[key].premises_id for kept in (before, after) for key in touched if key in kept}
    changes = []
    for home in sorted(homes):
        was, held = held_of(before, home), held_of(after, home)
        if {need.id for need in was} != {need.id for need in held}:
            left = {need.unit_mark for need in was} - {need.unit_mark for need in held}
            changes.append(Change(home, held, bool(left)))
    return tuple(changes)


def ever_given(course: Sequence[Kept]) -> dict[UUID, KeptNeed]:
    """Return all that was reported with consent in a course of what was kept, ended since or not.

    Policy: docs/decisions/0007: each is sealed under a key of its own.
    """
    return {need.id: need for kept in course for need in kept.values() if need.help}
