"""The pages of one audit: the form that enters it, what it says, and the form that corrects it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from schemas.vocabulary import AuditResult
from services.domain.counting import counted
from services.domain.written_days import day_in
from services.protection.handlers.audits import (
    CorrectAudit,
    EnterAudit,
    WithdrawAudit,
    correct_audit,
    enter_audit,
    withdraw_audit,
)
from services.protection.pages.forms import Asked, code_in, render_form
from services.protection.pages.lists import may_write
from services.protection.presenters.words import history_lines
from services.protection.rules.audits import WantedAudit, lines_in
from services.protection.rules.records import PROTECTION
from services.protection.rules.rights import READERS, WRITERS
from services.protection.views.lists import today_of
from services.protection.views.one import one_audit
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect

ENTERED = "Entered: control and crews see its summary on the record of the premises."
CORRECTED = "Kept: control and crews see it as it is now."
WITHDRAWN = "Withdrawn: control and crews no longer see it. It is kept, with your reason."
NEEDS_TICK = "tick that it was entered by mistake: control and crews no longer see it"
FIELDS = ("premises_id", "reference", "kind", "audited_on", "result", "summary")


def typed_audit(
    premises_id: Code = "",
    reference: Code = "",
    kind: Code = "",
    audited_on: Code = "",
    result: Code = "",
    summary: Typed = "",
) -> dict[str, str]:
    """Return an audit as it was typed."""
    given = (premises_id, reference, kind, audited_on, result, summary)
    return {name: value.strip() for name, value in zip(FIELDS, given, strict=True)}


TypedAudit = Annotated[dict[str, str], Depends(typed_audit)]


def wanted_in(typed: Mapping[str, str]) -> WantedAudit:
    """Return the audit that was typed."""
    return WantedAudit(
        premises_id=typed["premises_id"],
        reference=typed["reference"],
        kind=typed["kind"],
        audited_on=day_in(typed["audited_on"]),
        result=code_in(AuditResult, typed["result"]),
        summary=lines_in(typed["summary"]),
    )


def _show_new(request: Request, tools: Tools, typed: Mapping[str, str], why: Refused | None = None) -> Response:
    filled = {"audited_on": today_of(tools).isoformat(), **typed}
    return render_form(request, "protection/audit_new.html", why, filled, results=list(AuditResult))


async def _show(
    request: Request,
    tools: Tools,
    person: Person,
    audit_id: str,
    typed: Mapping[str, str] | None = None,
    why: Refused | None = None,
    form: str = "",
) -> Response:
    found = await one_audit(tools, audit_id)
    stands = {name: str(getattr(found.audit, name)) for name in FIELDS}
    filled = stands | {"summary": "\n".join(found.audit.summary)} | dict(typed or {})
    return render_form(
        request,
        "protection/audit.html",
        why,
        filled,
        form=form,
        found=found,
        results=list(AuditResult),
        history=history_lines(found.history),
        writes=may_write(person),
    )


def audits_router(tools: Tools) -> APIRouter:
    """Return the pages of one audit, and what their forms do."""
    router = APIRouter(prefix="/protection/audits", tags=["protection"], include_in_schema=False)

    @router.get("/new")
    async def new(request: Request, premises_id: Asked = "", person: Person = may(*WRITERS)) -> Response:
        """Show the form that enters an audit."""
        return _show_new(request, tools, {"premises_id": premises_id})

    @router.post("/new")
    async def enter(request: Request, typed: TypedAudit, person: Person = may(*WRITERS)) -> Response:
        """Enter an audit."""
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                audit = await enter_audit(EnterAudit(person, wanted_in(typed)), work)
        except Refused as refused:
            return _show_new(request, tools, typed, refused)
        return redirect(request, f"/protection/audits/{audit.audit_id}", ENTERED)

    @router.get("/{audit_id}")
    async def show_audit(request: Request, audit_id: Id, person: Person = may(*READERS)) -> Response:
        """Show an audit with its summary and its history."""
        return await _show(request, tools, person, audit_id)

    @router.post("/{audit_id}/correct")
    async def correct(
        request: Request,
        audit_id: Id,
        typed: TypedAudit,
        version: Code = "",
        reason: Typed = "",
        person: Person = may(*WRITERS),
    ) -> Response:
        """Correct an audit, or write the summary that it lacks."""
        command = CorrectAudit(audit_id, counted(version) or 0, person, wanted_in(typed), reason)
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await correct_audit(command, work)
        except Refused as refused:
            return await _show(request, tools, person, audit_id, typed | {"reason": reason}, refused)
        return redirect(request, f"/protection/audits/{audit_id}", CORRECTED)

    @router.post("/{audit_id}/withdraw")
    async def withdraw(
        request: Request,
        audit_id: Id,
        version: Code = "",
        reason: Typed = "",
        sure: Code = "",
        person: Person = may(*WRITERS),
    ) -> Response:
        """Withdraw an audit that was entered by mistake."""
        problems = () if sure == "yes" else (FieldReason("/sure", NEEDS_TICK),)
        command = WithdrawAudit(audit_id, counted(version) or 0, person, reason, problems)
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await withdraw_audit(command, work)
        except Refused as refused:
            typed = {"withdraw-reason": reason, "withdraw-sure": sure}
            return await _show(request, tools, person, audit_id, typed, refused, "withdraw-")
        return redirect(request, f"/protection/audits/{audit_id}", WITHDRAWN)

    return router
