"""Who is competent to lead visits, as the risk team reads it: a page of people, and one with all that was entered."""

from dataclasses import dataclass
from datetime import date

from services.domain.working_time import local_date
from services.risk_register.rules.competence import Competence, CompetenceState, is_competent_on, state_on
from services.risk_register.store.competence import find_competence, list_competences, list_of_people
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class CompetenceRow:
    """What is entered of somebody, and where it stands today."""

    competence: Competence
    state: CompetenceState


@dataclass(frozen=True)
class CompetenceList:
    """A page of people, the longest expired first; `expired` is how many of all are."""

    page: Page
    rows: tuple[CompetenceRow, ...]
    expired: int


@dataclass(frozen=True)
class OneCompetence:
    """One competence with all that was ever entered of the same person, the longest first."""

    row: CompetenceRow
    all_rows: tuple[CompetenceRow, ...]
    is_competent: bool
    today: date


async def competence_list(tools: Tools, number: int = 1) -> CompetenceList:
    """Return a page of the people of whom a competence is entered; a page after the last one is the last one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        found = await list_competences(session, number, today)
    return CompetenceList(found.page, tuple(_row(each, today) for each in found.lines), found.expired)


async def one_competence(tools: Tools, competence_id: str) -> OneCompetence:
    """Return one competence, withdrawn or not; raises `NotFound` if there is no such one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        found = await find_competence(session, competence_id)
        if found is None:
            raise NotFound("there is no such competence")
        entered = (await list_of_people(session, [found.person]))[found.person_key]
    rows = tuple(_row(each, today) for each in entered)
    return OneCompetence(_row(found, today), rows, is_competent_on(entered, today), today)


def _row(competence: Competence, today: date) -> CompetenceRow:
    return CompetenceRow(competence, state_on(competence, today))
