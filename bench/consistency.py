"""A review of a hundred thousand decisions: seconds until the answer, the page, the sheet.

`python -m bench.consistency [--rows N] [--url postgresql://…]` fills a store of its own with points
as decisions write them, of fictional offices and random fines, and times the review of them all.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from api.http.app import create_app
from api.serving.rule_sets import RuleSets
from api.settings import Settings
from api.store import PROGRAM, PastDecision, Store, open_store

ROWS = 100_000
WANTED = 2.0
BATCH = 20_000
GROUPS = 400


def main() -> int:
    """Fill, time, print; the target is told and never fails the run."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--url", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(state_dir=Path(folder), database_url=given.url)
        store = open_store(settings)
        begun = time.perf_counter()
        for start in range(0, given.rows, BATCH):
            count = min(BATCH, given.rows - start)
            store.add_import(list(_points(start, count)), f"{start:064d}", PROGRAM)
        print(f"{given.rows:,} fines written in {time.perf_counter() - begun:.1f} s")
        with _door(settings, store) as client:
            more = _points(given.rows, 1000)

            def another() -> None:
                store.add_import([next(more)], "f" * 64, PROGRAM)

            at = "/v1/reviews/consistency"
            _timed(client, "answer", at, another)
            _timed(client, "answer, one item", f"{at}?item=moon-001", another)
            _timed(client, "answer, one office", f"{at}?office=office-01", another)
            page = _timed(client, "page", "/reviews", another)
            _timed(client, "page, once more", "/reviews", lambda: None)
            group = re.search("/reviews/groups/[0-9a-f]+", page)
            if group is not None:
                _timed(client, "page of a group", group[0], another)
        store.close()
    return 0


@contextmanager
def _door(settings: Settings, store: Store) -> Iterator[TestClient]:
    """The application as a worker has it: what is loaded is left out of garbage collection."""
    app = create_app(settings, store, RuleSets(settings.rules_dir), log=io.StringIO())
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
        client.get("/v1/reviews/consistency?item=none")
        gc.freeze()
        yield client


def _timed(client: TestClient, what: str, path: str, before: Callable[[], None]) -> str:
    """The middle of five; `before` each, something is recorded, so that nothing kept will do."""
    seconds, worked = [], []
    for _ in range(5):
        before()
        begun, at_work = time.perf_counter(), time.process_time()
        answer = client.get(path)
        seconds.append(time.perf_counter() - begun)
        worked.append(time.process_time() - at_work)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    middle = sorted(seconds)[2]
    verdict = "pass" if middle < WANTED else "FAIL"
    size = len(answer.content)
    print(
        f"{verdict}  {what}: {middle:.3f} s (target under {WANTED} s), "
        f"{sorted(worked)[2]:.3f} s of work here, {size:,} bytes"
    )
    return str(answer.text)


def _points(start: int, count: int) -> Iterator[PastDecision]:
    """Fines to the yuan, so that hardly two are equal, in groups of very different size."""
    chance = random.Random(start)
    for row in range(start, start + count):
        group = int(chance.paretovariate(1)) % GROUPS
        lo = 1_000_00 * (group % 7)
        hi = lo + 1_000_00 * (1 + group % 11)
        if group % 5 == 0:  # shares of an income: every range another one
            income = chance.randint(10**6, 10**7)
            lo, hi = income * 20 // 100, income * 50 // 100
        yield PastDecision(
            row=row,
            office=f"office-{chance.randrange(40):02d}",
            decided_on=f"{chance.randint(2019, 2026)}-{chance.randint(1, 12):02d}-15",
            item=f"moon-{group % 100:03d}",
            edition=f"moon-{group % 100:03d}@2020-01-01",
            role="unit",
            stage="first",
            tier=f"moon-bench:{group // 100}",
            circumstances="" if group % 3 else "moon-lighten",
            fine_fen=chance.randint(lo, hi) // 100 * 100,
            lo_fen=lo,
            hi_fen=hi,
            suggested_fen=None,
            reasoned=bool(chance.randrange(2)),
        )


if __name__ == "__main__":
    sys.exit(main())
