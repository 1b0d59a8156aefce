"""Enter from when until when somebody is competent to lead visits, and withdraw it."""

from dataclasses import dataclass

from services.domain.working_time import local_date
from services.risk_register.rules.competence import (
    Competence,
    CompetenceWanted,
    reasons_to_refuse_entering,
    reasons_to_refuse_withdrawing,
    withdrawn,
)
from services.risk_register.store.competence import (
    find_competence,
    hold_competences,
    list_of_people,
    save_competence,
)
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work


@dataclass(frozen=True)
class EnterCommand:
    """Who enters what of whose competence."""

    person: Person
    wanted: CompetenceWanted


@dataclass(frozen=True)
class WithdrawCompetence:
    """Who withdraws which competence, and why."""

    competence_id: str
    person: Person
    reason: str


async def enter_competence(command: EnterCommand, work: Work) -> Competence:
    """Enter that somebody is competent to lead visits; raises with everything that is wrong."""
    wanted = command.wanted
    await hold_competences(work)
    entered = (await list_of_people(work, [wanted.person])).values()
    found = reasons_to_refuse_entering(wanted, command.person.name, [one for each in entered for one in each])
    if found or wanted.from_on is None or wanted.until_on is None:
        raise Refused("; ".join(one.reason for one in found), found)
    competence = Competence(
        competence_id=str(new_id(work.now)),
        person=wanted.person.strip(),
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        basis=wanted.basis.strip(),
        entered_by=command.person.name,
        entered_at=work.now,
    )
    await _keep(competence, "entered", competence.basis, work)
    return competence


async def withdraw_competence(command: WithdrawCompetence, work: Work) -> Competence:
    """Withdraw a competence, which counts no more from today on; it is kept, with the reason."""
    await hold_competences(work)
    present = await find_competence(work, command.competence_id)
    if present is None:
        raise NotFound("there is no such competence")
    if present.withdrawn_on is not None:
        raise Conflict(f"{present.withdrawn_by} has withdrawn it already: look at it again")
    if found := reasons_to_refuse_withdrawing(present, command.person.name, command.reason):
        raise Refused("; ".join(one.reason for one in found), found)
    after = withdrawn(present, local_date(work.now), command.person.name, command.reason, work.now)
    await _keep(after, "withdrawn", command.reason.strip(), work)
    return after


async def _keep(competence: Competence, action: str, why: str, work: Work) -> None:
    await save_competence(work, competence)
    work.note(
        f"competence/{competence.competence_id}",
        action,
        person=competence.person,
        from_on=competence.from_on.isoformat(),
        until_on=competence.until_on.isoformat(),
        why=why,
    )
