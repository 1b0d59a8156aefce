"""What every request passes through: its correlation id, who is asking, how large it may be, safe headers."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.identifiers import new_id
from services.shared.identity import identify
from services.shared.problems import our_fault, problem, refused
from services.shared.service import Banner, NavigationItem
from services.shared.turns import Busy, Door
from services.shared.web.security import SECURITY_HEADERS
from services.shared.web.visitors import welcome

CORRELATION = "x-correlation-id"
LARGEST_BODY = 2 * 1024 * 1024
_ACCEPTABLE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class TooLarge(Exception):
    """More of a body came than is taken."""


class Gate:
    """Gives each request its id and its person, refuses an oversized body, and turns a defect into a clear 500."""

    def __init__(
        self,
        app: ASGIApp,
        navigation: Sequence[NavigationItem],
        banners: Sequence[Banner] = (),
        doors: Sequence[Door] = (),
    ) -> None:
        self.app = app
        self.doors = {(door.method, door.path): door for door in doors}
        self.navigation = navigation
        self.banners = banners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        given = Headers(scope=scope).get(CORRELATION, "")
        tools = request.app.state.tools
        request.state.correlation_id = given if _ACCEPTABLE_ID.match(given) else str(new_id(tools.clock.now()))
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers[CORRELATION] = request.state.correlation_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            counted = _Counted(receive)
            if int(Headers(scope=scope).get("content-length") or 0) > LARGEST_BODY:
                raise TooLarge
            async with _through(self.doors.get((scope["method"], scope["path"])), scope, counted) as body:
                await self._identify(request)
                await self.app(scope, body, send_with_headers)
        except Exception as failure:
            if started:
                raise
            if isinstance(failure, TooLarge):
                words = (
                    f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB: send the words alone; photographs and "
                    "other media are listed with a visit and cannot be uploaded yet"
                )
                answer = problem(request, 413, words)
            elif isinstance(failure, Busy):
                answer = refused(request, failure)
            else:
                answer = await our_fault(request, failure)
            await answer(scope, receive, send_with_headers)

    async def _identify(self, request: Request) -> None:
        welcome(request, await identify(request), self.navigation, self.banners)


@asynccontextmanager
async def _through(door: Door | None, scope: Scope, receive: Receive) -> AsyncIterator[Receive]:
    """Go through a door, before anything is asked of the database: in if there is room, or if the body is urgent."""
    if door is None:
        yield receive
        return
    urgent = False
    if door.turns.is_full and 0 < int(Headers(scope=scope).get("content-length") or 0) <= door.largest:
        body = await _whole(receive)
        receive = _Again(body, receive)
        urgent = door.is_urgent(body)
    with door.turns.inside(urgent=urgent):
        yield receive


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


class _Again:
    """A body that was read already, given once more."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Counted:
    """A body that may only be so large, whatever its Content-Length said."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._so_far = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._so_far += len(message.get("body", b""))
            if self._so_far > LARGEST_BODY:
                raise TooLarge
        return message
