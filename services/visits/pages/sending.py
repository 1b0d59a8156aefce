"""The form of a visit: fill it in, mend what is wrong, and send it once however often it is pressed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib.metadata import version

from fastapi import APIRouter, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.errors import Conflict, Refused
from services.shared.event_log import Cause
from services.shared.identifiers import new_id
from services.shared.identity import Person, may
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.notices import redirect
from services.shared.web.templating import Pages
from services.visits.pages import form
from services.visits.pages.form import VisitPage
from services.visits.pages.stories import CREWS
from services.visits.rules.reading import Reading, read_content
from services.visits.rules.story import Taken

RECEIVED = "Your visit was received. You can leave this page: nothing more is needed from you."
RECEIVED_BEFORE = (
    "This visit was received before, and nothing was sent again. "
    "If you changed something since, send it as a new visit to the same premises."
)

TakeVisit = Callable[[Reading, str, AsyncSession, Vault], Awaitable[Taken]]


def sending_pages(tools: Tools, pages: Pages, take_visit: TakeVisit) -> APIRouter:
    """Return the routes of the form."""
    router = APIRouter(prefix="/device", tags=["device"], include_in_schema=False)

    def shown(request: Request, page: VisitPage, status_code: int = 200) -> Response:
        return pages.render(request, "visits/device.html", status_code=status_code, page=page, errors=page.summary())

    @router.get("")
    async def new_visit(request: Request, person: Person = may(*CREWS)) -> Response:
        """Show an empty form, with the number of the visit it will be: pressing twice sends one visit."""
        return shown(request, VisitPage(_begun(person, tools.clock.now())))

    @router.post("")
    async def send_visit(request: Request, person: Person = may(*CREWS)) -> Response:
        """Take the visit and show its receipt, or show the form again with what has to be mended."""
        sent = await request.form()
        values = form.from_browser(sent.multi_items())
        if "add" in sent:
            group = str(sent["add"])
            return shown(request, VisitPage(values, lines_wanted={group: form.lines_filled(values, group) + 1}))
        reading = read_content(form.content_of(values, _given(person, values, tools.clock.now())))
        cause = Cause("visits", person.name, request.state.correlation_id)
        try:
            async with transaction(tools.database, tools.clock, cause) as session:
                taken = await take_visit(reading, person.name, session, tools.vault)
        except Conflict:
            return redirect(request, f"/device/visits/{values['submission_id'][0]}", RECEIVED_BEFORE, "information")
        except Refused as refusal:
            return shown(request, VisitPage(form.without_allegations(values), refusal.reasons), 422)
        return redirect(request, f"/device/visits/{taken.receipt.submission_id}", RECEIVED)

    return router


def _begun(person: Person, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return what stands in the form when it is opened."""
    begun: dict[str, tuple[str, ...]] = {
        "submission_id": (str(new_id(now)),),
        "started_at": (form.local_time(now),),
    }
    return {**begun, "station": (person.station,)} if person.station else begun


def _given(person: Person, values: dict[str, tuple[str, ...]], now: datetime) -> dict[str, object]:
    """Return what is not for the crew to fill in; a visit whose end was left empty ends now."""
    given: dict[str, object] = {
        "schema_version": "1",
        "device_id": "browser",
        "app_version": version("ravi"),
        "lead_officer_id": person.name,
        "submitted_at": now.isoformat(),
    }
    return given if "ended_at" in values else {**given, "ended_at": now.isoformat()}
