"""One worker: a process that answers requests with one copy of the rules, from start to end."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.lifespan.on import LifespanOn

from api.serving.protocol import Protocol
from api.settings import Settings

READY = "ready"
BEAT = "beat"
BEAT_SECONDS = 2
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 5
DRAIN_SECONDS = 30


class _Ready(LifespanOn):
    """Startup that is complete only when the application itself says it is ready."""

    async def startup(self) -> None:
        await super().startup()
        if not self.should_exit and await _asked(self.config.loaded_app, "/readyz") != 200:
            self.logger.error("the application is not ready")
            self.should_exit = True


async def _asked(app: Any, path: str) -> int:
    """The status with which an ASGI application answers a GET, without a socket."""
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }
    await app(scope, receive, send)
    return status


class _Server(uvicorn.Server):
    """Says when it is ready, and takes its leave without cutting anybody off."""

    def __init__(self, config: uvicorn.Config, supervisor: Connection) -> None:
        super().__init__(config)
        self._supervisor = supervisor
        threading.Thread(target=self._leave_when_alone, daemon=True).start()

    def _leave_when_alone(self) -> None:
        """The supervisor never writes; its end of the pipe closes only when it is gone."""
        try:
            self._supervisor.recv()
        except (EOFError, OSError):
            self.should_exit = True

    def say(self, word: str) -> None:
        """Tell the supervisor something; it may be gone."""
        try:
            self._supervisor.send(word)
        except OSError:
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.say(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """First let every client come to its last answer here, which says `Connection: close`:
        closing an idle connection could meet a request that is on its way."""
        for server in self.servers:
            server.close()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        for connection in list(state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and not cycle.response_complete:
                connection.shutdown()  # answers what is in flight, then closes
        patience = 0.0 if signal.SIGINT in self._captured_signals else KEEP_ALIVE_SECONDS + 1.0
        while state.connections and patience > 0 and not self.force_exit:
            await asyncio.sleep(0.05)
            patience -= 0.05
        await super().shutdown(sockets)


def work(settings: Settings, rules: Path, listening: socket.socket, supervisor: Connection) -> None:
    """Serve until told to leave (SIGTERM); tells the supervisor why where it cannot begin."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal sends it to the whole group
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    from api.http.app import create_app
    from api.serving.rule_sets import RuleSets
    from api.store import open_store

    try:
        store = open_store(settings)
        app = create_app(settings, store, RuleSets(rules))
    except Exception as error:
        supervisor.send(f"{type(error).__name__}: {error}")
        sys.exit(1)
    _settle_memory()
    try:
        _serve(app, listening, supervisor)
    finally:
        store.close()


def _settle_memory() -> None:
    """The loaded rules stay as long as the worker: looking through them for garbage again and again
    would cost every request about a sixth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _serve(app: Any, listening: socket.socket, supervisor: Connection) -> None:
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_notify=BEAT_SECONDS,
    )
    config.load()
    config.lifespan_class = _Ready
    server = _Server(config, supervisor)

    async def beat() -> None:
        server.say(BEAT)

    config.callback_notify = beat
    server.run([listening])
