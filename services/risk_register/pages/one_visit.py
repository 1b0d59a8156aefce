"""The page of one visit beside its record; what cannot be done is said on it, with what was typed kept."""

from collections.abc import Awaitable

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.risk_register.handlers.looking import item_page
from services.risk_register.pages import pages
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person
from services.shared.service import Tools

# Which field a refused decision is about, so that the summary of errors leads there.
PLACE_OF = {"return": "return_reason", "reject": "reject_reason", "amend": "amend_reason", "merge": "into"}


class OneVisit:
    """Shows the page of a visit, as it is or with why something could not be done."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    async def show(
        self,
        request: Request,
        visit_id: str,
        person: Person,
        refused: Refused | None = None,
        typed: FormData | None = None,
    ) -> Response:
        """Return the page."""
        async with self.tools.database.reading() as session:
            shown = await item_page(session, visit_id, person, self.tools.clock.now())
        decision = str(typed.get("decision", "")) if typed else ""
        return pages.render(
            request,
            "review/item.html",
            status_code=refused.status if refused else 200,
            errors=errors_of(refused, PLACE_OF.get(decision, "what-to-do")),
            typed=typed or FormData(),
            chosen=decision,
            **shown,
        )

    async def attempt(
        self, request: Request, visit_id: str, person: Person, deed: Awaitable[Response], typed: FormData | None = None
    ) -> Response:
        """Return the answer of a deed, or the page again with why it could not be done."""
        try:
            return await deed
        except NotFound:
            raise
        except Refused as refused:
            return await self.show(request, visit_id, person, refused, typed)


def errors_of(refused: Refused | None, place: str) -> list[dict[str, str]]:
    """Return the lines of the summary of errors."""
    if refused is None:
        return []
    lines = [reason.reason for reason in refused.reasons] or [str(refused)]
    return [{"text": line[:1].upper() + line[1:], "href": f"#{place}"} for line in lines]
