"""What every request passes through: its correlation id, who is asking, whether it can be read, safe headers."""

import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.errors import Refused
from services.shared.identifiers import new_id
from services.shared.identity import identify
from services.shared.problems import API, defect, our_fault, problem, refused
from services.shared.service import Banner, NavigationItem, Stream
from services.shared.turns import Door
from services.shared.watchdog import watch_request
from services.shared.web.bodies import (
    LARGEST_BODY,
    LONGEST_SILENCE_S,
    WITHOUT_BODY,
    HungUp,
    TooLarge,
    TooSlow,
    given_again,
    whole_body,
)
from services.shared.web.readable import refuse_form, refuse_unreadable_address, refuse_unreadable_body
from services.shared.web.security import SECURITY_HEADERS
from services.shared.web.visitors import welcome

logger = logging.getLogger(__name__)

CORRELATION = "x-correlation-id"
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
TOO_LARGE = (
    f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB: send the words alone; photographs, plans and "
    "scans are listed with a visit and sent after it, each to its own address"
)
TOO_SLOW = "the rest of what was being sent did not come in time: send it once more, nothing of it was kept"


class Gate:
    """Gives each request its id and its person, refuses what cannot be read, and turns a defect into a clear 500.

    `silence_s` is how long the rest of a body may keep us waiting, in seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        navigation: Sequence[NavigationItem],
        banners: Sequence[Banner] = (),
        silence_s: float = LONGEST_SILENCE_S,
        doors: Sequence[Door] = (),
        streams: Sequence[Stream] = (),
    ) -> None:
        self.app = app
        self.streams = streams
        self.doors = {(door.method, door.path): door for door in doors}
        self.navigation = navigation
        self.banners = banners
        self.silence_s = silence_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        watch_request(scope)
        request = Request(scope, receive)
        given = Headers(scope=scope).get(CORRELATION, "")
        clock = request.app.state.tools.clock
        request.state.correlation_id = given if _ACCEPTABLE_ID.fullmatch(given) else str(new_id(clock.now()))
        answering = _Answering(request, send)
        try:
            await self._pass(request, receive, answering.send)
        except (HungUp, ClientDisconnect):
            logger.info("a client went away before it was answered, correlation %s", request.state.correlation_id)
        except Exception as failure:
            if answering.has_begun:
                # It ends here, cut off: its reader sees that it is not whole.
                defect(request, failure)
                return
            answer = await self._problem_of(request, failure)
            await answer(scope, receive, answering.send)

    async def _pass(self, request: Request, receive: Receive, send: Send) -> None:
        scope = request.scope
        refuse_unreadable_address(scope)
        door = self.doors.get((scope["method"], scope["path"]))
        async with _through(door, scope, receive, self.silence_s) as inside:
            welcome(request, await identify(request), self.navigation, self.banners)
            if any(stream.takes(scope["method"], scope["path"]) for stream in self.streams):
                refuse_form(scope)
            elif scope["method"] not in WITHOUT_BODY:
                body = await whole_body(scope, inside, self.silence_s)
                refuse_unreadable_body(scope, body)
                inside = given_again(body, inside)
            await self.app(scope, inside, send)

    async def _problem_of(self, request: Request, failure: Exception) -> ASGIApp:
        if isinstance(failure, Refused):
            return refused(request, failure)
        if isinstance(failure, TooLarge):
            return problem(request, 413, TOO_LARGE)
        if isinstance(failure, TooSlow):
            answer = problem(request, 408, TOO_SLOW)
            answer.headers["Connection"] = "close"
            return answer
        return await our_fault(request, failure)


@asynccontextmanager
async def _through(door: Door | None, scope: Scope, receive: Receive, silence_s: float) -> AsyncIterator[Receive]:
    """Go through a door, before anything is asked of the database: in if there is room, or if the body is urgent."""
    if door is None:
        yield receive
        return
    urgent = False
    if door.turns.is_full and 0 < _announced(scope) <= door.largest:
        body = await whole_body(scope, receive, silence_s)
        receive = given_again(body, receive)
        urgent = door.is_urgent(body)
    with door.turns.inside(urgent=urgent):
        yield receive


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 13 else 0


class _Answering:
    """The answer to one request on its way out, with the headers that every answer has."""

    def __init__(self, request: Request, send: Send) -> None:
        self._request = request
        self._send = send
        self.has_begun = False

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            headers[CORRELATION] = self._request.state.correlation_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            if self._request.scope["path"].startswith(API):
                headers.setdefault("Cache-Control", "no-store")
        await self._send(message)
