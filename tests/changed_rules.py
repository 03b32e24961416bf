"""Fictional rules with something changed in them, to be compared with what they were."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.difference import Difference
from engine.differencing import difference, read_side
from tests.helpers import FICTION

Edit = tuple[str, str, str]


def changed_copy(folder: Path, *edits: Edit) -> Path:
    """A copy of the fictional rules in which texts are replaced: (file, what, by what); a file
    that is replaced whole is named with an empty text."""
    rules = Path(shutil.copytree(FICTION, folder / "rules"))
    for file, old, new in edits:
        path = rules / file
        if not old:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, "utf-8")
            continue
        text = path.read_text("utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), "utf-8")
    return rules


def compared(folder: Path, *edits: Edit, rule_set: str = "moon-bench") -> Difference:
    """What the edits change."""
    rules = changed_copy(folder, *edits)
    return difference(read_side(FICTION, rule_set), read_side(rules, rule_set))
