"""The pages of what comes after incidents: what waits for a reviewer, who has not answered, and one answer."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from schemas.vocabulary import Watch
from services.domain.counting import counted
from services.domain.words import words_for
from services.domain.working_time import WORKING_DAY, add_working_time, local_date
from services.risk_register.handlers.actions import RaiseAction, raise_action
from services.risk_register.handlers.asks import AskCommand, ask_for_visit
from services.risk_register.handlers.debriefs import AnswerCommand, finish_answer, reopen_answer
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters import debriefs as words
from services.risk_register.presenters.debriefs import PATH
from services.risk_register.presenters.narrowing import page_link
from services.risk_register.rules.actions import ActionWanted
from services.risk_register.rules.debriefs import DebriefTab
from services.risk_register.rules.rights import DESK
from services.risk_register.views.debriefs import debrief_page, one_answer
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

RAISED = "The action is raised: it stays on the list until it is done or no longer needed."
FINISHED = "Dealt with: it is off the queue. Its actions stay until each is closed."
REOPENED = "Opened again: it waits in the queue."
ASKED = "The crew is asked: it reads on its tablet what the inspection must answer."
CHANGES = {"finish": (finish_answer, PATH, FINISHED), "reopen": (reopen_answer, f"{PATH}/{{}}", REOPENED)}
INSPECTED_WITHIN = 10 * WORKING_DAY
EMPTY = {
    DebriefTab.WAITING: ("Nothing waits", "When a crew or control says that something was not right, it comes here."),
    DebriefTab.ASKED: ("Everybody has answered", "Control asks after an incident, from the record of the premises."),
    DebriefTab.DEALT_WITH: ("Nothing is dealt with yet", "What you deal with can be opened again here."),
    DebriefTab.RIGHT: ("Nobody has said that all was right", "Such an answer confirms by report, and moves no date."),
}


async def show_one(
    tools: Tools,
    questions: tuple[str, ...],
    request: Request,
    answer_id: str,
    form: str = "",
    typed: dict[str, str] | None = None,
    why: Refused | None = None,
    task: int = 0,
) -> Response:
    """Show one answer, with what was typed into one of its forms and what is wrong with that."""
    found = await one_answer(tools, answer_id)
    by_when = local_date(add_working_time(tools.clock.now(), INSPECTED_WITHIN))
    usual = {"ask-station": found.station, "ask-due_on": by_when.isoformat()}
    usual["ask-reason"] = f"Post-fire inspection after incident {found.answer.incident_no}"
    usual["action-what"] = found.findings[task - 1].task if 0 < task <= len(found.findings) else ""
    return render_form(
        request,
        "debriefs/one.html",
        why,
        typed or {},
        form=form,
        usual=usual,
        found=found,
        answer=found.answer,
        side=words.SIDE_WORDS[found.answer.asked_of],
        action_words=words.action_state,
        questions=questions,
        watches=[("", "Any watch"), *((watch.value, words_for(watch)) for watch in Watch)],
    )


def debriefs_router(tools: Tools, questions: tuple[str, ...]) -> APIRouter:
    """Return the pages after incidents; `questions` are those that an inspection after a fire must answer."""
    router = APIRouter(prefix=PATH, tags=["review"], include_in_schema=False)

    @router.get("")
    async def show_list(
        request: Request, show: DebriefTab = DebriefTab.WAITING, page: PageNumber = 1, person: Person = may(*DESK)
    ) -> Response:
        """Show a page of one part."""
        found = await debrief_page(tools, show, page)
        return pages.render(
            request,
            "debriefs/list.html",
            found=found,
            tabs=words.debrief_tabs(show, found.counts),
            sides=words.SIDE_WORDS,
            kinds=words.KIND_WORDS,
            empty=EMPTY[show],
            link=page_link(f"{PATH}?show={show}"),
        )

    @router.get("/{answer_id}")
    async def show_answer(
        request: Request, answer_id: Id, task: Annotated[int, Query(ge=0, le=99)] = 0, person: Person = may(*DESK)
    ) -> Response:
        """Show one answer; the form of an action begins with what `task` counts of its findings."""
        return await show_one(tools, questions, request, answer_id, task=task)

    return router


def debrief_acts_router(tools: Tools, questions: tuple[str, ...]) -> APIRouter:
    """Return what the forms of an answer do."""
    router = APIRouter(prefix=PATH, tags=["review"], include_in_schema=False)

    @router.post("/{answer_id}/actions")
    async def raise_one(
        request: Request,
        answer_id: Id,
        what: Typed = "",
        owner: Typed = "",
        due_on: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Raise an action on it."""
        command = RaiseAction(person, ActionWanted(what, owner, day_in(due_on)), answer_id=answer_id)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await raise_action(command, work)
        except NotFound:
            raise
        except Refused as refused:
            typed = {"what": what, "owner": owner, "due_on": due_on}
            return await show_one(tools, questions, request, answer_id, "action-", typed, refused)
        return redirect(request, f"{PATH}/{answer_id}#actions", RAISED)

    @router.post("/{answer_id}/inspection")
    async def ask_inspection(
        request: Request,
        answer_id: Id,
        reason: Typed = "",
        due_on: Code = "",
        station: Code = "",
        watch: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Ask a station for the inspection after the fire."""
        found = await one_answer(tools, answer_id)
        of_watch = Watch(watch) if watch in set(Watch) else None
        command = AskCommand(
            found.answer.premises_id,
            person,
            reason,
            day_in(due_on),
            station,
            of_watch,
            found.answer.incident_no,
            questions,
        )
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await ask_for_visit(command, work)
        except Refused as refused:
            typed = {"reason": reason, "due_on": due_on, "station": station, "watch": watch}
            return await show_one(tools, questions, request, answer_id, "ask-", typed, refused)
        return redirect(request, f"{PATH}/{answer_id}#inspection", ASKED)

    @router.post("/{answer_id}/{change}")
    async def change_one(
        request: Request,
        answer_id: Id,
        change: Literal["finish", "reopen"],
        version: Code = "",
        reason: Typed = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Say that it is dealt with, or open it again."""
        act, to, done = CHANGES[change]
        command = AnswerCommand(answer_id, counted(version) or 0, person, reason)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await act(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show_one(tools, questions, request, answer_id, f"{change}-", {"reason": reason}, refused)
        return redirect(request, to.format(answer_id), done)

    return router
