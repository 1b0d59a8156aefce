"""The page of one visit beside its record; what cannot be done is said on it, with what was typed kept."""

from collections.abc import Awaitable

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.risk_register.pages import pages
from services.risk_register.pages.correcting_form import errors_of_correction
from services.risk_register.pages.decision_form import errors_of
from services.risk_register.presenters.editors import editor_of
from services.risk_register.views.item import item_page
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person
from services.shared.service import Tools


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
        place: str = "",
    ) -> Response:
        """Return the page; the row of `place` is open to be corrected by whoever holds the visit."""
        async with self.tools.database.reading() as session:
            shown = await item_page(session, visit_id, person, self.tools.clock.now())
        decision = str(typed.get("decision", "")) if typed else ""
        line = shown.comparison.at(place) if shown.mine else None
        editor = editor_of(line.key, shown.values[line.key]) if line else None
        errors: list[dict[str, str]] = []
        if refused:
            errors = errors_of_correction(refused, editor) if editor else errors_of(refused, decision)
        return pages.render(
            request,
            "review/item.html",
            status_code=refused.status if refused else 200,
            errors=errors,
            error_at={error["href"].removeprefix("#"): error["text"] for error in errors},
            typed=typed or FormData(),
            chosen=decision,
            correcting=line.place if line else "",
            editor=editor,
            **vars(shown),
        )

    async def attempt(
        self,
        request: Request,
        visit_id: str,
        person: Person,
        action: Awaitable[Response],
        typed: FormData | None = None,
        place: str = "",
    ) -> Response:
        """Return the answer of an action, or the page again with why it could not be done."""
        try:
            return await action
        except NotFound:
            raise
        except Refused as refused:
            return await self.show(request, visit_id, person, refused, typed, place)
