"""The page that opens an entry code and the contacts, for terminals where scripts do not run."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.vocabulary import ContactRole
from services.control.handlers.keeping import Readings
from services.control.handlers.reading import reveal_codes
from services.control.pages.assets import pages
from services.control.rules.rights import CODE_READERS
from services.control.views.asking import LONGEST_PURPOSE, SHORTEST_PURPOSE
from services.control.views.codes import revealed
from services.domain.words import words_for
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id

ASK_WHY = {"text": "Say in a few words what you need them for", "href": "#purpose"}


def codes_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the routes of the codes page."""
    router = APIRouter(prefix="/control/premises/{premises_id}/codes", include_in_schema=False)

    @router.get("")
    async def ask(request: Request, premises_id: Id, person: Person = may(*CODE_READERS)) -> Response:
        """Ask what the codes are needed for."""
        return pages.render(request, "control/codes.html", premises_id=premises_id, codes=None)

    @router.post("")
    async def reveal(
        request: Request,
        premises_id: Id,
        purpose: Annotated[str, Form(max_length=LONGEST_PURPOSE)] = "",
        person: Person = may(*CODE_READERS),
    ) -> Response:
        """Open the codes and show them once."""
        why = purpose.replace("\x00", "").strip()
        if len(why) < SHORTEST_PURPOSE:
            return pages.render(
                request, "control/codes.html", premises_id=premises_id, codes=None, errors=(ASK_WHY,), status_code=422
            )
        async with readings.kept(person, cause_of("control", person, request)) as access:
            codes = await reveal_codes(premises_id, access, why, tools.vault)
        return pages.render(
            request,
            "control/codes.html",
            premises_id=premises_id,
            codes=revealed(premises_id, codes, tools.clock.now()),
            contact_words=_contact_words,
        )

    return router


def _contact_words(role: ContactRole) -> str:
    return words_for(role)
