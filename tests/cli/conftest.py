"""Calling the command line as its users do, in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.app import main


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


Liangfa = Callable[..., Said]


@pytest.fixture
def liangfa(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Liangfa:
    """`liangfa("show", "wsl-097-7")` runs a command; `stdin` is what it reads for `-`."""

    def run(*words: str, stdin: bytes = b"") -> Said:
        monkeypatch.setattr(sys, "argv", ["liangfa", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(code if isinstance(code, int) else 0, out.decode(), err.decode())

    return run


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that messages show short file names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def state(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of one's own and a database without records, known from the environment."""
    monkeypatch.setenv("LIANGFA_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("LIANGFA_DATABASE_URL", database_url)
    return tmp_path / "state"
