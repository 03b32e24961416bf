"""The maintainer's guide runs as it is written, and shows what it really says.

Every `sh` block under `<!-- run -->` is run, one after the other, in a copy of its own; what it
prints stands in the block below it (under `<!-- exit 1 -->` where it ends with that code).
To renew the output: `python -m tests.test_maintainer_guide`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
GUIDE = REPOSITORY / "docs" / "guide" / "maintainer.md"
STEP = re.compile(
    r"<!-- run -->\n```sh\n(?P<commands>.*?)```\n"
    r"(?:\n(?:<!-- exit (?P<code>[0-9]+) -->\n)?```\n(?P<output>.*?)```\n)?",
    re.DOTALL,
)


class Walk:
    """One walk through the guide: a shell that keeps its working folder from step to step."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "liangfa"
        self.here.mkdir()
        # What a fresh clone has that the guide takes from it.
        (self.here / "tests").symlink_to(REPOSITORY / "tests")
        programs = folder / "programs"
        programs.mkdir()
        liangfa = programs / "liangfa"
        liangfa.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m api.cli.app "$@"\n')
        liangfa.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
            "LC_ALL": "C.UTF-8",
        }
        self.at = folder / "at"

    def run(self, commands: str) -> tuple[int, str]:
        """The exit code and everything printed by the commands of a step."""
        script = f"trap 'pwd > {shlex.quote(str(self.at))}' EXIT\nset -e\n{commands}"
        ran = subprocess.run(
            ["bash", "-c", script],
            cwd=self.here,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.here = Path(self.at.read_text().strip())
        return ran.returncode, ran.stdout.decode()


def renewed(text: str, folder: Path) -> str:
    """The guide with the output of every step as it is today."""
    walk = Walk(folder)

    def step(found: re.Match[str]) -> str:
        code, output = walk.run(found["commands"])
        told = f"<!-- run -->\n```sh\n{found['commands']}```\n"
        if output or code:
            ended = f"<!-- exit {code} -->\n" if code else ""
            whole = output if not output or output.endswith("\n") else f"{output}\n"
            told += f"\n{ended}```\n{whole}```\n"
        return told

    return STEP.sub(step, text)


def test_the_guide_runs_as_written_and_shows_what_it_says(tmp_path: Path) -> None:
    text = GUIDE.read_text("utf-8")
    assert len(STEP.findall(text)) > 10
    assert text == renewed(text, tmp_path)


def test_every_command_that_is_shown_is_there() -> None:
    text = GUIDE.read_text("utf-8")
    named = set(re.findall(r"^liangfa ([a-z-]+)", text, re.MULTILINE))
    helped = subprocess.run(
        [sys.executable, "-m", "api.cli.app", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert {name for name in named if name not in helped} == set()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GUIDE.write_text(renewed(GUIDE.read_text("utf-8"), Path(folder)), "utf-8")
