"""What the commands that write rule files have in common: try, tell, write."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.check import print_fault
from api.cli.common import EXIT_FINDING, Format, console, print_json
from api.layout import line
from api.scaffolding.changes import Change, write
from engine.faults import Finding
from engine.loading import shown

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="只显示要写的内容，不写。")]


def carry_out(
    rules: Path,
    changes: Sequence[Change],
    findings: Sequence[Finding],
    notes: Sequence[str],
    *,
    dry_run: bool,
    format: Format,
) -> None:
    """Tell what is found and write, unless there is an error (then exit 1) or it is a dry run."""
    blocked = any(each.severity == "error" for each in findings)
    if not (blocked or dry_run):
        write(rules, changes)
    if format is Format.json:
        print_json(_document(rules, changes, findings, notes, written=not (blocked or dry_run)))
    else:
        _print(rules, changes, findings, notes, blocked=blocked, dry_run=dry_run)
    if blocked:
        raise typer.Exit(EXIT_FINDING)


def _document(
    rules: Path,
    changes: Sequence[Change],
    findings: Sequence[Finding],
    notes: Sequence[str],
    *,
    written: bool,
) -> dict[str, Any]:
    return {
        "written": written,
        "files": [
            {"file": shown(rules, each.path), "new": each.before is None, "text": each.after}
            for each in changes
        ],
        "findings": [each.document() for each in findings],
        "notes": list(notes),
    }


def _print(
    rules: Path,
    changes: Sequence[Change],
    findings: Sequence[Finding],
    notes: Sequence[str],
    *,
    blocked: bool,
    dry_run: bool,
) -> None:
    if dry_run:
        for each in changes:
            sys.stdout.write(_preview(rules, each))
        sys.stdout.flush()
    out = console()
    for finding in findings:
        if finding.severity == "note":
            line(out, 0, str(finding), "dim", hang=2)
        else:
            print_fault(out, finding)
    for note in notes:
        line(out, 0, f"· {note}", hang=2)
    for each in changes:
        name = shown(rules, each.path)
        if blocked:
            words = f"没有写：{name}"
        elif dry_run:
            words = f"试运行，没有写：{name}"
        else:
            words = f"已新建：{name}" if each.before is None else f"已修改：{name}"
        line(out, 0, words, "bold", hang=2)


def _preview(rules: Path, change: Change) -> str:
    """A new file as it is to be, a changed one as the lines that differ."""
    name = shown(rules, change.path)
    if change.before is None:
        return f"# 新文件 {name}\n{change.after}"
    before = change.before.decode().splitlines(keepends=True)
    after = change.after.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, name, name))
