"""The first line of a rule file that gives an editor its schema."""

from __future__ import annotations

import os
from pathlib import Path


def modeline(rules: Path, path: Path, kind: str) -> str:
    """The comment that yaml-language-server reads: the schema of a kind of file, in the folder
    `schemas` beside the rules folder, as seen from the file."""
    schema = rules.parent / "schemas" / "editor" / f"{kind}.schema.json"
    return (
        f"# yaml-language-server: $schema={Path(os.path.relpath(schema, path.parent)).as_posix()}"
    )
