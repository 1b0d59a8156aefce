"""The pages of quality: which published visits are to be checked, one of them, and the form that scores it."""

from fastapi import APIRouter, Request, Response

from schemas.vocabulary import QualityPoint
from services.domain.counting import counted
from services.domain.quality import TARGET_PERCENT
from services.risk_register.handlers.quality import ReopenCommand, ScoreCommand, reopen_check, score_visit
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters import quality as words
from services.risk_register.presenters.narrowing import page_link
from services.risk_register.presenters.quality import PATH
from services.risk_register.rules.quality import QualityState
from services.risk_register.rules.rights import DESK
from services.risk_register.views.quality import one_check, quality_list
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

SCORED = "Checked: its crew reads the result with its visit."
REOPENED = "Opened again: its crew reads that it is being checked again."


def quality_router(tools: Tools) -> APIRouter:
    """Return the pages of quality."""
    router = APIRouter(prefix=PATH, tags=["oversight"], include_in_schema=False)

    async def show(
        request: Request,
        visit_id: str,
        person: Person,
        problem: Refused | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response:
        found = await one_check(tools, visit_id, person)
        return render_form(
            request,
            "review/quality_one.html",
            problem,
            typed or {},
            check=found.placed.check,
            premises=found.placed.premises,
            barred=found.barred,
            why=words.why_words(found.placed.check),
            points=words.points_to_ask(),
            lines=words.point_lines(found.placed.check),
            history=words.history_lines(found.history),
        )

    @router.get("")
    async def show_list(
        request: Request,
        show: QualityState = QualityState.WAITING,
        page: PageNumber = 1,
        person: Person = may(*DESK),
    ) -> Response:
        """Show what is to be checked, or was."""
        found = await quality_list(tools, show, page)
        return pages.render(
            request,
            "review/quality.html",
            found=found,
            tabs=words.tabs(show, found.counts),
            link=page_link(words.address(show)),
            why=words.why_words,
            result_words=words.result_words,
            month_words=words.month_words,
            target=TARGET_PERCENT,
        )

    @router.get("/{visit_id}")
    async def show_check(request: Request, visit_id: Id, person: Person = may(*DESK)) -> Response:
        """Show the check of one visit."""
        return await show(request, visit_id, person)

    @router.post("/{visit_id}/score")
    async def score(request: Request, visit_id: Id, version: Code = "", person: Person = may(*DESK)) -> Response:
        """Score it."""
        form = {name: str(value).replace("\x00", "")[:1000] for name, value in (await request.form()).items()}
        answers = {point.value: form.get(point, "") for point in QualityPoint}
        findings = {point.value: form.get(f"{point}-words", "") for point in QualityPoint}
        command = ScoreCommand(visit_id, counted(version) or 0, person, answers, findings)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await score_visit(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, visit_id, person, refused, form)
        return redirect(request, PATH, SCORED)

    @router.post("/{visit_id}/reopen")
    async def reopen(
        request: Request, visit_id: Id, version: Code = "", reason: Typed = "", person: Person = may(*DESK)
    ) -> Response:
        """Open it again."""
        command = ReopenCommand(visit_id, counted(version) or 0, person, reason)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await reopen_check(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, visit_id, person, refused, {"reason": reason})
        return redirect(request, f"{PATH}/{visit_id}", REOPENED)

    return router
