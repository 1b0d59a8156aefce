"""Find, lock and change a referral or a case, and the steps of both: which of the two it is, its kind says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, cast, func, literal, null, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, ReferralState
from services.referrals.rules.deadlines import Need
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed, Progress, Step, VisitResult, Whereabouts
from services.referrals.store.escalations import alarms_of
from services.referrals.store.keeping import keep_by_kind
from services.referrals.store.referrals import columns_of
from services.referrals.tables.cases import Case, CaseStep, DeskRow, Referral, ReferralStep, VisitWhereabouts
from services.shared.identifiers import random_id
from services.shared.rows import inserting, updating
from services.shared.transactions import Work

# A page of what happened; longer stories are read a page at a time.
STEPS_A_PAGE = 50
COLUMNS = tuple(DeskRow.model_fields)
WHERE = tuple(field.name for field in fields(Whereabouts))
PROGRESS = tuple(field.name for field in fields(Progress))
CHANGED = [name for name in COLUMNS if name != "id"]
SAVE = updating("referrals.referrals", CHANGED), updating("safeguarding.cases", CHANGED)
SAVE_STEPS = inserting("referrals.steps"), inserting("safeguarding.steps")
OPEN_OF_VISITS = text(f"""
    SELECT {", ".join(COLUMNS)} FROM referrals.referrals
    WHERE visit_id = ANY(:visit_ids) AND finished_at IS NULL ORDER BY id FOR UPDATE
""")


async def find_filed(session: AsyncSession, referral_id: UUID, *, lock: bool = False) -> Filed | None:
    """Return a referral or case with its standing alarms, locked for this transaction if asked; None if neither."""
    for table in (Referral, Case):
        wanted = (
            select(*columns_with_place(table))
            .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == col(table.visit_id))
            .where(col(table.id) == referral_id)
        )
        row = (await session.execute(wanted.with_for_update(of=table) if lock else wanted)).first()
        if row is not None:
            return (await with_alarms(session, [filed_of(row)]))[0]
    return None


def filed_of(row: Any) -> Filed:
    """Return what is selected of a referral or case, and of where its visit was, as every desk works it."""
    known = row._mapping
    return Filed(
        **{name: known[name] for name in COLUMNS}
        | {
            "kind": ReferralKind(row.kind),
            "raised_as": ReferralKind(row.raised_as),
            "priority": Priority(row.priority),
            "state": ReferralState(row.state),
            "outcome": Outcome(row.outcome) if row.outcome else None,
        },
        held=known.get("held", False),
        progress=_progress_of(known),
        where=Whereabouts(**{name: known[name] for name in WHERE if known.get(name) is not None}),
    )


def _progress_of(known: Any) -> Progress:
    """Return how far Safe and Well is with a case, of what is selected; of a referral nothing."""
    need, visit = known.get("need"), known.get("visit")
    return Progress(
        need=Need(need) if need else None,
        reached_at=known.get("reached_at"),
        reach_by=known.get("reach_by"),
        visit=VisitResult(visit) if visit else None,
        visit_at=known.get("visit_at"),
    )


def columns_of_desk(table: type[Referral] | type[Case]) -> list[ColumnElement[Any]]:
    """Return the columns by which a desk works a referral or case."""
    own = [getattr(table, name) for name in COLUMNS]
    if table is Case:
        return [*own, col(Case.held), *(getattr(Case, name) for name in PROGRESS)]
    nothing = [cast(null(), getattr(Case, name).type).label(name) for name in PROGRESS]
    return [*own, literal(False).label("held"), *nothing]


def places() -> list[ColumnElement[Any]]:
    """Return the columns that say where a visit was."""
    return [getattr(VisitWhereabouts, name) for name in WHERE]


def columns_with_place(table: type[Referral] | type[Case]) -> list[ColumnElement[Any]]:
    """Return all columns that `filed_of` makes a referral or case of."""
    return [*columns_of_desk(table), *places()]


async def list_open_of_visits(work: Work, visit_ids: Collection[str]) -> list[Filed]:
    """Return the referrals of visits that are not finished, locked for this transaction; never a case."""
    return [filed_of(row) for row in await work.execute(OPEN_OF_VISITS, {"visit_ids": list(visit_ids)})]


async def save_filed(work: Work, changed: Iterable[Filed]) -> None:
    """Keep referrals and cases, locked for this transaction, as they are now."""
    await keep_by_kind(work, SAVE, [(filed.kind, columns_of(filed)) for filed in changed])


async def with_alarms(session: AsyncSession, found: Sequence[Filed]) -> list[Filed]:
    """Return referrals and cases with the alarms that stand of each."""
    alarms = await alarms_of(session, [filed.id for filed in found])
    return [replace(filed, alarms=alarms.get(filed.id, ())) for filed in found]


async def save_step(work: Work, filed: Filed, step: Step, sealed: Sealed | None = None) -> None:
    """Keep one thing done; the words of a step about a case are given sealed, or not at all."""
    await save_steps(work, [(filed, step, sealed)])


async def save_steps(work: Work, steps: Iterable[tuple[Filed, Step, Sealed | None]]) -> None:
    """Keep things done about referrals and cases."""
    rows = []
    for filed, step, sealed in steps:
        words = sealed if is_closed(filed.kind) else step.words
        row = {"id": random_id(), "about": filed.id, "version": filed.version, **asdict(step), "words": words}
        rows.append((filed.kind, row))
    await keep_by_kind(work, SAVE_STEPS, rows)


async def count_steps(session: AsyncSession, filed: Filed) -> int:
    """Return how many things were done about a referral or a case."""
    table = _steps_of(filed)
    wanted = select(func.count()).select_from(table).where(col(table.about) == filed.id)
    return int((await session.execute(wanted)).scalar_one())


async def list_steps(
    session: AsyncSession, filed: Filed, *, limit: int = STEPS_A_PAGE, offset: int = 0
) -> list[tuple[Step, Sealed | None]]:
    """Return what was done about a referral or a case, the newest first; words about a case come sealed."""
    table, closed = _steps_of(filed), is_closed(filed.kind)
    newest = (col(table.version).desc(), col(table.at).desc(), col(table.id).desc())
    wanted = select(table.at, table.by, table.action, table.state, table.words).where(col(table.about) == filed.id)
    rows = (await session.execute(wanted.order_by(*newest).limit(limit).offset(offset))).all()
    return [_step_of(row, closed=closed) for row in rows]


def _steps_of(filed: Filed) -> Any:
    return CaseStep if is_closed(filed.kind) else ReferralStep


def _step_of(row: Any, *, closed: bool) -> tuple[Step, Sealed | None]:
    step = Step(row.at, row.by, row.action, ReferralState(row.state), "" if closed else row.words)
    return step, Sealed.model_validate(row.words) if closed and row.words else None
