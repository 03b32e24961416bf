"""What clients say on the wire beside plain requests: offers of other protocols, and no HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from http_door import CASE, opened, served

from api.serving import protocol

BODY = json.dumps(CASE, ensure_ascii=False).encode()
# The head that Java's own client sends with its first request.
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
H2C = OFFER + b"Upgrade: h2c\r\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with opened(Path(tmp_path_factory.mktemp("wire"))) as door, served(door) as url:
        yield url


def post(more: bytes = b"", body: bytes = BODY) -> bytes:
    head = b"POST /v1/evaluations?record=false HTTP/1.1\r\nHost: localhost\r\n" + more
    return head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Line:
    """A connection, read answer by answer."""

    def __init__(self, address: str) -> None:
        host = urlsplit(address)
        self._socket = socket.create_connection((host.hostname, host.port or 0), timeout=30)
        self._file = self._socket.makefile("rb")

    def say(self, *parts: bytes) -> None:
        """Send."""
        for part in parts:
            self._socket.sendall(part)

    def answer(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and document of the next answer."""
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := self._file.readline().decode().strip()) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers, json.loads(self._file.read(int(headers["content-length"])))

    def ended(self) -> bool:
        """Whether the server has closed the connection."""
        return self._file.read(1) == b""

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


@pytest.fixture
def line(address: str) -> Iterator[Line]:
    opened_line = Line(address)
    yield opened_line
    opened_line.close()


@pytest.mark.parametrize("offer", [H2C, OFFER + b"Upgrade: websocket\r\n", b"Upgrade: h2c\r\n"])
def test_an_offer_of_another_protocol_is_passed_over(line: Line, offer: bytes) -> None:
    line.say(post())
    plain = line.answer()
    line.say(post(offer))
    offered = line.answer()
    assert offered[0] == plain[0] == 200
    assert offered[2] == plain[2]


def test_the_connection_stays_good_after_an_offer(line: Line) -> None:
    for _ in range(3):
        line.say(post(H2C))
        assert line.answer()[0] == 200
        line.say(post())
        assert line.answer()[0] == 200


def test_an_offer_may_come_in_pieces(line: Line) -> None:
    whole = post(H2C)
    for cut in (30, whole.index(b"\r\n\r\n") + 2, whole.index(b"\r\n\r\n") + 40):
        line.say(whole[:cut], whole[cut:])
        assert line.answer()[0] == 200


def test_a_body_with_an_offer_has_its_limits(line: Line) -> None:
    line.say(post(H2C, b"{"))
    assert line.answer()[0] == 400
    line.say(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + H2C + b"\r\n")
    assert line.answer()[0] == 200


def test_an_offer_behind_a_request_under_way_ends_the_connection_after_its_answer(
    line: Line,
) -> None:
    line.say(post() + post(H2C))
    assert line.answer()[0] == 200
    assert line.ended()


@pytest.mark.parametrize(
    "words",
    [
        b"NONSENSE\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /v1/items?q=望山 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
        post(H2C).replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nbad header\r\n"),
        post(H2C + b"Transfer-Encoding: nonsense\r\n"),
    ],
)
def test_what_is_no_request_is_refused_in_the_one_shape(line: Line, words: bytes) -> None:
    line.say(words)
    status, headers, told = line.answer()
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert list(told) == ["type", "title", "status", "detail", "instance", "errors"]
    assert told["type"] == "urn:liangfa:problem:bad_request"
    assert line.ended()


def test_a_head_has_its_limit(line: Line) -> None:
    """It is read before anybody has shown a key, so it must not fill the memory."""
    line.say(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
    with pytest.raises(ConnectionError):  # refused and hung up while we still talk
        for _ in range(2000):
            line.say(b"x: %s\r\n" % (b"x" * 10_000))


def test_a_head_of_many_pieces_is_read(line: Line) -> None:
    line.say(b"GET /healthz HTTP/1.1\r\n")
    for _ in range(100):
        line.say(b"x: %s\r\n" % (b"x" * 100))
    line.say(b"Host: localhost\r\n\r\n")
    assert line.answer()[0] == 200


@pytest.mark.parametrize("before", [b"", post(), post(H2C)], ids=["first", "next", "after offer"])
@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: local"])
def test_a_head_that_does_not_come_ends_the_connection(
    address: str, before: bytes, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    line = Line(address)
    if before:
        line.say(before)
        assert line.answer()[0] == 200
    line.say(begun)
    assert line.ended()
    line.close()


def test_a_large_body_is_no_large_head(line: Line) -> None:
    body = json.dumps(CASE).encode() + b" " * 300_000
    for offer in (b"", H2C):
        line.say(post(offer, body))
        assert line.answer()[0] == 200
