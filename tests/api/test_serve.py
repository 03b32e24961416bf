"""`liangfa serve` as it runs: real processes, real sockets, rules that change underneath."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from databases import EMBEDDED, EMBEDDED_UNLESS_LONG
from helpers import FICTION

from api.cli.serve import is_loopback

LIANGFA = [sys.executable, "-m", "api.cli.app"]
BODY = b'{"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": false}}'
TRY = "/v1/evaluations?record=false"
PATIENCE = 120  # seconds after which a test that waits has failed


def until(holds: Callable[[], Any]) -> Any:
    """Wait for something to hold; what it gave."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


@dataclass
class Service:
    """One `liangfa serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any, Any]:
        """Status, headers and JSON of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            return asked(connection, method, path, body)
        finally:
            connection.close()

    def log(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log with an event."""
        lines = [json.loads(line) for line in self.log_file.read_text().splitlines() if line]
        return [line for line in lines if line["event"] == event]

    def workers(self) -> list[int]:
        """The process ids of the workers that serve."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [
            int(child)
            for child in children
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def renew(self, outcome: str) -> dict[str, Any]:
        """Ask for new rules, and wait for what becomes of it."""
        before = len(self.log(outcome))
        self.process.send_signal(signal.SIGHUP)
        return until(lambda: self.log(outcome)[before:])[0]

    def stop(self) -> int:
        """Stop it as systemd would."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


def asked(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, Any, Any]:
    """Status, headers and JSON of one request."""
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, json.loads(answer.read())


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder of one's own."""
    return Path(shutil.copytree(FICTION, tmp_path / "rules"))


Serve = Callable[..., Service]


@pytest.fixture
def serve(tmp_path: Path, rules: Path, database_url: str) -> Iterator[Serve]:
    """`serve(workers=2)` starts a service on the rules; it answers when it is returned."""
    running: list[Service] = []

    def start(workers: int = 1, port: int = 0) -> Service:
        log_file = tmp_path / f"log-{len(running)}"
        options = ["--rules", rules, "--state", tmp_path / "state", "--log-format", "json"]
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [*LIANGFA, "serve", "--workers", str(workers), "--port", str(port), *options],
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(database_url),
                start_new_session=True,
            )
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        assert "http://127.0.0.1:" in first, log_file.read_text()
        service = Service(
            process, int(first.partition("http://127.0.0.1:")[2].split("（")[0]), log_file
        )
        running.append(service)
        until(lambda: service.log("serving") or process.poll() is not None)
        return service

    yield start
    for service in running:
        service.process.kill()
        service.process.wait()
        assert service.process.stdout is not None
        service.process.stdout.close()


def environment(database_url: str) -> dict[str, str]:
    """The environment without settings of a service, but for its database."""
    given = {name: each for name, each in os.environ.items() if not name.startswith("LIANGFA_")}
    return {**given, "LIANGFA_DATABASE_URL": database_url}


def liangfa(*words: object, database_url: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*LIANGFA, *map(str, words)],
        capture_output=True,
        text=True,
        env=environment(database_url),
        timeout=PATIENCE,
    )


def retitle(rules: Path, title: str) -> None:
    """Rename the tier that `BODY` falls in; the worked cases do not mind."""
    path = rules / "moon-bench" / "items" / "moon" / "moon-005.yaml"
    lines = path.read_text().splitlines(keepends=True)
    row = next(number for number, line in enumerate(lines) if "row: 5-A" in line)
    before, _, after = lines[row].partition("title: ")
    lines[row] = f"{before}title: {title}{after[after.index(',') :]}"
    path.write_text("".join(lines))


# Where it listens ---------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "", "localhost.example", "127.1"])
def test_not_this_machine_only(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "liangfa.example"])
def test_without_a_key_it_listens_on_this_machine_only(host: str, tmp_path: Path) -> None:
    ran = liangfa("serve", "--host", host, "--port", 0, "--state", tmp_path / "state")
    assert ran.returncode == 2
    assert ran.stderr == (
        f"--host:1:1: bad_option: 还没有可用的密钥，不能在“{host}”上服务；"
        "请先用 liangfa keys add 发放密钥，或者用 --host 127.0.0.1\n"
    )


def test_a_revoked_key_is_none(tmp_path: Path, database_url: str) -> None:
    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return liangfa(*words, "--state", tmp_path / "state", database_url=database_url)

    words = ("--name", "甲", "--role", "officer", "--office", "乙", "--format", "json")
    key = json.loads(run("keys", "add", *words).stdout)
    assert run("keys", "revoke", key["id"]).returncode == 0
    refused = run("serve", "--host", "0.0.0.0", "--port", 0)
    assert refused.returncode == 2 and "还没有可用的密钥" in refused.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = liangfa("serve", "--port", port, "--state", tmp_path / "state")
    assert ran.returncode == 2
    assert f"不能在 127.0.0.1:{port} 上监听" in ran.stderr


def test_a_folder_that_cannot_hold_its_state_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for state in (tmp_path / "file", tmp_path / "file" / "state"):
        ran = liangfa("serve", "--port", 0, "--state", state)
        assert ran.returncode == 2
        assert ran.stderr.startswith(f"--state:1:1: bad_option: 不能在“{state}”里存放数据（")


@EMBEDDED
def test_what_is_in_the_state_folder_is_nobody_elses(serve: Serve, tmp_path: Path) -> None:
    """Also where the folder was there before, open to all."""
    state = tmp_path / "state"
    state.mkdir(0o755)
    serve(workers=2)
    made = [state / "liangfa.sqlite3", state / "master.key", state / "rules", state / "metrics"]
    assert [path.stat().st_mode & 0o077 for path in made] == [0] * len(made)


@EMBEDDED_UNLESS_LONG
def test_one_service_for_one_state_folder(serve: Serve, tmp_path: Path) -> None:
    serve()
    ran = liangfa("serve", "--port", 0, "--state", tmp_path / "state")
    assert ran.returncode == 2
    assert "正由另一个 liangfa serve 使用" in ran.stderr


# Its processes ------------------------------------------------------------------------------


def test_a_request_in_flight_is_finished(serve: Serve) -> None:
    service = serve()
    head = (
        f"POST {TRY} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(head.encode() + BODY[:20])
        time.sleep(0.5)
        service.process.terminate()
        until(lambda: refuses(service.port))
        client.sendall(BODY[20:])
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 200
        assert json.loads(answer.read())["result"]["status"] == "settled"
        assert answer.headers["Connection"] == "close"
    assert service.process.wait(PATIENCE) == 0


def refuses(port: int) -> bool:
    """Whether nobody takes new connections any more."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


@EMBEDDED_UNLESS_LONG
def test_workers_count_together(serve: Serve) -> None:
    service = serve(workers=2)
    for _ in range(20):
        assert service.ask("POST", TRY, BODY)[0] == 200
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    for _ in range(4):
        connection.request("GET", "/metrics", headers={"Connection": "close"})
        lines = connection.getresponse().read().decode().splitlines()
        counted = [line for line in lines if line.startswith("liangfa_evaluations_total")]
        assert sum(float(line.rpartition(" ")[2]) for line in counted) == 20
    connection.close()


@EMBEDDED_UNLESS_LONG
def test_ctrl_c_ends_it_quietly(serve: Serve) -> None:
    service = serve(workers=2)
    os.killpg(service.process.pid, signal.SIGINT)
    assert service.process.wait(PATIENCE) == 0
    assert "Traceback" not in service.log_file.read_text()


def test_a_killed_worker_is_replaced(serve: Serve) -> None:
    service = serve(workers=2)
    before = service.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    until(lambda: service.log("worker_ended"))
    until(lambda: len(set(service.workers()) - set(before)) == 1)
    assert service.ask("POST", TRY, BODY)[0] == 200
    assert service.stop() == 0


@EMBEDDED_UNLESS_LONG
def test_workers_do_not_outlive_a_killed_service(serve: Serve) -> None:
    service = serve(workers=2)
    workers = service.workers()
    service.process.kill()
    service.process.wait()
    again = serve(port=service.port)
    assert again.port == service.port
    assert again.ask("POST", TRY, BODY)[0] == 200
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


# New rules ----------------------------------------------------------------------------------


@dataclass
class Client(threading.Thread):
    """Asks as fast as it can until told to stop; keeps every answer and every failure."""

    service: Service
    keeps_alive: bool
    answers: list[tuple[int, str, str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=PATIENCE)
        while not self.ended.is_set():
            try:
                status, headers, told = asked(connection, "POST", TRY, BODY)
                result = told["result"]
                title = result["outcomes"][0]["tier"]["title"]
                named = headers["Liangfa-Rule-Set-Digest"]
                self.answers.append((status, named, result["rule_set"]["digest"], title))
            except Exception as failure:
                self.failures.append(failure)
            if not self.keeps_alive or self.failures:
                connection.close()


def goes_on(clients: list[Client]) -> None:
    """Wait until every client has another answer."""
    counts = [len(client.answers) for client in clients]
    until(lambda: all(len(one.answers) > n for one, n in zip(clients, counts, strict=True)))


@EMBEDDED_UNLESS_LONG
def test_new_rules_come_without_a_failed_request(serve: Serve, rules: Path) -> None:
    service = serve(workers=2)
    status, headers, recorded = service.ask("POST", "/v1/evaluations", BODY)
    assert status == 201
    clients = [Client(service, keeps_alive) for keeps_alive in (True, True, False)]
    for client in clients:
        client.start()
    goes_on(clients)
    for title in ("轻微", "很轻"):
        retitle(rules, title)
        service.renew("rules_renewed")
        goes_on(clients)
    for client in clients:
        client.ended.set()
    for client in clients:
        client.join(PATIENCE)
    assert [client.failures for client in clients] == [[], [], []]
    answers = {answer for client in clients for answer in client.answers}
    assert {status for status, *_ in answers} == {200}
    assert all(named == digest for _, named, digest, _ in answers)
    titles = {digest: title for _, _, digest, title in answers}
    assert len(titles) == len(answers) == 3, "one title for each digest"
    assert {*titles.values()} == {"较轻", "轻微", "很轻"}
    assert service.ask("POST", TRY, BODY)[2]["result"]["outcomes"][0]["tier"]["title"] == "很轻"

    replayed = service.ask("POST", f"{headers['Location']}/replay", b"{}")
    assert replayed[0] == 200 and replayed[2]["same"] is True, "the first rules are in the store"
    assert recorded["result"]["outcomes"][0]["tier"]["title"] == "较轻"
    assert service.stop() == 0


def break_syntax(rules: Path) -> str:
    """A file that is no YAML."""
    (rules / "moon" / "facts.yaml").write_text("facts: [")
    return "rules/moon/facts.yaml:2:1: not_yaml"


def break_law(rules: Path) -> str:
    """A tier above the statute."""
    path = rules / "moon-bench" / "items" / "moon" / "moon-005.yaml"
    path.write_text(path.read_text().replace("min: 30000, max: 50000", "min: 30000, max: 500000"))
    return "rules/moon-bench/items/moon/moon-005.yaml"


def break_figures(rules: Path) -> str:
    """Rules that are sound, and give other figures than the worked cases."""
    path = rules / "moon-bench" / "ruleset.yaml"
    path.write_text(path.read_text().replace("point: 50", "point: 0"))
    return "case_differs"


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize("spoil", [break_syntax, break_law, break_figures])
def test_bad_rules_leave_the_old_ones_serving(
    serve: Serve, rules: Path, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    service = serve()
    before = service.ask("POST", TRY, BODY)[2]
    workers = service.workers()
    kept = Path(shutil.copytree(rules, tmp_path / "kept"))
    said = spoil(rules)
    told = service.renew("rules_refused")
    assert said in told["findings"][0]
    status, _, state = service.ask("GET", "/readyz")
    assert status == 200 and said in state["rules_refused"]
    assert service.ask("POST", TRY, BODY)[2] == before
    assert service.workers() == workers

    shutil.rmtree(rules)
    kept.rename(rules)
    service.renew("rules_unchanged")
    assert service.ask("GET", "/readyz")[2]["rules_refused"] is None


def test_bad_rules_at_the_start_are_told(rules: Path, tmp_path: Path) -> None:
    said = break_syntax(rules)
    ran = liangfa("serve", "--port", 0, "--state", tmp_path / "state", "--rules", rules)
    assert ran.returncode == 1
    assert ran.stderr.startswith(said), "the fault itself, not what follows from it"


@EMBEDDED_UNLESS_LONG
def test_bad_rules_at_a_restart_leave_those_accepted_before(serve: Serve, rules: Path) -> None:
    service = serve()
    before = service.ask("POST", TRY, BODY)[2]
    assert service.stop() == 0
    said = break_syntax(rules)
    again = serve()
    assert said in again.ask("GET", "/readyz")[2]["rules_refused"]
    assert again.ask("POST", TRY, BODY)[2] == before


@EMBEDDED_UNLESS_LONG
def test_it_stops_while_it_examines_new_rules(serve: Serve, rules: Path) -> None:
    service = serve()
    retitle(rules, "轻微")
    service.renew("rules_examining")
    assert service.stop() == 0
    assert not service.log("rules_renewed")
