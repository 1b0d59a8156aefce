"""What every request passes through: its correlation id, who is asking, how large it may be, safe headers."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.identifiers import new_id
from services.shared.identity import identify
from services.shared.problems import our_fault, problem
from services.shared.service import Banner, NavigationItem
from services.shared.watchdog import watch_request
from services.shared.web.security import SECURITY_HEADERS
from services.shared.web.visitors import welcome

CORRELATION = "x-correlation-id"
LARGEST_BODY = 2 * 1024 * 1024
_ACCEPTABLE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class TooLarge(Exception):
    """More of a body came than is taken."""


class Gate:
    """Gives each request its id and its person, refuses an oversized body, and turns a defect into a clear 500."""

    def __init__(self, app: ASGIApp, navigation: Sequence[NavigationItem], banners: Sequence[Banner] = ()) -> None:
        self.app = app
        self.navigation = navigation
        self.banners = banners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        watch_request(scope)
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
            await self._identify(request)
            counted = _Counted(receive)
            if int(Headers(scope=scope).get("content-length") or 0) > LARGEST_BODY:
                raise TooLarge
            await self.app(scope, counted, send_with_headers)
        except Exception as failure:
            if started:
                raise
            if isinstance(failure, TooLarge):
                words = (
                    f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB: send the words alone; photographs and "
                    "other media are listed with a visit and cannot be uploaded yet"
                )
                answer = problem(request, 413, words)
            else:
                answer = await our_fault(request, failure)
            await answer(scope, receive, send_with_headers)

    async def _identify(self, request: Request) -> None:
        welcome(request, await identify(request), self.navigation, self.banners)


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
