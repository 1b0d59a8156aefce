"""Several visits at once: the page that shows what would happen to each, and the confirmation."""

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.risk_register.handlers.bulk import BulkCommand, act_in_bulk, look_in_bulk
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by
from services.risk_register.presenters.queue_filter import QUEUE, queue_address
from services.risk_register.rules.bulk import BulkAction, ticked_in
from services.risk_register.rules.queue_filter import wanted_of
from services.risk_register.rules.rights import DESK
from services.risk_register.views.bulk import bulk_rows, bulk_words
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.notices import redirect

HEADS = {
    BulkAction.CLAIM: ("Claim several visits", "Claim"),
    BulkAction.RELEASE: ("Give several visits back", "Give back"),
    BulkAction.PUBLISH: ("Publish several visits as reported", "Publish"),
}
NOTHING_TICKED = "Nothing was ticked: tick the visits first, then choose what to do with them."


def bulk_router(tools: Tools) -> APIRouter:
    """Return the two steps of what is done to several visits."""
    router = APIRouter(prefix=f"{QUEUE}/bulk", tags=["review"], include_in_schema=False)

    @router.post("/look")
    async def look(request: Request, person: Person = may(*DESK)) -> Response:
        """Show what would happen to each of the ticked visits; nothing is done yet."""
        form = await request.form()
        command, here = _command(form, person), queue_address(wanted_of(_texts(form)))
        if not command.ticked:
            return redirect(request, here, NOTHING_TICKED, "warning")
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            lines = await look_in_bulk(command, work)
        rows = bulk_rows(command.action, lines)
        title, button = HEADS[command.action]
        return pages.render(
            request,
            "review/bulk.html",
            action=command.action,
            title=title,
            button=button,
            rows=rows,
            done=[row for row in rows if not row.refused],
            asked={name: value for name, value in wanted_of(_texts(form)).as_asked().items() if value is not None},
            here=here,
        )

    @router.post("")
    async def act(request: Request, person: Person = may(*DESK)) -> Response:
        """Do it, to each visit that is still as it was shown."""
        form = await request.form()
        command = _command(form, person)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            lines = await act_in_bulk(command, work, tools.vault, tools.stamps)
        words = bulk_words(command.action, lines)
        return redirect(request, queue_address(wanted_of(_texts(form))), words)

    return router


def _command(form: FormData, person: Person) -> BulkCommand:
    chosen = str(form.get("action", ""))
    if chosen not in set(BulkAction):
        words = "choose what to do with the ticked visits"
        raise Refused(words, (FieldReason("/action", words),))
    return BulkCommand(BulkAction(chosen), person, ticked_in([str(one) for one in form.getlist("visit")]))


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}
