"""Changes to rule files: tried on a copy first, then written all or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.checking import check
from engine.faults import Finding, InputFault, Place
from engine.loading import shown


@dataclass(frozen=True, slots=True)
class Change:
    """A file and what it is to hold; `before` is what it was read as, None for a new file."""

    path: Path
    before: bytes | None
    after: str


def findings_after(rules: Path, changes: Iterable[Change]) -> list[Finding]:
    """What `check` finds in the rules with the changes made and did not find before; worked cases
    are left out."""
    with tempfile.TemporaryDirectory(prefix="liangfa-trial-") as folder:
        trial = Path(folder, rules.name)
        shutil.copytree(rules, trial, ignore=shutil.ignore_patterns("cases", ".*"))
        before = {_told(each) for each in check(trial)}
        for each in changes:
            path = trial / each.path.relative_to(rules)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(each.after.encode())
        return [each for each in check(trial) if _told(each) not in before]


def _told(finding: Finding) -> tuple[str, str, str]:
    """A finding wherever it stands in its file: lines move with what is written above them."""
    return finding.code, finding.place.file, finding.message


def write(rules: Path, changes: Iterable[Change]) -> None:
    """Write every change or none; raises InputFault where a file is not what it was read as.

    New files come first: were the machine to stop in between, two editions would overlap, which
    no rule set loads with, rather than none be in force.
    """
    listed = sorted(changes, key=lambda each: each.before is not None)
    made: list[Path] = []
    parts: list[Path] = []
    kept: list[Change] = []
    try:
        for each in listed:
            each.path.parent.mkdir(parents=True, exist_ok=True)
            part = each.path.with_name(f".{each.path.name}.part")
            parts.append(part)
            part.write_bytes(each.after.encode())
        for each, part in zip(listed, parts, strict=True):
            if each.before is None:
                os.link(part, each.path)
                made.append(each.path)
            elif each.path.read_bytes() != each.before:
                raise _refused(rules, each.path, "文件刚刚被别人改过", "请重新运行")
            else:
                shutil.copymode(each.path, part)
                part.replace(each.path)
                kept.append(each)
    except OSError as error:
        if isinstance(error, FileExistsError) and error.filename2 is not None:
            raise exists(rules, Path(error.filename2)) from None
        help = "请检查目录和写入的权限；没有改动任何文件"
        path = Path(error.filename or rules)
        raise _refused(rules, path, f"不能写入（{error.strerror}）", help) from None
    else:
        made, kept = [], []
    finally:
        _undo(made, kept)
        for part in parts:
            part.unlink(missing_ok=True)


def exists(rules: Path, path: Path) -> InputFault:
    """The fault of a new file that is there already."""
    finding = Finding(
        "already_exists", Place(shown(rules, path)), "文件已经存在，不覆盖", "请直接改这个文件"
    )
    return InputFault([finding])


def _undo(made: list[Path], kept: list[Change]) -> None:
    """Put back what a writing that did not come to its end has changed."""
    for path in made:
        path.unlink(missing_ok=True)
    for each in kept:
        with suppress(OSError):
            each.path.write_bytes(each.before or b"")


def _refused(rules: Path, path: Path, message: str, help: str) -> InputFault:
    name = shown(rules, path) if path.is_relative_to(rules.parent) else str(path)
    return InputFault([Finding("not_written", Place(name), message, help)])
