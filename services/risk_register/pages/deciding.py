"""What the decision form of a visit does: it takes the decision, and goes on to the next visit."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from schemas.visit_parts import LevelOverride
from services.risk_register.api import DESK, Id, Move, make_move
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.looking import item_page, rows_of
from services.risk_register.pages.one_visit import OneVisit
from services.risk_register.presenters.comparison import Comparison, fields_to_name
from services.risk_register.presenters.queue import next_after
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.notices import redirect

DONE = {
    Move.PUBLISH: "Published: control, crews and terminals see it.",
    Move.AMEND: "Published with your changes: control, crews and terminals see it.",
    Move.RETURN: "Returned: the crew is told what to mend.",
    Move.REJECT: "Rejected: the crew is told why.",
    Move.MERGE: "Merged into the other visit.",
    Move.ESCALATE: "Passed to the risk team manager.",
}
APPROVED = "Your approval is kept. Nothing is published until a second person approves."
LEVELS = ("1", "2", "3", "4", "5")
LONGEST = 500
FIELDS = frozenset(field["value"] for field in fields_to_name(()))


def deciding_router(tools: Tools) -> APIRouter:
    """Return what the decision form does."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)
    visit = OneVisit(tools)

    @router.post("/{visit_id}/decide")
    async def decide_visit(request: Request, visit_id: Id, person: Person = may(*DESK)) -> Response:
        """Take the decision that was chosen, and show the next visit."""
        form = await request.form()

        async def decide() -> Response:
            async with tools.database.reading() as session:
                shown = await item_page(session, visit_id, person, tools.clock.now())
            command = command_of(visit_id, person, form, shown["comparison"])
            item = await make_move(tools, request, chosen_move(form), command)
            notice = APPROVED if item.first_approval else DONE[chosen_move(form)]
            following = next_after(await rows_of(tools), visit_id, person.name)
            if following is None:
                return redirect(request, "/review", f"{notice} Nothing else is waiting.")
            return redirect(request, f"/review/{following}", f"{notice} This is the next visit.")

        return await visit.attempt(request, visit_id, person, decide(), form)

    return router


def chosen_move(form: FormData) -> Move:
    """Return the decision that was chosen; raises if none was."""
    chosen = str(form.get("decision", ""))
    if chosen not in DONE:
        raise Refused("choose what to do with this visit")
    return Move(chosen)


def command_of(visit_id: str, person: Person, form: FormData, comparison: Comparison) -> Command:
    """Return what the form asks for."""
    move = chosen_move(form)
    more: dict[str, Any] = changes_of(form, comparison) if move is Move.AMEND else {}
    if move is Move.MERGE:
        more["into"] = words_of(form, "into") or None
    given = words_of(form, "version")
    if not (given.isascii() and given.isdigit()):
        raise Refused("this page is out of date: load it again")
    return Command(
        visit_id,
        int(given),
        person,
        reason=words_of(form, f"{move.value}_reason") or None,
        fields=tuple(str(name) for name in form.getlist(f"{move.value}_fields") if name in FIELDS),
        **more,
    )


def changes_of(form: FormData, comparison: Comparison) -> dict[str, Any]:
    """Return what the reviewer changes. A fact whose tick was taken out is left as it is in the record."""
    ticked = {str(key) for key in form.getlist("publish")}
    facts = {}
    for line in comparison.to_decide:
        words = words_of(form, f"fact-{line.key}")
        if line.text is not None and line.key in ticked and words and words != line.text:
            facts[line.key] = words
    level = words_of(form, "level")
    if level and level not in LEVELS:
        raise Refused("a level is 1 to 5")
    reason = words_of(form, "level_reason")
    return {
        "facts": facts,
        "leave_out": tuple(line.key for line in comparison.to_decide if line.key not in ticked),
        "override": LevelOverride(level=int(level), reason=reason) if level else None,
    }


def words_of(form: FormData, name: str) -> str:
    """Return what was typed into a field; raises for what no keyboard types and no database keeps."""
    words = str(form.get(name, "")).strip()
    if "\0" in words:
        raise Refused("a field holds a character that cannot be kept: type it again")
    return words[:LONGEST]
