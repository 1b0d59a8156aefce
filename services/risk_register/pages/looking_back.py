"""The pages that look back on a record: any two versions compared, and the record as it was at a moment."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints, TypeAdapter, ValidationError

from schemas.visit_parts import NO_NUL, Moment
from services.risk_register.pages import pages
from services.risk_register.rules.as_it_was import ByWhen
from services.risk_register.rules.rights import DESK
from services.risk_register.views.as_it_was import MEANING, AsItWas, as_it_was
from services.risk_register.views.versions import record_of, versions_compared
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.words import LONDON

A_TIME = "give a day and a time, such as 22 Nov 2026, 14:02"
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
Number = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Typed = Annotated[str | None, StringConstraints(max_length=40, pattern=NO_NUL), Query()]


def looking_back_router(tools: Tools) -> APIRouter:
    """Return the pages that look back on a record."""
    router = APIRouter(prefix="/review/records/{premises_id}", tags=["review"], include_in_schema=False)

    @router.get("/comparison")
    async def show_comparison(
        request: Request, premises_id: Id, before: Number = None, after: Number = None, person: Person = may(*DESK)
    ) -> Response:
        """Show two versions of a record side by side."""
        async with tools.database.reading() as session:
            found = await versions_compared(session, premises_id, before, after)
        return pages.render(request, "review/comparison.html", found=found)

    @router.get("/as-it-was")
    async def show_as_it_was(
        request: Request,
        premises_id: Id,
        as_of: Typed = None,
        by: ByWhen = ByWhen.SHOWN,
        person: Person = may(*DESK),
    ) -> Response:
        """Ask for a moment, and show the record as it was then."""
        now, found, refused = tools.clock.now(), None, None
        async with tools.database.reading() as session:
            premises = (await record_of(session, premises_id)).premises
            try:
                if as_of is not None:
                    found = await as_it_was(session, premises_id, moment_of(as_of), by, now)
            except Refused as problem:
                refused = problem
        errors = [{"href": f"#{reason.pointer.removeprefix('/')}", "text": reason.reason} for reason in _of(refused)]
        return pages.render(
            request,
            "review/as_it_was.html",
            status_code=refused.status if refused else 200,
            premises=premises,
            found=found,
            errors=errors,
            by=by,
            meaning=MEANING,
            typed=_typed(as_of, found, now),
        )

    return router


def moment_of(typed: str) -> datetime:
    """Return the moment that was typed, by the clock here where it names no other; raises `Refused` for none."""
    try:
        at = datetime.fromisoformat(typed)
        return MOMENT.validate_python(at if at.tzinfo else at.replace(tzinfo=LONDON))
    except (ValueError, ValidationError):
        raise Refused(A_TIME, (FieldReason("/as_of", A_TIME),)) from None


def _of(refused: Refused | None) -> tuple[FieldReason, ...]:
    return refused.reasons if refused else ()


def _typed(as_of: str | None, found: AsItWas | None, now: datetime) -> dict[str, Any]:
    """Return what stands in the field: the moment that is shown, or what was typed instead of one."""
    if found is None and as_of is not None:
        return {"as_of": as_of}
    return {"as_of": (found.as_of if found else now).astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")}
