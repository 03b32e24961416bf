"""The outermost layer: gives every request an id, measures, logs, and lets no trace out."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import new_id
from api.http.logs import NAMES, Note, frames
from api.http.metrics import Metrics
from api.problems import MEDIA_TYPE, Problem

# Under this name a request may carry the page that answers for an error nobody expected.
APOLOGY = "liangfa.apology"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})


class Door:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, log: Any, metrics: Metrics, digest: str) -> None:
        self._app, self._log, self._metrics = app, log, metrics
        self._digest = digest.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = Note(new_id())
        method = scope["method"]
        # The server leaves out the body of the answer to a HEAD by itself.
        scope = {**scope, "method": "GET" if method == "HEAD" else method, "liangfa": note}
        started = perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                note.status = message["status"]
                given = list(message.get("headers", ()))
                message["headers"] = [*given, *self._headers(note, {name for name, _ in given})]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            note.code = "client_left"
        except Exception as error:
            note.code = "internal_fault"
            self._log.error(
                "crash", request_id=note.request_id, kind=type(error).__name__, frames=frames(error)
            )
            if not note.status:
                await _internal(note, scope.get(APOLOGY), answer)
        finally:
            self._tell(method if method in _METHODS else "other", scope, note, started)

    def _tell(self, method: str, scope: Scope, note: Note, started: float) -> None:
        seconds = perf_counter() - started
        route = _route(scope)
        self._metrics.answered(method, route, note.status, seconds)
        if note.code is not None:
            self._metrics.refused.labels(note.code).inc()
        known = {name: getattr(note, name) for name in NAMES}
        known = {name: value for name, value in known.items() if value not in (None, ())}
        tell = self._log.info if note.code is None else self._log.warning
        tell(
            "request",
            **{**known, "method": method, "route": route, "ms": round(seconds * 1000, 1)},
        )

    def _headers(self, note: Note, given: set[bytes]) -> list[tuple[bytes, bytes]]:
        """What every answer carries: its number, and the rules that answered or else, where none
        were asked, those served by default."""
        digest = self._digest if note.digest is None else note.digest.encode()
        found = [
            (b"x-request-id", note.request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"liangfa-rule-set-digest", digest),
        ]
        if b"cache-control" not in given:
            found.append((b"cache-control", b"no-store"))
        return found


def _route(scope: Scope) -> str:
    """The address as the routes write it, without what the client wrote into it."""
    found = getattr(scope.get("route"), "path", None)
    if found is None:
        return "-"
    return f"/v1{found}" if scope["path"].startswith("/v1/") else str(found)


async def _internal(note: Note, page: Response | None, send: Send) -> None:
    if page is not None:
        body, headers = bytes(page.body), page.raw_headers
    else:
        document = Problem("internal_fault").document(f"urn:liangfa:request:{note.request_id}")
        body = json.dumps(document, ensure_ascii=False).encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
