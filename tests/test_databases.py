"""PostgreSQL is not left out unnoticed: a skip says why, and the whole check has none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from databases import SERVER, database
from helpers import ROOT


def test_without_a_server_a_test_is_skipped_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVER, raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{SERVER}，未在 PostgreSQL 上测试"):
        database("postgresql").__enter__()


def test_a_server_without_an_address_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER, "")
    with pytest.raises(pytest.fail.Exception, match=f"{SERVER} 是空的"):
        database("postgresql").__enter__()


@pytest.mark.parametrize(("starts", "tested"), [("echo address", "address\n"), ("exit 1", None)])
def test_the_whole_check_tests_on_a_server_or_not_at_all(
    tmp_path: Path, starts: str, tested: str | None
) -> None:
    ran = tmp_path / "ran"
    stubs = {
        ".ci/tools": "exit 0",
        ".ci/postgres": f'[ "$1" = stop ] || {starts}',
        "make": f'echo "${SERVER}" > "{ran}"',
    }
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    for name, does in stubs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    check = subprocess.run([tmp_path / ".ci" / "run"], env=environment, cwd=tmp_path)
    assert (check.returncode == 0) is (tested is not None)
    assert (ran.read_text() if ran.exists() else None) == tested
