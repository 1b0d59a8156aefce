"""The register as other programmes use it: the review queue, its decisions, and the record of a premises."""

from dataclasses import fields
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from pydantic_core import to_jsonable_python

from schemas.visit_parts import NO_NUL, LevelOverride, Line, Part, Text
from schemas.vocabulary import VisitKind, Watch
from services.domain.fact_keys import SCORE, taken_apart
from services.risk_register.handlers.asks import AskCommand, WithdrawCommand, ask_for_visit, withdraw_ask
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move, make_move, publish_again
from services.risk_register.handlers.restoring import Restore
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.queue_filter import LONGEST_WORDS, Priority, QueueWanted
from services.risk_register.rules.review_queue import Tab
from services.risk_register.rules.rights import DESK, QUEUE_READERS, RECORD_READERS
from services.risk_register.rules.showing import facts_to_show
from services.risk_register.store.asks import list_asks
from services.risk_register.store.records import find_record, list_versions
from services.risk_register.views.queue import queue_page
from services.shared.errors import NotFound
from services.shared.event_log import Cause
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber

Narrow = Annotated[str, Query(max_length=LONGEST_WORDS, pattern=NO_NUL)]
# Versions of a record that one answer holds, the newest.
MOST_VERSIONS = 100


class MoveBody(Part):
    """What a decision needs: the version it was taken on, and for some the words, fields, changes or other visit.

    `comments` are words about single fields, by the name of the field, for a return or a rejection.
    """

    version: int = Field(ge=1)
    reason: Text | None = None
    fields: tuple[Line, ...] = Field(default=(), max_length=100)
    comments: dict[Line, Text] = Field(default_factory=dict, max_length=100)
    facts: dict[str, Any] = Field(default_factory=dict)
    leave_out: tuple[Text, ...] = Field(default=(), max_length=200)
    override: LevelOverride | None = None
    into: Line | None = None
    take_out: tuple[Line, ...] = Field(default=(), max_length=100)
    was_not_there: bool = False


class RestoreBody(Part):
    """Which version to publish again, in place of which one that the reviewer was looking at, and why."""

    version: int = Field(ge=0)
    in_place_of: int = Field(ge=1)
    reason: Text


class AskBody(Part):
    """Why a crew is asked to go where, by which day; no `watch`: any of the station."""

    premises_id: Line
    reason: Text
    due_on: date
    station: Line
    watch: Watch | None = None


class WithdrawBody(Part):
    """Why a visit is no longer asked for."""

    reason: Text


def by(person: Person, request: Request) -> Cause:
    """Return on whose behalf a request acts."""
    return Cause(REGISTER, person.name, request.state.correlation_id)


def ask_answer(ask: Ask) -> dict[str, Any]:
    """Return a visit that is asked for as it is told."""
    return {each.name: to_jsonable_python(getattr(ask, each.name)) for each in fields(ask)}


def version_answer(version: Version) -> dict[str, Any]:
    """Return a publication as it is told: without the sealed contacts and codes, and as neutral as what is shown."""
    answer = {each.name: to_jsonable_python(getattr(version, each.name)) for each in fields(version)}
    shown = facts_to_show(version.risk_facts)
    seen = {key: one for key, one in version.seen.items() if key in taken_apart(shown) or key == SCORE}
    for name in ("private", "premises_id"):
        del answer[name]
    return {**answer, "facts": shown.model_dump(mode="json"), "seen": seen}


def shown_answer(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what is shown of a premises as it is told: neither its own nor any report's sealed contacts and codes."""
    reports = [{name: value for name, value in one.items() if name != "private"} for one in shown.get("reports", ())]
    return {name: value for name, value in shown.items() if name != "private"} | {"reports": reports}


def api_router(tools: Tools) -> APIRouter:
    """Return the routes of the register's interface."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/queue")
    async def read_queue(
        show: Tab = Tab.ALL,
        station: Narrow = "",
        kind: VisitKind | None = None,
        priority: Priority | None = None,
        words: Narrow = "",
        premises: Narrow = "",
        since: bool = False,
        together: bool = False,
        page: PageNumber = 1,
        person: Person = may(*QUEUE_READERS),
    ) -> dict[str, Any]:
        """Return a page of the review queue, most urgent first, narrowed, and how much of it that is."""
        wanted = QueueWanted(show, station or None, kind, priority, words, premises, since, together)
        found = await queue_page(tools, wanted, person.name, page)
        return {
            "counts": found.counts,
            "items": [vars(row) for row in found.rows],
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.post("/queue/{item}/{move}")
    async def move_item(
        request: Request, item: Id, move: Move, body: MoveBody, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Claim, release or decide on a visit; 409 says who changed it since the version that was looked at."""
        given = body.model_dump(exclude={"override"})
        kept = await make_move(
            tools, request.state.correlation_id, move, Command(item, person=person, override=body.override, **given)
        )
        return {
            "visit_id": kept.visit_id,
            "state": kept.state,
            "version": kept.version,
            "claimed_by": kept.claimed_by,
            "lease_until": kept.lease_until,
            "waits_for_second": kept.first_approval is not None,
            "published_version": kept.published_version,
        }

    @router.get("/asks")
    async def read_asks(person: Person = may(*DESK)) -> dict[str, Any]:
        """Return which visits crews are asked for, the first due first, at most 200 of `total`."""
        async with tools.database.reading() as session:
            found, total = await list_asks(session)
        return {"asks": [ask_answer(ask) for ask in found], "total": total}

    @router.post("/asks", status_code=201)
    async def ask(request: Request, body: AskBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Ask a crew to visit a premises that has a record or is listed, by a day and with a reason."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            asked = await ask_for_visit(AskCommand(person=person, **body.model_dump()), work)
        return ask_answer(asked)

    @router.post("/asks/{ask_id}/withdraw")
    async def withdraw(request: Request, ask_id: Id, body: WithdrawBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Withdraw what was asked for, with a reason; 409 if it has ended already."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return ask_answer(await withdraw_ask(WithdrawCommand(ask_id, person, body.reason), work))

    @router.get("/records/{premises_id}")
    async def read_record(premises_id: Id, person: Person = may(*RECORD_READERS)) -> dict[str, Any]:
        """Return the record of a premises as it is shown now, and its newest versions; `version` says how many."""
        async with tools.database.reading() as session:
            record = await find_record(session, premises_id)
            if record is None:
                raise NotFound("there is no such risk record")
            kept = await list_versions(session, premises_id, MOST_VERSIONS)
        versions = [version_answer(version) for version in kept]
        shown = shown_answer(record.shown or {})
        return {"premises": record.premises, "version": record.version, "shown": shown, "versions": versions}

    @router.post("/records/{premises_id}/restore")
    async def restore(
        request: Request, premises_id: Id, body: RestoreBody, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Publish again what an earlier version said; a lowered level waits for a second person."""
        command = Restore(premises_id, body.version, body.in_place_of, person, body.reason)
        record = await publish_again(tools, request.state.correlation_id, command)
        return {"version": record.version, "waits_for_second": record.restoring is not None}

    return router
