"""The same case and rule set give the same bytes, wherever and whenever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import ROOT, RULES, source_of

from engine.case import case_digest
from engine.layering import load_rule_set

CASES = [
    "item: wsl-097-7\nfacts: {uncertified_workers: 1}\n",
    "item: wsl-114-1-1\nfacts: {deaths: 1, direct_loss: {from: 100, to: 2000000}}\n",
    "facts: {uncertified_workers: 2, untrained_workers: 3, overdue: true}\n",
]


def printed(case: str, seed: str, *options: str) -> bytes:
    """What a new process with its own hash seed prints."""
    ran = subprocess.run(
        [sys.executable, "-m", "api.cli.app", "evaluate", "-", "--rule-set", "cn-mem", *options],
        input=case.encode(),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    return ran.stdout


@pytest.mark.parametrize("case", CASES)
def test_two_processes_print_the_same_bytes(case: str) -> None:
    for options in (("--format", "json"), ()):
        assert printed(case, "1", *options) == printed(case, "2024", *options)


def test_two_processes_tell_the_same_faults_in_the_same_order() -> None:
    wrong = "itm: 1\nfcts: {}\nparties: [{}, {idd: 1, knd: 2}]\ndates: {a: 1, b: 2}\n"
    command = [sys.executable, "-m", "api.cli.app", "evaluate", "-", "--rule-set", "cn-mem"]
    told = [
        subprocess.run(
            command,
            input=wrong.encode(),
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        )
        for seed in ("1", "7", "2024")
    ]
    assert {each.returncode for each in told} == {2}
    assert told[0].stderr.count(b"\n") >= 8
    assert told[0].stderr == told[1].stderr == told[2].stderr


def digest(case: object) -> str:
    return case_digest(source_of(case).data)  # type: ignore[arg-type]


def test_a_number_has_one_digest_however_it_is_written() -> None:
    forms = ["3", "3.0", "3.00", "30e-1"]
    assert len({digest(f"item: x\nfacts: {{n: {form}}}\n") for form in forms}) == 1
    assert digest("facts: {n: 3}\n") != digest("facts: {n: '3'}\n")
    shares = ["0.1", "0.10", "1e-1", "0.1000"]
    assert len({digest(f"facts: {{n: {form}}}\n") for form in shares}) == 1
    assert digest("facts: {n: 0.1}\n") != digest("facts: {n: 0.11}\n")


def test_order_of_keys_and_form_of_characters_do_not_change_the_digest() -> None:
    assert digest("item: a\nfacts: {b: 1, c: 2}\n") == digest("facts: {c: 2, b: 1}\nitem: a\n")
    assert digest("name: e\u0301\n") == digest("name: \u00e9\n")


def test_the_rule_set_digest_covers_the_rules_and_not_the_worked_cases(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    before = load_rule_set(RULES, "cn-mem").digest
    worked = next((rules / "cn" / "cases").rglob("*.yaml"))
    worked.write_text(worked.read_text("utf-8") + "# 多一行\n", "utf-8")
    assert load_rule_set(rules, "cn-mem").digest == before
    item = rules / "cn" / "items" / "wsl" / "wsl-108.yaml"
    item.write_text("# 多一行\n" + item.read_text("utf-8"), "utf-8")
    assert load_rule_set(rules, "cn-mem").digest != before
    assert load_rule_set(RULES, "cn-mem", published_only=True).digest != before
