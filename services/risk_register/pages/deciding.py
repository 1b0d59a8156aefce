"""What the decision form of a visit does: it takes the decision, and goes on to the next visit."""

from fastapi import APIRouter, Request, Response

from services.risk_register.handlers.moves import Move, make_move
from services.risk_register.pages.decision_form import DecisionForm
from services.risk_register.pages.one_visit import OneVisit
from services.risk_register.rules.rights import DESK
from services.risk_register.views.item import item_page
from services.risk_register.views.queue import next_after
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

DONE = {
    Move.PUBLISH: "Published: control and crews see it.",
    Move.AMEND: "Published with your changes: control and crews see it.",
    Move.RETURN: "Returned: the crew is told what to mend.",
    Move.REJECT: "Rejected: the crew is told why.",
    Move.MERGE: "Merged into the other visit.",
    Move.ESCALATE: "Passed to the risk team manager.",
}
APPROVED = "Your approval is kept. Nothing is published until a second person approves."


def deciding_router(tools: Tools) -> APIRouter:
    """Return what the decision form does."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)
    visit = OneVisit(tools)

    @router.post("/{visit_id}/decide")
    async def decide_visit(request: Request, visit_id: Id, person: Person = may(*DESK)) -> Response:
        """Take the decision that was chosen, and show the next visit."""
        form = DecisionForm(await request.form())

        async def decide() -> Response:
            async with tools.database.reading() as session:
                shown = await item_page(session, visit_id, person, tools.clock.now())
            move, command = form.command(visit_id, person, shown.comparison)
            item = await make_move(tools, request.state.correlation_id, move, command)
            notice = APPROVED if item.first_approval else DONE[move]
            following = await next_after(tools, visit_id, person.name)
            if following is None:
                return redirect(request, "/review", f"{notice} Nothing else is waiting.")
            return redirect(request, f"/review/{following}", f"{notice} This is the next visit.")

        return await visit.attempt(request, visit_id, person, decide(), form.typed)

    return router
