"""Find, lock and change a referral or a case, and the steps of both: which of the two it is, its kind says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, ReferralState
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed, Step, Whereabouts
from services.referrals.store.escalations import standing_alarms
from services.referrals.tables import Case, CaseStep, DeskRow, Referral, ReferralStep, StepRow, VisitWhereabouts
from services.shared.identifiers import random_id
from services.shared.rows import as_rows
from services.shared.transactions import Work

# A page of what happened; longer stories are read a page at a time.
STEPS_A_PAGE = 50
URGENCY = ("priority", "acknowledge_by", "human_contact_by", "clock_started_at")
OPEN_OF_VISITS = text(f"""
    SELECT {", ".join(DeskRow.model_fields)} FROM referrals.referrals
    WHERE visit_id = ANY(:visit_ids) AND finished_at IS NULL ORDER BY id FOR UPDATE
""")
KEEP_URGENCY = text(f"""
    UPDATE referrals.referrals AS kept SET {", ".join(f"{name} = now.{name}" for name in URGENCY)}
    FROM jsonb_populate_recordset(NULL::referrals.referrals, CAST(:rows AS jsonb)) AS now WHERE kept.id = now.id
""")
KEEP_STEPS = text("""
    INSERT INTO referrals.steps
    SELECT * FROM jsonb_populate_recordset(NULL::referrals.steps, CAST(:rows AS jsonb))
""")
KEEP_CASE_STEPS = text("""
    INSERT INTO safeguarding.steps
    SELECT * FROM jsonb_populate_recordset(NULL::safeguarding.steps, CAST(:rows AS jsonb))
""")


def _table(kind: ReferralKind) -> type[Referral] | type[Case]:
    return Case if is_closed(kind) else Referral


def filed_of(row: DeskRow, where: VisitWhereabouts | None, *, held: bool = False) -> Filed:
    """Return a row as every desk works it."""
    columns = row.model_dump(include=set(DeskRow.model_fields))
    columns |= {
        "kind": ReferralKind(row.kind),
        "raised_as": ReferralKind(row.raised_as),
        "priority": Priority(row.priority),
        "state": ReferralState(row.state),
        "outcome": Outcome(row.outcome) if row.outcome else None,
    }
    known = Whereabouts(**where.model_dump(exclude={"visit_id", "located_at", "sent_by"})) if where else Whereabouts()
    return Filed(**columns, held=row.held if isinstance(row, Case) else held, where=known)


async def find_filed(session: AsyncSession, referral_id: UUID, *, lock: bool = False) -> Filed | None:
    """Return a referral or case with its standing alarms, locked for this transaction if asked; None if neither."""
    for table in (Referral, Case):
        wanted = (
            select(table, VisitWhereabouts)
            .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == col(table.visit_id))
            .where(table.id == referral_id)
        )
        found = (await session.execute(wanted.with_for_update(of=table) if lock else wanted)).first()
        if found is not None:
            return (await _with_alarms(session, [filed_of(found[0], found[1])]))[0]
    return None


async def change_filed(session: AsyncSession, filed: Filed, **changes: Any) -> Filed:
    """Change a locked referral or case, raise its version, and return it as it is now."""
    changed = replace(filed, **changes, version=filed.version + 1)
    await _write(session, changed, {*changes, "version"})
    return changed


async def list_open_of_visits(work: Work, visit_ids: Collection[str]) -> list[Filed]:
    """Return the referrals of visits that are not finished, locked for this transaction; never a case."""
    return [_filed(row) for row in await work.execute(OPEN_OF_VISITS, {"visit_ids": list(visit_ids)})]


def _filed(row: Any) -> Filed:
    columns = {
        **row._mapping,
        "kind": ReferralKind(row.kind),
        "raised_as": ReferralKind(row.raised_as),
        "priority": Priority(row.priority),
        "state": ReferralState(row.state),
        "outcome": Outcome(row.outcome) if row.outcome else None,
    }
    return Filed(**columns)


async def save_urgency(work: Work, changed: Sequence[Filed]) -> None:
    """Keep how urgent locked referrals are now. The version stays: whoever has the page open may still act."""
    rows = [{name: getattr(filed, name) for name in ("id", *URGENCY)} for filed in changed]
    if rows:
        await work.execute(KEEP_URGENCY, {"rows": as_rows(rows)})


async def _write(session: AsyncSession, filed: Filed, names: Collection[str]) -> None:
    row: Referral | Case | None = await session.get(_table(filed.kind), filed.id)
    if row is None:
        raise LookupError("no such referral")
    for name in names:
        value = getattr(filed, name)
        setattr(row, name, value.value if isinstance(value, StrEnum) else value)
    session.add(row)
    await session.flush()


async def _with_alarms(session: AsyncSession, found: Sequence[Filed]) -> list[Filed]:
    standing = await standing_alarms(session, [filed.id for filed in found])
    return [replace(filed, alarms=standing.get(filed.id, ())) for filed in found]


async def save_step(work: Work, filed: Filed, step: Step, sealed: Sealed | None = None) -> None:
    """Keep one thing done; the words of a step about a case are given sealed, or not at all."""
    await save_steps(work, [(filed, step, sealed)])


async def save_steps(work: Work, steps: Iterable[tuple[Filed, Step, Sealed | None]]) -> None:
    """Keep things done about referrals and cases."""
    rows: dict[TextClause, list[dict[str, Any]]] = {}
    for filed, step, sealed in steps:
        closed = is_closed(filed.kind)
        row = {"id": random_id(), "about": filed.id, "version": filed.version, **asdict(step)}
        rows.setdefault(KEEP_CASE_STEPS if closed else KEEP_STEPS, []).append(
            row | ({"words": sealed} if closed else {})
        )
    for statement, of_one in rows.items():
        await work.execute(statement, {"rows": as_rows(of_one)})


async def count_steps(session: AsyncSession, filed: Filed) -> int:
    """Return how many things were done about a referral or a case."""
    table = CaseStep if is_closed(filed.kind) else ReferralStep
    wanted = select(func.count()).select_from(table).where(col(table.about) == filed.id)
    return (await session.exec(wanted)).one()


async def list_steps(
    session: AsyncSession, filed: Filed, *, limit: int = STEPS_A_PAGE, offset: int = 0
) -> list[tuple[Step, Sealed | None]]:
    """Return what was done about a referral or a case, the newest first; words about a case come sealed."""
    if is_closed(filed.kind):
        of_case = select(CaseStep).where(CaseStep.about == filed.id)
        newest = of_case.order_by(col(CaseStep.version).desc(), col(CaseStep.at).desc(), col(CaseStep.id).desc())
        rows = (await session.exec(newest.limit(limit).offset(offset))).all()
        return [(_step_of(row), Sealed.model_validate(row.words) if row.words else None) for row in rows]
    steps = select(ReferralStep).where(ReferralStep.about == filed.id)
    newest_steps = steps.order_by(
        col(ReferralStep.version).desc(), col(ReferralStep.at).desc(), col(ReferralStep.id).desc()
    )
    found = (await session.exec(newest_steps.limit(limit).offset(offset))).all()
    return [(_step_of(row, row.words), None) for row in found]


def _step_of(row: StepRow, words: str = "") -> Step:
    return Step(row.at, row.by, row.action, ReferralState(row.state), words)
