"""The form by which a responsible person reports a fault."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, StringConstraints

from schemas.visit_parts import NO_NUL
from schemas.vocabulary import SystemKind
from services.risk_register.handlers.faults import ReportCommand, report_fault
from services.risk_register.pages.forms import by, moment_in, render_form
from services.risk_register.presenters.faults import kinds_to_choose, premises_to_choose
from services.risk_register.rules.faults import FaultWanted
from services.risk_register.rules.pace import REPORTS
from services.risk_register.rules.rights import RESPONSIBLE
from services.risk_register.views.faults import own_premises
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.forms import day_in
from services.shared.web.limited import TooMany
from services.shared.web.notices import redirect

PATH = "/report-a-fault"
REPORTED = "Reported: the fire and rescue service has it. Keep the number."
AGAIN = "This was reported already: nothing was reported twice."
NO_DAY = date.max
Field = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)]


class FaultTyped(BaseModel):
    """The form as it was typed."""

    premises_id: Field = ""
    kind: Field = ""
    location: Field = ""
    since_on: Field = ""
    since_time: Field = ""
    expected_on: Field = ""
    contact_name: Field = ""
    contact_phone: Field = ""
    reference: Field = ""

    def wanted(self) -> FaultWanted:
        """Return the fault that it reports; a day that is none is refused as one that cannot be."""
        return FaultWanted(
            reference=self.reference,
            premises_id=self.premises_id,
            kind=SystemKind(self.kind) if self.kind in SystemKind.__members__ else None,
            location=self.location,
            since=moment_in(self.since_on, self.since_time),
            expected_on=(day_in(self.expected_on) or NO_DAY) if self.expected_on else None,
            contact_name=self.contact_name,
            contact_phone=self.contact_phone,
        )

    def by_field(self) -> dict[str, str]:
        """Return what was typed by the field it stands in."""
        return {("since" if name == "since_on" else name): value for name, value in self.model_dump().items()}


def fault_form_router(tools: Tools) -> APIRouter:
    """Return the form that reports a fault."""
    router = APIRouter(prefix=PATH, tags=["responsible persons"], include_in_schema=False)

    async def show(request: Request, person: Person, typed: FaultTyped, problem: Refused | None = None) -> Response:
        premises = await own_premises(tools, person)
        return render_form(
            request,
            "faults/report.html",
            problem,
            typed.by_field(),
            kinds=kinds_to_choose(typed.kind),
            places=premises_to_choose(premises, typed.premises_id),
            has_premises=bool(premises),
        )

    @router.get("/new")
    async def show_new(request: Request, person: Person = may(*RESPONSIBLE)) -> Response:
        """Show the form that reports a fault."""
        return await show(request, person, FaultTyped())

    @router.post("/new")
    async def report(
        request: Request, typed: Annotated[FaultTyped, Form()], person: Person = may(*RESPONSIBLE)
    ) -> Response:
        """Report a fault."""
        try:
            slow_down(tools, person)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                receipt = await report_fault(ReportCommand(person, typed.wanted()), work, tools.vault)
        except Refused as refused:
            return await show(request, person, typed, refused)
        return redirect(request, f"{PATH}/{receipt.fault.number}", REPORTED if receipt.is_new else AGAIN)

    return router


def slow_down(tools: Tools, person: Person) -> None:
    """Raise if somebody reports more often than buildings have faults; what they wrote stays in the form."""
    if wait_s := tools.limits.take([(("faults", person.name), REPORTS)]):
        raise TooMany(wait_s)
