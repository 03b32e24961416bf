"""A review of a hundred thousand decisions: seconds from the store to the answer and the page.

`python -m bench.consistency [--rows N] [--url postgresql://…]` fills a store of its own with points
as decisions write them, of fictional offices and random fines, and times the review of them all.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from api.consistency.answering import document, examined
from api.consistency.names import Names
from api.settings import Settings
from api.store import PROGRAM, PastDecision, Store, Wanted, open_store

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
        store = open_store(Settings(state_dir=Path(folder), database_url=given.url))
        begun = time.perf_counter()
        for start in range(0, given.rows, BATCH):
            count = min(BATCH, given.rows - start)
            store.add_import(list(_points(start, count)), f"{start:064d}", PROGRAM)
        print(f"{given.rows:,} fines written in {time.perf_counter() - begun:.1f} s")
        everything = _timed("whole answer", lambda: _answer(store, Wanted()))
        _timed("one item", lambda: _answer(store, Wanted(item="moon-001")))
        _timed("one office", lambda: _answer(store, Wanted(office="office-01")))
        print(f"answer of {len(everything):,} bytes")
        store.close()
    return 0


def _answer(store: Store, wanted: Wanted) -> bytes:
    found = document(examined(store.points(wanted)), Names())
    return json.dumps(found, ensure_ascii=False).encode()


def _timed(what: str, work: Callable[[], bytes]) -> bytes:
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - begun)
    middle = sorted(seconds)[2]
    verdict = "pass" if middle < WANTED else "FAIL"
    print(f"{verdict}  {what}: {middle:.3f} s (target under {WANTED} s)")
    return answer


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
