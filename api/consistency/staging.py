"""Files on their way in: kept aside while a person looks at what was read, then written or dropped.

A job is a folder under the state folder, readable by the service alone: the file as it was sent,
what is to be done, how far it is, what was read. Any worker may answer for it; one works on it, and
finds a request to stop between two rows. Nothing is recorded before all of it is.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.clock import new_id
from api.consistency.mapping import Mapping
from api.consistency.rows import Read, read_decisions, rejects_csv
from api.store import UNSTATED, Actor, NotFound, PastDecision, Store
from engine.faults import LiangfaError
from engine.model import RuleSet
from engine.money import yuan_number

KEPT_SECONDS = 2 * 60 * 60
STALLED_SECONDS = 60
SHOWN_ROWS = 10
SHOWN_REJECTS = 200
_FILE, _STATE, _REJECTS = "file", "state.json", "rejects.csv"
_BEGUN, _STOP, _CONFIRMED = "begun", "stop", "confirmed"


class Stopped(Exception):
    """Somebody asked to stop."""


@dataclass(slots=True)
class Job:
    """One file on its way in.

    `phase`: waiting, reading, ready, refused, writing, done, stopped, failed. `report` is what was
    read (ready), what was recorded (done), or what is wrong with the file (refused).
    """

    id: str
    owner: str
    name: str
    office: str
    mapping: dict[str, Any]
    phase: str
    done: int
    total: int | None
    touched: float
    report: dict[str, Any]

    @property
    def running(self) -> bool:
        """Whether it will change by itself."""
        return self.phase in ("waiting", "reading", "writing")

    @property
    def stalled(self) -> bool:
        """Whether whoever worked on it is gone."""
        return self.running and time.time() - self.touched > STALLED_SECONDS


class Staging:
    """The jobs of one state folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder / "staged"
        self._store = store

    def add(self, name: str, content: bytes, office: str, owner: str) -> Job:
        """A new job, which is gone by itself after KEPT_SECONDS."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sweep()
        later = threading.Timer(KEPT_SECONDS + 1, self.sweep)
        later.daemon = True
        later.start()
        job = Job(new_id(), owner, name, office, {}, "waiting", 0, None, time.time(), {})
        place = self._folder / job.id
        place.mkdir(mode=0o700)
        (place / _BEGUN).touch()
        (place / _FILE).write_bytes(content)
        self._save(job)
        return job

    def find(self, id: str, owner: str) -> Job:
        """A job of somebody's own; raises NotFound."""
        try:
            if not id.isalnum():
                raise FileNotFoundError
            job = Job(**json.loads((self._folder / id / _STATE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise NotFound("这次导入，或者已经过期；请重新选择文件") from None
        if job.owner != owner:
            raise NotFound("这次导入")
        return job

    def again(self, job: Job, mapping: dict[str, Any]) -> None:
        """The job as it was before it was read, with another mapping."""
        job.mapping, job.phase, job.report = mapping, "waiting", {}
        self._save(job)

    def read(self, job: Job, rules: RuleSet) -> None:
        """Read the file and keep what was read for a person to look at."""
        self._work(job, "reading", lambda: self._read(job, rules))

    def write(self, job: Job, rules: RuleSet, actor: Actor) -> None:
        """Record what can be read, whole or not at all."""
        self._work(job, "writing", lambda: self._write(job, rules, actor))

    def begin_writing(self, job: Job) -> bool:
        """Say that it will be written, before somebody gets to it; False where it was said before,
        as by a button pressed twice."""
        try:
            (self._folder / job.id / _CONFIRMED).touch(exist_ok=False)
        except FileExistsError:
            return False
        except FileNotFoundError:
            raise NotFound("这次导入") from None
        job.phase = "waiting"
        self._save(job)
        return True

    def stop(self, job: Job) -> None:
        """Drop a job; one at work stops by itself before anything is recorded."""
        if job.running and not job.stalled:
            (self._folder / job.id / _STOP).touch()
        else:
            shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def rejects(self, job: Job) -> bytes:
        """The rows that could not be read, as a CSV file; raises NotFound."""
        try:
            return (self._folder / job.id / _REJECTS).read_bytes()
        except OSError:
            raise NotFound("不能读的行") from None

    def sweep(self) -> None:
        """Clear away what came longer than KEPT_SECONDS ago."""
        for place in self._folder.iterdir() if self._folder.exists() else ():
            try:
                old = time.time() - (place / _BEGUN).stat().st_mtime > KEPT_SECONDS
            except OSError:  # made or cleared away at this moment
                continue
            if old:
                shutil.rmtree(place, ignore_errors=True)

    def _read(self, job: Job, rules: RuleSet) -> None:
        read = self._reading(job, rules)
        (self._folder / job.id / _REJECTS).write_bytes(rejects_csv(read))
        known = self._store.known_rows(read.accepted)
        recorded = self._store.recorded_rows(read.accepted)
        job.phase, job.report = "ready", _report(read, known, recorded)

    def _write(self, job: Job, rules: RuleSet, actor: Actor) -> None:
        read = self._reading(job, rules)
        made = self._store.add_import(
            read.accepted,
            read.file_hash,
            actor,
            lambda: self._check_stop(job),
            name=Path(job.name).name,
        )
        job.phase = "done"
        job.report = {
            "import": made.id,
            "added": made.added,
            "known": len(made.known),
            "rejected": len(read.rejected),
        }
        (self._folder / job.id / _FILE).unlink(missing_ok=True)

    def _reading(self, job: Job, rules: RuleSet) -> Read:
        content = (self._folder / job.id / _FILE).read_bytes()
        if not content.startswith(b"PK"):
            job.total = content.count(b"\n") + 1

        def progress(done: int) -> None:
            self._check_stop(job)
            job.done = done
            self._save(job)

        mapping = Mapping.model_validate(job.mapping)
        return read_decisions(job.name, content, mapping, rules, job.office, progress)

    def _work(self, job: Job, phase: str, work: Callable[[], None]) -> None:
        job.phase, job.done = phase, 0
        try:
            self._check_stop(job)
            self._save(job)
            work()
        except Stopped:
            shutil.rmtree(self._folder / job.id, ignore_errors=True)
            return
        except LiangfaError as error:
            job.phase = "refused"
            job.report = {"findings": [each.document() for each in error.findings]}
        except Exception:
            # Whoever waits at the page must not wait for ever; the cause is the thread's to tell.
            job.phase, job.report = "failed", {}
            self._save(job)
            raise
        self._save(job)

    def _check_stop(self, job: Job) -> None:
        place = self._folder / job.id
        if (place / _STOP).exists() or not place.exists():
            raise Stopped

    def _save(self, job: Job) -> None:
        job.touched = time.time()
        place = self._folder / job.id
        told = {name: getattr(job, name) for name in Job.__slots__}
        part = place / f"{_STATE}.part"
        try:
            part.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
            part.replace(place / _STATE)
        except FileNotFoundError:
            raise Stopped from None


def _report(read: Read, known: tuple[int, ...], recorded: tuple[int, ...]) -> dict[str, Any]:
    head = read.head
    return {
        "sheet": read.sheet,
        "other_sheets": list(read.other_sheets),
        "line": head.line,
        "headings": list(head.headings),
        "places": dict(head.places),
        "ten_thousands": sorted(head.ten_thousands),
        "unused": list(head.unused),
        "accepted": len(read.accepted),
        "known": len(known),
        "recorded": len(recorded),
        "rejected": len(read.rejected),
        "rows": [_row(each) for each in read.accepted[:SHOWN_ROWS]],
        "rejects": [
            {
                "row": each.row,
                "reasons": [[reason.column, reason.code, reason.says] for reason in each.reasons],
            }
            for each in read.rejected[:SHOWN_REJECTS]
        ],
    }


def _row(past: PastDecision) -> dict[str, Any]:
    return {
        "row": past.row,
        "office": past.office,
        "decided_on": past.decided_on,
        "item": past.item,
        "role": past.role,
        "stage": past.stage,
        "tier": "没有写" if past.tier == UNSTATED else past.tier,
        "fine": yuan_number(past.fine_fen),
        "min": yuan_number(past.lo_fen),
        "max": yuan_number(past.hi_fen),
        "reference": past.reference,
    }
