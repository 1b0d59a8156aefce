"""The quarantine page: messages that need a person, why, and the two things one can do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response

from schemas.topics import BY_NAME
from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.identity import Person, may
from services.shared.paging import page_of
from services.shared.quarantine import count_decided, count_waiting, list_decided, list_waiting, release, set_aside
from services.shared.service import Tools
from services.shared.tables import QuarantinedMessage
from services.shared.transactions import transaction
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber
from services.shared.web.templating import render

READERS = (Role.RISK_TEAM_MANAGER, Role.ADMINISTRATOR, Role.INFORMATION_GOVERNANCE)
DECIDERS = (Role.RISK_TEAM_MANAGER, Role.ADMINISTRATOR)

CAUSE_WORDS = {
    "unreadable": "Cannot be read",
    "refused": "Refused by our rules",
    "not-yet": "Something it needs never came",
    "defect": "A defect of ours",
}


def _shown(message: QuarantinedMessage) -> dict[str, object]:
    """Return what the page shows of a message: never its body, which may hold what this reader may not know."""
    topic = BY_NAME.get(message.topic)
    return {
        "id": str(message.id),
        "service": message.service.replace("_", " "),
        "topic": message.topic,
        "origin": message.origin,
        "cause": CAUSE_WORDS.get(message.cause, message.cause),
        "explanation": "withheld: this topic is restricted" if topic and topic.restricted else message.explanation,
        "can_be_released": message.can_be_released,
        "bytes": len(message.body),
        "state": message.state,
        "quarantined_at": message.quarantined_at,
        "decided_at": message.decided_at,
        "decided_by": message.decided_by,
        "note": message.decision_note,
    }


def quarantine_router(tools: Tools) -> APIRouter:
    """Return the routes of quarantine."""
    router = APIRouter(prefix="/quarantine", tags=["quarantine"], include_in_schema=False)

    @router.get("")
    async def quarantine_page(
        request: Request,
        number: PageNumber = 1,
        decided: Annotated[int, Query(ge=1, le=100_000)] = 1,
        person: Person = may(*READERS),
    ) -> Response:
        """Show what waits for a person and what was decided lately."""
        async with tools.people.reading() as session:
            page = page_of(number, sum((await count_waiting(session)).values()))
            decided_page = page_of(decided, await count_decided(session))
            waiting = [_shown(message) for message in await list_waiting(session, page)]
            done = [_shown(message) for message in await list_decided(session, decided_page)]
        return render(
            request,
            "quarantine.html",
            waiting=waiting,
            page=page,
            decided=done,
            decided_page=decided_page,
            may_decide=person.has(*DECIDERS),
        )

    @router.post("/{message_id}/release")
    async def release_message(request: Request, message_id: UUID, person: Person = may(*DECIDERS)) -> Response:
        """Deliver a message again to the service it was for."""
        async with transaction(tools.people, tools.clock, _by(person, request)) as work:
            await release(work, message_id, person.name)
        return redirect(request, "/quarantine", "The message was released: it is being delivered again.")

    @router.post("/{message_id}/set-aside")
    async def set_message_aside(
        request: Request,
        message_id: UUID,
        why: Annotated[str, Form(min_length=5, max_length=500)],
        person: Person = may(*DECIDERS),
    ) -> Response:
        """Take a message out of the work for good, with the reason; its copy is kept."""
        async with transaction(tools.people, tools.clock, _by(person, request)) as work:
            await set_aside(work, message_id, person.name, why)
        return redirect(request, "/quarantine", "The message was set aside. Its copy is kept.")

    return router


def _by(person: Person, request: Request) -> Cause:
    return Cause("platform", person.name, request.state.correlation_id)
