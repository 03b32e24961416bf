"""Schemathesis against a real server: every operation, every check, its own role for each.

A few examples by default; LIANGFA_LONG_TESTS=1 makes many more and follows the links.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from http_door import Caller, Door, served

LONG = os.environ.get("LIANGFA_LONG_TESTS") == "1"
EXAMPLES, AT_LEAST = ("150", 2000) if LONG else ("5", 500)
PHASES = "examples,coverage,fuzzing,stateful" if LONG else "examples,coverage,fuzzing"
# What a schema cannot say, the engine does: an unknown fact is a 422 although it fits the schema.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
"""
ROLES = {
    "reviewer": ("review", "consistency"),
    "maintainer": ("eraseEvaluation", "verify"),
}


def config(roles: dict[str, Caller]) -> str:
    """The configuration: an officer asks, but for what other roles alone may; most of the time
    about records, items and rule sets that there are."""
    ids = [roles["officer"].record()["id"] for _ in range(4)]
    lines = [
        f'headers = {{ Authorization = "Bearer {roles["officer"].secret}" }}',
        CONFIG,
        *dictionary("kept", ids[:2]),
        *dictionary("erased", ids[2:]),
        *dictionary("items", ["wsl-097-7", "wsl-114-1-1"]),
        *dictionary("rule_sets", ["yeji", "cn-mem"]),
        "[parameters]",
        '"path.evaluation_id" = { dictionary = "kept", probability = 0.9 }',
        '"path.item" = { dictionary = "items", probability = 0.9 }',
        '"path.rule_set" = { dictionary = "rule_sets", probability = 0.9 }',
    ]
    for role, operations in ROLES.items():
        for operation in operations:
            lines += [
                "[[operations]]",
                f'include-operation-id = "{operation}"',
                f'headers = {{ Authorization = "Bearer {roles[role].secret}" }}',
            ]
            if operation == "eraseEvaluation":
                lines.append(
                    'parameters = { "path.evaluation_id" = { dictionary = "erased" } }',
                )
    return "\n".join(lines)


def dictionary(name: str, values: list[str]) -> list[str]:
    """Values to choose from."""
    return [f"[dictionaries.{name}]", f"values = {values}"]


def test_no_server_error_and_nothing_undocumented(door: Door, tmp_path: Path) -> None:
    roles = {role: door.somebody(role) for role in ("officer", *ROLES)}
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(config(roles))
    with served(door) as url:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", settings, "run", f"{url}/openapi.json"),
                *("--checks", "all", "--phases", PHASES, "--max-examples", EXAMPLES),
                *("--seed", "1", "--continue-on-failure", "--no-shrink"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stdout[-10_000:]
    made = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    assert made is not None, ran.stdout[-10_000:]
    assert made[1] == made[2]
    assert int(made[1]) >= AT_LEAST
    assert [each for each in door.log() if each.get("event") == "crash"] == []
    assert all(each.get("status", 0) < 500 for each in door.log())
    if LONG:
        # Every operation also did what it is for.
        answered = {
            (each["method"], each["route"])
            for each in door.log()
            if 200 <= each.get("status", 0) < 300
        }
        assert answered >= {
            (method.upper(), path)
            for path, methods in door.app.openapi()["paths"].items()
            for method in methods
        }
