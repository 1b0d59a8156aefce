"""A connection on which nobody finishes what they began is closed: it would be held open for ever."""

import asyncio
from typing import Any, cast

import h11
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

# For the head of a request, and for what is left of a body that was answered before it was whole.
PATIENCE_S = 20.0


class ToTheEnd(RequestResponseCycle):
    """One request, of which all that came is given before it is said that the sender has gone away.

    Without it, what had come and was not taken yet would be dropped with the connection, and have to be sent again.
    """

    async def receive(self) -> ASGIReceiveEvent:
        """Return what came, or that no more will."""
        message = await super().receive()
        if message["type"] == "http.disconnect" and self.body and not self.response_complete:
            came, self.body = bytes(self.body), bytearray()
            return {"type": "http.request", "body": came, "more_body": True}
        return message


class PunctualProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a limit to how long the head of a request may take to come."""

    patience_s = PATIENCE_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a first request."""
        self._late: asyncio.TimerHandle | None = None
        super().connection_made(cast(asyncio.Transport, transport))
        self._mind()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        super().data_received(data)
        if type(cast(Any, self.cycle)) is RequestResponseCycle:
            self.cycle.__class__ = ToTheEnd  # before its application, which is begun at the next turn of the loop
        self._mind()

    def on_response_complete(self) -> None:
        """Wait for the rest of this request, or for the next."""
        super().on_response_complete()
        self._mind()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._unwatch()
        super().connection_lost(exc)

    def _mind(self) -> None:
        state = self.conn.their_state
        is_answered = cast(Any, self.cycle) is None or self.cycle.response_complete
        if state is h11.IDLE or (state is h11.SEND_BODY and is_answered):
            if self._late is None:
                self._late = self.loop.call_later(self.patience_s, self._close)
        else:
            self._unwatch()

    def _unwatch(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()
