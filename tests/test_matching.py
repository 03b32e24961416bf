"""The matcher's own duties: it survives its library, its callers' threads, and its own reuse."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from helpers import FICTION, ROOT, amounts, engine_for, evaluate, party
from helpers import source_of as source

from engine.evaluate import Engine

NOTHING_TRUE = """
from pathlib import Path
from engine.evaluate import Engine
from engine.layering import load_rule_set
from engine.source import parse

engine = Engine(load_rule_set(Path("tests/fixtures/rules"), "moon-bench"))
for workers in (0, 1, 0, 3, 0):
    text = f"item: moon-005\\nfacts: {{untethered_workers: {workers}, overdue: false}}"
    print(engine.evaluate_source(parse(text.encode(), "case")).outcomes[0].disposition)
print(engine.evaluate_source(parse(b"facts: {blasts: 0}", "case")).status)
"""


def test_a_case_in_which_no_rule_fires_does_not_corrupt_memory() -> None:
    # glibc fills what it hands out with rubbish, so a pointer the library never set is not null.
    hostile = {"MALLOC_PERTURB_": "165", "MALLOC_MMAP_THRESHOLD_": "1073741824"}
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_TRUE],
        cwd=ROOT,
        env={**os.environ, **hostile, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [
        "not_established",
        "penalize",
        "not_established",
        "penalize",
        "not_established",
        "no_rule",
    ]


def test_eight_threads_share_one_engine(bench: Engine) -> None:
    def fine(workers: int) -> object:
        facts = {"untethered_workers": workers, "overdue": False}
        return amounts(party(evaluate({"item": "moon-005", "facts": facts}, bench), "unit"))

    wanted = {1: (None, 10000), 3: (10000, 30000), 10: (30000, 50000), 0: (None, None)}
    asked = [0, 1, 3, 10] * 50
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fine, asked)) == [wanted[workers] for workers in asked]


def test_one_engine_answers_two_thousand_cases_alike(bench: Engine) -> None:
    # durable-rules keeps 1024 states; one that is not given back shows after that many cases.
    case = {"item": "moon-005", "facts": {"untethered_workers": 3, "overdue": False}}
    first = bench.evaluate_source(source(case)).outcomes
    for _ in range(2_000):
        assert bench.evaluate_source(source(case)).outcomes == first


def test_two_engines_of_one_rule_set_do_not_disturb_each_other() -> None:
    first, second = engine_for(FICTION, "moon"), Engine(engine_for(FICTION, "moon").rule_set)
    case = {"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": False}}
    other = {"item": "moon-005", "facts": {"untethered_workers": 0, "overdue": False}}
    before = evaluate(case, first)
    assert evaluate(other, second)["outcomes"][0]["disposition"] == "not_established"
    assert evaluate(case, first) == before == evaluate(case, second)
