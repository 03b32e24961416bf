"""The integrator's guide: its examples are run against a real server, its tables are complete."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import ROOT
from http_door import Door, opened, served

from api.problems import CODES

GUIDE = (ROOT / "docs" / "guide" / "integrator.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|python|output)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The python blocks are one program; what each prints is told apart by this line.
MARK = "~~~"


def runs() -> list[tuple[str, str, str]]:
    """Each example: its language, what is run, and what it shall print."""
    blocks = BLOCK.findall(GUIDE)
    return [
        (language, code, blocks[number + 1][1])
        for number, (language, code) in enumerate(blocks)
        if language != "output"
    ]


def test_every_example_says_what_it_prints() -> None:
    blocks = [language for language, _ in BLOCK.findall(GUIDE)]
    assert blocks[1::2] == ["output"] * (len(blocks) // 2)
    assert {language for language, _, _ in runs()} == {"sh", "python"}


def test_the_examples_run_as_written(door: Door, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("没有 curl，指南里的例子没有运行")
    with served(door) as url:
        secret = door.somebody("officer").secret
        assert secret is not None
        known = {**os.environ, "LIANGFA_URL": url, "LIANGFA_KEY": secret, "PYTHONUTF8": "1"}
        program = ""
        for language, code, wanted in runs():
            if language == "python":
                program += f"print({MARK!r})\n{code}"
            command = (
                ["bash", "-euc", code] if language == "sh" else [sys.executable, "-c", program]
            )
            ran = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            assert ran.stdout.rpartition(f"{MARK}\n")[2] == wanted
        # The python program was run again from its start for each of its parts: all once on record.
        assert len(door.store.evaluations(office=None)[0]) == 1


def test_every_problem_is_in_the_table() -> None:
    table = GUIDE.partition("<!-- problems -->")[2].partition("<!-- /problems -->")[0]
    listed = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", table, re.MULTILINE)
    assert [(code, int(status)) for status, code in listed] == [
        (code, status) for code, (status, _) in CODES.items()
    ]


def test_every_address_is_in_the_guide_or_the_document(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        paths = door.app.openapi()["paths"]
    for mentioned in re.findall(r"`(?:GET|POST) (/v1/[^`?]*)", GUIDE):
        known = {re.sub(r"\{\w+\}", "{}", path) for path in paths}
        assert re.sub(r"\{\w+\}", "{}", mentioned) in known, mentioned
