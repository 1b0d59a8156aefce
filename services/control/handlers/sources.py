"""What a source's file does: its hydrants or plans are replaced whole, in one transaction, or nothing is changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.control.rules.area_plans import PlanAreas
from services.control.rules.hydrants import HydrantLines
from services.control.rules.sources import (
    Changes,
    Refusal,
    SourceKind,
    Thing,
    changes_of,
    reasons_to_refuse_changes,
    reasons_to_refuse_origin,
)
from services.control.store.area_plans import list_held_plans, remove_plans, save_plans
from services.control.store.hydrants import list_held_hydrants, remove_hydrants, save_hydrants
from services.control.store.sources import SourceFile, forget_file, hold_source, save_file
from services.domain.working_time import local_date
from services.shared.errors import NotFound, Refused
from services.shared.transactions import Work

NO_SUCH_SOURCE = "nothing is held of a source that is called so: the list of files has their names"


@dataclass(frozen=True)
class Origin:
    """Whose file it is, what it is called, of which day it tells, who loads it, and whether much may go by it."""

    source: str
    name: str
    dated_on: date
    by: str
    expect_gone: bool = False


async def load_hydrants(origin: Origin, read: HydrantLines, work: Work) -> SourceFile:
    """Let an undertaker's file be all that is held of its hydrants; what is the same stays untouched."""
    await _begin(SourceKind.HYDRANTS, origin, work)
    held = await list_held_hydrants(work, origin.source)
    changes = _changes(held, read.hydrants, read.refused, origin)
    await save_hydrants(work, _new(changes))
    await remove_hydrants(work, origin.source, changes.went)
    return await _end(SourceKind.HYDRANTS, origin, changes, read.refused, work)


async def load_plans(origin: Origin, read: PlanAreas, work: Work) -> SourceFile:
    """Let a source's file be all that is held of its plans; what is the same stays untouched."""
    await _begin(SourceKind.AREA_PLANS, origin, work)
    held = await list_held_plans(work, origin.source)
    changes = _changes(held, read.plans, read.refused, origin)
    await save_plans(work, _new(changes), read.rings)
    await remove_plans(work, origin.source, changes.went)
    return await _end(SourceKind.AREA_PLANS, origin, changes, read.refused, work)


async def remove_source(kind: SourceKind, source: str, work: Work) -> int:
    """Take away all that is held of a source, such as one that was misspelt; return how much that was."""
    await hold_source(work, kind, source)
    if kind is SourceKind.HYDRANTS:
        held: Collection[str] = await list_held_hydrants(work, source)
        await remove_hydrants(work, source, held)
    else:
        held = await list_held_plans(work, source)
        await remove_plans(work, source, held)
    if not await forget_file(work, kind, source):
        raise NotFound(NO_SUCH_SOURCE)
    work.note(_record(kind, source), "removed", went=len(held))
    return len(held)


async def _begin(kind: SourceKind, origin: Origin, work: Work) -> None:
    if found := reasons_to_refuse_origin(origin.source, origin.dated_on, local_date(work.now)):
        raise Refused(found[0].reason, found)
    await hold_source(work, kind, origin.source)


def _changes(
    held: Mapping[str, Thing], wanted: Mapping[str, Thing], refused: Sequence[Refusal], origin: Origin
) -> Changes[Thing]:
    changes = changes_of(held, wanted, refused)
    if found := reasons_to_refuse_changes(len(held), changes, wanted, expected=origin.expect_gone):
        raise Refused(found[0].reason, found)
    return changes


def _new(changes: Changes[Thing]) -> list[Thing]:
    return [*changes.came.values(), *changes.changed.values()]


async def _end(
    kind: SourceKind, origin: Origin, changes: Changes[Thing], refused: Sequence[Refusal], work: Work
) -> SourceFile:
    counts = {"came": len(changes.came), "changed": len(changes.changed), "went": len(changes.went)}
    file = SourceFile(
        kind=kind,
        source=origin.source,
        name=origin.name,
        dated_on=origin.dated_on,
        loaded_at=work.now,
        loaded_by=origin.by,
        held=changes.held,
        refused=len(refused),
        **counts,
    )
    await save_file(work, file, refused)
    work.note(_record(kind, origin.source), "loaded", **counts, refused=len(refused))
    return file


def _record(kind: SourceKind, source: str) -> str:
    return f"{kind.value.lower().replace('_', '-')}/{source}"
