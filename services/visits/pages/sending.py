"""The form of a visit: fill it in, mend what is wrong, look at what is odd, and send it once however often pressed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from schemas.vocabulary import Role
from services.shared.errors import Conflict, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.held_forms import SHOW_AGAIN
from services.shared.web.limited import at_most
from services.shared.web.notices import redirect
from services.shared.web.templating import Pages
from services.visits.handlers.intake import Intake
from services.visits.handlers.submission import WorthASecondLook
from services.visits.pages import form
from services.visits.pages.shown import VisitPage
from services.visits.rules.pace import INTAKE
from services.visits.rules.reading import content_sha256, read_content
from services.visits.rules.rights import CREWS
from services.visits.rules.story import Taken

RECEIVED = "Your visit was received."
RECEIVED_BEFORE = "This visit was received before, and nothing was sent again."

Values = Mapping[str, tuple[str, ...]]


def sending_pages(tools: Tools, pages: Pages, intake: Intake, path: str) -> APIRouter:
    """Return the routes of the form, which is shown and sent at a path; it needs no script."""
    router = APIRouter(prefix=path, tags=["device"], include_in_schema=False)

    def shown(request: Request, person: Person, page: VisitPage, status_code: int = 200) -> Response:
        page = replace(page, roles=person.roles)
        return pages.render(request, "visits/device.html", status_code=status_code, page=page, errors=page.summary())

    async def take(request: Request, person: Person, values: Values, seen: tuple[str, ...]) -> Taken:
        content = form.content_of(values, _given(person, values, tools.clock.now()))
        # The hash is of what the crew wrote, without the moment of pressing: pressing twice sends the same.
        reading = read_content(content, content_sha256({name: list(texts) for name, texts in values.items()}))
        return await intake(reading, person, request.state.correlation_id, seen=seen)

    @router.get("")
    async def new_visit(request: Request, person: Person = may(*CREWS)) -> Response:
        """Show an empty form, with the number of the visit it will be: pressing twice sends one visit."""
        return shown(request, person, VisitPage(_begun(person, tools.clock.now()), is_new=True))

    @router.post("", dependencies=[at_most("visits sent", INTAKE)])
    async def send_visit(request: Request, person: Person = may(*CREWS)) -> Response:
        """Take the visit and show its receipt, or show the form again with what has to be mended or looked at."""
        sent = await request.form()
        values = form.from_browser(sent.multi_items())
        if "add" in sent or SHOW_AGAIN in sent:
            return shown(request, person, VisitPage(values, lines_wanted=_one_more(sent, values)))
        seen = tuple(str(code) for code in sent.getlist("seen"))
        try:
            taken = await take(request, person, values, seen)
        except WorthASecondLook as odd:
            return shown(request, person, VisitPage(values, remarks=odd.remarks, seen=(*seen, *odd.remarks)))
        except Conflict:
            fresh = {**values, "submission_id": (str(new_id(tools.clock.now())),)}
            return shown(request, person, VisitPage(fresh, received_before=values["submission_id"][0]), 409)
        except Refused as refusal:
            return shown(request, person, VisitPage(form.without_allegations(values), refusal.reasons), 422)
        to = f"/device/visits/{taken.receipt.submission_id}"
        return (
            redirect(request, to, RECEIVED) if taken.is_new else redirect(request, to, RECEIVED_BEFORE, "information")
        )

    return router


def _one_more(sent: FormData, values: Values) -> dict[str, int]:
    group = str(sent.get("add", ""))
    return {group: form.lines_filled(values, group) + 1} if group in form.GROUPS else {}


def _begun(person: Person, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return what stands in the form when it is opened."""
    begun = {"submission_id": str(new_id(now)), "started_at": form.local_time(now), "lead_officer_id": person.name}
    known = {"station": person.station, "watch": person.watch}
    return {name: (value,) for name, value in {**begun, **known}.items() if value}


def _given(person: Person, values: Values, now: datetime) -> dict[str, object]:
    """Return what is not for the crew to fill in; a visit whose end was left empty ends now.

    Who led it is who is signed in, but for an officer in charge, who may name an officer of theirs.
    """
    names_another = person.has(Role.OFFICER_IN_CHARGE) and "lead_officer_id" in values
    given: dict[str, object] = {
        "schema_version": "1",
        "device_id": "browser",
        "app_version": version("ravi"),
        "lead_officer_id": values["lead_officer_id"][0] if names_another else person.name,
        "submitted_at": now.isoformat(),
    }
    return given if "ended_at" in values else {**given, "ended_at": now.isoformat()}
