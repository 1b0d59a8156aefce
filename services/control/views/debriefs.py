"""What somebody sees who is asked after an incident: the questions that wait for them, and what an answer is about."""

from dataclasses import dataclass

from schemas.control import DebriefAsked
from services.control.presenters.debriefs import FactGroup, fact_groups
from services.control.rules.debriefs import side_of
from services.control.rules.rights import INCIDENT_KEEPERS
from services.control.store.debriefs import list_open, premises_asked_about
from services.shared.identity import Person
from services.shared.service import Tools


@dataclass(frozen=True)
class Questions:
    """The questions that wait for somebody's side, the oldest first, of so many."""

    open: tuple[DebriefAsked, ...]
    total: int
    station: str | None
    in_control: bool


@dataclass(frozen=True)
class AboutPremises:
    """What an answer is about: the premises as one line, and its facts in words; empty where none is named yet."""

    called: str = ""
    facts: tuple[FactGroup, ...] = ()


async def questions_for(tools: Tools, person: Person) -> Questions:
    """Return the questions that wait for somebody: those of control, or those of their own station."""
    in_control = person.has(*INCIDENT_KEEPERS)
    async with tools.database.reading() as session:
        found, total = await list_open(session, side_of(in_control=in_control), person.station)
    return Questions(found, total, person.station, in_control)


async def about_premises(tools: Tools, premises_id: str) -> AboutPremises:
    """Return what an answer about a premises is filled in with; nothing where nobody knows its number."""
    if not premises_id:
        return AboutPremises()
    async with tools.database.reading() as session:
        found = await premises_asked_about(session, premises_id)
    return AboutPremises(found.called, fact_groups(found.facts)) if found else AboutPremises()
