"""The lists: notices in force, the first to end first; those lifted; audits; fires; premises found by their words."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.vocabulary import NoticeKind, Role
from services.domain.fire_safety import counts_until
from services.protection.pages import pages
from services.protection.pages.forms import Asked, code_in
from services.protection.rules.rights import READERS
from services.protection.views.lists import (
    audits,
    fires,
    notices_in_force,
    notices_lifted,
    premises_found,
    today_of,
)
from services.protection.views.one import one_premises
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber

Kind = Annotated[str, Query(max_length=20)]


def may_write(person: Person) -> bool:
    """Return whether somebody is shown what changes something."""
    return person.has(Role.PROTECTION)


def lists_router(tools: Tools) -> APIRouter:
    """Return the lists of Protection."""
    router = APIRouter(prefix="/protection", tags=["protection"], include_in_schema=False)

    @router.get("")
    async def show_notices(
        request: Request, kind: Kind = "", page: PageNumber = 1, person: Person = may(*READERS)
    ) -> Response:
        """Show the notices that nobody has lifted, the first to end first."""
        wanted = code_in(NoticeKind, kind)
        found = await notices_in_force(tools, page, wanted)
        return pages.render(
            request,
            "protection/notices.html",
            found=found,
            kind=wanted.value if wanted else "",
            kinds=list(NoticeKind),
            today=today_of(tools),
            writes=may_write(person),
        )

    @router.get("/lifted")
    async def show_lifted(request: Request, page: PageNumber = 1, person: Person = may(*READERS)) -> Response:
        """Show the notices that were lifted, the last first."""
        found, today = await notices_lifted(tools, page), today_of(tools)
        return pages.render(request, "protection/lifted.html", found=found, today=today)

    @router.get("/audits")
    async def show_audits(
        request: Request, without_summary: bool = False, page: PageNumber = 1, person: Person = may(*READERS)
    ) -> Response:
        """Show audits, the newest first; or those that nobody has written a summary of."""
        found = await audits(tools, page, without_summary=without_summary)
        writes = may_write(person)
        return pages.render(
            request, "protection/audits.html", found=found, without_summary=without_summary, writes=writes
        )

    @router.get("/fires")
    async def show_fires(request: Request, page: PageNumber = 1, person: Person = may(*READERS)) -> Response:
        """Show fires, the newest first, each with the day until which it counts."""
        found, today = await fires(tools, page), today_of(tools)
        return pages.render(request, "protection/fires.html", found=found, today=today, counts_until=counts_until)

    @router.get("/premises")
    async def find_premises(request: Request, q: Asked = "", person: Person = may(*READERS)) -> Response:
        """Show the premises that have the words that were typed."""
        found = await premises_found(tools, q)
        return pages.render(request, "protection/find.html", q=q, found=found)

    @router.get("/premises/{premises_id}")
    async def show_premises(request: Request, premises_id: Id, person: Person = may(*READERS)) -> Response:
        """Show all that is held of a building and its parts, and what crews see of it."""
        found = await one_premises(tools, premises_id)
        return pages.render(
            request, "protection/premises.html", found=found, writes=may_write(person), counts_until=counts_until
        )

    return router
