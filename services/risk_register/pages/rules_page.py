"""The page of the rules for what ought to have a record: change them, see what that would do, adopt them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.risk_register.handlers.gap_rules import AdoptCommand, adopt_rules
from services.risk_register.pages import pages
from services.risk_register.pages.rules_form import BLANK, Line, lines_of, rules_typed, typed_lines
from services.risk_register.rules.gap_rules import reasons_to_refuse_rules
from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.rights import DESK, RULE_MAKERS
from services.risk_register.views.gap_rules import Preview, preview, rules_page
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.notices import redirect

ADOPTED = "Adopted: the list goes by the new rules."


def rules_router(tools: Tools) -> APIRouter:
    """Return the page of the rules, and what its form does."""
    router = APIRouter(prefix="/oversight/gaps/rules", tags=["oversight"], include_in_schema=False)

    async def show(
        request: Request,
        person: Person,
        lines: list[Line] | None = None,
        *,
        version: int | None = None,
        reasons: tuple[FieldReason, ...] = (),
        **more: Any,
    ) -> Response:
        async with tools.database.reading() as session:
            found = await rules_page(session)
        errors = [{"href": f"#{one.pointer.removeprefix('/')}", "text": one.reason} for one in reasons]
        return pages.render(
            request,
            "review/rules.html",
            status_code=422 if reasons else 200,
            found=found,
            from_version=version if version is not None and version != found.present.version else None,
            lines=[*lines, BLANK] if lines is not None else lines_of(found.table(version).rules),
            may_change=person.has(*RULE_MAKERS),
            errors=errors,
            error_at={error["href"].removeprefix("#"): error["text"] for error in errors},
            **{"preview": None, "reason": "", **more},
        )

    async def look(request: Request, person: Person, lines: list[Line]) -> Response:
        rules = rules_typed(lines)
        if reasons := reasons_to_refuse_rules(rules):
            return await show(request, person, lines, reasons=reasons)
        return await show(request, person, lines, preview=await _preview(lines))

    async def _preview(lines: list[Line]) -> Preview:
        async with tools.database.reading() as session:
            present = (await rules_page(session)).present
            return await preview(session, present, rules_typed(lines))

    @router.get("")
    async def show_rules(
        request: Request,
        version: Annotated[int | None, Query(ge=0, le=2_000_000_000)] = None,
        person: Person = may(*DESK),
    ) -> Response:
        """Show the rules that are in force, or those of a former version to adopt them again."""
        return await show(request, person, version=version)

    @router.post("/look")
    async def look_first(request: Request, person: Person = may(*RULE_MAKERS)) -> Response:
        """Show what the rules that were typed would change."""
        return await look(request, person, typed_lines(dict(await request.form())))

    @router.post("/adopt")
    async def adopt(request: Request, person: Person = may(*RULE_MAKERS)) -> Response:
        """Adopt the rules that were looked at."""
        form = {name: str(value).replace("\x00", "") for name, value in (await request.form()).items()}
        lines, reason, instead_of = typed_lines(form), form.get("reason", ""), form.get("instead_of", "")
        number = int(instead_of) if instead_of.isascii() and instead_of.isdigit() and len(instead_of) < 10 else -1
        command = AdoptCommand(rules_typed(lines), number, form.get("looked_at", ""), person, reason)
        try:
            async with acting(REGISTER, tools, person, request) as work:
                await adopt_rules(command, work)
        except Refused as refused:
            if not refused.reasons:
                raise
            again = None if reasons_to_refuse_rules(command.rules) else await _preview(lines)
            return await show(request, person, lines, reasons=refused.reasons, preview=again, reason=reason)
        return redirect(request, "/oversight/gaps/rules", ADOPTED)

    return router
