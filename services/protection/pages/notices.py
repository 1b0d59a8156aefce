"""The pages of one notice: the form that enters it, what it says, and the forms that amend, lift and reinstate it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from schemas.vocabulary import NoticeEnd, NoticeKind
from services.domain.counting import counted
from services.domain.written_days import day_in
from services.protection.handlers.notices import (
    AmendNotice,
    EnterNotice,
    LiftNotice,
    ReinstateNotice,
    amend_notice,
    enter_notice,
    lift_notice,
    reinstate_notice,
)
from services.protection.pages.forms import Asked, code_in, render_form
from services.protection.pages.lists import may_write
from services.protection.presenters.words import history_lines
from services.protection.rules.notices import NEEDS_TICK, Lifting, WantedNotice
from services.protection.rules.records import PROTECTION
from services.protection.rules.rights import READERS, WRITERS
from services.protection.views.lists import today_of
from services.protection.views.one import one_notice
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect

ENTERED = "Entered: control and crews see it on the record of the premises."
AMENDED = "Amended: control and crews see it as it is now."
LIFTED = "Lifted: control and crews no longer see it. It is kept, with your reason."
REINSTATED = "In force again: control and crews see it."
FIELDS = ("premises_id", "reference", "kind", "from_on", "until_on", "restricts", "served_on")


def typed_notice(
    premises_id: Code = "",
    reference: Code = "",
    kind: Code = "",
    from_on: Code = "",
    until_on: Code = "",
    restricts: Typed = "",
    served_on: Typed = "",
) -> dict[str, str]:
    """Return a notice as it was typed."""
    given = (premises_id, reference, kind, from_on, until_on, restricts, served_on)
    return {name: value.strip() for name, value in zip(FIELDS, given, strict=True)}


TypedNotice = Annotated[dict[str, str], Depends(typed_notice)]


def wanted_in(typed: Mapping[str, str]) -> WantedNotice:
    """Return the notice that was typed."""
    return WantedNotice(
        premises_id=typed["premises_id"],
        reference=typed["reference"],
        kind=code_in(NoticeKind, typed["kind"]),
        from_on=day_in(typed["from_on"]),
        until_on=day_in(typed["until_on"]),
        restricts=typed["restricts"],
        served_on=typed["served_on"],
    )


def _show_new(request: Request, tools: Tools, typed: Mapping[str, str], why: Refused | None = None) -> Response:
    filled = {"from_on": today_of(tools).isoformat(), **typed}
    return render_form(request, "protection/notice_new.html", why, filled, kinds=list(NoticeKind))


async def show_one(
    request: Request,
    tools: Tools,
    notice_id: str,
    *,
    writes: bool,
    form: str = "",
    typed: Mapping[str, str] | None = None,
    why: Refused | None = None,
) -> Response:
    """Return the page of a notice; `form` is the one that was sent, with what was typed and what is wrong with it."""
    found = await one_notice(tools, notice_id)
    stands = {name: str(getattr(found.notice, name) or "") for name in FIELDS}
    filled = {f"amend-{name}": value for name, value in stands.items()} | {"lift-ended_on": found.today.isoformat()}
    filled |= {f"{form}{name}": value for name, value in (typed or {}).items()}
    return render_form(
        request,
        "protection/notice.html",
        why,
        filled,
        form=form,
        found=found,
        kinds=list(NoticeKind),
        ends=list(NoticeEnd),
        history=history_lines(found.history),
        writes=writes,
    )


def notices_router(tools: Tools) -> APIRouter:
    """Return the form that enters a notice, and the page of one."""
    router = APIRouter(prefix="/protection/notices", tags=["protection"], include_in_schema=False)

    @router.get("/new")
    async def new(request: Request, premises_id: Asked = "", person: Person = may(*WRITERS)) -> Response:
        """Show the form that enters a notice."""
        return _show_new(request, tools, {"premises_id": premises_id})

    @router.post("/new")
    async def enter(request: Request, typed: TypedNotice, person: Person = may(*WRITERS)) -> Response:
        """Enter a notice."""
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                notice = await enter_notice(EnterNotice(person, wanted_in(typed)), work)
        except Refused as refused:
            return _show_new(request, tools, typed, refused)
        return redirect(request, f"/protection/notices/{notice.notice_id}", ENTERED)

    @router.get("/{notice_id}")
    async def show_notice(request: Request, notice_id: Id, person: Person = may(*READERS)) -> Response:
        """Show a notice, in force or lifted, with its history."""
        return await show_one(request, tools, notice_id, writes=may_write(person))

    return router


def changing_notices_router(tools: Tools) -> APIRouter:
    """Return what the forms of one notice do: amend it, lift it, put it back in force."""
    router = APIRouter(prefix="/protection/notices", tags=["protection"], include_in_schema=False)

    async def again(request: Request, notice_id: str, form: str, typed: Mapping[str, str], why: Refused) -> Response:
        return await show_one(request, tools, notice_id, writes=True, form=form, typed=typed, why=why)

    @router.post("/{notice_id}/amend")
    async def amend(
        request: Request,
        notice_id: Id,
        typed: TypedNotice,
        version: Code = "",
        reason: Typed = "",
        person: Person = may(*WRITERS),
    ) -> Response:
        """Amend a notice that is in force."""
        command = AmendNotice(notice_id, counted(version) or 0, person, wanted_in(typed), reason)
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await amend_notice(command, work)
        except Refused as refused:
            return await again(request, notice_id, "amend-", typed | {"reason": reason}, refused)
        return redirect(request, f"/protection/notices/{notice_id}", AMENDED)

    @router.post("/{notice_id}/lift")
    async def lift(
        request: Request,
        notice_id: Id,
        version: Code = "",
        because: Code = "",
        ended_on: Code = "",
        reason: Typed = "",
        sure: Code = "",
        person: Person = may(*WRITERS),
    ) -> Response:
        """Lift a notice."""
        problems = () if sure == "yes" else (FieldReason("/sure", NEEDS_TICK),)
        lifting = Lifting(code_in(NoticeEnd, because), day_in(ended_on), reason)
        command = LiftNotice(notice_id, counted(version) or 0, person, lifting, problems)
        typed = {"because": because, "ended_on": ended_on, "reason": reason, "sure": sure}
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await lift_notice(command, work)
        except Refused as refused:
            return await again(request, notice_id, "lift-", typed, refused)
        return redirect(request, f"/protection/notices/{notice_id}", LIFTED)

    @router.post("/{notice_id}/reinstate")
    async def reinstate(
        request: Request, notice_id: Id, version: Code = "", reason: Typed = "", person: Person = may(*WRITERS)
    ) -> Response:
        """Put a notice back in force that was lifted by mistake."""
        command = ReinstateNotice(notice_id, counted(version) or 0, person, reason)
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await reinstate_notice(command, work)
        except Refused as refused:
            return await again(request, notice_id, "reinstate-", {"reason": reason}, refused)
        return redirect(request, f"/protection/notices/{notice_id}", REINSTATED)

    return router
