"""The page of what each watch can do in a month: the numbers of the service, and of stations with their own."""

from fastapi import APIRouter, Request, Response

from schemas.vocabulary import Watch
from services.domain.counting import counted
from services.domain.words import words_for
from services.risk_register.handlers.plan_changes import CapacityCommand, set_capacity
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.temporary_list import Number
from services.risk_register.presenters.plans import PATH
from services.risk_register.rules.rights import CAPACITY_SETTERS, DESK
from services.risk_register.views.plans import capacities_page
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect

SET = "Set: the next plan that is proposed goes by these numbers."


def capacity_router(tools: Tools) -> APIRouter:
    """Return the page of what each watch can do, and what its form does."""
    router = APIRouter(prefix=f"{PATH}/capacity", tags=["visit plans"], include_in_schema=False)

    async def show(request: Request, person: Person, typed: dict[str, str], problem: Refused | None = None) -> Response:
        versions, stations = await capacities_page(tools)
        return render_form(
            request,
            "plans/capacity.html",
            problem,
            typed,
            versions=versions,
            present=versions[0],
            stations=stations,
            watches=[*Watch],
            watch_words=words_for,
            may_set=person.has(*CAPACITY_SETTERS),
        )

    @router.get("")
    async def show_numbers(request: Request, station: Number = "", person: Person = may(*DESK)) -> Response:
        """Show the numbers, and those of a station in the form."""
        (present, *_), _ = await capacities_page(tools)
        numbers = present.of(station.upper())
        return await show(
            request, person, {"station": station.upper(), **{watch: str(numbers.get(watch, 0)) for watch in Watch}}
        )

    @router.post("")
    async def set_numbers(
        request: Request,
        station: Code = "",
        instead_of: Code = "",
        reason: Typed = "",
        person: Person = may(*CAPACITY_SETTERS),
    ) -> Response:
        """Set the numbers of a station, or of all that have none of their own."""
        form = await request.form()
        typed = {watch: str(form.get(watch.value, "")).replace("\x00", "").strip()[:20] for watch in Watch}
        fields, version = {watch.value: value for watch, value in typed.items()}, counted(instead_of)
        command = CapacityCommand(station, typed, -1 if version is None else version, person, reason)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await set_capacity(command, work)
        except Refused as refused:
            return await show(request, person, {"station": station, "reason": reason} | fields, refused)
        return redirect(request, f"{PATH}/capacity", SET)

    return router
