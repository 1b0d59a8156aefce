"""The form on which is entered, or corrected, what the people of a flat agreed to tell of the help they need."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from schemas.visit_parts import NO_NUL
from schemas.vocabulary import Assistance, ConsentHow, NeedsSource
from services.domain.words import words_for
from services.domain.working_time import local_date
from services.referrals.handlers.entering import EnterCommand, enter_need, home_at
from services.referrals.handlers.needs import NOBODY_HELD, needs_held
from services.referrals.pages import pages
from services.referrals.presenters.needs import HOW_WORDS, SOURCE_WORDS, home_words
from services.referrals.rules.buildings import Home
from services.referrals.rules.entering import MOST_PEOPLE, SOURCES, NeedWanted, PersonWanted
from services.referrals.rules.needs import ENTERERS, HeldUnit
from services.referrals.rules.purposes import NeedsPurpose
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.forms import day_in, form_errors
from services.shared.web.notices import redirect

ENTERED = "Kept: control sees it with the building's record. It is due again 12 months after they agreed."
CORRECTED = "Corrected: control sees it so. What was wrong is destroyed."
Typed = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
STATEMENTS = {"yes": True, "no": False}


class FormOfNeed(BaseModel):
    """What was typed; of each person in the flat one `assistance`, `floor` and `statement`, in the same order."""

    unit_ref: Typed = ""
    assistance: list[Typed] = Field(default_factory=list, max_length=MOST_PEOPLE + 1)
    floor: list[Typed] = Field(default_factory=list, max_length=MOST_PEOPLE + 1)
    statement: list[Typed] = Field(default_factory=list, max_length=MOST_PEOPLE + 1)
    source: Typed = ""
    explicit: Typed = ""
    taken_by: Typed = ""
    how: Typed = ""
    consented_on: Typed = ""
    more: Typed = ""

    def lines(self) -> list[tuple[str, str, str]]:
        """Return the people as typed: (help, floor, statement); what is left empty after the first is nobody."""
        several = zip(self.assistance, self.floor, self.statement, strict=False)
        return [each for number, each in enumerate(several) if number == 0 or any(each)] or [("", "", "")]

    def wanted(self) -> NeedWanted:
        """Return it as the rules take it; what is none of the answers is no answer."""
        people = tuple(
            PersonWanted(Assistance(asked) if asked in set(Assistance) else None, floor, STATEMENTS.get(statement))
            for asked, floor, statement in self.lines()
        )
        return NeedWanted(
            self.unit_ref,
            people,
            NeedsSource(self.source) if self.source in set(NeedsSource) else None,
            self.explicit == "yes",
            self.taken_by,
            ConsentHow(self.how) if self.how in set(ConsentHow) else None,
            day_in(self.consented_on),
        )


@dataclass(frozen=True)
class _Asked:
    """A request for the form: of which building, and which flat it corrects, if any."""

    tools: Tools
    request: Request
    premises_id: str
    person: Person
    need_id: UUID | None = None


def needs_form(tools: Tools) -> APIRouter:
    """Return the routes of the form."""
    router = APIRouter(prefix="/referrals/needs/{premises_id}", tags=["pages"], include_in_schema=False)

    @router.get("/new")
    async def new(request: Request, premises_id: Id, person: Person = may(*ENTERERS)) -> Response:
        """Show the empty form."""
        asked = _Asked(tools, request, premises_id, person)
        return _show(asked, await _building(asked), FormOfNeed())

    @router.post("/new")
    async def enter_new(
        request: Request, premises_id: Id, typed: Annotated[FormOfNeed, Form()], person: Person = may(*ENTERERS)
    ) -> Response:
        """Keep what was agreed in a flat of which nothing is held."""
        return await _enter(_Asked(tools, request, premises_id, person), typed)

    @router.get("/{need_id}/correct")
    async def ask(request: Request, premises_id: Id, need_id: UUID, person: Person = may(*ENTERERS)) -> Response:
        """Show the form with what is held of a flat."""
        asked = _Asked(tools, request, premises_id, person, need_id)
        home = await _building(asked)
        async with acting("referrals", tools, person, request) as work:
            units = await needs_held(home.premises_id, person, work, tools.vault, NeedsPurpose.CORRECTION)
        unit = next((each for each in units if each.id == need_id), None)
        if unit is None:
            raise NotFound(NOBODY_HELD)
        return _show(asked, home, _as_typed(unit))

    @router.post("/{need_id}/correct")
    async def correct(
        request: Request,
        premises_id: Id,
        need_id: UUID,
        typed: Annotated[FormOfNeed, Form()],
        person: Person = may(*ENTERERS),
    ) -> Response:
        """Keep something else of a flat; what was wrong is destroyed."""
        return await _enter(_Asked(tools, request, premises_id, person, need_id), typed)

    return router


async def _building(asked: _Asked) -> Home:
    async with asked.tools.database.reading() as session:
        return await home_at(asked.premises_id, session)


async def _enter(asked: _Asked, typed: FormOfNeed) -> Response:
    home = await _building(asked)
    if typed.more:
        return _show(asked, home, typed)
    command = EnterCommand(home.premises_id, asked.person, typed.wanted(), asked.need_id)
    try:
        async with acting("referrals", asked.tools, asked.person, asked.request) as work:
            await enter_need(command, work, asked.tools.vault)
    except NotFound:
        raise
    except Refused as refused:
        return _show(asked, home, typed, refused)
    done = CORRECTED if asked.need_id else ENTERED
    return redirect(asked.request, f"/referrals/needs/{quote(home.premises_id, safe='')}", done)


def _show(asked: _Asked, home: Home, typed: FormOfNeed, refused: Refused | None = None) -> Response:
    people = typed.lines()
    if typed.more and len(people) < MOST_PEOPLE:
        people.append(("", "", ""))
    return pages.render(
        asked.request,
        "referrals/needs_form.html",
        premises_id=home.premises_id,
        name=home_words(home),
        need_id=asked.need_id,
        typed=typed,
        people=people,
        most=MOST_PEOPLE,
        **form_errors(refused)._asdict(),
        **_CHOICES,
    )


def _as_typed(unit: HeldUnit) -> FormOfNeed:
    first = unit.help[0]
    return FormOfNeed(
        unit_ref=first.unit_ref,
        assistance=[each.assistance for each in unit.help],
        floor=[each.floor or "" for each in unit.help],
        statement=[{True: "yes", False: "no", None: ""}[each.ees_exists] for each in unit.help],
        source=first.source if first.source in SOURCES else "",
        taken_by=first.taken_by,
        how=first.how or "",
        consented_on=local_date(first.consented_at).isoformat(),
    )


_CHOICES: dict[str, Any] = {
    "helps": [(each.value, words_for(each)) for each in Assistance if each is not Assistance.NONE],
    "sources": [(each.value, SOURCE_WORDS[each]) for each in SOURCES],
    "hows": [(each.value, HOW_WORDS[each]) for each in ConsentHow],
}
