"""The HTTP door as tests open it: the real application, store and rules, asked as a client asks."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from helpers import RULES

from api.http.app import create_app
from api.serving.protocol import Protocol
from api.serving.rule_sets import RuleSets
from api.settings import Settings
from api.store import Store, open_store

CASE: dict[str, Any] = {
    "item": "wsl-097-7",
    "dates": {"acted_on": "2026-03-02", "decided_on": "2026-04-20"},
    "facts": {"uncertified_workers": 1, "overdue": False},
    "parties": [
        {"id": "plant", "kind": "unit", "name": "望山机械厂", "identifier": "91340000TESTPLANT1"}
    ],
}
OFFICERS = [
    {"name": "王一", "certificate": "AH0117A"},
    {"name": "李二", "certificate": "AH0118A"},
]
POINTS = ("subject", "jurisdiction", "facts", "evidence", "law", "discretion", "procedure")


@cache
def rules() -> RuleSets:
    """The real rules, compiled once a process."""
    return RuleSets(RULES)


class Caller:
    """Somebody with a key, or nobody in particular."""

    def __init__(self, client: TestClient, secret: str | None = None, key: str = "") -> None:
        self._client = client
        self.secret, self.key = secret, key
        self._headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **more: Any) -> Any:
        """GET."""
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """POST a JSON body."""
        if body is not None:
            more["json"] = body
        return self.ask("POST", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Any request."""
        headers = {**self._headers, **more.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **more)

    def record(self, case: Any = CASE, query: str = "", **headers: str) -> dict[str, Any]:
        """Evaluate and record; the answer."""
        answer = self.post(f"/v1/evaluations{query}", case, headers=headers)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told


@dataclass
class Door:
    """An application with what stands behind it."""

    app: FastAPI
    store: Store
    settings: Settings
    client: TestClient
    lines: io.StringIO

    def nobody(self) -> Caller:
        """A caller without a key, on this machine."""
        return Caller(self.client)

    def somebody(self, role: str, office: str = "yeji") -> Caller:
        """A caller with a new key."""
        key, secret = self.store.add_key(f"{role} of {office}", role, office)
        return Caller(self.client, secret, key)

    def log(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.lines.getvalue().splitlines()]


@contextmanager
def opened(
    folder: Path,
    *,
    client: tuple[str, int] = ("127.0.0.1", 50000),
    wait_seconds: float = 5.0,
    **settings: Any,
) -> Iterator[Door]:
    """A door over the store of the settings; `wait_seconds` is how long it waits for a lock."""
    chosen = Settings(state_dir=folder / "state", **settings)
    lines = io.StringIO()
    with closing(open_store(chosen, wait_seconds=wait_seconds)) as store:
        app = create_app(chosen, store, rules(), log=lines)
        talk = TestClient(
            app, base_url="http://127.0.0.1", client=client, raise_server_exceptions=False
        )
        with talk:
            yield Door(app, store, chosen, talk, lines)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem an answer must be; its one shape is checked here."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert list(told) == ["type", "title", "status", "detail", "instance", "errors"]
    assert told["type"] == f"urn:liangfa:problem:{code}"
    assert told["status"] == status
    assert told["detail"]
    assert told["instance"] == f"urn:liangfa:request:{answer.headers['x-request-id']}"
    for each in told["errors"]:
        assert list(each) == ["pointer", "code", "detail"]
    return told


def codes(answer: Any) -> list[tuple[str, str]]:
    """Pointer and code of each fault of a 422."""
    told = problem(answer, 422, "invalid_input")
    return [(each["pointer"], each["code"]) for each in told["errors"]]


@contextmanager
def served(door: Door) -> Iterator[str]:
    """The application behind a real server on a socket of this machine; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        door.app, http=Protocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
