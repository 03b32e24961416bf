"""HTTP/1.1 as our clients speak it: heads have a limit and a deadline, offers are passed over.

Some clients offer HTTP/2 with their first request (Java's own does). A server may pass that over
(RFC 9110, 7.8), but the parser of our server then takes the body for the other protocol. Such a
connection goes on under uvicorn's other parser, without the offer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.clock import new_id
from api.problems import MEDIA_TYPE, Problem

# Seconds within which the head of a request must have come; nobody is asked for a key before.
HEAD_SECONDS = 20.0
MAX_HEAD = 64 * 2**10


class _Guarded:
    """What both parsers lack: a deadline while no request is under way, one shape of refusal."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)  # type: ignore[misc]
        self._watch()

    def connection_lost(self, error: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(error)  # type: ignore[misc]

    def data_received(self, data: bytes) -> None:
        super().data_received(data)  # type: ignore[misc]
        self._watch()

    def send_400_response(self, msg: str) -> None:
        self.refuse("收到的不是合法的 HTTP/1.1 请求；请检查地址里的中文是否已编码、请求头是否完整")

    def refuse(self, detail: str) -> None:
        """Answer what is no request in the one shape of errors, and hang up."""
        problem = Problem("bad_request", detail).document(f"urn:liangfa:request:{new_id()}")
        body = json.dumps(problem, ensure_ascii=False).encode()
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _ours(self) -> bool:
        return not self.transport.is_closing() and self.transport.get_protocol() is self

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _watch(self) -> None:
        if not self._idle():
            self._unwatch()
        elif self._deadline is None and self._ours():
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._late)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self._idle():
            self.transport.close()


class _Patient(_Guarded, H11Protocol):
    def _unsupported_upgrade_warning(self) -> None:
        """A further offer on the same connection: passed over as the first."""


class Protocol(_Guarded, HttpToolsProtocol):
    """The protocol of a connection, for uvicorn's `http` setting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received = b""
        self._unread = 0

    def data_received(self, data: bytes) -> None:
        """Take what came; where a request offers another protocol, hand the connection over."""
        self._received = data
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEAD and self._ours():
            self.refuse(f"请求头不能超过 {MAX_HEAD} 字节")

    def on_headers_complete(self) -> None:
        """A head has come whole."""
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body has come; how much it may be is for the application to say."""
        self._unread = 0
        super().on_body(body)

    def _should_upgrade(self) -> bool:
        """Asked of requests that offer another protocol only: the parser leaves them alone."""
        return True

    def handle_websocket_upgrade(self) -> None:
        """Called where the parser stopped behind the head of a request with such an offer."""
        stopped = sys.exception()
        assert stopped is not None
        if not self._idle():
            # An earlier answer is on its way; the client asks again on a connection of its own.
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        self._unwatch()
        self.connections.discard(self)
        other = _Patient(self.config, self.server_state, self.app_state)
        other.connection_made(self.transport)
        self.transport.set_protocol(other)
        other.data_received(self._head() + self._received[stopped.args[0] :])

    def _head(self) -> bytes:
        method, version = self.scope["method"].encode(), self.scope["http_version"].encode()
        kept = (b"%s: %s\r\n" % each for each in self.headers if each[0] != b"upgrade")
        return b"%s %s HTTP/%s\r\n%s\r\n" % (method, self.url, version, b"".join(kept))
