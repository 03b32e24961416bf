"""The HTTP door beside a static FastAPI answer of the same size, in one run, one worker each.

Three peers: the document as data from a route without a declared type, as in FastAPI's first
steps, which the targets are set against; from a route that declares a mapping, for which FastAPI
takes a quicker way; and as bytes written beforehand, for what the way of a request costs.

`python -m bench.http` starts both servers on loopback, sends bounded numbers of requests over 16
connections and prints ratios; it stops by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import cases

CONNECTIONS = 16
REQUESTS = 4_000
ROUNDS = 3
WANTED = {"record=false": 0.45, "recorded": 0.2}
WANTED_TAIL = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: requests a second, and the latencies of all requests in seconds, ascending."""

    rate: float
    latencies: list[float]

    def at(self, share: float) -> float:
        """The latency that so many of the requests do not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def main() -> int:
    """Start, warm up, measure in turns, print; 1 where an answer is not what it must be."""
    bodies = [json.dumps(each, ensure_ascii=False).encode() for each in cases.varied()]
    tried = [_post("/v1/evaluations?record=false", body) for body in bodies]
    with tempfile.TemporaryDirectory() as state, _served(state) as ours:
        answer = Path(state) / "answer.json"
        answer.write_bytes(_once(ours, tried[0]))
        with _static(answer) as static:
            asked = {
                "static": (static, [_get("/plain")]),
                "static typed": (static, [_get("/data")]),
                "static bytes": (static, [_get("/bytes")]),
                "record=false": (ours, tried),
                "recorded": (ours, [_post("/v1/evaluations", body) for body in bodies]),
            }
            found: dict[str, list[Measured]] = {name: [] for name in asked}
            for _ in range(ROUNDS):
                for name, (port, requests) in asked.items():
                    found[name].append(asyncio.run(_load(port, requests)))
        size = answer.stat().st_size
    peers = {
        name: statistics.median(each.rate for each in runs)
        for name, runs in found.items()
        if name.startswith("static")
    }
    base = peers["static"]
    print(f"answers of {size} bytes, {CONNECTIONS} connections, {REQUESTS} requests, one worker")
    for name, runs in found.items():
        rate = statistics.median(each.rate for each in runs)
        middle = runs[len(runs) // 2]
        tail = middle.at(0.99) / middle.at(0.5)
        print(
            f"{name:14}{rate:10,.0f} /s"
            + "".join(f"  {rate / each:5.2f} x {peer}" for peer, each in peers.items())
            + f"   p50 {middle.at(0.5) * 1e3:6.1f} ms   p99 {tail:5.1f} x p50"
        )
        if name in WANTED:
            _target(f"{name}, of the static rate", rate / base >= WANTED[name], WANTED[name])
            _target(f"{name}, p99 in p50", tail <= WANTED_TAIL, WANTED_TAIL)
    return 0


def _target(what: str, reached: bool, wanted: float) -> None:
    print(f"{'pass' if reached else 'FAIL'}  {what} (target {wanted})")


def _post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _once(port: int, request: bytes) -> bytes:
    return asyncio.run(_single(port, request))


async def _single(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    body = await _answer(reader)
    writer.close()
    return body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if status not in (200, 201):
        raise RuntimeError(f"{status}: {body[:500]!r}")
    return body


async def _load(port: int, requests: list[bytes]) -> Measured:
    latencies: list[float] = []
    left = iter(range(REQUESTS))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in left:
            begun = time.perf_counter()
            writer.write(requests[number % len(requests)])
            await _answer(reader)
            latencies.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return Measured(REQUESTS / (time.perf_counter() - begun), sorted(latencies))


# Servers ----------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _static(answer: Path) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.static:app", "--port", str(port)]
    environment = {**os.environ, "LIANGFA_BENCH_ANSWER": str(answer)}
    quiet = [*command, "--log-level", "warning"]
    yield from _running(quiet, port, "/bytes", environment, str(answer.parent))


@contextlib.contextmanager
def _served(state: str) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "api.cli.app", "serve", "--port", str(port)]
    environment = {**os.environ, "LIANGFA_STATE": str(Path(state) / "state")}
    yield from _running(command, port, "/readyz", environment, state)


def _running(
    command: list[str], port: int, path: str, environment: dict[str, str], state: str
) -> Iterator[int]:
    with open(Path(state) / f"{port}.log", "wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    sys.exit(main())
