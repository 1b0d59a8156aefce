"""The page that opens an entry code and the contacts, for terminals where scripts do not run."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from schemas.vocabulary import ContactRole
from services.control.handlers.keeping import Readings
from services.control.handlers.reading import reveal_codes
from services.control.pages.assets import pages
from services.control.rules.rights import CODE_READERS
from services.control.views.asking import LONGEST_PURPOSE, SHORTEST_PURPOSE
from services.control.views.codes import RevealedCodes, revealed
from services.control.views.names import name_of
from services.domain.words import words_for
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id

ASK_WHY = {"text": "Say in a few words what you need them for", "href": "#purpose"}


def codes_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the routes of the codes page."""
    router = APIRouter(prefix="/control/premises/{premises_id}/codes", include_in_schema=False)

    async def page(request: Request, premises_id: str, codes: RevealedCodes | None = None, **more: Any) -> Response:
        async with tools.database.reading() as session:
            more |= {"premises_id": premises_id, "name": await name_of(session, premises_id), "codes": codes}
        return pages.render(request, "control/codes.html", contact_words=_contact_words, **more)

    @router.get("")
    async def ask(request: Request, premises_id: Id, person: Person = may(*CODE_READERS)) -> Response:
        """Ask what the codes are needed for."""
        return await page(request, premises_id)

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
            return await page(request, premises_id, errors=(ASK_WHY,), status_code=422)
        async with readings.kept(person, cause_of("control", person, request)) as access:
            codes = await reveal_codes(premises_id, access, why, tools.vault)
        return await page(request, premises_id, revealed(premises_id, codes, tools.clock.now()))

    return router


def _contact_words(role: ContactRole) -> str:
    return words_for(role)
