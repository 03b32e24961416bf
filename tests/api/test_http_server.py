"""A real server under clients that crowd, leave, dawdle, and a store that fails."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from databases import locked, remove
from http_door import CASE, Door, opened, problem, rules, served

from api.serving.answers import result_bytes
from engine.source import parse

CLIENTS = 16
# Each request is made twice; LIANGFA_LONG_TESTS=1 makes many.
DIFFERENT = 10_000 if os.environ.get("LIANGFA_LONG_TESTS") == "1" else 96


def ask(url: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        connection.request(method, path, content, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def cases() -> list[dict[str, Any]]:
    return [
        {**CASE, "facts": {"uncertified_workers": number, "overdue": number % 2 == 0}}
        for number in range(1, 13)
    ]


def test_many_clients_each_get_the_engines_answer_and_no_record_twice(door: Door) -> None:
    engine = rules().engine("yeji", None, False)
    wanted = [
        result_bytes(engine.evaluate_source(parse(json.dumps(case).encode(), "case")))
        for case in cases()
    ]

    def one(number: int) -> tuple[int, str]:
        # Twice each of the different requests, in one crowd.
        which = number % DIFFERENT % len(wanted)
        key = f"k-{number % DIFFERENT}"
        status, answer = ask(
            url, "POST", "/v1/evaluations", cases()[which], **{"Idempotency-Key": key}
        )
        assert status == 201, answer
        assert answer.endswith(b',"result":' + wanted[which] + b"}")
        return number % DIFFERENT, json.loads(answer)["id"]

    with served(door) as url, ThreadPoolExecutor(CLIENTS) as crowd:
        made = list(crowd.map(one, range(2 * DIFFERENT)))
    assert len(set(made)) == len({id for _, id in made}) == DIFFERENT
    listed: set[str] = set()
    after = None
    while after is not None or not listed:
        page, after = door.store.evaluations(office=None, limit=200, after=after)
        listed.update(each.id for each in page)
    assert listed == {id for _, id in made}
    assert door.store.verify().ok


def test_other_requests_are_answered_while_a_case_is_computed(door: Door) -> None:
    """The big case was sent first and is answered last."""
    parties = [{"id": f"p{number}", "kind": "unit"} for number in range(60)]
    facts = {"uncertified_workers": {"from": 1, "to": 9}}
    acts = [{"id": f"v{number}", "item": "wsl-097-7", "facts": facts} for number in range(8)]
    big = {"case": {"parties": parties, "violations": acts}}
    order: list[str] = []

    def sent(connection: http.client.HTTPConnection) -> None:
        assert connection.getresponse().read()
        order.append("big")

    with served(door) as url, ThreadPoolExecutor(1) as other:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        kind = {"Content-Type": "application/json"}
        connection.request("POST", "/v1/matches", json.dumps(CASE), kind)
        assert connection.getresponse().read()
        connection.request("POST", "/v1/evaluations?record=false", json.dumps(big), kind)
        waiting = other.submit(sent, connection)
        assert ask(url, "GET", "/healthz")[0] == 200
        order.append("small")
        waiting.result()
    assert order == ["small", "big"]


def test_a_client_that_leaves_in_the_middle_leaves_nothing(door: Door) -> None:
    with served(door) as url:
        host, _, port = urlsplit(url).netloc.partition(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(
                b"POST /v1/evaluations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n"
                b'{"item": "wsl-097-7", '
            )
        assert ask(url, "GET", "/healthz")[0] == 200
    assert door.store.evaluations(office=None) == ([], None)
    left = [each for each in door.log() if each["route"] == "/v1/evaluations"]
    assert [each["code"] for each in left] == ["client_left"]


def test_a_client_that_dawdles_is_not_waited_for(tmp_path: Path, database_url: str) -> None:
    with (
        opened(tmp_path, database_url=database_url, timeout_seconds=1) as door,
        served(door) as url,
    ):
        host, _, port = urlsplit(url).netloc.partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as line:
            line.sendall(
                b"POST /v1/evaluations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
            )
            assert line.recv(100).startswith(b"HTTP/1.1 503 ")


def test_a_locked_database_is_a_503_and_works_again_afterwards(
    tmp_path: Path, database_url: str
) -> None:
    with opened(tmp_path, database_url=database_url, wait_seconds=0.2) as door:
        us = door.nobody()
        first = us.record()["id"]
        with locked(door.settings.store_url):
            answer = us.post("/v1/evaluations", CASE, headers={"Idempotency-Key": "again"})
            problem(answer, 503, "store_unavailable")
            assert answer.headers["retry-after"]
            assert us.get(f"/v1/evaluations/{first}").status_code == 200
        second = us.record(**{"Idempotency-Key": "again"})["id"]
        assert [each["id"] for each in us.get("/v1/evaluations").json()["evaluations"]] == [
            second,
            first,
        ]
        assert us.get("/v1/audit/verify").json()["ok"] is True


def test_without_its_database_the_server_lives_but_is_not_ready(
    tmp_path: Path, new_database_url: str
) -> None:
    with opened(tmp_path, database_url=new_database_url) as door:
        us = door.nobody()
        assert us.get("/readyz").json()["status"] == "ready"
        if new_database_url:
            remove(new_database_url)
        else:
            door.store.close()
            shutil.rmtree(door.settings.state_dir)
        problem(us.get("/readyz"), 503, "not_ready")
        problem(us.get("/v1/evaluations"), 503, "store_unavailable")
        # The log says what the database says, by its code.
        assert [each.get("cause") is not None for each in door.log()] == [False, True, True]
        problem(us.post("/v1/evaluations", CASE), 503, "store_unavailable")
        assert us.get("/healthz").json() == {"status": "alive"}
