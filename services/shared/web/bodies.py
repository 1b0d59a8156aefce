"""Reading a body within limits: so much of it, within so long, and quietly over if its sender goes away."""

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

LARGEST_BODY = 2 * 1024 * 1024
# A tablet with a weak signal may be silent for a while; one that is silent for longer begins again.
LONGEST_SILENCE_S = 20.0
LONGEST_BODY_S = 300.0
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class TooLarge(Exception):
    """More of a body came, or was announced, than is taken."""


class TooSlow(Exception):
    """The rest of a body did not come in time."""


class HungUp(Exception):
    """The sender went away before all was sent: nobody waits for an answer, and nothing of ours failed."""


async def whole_body(scope: Scope, receive: Receive, silence_s: float = LONGEST_SILENCE_S) -> bytes:
    """Return the whole body of a request; raises `TooLarge` (before it is read, if announced), `TooSlow`, `HungUp`."""
    announced = Headers(scope=scope).get("content-length", "")
    if announced and (not announced.isascii() or not announced.isdigit() or len(announced) > 12):
        raise TooLarge
    if announced and int(announced) > LARGEST_BODY:
        raise TooLarge
    try:
        async with asyncio.timeout(LONGEST_BODY_S):
            return await _read(receive, silence_s)
    except TimeoutError:
        raise TooSlow from None


async def _read(receive: Receive, silence_s: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        async with asyncio.timeout(silence_s):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


async def parts_of(receive: Receive, silence_s: float = LONGEST_SILENCE_S) -> AsyncIterator[bytes]:
    """Give a body as it comes, never held whole; raises `TooSlow` or `HungUp` after the last part that came."""
    more = True
    while more:
        try:
            async with asyncio.timeout(silence_s):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.disconnect":
            raise HungUp
        more = message.get("more_body", False)
        if body := message.get("body", b""):
            yield body


def given_again(body: bytes, receive: Receive) -> Receive:
    """Return how a body that was read is read once more; after it, what else the connection has to say."""
    is_given = False

    async def give() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
