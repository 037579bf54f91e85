"""The outermost edge of a connection: who says nothing, or never finishes its head, is let go. uvicorn has no such limit."""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN = (
    15.0  # seconds from the first moment, or the first byte of a further request, to the end of its head
)
UNREAD_FOR = 60_000  # milliseconds after which the system drops a connection whose other side takes nothing


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with an end to waiting for a request's head."""

    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _drop_when_unread(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._too_late is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._too_late = self.loop.call_later(HEAD_WITHIN, self._let_go)

    def _head_is_here(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _let_go(self) -> None:
        self._too_late = None
        if not self.transport.is_closing():
            self.transport.abort()


def _drop_when_unread(transport: Any) -> None:
    """Otherwise what was written to a stuck reader is kept for a quarter of an hour. Linux only."""
    end = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if end is not None and option is not None and end.family in (socket.AF_INET, socket.AF_INET6):
        end.setsockopt(socket.IPPROTO_TCP, option, UNREAD_FOR)
