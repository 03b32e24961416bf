"""`check` finds what was broken: code, place and the whole message of every seeded fault."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from . import SOUND, CaseFault, Fault, checked, faults, faults_of_cases
from .codes import reached, uses

FAULTS = faults()

# What `check` imports and never asks: how to read a bundle, an interval.
NOT_ASKED = {"engine.bundle"}
ONLY_OF_CASES = {"empty_interval", "no_interval"}


def test_the_rules_without_a_fault_are_sound() -> None:
    assert [str(finding) for finding in checked(SOUND, "2026-06-01")] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: f"{each.code}: {each.name}")
def test_a_fault_is_told_word_for_word(fault: Fault) -> None:
    findings = fault.findings()
    told = {str(finding): finding for finding in findings}
    assert fault.says in told, "\n".join(told)
    finding = told[fault.says]
    assert finding.code == fault.code
    assert finding.severity == fault.severity
    assert (finding.counterexample or None) == fault.counterexample
    assert finding.says == fault.shows
    others = {
        str(each)
        for each in findings
        if each.severity != "note" and str(each) != fault.says and each.code not in fault.also
    }
    assert others == set()


@pytest.mark.parametrize("fault", faults_of_cases(), ids=lambda each: f"{each.code}: {each.name}")
def test_a_fault_of_a_case_is_told_word_for_word(fault: CaseFault) -> None:
    assert [str(finding) for finding in fault.findings()] == [fault.says]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b"\xef\xbb\xbf"),  # a byte order mark, as some editors write it
        (b"\n", b"\r\n"),
        (b'"2025-01-01"', b"2025-01-01"),
        (b"{overdue: {is: true}}", b'{"overdue": {"is": true}}'),
    ],
    ids=["BOM", "Windows line ends", "days without quotes", "JSON in YAML"],
)
def test_another_way_to_write_the_same_is_no_fault(tmp_path: Path, old: bytes, new: bytes) -> None:
    rules = Path(shutil.copytree(SOUND, tmp_path / "rules"))
    item = rules / "mars" / "items" / "mar" / "mar-001.yaml"
    before = item.read_bytes()
    item.write_bytes(before.replace(old, new) if old else new + before)
    assert item.read_bytes() != before
    assert [str(finding) for finding in checked(rules, "2026-06-01")] == []


def test_every_message_says_what_is_wrong_and_how_to_mend_it() -> None:
    shape = re.compile(r"[^ ]+:[0-9]+:[0-9]+: [a-z_0-9]+: [^；]*[\u4e00-\u9fff].*；.+[^。，；、]")
    told = [fault.says for fault in (*FAULTS, *faults_of_cases())]
    assert [says for says in told if not shape.fullmatch(says)] == []


def test_every_code_that_check_can_give_has_two_faults() -> None:
    modules = reached("engine.checking") - NOT_ASKED
    codes = {use.code for use in uses("engine") if use.module in modules}
    seeded = Counter(fault.code for fault in FAULTS)
    few = {code: seeded[code] for code in codes - ONLY_OF_CASES if seeded[code] < 2}
    assert few == {}, "write tests/faults/<code>.yaml with two faults (see tests/faults)"
    assert seeded.keys() <= codes
