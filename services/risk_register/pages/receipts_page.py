"""What a responsible person has reported: the list of receipts, and each with the form that reports its repair."""

from fastapi import APIRouter, Request, Response

from services.risk_register.handlers.faults import RepairCommand, report_repair
from services.risk_register.pages import pages
from services.risk_register.pages.fault_form import PATH, slow_down
from services.risk_register.pages.forms import by, moment_in, render_form
from services.risk_register.rules.rights import RESPONSIBLE
from services.risk_register.views.faults import own_fault, own_faults
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

REPAIRED = "Reported as repaired."


def receipts_router(tools: Tools) -> APIRouter:
    """Return the pages of receipts."""
    router = APIRouter(prefix=PATH, tags=["responsible persons"], include_in_schema=False)

    async def show(
        request: Request, person: Person, number: str, typed: dict[str, str], problem: Refused | None = None
    ) -> Response:
        row = await own_fault(tools, person, number)
        return render_form(request, "faults/receipt.html", problem, typed, row=row)

    @router.get("")
    async def show_own(request: Request, page: PageNumber = 1, person: Person = may(*RESPONSIBLE)) -> Response:
        """Show what one has reported, the open ones first."""
        return pages.render(request, "faults/mine.html", found=await own_faults(tools, person, page))

    @router.get("/{number}")
    async def show_one(request: Request, number: Id, person: Person = may(*RESPONSIBLE)) -> Response:
        """Show the receipt of one report, and the form that reports its repair."""
        return await show(request, person, number, {})

    @router.post("/{number}/repaired")
    async def report_as_repaired(
        request: Request,
        number: Id,
        repaired_on: Code = "",
        repaired_time: Code = "",
        person: Person = may(*RESPONSIBLE),
    ) -> Response:
        """Report that it was repaired."""
        command = RepairCommand(person, number, moment_in(repaired_on, repaired_time))
        try:
            slow_down(tools, person)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await report_repair(command, work)
        except NotFound:
            raise
        except Refused as refused:
            typed = {"repaired_at": repaired_on, "repaired_time": repaired_time}
            return await show(request, person, number, typed, refused)
        return redirect(request, f"{PATH}/{number}", REPAIRED)

    return router
