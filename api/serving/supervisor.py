"""The parent of the workers: starts them on one socket, replaces them one by one when the rules
are renewed (SIGHUP), lets them finish when the service stops (SIGTERM, SIGINT)."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from api.serving import snapshots
from api.serving.acceptance import examine, fault
from api.serving.worker import BEAT, DRAIN_SECONDS, KEEP_ALIVE_SECONDS, READY, work
from api.settings import Settings
from engine.faults import Finding

TICK_SECONDS = 0.1
EXAMINE_SECONDS = 600
START_SECONDS = 120
LEAVE_SECONDS = KEEP_ALIVE_SECONDS + DRAIN_SECONDS + 10
# durable-rules can spin for ever inside the interpreter's lock: such a worker says nothing more.
SILENCE_SECONDS = 60
MAX_WAIT_SECONDS = 30
RETRY_SECONDS = 5

_spawn = multiprocessing.get_context("spawn")


class _Stopped(Exception):
    """The service was told to stop."""


class _Refused(Exception):
    """Rules that may not be served, with the findings against them."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings


class _Child:
    """A process, the parent's end of its pipe, and what it has said."""

    def __init__(self, target: Any, *arguments: Any) -> None:
        self.pipe, theirs = _spawn.Pipe()
        self.process = _spawn.Process(target=target, args=(*arguments, theirs))
        self.process.start()
        theirs.close()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.is_alive()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Worker(_Child):
    """A worker as its supervisor sees it."""

    def __init__(
        self, settings: Settings, rules: Path, listening: socket.socket, failures: int = 0
    ) -> None:
        super().__init__(work, settings, rules, listening)
        self.rules = rules
        self.failures = failures  # how many before it ended without ever being ready
        self.ready = False
        self.reason = ""
        self.heard = time.monotonic()

    def listen(self) -> None:
        """Take note of what the worker has said since."""
        try:
            while self.pipe.poll():
                word = self.pipe.recv()
                self.heard = time.monotonic()
                if word == READY:
                    self.ready = True
                elif word != BEAT:
                    self.reason = word
        except (EOFError, OSError):
            pass

    def leave(self) -> None:
        """Ask it to finish what it has in hand, and to end."""
        if self.alive:
            self.process.terminate()


class Supervisor:
    """Keeps `settings.workers` workers on a listening socket; `log` is a structlog logger."""

    def __init__(self, settings: Settings, listening: socket.socket, log: Any) -> None:
        self._settings = settings
        self._listening = listening
        self._log = log
        self._workers: list[_Worker] = []
        self._rules = settings.rules_dir  # the copy that is served
        self._helper: _Child | None = None
        self._stop = False
        self._renew_asked = False

    def run(self) -> tuple[Finding, ...]:
        """Serve until told to stop; the findings if it could not even begin."""
        signal.signal(signal.SIGHUP, self._noted)
        signal.signal(signal.SIGTERM, self._noted)
        signal.signal(signal.SIGINT, self._noted)
        try:
            self._begin()
            while True:
                self._pause()
                if self._renew_asked:
                    self._renew_asked = False
                    self._renew()
        except _Stopped:
            return ()
        except _Refused as refused:
            return refused.findings
        finally:
            self._end()

    def _noted(self, number: int, _: Any) -> None:
        """A signal is only noted here; it is acted on in `_pause` and `run`."""
        if number == signal.SIGHUP:
            self._renew_asked = True
        else:
            self._stop = True

    # The rules -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Serve the rules folder; if it is not fit to be served, what was accepted before it."""
        state = self._settings.state_dir
        try:
            rules = self._examined(self._settings.rules_dir)
        except _Refused as refused:
            earlier = snapshots.current(state)
            if earlier is None:
                raise
            rules = self._examined(earlier)
            self._refuse(refused)
        else:
            snapshots.accept(rules, state)
        snapshots.prune(state, [rules])
        self._rules = rules
        self._workers = [self._worker(rules) for _ in range(self._settings.workers)]
        for worker in self._workers:
            self._wait_ready(worker)
        self._log.info("serving", rules=str(rules), workers=len(self._workers))

    def _renew(self) -> None:
        """Replace the rules that are served by those in the folder now, or say why not."""
        state = self._settings.state_dir
        self._log.info("rules_examining", rules=str(self._settings.rules_dir))
        try:
            rules = self._examined(self._settings.rules_dir)
            self._roll(rules)
        except _Refused as refused:
            self._refuse(refused)
            self._roll_back()
            return
        snapshots.accept(rules, state)
        snapshots.prune(state, [rules])
        self._log.info(
            "rules_unchanged" if rules == self._rules else "rules_renewed", rules=str(rules)
        )
        self._rules = rules

    def _roll_back(self) -> None:
        """Have every worker serve the rules that were served before; tried until it is done."""
        while not self._renew_asked:
            try:
                return self._roll(self._rules)
            except _Refused as refused:
                self._log.error("roll_back_failed", findings=[str(refused.findings[0])])
                for _ in range(int(RETRY_SECONDS / TICK_SECONDS)):
                    self._pause()

    def _examined(self, rules: Path) -> Path:
        """The copy of the rules that may be served; raises _Refused."""
        self._helper = _Child(examine, rules, self._settings)
        deadline = time.monotonic() + EXAMINE_SECONDS
        said: Path | tuple[Finding, ...] = (
            fault(
                "examination_failed",
                "检查规则的进程没有完成",
                "请运行 liangfa check 和 liangfa test",
            ),
        )
        while time.monotonic() < deadline:
            alive = self._helper.alive
            if self._helper.pipe.poll():
                said = _received(self._helper.pipe, said)
                break
            if not alive:
                break
            self._pause()
        self._helper.end()
        self._helper = None
        if isinstance(said, tuple):
            raise _Refused(said)
        return said

    def _refuse(self, refused: _Refused) -> None:
        folder = self._settings.rules_dir
        snapshots.refuse(folder, self._settings.state_dir, refused.findings)
        listed = [str(each) for each in refused.findings[: snapshots.MAX_FINDINGS]]
        self._log.error("rules_refused", rules=str(folder), findings=listed)

    # The workers ---------------------------------------------------------------------------

    def _worker(self, rules: Path, failures: int = 0) -> _Worker:
        return _Worker(self._settings, rules, self._listening, failures)

    def _roll(self, rules: Path) -> None:
        """Replace every worker that has other rules; raises _Refused at the first that fails."""
        for place, old in enumerate(list(self._workers)):
            if old.rules == rules:
                continue
            new = self._worker(rules)
            try:
                self._wait_ready(new)
            except BaseException:
                new.end()
                raise
            old, self._workers[place] = self._workers[place], new
            old.leave()
            deadline = time.monotonic() + LEAVE_SECONDS
            try:
                while old.alive and time.monotonic() < deadline:
                    self._pause()
            except _Stopped:
                self._workers.append(old)
                raise
            old.end()

    def _wait_ready(self, worker: _Worker) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not worker.ready:
            alive = worker.alive
            worker.listen()
            if worker.ready:
                break
            if not alive or time.monotonic() > deadline:
                message = worker.reason or "新的工作进程没有准备好"
                raise _Refused((fault("worker_failed", message, "请看日志；规则本身通过了检查"),))
            self._pause()

    def _pause(self) -> None:
        """Wait a moment, and see that every worker is well."""
        if self._stop:
            raise _Stopped
        time.sleep(TICK_SECONDS)
        for place, worker in enumerate(self._workers):
            worker.listen()
            silent = time.monotonic() - worker.heard
            if worker.alive and worker.ready and silent > SILENCE_SECONDS:
                self._log.error("worker_silent", pid=worker.process.pid)
                worker.end()
            if not worker.alive and silent >= min(2**worker.failures - 1, MAX_WAIT_SECONDS):
                self._log.error("worker_ended", pid=worker.process.pid, reason=worker.reason)
                worker.end()
                failures = 0 if worker.ready else worker.failures + 1
                self._workers[place] = self._worker(worker.rules, failures)

    def _end(self) -> None:
        """Let every worker finish; what does not end in time is ended."""
        self._listening.close()
        if self._workers:
            self._log.info("stopping", workers=len(self._workers))
        if self._helper is not None:
            self._helper.end()
        for worker in self._workers:
            worker.leave()
        deadline = time.monotonic() + LEAVE_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            worker.end()


def _received(pipe: Connection, otherwise: Any) -> Any:
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return otherwise
